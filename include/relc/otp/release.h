#pragma once
/*
 * A release as OTP sees it: name, version, ERTS and applications in the order of the
 * .rel file; its .rel, RELEASES and start_erl.data. Source: rel(4), otp.md 3.1 and 4.1.
 */
#include "relc/base/report.h"
#include "relc/otp/app.h"
#include "relc/otp/catalogue.h"
#include "relc/otp/start_type.h"

struct rel_app {
    const struct app *app;
    enum start_type type;
    enum origin origin;
    bool overrides_included;   /* the .rel names the included applications itself */
    struct names included;     /* as they hold in this release */
    struct names applications; /* set by release_check: as the boot script has them */
    str lib; /* what its path in boot scripts starts with: "$ROOT/lib" */
};

struct release {
    str name;
    str vsn;
    str erts_vsn;
    struct rel_app *apps; /* in the order of the .rel file */
    size_t app_count;
};

/* The application of that name, or NULL. */
struct rel_app *release_app(const struct release *release, str name);

/* Where things are in a release: "lib/NAME-VSN" and "releases/VSN". */
str release_app_dir(struct arena *arena, const struct app *app);
str release_vsn_dir(struct arena *arena, const struct release *release);

/* {release, {Name, Vsn}, {erts, ErtsVsn}, Apps}. */
struct term release_term(struct arena *arena, const struct release *release);

/*
 * The release that a .rel term describes, its applications taken from the catalogue.
 * file is for messages.
 */
int release_of_term(struct arena *arena, const struct term *term, const char *file,
                    struct catalogue *catalogue, struct release *release,
                    struct err *err) ERR_MUST_CHECK;

/*
 * The checks that systools makes over the whole set (otp.md 3.2): kernel and stdlib
 * permanent, no application missing, none included twice or in a ring, no module or
 * registered name in two applications. Then the dependencies of each application are
 * rewritten for included applications and sorted: rel_app.applications and .included
 * are what the boot script shows. Things that OTP warns about go to report.
 */
int release_check(struct arena *arena, struct release *release,
                  const struct report *report, struct err *err) ERR_MUST_CHECK;

/*
 * The applications in the order in which they start (otp.md 3.3), for a release that
 * release_check has seen. A cycle is an error that shows it.
 */
int release_start_order(struct arena *arena, const struct release *release,
                        const struct rel_app ***order, struct err *err) ERR_MUST_CHECK;

/* The content of releases/RELEASES: this release, permanent, with relative folders. */
struct term release_releases_term(struct arena *arena, const struct release *release);

/* The content of releases/start_erl.data: "ERTS VSN". */
str release_start_erl_data(struct arena *arena, const struct release *release);
