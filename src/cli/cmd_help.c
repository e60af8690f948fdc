#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static void print_options(const struct command *command)
{
    if (command->options[0].name)
        printf("\nOptions:\n");
    for (const struct option *option = command->options; option->name; option++) {
        char text[64];
        snprintf(text, sizeof text, "--%s%s%s", option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        printf("  %-24s %s\n", text, option->help);
    }
}

void help_print(const struct command *command)
{
    if (command) {
        printf("Usage: relc %s%s%s%s\n\n%s\n", command->name,
               command->options[0].name ? " [OPTIONS]" : "", *command->usage ? " " : "",
               command->usage, command->summary);
        print_options(command);
        return;
    }
    printf("relc builds releases of Erlang-VM applications.\n\n"
           "Usage: relc COMMAND [OPTIONS]\n\nCommands:\n");
    for (const struct command *const *each = commands; *each; each++)
        printf("  %-12s %s\n", (*each)->name, (*each)->summary);
    printf("\n`relc help COMMAND` tells more about one; `relc --version` which relc this "
           "is.\nOptions take `--opt VALUE` and `--opt=VALUE`.\n");
}

static int help_run(struct arena *arena, const struct arguments *arguments,
                    struct console *console, struct err *err)
{
    const struct command *command = NULL;
    (void)arena, (void)console;
    if (arguments->word_count) {
        command = command_find(arguments->words[0], err);
        if (!command)
            return -1;
    }
    help_print(command);
    return 0;
}

static const struct option no_options[] = {{NULL, NULL, NULL}};

const struct command command_help = {
    .name = "help",
    .summary = "Tell how relc, or one of its commands, is used.",
    .usage = "[COMMAND]",
    .max_words = 1,
    .options = no_options,
    .run = help_run,
};
