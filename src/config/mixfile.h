#pragma once
/*
 * What a mix.exs says about its project, as far as it can be told without running it:
 * keys of the list that project/0 returns whose values are literals or module
 * attributes that are.
 */
#include "relc/base/arena.h"

struct mix_file {
    str app; /* each with ptr NULL when not there or not literal */
    str version;
    str apps_path;
    str build_path;
    bool has_apps_path;    /* also when its value is not literal */
    bool one_build_folder; /* build_per_environment: false */
};

struct mix_file mix_file_read(struct arena *arena, str text);
