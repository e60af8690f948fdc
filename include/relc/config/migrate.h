#pragma once
/*
 * Moving projects over to relc: what Distillery's rel/config.exs, the releases of a
 * mix.exs or the relx section of a rebar.config say, as a rel/config.yaml that says the
 * same. What cannot be carried over stays in it as a comment, with its line and what to
 * do instead.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"
#include "relc/config/project.h"

enum migrate_kind {
    MIGRATE_NONE,
    MIGRATE_DISTILLERY,
    MIGRATE_MIX,
    MIGRATE_RELX,
};

/* A file to be written, its path relative to the project. */
struct migrate_file {
    str path;
    str content;
};

struct migration {
    enum migrate_kind kind;
    str source;   /* the file that was read, relative to the project if it is in it */
    str config;   /* the text of rel/config.yaml */
    size_t notes; /* comments about what was not carried over */
    struct migrate_file *files; /* further files that the configuration names */
    size_t file_count;
};

/* "Distillery", "mix release", "relx". */
const char *migrate_kind_name(enum migrate_kind kind);

/*
 * Finds what to move over: the file `from` (NULL: rel/config.exs, else mix.exs with
 * releases, else rebar.config or relx.config with a relx section) and reads it. kind is
 * MIGRATE_NONE when there is nothing. Nothing of the project is run.
 */
int migrate_project(struct arena *arena, const struct project *project, const char *from,
                    struct migration *migration, struct err *err) ERR_MUST_CHECK;
