#include "cache_parts.h"

#include "cache_use.h"

#include "relc/base/fs.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_MODE = 0700 };

static const uint64_t default_limit = UINT64_C(1) << 30;

struct cache {
    struct arena arena;
    const char *folder;
    const char *memo_path;
    uint64_t limit;
    struct timespec opened;
    struct memo *memo;
    struct packs *packs;
    const struct report *report;
    bool told; /* of a failure */
    bool making_known;
    enum compression compression; /* that making is of */
    struct id making;
};

/* A cache that another user writes could bring anything into a release. */
static int check_folder(const char *folder, struct err *err)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return err_errno(err, errno, "cannot use '%s'", folder);
    if (!S_ISDIR(st.st_mode))
        return err_errno(err, ENOTDIR, "cannot use '%s'", folder);
    if (st.st_uid != geteuid())
        return err_set(err, ERR_IO, "'%s' belongs to another user", folder);
    if (faccessat(AT_FDCWD, folder, R_OK | W_OK | X_OK, AT_EACCESS) != 0)
        return err_errno(err, errno, "cannot use '%s'", folder);
    return 0;
}

static int make_folder(struct arena *arena, const char *folder, struct err *err)
{
    if (fs_is_dir(folder))
        return check_folder(folder, err);
    str parent = path_dirname(arena, path_normalize(arena, str_of(folder)));
    if (fs_mkdirs(parent.ptr, err) != 0)
        return -1;
    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
        return err_errno(err, errno, "cannot make folder '%s'", folder);
    return check_folder(folder, err);
}

static void tell(struct cache *cache, struct err *err)
{
    if (!cache->told)
        report_say(cache->report, REPORT_WARNING, "going on without the cache: %s",
                   err->message);
    cache->told = true;
    err_release(err);
}

struct cache *cache_open(const struct cache_options *options)
{
    struct err err;
    if (!options->folder)
        return NULL;
    struct cache *cache = mem_alloc(sizeof *cache);
    *cache = (struct cache){
        .limit = options->limit ? options->limit : default_limit,
        .opened = state_clock(),
        .report = options->report,
    };
    arena_init(&cache->arena);
    err_init(&err);
    cache->folder = arena_strz(&cache->arena, str_of(options->folder));
    if (make_folder(&cache->arena, cache->folder, &err) != 0) {
        tell(cache, &err);
        arena_release(&cache->arena);
        free(cache);
        return NULL;
    }
    uint64_t target = id_checksum(options->target.ptr, options->target.len);
    cache->memo_path = arena_printf(&cache->arena, "%s/" CACHE_MEMO_PREFIX "%016" PRIx64,
                                    cache->folder, target)
                           .ptr;
    cache->memo = memo_load(cache->memo_path);
    cache->packs = packs_new(cache->folder);
    return cache;
}

void cache_close(struct cache *cache)
{
    struct err err;
    bool saved = false, packed = false;
    if (!cache)
        return;
    err_init(&err);
    if (packs_save(cache->packs, &packed, &err) != 0 ||
        memo_save(cache->memo, cache->memo_path, &saved, &err) != 0)
        tell(cache, &err);
    if (packed || saved)
        cache_evict(cache->folder, cache->limit);
    packs_free(cache->packs);
    memo_free(cache->memo);
    arena_release(&cache->arena);
    free(cache);
}

bool cache_is_settled(const struct cache *cache, const struct image_entry *entry)
{
    return entry->kind != IMAGE_FILE || state_is_settled(entry->status, cache->opened);
}

bool cache_has_memory(const struct cache *cache)
{
    return memo_was_kept(cache->memo);
}

bool cache_recall(struct cache *cache, struct id key, struct memo_value *value)
{
    return memo_get(cache->memo, key, value);
}

void cache_learn(struct cache *cache, struct id key, const struct memo_value *value)
{
    memo_put(cache->memo, key, value);
}

struct id cache_making(struct cache *cache, enum compression compression)
{
    if (!cache->making_known || cache->compression != compression)
        cache->making = deflate_making(compression);
    cache->making_known = true;
    cache->compression = compression;
    return cache->making;
}

enum packs_found cache_piece(struct cache *cache, struct id key, struct buf *bytes,
                             struct gzip_piece *piece)
{
    return packs_get(cache->packs, key, bytes, piece);
}

void cache_keep_piece(struct cache *cache, struct id key, const struct gzip_piece *piece)
{
    struct err err;
    err_init(&err);
    if (packs_put(cache->packs, key, piece, &err) != 0)
        tell(cache, &err);
}

bool cache_has_passed(struct cache *cache, const char *name, const char *path,
                      const struct stat *st, struct cache_check *check)
{
    struct memo_value value;
    struct id state = state_of_file(name, path, st);
    *check = (struct cache_check){
        .state = {state.low, state.high},
        .settled = state_is_settled(st->st_ctim, cache->opened),
    };
    return check->settled && cache_recall(cache, state, &value);
}

void cache_passed(struct cache *cache, const struct cache_check *check)
{
    const struct memo_value nothing = {0};
    if (cache && check->settled)
        cache_learn(cache, (struct id){check->state[0], check->state[1]}, &nothing);
}

const char *cache_default_folder(struct arena *arena)
{
    const char *own = getenv("RELC_CACHE_DIR"), *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (own)
        return *own ? own : NULL;
    if (base && *base == '/') /* the specification has relative ones ignored */
        return path_join(arena, str_of(base), STR("relc")).ptr;
    return home && *home ? path_join(arena, str_of(home), STR(".cache/relc")).ptr : NULL;
}
