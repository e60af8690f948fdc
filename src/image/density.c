#include "density.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * The sum of the squares of the 256 counts is least when all are equal, and has the mean
 * n + n (n - 1) / 256 = 5116 for n = 1024 random bytes. docs/performance.md has the
 * figures that the limits were chosen by.
 */
enum {
    WINDOW = 1024,
    SQUARES_MAX = 6000,
    DENSE_MIN = 4 * WINDOW, /* less is not worth an interruption */
    VALUES = 256,
    LANES = 4, /* counted apart: the same value twice in a row does not have to wait */
};

static bool is_dense(const unsigned char window[WINDOW])
{
    uint16_t counts[LANES][VALUES];
    uint32_t squares = 0;
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < WINDOW; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            counts[lane][window[i + lane]]++;
    for (size_t value = 0; value < VALUES; value++) {
        uint32_t count = 0;
        for (size_t lane = 0; lane < LANES; lane++)
            count += counts[lane][value];
        squares += count * count;
    }
    return squares <= SQUARES_MAX;
}

/* Length of the dense windows at the beginning. */
static size_t dense_windows(const unsigned char *bytes, size_t len)
{
    size_t done = 0;
    while (len - done >= WINDOW && is_dense(bytes + done))
        done += WINDOW;
    return done;
}

struct density density_next(const unsigned char *bytes, size_t len)
{
    size_t done = 0;
    while (len - done >= DENSE_MIN) {
        size_t dense = dense_windows(bytes + done, len - done);
        if (dense >= DENSE_MIN) {
            /* What is less than a window goes with those before it. */
            bool ends = len - done - dense < WINDOW;
            return (struct density){done, ends ? len - done : dense};
        }
        done += dense + WINDOW;
    }
    return (struct density){len, 0};
}

void density_mix_rules(struct id_mixer *mixer)
{
    id_mixer_number(mixer, WINDOW);
    id_mixer_number(mixer, SQUARES_MAX);
    id_mixer_number(mixer, DENSE_MIN);
}
