#pragma once
/*
 * The kinds of project, one function each: the application names and versions that
 * the sources tell. What cannot be told is left out; only unreadable files are errors.
 */
#include "relc/config/project.h"

enum { PROJECT_FILE_MAX_BYTES = 1 << 20 };

/* The project's own applications while they are being collected. */
struct app_list {
    struct arena *arena;
    struct project_app *items;
    size_t count;
    size_t capacity;
};

/* Adds an application once; a name or version that cannot be one counts as unknown. */
void app_list_add(struct app_list *list, str name, str version);

/* The file ROOT/NAME; *text has ptr NULL when there is none. */
int project_file(struct arena *arena, str root, const char *name, str *text,
                 struct err *err) ERR_MUST_CHECK;

/* Names of the folders (links followed) in ROOT/NAME, sorted; none if there is no such.
 */
int project_folders(struct arena *arena, str root, const char *name, str **names,
                    size_t *count, struct err *err) ERR_MUST_CHECK;

bool project_has_file(struct arena *arena, str root, const char *name);

/*
 * Each adds the applications of a project of its kind; text is the content of mix.exs
 * (which tells the kind and the build folder as well) or of gleam.toml.
 */
int mix_detect(struct app_list *apps, str text, struct project *project,
               struct err *err) ERR_MUST_CHECK;
int rebar3_detect(struct app_list *apps, str root, struct err *err) ERR_MUST_CHECK;
int erlang_mk_detect(struct app_list *apps, str root, struct err *err) ERR_MUST_CHECK;
void gleam_detect(struct app_list *apps, str text);

/* True when the folder's Makefile includes erlang.mk. */
int erlang_mk_used(struct arena *arena, str root, bool *used,
                   struct err *err) ERR_MUST_CHECK;

/* The value of {vsn, ...} in an .app or .app.src file; ptr NULL when it is no version. */
str app_file_version(struct arena *arena, const char *path);

/* The .app file of an application in DIR/APP/ebin or DIR/ebin; ptr NULL if none is. */
str project_app_file(struct arena *arena, str dir, str app);

/* The command that compiles the project for an environment; "" for PROJECT_NONE. */
str project_compile_command(struct arena *arena, const struct project *project,
                            str environment);
