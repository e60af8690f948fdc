#pragma once
/*
 * Private to beam/: the bytes of a .beam file in their order, unpacked on the way when
 * the file is gzip-compressed. Reads no further than it is asked to.
 */
#include "relc/base/err.h"
#include "reader.h"

/* All of zlib's includes of this floor are here. */
#define ZLIB_CONST
#include <zlib.h>

enum {
    BEAM_UNPACKED_MAX = 256 * 1024 * 1024, /* bytes; larger modules are refused */
};

struct beam_stream {
    const char *file; /* for messages, borrowed */
    bool packed;      /* which of the two below is in use */
    struct beam_reader plain;
    z_stream zlib;
    bool ended; /* zlib has seen the end and checked the sum */
};

bool beam_is_packed(str bytes);

/* bytes and file are borrowed; close it, also after an error of the other functions. */
int beam_stream_open(struct beam_stream *stream, str bytes, const char *file,
                     struct err *err) ERR_MUST_CHECK;
void beam_stream_close(struct beam_stream *stream);

/* The next len bytes into memory, all of them or an error. */
int beam_stream_read(struct beam_stream *stream, void *memory, size_t len,
                     struct err *err) ERR_MUST_CHECK;
int beam_stream_skip(struct beam_stream *stream, size_t len,
                     struct err *err) ERR_MUST_CHECK;

/* Packed ones only: checks that nothing is left, in the compressed data and after it. */
int beam_stream_finish(struct beam_stream *stream, struct err *err) ERR_MUST_CHECK;
