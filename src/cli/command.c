#include "cli/command.h"

#include "relc/base/fs.h"
#include "relc/build/build.h"

#include <stdio.h>
#include <string.h>

const struct command *const commands[] = {
    &command_init, &command_build, &command_appup,      &command_check, &command_inspect,
    &command_diff, &command_clean, &command_completion, &command_help,  NULL};

const struct command *command_find(const char *name, struct err *err)
{
    const char *names[16];
    size_t count = 0;
    for (; commands[count]; count++) {
        if (strcmp(commands[count]->name, name) == 0)
            return commands[count];
        names[count] = commands[count]->name;
    }
    const char *nearest = str_nearest(str_of(name), names, count);
    err_set(err, ERR_USAGE, "unknown command '%s'", name);
    if (nearest)
        err_hint(err, "did you mean '%s'?", nearest);
    else
        err_hint(err, "`relc help` lists the commands");
    return NULL;
}

static int unknown_option(const struct command *command, str name, struct err *err)
{
    const char *names[MAX_OPTIONS];
    size_t count = 0;
    for (; command->options[count].name; count++)
        names[count] = command->options[count].name;
    const char *nearest = str_nearest(name, names, count);
    err_set(err, ERR_USAGE, "relc %s has no option '--%.*s'", command->name,
            STR_ARG(name));
    return nearest ? err_hint(err, "did you mean '--%s'?", nearest)
                   : err_hint(err, "`relc help %s` lists its options", command->name);
}

static bool repeats(const struct option *option)
{
    return option->argument && str_ends(str_of(option->argument), STR("..."));
}

/* Reads the option in argv[*at]; moves *at on when its value is the next word. */
static int read_option(const struct command *command, int argc, char **argv, int *at,
                       struct arguments *arguments, struct err *err)
{
    str word = str_of(argv[*at] + 2);
    size_t equals = str_find(word, '=');
    str name = str_slice(word, 0, equals);
    size_t i = 0;
    while (command->options[i].name && !str_eqz(name, command->options[i].name))
        i++;
    const struct option *option = &command->options[i];
    const char *value = equals < word.len ? word.ptr + equals + 1 : NULL;
    if (!option->name)
        return unknown_option(command, name, err);
    if (!repeats(option) && argument(arguments, option->name))
        return err_set(err, ERR_USAGE, "option '--%s' is given twice", option->name);
    if (!option->argument && value)
        return err_set(err, ERR_USAGE, "option '--%s' takes no value", option->name);
    if (!option->argument)
        value = "";
    else if (!value && *at + 1 < argc)
        value = argv[++*at];
    if (option->argument && (!value || !*value))
        return err_set(err, ERR_USAGE, "option '--%s' needs a value: %s", option->name,
                       option->argument);
    arguments->options[arguments->option_count++] = (struct given_option){option, value};
    return 0;
}

int arguments_read(struct arena *arena, const struct command *command, int argc,
                   char **argv, struct arguments *arguments, struct err *err)
{
    bool options = true;
    *arguments = (struct arguments){
        .command = command,
        .options = arena_array(arena, (size_t)argc + 1, sizeof *arguments->options),
        .words = arena_array(arena, (size_t)argc + 1, sizeof *arguments->words),
    };
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && strncmp(word, "--", 2) == 0) {
            if (read_option(command, argc, argv, &i, arguments, err) != 0)
                return -1;
        } else if (options && word[0] == '-' && word[1]) {
            err_set(err, ERR_USAGE, "unknown option '%s'", word);
            return err_hint(err, "options have two dashes: `relc help %s`",
                            command->name);
        } else if (arguments->word_count == command->max_words) {
            err_set(err, ERR_USAGE, "relc %s does not take the argument '%s'",
                    command->name, word);
            return err_hint(err, "`relc help %s` tells what it takes", command->name);
        } else {
            arguments->words[arguments->word_count++] = word;
        }
    }
    return 0;
}

const char *argument(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->options[i].option->name, name) == 0)
            return arguments->options[i].value;
    return NULL;
}

const char **argument_all(struct arena *arena, const struct arguments *arguments,
                          const char *name, size_t *count)
{
    const char **values = arena_array(arena, arguments->option_count, sizeof *values);
    *count = 0;
    for (size_t i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->options[i].option->name, name) == 0)
            values[(*count)++] = arguments->options[i].value;
    return values;
}

int arguments_verbosity(const struct arguments *arguments, struct console *console,
                        struct err *err)
{
    static const struct {
        const char *name;
        enum verbosity verbosity;
    } levels[] = {
        {"verbose", SAY_DETAILS}, {"quiet", SAY_WARNINGS}, {"silent", SAY_ERRORS}};
    const char *given = NULL;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (!argument(arguments, levels[i].name))
            continue;
        if (given)
            return err_set(err, ERR_USAGE, "'--%s' and '--%s' exclude each other", given,
                           levels[i].name);
        given = levels[i].name;
        console->verbosity = levels[i].verbosity;
    }
    return 0;
}

int arguments_profile(struct arena *arena, const struct arguments *arguments,
                      struct profile_choice *choice, struct err *err)
{
    const char *profile = argument(arguments, "profile");
    choice->release = str_of(argument(arguments, "name"));
    choice->environment = str_of(argument(arguments, "env"));
    if (!profile)
        return 0;
    if (choice->release.ptr || choice->environment.ptr)
        return err_set(err, ERR_USAGE, "'--profile' excludes '--name' and '--env'");
    str rest = str_of(profile);
    choice->release = arena_str(arena, str_split(&rest, ':'));
    if (!choice->release.len || !rest.len || str_find(rest, ':') < rest.len)
        return err_set(err, ERR_USAGE, "invalid profile '%s', must be NAME:ENV", profile);
    choice->environment = rest;
    return 0;
}

int arguments_project(struct arena *arena, const struct arguments *arguments,
                      struct build_options *build, struct err *err)
{
    str folder;
    if (arguments_profile(arena, arguments, &build->choice, err) != 0 ||
        fs_current_dir(arena, &folder, err) != 0)
        return -1;
    build->folder = folder.ptr;
    return 0;
}
