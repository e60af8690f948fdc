#include "build/rel_files.h"

#include "relc/base/buf.h"
#include "relc/base/path.h"
#include "relc/term/etf.h"
#include "relc/term/print.h"

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

static int add_rel(struct writer *writer)
{
    const struct release *release = &writer->plan->release;
    struct term term = release_term(writer->arena, release);
    str name = file_name(writer, release->name, ".rel");
    str content = term_file(writer->arena, &term, writer->plan->target.release);
    /* release_handler's unpack wants it in releases/, install in releases/VSN. */
    return add(writer, STR("releases"), name.ptr, content) ||
                   add(writer, writer->dir, name.ptr, content)
               ? -1
               : 0;
}

/* STEM.boot and STEM.script in releases/VSN. */
static int add_boot_pair(struct writer *writer, str stem, str boot, str text)
{
    return add(writer, writer->dir, file_name(writer, stem, ".boot").ptr, boot) ||
                   add(writer, writer->dir, file_name(writer, stem, ".script").ptr, text)
               ? -1
               : 0;
}

/* The script's own memory goes with scratch: it is far larger than what is written. */
static int write_boot(struct writer *writer, struct arena *scratch,
                      const struct boot_options *options, str *boot, str *text)
{
    const struct plan *plan = writer->plan;
    struct term script;
    struct buf bytes;
    if (boot_script(scratch, &plan->release, &plan->target, options, &script,
                    writer->err) != 0)
        return -1;
    buf_init(&bytes);
    int result = etf_encode(&bytes, &script, plan->target.atoms, writer->err);
    *boot = arena_str(writer->arena, buf_view(&bytes));
    buf_release(&bytes);
    *text = term_file(writer->arena, &script, plan->target.release);
    return result;
}

/* The boot script under a name, and as `also`: of the same folder, or as bin/'s file. */
static int add_boot(struct writer *writer, const struct boot_options *options, str stem,
                    str also)
{
    struct arena scratch;
    str boot, text;
    arena_init(&scratch);
    int result = write_boot(writer, &scratch, options, &boot, &text);
    arena_release(&scratch);
    if (result == 0)
        result = add_boot_pair(writer, stem, boot, text);
    if (result == 0 && also.ptr)
        return add_boot_pair(writer, also, boot, text);
    return result == 0
               ? add(writer, STR("bin"), file_name(writer, stem, ".boot").ptr, boot)
               : -1;
}

static int add_boots(struct writer *writer)
{
    const struct plan *plan = writer->plan;
    const str in_bin = {NULL, 0};
    const struct boot_options start = {
        .kind = BOOT_START,
        .no_dot_erlang = plan->profile->no_dot_erlang.value,
        .config_provider = plan->has_providers,
        .first = plan->protocols,
    };
    struct boot_options clean = start;
    clean.kind = BOOT_CLEAN;
    struct boot_options quiet = clean;
    quiet.no_dot_erlang = true;
    quiet.config_provider = false;
    return add_boot(writer, &start, STR("start"), plan->release.name) ||
                   add_boot(writer, &clean, STR("start_clean"), in_bin) ||
                   add_boot(writer, &quiet, STR("no_dot_erlang"), in_bin)
               ? -1
               : 0;
}

int rel_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct err *err)
{
    struct writer writer = {arena, image, plan, release_vsn_dir(arena, &plan->release),
                            err};
    struct term releases = release_releases_term(arena, &plan->release);
    if (add_rel(&writer) != 0 || add_boots(&writer) != 0 ||
        add(&writer, STR("releases"), "RELEASES",
            term_file(arena, &releases, plan->target.release)) != 0)
        return -1;
    return add(&writer, STR("releases"), "start_erl.data",
               release_start_erl_data(arena, &plan->release));
}
