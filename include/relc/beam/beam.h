#pragma once
/*
 * BEAM files as relc needs them: the container, its chunks and what they say of the
 * module. Nothing is loaded or executed, and code is not looked into. Format: otp.md,
 * chapter 6.
 *
 * The files are untrusted bytes. A damaged one is an ERR_FORMAT that names the file and
 * says what is wrong with it; sizes and counts in it are checked before they are used.
 * All that the functions return lives in the arena or points into the file's bytes.
 */
#include "relc/base/err.h"
#include "relc/term/term.h"

struct beam_chunk {
    char id[4];
    str data; /* without padding */
};

struct beam {
    const char *file; /* for messages, borrowed */
    str module;
    struct beam_chunk *chunks; /* in the order of the file, all of them */
    size_t chunk_count;
    str *atoms; /* atoms[0] is the module's name; UTF-8, without a NUL byte at the end */
    size_t atom_count;
};

/* A function of a module: of ImpT (module is the other one) or of ExpT. */
struct beam_function {
    str module;
    str name;
    uint32_t arity; /* at most 255 */
};

/* In the order of the file. */
struct beam_functions {
    struct beam_function *items;
    size_t count;
};

/*
 * Opens the bytes of a .beam file: plain, or gzip-compressed as a whole (then they are
 * unpacked into the arena). Validates the container and reads the atom table. bytes
 * must live as long as the beam.
 *
 * A compressed file may unpack to 256 MiB at most, and to more than 1 MiB only if that
 * is not over 200 times its size. Bytes beyond the size in the header are refused, too:
 * beam_lib and the loader disagree about them.
 */
int beam_open(struct arena *arena, str bytes, const char *file, struct beam *beam,
              struct err *err) ERR_MUST_CHECK;

/* The chunk of that name (the first one if there are several), or NULL. */
const struct beam_chunk *beam_chunk(const struct beam *beam, const char id[4]);

/*
 * Only the module's name (a copy that ends with a NUL byte), from as few bytes of the
 * file as possible: cheaper than beam_open where many files are looked at. What comes
 * after the name is not checked, so that bytes may be just the beginning of a file.
 */
int beam_module_name(struct arena *arena, str bytes, const char *file, str *module,
                     struct err *err) ERR_MUST_CHECK;

/*
 * Only that the file has as many bytes as its header says: finds a file that is cut off
 * by its begin and its size. A compressed file passes, only unpacking it would tell.
 */
int beam_check_size(str begin, uint64_t size, const char *file,
                    struct err *err) ERR_MUST_CHECK;

/* The functions that the module calls in others and those that it exports. */
int beam_imports(struct arena *arena, const struct beam *beam,
                 struct beam_functions *functions, struct err *err) ERR_MUST_CHECK;
int beam_exports(struct arena *arena, const struct beam *beam,
                 struct beam_functions *functions, struct err *err) ERR_MUST_CHECK;

/*
 * The list of the Attr chunk ([] when there is none) as it is in the file, and so as
 * module_info(attributes) gives it: [{Key, Values}], Key an atom and Values a list. A
 * key may occur several times.
 */
int beam_attributes(struct arena *arena, const struct beam *beam, struct term *attributes,
                    struct err *err) ERR_MUST_CHECK;

/*
 * Modules named by -behaviour and -behavior, in file order. Values that are no atoms
 * (the compiler lets them through) are passed over.
 */
int beam_behaviours(struct arena *arena, const struct beam *beam, str **names,
                    size_t *count, struct err *err) ERR_MUST_CHECK;

/*
 * The value of the vsn attribute ([N] for the compiler's default; of several ones all
 * values in one list); [] when absent.
 */
int beam_vsn(struct arena *arena, const struct beam *beam, struct term *vsn,
             struct err *err) ERR_MUST_CHECK;
