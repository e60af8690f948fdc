#pragma once
/*
 * Stripping: a module without what no running system needs (debug information,
 * documentation). What stays is what OTP's beam_lib:strip_files leaves, and the chunk
 * Attr, without which a module can be neither replaced nor put in another one's place by
 * a hot upgrade (otp.md 6.3).
 */
#include "relc/beam/beam.h"

struct beam_strip {
    const str *keep; /* names of further chunks, four bytes each */
    size_t keep_count;
    bool compress; /* gzip the result, as beam_lib does */
};

/*
 * The stripped file, in the arena or within bytes: Attr, Line, Type, the chunks that are
 * code, then those of keep, in this order and each once; the bytes that beam_lib and the
 * option strip_beams of `mix release` make. A module that lacks a chunk which the runtime
 * system loads nothing without is damaged, an error. bytes may be gzip-compressed.
 */
int beam_strip(struct arena *arena, str bytes, const char *file,
               const struct beam_strip *options, str *stripped,
               struct err *err) ERR_MUST_CHECK;
