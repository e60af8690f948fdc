#include "module_changes.h"

#include "relc/base/fs.h"
#include "relc/base/map.h"

#include <stdlib.h>

struct comparison {
    struct arena *arena;
    const char *old_ebin;
    const char *new_ebin;
    struct module_changes *changes;
    struct err *err;
};

/* A file while it is looked at. */
struct opened {
    const char *path;
    str bytes;
    struct beam beam;
};

static int map_file(struct comparison *comparison, const char *ebin, str module,
                    struct opened *file)
{
    file->path =
        arena_printf(comparison->arena, "%s/%.*s.beam", ebin, STR_ARG(module)).ptr;
    return fs_map(file->path, &file->bytes, comparison->err);
}

static int read_facts(struct comparison *comparison, const struct opened *file,
                      struct module_facts *facts)
{
    if (module_facts(comparison->arena, &file->beam, facts, comparison->err) != 0)
        return -1;
    return module_require_attributes(facts, comparison->err);
}

/* For a module that is in one version only. */
static int read_one(struct comparison *comparison, const char *ebin, str module,
                    struct module_facts *facts)
{
    struct opened file;
    struct arena scratch;
    if (map_file(comparison, ebin, module, &file) != 0)
        return -1;
    arena_init(&scratch);
    int result = beam_open(&scratch, file.bytes, file.path, &file.beam, comparison->err);
    if (result == 0)
        result = read_facts(comparison, &file, facts);
    arena_release(&scratch);
    fs_unmap(file.bytes);
    return result;
}

static int compare_opened(struct comparison *comparison, struct opened *old_file,
                          struct opened *new_file, struct module_change *change,
                          bool *differs)
{
    struct arena scratch;
    arena_init(&scratch);
    int result = -1;
    if (beam_open(&scratch, old_file->bytes, old_file->path, &old_file->beam,
                  comparison->err) == 0 &&
        beam_open(&scratch, new_file->bytes, new_file->path, &new_file->beam,
                  comparison->err) == 0) {
        *differs = !beam_same_code(&old_file->beam, &new_file->beam);
        result = 0;
    }
    if (result == 0 && *differs &&
        (read_facts(comparison, old_file, &change->old_facts) != 0 ||
         read_facts(comparison, new_file, &change->new_facts) != 0))
        result = -1;
    arena_release(&scratch);
    return result;
}

static int compare_both(struct comparison *comparison, struct module_change *change,
                        bool *differs)
{
    struct opened old_file, new_file;
    int result = 0;
    if (map_file(comparison, comparison->old_ebin, change->name, &old_file) != 0)
        return -1;
    if (map_file(comparison, comparison->new_ebin, change->name, &new_file) != 0) {
        fs_unmap(old_file.bytes);
        return -1;
    }
    *differs = !str_eq(old_file.bytes, new_file.bytes);
    if (*differs)
        result = compare_opened(comparison, &old_file, &new_file, change, differs);
    fs_unmap(old_file.bytes);
    fs_unmap(new_file.bytes);
    return result;
}

static int look_at(struct comparison *comparison, struct module_change *change,
                   bool *differs)
{
    *differs = true;
    if (change->was && change->is)
        return compare_both(comparison, change, differs);
    if (change->was)
        return read_one(comparison, comparison->old_ebin, change->name,
                        &change->old_facts);
    return read_one(comparison, comparison->new_ebin, change->name, &change->new_facts);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct module_change *)a)->name,
                   ((const struct module_change *)b)->name);
}

static void add_names(struct module_changes *changes, struct map *known,
                      const struct names *names, bool is_new)
{
    for (size_t i = 0; i < names->count; i++) {
        struct module_change *change = map_get(known, names->items[i]);
        if (!change) {
            change = &changes->items[changes->count++];
            change->name = names->items[i];
            map_put(known, names->items[i], change);
        }
        *(is_new ? &change->is : &change->was) = true;
    }
}

/* All modules of both versions but those left out, each once, sorted. */
static void collect(struct comparison *comparison, const struct module_set *old_set,
                    const struct module_set *new_set, const struct names *left_out)
{
    struct module_changes *changes = comparison->changes;
    size_t most = old_set->names->count + new_set->names->count;
    struct module_change ignored;
    struct map known;
    map_init(&known, comparison->arena);
    for (size_t i = 0; left_out && i < left_out->count; i++)
        map_put(&known, left_out->items[i], &ignored);
    changes->items = arena_array(comparison->arena, most, sizeof *changes->items);
    add_names(changes, &known, old_set->names, false);
    add_names(changes, &known, new_set->names, true);
    if (changes->count > 0)
        qsort(changes->items, changes->count, sizeof *changes->items, by_name);
}

int module_changes(struct arena *arena, const struct module_set *old_set,
                   const struct module_set *new_set, const struct names *left_out,
                   struct module_changes *changes, struct err *err)
{
    struct comparison comparison = {arena, old_set->ebin, new_set->ebin, changes, err};
    size_t kept = 0;
    *changes = (struct module_changes){0};
    collect(&comparison, old_set, new_set, left_out);
    for (size_t i = 0; i < changes->count; i++) {
        bool differs;
        if (look_at(&comparison, &changes->items[i], &differs) != 0)
            return -1;
        if (differs)
            changes->items[kept++] = changes->items[i];
    }
    changes->count = kept;
    return 0;
}
