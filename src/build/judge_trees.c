#include "build/judge.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

static int files_differ(struct checker *checker, str old_file, str new_file, bool *differ)
{
    bool same = false;
    if (fs_is_file(old_file.ptr) && fs_is_file(new_file.ptr) &&
        fs_same_content(old_file.ptr, new_file.ptr, &same, checker->err) != 0)
        return -1;
    *differ = !same;
    return 0;
}

static bool has_entry(const struct fs_list *list, str name)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->entries[i].name, name))
            return true;
    return false;
}

static int list_dir(struct checker *checker, str dir, struct fs_list *list)
{
    *list = (struct fs_list){NULL, 0};
    return fs_is_dir(dir.ptr) ? fs_list(checker->arena, dir.ptr, list, checker->err) : 0;
}

int tree_differences(struct checker *checker, str old_dir, str new_dir, str shown,
                     difference_found *found, void *context)
{
    struct arena *arena = checker->arena;
    struct fs_list olds, news;
    if (list_dir(checker, old_dir, &olds) != 0 || list_dir(checker, new_dir, &news) != 0)
        return -1;
    for (size_t i = 0; i < olds.count; i++)
        if (!has_entry(&news, olds.entries[i].name))
            found(context, path_join(arena, shown, olds.entries[i].name));
    for (size_t i = 0; i < news.count; i++) {
        str name = news.entries[i].name, path = path_join(arena, shown, name);
        str old_path = path_join(arena, old_dir, name),
            new_path = path_join(arena, new_dir, name);
        bool differ = true;
        if (fs_is_dir(old_path.ptr) && fs_is_dir(new_path.ptr)) {
            if (tree_differences(checker, old_path, new_path, path, found, context) != 0)
                return -1;
            continue;
        }
        if (has_entry(&olds, name) &&
            files_differ(checker, old_path, new_path, &differ) != 0)
            return -1;
        if (differ)
            found(context, path);
    }
    return 0;
}
