/*
 * A pack: the bytes of pieces, then a table of records that say where each is, then a
 * header (cache_parts.h) that stands at the end, since it is known last.
 */
#include "cache_parts.h"

#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/map.h"
#include "relc/base/mem.h"
#include "relc/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

enum {
    PACKS_MANY = 24, /* from here on small packs are put together */
    PACK_SMALL = 4 * 1024 * 1024,
    WRITE_LEN = 256 * 1024, /* small pieces are written together */
    PIECE_LEN_MAX = 64 * 1024 * 1024,
};

static const off_t pack_max = (off_t)1 << 40;

struct record {
    struct id key;
    uint64_t offset;
    uint64_t checksum; /* of the packed bytes */
    uint32_t len;
    uint32_t plain_len;
    uint32_t crc;
    uint32_t unused; /* 0 */
};

struct pack {
    int fd;
    char *path;
    bool small;
    bool used;
    bool damaged;
};

struct packs {
    const char *folder;
    struct arena arena;
    pthread_mutex_t mutex;
    bool loaded;
    struct pack *packs;
    size_t count;
    size_t capacity;
    struct map pieces; /* id, as bytes, to struct place */
    bool folding;      /* there are many packs: small ones are to go */
    int fresh;         /* this build's pack, or -1 */
    char *fresh_path;
    struct buf pending; /* what of it is not written yet */
    struct buf table;
    uint64_t fresh_len;
    bool failed; /* nothing more is written */
};

struct place {
    size_t pack;
    struct record record;
};

struct packs *packs_new(const char *folder)
{
    struct packs *packs = mem_alloc(sizeof *packs);
    *packs =
        (struct packs){.folder = folder, .mutex = PTHREAD_MUTEX_INITIALIZER, .fresh = -1};
    arena_init(&packs->arena);
    map_init(&packs->pieces, &packs->arena);
    buf_init(&packs->pending);
    buf_init(&packs->table);
    return packs;
}

static bool read_at(int fd, void *bytes, size_t len, off_t offset)
{
    char *to = bytes;
    while (len) {
        ssize_t got = pread(fd, to, len, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        offset += got;
        len -= (size_t)got;
    }
    return true;
}

static str key_of(const struct id *id)
{
    return (str){(const char *)id, sizeof *id};
}

/* A piece inside of the part of the file before the table. */
static bool is_sound(const struct record *record, uint64_t end)
{
    return record->len && record->len <= PIECE_LEN_MAX &&
           record->plain_len <= PIECE_LEN_MAX && record->offset <= end &&
           record->len <= end - record->offset;
}

static void enter_records(struct packs *packs, size_t pack, const struct record *records,
                          size_t count, uint64_t end)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_sound(&records[i], end))
            continue;
        struct place *place = arena_alloc(&packs->arena, sizeof *place);
        *place = (struct place){pack, records[i]};
        map_put(&packs->pieces, key_of(&place->record.key), place);
    }
}

/* Enters the pieces of an open pack; false when it is damaged or of another relc. */
static bool read_table(struct packs *packs, size_t pack, int fd, off_t size)
{
    struct cache_header header;
    const off_t most = size - (off_t)sizeof header;
    if (size > pack_max || most < 0 || !read_at(fd, &header, sizeof header, most) ||
        header.count > (uint64_t)most / sizeof(struct record))
        return false;
    size_t len = (size_t)header.count * sizeof(struct record);
    struct record *records = arena_alloc(&packs->arena, len);
    if (!read_at(fd, records, len, most - (off_t)len) ||
        !cache_header_fits(&header, CACHE_PACK, (str){(char *)records, len},
                           sizeof *records))
        return false;
    enter_records(packs, pack, records, (size_t)header.count, (uint64_t)most - len);
    return true;
}

static void load_pack(struct packs *packs, str name)
{
    struct stat st;
    str path = path_join(&packs->arena, str_of(packs->folder), name);
    int fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        !read_table(packs, packs->count, fd, st.st_size)) {
        close(fd);
        return;
    }
    packs->packs = arena_grow(&packs->arena, packs->packs, packs->count, &packs->capacity,
                              sizeof *packs->packs);
    packs->packs[packs->count++] = (struct pack){
        .fd = fd,
        .path = arena_strz(&packs->arena, path),
        .small = st.st_size < PACK_SMALL,
    };
}

