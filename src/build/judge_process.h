#pragma once
/*
 * What the code shows of a process's module: the states it can have, and what its
 * code_change does with the state of an older version.
 */
#include "build/judge_values.h"

/* A behaviour whose processes have a state. */
struct process_kind {
    const char *behaviour;
    uint32_t code_change_arity;
    size_t state_argument; /* of code_change: which one is the state */
};

/* NULL when the module is none. */
const struct process_kind *process_kind_of(const struct side_module *side);

/* The expressions of the state: of init's result alone, or of all callbacks. */
void process_states(const struct scope *scope, const struct process_kind *kind,
                    bool init_only, value_sink *sink, void *context);

/* What the functions that the module starts agents with give. */
void agent_states(const struct scope *scope, value_sink *sink, void *context);

enum code_change_result {
    CODE_CHANGE_UNKNOWN,   /* not shown: then nothing is claimed */
    CODE_CHANGE_ABSENT,    /* there is no such function */
    CODE_CHANGE_NO_CLAUSE, /* it fails with function_clause */
    CODE_CHANGE_KEEPS,     /* it gives the state back as it was */
    CODE_CHANGE_CONVERTS,
};

/*
 * What the module's code_change does when it is given that version (the value of the
 * attribute vsn, as beam_vsn has it) and a state of one of the shapes. down: {down, Vsn}.
 */
enum code_change_result code_change_judge(const struct scope *scope,
                                          const struct process_kind *kind,
                                          const struct term *vsn, bool down,
                                          const struct shapes *shapes);

/* As release_handler hands it on: "1" of -vsn("1"), 1 of [1]. */
struct term vsn_value(const struct term *vsn);

/*
 * Says so when the code, of the running version, keeps a fun of its module somewhere;
 * where is for the message. True when it does.
 */
bool check_kept_fun(struct checker *checker, struct module_pair *module,
                    const struct code *code, const char *where);
