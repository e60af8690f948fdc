#pragma once
/*
 * A release that exists already, as whoever builds an upgrade from it, inspects it or
 * compares it sees it: its .rel with the applications found in its lib/. Made by relc,
 * Distillery, mix release or relx alike; a folder, or a tarball that is unpacked into a
 * private folder for as long as the view is open.
 */
#include "relc/image/image.h"
#include "relc/otp/release.h"

struct cache;

struct release_view {
    str source;  /* the folder or tarball as it was named, for messages */
    str root;    /* the folder with lib/ and releases/; absolute, NUL-terminated */
    str rel_dir; /* root/releases/VSN */
    struct catalogue catalogue;
    struct release release; /* as after release_check */
    bool has_erts;          /* its ERTS is part of it */

    str elixir_vsn; /* empty without Elixir */

    /*
     * Elixir's consolidated protocols: relc has them as an application of the release
     * (in release.apps, else NULL), others in a folder (else NULL).
     */
    const struct rel_app *protocols;
    const char *consolidated_dir;

    char *unpacked; /* the private folder; NULL when there is none */
    int lock;       /* on it, so that others know it from what a killed relc left */
};

/* Which of possibly several releases in a folder; texts with ptr NULL leave it open. */
struct release_choice {
    str name;
    str vsn; /* default: the one that starts (start_erl.data), else the only one */
};

/*
 * Opens the release in a folder (its root: the one with lib/ and releases/) or in a
 * tarball. Of tarballs all is unpacked but the content of ERTS (its folder is there, but
 * empty), sources, boot files and scripts. Must be closed also after a failure.
 */
int release_view_open(struct arena *arena, const char *path,
                      const struct release_choice *choice, struct release_view *view,
                      struct err *err) ERR_MUST_CHECK;

/* The release that an upgrade leads to. */
struct release_next {
    const struct release *release;
    struct image *apps;  /* with the files of its applications; NULL: not known */
    struct cache *cache; /* or NULL */
};

/*
 * The same for an upgrade. Applications that the next release has in the same version and
 * with the same files are looked at there: app.dir is that of the next release, which
 * must stay. Of a tarball they are not unpacked, and not even read when the cache knows
 * that they are the same.
 */
int release_view_open_base(struct arena *arena, const char *path,
                           const struct release_choice *choice,
                           const struct release_next *next, struct release_view *view,
                           struct err *err) ERR_MUST_CHECK;

/* As release_view_open, but of tarballs everything is unpacked. */
int release_view_open_whole(struct arena *arena, const char *path,
                            const struct release_choice *choice,
                            struct release_view *view, struct err *err) ERR_MUST_CHECK;

/* Removes what was unpacked. The texts of the view stay, they are in the arena. */
void release_view_close(struct release_view *view);

/*
 * The versions of release name that the folder root holds (releases/VSN/NAME.rel), in
 * the order of version_compare; none when there is no such folder.
 */
int release_view_versions(struct arena *arena, const char *root, str name, str **versions,
                          size_t *count, struct err *err) ERR_MUST_CHECK;
