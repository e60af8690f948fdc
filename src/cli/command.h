#pragma once
/*
 * Subcommands as constant descriptors: name, options and what to run. Parsing, help and
 * completion come from the same tables.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"
#include "relc/config/profile.h"

#include "cli/console.h"

#include <stdbool.h>

enum { MAX_OPTIONS = 32 };

struct option {
    const char *name;     /* without the dashes */
    const char *argument; /* what it takes, "ENV"; NULL for a flag; "VSN..." repeats */
    const char *help;
};

struct build_options; /* relc/build/build.h */
struct command;

struct given_option {
    const struct option *option;
    const char *value; /* "" for a flag */
};

/* What the command line said, in its order. */
struct arguments {
    const struct command *command;
    struct given_option *options;
    size_t option_count;
    const char **words; /* arguments that are no options */
    size_t word_count;
};

struct command {
    const char *name;
    const char *summary;
    const char *usage; /* arguments that are no options: "[COMMAND]"; "" for none */
    size_t max_words;
    const struct option *options; /* ends with a NULL name */
    int (*run)(struct arena *arena, const struct arguments *arguments,
               struct console *console, struct err *err);
};

extern const struct command command_build;
extern const struct command command_appup;
extern const struct command command_check;
extern const struct command command_clean;
extern const struct command command_inspect;
extern const struct command command_diff;
extern const struct command command_init;
extern const struct command command_help;
extern const struct command command_completion;

/* All commands in the order of the help, ended by NULL. */
extern const struct command *const commands[];

/* The command of that name; an unknown one is an error with the nearest name. */
const struct command *command_find(const char *name, struct err *err);

/*
 * Reads argv[argc] (after the command's name). Options may stand anywhere; "--" ends
 * them. An option may be given once unless it repeats; its value follows "=" or is the
 * next word.
 */
int arguments_read(struct arena *arena, const struct command *command, int argc,
                   char **argv, struct arguments *arguments,
                   struct err *err) ERR_MUST_CHECK;

/* The value of an option, "" for a flag, NULL when it was not given. */
const char *argument(const struct arguments *arguments, const char *name);

/* All values of an option that repeats. */
const char **argument_all(struct arena *arena, const struct arguments *arguments,
                          const char *name, size_t *count);

/* --verbose, --quiet, --silent: how much is said. */
int arguments_verbosity(const struct arguments *arguments, struct console *console,
                        struct err *err) ERR_MUST_CHECK;

/* --name and --env, or --profile NAME:ENV, which sets both and excludes them. */
int arguments_profile(struct arena *arena, const struct arguments *arguments,
                      struct profile_choice *choice, struct err *err) ERR_MUST_CHECK;

/* The same, and the project is the one in the working folder. */
int arguments_project(struct arena *arena, const struct arguments *arguments,
                      struct build_options *build, struct err *err) ERR_MUST_CHECK;

/* The help of one command, or of relc when command is NULL, to standard output. */
void help_print(const struct command *command);
