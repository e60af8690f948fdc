#pragma once
/*
 * Running other programs: with text for their standard input, their output collected,
 * and a limit to the time that they may take. The only place of relc that starts
 * processes; an ordinary build starts none.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"

/* At most this much of each of the two outputs is taken. */
#define PROCESS_MAX_OUTPUT ((size_t)64 << 20)

struct process {
    const char *const *arguments;   /* argv, ended by NULL; the first one is searched in
                                       PATH unless it has a slash */
    const char *folder;             /* to run in; NULL: the working folder */
    const char *const *environment; /* "NAME=VALUE" beside relc's own, ended by NULL; may
                                       be NULL */
    str input;
    unsigned seconds; /* limit; 0: none */
    bool together;    /* standard output goes the way of standard error */
    /* Gets what comes on standard error while it comes; NULL: only collected. */
    void (*heard)(void *context, str bytes);
    void *context;
};

struct process_result {
    int status; /* exit status; 128 + N when signal N ended it */
    bool timed_out;
    str out; /* both in the arena */
    str err;
};

/*
 * Runs the program to its end. It leads a process group of its own: when its time is up,
 * or it says too much, all of the group are killed; on Linux it is asked to end when relc
 * is ended before it. That a program fails is no error of
 * this function: only that it cannot be started, or that it says too much.
 */
int process_run(struct arena *arena, const struct process *process,
                struct process_result *result, struct err *err) ERR_MUST_CHECK;

/*
 * An error for a program that did not exit with 0: what it was for, how it ended, and
 * the end of what it said. 0 when it did.
 */
int process_check(const struct process *process, const struct process_result *result,
                  const char *purpose, struct err *err) ERR_MUST_CHECK;
