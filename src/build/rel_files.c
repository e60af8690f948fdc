#include "build/rel_files.h"

#include "relc/base/buf.h"
#include "relc/base/path.h"
#include "relc/term/etf.h"
#include "relc/term/print.h"

#include <string.h>

struct writer {
    struct arena *arena;
    struct image *image;
    const struct plan *plan;
    str dir; /* releases/VSN */
    struct err *err;
};

static int add(struct writer *writer, str dir, const char *name, str content)
{
    str path = path_join(writer->arena, dir, str_of(name));
    return image_add_memory(writer->image, path, content, 0644, writer->err);
}

static str file_name(struct writer *writer, str stem, const char *suffix)
{
    return arena_printf(writer->arena, "%.*s%s", STR_ARG(stem), suffix);
}

/* The term as a text file of OTP. */
static str term_file(struct writer *writer, const struct term *term)
{
    struct buf text;
    buf_init(&text);
    term_print_file(&text, term, writer->plan->target.release);
    str content = arena_str(writer->arena, buf_view(&text));
    buf_release(&text);
    return content;
}

static int add_rel(struct writer *writer)
{
    const struct release *release = &writer->plan->release;
    struct term term = release_term(writer->arena, release);
    str name = file_name(writer, release->name, ".rel");
    str content = term_file(writer, &term);
    /* release_handler's unpack wants it in releases/, install in releases/VSN. */
    return add(writer, STR("releases"), name.ptr, content) ||
                   add(writer, writer->dir, name.ptr, content)
               ? -1
               : 0;
}

/* A boot script under several names: NAME.script and NAME.boot each. */
static int add_boot(struct writer *writer, const struct boot_options *options,
                    const str *dirs, const char *const *names, size_t count,
                    bool with_script)
{
    const struct plan *plan = writer->plan;
    struct term script;
    struct buf boot;
    if (boot_script(writer->arena, &plan->release, &plan->target, options, &script,
                    writer->err) != 0)
        return -1;
    buf_init(&boot);
    int result = etf_encode(&boot, &script, plan->target.atoms, writer->err);
    str bytes = arena_str(writer->arena, buf_view(&boot));
    buf_release(&boot);
    str text = with_script && result == 0 ? term_file(writer, &script) : STR("");
    for (size_t i = 0; i < count && result == 0; i++) {
        str stem = str_of(names[i]);
        result = add(writer, dirs[i], file_name(writer, stem, ".boot").ptr, bytes);
        if (result == 0 && str_eq(dirs[i], writer->dir))
            result = add(writer, dirs[i], file_name(writer, stem, ".script").ptr, text);
    }
    return result;
}

static int add_boots(struct writer *writer)
{
    const struct plan *plan = writer->plan;
    const char *name = arena_strz(writer->arena, plan->release.name);
    const str dirs[] = {writer->dir, writer->dir};
    const str also_bin[] = {writer->dir, STR("bin")};
    const char *const start_names[] = {"start", name};
    const char *const clean_names[] = {"start_clean", "start_clean"};
    const char *const quiet_names[] = {"no_dot_erlang", "no_dot_erlang"};
    const struct boot_options start = {
        .kind = BOOT_START,
        .no_dot_erlang = plan->profile->no_dot_erlang.value,
        .config_provider = plan->has_providers,
        .first = plan->protocols,
    };
    struct boot_options clean = start, quiet;
    clean.kind = BOOT_CLEAN;
    quiet = clean;
    quiet.no_dot_erlang = true;
    quiet.config_provider = false;
    bool only_start = strcmp(name, "start") == 0;
    return add_boot(writer, &start, dirs, start_names, only_start ? 1 : 2, true) ||
                   add_boot(writer, &clean, also_bin, clean_names, 2, true) ||
                   add_boot(writer, &quiet, also_bin, quiet_names, 2, true)
               ? -1
               : 0;
}

int rel_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct err *err)
{
    struct writer writer = {
        arena, image, plan,
        arena_printf(arena, "releases/%.*s", STR_ARG(plan->release.vsn)), err};
    struct term releases = release_releases_term(arena, &plan->release);
    if (add_rel(&writer) != 0 || add_boots(&writer) != 0 ||
        add(&writer, STR("releases"), "RELEASES", term_file(&writer, &releases)) != 0)
        return -1;
    return add(&writer, STR("releases"), "start_erl.data",
               release_start_erl_data(arena, &plan->release));
}
