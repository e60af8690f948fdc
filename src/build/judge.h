#pragma once
/*
 * What the checks of an upgrade share: the two releases side by side, application by
 * application and module by module, and how a finding is made.
 */
#include "relc/beam/debug_info.h"
#include "relc/beam/facts.h"
#include "relc/build/upgrade_check.h"

/* The kinds of findings; judge_kinds.c has their names and severities. */
enum upgrade_code {
    OTHER_RELEASE,
    RELEASE_VERSION_NOT_RAISED,
    RELEASE_VERSION_LOWERED,
    NO_RELEASE_HANDLER,
    ERTS_NOT_INCLUDED,
    DEV_MODE,
    ELIXIR_CHANGED,
    HEART_MISSING,
    EMULATOR_RESTARTS,
    RELUP_LACKS_VERSION,
    RELUP_FOR_OTHER_VERSION,
    APP_VERSION_NOT_RAISED,
    RUNTIME_VERSION_NOT_RAISED,
    APP_VERSION_LOWERED,
    START_TYPE_CHANGED,
    REMOVED_MODULE_USED,
    MODULE_NOT_IN_APP,
    MODULE_IN_TWO_APPS,
    STRIPPED_MODULE,
    APPUP_LACKS_VERSION,
    MODULE_NOT_LOADED,
    MODULE_DOES_NOT_EXIST,
    MODULE_WRONGLY_REMOVED,
    MODULE_NOT_REMOVED,
    MODULE_UNCHANGED,
    STATE_CHANGED,
    CODE_CHANGE_MISSES_VERSION,
    CODE_CHANGE_NOT_CALLED,
    STATE_KEYS_CHANGED,
    DOWNGRADE_MISSES_VERSION,
    VSN_NOT_RAISED,
    PROCESS_NOT_FOUND,
    CHILD_NOT_STARTED,
    CHILD_NOT_STOPPED,
    CHILD_KEEPS_OLD_SPEC,
    NIF_CHANGED,
    ON_LOAD_RUNS_AGAIN,
    FUN_KEPT,
    LOOP_KEEPS_OLD_CODE,
    PROTOCOLS_NOT_UPGRADED,
    CONFIG_NEEDS_RESTART,
    CONFIG_NOT_ANNOUNCED,
    VM_ARGS_NEED_RESTART,
    CONFIG_PROVIDERS_CHANGED,
    RUNTIME_CONFIG_CHANGED,
    NO_DEBUG_INFO,
    UPGRADE_CODES, /* how many there are */
};

/* A module of one release. */
struct side_module {
    const char *file;
    struct beam beam;
    struct module_facts facts;
    bool has_debug; /* debug was read; side_debug does it */
    struct debug_info debug;
};

struct app_pair;

/* A module of either or both releases. */
struct module_pair {
    str name; /* as the file is named, without .beam */
    const struct app_pair *app;
    struct side_module *old_module, *new_module; /* pair_side gives them */
    struct module_pair *next_read;               /* of checker->read */
    bool in_old, in_new;
    bool changed; /* in both, and with other code */
};

/* An application of either or both releases. */
struct app_pair {
    str name;
    const struct rel_app *old_app, *new_app;
    const char *old_ebin, *new_ebin; /* NULL when not in that release */
    struct module_pair *modules;     /* sorted by name */
    size_t module_count;
    size_t changed_count; /* modules added, changed or gone */
};

/* What becomes of modules on the way up: of the relup, or of an application's appup. */
enum module_act { ACT_LOAD = 1, ACT_CODE_CHANGE = 2, ACT_REMOVE = 4 };

struct acts {
    struct map by_module; /* -> struct act * */
    bool known;           /* there is a relup, or an own appup for this application */
    bool restarts;        /* the emulator restarts */
    bool applies;         /* it calls functions that may start and stop anything */
    struct map restarted; /* applications that are started again */
    const char *file;
};

struct checker {
    struct arena *arena;
    struct arena scratch;     /* modules that were read, and what is made of them */
    struct module_pair *read; /* those of them that may be */
    const struct upgrade_question *question;
    const struct upgrade_side *old_side, *new_side;
    struct app_pair *apps; /* those of new in its order, then those only in old */
    size_t app_count;
    struct acts relup;   /* .known false: there is none */
    struct acts *appups; /* of each application */
    struct map index;    /* name -> struct module_pair *, of applications that differ */
    bool emulator_restarts;
    bool failed; /* err is filled */
    struct upgrade_findings *findings;
    struct err *err;
};

/* Where a finding is and about what; all may be empty. */
struct spot {
    str app;
    str module; /* as in files: Elixir.X */
    const char *file;
    unsigned line;
};

/* Adds a finding; hint may be NULL. Of the spot the file is copied. */
void finding_add(struct checker *checker, enum upgrade_code code, const struct spot *spot,
                 const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

struct spot spot_of_app(const struct app_pair *app);

/* With the source file where debug information names it, else the BEAM file. */
struct spot spot_in(struct checker *checker, const struct module_pair *module,
                    struct side_module *side, unsigned line);

/* As its language writes it: without "Elixir." */
str module_shown(str name);

/* Fills apps and index. */
int pairs_read(struct checker *checker);

/* In both releases, in different versions, with modules that differ. */
bool pair_is_upgraded(const struct app_pair *app);

/*
 * The module of that release, read when it was not yet; NULL when it is not there, or
 * could not be read: then checker->failed is set and the error filled.
 */
struct side_module *pair_side(struct checker *checker, struct module_pair *module,
                              bool new_side);

/* The same by name, for modules of applications that differ. */
struct side_module *index_side(struct checker *checker, str name, bool new_side);

/*
 * Lets go of the modules that were read, if they have become many, and of all else in
 * the scratch arena. To be called between two modules: releases have thousands.
 */
void pairs_forget(struct checker *checker);

/* Whether a file of that name has the same code in two folders. */
int same_code_in(struct checker *checker, const char *old_dir, const char *new_dir,
                 str name, bool *same);

/* What its debug information says. */
struct debug_info *side_debug(struct checker *checker, struct side_module *side);

/* Files below two folders that differ or are in one only; shown begins their paths. */
typedef void difference_found(void *context, str path);
int tree_differences(struct checker *checker, str old_dir, str new_dir, str shown,
                     difference_found *found, void *context);

/* Fills relup and appups. */
int acts_read(struct checker *checker);

/* What holds for an application: the relup, else its own appup; NULL: relc's. */
const struct acts *acts_of(const struct checker *checker, const struct app_pair *app);
unsigned acts_get(const struct acts *acts, str module);

/* The application is stopped and started: none of its processes lives on. */
bool acts_restart(const struct checker *checker, const struct app_pair *app);

/* The families of checks. */
int check_releases(struct checker *checker);
int check_apps(struct checker *checker);
int check_acts(struct checker *checker);
int check_state(struct checker *checker);
int check_supervisors(struct checker *checker);
int check_native(struct checker *checker);
int check_kept_code(struct checker *checker);
int check_protocols(struct checker *checker);
int check_config(struct checker *checker);
