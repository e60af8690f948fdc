#pragma once
/*
 * The OTP that a release is made for: what depends on its version, taken from the boot
 * files of that very installation instead of from tables in relc (otp.md 3.7).
 */
#include "relc/base/err.h"
#include "relc/term/etf.h"

struct target {
    str root;              /* of the installation; NUL-terminated, as it was given */
    str erts_vsn;          /* "13.1.5" */
    str erts_dir;          /* root/erts-13.1.5 */
    int release;           /* OTP release, 25 */
    const char *boot_file; /* where the facts are from */

    struct term preloaded;    /* list of modules */
    struct term mandatory;    /* modules of the first primLoad, in its order */
    struct term kernel_procs; /* list of the kernelProcess instructions */
    struct term erlangrc; /* the apply instruction for .erlang; [] when there is none */
    bool has_optional;    /* application terms have optional_applications (24 on) */
    enum etf_atoms atoms;
};

/*
 * Reads the facts of the installation at root, which has erts-VSN/, bin/ or
 * releases/ with its boot files, and lib/. A folder that is no such installation is an
 * error that says what is missing.
 */
int target_read(struct arena *arena, str root, struct target *target,
                struct err *err) ERR_MUST_CHECK;

/*
 * The root of the installation that a program belongs to ("erl" found on PATH, links
 * resolved): the nearest folder above it with lib/ and an erts-* folder; NULL when
 * there is none.
 */
char *target_root_of_program(struct arena *arena, const char *program);
