#pragma once
/*
 * `relc build`: settings, plan, image and sinks, one after the other.
 */
#include "relc/config/profile.h"

enum build_output {
    BUILD_BOTH,     /* the release's folder, and the tarball in it */
    BUILD_NO_TAR,   /* the folder alone */
    BUILD_TAR_ONLY, /* the tarball alone: no folder is made */
};

/* A hot upgrade from earlier versions, in the package beside the release itself. */
struct build_upgrade {
    bool wanted;
    /* Versions in the output folder, tarballs or folders; none: the version before. */
    const char *const *from;
    size_t from_count;
    bool delta;            /* also NAME-delta.tar.gz, with what those versions lack */
    bool restart_emulator; /* at the end of the upgrade, whatever changed */
    bool unchecked;        /* do not judge it (build/upgrade_check.h) */
};

struct build_options {
    const char *folder; /* the project's */
    struct profile_choice choice;
    struct build_upgrade upgrade;
    enum build_output output;
    size_t threads;           /* that compress */
    const char *cache_folder; /* NULL: no cache */
    bool warnings_are_errors;
};

/* What was built; texts are in the arena. */
struct build_result {
    str name;
    str vsn;
    str output_dir; /* ptr NULL with BUILD_TAR_ONLY */
    str tarball;    /* ptr NULL when none was made */
    str delta;      /* the delta package, likewise */
    str executable; /* ptr NULL when none was made */
};

int build_release(struct arena *arena, const struct build_options *options,
                  const struct report *report, struct build_result *result,
                  struct err *err) ERR_MUST_CHECK;

/*
 * The name of the release and its output folder, from the settings alone: nothing is
 * planned, and neither needs to exist.
 */
int build_place(struct arena *arena, const struct build_options *options,
                struct build_result *result, struct err *err) ERR_MUST_CHECK;

/* An appup that relc makes, for its user to edit. */
struct build_appup {
    str from; /* versions of the application */
    str to;
    str text; /* of the file */
};

/*
 * Makes the appup of one application of the release, from the version that
 * options->upgrade names (one, or none: the version before) to the project's. Nothing is
 * written. An application that has the same version in both is an error.
 */
int build_appup(struct arena *arena, const struct build_options *options, const char *app,
                const struct report *report, struct build_appup *result,
                struct err *err) ERR_MUST_CHECK;
