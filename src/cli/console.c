#include "cli/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *colour(const struct console *console, const char *code)
{
    return console->colour ? code : "";
}

/* Names come from files: control characters in them must not reach the terminal. */
static void print_safely(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        putc(c < ' ' || c == 0x7f ? '?' : c, stderr);
    }
}

static void console_emit(void *context, enum report_level level, str text)
{
    const struct console *console = context;
    static const enum verbosity needed[] = {
        [REPORT_DETAIL] = SAY_DETAILS, [REPORT_STEP] = SAY_STEPS,
        [REPORT_NOTE] = SAY_STEPS,     [REPORT_WARNING] = SAY_WARNINGS,
        [REPORT_ERROR] = SAY_ERRORS,
    };
    if (console->verbosity < needed[level])
        return;
    const char *off = colour(console, "\033[0m");
    switch (level) {
    case REPORT_STEP:
        fprintf(stderr, "%s==> %s", colour(console, "\033[36m"), off);
        break;
    case REPORT_WARNING:
        fprintf(stderr, "relc: %swarning:%s ", colour(console, "\033[33m"), off);
        break;
    case REPORT_ERROR:
        fprintf(stderr, "relc: %serror:%s ", colour(console, "\033[31m"), off);
        break;
    case REPORT_DETAIL:
    case REPORT_NOTE:
        fputs("    ", stderr);
        break;
    }
    print_safely(text);
    putc('\n', stderr);
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
    if (err->file) {
        print_safely(str_of(err->file));
        putc(':', stderr);
    }
    if (err->file && err->line)
        fprintf(stderr, "%u:", err->line);
    if (err->file && err->line && err->column)
        fprintf(stderr, "%u:", err->column);
    if (err->file)
        putc(' ', stderr);
    print_safely(str_of(err->message));
    putc('\n', stderr);
    for (str rest = str_of(err->hint); rest.ptr;) {
        fputs("  ", stderr);
        print_safely(str_split(&rest, '\n'));
        putc('\n', stderr);
    }
}

void console_json(json_t *document)
{
    struct buf text;
    buf_init(&text);
    json_print(&text, document);
    json_decref(document);
    fwrite(text.ptr, 1, text.len, stdout);
    buf_release(&text);
}
