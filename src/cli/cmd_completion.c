#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static void print_command_names(const char *separator)
{
    for (const struct command *const *each = commands; *each; each++)
        printf("%s%s", each == commands ? "" : separator, (*each)->name);
}

static void print_bash(void)
{
    printf("_relc() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]}\n"
           "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
           "        COMPREPLY=($(compgen -W '--version ");
    print_command_names(" ");
    printf("' -- \"$word\"))\n        return\n    fi\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (const struct command *const *each = commands; *each; each++) {
        printf("    %s) COMPREPLY=($(compgen -W '--help", (*each)->name);
        for (const struct option *option = (*each)->options; option->name; option++)
            printf(" --%s", option->name);
        printf("' -- \"$word\")) ;;\n");
    }
    printf("    esac\n}\ncomplete -o default -F _relc relc\n");
}

static void print_zsh(void)
{
    printf("#compdef relc\n_relc() {\n    if (( CURRENT == 2 )); then\n"
           "        compadd -- --version ");
    print_command_names(" ");
    printf("\n        return\n    fi\n    case ${words[2]} in\n");
    for (const struct command *const *each = commands; *each; each++) {
        printf("    %s) _arguments '--help'", (*each)->name);
        for (const struct option *option = (*each)->options; option->name; option++)
            printf(" '--%s%s[%s]%s%s'", option->name, option->argument ? "=" : "",
                   option->help, option->argument ? ":" : "",
                   option->argument ? option->argument : "");
        printf(" '*:file:_files' ;;\n");
    }
    printf("    esac\n}\ncompdef _relc relc\n");
}

static void print_fish(void)
{
    printf("complete -c relc -f\n");
    for (const struct command *const *each = commands; *each; each++) {
        printf("complete -c relc -n __fish_use_subcommand -a %s -d '%s'\n", (*each)->name,
               (*each)->summary);
        for (const struct option *option = (*each)->options; option->name; option++)
            printf(
                "complete -c relc -n '__fish_seen_subcommand_from %s' -l %s%s -d '%s'\n",
                (*each)->name, option->name, option->argument ? " -r" : "", option->help);
    }
}

static int completion_run(struct arena *arena, const struct arguments *arguments,
                          struct console *console, struct err *err)
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    (void)arena, (void)console;
    for (size_t i = 0; arguments->word_count && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(arguments->words[0], shells[i].shell) != 0)
            continue;
        shells[i].print();
        return 0;
    }
    err_set(err, ERR_USAGE,
            "relc completion needs the name of a shell: bash, zsh or fish");
    return err_hint(err, "for example: eval \"$(relc completion bash)\"");
}

static const struct option no_options[] = {{NULL, NULL, NULL}};

const struct command command_completion = {
    .name = "completion",
    .summary = "Print the completion of relc for a shell.",
    .usage = "bash|zsh|fish",
    .max_words = 1,
    .options = no_options,
    .run = completion_run,
};
