#include "build/erts.h"

#include "build/windows_files.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/template/builtin.h"

#include <string.h>

/* Scripts with the root of the installation in them; relc's `erl` stands for them. */
static const char *const rooted[] = {"erl",       "erl.src",       "erl.ini", "start",
                                     "start.src", "start_erl.src", "dyn_erl"};

/* What a release never runs. */
static const char *const developer[] = {"ct_run", "dialyzer", "erlc", "typer",
                                        "yielding_c_fun"};

/* Emulators built for debugging and measuring: beam.debug.smp, beam.valgrind.smp... */
static const char *const emulator_flavours[] = {"debug", "valgrind", "asan",  "gcov",
                                                "gprof", "lcnt",     "icount"};

static bool is_one_of(str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eqz(name, names[i]))
            return true;
    return false;
}

/* "beam.debug.smp", "erl_child_setup.debug": a part between or after dots. */
static bool is_special_emulator(str name)
{
    str rest = name;
    str_split(&rest, '.');
    while (rest.ptr) {
        str part = str_split(&rest, '.');
        if (is_one_of(part, emulator_flavours,
                      sizeof emulator_flavours / sizeof *emulator_flavours))
            return true;
    }
    return false;
}

static bool is_wanted(str name, bool full)
{
    if (is_one_of(name, rooted, sizeof rooted / sizeof *rooted))
        return false;
    return full || (!is_one_of(name, developer, sizeof developer / sizeof *developer) &&
                    !is_special_emulator(name));
}

static int add_programs(struct arena *arena, struct image *image, str from, str to,
                        bool full, struct err *err)
{
    struct fs_list list;
    if (fs_list(arena, from.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str name = list.entries[i].name;
        str source = path_join(arena, from, name);
        if (!is_wanted(name, full) || !fs_is_file(source.ptr))
            continue;
        if (image_add_file(image, path_join(arena, to, name), source.ptr, 0, err) != 0)
            return -1;
    }
    return 0;
}

/* Older installations keep erl_call only in the application erl_interface. */
static int add_erl_call(struct arena *arena, struct image *image,
                        const struct target *target, str bin, struct err *err)
{
    struct fs_list list;
    str lib = path_join(arena, target->root, STR("lib"));
    str path = path_join(arena, bin, STR("erl_call"));
    if (image_get(image, path))
        return 0;
    if (fs_list(arena, lib.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str source = arena_printf(arena, "%.*s/%.*s/bin/erl_call", STR_ARG(lib),
                                  STR_ARG(list.entries[i].name));
        if (str_starts(list.entries[i].name, STR("erl_interface-")) &&
            fs_is_file(source.ptr))
            return image_add_file(image, path, source.ptr, 0, err);
    }
    return 0;
}

/* include/, lib/, src/, doc/, man/: everything beside bin/. */
static int add_the_rest(struct arena *arena, struct image *image,
                        const struct target *target, str erts, struct err *err)
{
    struct fs_list list;
    if (fs_list(arena, target->erts_dir.ptr, &list, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        str name = list.entries[i].name;
        str source = path_join(arena, target->erts_dir, name);
        if (str_eqz(name, "bin") || !fs_is_dir(source.ptr))
            continue;
        if (image_add_tree(image, path_join(arena, erts, name), source.ptr,
                           IMAGE_MODES_PLAIN, err) != 0)
            return -1;
    }
    return 0;
}

int erts_add(struct arena *arena, struct image *image, const struct target *target,
             bool full, struct err *err)
{
    str erts = arena_printf(arena, "erts-%.*s", STR_ARG(target->erts_vsn));
    str bin = path_join(arena, erts, STR("bin"));
    str from = path_join(arena, target->erts_dir, STR("bin"));
    if (add_programs(arena, image, from, bin, full, err) != 0)
        return -1;
    /* Windows has erl_call.exe in bin/, and its erl.exe finds its root by itself. */
    if (!erts_is_windows(arena, target) &&
        (add_erl_call(arena, image, target, bin, err) != 0 ||
         image_add_memory(image, path_join(arena, bin, STR("erl")),
                          builtin_get("erts/erl"), 0755, err) != 0))
        return -1;
    return full ? add_the_rest(arena, image, target, erts, err) : 0;
}
