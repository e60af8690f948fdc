#include "cli/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *colour(const struct console *console, const char *code)
{
    return console->colour ? code : "";
}

static void console_emit(void *context, enum report_level level, str text)
{
    const struct console *console = context;
    static const enum verbosity needed[] = {
        [REPORT_DETAIL] = SAY_DETAILS,
        [REPORT_STEP] = SAY_STEPS,
        [REPORT_NOTE] = SAY_STEPS,
        [REPORT_WARNING] = SAY_WARNINGS,
    };
    if (console->verbosity < needed[level])
        return;
    const char *off = colour(console, "\033[0m");
    switch (level) {
    case REPORT_STEP:
        fprintf(stderr, "%s==> %s%.*s\n", colour(console, "\033[36m"), off,
                STR_ARG(text));
        break;
    case REPORT_WARNING:
        fprintf(stderr, "relc: %swarning:%s %.*s\n", colour(console, "\033[33m"), off,
                STR_ARG(text));
        break;
    case REPORT_DETAIL:
    case REPORT_NOTE:
        fprintf(stderr, "    %.*s\n", STR_ARG(text));
        break;
    }
}

void console_init(struct console *console)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
    *console = (struct console){
        .verbosity = SAY_STEPS,
        .colour = isatty(STDERR_FILENO) && !(no_colour && *no_colour) &&
                  !(term && strcmp(term, "dumb") == 0),
    };
    console->report = (struct report){console_emit, console};
}

void console_error(const struct console *console, const struct err *err)
{
    fprintf(stderr, "relc: %serror:%s ", colour(console, "\033[31m"),
            colour(console, "\033[0m"));
    if (err->file)
        fprintf(stderr, "%s:", err->file);
    if (err->file && err->line)
        fprintf(stderr, "%u:", err->line);
    if (err->file && err->line && err->column)
        fprintf(stderr, "%u:", err->column);
    fprintf(stderr, "%s%s\n", err->file ? " " : "", err->message);
    if (err->hint)
        fprintf(stderr, "  %s\n", err->hint);
}
