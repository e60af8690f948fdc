/*
 * The relc program: finds the command, runs it, prints its error. Exit status: 0 done,
 * 1 the work failed, 2 wrong usage.
 */
#include "cli/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run_command(struct arena *arena, int argc, char **argv,
                       struct console *console, struct err *err)
{
    struct arguments arguments;
    const struct command *command = command_find(argv[0], err);
    if (!command)
        return -1;
    if (asks_for_help(argc - 1, argv + 1)) {
        help_print(command);
        return 0;
    }
    if (arguments_read(arena, command, argc - 1, argv + 1, &arguments, err) != 0)
        return -1;
    return command->run(arena, &arguments, console, err);
}

static int run(struct arena *arena, int argc, char **argv, struct console *console,
               struct err *err)
{
    if (argc < 2) {
        err_set(err, ERR_USAGE, "no command is given");
        return err_hint(err, "`relc help` lists the commands");
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("relc %s\n", RELC_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_print(NULL);
        return 0;
    }
    return run_command(arena, argc - 1, argv + 1, console, err);
}

/* A result that did not reach its reader is a failure. */
static int close_output(struct err *err)
{
    bool failed = ferror(stdout) != 0;
    if (fclose(stdout) == 0 && !failed)
        return 0;
    return err_errno(err, errno, "cannot write to standard output");
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct err err;
    struct console console;
    arena_init(&arena);
    err_init(&err);
    console_init(&console);
    /* Writes to a file that may not grow fail with EFBIG then, and are reported. */
    signal(SIGXFSZ, SIG_IGN);
    int result = run(&arena, argc, argv, &console, &err);
    if (result == 0)
        result = close_output(&err);
    if (result != 0)
        console_error(&console, &err);
    int status = result == 0             ? EXIT_DONE
                 : err.kind == ERR_USAGE ? EXIT_USAGE
                                         : EXIT_FAILED;
    err_release(&err);
    arena_release(&arena);
    return status;
}
