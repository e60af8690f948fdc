#include "ids.h"

#include "relc/base/mem.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

struct id id_of(const void *bytes, size_t len)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, len);
    return (struct id){hash.low64, hash.high64};
}

uint64_t id_checksum(const void *bytes, size_t len)
{
    return XXH3_64bits(bytes, len);
}

enum { TOGETHER = 512 /* bytes that are hashed in one step */ };

/* The hash does not depend on the steps; most ids are of few bytes, in one. */
struct id_mixer {
    XXH3_state_t *state; /* NULL as long as all bytes are here */
    size_t len;
    unsigned char bytes[TOGETHER];
};

struct id_mixer *id_mixer_new(void)
{
    struct id_mixer *mixer = mem_alloc(sizeof *mixer);
    mixer->state = NULL;
    mixer->len = 0;
    return mixer;
}

static void mix(struct id_mixer *mixer, const void *bytes, size_t len)
{
    if (!mixer->state) {
        mixer->state = XXH3_createState();
        if (!mixer->state)
            mem_exhausted();
        XXH3_128bits_reset(mixer->state);
    }
    XXH3_128bits_update(mixer->state, mixer->bytes, mixer->len);
    XXH3_128bits_update(mixer->state, bytes, len);
    mixer->len = 0;
}

void id_mixer_add(struct id_mixer *mixer, const void *bytes, size_t len)
{
    if (len > TOGETHER - mixer->len) {
        mix(mixer, bytes, len);
    } else if (len) {
        memcpy(mixer->bytes + mixer->len, bytes, len);
        mixer->len += len;
    }
}

void id_mixer_number(struct id_mixer *mixer, uint64_t number)
{
    id_mixer_add(mixer, &number, sizeof number);
}

void id_mixer_id(struct id_mixer *mixer, struct id id)
{
    id_mixer_add(mixer, &id, sizeof id);
}

struct id id_mixer_end(struct id_mixer *mixer)
{
    XXH128_hash_t hash;
    if (mixer->state) {
        mix(mixer, NULL, 0);
        hash = XXH3_128bits_digest(mixer->state);
        XXH3_freeState(mixer->state);
    } else {
        hash = XXH3_128bits(mixer->bytes, mixer->len);
    }
    free(mixer);
    return (struct id){hash.low64, hash.high64};
}
