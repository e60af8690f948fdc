#pragma once
/*
 * Profiles: the settings that hold for one build, a release's settings overridden by
 * the environment's, overridden by the command line. config/settings.h has the table
 * of settings; docs/config.md describes them for users.
 */
#include "relc/base/err.h"
#include "relc/base/report.h"
#include "relc/base/arena.h"
#include "relc/otp/start_type.h"
#include "relc/term/term.h"

/* Where in rel/config.yaml a value stands; file NULL when it is a default. */
struct place {
    const char *file;
    unsigned line;
    unsigned column;
};

struct setting_text {
    str value; /* ptr NULL when not set; NUL-terminated otherwise */
    struct place place;
};

struct setting_flag {
    bool set;
    bool value;
    struct place place;
};

struct setting_texts {
    struct setting_text *items;
    size_t count;
    bool set;
};

/* true, false, or a path, which is true as well. */
struct setting_switch {
    bool set;
    bool on;
    str path; /* ptr NULL unless a path was given */
    struct place place;
};

/* true, false, or {enabled: FLAG, transient: FLAG}. */
struct setting_executable {
    bool set;
    bool enabled;
    bool transient; /* what it unpacks is removed when it is done */
    struct place place;
};

/* A list of unix and windows. */
struct setting_systems {
    bool set;
    bool unix_scripts;
    bool windows_scripts;
    struct place place;
};

/* NAME: PATH, in the order of the file. */
struct setting_named_path {
    str name;
    str path;
    struct place place;
};

struct setting_named_paths {
    struct setting_named_path *items;
    size_t count;
    bool set;
};

/* One entry of `config_providers`: MODULE or {MODULE: ARGUMENT}. */
struct setting_provider {
    str module;           /* as written, "MyApp.Vault" */
    struct term argument; /* [] when there is none */
    struct place place;
};

struct setting_providers {
    struct setting_provider *items;
    size_t count;
    bool set;
};

/* strip_beams: true, false, or what further chunks stay and whether the rest is gzipped.
 */
struct setting_strip {
    bool set;
    bool on;
    str *keep;
    size_t keep_count;
    bool compress;
    struct place place;
};

/* compression: between speed and size. */
struct setting_compression {
    enum setting_compression_value {
        SETTING_COMPRESSION_DEFAULT,
        SETTING_COMPRESSION_FAST,
        SETTING_COMPRESSION_BEST,
    } value;
    bool set;
};

/* How release_handler gets rid of old code; PURGE_UNSET leaves what is generated. */
enum purge_mode { PURGE_UNSET, PURGE_BRUTAL, PURGE_SOFT };

struct setting_names {
    str *items;
    size_t count;
};

/* One entry of `appup_transforms`: purge modes, or a program. */
struct setting_transform {
    enum purge_mode pre_purge;
    enum purge_mode post_purge;
    struct setting_text program;
    struct setting_names applications; /* none: all */
    struct setting_names modules;      /* as written, "MyApp.Server"; none: all */
    struct place place;
};

struct setting_transforms {
    struct setting_transform *items;
    size_t count;
    bool set;
};

/* What `overlays` lays over the release. */
enum overlay_kind {
    OVERLAY_FOLDER, /* all that is in a folder, into the root of the release */
    OVERLAY_COPY,
    OVERLAY_LINK,
    OVERLAY_TEMPLATE,
    OVERLAY_MKDIR,
};

/* Paths are templates. */
struct setting_overlay {
    enum overlay_kind kind;
    str from; /* ptr NULL for OVERLAY_MKDIR */
    str to;   /* ptr NULL for OVERLAY_FOLDER */
    struct place place;
};

struct setting_overlays {
    struct setting_overlay *items;
    size_t count;
    bool set;
};

/* NAME: TEXT, a variable of templates. */
struct setting_variable {
    str name;
    str value;
    struct place place;
};

struct setting_variables {
    struct setting_variable *items;
    size_t count;
    bool set;
};

struct setting_number {
    bool set;
    unsigned value;
    struct place place;
};

/* One entry of `plugins`: PATH or {PATH: [ARGUMENT...]}. */
struct setting_plugin {
    str path;
    str *arguments;
    size_t argument_count;
    struct place place;
};

struct setting_plugins {
    struct setting_plugin *items;
    size_t count;
    bool set;
};

