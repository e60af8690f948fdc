#pragma once
/*
 * Private to exs/: evaluates a syntax tree to Erlang terms, as far as that needs no
 * Elixir: literals, operators, if and case, variables, and a table of functions that
 * only depend on their arguments, the environment and the files of the project.
 *
 * Everything else ends with an err, and so does what Elixir would refuse. Work is
 * bounded: what is copied and compared is counted.
 */
#include "config/exs/node.h"

struct evaluator;

/* A form that decides itself which of its arguments are evaluated. */
typedef int form_function(struct evaluator *evaluator, const struct exs_node *node,
                          struct term *value);

struct form {
    const char *module; /* "" without one */
    const char *name;
    size_t arity; /* a do-block counts */
    form_function *evaluate;
};

/* A variable; bindings are a chain, so that a block's are forgotten at its end. */
struct binding {
    str name;
    struct term value;
    const struct binding *before;
};

/* The longest work that one file may ask for, in copied terms and bytes. */
enum { EXS_WORK_LIMIT = 16 * 1024 * 1024 };

struct evaluator {
    struct arena *arena;
    const char *file; /* that is evaluated; for messages */
    str folder;       /* __DIR__ */
    str root;         /* what relative paths are relative to */
    const struct binding *bindings;
    size_t work;
    const struct form *forms; /* those of this kind of file, ended by a NULL name */
    void *context;            /* of the forms */
    bool beyond;              /* what failed may be good Elixir */
    struct err *err;
};

int evaluate(struct evaluator *evaluator, const struct exs_node *node,
             struct term *value) ERR_MUST_CHECK;

/* Evaluates a block; its variables are forgotten. A NULL node is nil. */
int evaluate_scope(struct evaluator *evaluator, const struct exs_node *node,
                   struct term *value) ERR_MUST_CHECK;

/* Evaluates all items of a node into an array. */
int evaluate_items(struct evaluator *evaluator, const struct exs_node *node,
                   struct term **values) ERR_MUST_CHECK;

/* Sets the err at the node; -1. */
int eval_fail(struct evaluator *evaluator, const struct exs_node *node,
              const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "only Elixir can evaluate ..." */
int eval_beyond(struct evaluator *evaluator, const struct exs_node *node,
                const char *what);

/* Counts work. Every term that is bound, compared or kept is counted with its parts. */
int eval_work(struct evaluator *evaluator, const struct exs_node *node,
              size_t amount) ERR_MUST_CHECK;
int eval_weigh(struct evaluator *evaluator, const struct exs_node *node,
               const struct term *term) ERR_MUST_CHECK;

/*
 * Matches a pattern of variables, literals, tuples and lists, and binds its variables.
 * *matches tells whether the value fits.
 */
int eval_match(struct evaluator *evaluator, const struct exs_node *pattern,
               const struct term *value, bool *matches) ERR_MUST_CHECK;

/* By what the node is. */
int eval_text(struct evaluator *evaluator, const struct exs_node *node,
              struct term *value) ERR_MUST_CHECK;
int eval_operator(struct evaluator *evaluator, const struct exs_node *node,
                  struct term *value) ERR_MUST_CHECK;
int eval_call(struct evaluator *evaluator, const struct exs_node *node,
              struct term *value) ERR_MUST_CHECK;

/* A function of the tables with its arguments evaluated. */
struct function_call {
    struct evaluator *evaluator;
    const struct exs_node *node;
    const struct term *args;
    size_t count;
};

struct function {
    const char *module; /* "" for those of Kernel */
    const char *name;
    size_t arity;
    int (*call)(const struct function_call *call, struct term *value);
};

extern const struct function text_functions[];
extern const struct function system_functions[];
extern const struct form kernel_forms[];

bool term_is_true(const struct term *term);         /* neither nil nor false */
bool term_text(const struct term *term, str *text); /* of a binary */
struct term bool_term(bool value);

/* A list of pairs whose keys are atoms. */
bool term_is_keyword(const struct term *term);

/* What to_string/1 gives; false when that is not known here. */
bool term_to_string(struct arena *arena, const struct term *term, str *text);

/* An ASCII blank or line end. */
bool exs_is_blank(char c);

/* The argument as text, else an err. */
int text_argument(const struct function_call *call, size_t index,
                  str *text) ERR_MUST_CHECK;
int call_beyond(const struct function_call *call);
