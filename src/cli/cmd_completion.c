#include "cli/command.h"

#include <stdio.h>
#include <string.h>

/* As a word in single quotes, for zsh (fish takes it as well). */
static void print_quoted(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", stdout);
        putchar(*text);
    }
}

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

static void print_zsh_option(const struct option *option)
{
    printf(" '--%s%s[", option->name, option->argument ? "=" : "");
    print_quoted(option->help);
    printf("]%s%s'", option->argument ? ":" : "",
           option->argument ? option->argument : "");
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
            print_zsh_option(option);
        printf(" '*:file:_files' ;;\n");
    }
    printf("    esac\n}\ncompdef _relc relc\n");
}

static void print_fish_line(const char *start, const char *help)
{
    printf("complete -c relc %s -d '", start);
    print_quoted(help);
    printf("'\n");
}

static void print_fish(void)
{
    char start[256];
    printf("complete -c relc -f\n");
    for (const struct command *const *each = commands; *each; each++) {
        snprintf(start, sizeof start, "-n __fish_use_subcommand -a %s", (*each)->name);
        print_fish_line(start, (*each)->summary);
        for (const struct option *option = (*each)->options; option->name; option++) {
            snprintf(start, sizeof start, "-n '__fish_seen_subcommand_from %s' -l %s%s",
                     (*each)->name, option->name, option->argument ? " -r" : "");
            print_fish_line(start, option->help);
        }
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
