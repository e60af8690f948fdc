#pragma once
/*
 * The catalogue: where applications are. Folders are searched in the order in which
 * they were added (the project's before Erlang's); a .app file is read when its
 * application is asked for, and only then.
 */
#include "relc/base/map.h"
#include "relc/otp/app.h"

/* What kind of place an application comes from. */
enum origin { ORIGIN_PROJECT, ORIGIN_LIB_DIR, ORIGIN_ELIXIR, ORIGIN_ERLANG };

struct catalogue {
    struct arena *arena;
    int otp;              /* rules for .app files */
    struct map by_name;   /* name -> struct candidates (private) */
    struct map read;      /* folder -> struct found * */
    struct map overrides; /* name -> struct found *, whatever the folders have */
    struct map chosen;    /* name -> what was found for it without a version */
    struct map probed;    /* names that were looked for whatever folders are called */
    struct names folders; /* what was searched, for messages */
    /* Called for each application when it is read; may be NULL. */
    void (*adjust)(void *context, struct app *app);
    void *context;
};

struct found {
    struct app app;
    enum origin origin;
};

void catalogue_init(struct catalogue *catalogue, struct arena *arena, int otp);

/*
 * Adds a folder of applications (each APP/ebin or APP-VSN/ebin below it), or a folder
 * that is itself an application (DIR/ebin/APP.app).
 */
int catalogue_add(struct catalogue *catalogue, const char *folder, enum origin origin,
                  struct err *err) ERR_MUST_CHECK;

/*
 * Says where an application is, whatever the folders have: DIR/ebin/NAME.app, which must
 * be there.
 */
int catalogue_override(struct catalogue *catalogue, str name, const char *dir,
                       enum origin origin, struct err *err) ERR_MUST_CHECK;

/*
 * The application of that name: of the first folder that has it, there the highest
 * version; with version.ptr not NULL the first one of exactly that version in any
 * folder. *found is NULL when there is none: an error only in catalogue_get, which
 * tells which versions there are instead, or the nearest name.
 */
int catalogue_find(struct catalogue *catalogue, str name, str version,
                   const struct found **found, struct err *err) ERR_MUST_CHECK;
int catalogue_get(struct catalogue *catalogue, str name, str version,
                  const struct found **found, struct err *err) ERR_MUST_CHECK;

/* The same without a version, and only of the project's folders and lib_dirs. */
int catalogue_find_own(struct catalogue *catalogue, str name, const struct found **found,
                       struct err *err) ERR_MUST_CHECK;

/* Versions by their numbers: "1.10" is above "1.9", "1.0.0-rc1" below "1.0.0". */
int version_compare(str a, str b);

/* Sorts by version_compare. */
void versions_sort(str *versions, size_t count);