static void load(struct packs *packs)
{
    struct fs_list list;
    struct err unused;
    packs->loaded = true;
    err_init(&unused);
    if (fs_list(&packs->arena, packs->folder, &list, &unused) != 0) {
        err_release(&unused);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        if (str_starts(list.entries[i].name, STR(CACHE_PACK_PREFIX)))
            load_pack(packs, list.entries[i].name);
    packs->folding = packs->count >= PACKS_MANY;
}

static bool find_place(struct packs *packs, struct id key, struct place *place)
{
    pthread_mutex_lock(&packs->mutex);
    if (!packs->loaded)
        load(packs);
    const struct place *found = map_get(&packs->pieces, key_of(&key));
    if (found)
        *place = *found;
    pthread_mutex_unlock(&packs->mutex);
    return found != NULL;
}

static void note(struct packs *packs, size_t pack, bool good)
{
    pthread_mutex_lock(&packs->mutex);
    if (good)
        packs->packs[pack].used = true;
    else
        packs->packs[pack].damaged = true;
    pthread_mutex_unlock(&packs->mutex);
}

enum packs_found packs_get(struct packs *packs, struct id key, struct buf *bytes,
                           struct gzip_piece *piece)
{
    struct place place;
    if (!find_place(packs, key, &place))
        return PACKS_NOTHING;
    const struct record *record = &place.record;
    const struct pack *pack = &packs->packs[place.pack];
    char *to = buf_reserve(bytes, record->len);
    bool good = read_at(pack->fd, to, record->len, (off_t)record->offset) &&
                id_checksum(to, record->len) == record->checksum;
    note(packs, place.pack, good);
    if (!good)
        return PACKS_NOTHING;
    bytes->len += record->len;
    *piece = (struct gzip_piece){
        .len = record->len, .plain_len = record->plain_len, .crc = record->crc};
    return packs->folding && pack->small ? PACKS_FOR_NOW : PACKS_FOR_GOOD;
}

static int begin_fresh(struct packs *packs, struct err *err)
{
    pthread_mutex_lock(&packs->mutex); /* for the arena */
    str path =
        path_join(&packs->arena, str_of(packs->folder), STR(CACHE_NEW_PREFIX "XXXXXX"));
    packs->fresh_path = arena_strz(&packs->arena, path);
    pthread_mutex_unlock(&packs->mutex);
    packs->fresh = mkstemp(packs->fresh_path);
    if (packs->fresh < 0)
        return err_errno(err, errno, "cannot write '%s'", packs->fresh_path);
    return 0;
}

/* Once something could not be written nothing more is, and nothing is left. */
static int give_up(struct packs *packs)
{
    packs->failed = true;
    if (packs->fresh >= 0) {
        close(packs->fresh);
        unlink(packs->fresh_path);
        packs->fresh = -1;
    }
    return -1;
}

static int flush(struct packs *packs, struct err *err)
{
    int result = fs_write_all(packs->fresh, packs->pending.ptr, packs->pending.len,
                              packs->fresh_path, err);
    buf_clear(&packs->pending);
    return result;
}

int packs_put(struct packs *packs, struct id key, const struct gzip_piece *piece,
              struct err *err)
{
    const struct record record = {
        .key = key,
        .offset = packs->fresh_len,
        .checksum = id_checksum(piece->bytes, piece->len),
        .len = (uint32_t)piece->len,
        .plain_len = (uint32_t)piece->plain_len,
        .crc = piece->crc,
    };
    if (packs->failed)
        return 0;
    if (packs->fresh < 0 && begin_fresh(packs, err) != 0)
        return give_up(packs);
    packs->fresh_len += piece->len;
    buf_add(&packs->table, &record, sizeof record);
    buf_add(&packs->pending, piece->bytes, piece->len);
    return packs->pending.len < WRITE_LEN || flush(packs, err) == 0 ? 0 : give_up(packs);
}

/* Equal tables mean equal packs: one takes the place of the other. */
static int finish_fresh(struct packs *packs, struct err *err)
{
    struct cache_header header;
    str table = buf_view(&packs->table);
    cache_header_make(&header, CACHE_PACK, table, sizeof(struct record));
    str name =
        arena_printf(&packs->arena, CACHE_PACK_PREFIX "%016" PRIx64, header.checksum);
    str path = path_join(&packs->arena, str_of(packs->folder), name);
    buf_add(&packs->pending, table.ptr, table.len);
    buf_add(&packs->pending, &header, sizeof header);
    if (flush(packs, err) != 0)
        return give_up(packs);
    if (rename(packs->fresh_path, path.ptr) != 0) {
        err_errno(err, errno, "cannot write '%s'", path.ptr);
        return give_up(packs);
    }
    close(packs->fresh);
    packs->fresh = -1;
    return 0;
}

int packs_save(struct packs *packs, bool *written, struct err *err)
{
    *written = packs->fresh >= 0;
    if (*written && finish_fresh(packs, err) != 0)
        return -1;
    for (size_t i = 0; i < packs->count; i++) {
        const struct pack *pack = &packs->packs[i];
        bool folded = packs->folding && pack->small && *written;
        if (pack->damaged || folded)
            unlink(pack->path);
        else if (pack->used)
            cache_touch(pack->fd);
    }
    return 0;
}

void packs_free(struct packs *packs)
{
    give_up(packs);
    for (size_t i = 0; i < packs->count; i++)
        close(packs->packs[i].fd);
    pthread_mutex_destroy(&packs->mutex);
    buf_release(&packs->pending);
    buf_release(&packs->table);
    arena_release(&packs->arena);
    free(packs);
}
