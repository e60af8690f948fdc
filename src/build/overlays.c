#include "build/overlays.h"

#include "build/variables.h"
#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <errno.h>

/* One overlay at work. */
struct laying {
    struct arena *arena;
    struct image *image;
    const struct plan *plan;
    const struct setting_overlay *overlay;
    str to; /* in the release; empty for its root */
    struct err *err;
};

static int render(struct laying *laying, str path, str *rendered)
{
    return variables_render_setting(laying->arena, laying->plan, path,
                                    &laying->overlay->place, rendered, laying->err);
}

static str project_path(struct laying *laying, str path)
{
    return path_normalize(laying->arena,
                          path_join(laying->arena, laying->plan->project->root, path));
}

static int copy_folder(struct laying *laying, str source)
{
    return image_add_tree(laying->image, laying->to, source.ptr, IMAGE_MODES_KEEP,
                          laying->err);
}

/* A folder is laid over what is there; a file may be copied into a folder. */
static int copy(struct laying *laying, str source)
{
    struct stat st;
    if (stat(source.ptr, &st) != 0)
        return err_errno(laying->err, errno, "cannot read '%s'", source.ptr);
    if (S_ISDIR(st.st_mode))
        return copy_folder(laying, source);
    const struct image_entry *there = image_get(laying->image, laying->to);
    bool into = str_ends(laying->overlay->to, STR("/")) || !laying->to.len ||
                (there && there->kind == IMAGE_DIR);
    str to =
        into ? path_join(laying->arena, laying->to, path_basename(source)) : laying->to;
    return image_add_file(laying->image, to, source.ptr, 0, laying->err);
}

/*
 * A link to a file of the release stays one. Any other would lead out of the release: it
 * is one only in dev_mode, which is never packed, and what it leads to is copied else.
 */
static int add_link(struct laying *laying, str target)
{
    struct arena *arena = laying->arena;
    str near = path_join(arena, path_dirname(arena, laying->to), target);
    if (path_is_inside(target) && image_get(laying->image, path_normalize(arena, near)))
        return image_add_link(laying->image, laying->to, target, laying->err);
    str source = project_path(laying, target);
    if (laying->plan->dev_mode)
        return image_add_outside_link(laying->image, laying->to, source, laying->err);
    return copy(laying, source);
}

static int add_template(struct laying *laying, str source)
{
    struct stat st;
    str content, rendered;
    if (stat(source.ptr, &st) != 0)
        return err_errno(laying->err, errno, "cannot read '%s'", source.ptr);
    if (fs_read(laying->arena, source.ptr, 0, &content, laying->err) != 0 ||
        variables_render(laying->arena, laying->plan, content, source.ptr, &rendered,
                         laying->err) != 0)
        return -1;
    return image_add_memory(laying->image, laying->to, rendered,
                            st.st_mode & S_IXUSR ? 0755 : 0644, laying->err);
}

static int add_kind(struct laying *laying, str from)
{
    switch (laying->overlay->kind) {
    case OVERLAY_MKDIR:
        return image_add_dir(laying->image, laying->to, 0755, laying->err);
    case OVERLAY_LINK:
        return add_link(laying, from);
    case OVERLAY_TEMPLATE:
        return add_template(laying, project_path(laying, from));
    case OVERLAY_COPY:
        return copy(laying, project_path(laying, from));
    case OVERLAY_FOLDER:
        break;
    }
    return copy_folder(laying, project_path(laying, from));
}

/* Where it goes, below the root of the release: "etc", "." for the root itself. */
static int find_place(struct laying *laying)
{
    str rendered;
    laying->to = STR("");
    if (!laying->overlay->to.ptr)
        return 0;
    if (render(laying, laying->overlay->to, &rendered) != 0)
        return -1;
    laying->to = path_normalize(laying->arena, rendered);
    if (path_is_inside(laying->to))
        return 0;
    bool root = laying->overlay->kind == OVERLAY_COPY && str_eqz(laying->to, ".");
    laying->to = STR("");
    if (root)
        return 0;
    err_set(laying->err, ERR_INPUT, "the overlay '%.*s' would leave the release",
            STR_ARG(rendered));
    return err_hint(laying->err, "it must be a path below the root of the release");
}

static int lay(struct laying *laying)
{
    str from = {NULL, 0};
    if (laying->overlay->from.ptr && render(laying, laying->overlay->from, &from) != 0)
        return -1;
    if (find_place(laying) == 0 && add_kind(laying, from) == 0)
        return 0;
    return laying->err->file ? -1 : place_error(laying->err, &laying->overlay->place);
}

static int lay_all(struct arena *arena, struct image *image, const struct plan *plan,
                   const struct setting_overlay *overlays, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct laying laying = {arena, image, plan, &overlays[i], STR(""), err};
        if (lay(&laying) != 0)
            return -1;
    }
    return 0;
}

int overlays_add(struct arena *arena, struct image *image, const struct plan *plan,
                 struct err *err)
{
    const struct setting_overlays *setting = &plan->profile->overlays;
    const struct setting_overlay usual = {.kind = OVERLAY_FOLDER,
                                          .from = STR("rel/overlays")};
    bool has_usual = fs_is_dir(path_join(arena, plan->project->root, usual.from).ptr);
    image->replacing = true;
    int result = setting->set
                     ? lay_all(arena, image, plan, setting->items, setting->count, err)
                     : lay_all(arena, image, plan, &usual, has_usual, err);
    image->replacing = false;
    return result;
}
