#pragma once
/*
 * What a long piece of work tells while it goes on: steps, notes and warnings.
 *
 * The floors below cli/ speak through a struct report; what becomes of a message
 * (printed, coloured, counted as an error, put in JSON) is the receiver's decision.
 */
#include "relc/base/str.h"

enum report_level {
    REPORT_DETAIL,  /* only with --verbose */
    REPORT_STEP,    /* "==> Assembling release.." */
    REPORT_NOTE,    /* plain text for people */
    REPORT_WARNING, /* something that may be wrong; --warnings-as-errors counts them */
    REPORT_ERROR,   /* one of several things that are wrong; the work will fail */
};

struct report {
    void (*emit)(void *context, enum report_level level, str text);
    void *context;
};

/* Formats and passes on; report may be NULL, then nothing happens. */
void report_say(const struct report *report, enum report_level level, const char *format,
                ...) __attribute__((format(printf, 3, 4)));
