#pragma once
/*
 * Private to migrate/: a configuration that is being moved over. The readers of the three
 * kinds of sources (distillery.c, mix.c, relx.c) hand over values as Erlang terms;
 * values.c writes them as rel/config.yaml has them, write.c the file.
 */
#include "config/exs/eval.h"
#include "relc/base/map.h"
#include "relc/config/migrate.h"
#include "relc/term/term.h"

/* A setting, or a comment in place of one. */
struct moved_line {
    str name; /* ptr NULL for a comment */
    str text; /* the value as YAML, or the comment; further lines begin with '\n' */
};

/* A release or an environment; or what stands at the top. */
struct moved_profile {
    str name;
    bool is_release;
    struct moved_line *lines;
    size_t count, capacity;
};

struct moved {
    struct arena *arena;
    const struct project *project;
    enum migrate_kind kind;
    str source; /* its path, for messages and comments */
    str text;   /* its content */
    size_t notes;

    str default_release; /* ptr NULL for none */
    str default_environment;
    struct moved_profile top; /* comments only */
    struct moved_profile *releases;
    size_t release_count, release_capacity;
    struct moved_profile *environments;
    size_t environment_count, environment_capacity;

    struct migrate_file *files;
    size_t file_count, file_capacity;

    struct map variables;           /* of the source: name -> what it was assigned */
    const struct binding *bindings; /* those of them with a known value */
    struct err *err;
};

/* The profile of the name: a new one, or the one of that name, emptied. */
struct moved_profile *moved_release(struct moved *moved, str name);
struct moved_profile *moved_environment(struct moved *moved, str name);
struct moved_profile *moved_find(struct moved_profile *profiles, size_t count, str name);

const struct moved_line *moved_get(const struct moved_profile *profile, const char *name);
bool moved_has(const struct moved_profile *profile, const char *name);

/*
 * Sets a setting to a value: as rel/config.yaml writes it when relc has the setting and
 * takes the value, else as a comment. line is where it stands in the source.
 */
void moved_set(struct moved *moved, struct moved_profile *profile, const char *name,
               const struct term *value, unsigned line);

/* The same with a value that is YAML already. */
void moved_set_yaml(struct moved *moved, struct moved_profile *profile, const char *name,
                    str yaml, unsigned line);

/* A comment about a line of the source: what it says, and what to do. */
void moved_note(struct moved *moved, struct moved_profile *profile, unsigned line,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A comment of one line that is about no line of the source. */
void moved_say(struct moved *moved, struct moved_profile *profile, const char *text);

/* What the name becomes: nothing, or a comment with the advice. */
struct moved_advice {
    const char *name;
    const char *advice; /* NULL: leave it out, it says nothing in relc */
};

/* True when the name is in the table, ended by a NULL name, and was dealt with. */
bool moved_advise(struct moved *moved, struct moved_profile *profile,
                  const struct moved_advice *table, str name, unsigned line);

/*
 * The value as YAML by the type of the setting; false when it has none. Lines after the
 * first begin with '\n'.
 */
bool moved_yaml(struct arena *arena, const char *setting, const struct term *value,
                str *yaml);

/* A text as a YAML scalar, quoted where it must be. */
str yaml_scalar(struct arena *arena, str text);

/* The text of a binary, of a list of characters or of an atom. */
bool moved_text(struct arena *arena, const struct term *term, str *text);

/* "My.Module" of 'Elixir.My.Module'. */
str module_text(str atom);

str moved_write(struct moved *moved);

/* Readers: each fills the moved configuration from its text. */
int move_distillery(struct moved *moved) ERR_MUST_CHECK;
int move_mix(struct moved *moved, bool *found) ERR_MUST_CHECK;
int move_relx(struct moved *moved, bool *found) ERR_MUST_CHECK;

/* --- what the readers of Elixir share: exs_source.c --- */

/* The value of an expression that needs neither Elixir nor the environment. */
bool source_value(struct moved *moved, const struct exs_node *node, struct term *value);

/* Notes `name = expression`; false for anything else. */
bool source_assign(struct moved *moved, const struct exs_node *node);

/*
 * "!env NAME" or "!env NAME:-DEFAULT" when the expression takes a value from the
 * environment, perhaps turned into an atom.
 */
bool source_env(struct moved *moved, const struct exs_node *node, str *yaml);

/* Sets a setting to an expression's value. */
void source_set(struct moved *moved, struct moved_profile *profile, const char *name,
                const struct exs_node *node);
