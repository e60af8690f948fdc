#pragma once
/*
 * What the user sees: progress, warnings and errors on standard error, in colour only
 * on a terminal that wants it.
 */
#include "relc/base/err.h"
#include "relc/base/json.h"
#include "relc/base/report.h"

enum verbosity { SAY_ERRORS, SAY_WARNINGS, SAY_STEPS, SAY_DETAILS };

struct console {
    enum verbosity verbosity;
    bool colour;
    struct report report; /* for the floors below */
};

/* Colour: standard error is a terminal, NO_COLOR is not set, TERM is not "dumb". */
void console_init(struct console *console);

/* Writes the document to standard output and frees it. */
void console_json(json_t *document);

/* "relc: error: FILE:LINE:COLUMN: message", and the hint on a line of its own. */
void console_error(const struct console *console, const struct err *err);
