#pragma once
/*
 * Elixir's configuration files: config/config.exs and what it imports.
 *
 * relc evaluates them itself as far as they consist of literals, operators, conditions,
 * variables and a few functions (docs/config.md lists them); the rest is left to the
 * project's own Elixir. The result is that of Elixir's Config.Reader.read!/2, in the same
 * order.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"
#include "relc/base/report.h"
#include "relc/term/term.h"

struct exs_options {
    str root;            /* the project's folder, absolute: File.cwd!() */
    str env;             /* config_env() */
    str target;          /* config_target() */
    const char *program; /* of Elixir, or NULL when there is none */
};

/*
 * Evaluates the file without Elixir. *needs_elixir is true when that fails but may well
 * be good Elixir; the err says what it is, and where.
 *
 * Limits: a megabyte a file, some 16 million terms and bytes of work in all. Imports that
 * lead back to a file that is being read are an error that tells the chain.
 */
int exs_config_read(struct arena *arena, const char *path,
                    const struct exs_options *options, struct term *config,
                    bool *needs_elixir, struct err *err) ERR_MUST_CHECK;

/*
 * The same, and where it needs Elixir, options->program evaluates the file. What Elixir
 * writes while it does is reported as a note; when it fails, the err has its message and
 * place.
 */
int exs_config_evaluate(struct arena *arena, const char *path,
                        const struct exs_options *options, const struct report *report,
                        struct term *config, struct err *err) ERR_MUST_CHECK;

/*
 * The file and all that it imports, in any of its branches, as paths relative to its
 * folder; files that are not there are left out. Where that can't be told, all .exs files
 * of the folder. An import from another folder is an error.
 */
int exs_config_files(struct arena *arena, const char *path,
                     const struct exs_options *options, str **files, size_t *count,
                     struct err *err) ERR_MUST_CHECK;

/*
 * Lays one configuration, [{App, [{Key, Value}]}], over another as Elixir's
 * Config.Reader.merge/2 does: keyword lists are merged at every depth, what is under one
 * comes after the rest.
 */
struct term exs_config_merge(struct arena *arena, const struct term *under,
                             const struct term *over);
