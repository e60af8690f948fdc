#include "relc/config/migrate.h"

#include "config/migrate/moved.h"
#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"
#include "relc/config/check.h"

#include "config/detect.h"

#include <string.h>

enum { SOURCE_MAX_BYTES = 1 << 20 };

const char *migrate_kind_name(enum migrate_kind kind)
{
    static const char *const names[] = {
        [MIGRATE_NONE] = "nothing",
        [MIGRATE_DISTILLERY] = "Distillery",
        [MIGRATE_MIX] = "mix release",
        [MIGRATE_RELX] = "relx",
    };
    return names[kind];
}

static enum migrate_kind kind_of(str path)
{
    str name = path_basename(path);
    if (str_eqz(name, "mix.exs"))
        return MIGRATE_MIX;
    return str_ends(name, STR(".exs")) ? MIGRATE_DISTILLERY : MIGRATE_RELX;
}

/* Reads the source; *found tells whether it says anything of releases. */
static int read_source(struct moved *moved, bool *found)
{
    *found = true;
    if (moved->kind == MIGRATE_MIX)
        return move_mix(moved, found);
    if (moved->kind == MIGRATE_RELX)
        return move_relx(moved, found);
    return move_distillery(moved);
}

static int load_source(struct moved *moved, str path, bool *found)
{
    struct arena *arena = moved->arena;
    str file = path_join(arena, moved->project->root, path);
    moved->source =
        path_relative_to(arena, path_normalize(arena, file), moved->project->root);
    moved->kind = kind_of(path);
    moved->top = (struct moved_profile){0};
    if (fs_read(arena, file.ptr, SOURCE_MAX_BYTES, &moved->text, moved->err) != 0)
        return -1;
    return read_source(moved, found);
}

/* rel/config.exs, mix.exs, rebar.config, relx.config: the first that says something. */
static int find_source(struct moved *moved, bool *found)
{
    static const char *const usual[] = {"rel/config.exs", "mix.exs", "relx.config",
                                        "rebar.config"};
    *found = false;
    for (size_t i = 0; !*found && i < sizeof usual / sizeof *usual; i++) {
        bool distillery = i == 0;
        if (!project_has_file(moved->arena, moved->project->root, usual[i]))
            continue;
        if (load_source(moved, str_of(usual[i]), found) == 0)
            continue;
        /* A mix.exs or rebar.config that cannot be read may say nothing of releases. */
        if (distillery)
            return -1;
        err_release(moved->err);
        *found = false;
    }
    return 0;
}

static int check_names(struct moved *moved)
{
    struct err *err = moved->err;
    for (size_t i = 0; i < moved->release_count; i++)
        if (check_release_name(moved->releases[i].name, err) != 0) {
            err_hint(err, "give the release another name in the file first");
            return err_at(err, moved->source.ptr, 0, 0);
        }
    for (size_t i = 0; i < moved->environment_count; i++)
        if (check_environment_name(moved->environments[i].name, err) != 0)
            return err_at(err, moved->source.ptr, 0, 0);
    return 0;
}

/* Releases for servers are stripped: unlike Distillery's, they can still be upgraded. */
static void strip_production(struct moved *moved)
{
    struct moved_profile *prod =
        moved_find(moved->environments, moved->environment_count, STR("prod"));
    if (!prod || moved_has(prod, "strip_debug_info") || moved_has(prod, "strip_beams"))
        return;
    for (size_t i = 0; i < moved->release_count; i++)
        if (moved_has(&moved->releases[i], "strip_debug_info") ||
            moved_has(&moved->releases[i], "strip_beams"))
            return;
    moved_say(moved, prod, "Stripped releases can be upgraded as well.");
    moved_set_yaml(moved, prod, "strip_debug_info", STR("true"), 0);
}

/* The line with the cookie out of Distillery's vm.args: relc keeps it in a file. */
static str without_cookie(struct arena *arena, str text)
{
    struct buf out;
    buf_init(&out);
    while (text.ptr && text.len) {
        str line = str_split(&text, '\n');
        bool cookie = strstr(arena_strz(arena, line), "release.profile.cookie") != NULL;
        buf_printf(&out, "%s\n",
                   cookie ? "# The cookie is the setting cookie of rel/config.yaml."
                          : arena_strz(arena, line));
    }
    str changed = arena_str(arena, buf_view(&out));
    buf_release(&out);
    return changed;
}

static void add_file(struct moved *moved, str path, str content)
{
    for (size_t i = 0; i < moved->file_count; i++)
        if (str_eq(moved->files[i].path, path))
            return;
    moved->files = arena_grow(moved->arena, moved->files, moved->file_count,
                              &moved->file_capacity, sizeof *moved->files);
    moved->files[moved->file_count++] = (struct migrate_file){path, content};
}

/* A vm.args of Distillery's that has the cookie in it gets a copy without it. */
static void adapt_vm_args(struct moved *moved, struct moved_profile *profile)
{
    struct arena *arena = moved->arena;
    struct moved_line *line = (struct moved_line *)moved_get(profile, "vm_args");
    struct err ignored;
    str text, path;
    if (!line || line->text.ptr[0] == '"')
        return;
    path = path_join(arena, moved->project->root, line->text);
    err_init(&ignored);
    bool read = fs_read(arena, path.ptr, SOURCE_MAX_BYTES, &text, &ignored) == 0;
    err_release(&ignored);
    if (!read || !strstr(text.ptr, "release.profile.cookie"))
        return;
    str copy =
        path_join(arena, path_dirname(arena, line->text),
                  arena_printf(arena, "relc.%.*s", STR_ARG(path_basename(line->text))));
    add_file(moved, copy, without_cookie(arena, text));
    line->text = copy;
}

static void each_profile(struct moved *moved,
                         void (*visit)(struct moved *, struct moved_profile *))
{
    for (size_t i = 0; i < moved->release_count; i++)
        visit(moved, &moved->releases[i]);
    for (size_t i = 0; i < moved->environment_count; i++)
        visit(moved, &moved->environments[i]);
}

static int nothing_found(struct moved *moved, const char *from)
{
    err_set(moved->err, ERR_INPUT, "'%s' defines no release", from);
    return err_hint(moved->err,
                    "--from takes Distillery's rel/config.exs, a mix.exs with releases, "
                    "or a rebar.config or relx.config with a relx release");
}

int migrate_project(struct arena *arena, const struct project *project, const char *from,
                    struct migration *migration, struct err *err)
{
    struct moved moved = {.arena = arena, .project = project, .err = err};
    bool found;
    *migration = (struct migration){0};
    map_init(&moved.variables, arena);
    if ((from ? load_source(&moved, str_of(from), &found)
              : find_source(&moved, &found)) != 0)
        return -1;
    if (!found || !moved.release_count)
        return from ? nothing_found(&moved, from) : 0;
    if (check_names(&moved) != 0)
        return -1;
    strip_production(&moved);
    each_profile(&moved, adapt_vm_args);
    *migration = (struct migration){
        .kind = moved.kind,
        .source = moved.source,
        .config = moved_write(&moved),
        .notes = moved.notes,
        .files = moved.files,
        .file_count = moved.file_count,
    };
    return 0;
}
