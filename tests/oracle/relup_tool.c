/*
 * Makes relups and appups as the library does, for comparison with systools. Answers each
 * line of standard input with "ok" or "error: why":
 *
 *     relup OUT RESTART LIB,LIB... TOP.rel BASE.rel...
 *         OUT gets the relup; RESTART is "restart" or "-". A BASE may end in =TEXT, its
 *         description. An application's appup is its ebin/NAME.appup, as for systools.
 *     appup NAME OLD-DIR NEW-DIR LEFT-OUT
 *         NEW-DIR/ebin/NAME.appup gets an appup, of two versions of an application;
 *         LEFT-OUT is a list of modules with commas, or "-".
 *     protocols NAME OLD-VSN OLD-DIR NEW-VSN NEW-DIR
 *         the same for a folder of consolidated protocols.
 *
 *     relup_tool ROOT-OF-THE-ERLANG-INSTALLATION
 */
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/otp/relup.h"
#include "relc/otp/target.h"
#include "relc/term/print.h"
#include "relc/term/read.h"

#include <stdio.h>
#include <string.h>

enum { MAX_BASES = 16 };

static int write_term(struct arena *arena, const struct target *target, const char *path,
                      const struct term *term, struct err *err)
{
    return fs_write_file(path, term_file(arena, term, target->release), 0644, err);
}

static int read_release(struct arena *arena, struct catalogue *catalogue, str rel,
                        struct release *release, struct err *err)
{
    struct term term;
    const char *file = arena_strz(arena, rel);
    if (term_read_file_first(arena, file, &term, err) != 0 ||
        release_of_term(arena, &term, file, catalogue, release, err) != 0)
        return -1;
    return release_check(arena, release, NULL, err);
}

static int read_appup(struct arena *arena, const struct app *app, struct map *appups,
                      struct err *err)
{
    struct appup *appup = arena_alloc(arena, sizeof *appup);
    struct term *term = arena_alloc(arena, sizeof *term);
    const char *file =
        arena_printf(arena, "%s/ebin/%.*s.appup", app->dir, STR_ARG(app->name)).ptr;
    if (!fs_is_file(file))
        return 0;
    if (term_read_file_first(arena, file, term, err) != 0 ||
        appup_parse(arena, term, file, appup, err) != 0)
        return -1;
    map_put(appups, app->name, appup);
    return 0;
}

/* Only of applications that changed, as systools does: others may have broken ones. */
static int read_appups(struct arena *arena, const struct relup_input *input,
                       struct map *appups, struct err *err)
{
    for (size_t i = 0; i < input->top->app_count; i++) {
        const struct app *app = input->top->apps[i].app;
        bool changed = false;
        for (size_t j = 0; j < input->base_count; j++) {
            const struct rel_app *base = release_app(input->bases[j].release, app->name);
            changed |= base && !str_eq(base->app->vsn, app->vsn);
        }
        if (changed && read_appup(arena, app, appups, err) != 0)
            return -1;
    }
    return 0;
}

static int open_catalogue(struct arena *arena, const struct target *target, str libs,
                          struct catalogue *catalogue, struct err *err)
{
    str own = path_join(arena, target->root, STR("lib"));
    catalogue_init(catalogue, arena, target->release);
    while (libs.ptr) {
        const char *dir = arena_strz(arena, str_split(&libs, ','));
        if (catalogue_add(catalogue, dir, ORIGIN_LIB_DIR, err) != 0)
            return -1;
    }
    return catalogue_add(catalogue, own.ptr, ORIGIN_ERLANG, err);
}

