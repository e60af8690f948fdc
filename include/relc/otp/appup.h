#pragma once
/*
 * Application upgrade files (appup(4), otp.md 5.1): reading and checking them, finding
 * the script for a version, and making one from two versions of an application.
 *
 * An appup is {Vsn, [{UpFrom, Script}], [{DownTo, Script}]}. UpFrom and DownTo are
 * strings, or binaries: regular expressions whose first match must be the whole version.
 * The first entry that fits wins. A script is a list of instructions; relc knows those
 * that systools knows, but for the undocumented `restart` and `reboot`, which systools
 * lets through and no release_handler can execute.
 */
#include "relc/otp/app.h"

struct appup {
    const char *file;       /* for messages, borrowed; NULL when relc made it */
    struct term vsn;        /* a string, or a binary: a regular expression */
    const struct term *ups; /* lists of {Version, Script} */
    const struct term *downs;
};

/*
 * Checks the form of an appup, but not the scripts in it: systools lets one be wrong as
 * long as it is not used. The appup borrows from the term.
 */
int appup_parse(struct arena *arena, const struct term *term, const char *file,
                struct appup *appup, struct err *err) ERR_MUST_CHECK;

/*
 * The script of the way up from (down to) a version, its instructions checked; NULL when
 * there is no entry for it. A regular expression that is wrong, or that takes more than
 * a bounded number of steps, is an error.
 */
int appup_script(struct arena *arena, const struct appup *appup, bool up, str version,
                 const struct term **script, struct err *err) ERR_MUST_CHECK;

/* Whether the appup is one for version `vsn` of its application. */
int appup_is_for(struct arena *arena, const struct appup *appup, str vsn, bool *is_for,
                 struct err *err) ERR_MUST_CHECK;

/* Whether it is for new_vsn and leads up from, and down to, old_vsn. */
int appup_covers(struct arena *arena, const struct appup *appup, str old_vsn, str new_vsn,
                 bool *covers, struct err *err) ERR_MUST_CHECK;

/* The versions of the way up (down), for messages: "1.0", <<"1\\..*">>; or "none". */
str appup_versions(struct arena *arena, const struct appup *appup, bool up);

/* A list of instructions, each of the form that systools demands; file is for messages.
 */
int appup_check_script(struct arena *arena, const struct term *script, const char *file,
                       struct err *err) ERR_MUST_CHECK;

/* The entries of both for one version, those of first first, so that they win. */
struct term appup_join(struct arena *arena, const struct appup *first,
                       const struct appup *second);

/* A version of an application and the folder with its BEAM files. */
struct app_version {
    const struct app *app;
    const char *ebin;
};

/*
 * Makes an appup with one entry for each way, from the modules that the two .app files
 * name. Modules that did not change in code get no instruction, so that the scripts are
 * empty when nothing did. left_out (may be NULL) are modules that other means replace:
 * consolidated protocols (otp.md 7.3). The rules, and why they are so, are at the top of
 * appup_generate.c. Modules that would be loaded or replaced and have no attributes are
 * errors (beam/facts.h), so are missing or damaged files.
 */
int appup_generate(struct arena *arena, const struct app_version *old_app,
                   const struct app_version *new_app, const struct names *left_out,
                   struct term *appup, struct err *err) ERR_MUST_CHECK;

/*
 * Makes the appup of an application whose modules are in no .app file: Elixir's
 * consolidated protocols (otp.md 7.3). What differs is loaded anew, what is in one
 * folder only is loaded or removed. A folder that does not exist counts as empty.
 */
int appup_generate_protocols(struct arena *arena, str name, str old_vsn,
                             const char *old_ebin, str new_vsn, const char *new_ebin,
                             struct term *appup, struct err *err) ERR_MUST_CHECK;
