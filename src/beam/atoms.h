#pragma once
/*
 * Private to beam/: the atom table (chunk AtU8, or Atom before OTP 20; otp.md 6.1):
 *
 *     count: 4 bytes  then each atom: length, text
 *
 * A length is one byte; from OTP 28 on the count is negative and lengths are in compact
 * form. Text is UTF-8 in AtU8 and Latin-1 in Atom. Atom 1 is the module's name.
 */
#include "relc/beam/beam.h"
#include "reader.h"

enum { BEAM_ATOM_CHARS = 255, BEAM_ATOM_BYTES = 4 * BEAM_ATOM_CHARS };

/* Enough of a chunk's data to hold the first atom, whatever its length. */
enum { BEAM_FIRST_ATOM_BYTES = 4 + 5 + BEAM_ATOM_BYTES };

struct beam_atom_table {
    const char *file; /* for messages, borrowed */
    struct beam_reader reader;
    size_t count;
    bool latin1;
    bool compact;
};

/*
 * Begins to read a table: chunk is "AtU8" or "Atom", data at least its first bytes and
 * size how many it has in all.
 */
int beam_atoms_begin(struct beam_atom_table *table, const char *chunk, str data,
                     size_t size, const char *file, struct err *err) ERR_MUST_CHECK;

/* The next atom as UTF-8: borrowed from the data, or in the arena where it differs. */
int beam_atoms_next(struct arena *arena, struct beam_atom_table *table, str *atom,
                    struct err *err) ERR_MUST_CHECK;

/* Fills atoms and module of a beam whose chunks are known. */
int beam_read_atoms(struct arena *arena, struct beam *beam,
                    struct err *err) ERR_MUST_CHECK;
