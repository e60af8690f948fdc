/*
 * The file: a header and records, both in the machine's own byte order (another order
 * shows in the mark of the header, and the file counts as damaged).
 */
#include "memo.h"

#include "cache_parts.h"

#include "relc/base/buf.h"
#include "relc/base/fs.h"
#include "relc/base/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024, AGE_MAX = 8, FILE_MODE = 0600 };

static const size_t file_max = (size_t)256 << 20;

struct record {
    struct id key;
    struct memo_value value;
    uint64_t age; /* builds that saved since it was wanted last */
};

struct slot {
    struct record record;
    bool full;
    bool wanted; /* asked for or learnt by this build */
};

struct memo {
    pthread_mutex_t mutex;
    struct slot *slots; /* open addressing; their number is a power of two */
    size_t slot_count;
    size_t count;
    bool kept;   /* the file said something */
    bool learnt; /* something that the file does not say */
};

/* Where the key is, or would be. */
static struct slot *find(const struct memo *memo, struct id key)
{
    size_t at = (size_t)key.low & (memo->slot_count - 1);
    while (memo->slots[at].full && !id_eq(memo->slots[at].record.key, key))
        at = (at + 1) & (memo->slot_count - 1);
    return &memo->slots[at];
}

static void resize(struct memo *memo, size_t slot_count)
{
    struct slot *old = memo->slots;
    size_t old_count = memo->slot_count;
    memo->slots = mem_alloc(mem_mul(slot_count, sizeof *memo->slots));
    memset(memo->slots, 0, slot_count * sizeof *memo->slots);
    memo->slot_count = slot_count;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].full)
            *find(memo, old[i].record.key) = old[i];
    free(old);
}

static struct slot *enter(struct memo *memo, const struct record *record)
{
    if (memo->count >= memo->slot_count / 4 * 3)
        resize(memo, memo->slot_count * 2);
    struct slot *slot = find(memo, record->key);
    memo->count += !slot->full;
    slot->full = true;
    slot->record = *record;
    return slot;
}

static void read_records(struct memo *memo, str bytes)
{
    struct cache_header header;
    str records = str_slice(bytes, sizeof header, bytes.len);
    if (bytes.len < sizeof header)
        return;
    memcpy(&header, bytes.ptr, sizeof header);
    if (!cache_header_fits(&header, CACHE_MEMO, records, sizeof(struct record)))
        return;
    const char *at = records.ptr;
    for (uint64_t i = 0; i < header.count; i++, at += sizeof(struct record)) {
        struct record record;
        memcpy(&record, at, sizeof record);
        enter(memo, &record);
    }
}

struct memo *memo_load(const char *path)
{
    struct memo *memo = mem_alloc(sizeof *memo);
    struct arena arena;
    struct err unused;
    str bytes;
    *memo = (struct memo){.mutex = PTHREAD_MUTEX_INITIALIZER};
    resize(memo, FIRST_SLOTS);
    arena_init(&arena);
    err_init(&unused);
    if (fs_read(&arena, path, file_max, &bytes, &unused) == 0)
        read_records(memo, bytes);
    memo->kept = memo->count > 0;
    err_release(&unused);
    arena_release(&arena);
    return memo;
}

bool memo_was_kept(const struct memo *memo)
{
    return memo->kept;
}

void memo_free(struct memo *memo)
{
    pthread_mutex_destroy(&memo->mutex);
    free(memo->slots);
    free(memo);
}

bool memo_get(struct memo *memo, struct id key, struct memo_value *value)
{
    pthread_mutex_lock(&memo->mutex);
    struct slot *slot = find(memo, key);
    bool found = slot->full;
    if (found) {
        slot->wanted = true;
        *value = slot->record.value;
    }
    pthread_mutex_unlock(&memo->mutex);
    return found;
}

void memo_put(struct memo *memo, struct id key, const struct memo_value *value)
{
    const struct record record = {key, *value, 0};
    pthread_mutex_lock(&memo->mutex);
    const struct slot *old = find(memo, key);
    if (!old->full || !id_eq(old->record.value.id, value->id) ||
        old->record.value.number != value->number)
        memo->learnt = true;
    enter(memo, &record)->wanted = true;
    pthread_mutex_unlock(&memo->mutex);
}

static void add_record(struct buf *file, const struct slot *slot)
{
    struct record record = slot->record;
    record.age = slot->wanted ? 0 : record.age + 1;
    if (slot->full && record.age < AGE_MAX)
        buf_add(file, &record, sizeof record);
}

int memo_save(struct memo *memo, const char *path, bool *written, struct err *err)
{
    struct cache_header header = {0};
    struct buf file;
    *written = memo->learnt;
    if (!memo->learnt)
        return 0;
    buf_init(&file);
    buf_reserve(&file, sizeof header + memo->count * sizeof(struct record));
    buf_add(&file, &header, sizeof header);
    for (size_t i = 0; i < memo->slot_count; i++)
        add_record(&file, &memo->slots[i]);
    str records = str_slice(buf_view(&file), sizeof header, file.len);
    cache_header_make(&header, CACHE_MEMO, records, sizeof(struct record));
    memcpy(file.ptr, &header, sizeof header);
    int result = fs_write_file(path, buf_view(&file), FILE_MODE, err);
    buf_release(&file);
    return result;
}
