#pragma once
/*
 * Private to beam/: the frame of a BEAM file (otp.md 6.1), all integers big-endian:
 *
 *     "FOR1"  size of all that follows: 4 bytes  "BEAM"  chunk...
 *     chunk = id: 4 bytes  size of data: 4 bytes  data  zeros up to a multiple of 4
 */
#include "relc/base/err.h"
#include "relc/beam/beam.h"
#include "reader.h"

enum { BEAM_HEADER_SIZE = 12, BEAM_CHUNK_HEADER_SIZE = 8 };

/* Checks the first bytes of a file; *total is the size that the whole must have. */
int beam_header(str bytes, const char *file, size_t *total,
                struct err *err) ERR_MUST_CHECK;

/* The head of a chunk, and how many bytes its data take with the padding. */
struct beam_chunk_head {
    char id[4];
    size_t size;
    size_t padded;
};

/* left: bytes of the file from here to its end; bytes: the first of them, up to 8. */
int beam_chunk_head(str bytes, size_t left, const char *file,
                    struct beam_chunk_head *head, struct err *err) ERR_MUST_CHECK;

bool beam_id_is(const char id[4], const char *name);

/* A chunk that the runtime system does not load a module without. */
int beam_required(const struct beam *beam, const char *id, str *data,
                  struct err *err) ERR_MUST_CHECK;
