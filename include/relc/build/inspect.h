#pragma once
/*
 * What is in a release that exists: its parts with their sizes, all files of this version
 * (a folder may hold others), and the ways of its relup. Of what changed between two
 * releases see diff.h.
 */
#include "relc/build/build.h"
#include "relc/build/release_view.h"
#include "relc/image/image.h"

struct inspected_app {
    str name;
    str vsn;
    enum start_type type; /* START_PERMANENT for one without */
    uint64_t size;
};

struct inspection {
    const struct release_view *view;
    struct image image; /* without packages in it; paths as in the release */
    struct inspected_app *apps;
    size_t app_count; /* in the order of the .rel */
    uint64_t size;
    uint64_t erts_size;
    size_t files;
    bool has_relup;
    struct names up;   /* versions that it leads up from */
    struct names down; /* versions that it leads down to */
    str otp;           /* "25"; ptr NULL when package.info does not tell */
    str kind;          /* "full" or "delta"; ptr NULL without package.info */
};

/* The view is one of release_view_open_whole, and must stay open. */
int inspect_release(struct arena *arena, const struct release_view *view,
                    struct inspection *inspection, struct err *err) ERR_MUST_CHECK;

/*
 * Opens a release as its user names it (upgrade_release_find) and inspects it. Close the
 * view also after a failure.
 */
int inspect_named(struct arena *arena, const struct build_options *options,
                  const char *name, struct release_view *view,
                  struct inspection *inspection, struct err *err) ERR_MUST_CHECK;
