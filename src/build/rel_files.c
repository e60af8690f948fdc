#include "build/rel_files.h"

#include "relc/base/buf.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"
#include "relc/term/etf.h"
#include "relc/term/print.h"

#include <stdlib.h>

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

/* A boot script that is being made, and its file. */
struct boot_file {
    const struct plan *plan;
    struct boot_options options;
    struct arena arena; /* of boot and text */
    str boot;
    str text;
    struct err err;
    int result;
};

enum { START, CLEAN, NO_DOT_ERLANG, BOOT_FILES };

struct boot_files {
    struct pool *pool;
    struct boot_file files[BOOT_FILES];
};

/* The script's own memory goes with scratch: it is far larger than what is written. */
static int make_boot(struct boot_file *file, struct arena *scratch)
{
    const struct plan *plan = file->plan;
    struct term script;
    struct buf bytes;
    if (boot_script(scratch, &plan->release, &plan->target, &file->options, &script,
                    &file->err) != 0)
        return -1;
    buf_init(&bytes);
    int result = etf_encode(&bytes, &script, plan->target.atoms, &file->err);
    file->boot = arena_str(&file->arena, buf_view(&bytes));
    buf_release(&bytes);
    file->text = term_file(&file->arena, &script, plan->target.release);
    return result;
}

static void boot_job(void *argument)
{
    struct boot_file *file = argument;
    struct arena scratch;
    arena_init(&scratch);
    file->result = make_boot(file, &scratch);
    arena_release(&scratch);
}

struct boot_files *boot_files_begin(const struct plan *plan, struct pool *pool)
{
    struct boot_files *boots = mem_alloc(sizeof *boots);
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
    const struct boot_options options[BOOT_FILES] = {
        [START] = start, [CLEAN] = clean, [NO_DOT_ERLANG] = quiet};
    boots->pool = pool;
    for (size_t i = 0; i < BOOT_FILES; i++) {
        struct boot_file *file = &boots->files[i];
        *file = (struct boot_file){.plan = plan, .options = options[i]};
        err_init(&file->err);
        arena_init(&file->arena);
        pool_add(pool, boot_job, file);
    }
    return boots;
}

void boot_files_free(struct boot_files *boots)
{
    pool_wait(boots->pool);
    for (size_t i = 0; i < BOOT_FILES; i++) {
        err_release(&boots->files[i].err);
        arena_release(&boots->files[i].arena);
    }
    free(boots);
}

/* The boot script under a name, and as `also`: of the same folder, or as bin/'s file. */
static int add_boot(struct writer *writer, struct boot_file *file, str stem, str also)
{
    if (file->result != 0) {
        *writer->err = file->err;
        err_init(&file->err);
        return -1;
    }
    str boot = arena_str(writer->arena, file->boot);
    str text = arena_str(writer->arena, file->text);
    if (add_boot_pair(writer, stem, boot, text) != 0)
        return -1;
    return also.ptr ? add_boot_pair(writer, also, boot, text)
                    : add(writer, STR("bin"), file_name(writer, stem, ".boot").ptr, boot);
}

static int add_boots(struct writer *writer, struct boot_files *boots)
{
    const str in_bin = {NULL, 0};
    struct boot_file *files = boots->files;
    pool_wait(boots->pool);
    return add_boot(writer, &files[START], STR("start"), writer->plan->release.name) !=
                       0 ||
                   add_boot(writer, &files[CLEAN], STR("start_clean"), in_bin) != 0 ||
                   add_boot(writer, &files[NO_DOT_ERLANG], STR("no_dot_erlang"),
                            in_bin) != 0
               ? -1
               : 0;
}

int rel_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct boot_files *boots, struct err *err)
{
    struct writer writer = {arena, image, plan, release_vsn_dir(arena, &plan->release),
                            err};
    struct term releases = release_releases_term(arena, &plan->release);
    if (add_rel(&writer) != 0 || add_boots(&writer, boots) != 0 ||
        add(&writer, STR("releases"), "RELEASES",
            term_file(arena, &releases, plan->target.release)) != 0)
        return -1;
    return add(&writer, STR("releases"), "start_erl.data",
               release_start_erl_data(arena, &plan->release));
}