/* The moments at which the scripts of a release run hooks. */
enum hook {
    HOOK_PRE_CONFIGURE,
    HOOK_POST_CONFIGURE,
    HOOK_PRE_START,
    HOOK_POST_START,
    HOOK_PRE_STOP,
    HOOK_POST_STOP,
    HOOK_PRE_UPGRADE,
    HOOK_POST_UPGRADE,
    HOOK_STATUS,
    HOOK_COUNT,
};

/* Adds the place of a setting to an err that was just set. Returns -1. */
int place_error(struct err *err, const struct place *place);

/* "pre_configure"... */
const char *hook_name(enum hook hook);

/* version: "1.2.3", current, or {current: APP}. */
struct setting_version {
    bool set;
    str literal; /* ptr NULL when the version is an application's */
    str app;     /* of which application; ptr NULL: the one with the release's name */
    struct place place;
};

/*
 * One entry of `applications`: APP, {APP: TYPE} or
 * {APP: {type: TYPE, version: VSN, cascade: FLAG}}.
 */
struct setting_app {
    str name;
    enum start_type type;
    str version;  /* pinned; ptr NULL when any will do */
    bool cascade; /* what it alone needs has its start type */
    struct place place;
};

struct setting_apps {
    struct setting_app *items;
    size_t count;
    bool set;
};

/* APP: [MODULE...] */
struct setting_app_modules {
    str app;
    struct setting_texts modules; /* as written, "MyApp.Server" */
    struct place place;
};

struct setting_modules {
    struct setting_app_modules *items;
    size_t count;
    bool set;
};

/* Every setting of a release or an environment. All zero is "nothing set". */
struct profile {
    str release; /* names; NUL-terminated */
    str environment;
    struct place release_place;

    struct setting_version version;   /* release only */
    struct setting_apps applications; /* release only */

    struct setting_flag dev_mode;
    struct setting_switch include_erts;
    struct setting_switch include_system_libs; /* has no effect */
    struct setting_flag include_src;
    struct setting_flag full_erts; /* also dialyzer, erlc, headers, static libraries */
    struct setting_compression compression;
    struct setting_flag strip_debug_info; /* as strip_beams true, when that is not set */
    struct setting_strip strip_beams;
    struct setting_flag no_dot_erlang;
    struct setting_text vm_args;
    struct setting_text remote_vm_args;
    struct setting_text env_sh;
    struct setting_switch config; /* config/config.exs */
    struct setting_flag config_at_boot;
    struct setting_text sys_config;
    struct setting_text cookie;
    struct setting_text output_dir;
    struct setting_text build_dir;
    struct setting_texts lib_dirs;
    struct setting_texts code_paths;
    struct setting_named_paths overrides;
    struct setting_texts exclude_applications;
    struct setting_modules exclude_modules;
    struct setting_text erlang_root;
    struct setting_text elixir_root;

    struct setting_texts included_configs;
    struct setting_switch runtime_config_path;
    struct setting_providers config_providers;
    struct setting_flag reboot_system_after_config;
    struct setting_flag validate_compile_env; /* true unless it is set to false */
    struct setting_text erl_opts;
    struct setting_text run_erl_env;
    struct setting_text hooks[HOOK_COUNT]; /* folders or files */
    struct setting_named_paths commands;
    struct setting_transforms appup_transforms;
    struct setting_overlays overlays;
    struct setting_variables overlay_vars;
    struct setting_plugins plugins;       /* of the release, then of the environment */
    struct setting_number plugin_timeout; /* seconds */
    struct setting_executable executable;
    struct setting_systems include_executables_for;
};

/* What the command line says; texts with ptr NULL and flags not set leave the file's. */
struct profile_choice {
    str release;
    str environment;
    struct setting_flag dev_mode;
    struct setting_text output_dir;
    struct setting_text erl_opts;
    struct setting_text run_erl_env;
    str version;
    bool executable; /* one is wanted, whatever the file says */
    bool transient;  /* and is to be transient */
};

struct names; /* relc/otp/app.h */

/* The names of the releases in the configuration file, in its order. */
int profile_releases(struct arena *arena, const char *file, struct names *names,
                     struct err *err) ERR_MUST_CHECK;

/*
 * Reads the configuration file and picks release and environment: the choice's, else
 * default_release (else the first), default_environment (else $MIX_ENV when the file
 * has an environment of that name, else the first). An unknown name is an error with
 * the nearest known one. A file without environments has one, "default".
 * Relative paths in settings stay as written: they are relative to the project.
 */
int profile_load(struct arena *arena, const char *file,
                 const struct profile_choice *choice, struct profile *profile,
                 struct err *err) ERR_MUST_CHECK;
