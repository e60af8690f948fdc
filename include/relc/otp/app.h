#pragma once
/*
 * Applications: what a .app file (application resource file) says, checked as systools
 * checks it. Source: app(4), otp.md 3.1.
 */
#include "relc/base/err.h"
#include "relc/term/term.h"

/* Names in an order that matters (that of the file). */
struct names {
    str *items;
    size_t count;
};

bool names_have(const struct names *names, str name);

/* How often name is among the first `limit` names; SIZE_MAX for all. */
size_t names_count(const struct names *names, size_t limit, str name);

/*
 * The name of a module as people write it: "MyApp.Server" stands for Elixir's
 * 'Elixir.MyApp.Server'; a module of Erlang has a small letter.
 */
str module_name(struct arena *arena, str written);

/* A list of atoms. */
struct term names_term(struct arena *arena, const struct names *names);

struct app {
    str name;
    str vsn;
    const char *dir;  /* the application's folder, that of ebin/ and priv/ */
    const char *file; /* the .app file, for messages */

    struct names modules;
    struct names registered;
    struct names applications;
    struct names optional; /* optional_applications, a part of applications */
    struct names included;

    /* Whoever searches for applications may have names taken out of the lists above. */
    bool adjusted;
    struct names left_out; /* modules taken out */

    /* What relc only hands on to the boot script. */
    struct term description;
    struct term id;
    struct term env;
    struct term mod;          /* [] when there is none */
    struct term start_phases; /* the atom undefined when there are none */
    struct term max_t;
    struct term max_p;

    struct term
        compile_env; /* what Elixir's compiler read of the configuration; a list */
};

/*
 * Checks the first term of a .app file; name is the one that the file is named after,
 * otp the OTP release whose rules hold (from 26 on no list may name an atom twice).
 * An application that is wrong in any key that systools looks at is an error.
 */
int app_parse(struct arena *arena, const struct term *term, str name, const char *file,
              int otp, struct app *app, struct err *err) ERR_MUST_CHECK;

/* Reads and parses DIR/ebin/NAME.app. */
int app_read(struct arena *arena, const char *dir, str name, int otp, struct app *app,
             struct err *err) ERR_MUST_CHECK;
