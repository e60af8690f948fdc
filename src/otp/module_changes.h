#pragma once
/*
 * Which modules differ between two versions of an application, and what their files say.
 */
#include "relc/beam/facts.h"
#include "relc/otp/app.h"

/* A module that was added, deleted, or changed in code. */
struct module_change {
    str name;
    bool was; /* in the old version; old_facts are valid */
    bool is;  /* in the new version; new_facts are valid */
    struct module_facts old_facts;
    struct module_facts new_facts;
};

struct module_changes {
    struct module_change *items; /* sorted by name */
    size_t count;
};

/* A version of an application: names of modules and where their files are. */
struct module_set {
    const struct names *names;
    const char *ebin;
};

/*
 * Compares the files EBIN/NAME.beam of two versions, but for the modules in left_out
 * (NULL for none). Of each module that differs the files must have attributes: both ways
 * of the upgrade load or replace it.
 */
int module_changes(struct arena *arena, const struct module_set *old_set,
                   const struct module_set *new_set, const struct names *left_out,
                   struct module_changes *changes, struct err *err) ERR_MUST_CHECK;
