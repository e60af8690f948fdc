#pragma once
/*
 * Boot scripts: the instructions by which the VM loads and starts a release. Equal,
 * term for term, to what systools:make_script makes. Source: script(4), otp.md 3.5.
 */
#include "relc/otp/release.h"
#include "relc/otp/target.h"

enum boot_kind {
    BOOT_START, /* the release */
    BOOT_CLEAN, /* all applications loaded; only kernel, stdlib, compiler, elixir start */
};

struct boot_options {
    enum boot_kind kind;
    bool no_dot_erlang;   /* without the instruction that runs the user's .erlang */
    bool config_provider; /* runs Elixir's Config.Provider once stdlib is started */
    /*
     * An application whose folder stands first in every path but the very first
     * (kernel and stdlib's): Elixir's consolidated protocols. NULL for none.
     */
    const struct rel_app *first;
};

/* The script of a release that release_check has seen. */
int boot_script(struct arena *arena, const struct release *release,
                const struct target *target, const struct boot_options *options,
                struct term *script, struct err *err) ERR_MUST_CHECK;
