#pragma once
/*
 * Names of 128 bits for contents and states, by hashing (XXH3).
 *
 * XXH3 is several times faster than memory can be read, so that hashing what is read
 * costs next to nothing. It is not made to withstand people who look for collisions; but
 * whoever can put chosen bytes into a release needs none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id {
    uint64_t low;
    uint64_t high;
};

struct id id_of(const void *bytes, size_t len);

/* A number of 64 bits that tells damaged bytes from whole ones. */
uint64_t id_checksum(const void *bytes, size_t len);

static inline bool id_eq(struct id a, struct id b)
{
    return a.low == b.low && a.high == b.high;
}

/* Many parts, one after the other; every part should say how long it is. */
struct id_mixer;

struct id_mixer *id_mixer_new(void);
void id_mixer_add(struct id_mixer *mixer, const void *bytes, size_t len);
void id_mixer_number(struct id_mixer *mixer, uint64_t number);
void id_mixer_id(struct id_mixer *mixer, struct id id);

/* The id of all parts; frees the mixer. */
struct id id_mixer_end(struct id_mixer *mixer);
