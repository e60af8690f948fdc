#pragma once
/*
 * What a hot upgrade wants to know of a module: whether its code differs from another
 * version's, and what decides how the one is replaced by the other.
 *
 * Code is compared as beam_lib:md5 does it (otp.md 6.3), and the attributes with it:
 * release_handler hands the attribute vsn to code_change. Debug information, documents,
 * line numbers and the compiler's options do not count, so that a module that was merely
 * compiled again, here or in another folder, is the same.
 */
#include "relc/beam/beam.h"

struct module_facts {
    const char *file; /* copied */
    str name;
    bool has_attributes; /* false for a stripped file: it has no chunk Attr */
    struct term vsn;     /* as beam_vsn gives it */
    str *behaviours;
    size_t behaviour_count;
    /* The modules that it calls by name, each once, in file order, without itself. */
    str *imports;
    size_t import_count;
    bool has_code_change; /* exports code_change/3 or /4, or system_code_change/4 */
    bool has_child_spec;  /* exports child_spec/1 */
};

/* Everything is copied into the arena; the beam's bytes may go. */
int module_facts(struct arena *arena, const struct beam *beam, struct module_facts *facts,
                 struct err *err) ERR_MUST_CHECK;

bool module_has_behaviour(const struct module_facts *facts, const char *name);

/*
 * An error when the file has no attributes: release_handler crashes when it is to load
 * such a module or to replace one (otp.md 6.3).
 */
int module_require_attributes(const struct module_facts *facts,
                              struct err *err) ERR_MUST_CHECK;

/* True when the two have the same code and the same attributes. */
bool beam_same_code(const struct beam *a, const struct beam *b);
