#include "build/executable.h"

#include "build/variables.h"
#include "relc/base/cksum.h"
#include "relc/base/fs.h"
#include "relc/template/builtin.h"
#include "relc/template/template.h"

#include <assert.h>

/* The script is filled up to this size, so that it can say where the tarball begins. */
enum { SCRIPT_SIZE = 8192, EXECUTABLE_MODE = 0755 };

static const char template_name[] = "bin/NAME.run";

/* What nothing but an upgrade changes at run time: its files are counted. */
struct content {
    str roots; /* "bin lib releases/VSN erts-VSN", without those that are not there */
    size_t files;
};

str executable_path(struct arena *arena, const struct release *release)
{
    return arena_printf(arena, "bin/%.*s.run", STR_ARG(release->name));
}

static size_t count_files(struct image *image, str root)
{
    size_t count = 0;
    image_sort(image);
    for (size_t i = 0; i < image->count; i++) {
        const struct image_entry *entry = image->entries[i];
        count += entry->kind != IMAGE_DIR && str_starts(entry->path, root) &&
                 entry->path.ptr[root.len] == '/';
    }
    return count;
}

static struct content content_of(struct arena *arena, const struct plan *plan,
                                 struct image *image)
{
    struct content content = {.roots = STR("")};
    const str roots[] = {
        STR("bin"), STR("lib"), release_vsn_dir(arena, &plan->release),
        arena_printf(arena, "erts-%.*s", STR_ARG(plan->target.erts_vsn))};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t files = count_files(image, roots[i]);
        if (!files)
            continue;
        content.roots = arena_printf(arena, "%.*s%s%.*s", STR_ARG(content.roots),
                                     content.roots.len ? " " : "", STR_ARG(roots[i]));
        content.files += files;
    }
    return content;
}

static void put(struct map *vars, const char *name, str value)
{
    map_put(vars, str_of(name), arena_strz(vars->arena, value));
}

static void put_number(struct map *vars, const char *name, size_t value)
{
    put(vars, name, arena_printf(vars->arena, "%zu", value));
}

/* The script, filled up with line ends. */
static int render_script(struct arena *arena, const struct plan *plan,
                         struct image *image, str payload, struct buf *script,
                         struct err *err)
{
    struct content content = content_of(arena, plan, image);
    uint32_t sum = cksum(payload);
    struct map vars;
    variables_init(arena, plan, &vars);
    put(&vars, "transient",
        plan->profile->executable.transient ? STR("true") : STR("false"));
    put_number(&vars, "file_size", SCRIPT_SIZE + payload.len);
    put_number(&vars, "payload_offset", SCRIPT_SIZE + 1);
    put(&vars, "payload_cksum", arena_printf(arena, "%u %zu", sum, payload.len));
    put(&vars, "payload_key", arena_printf(arena, "%08x%zx", sum, payload.len));
    put(&vars, "payload_roots", content.roots);
    put_number(&vars, "payload_files", content.files);
    if (template_render(script, builtin_get(template_name), template_name, &vars, err) !=
        0)
        return -1;
    assert(script->len <= SCRIPT_SIZE);
    buf_fill(script, '\n', SCRIPT_SIZE - script->len);
    return 0;
}

int executable_write(struct arena *arena, const struct plan *plan, struct image *image,
                     const char *tarball, const char *path, struct err *err)
{
    struct buf script;
    str payload;
    if (fs_map(tarball, &payload, err) != 0)
        return -1;
    buf_init(&script);
    int result = render_script(arena, plan, image, payload, &script, err);
    if (result == 0) {
        const str parts[] = {buf_view(&script), payload};
        result = fs_write_parts(path, parts, 2, EXECUTABLE_MODE, err);
    }
    buf_release(&script);
    fs_unmap(payload);
    return result;
}
