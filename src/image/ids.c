#include "ids.h"

#include "relc/base/mem.h"

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

static XXH3_state_t *state_of(struct id_mixer *mixer)
{
    return (XXH3_state_t *)mixer;
}

struct id_mixer *id_mixer_new(void)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        mem_exhausted();
    XXH3_128bits_reset(state);
    return (struct id_mixer *)state;
}

void id_mixer_add(struct id_mixer *mixer, const void *bytes, size_t len)
{
    XXH3_128bits_update(state_of(mixer), bytes, len);
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
    XXH128_hash_t hash = XXH3_128bits_digest(state_of(mixer));
    XXH3_freeState(state_of(mixer));
    return (struct id){hash.low64, hash.high64};
}
