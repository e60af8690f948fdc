#pragma once
/*
 * The instructions of a relup in the making, each with the appup that it comes from.
 */
#include "relc/otp/relup.h"

struct step {
    struct term term;
    const char *file; /* of the appup, or NULL for what relc itself adds */
};

/* An empty list is all zero but for arena. */
struct steps {
    struct arena *arena;
    struct step *items;
    size_t count;
    size_t capacity;
};

void steps_add(struct steps *steps, struct term term, const char *file);
void steps_append(struct steps *steps, const struct steps *more);

/* One way between two releases: from source to target. */
struct way {
    struct arena *arena;
    bool up;
    const struct release *source;
    const struct release *target;
    struct map *owners;  /* module -> struct rel_app * of the target */
    struct steps before; /* the point of no return */
    struct steps after;
    struct err *err;
};

/* {tag, argument}. */
struct term step_of(struct arena *arena, const char *tag, struct term argument);

/* What surrounds a module in {load, {M, Pre, Post}} and {remove, {M, Pre, Post}}. */
struct term step_of_module(struct arena *arena, const char *tag, struct term module,
                           struct term pre, struct term post);

/* True for {tag, Argument}; *argument is then the second element. */
bool step_has(const struct step *step, const char *tag, const struct term **argument);

/*
 * The stages of the translation (otp.md 5.3), in this order. Each changes way->before
 * and way->after; the instructions are in full form.
 */

/* The script of one appup is split and added to both parts (step 2). */
int way_add_script(struct way *way, const struct steps *script) ERR_MUST_CHECK;

/* Step 3: what is loaded was read, what is suspended or stopped goes on. */
int way_check(const struct way *way) ERR_MUST_CHECK;

/* Step 4: instructions about whole applications become such about modules. */
int way_translate_apps(struct way *way) ERR_MUST_CHECK;

/* Steps 5 and 6: modules in the order of their dependencies, in low-level terms. */
int way_translate_modules(struct way *way) ERR_MUST_CHECK;

/* Step 7: one load_object_code an application. */
int way_merge_objects(struct way *way) ERR_MUST_CHECK;

/* Step 8: restarts of the emulator go to one of the ends. */
void way_place_restarts(struct way *way);