static int make_relup(struct arena *arena, const struct target *target, str line,
                      struct err *err)
{
    const char *out = arena_strz(arena, str_split(&line, ' '));
    struct release releases[MAX_BASES + 1];
    struct relup_base bases[MAX_BASES] = {0};
    struct map appups;
    struct relup_input input = {
        .top = &releases[MAX_BASES],
        .bases = bases,
        .appups = &appups,
        .otp = target->release,
        .restart_emulator = str_eqz(str_split(&line, ' '), "restart"),
    };
    struct catalogue catalogue;
    struct term relup;
    map_init(&appups, arena);
    if (open_catalogue(arena, target, str_split(&line, ' '), &catalogue, err) != 0 ||
        read_release(arena, &catalogue, str_split(&line, ' '), &releases[MAX_BASES],
                     err) != 0)
        return -1;
    while (line.ptr && input.base_count < MAX_BASES) {
        str description = str_split(&line, ' '), rel = str_split(&description, '=');
        struct relup_base *base = &bases[input.base_count];
        base->release = &releases[input.base_count];
        if (description.ptr) {
            struct term *term = arena_alloc(arena, sizeof *term);
            *term = term_string(arena, description);
            base->description = term;
        }
        if (read_release(arena, &catalogue, rel, &releases[input.base_count++], err))
            return -1;
    }
    if (read_appups(arena, &input, &appups, err) != 0 ||
        relup_make(arena, &input, &relup, err) != 0)
        return -1;
    return write_term(arena, target, out, &relup, err);
}

static int make_appup(struct arena *arena, const struct target *target, str line,
                      struct err *err)
{
    str name = arena_str(arena, str_split(&line, ' '));
    const char *old_dir = arena_strz(arena, str_split(&line, ' '));
    const char *new_dir = arena_strz(arena, str_split(&line, ' '));
    struct app old_app, new_app;
    struct term appup;
    struct names left_out = {arena_array(arena, line.len + 1, sizeof(str)), 0};
    while (line.ptr)
        left_out.items[left_out.count++] = str_split(&line, ',');
    if (app_read(arena, old_dir, name, target->release, &old_app, err) != 0 ||
        app_read(arena, new_dir, name, target->release, &new_app, err) != 0)
        return -1;
    str old_ebin = path_join(arena, str_of(old_dir), STR("ebin"));
    str new_ebin = path_join(arena, str_of(new_dir), STR("ebin"));
    struct app_version old_version = {&old_app, old_ebin.ptr};
    struct app_version new_version = {&new_app, new_ebin.ptr};
    if (appup_generate(arena, &old_version, &new_version, &left_out, &appup, err) != 0)
        return -1;
    str out = arena_printf(arena, "%s/%.*s.appup", new_ebin.ptr, STR_ARG(name));
    return write_term(arena, target, out.ptr, &appup, err);
}

static int make_protocols(struct arena *arena, const struct target *target, str line,
                          struct err *err)
{
    str name = arena_str(arena, str_split(&line, ' '));
    str old_vsn = str_split(&line, ' '), old_dir = str_split(&line, ' ');
    str new_vsn = str_split(&line, ' '), new_dir = line;
    str old_ebin = path_join(arena, old_dir, STR("ebin"));
    str new_ebin = path_join(arena, new_dir, STR("ebin"));
    struct term appup;
    if (appup_generate_protocols(arena, name, old_vsn, old_ebin.ptr, new_vsn,
                                 new_ebin.ptr, &appup, err) != 0)
        return -1;
    str out = arena_printf(arena, "%s/%.*s.appup", new_ebin.ptr, STR_ARG(name));
    return write_term(arena, target, out.ptr, &appup, err);
}

static int run(struct arena *arena, const struct target *target, str line,
               struct err *err)
{
    str command = str_split(&line, ' ');
    if (str_eqz(command, "relup"))
        return make_relup(arena, target, line, err);
    if (str_eqz(command, "appup"))
        return make_appup(arena, target, line, err);
    if (str_eqz(command, "protocols"))
        return make_protocols(arena, target, line, err);
    return err_set(err, ERR_USAGE, "unknown command '%.*s'", STR_ARG(command));
}

int main(int argc, char **argv)
{
    struct arena shared;
    struct target target;
    struct err err;
    char line[65536];
    arena_init(&shared);
    err_init(&err);
    if (argc != 2 || target_read(&shared, str_of(argv[1]), &target, &err) != 0) {
        fprintf(stderr, "relup_tool: %s\n", err.message ? err.message : "usage: ROOT");
        return 2;
    }
    while (fgets(line, sizeof line, stdin)) {
        struct arena arena;
        arena_init(&arena);
        if (run(&arena, &target, str_trim(str_of(line)), &err) == 0)
            printf("ok\n");
        else
            printf("error: %s\n", err.message);
        err_release(&err);
        arena_release(&arena);
    }
    arena_release(&shared);
    return 0;
}
