#include "gzip.h"

#include "relc/base/fs.h"
#include "relc/base/mem.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

enum {
    BLOCK_SIZE = 256 * 1024,
    WINDOW_SIZE = 32 * 1024, /* as far as deflate looks back */
    SLOTS_MAX = 40,          /* about 0.8 MiB each */
    RAW_DEFLATE = -15,
    MEMORY_LEVEL = 8,
    FLUSH_ROOM = 64, /* for the flush, beyond what deflateBound promises for Z_FINISH */
};

/* One block: filled by the writer, then compressed by a worker, then written out. */
struct gzip_slot {
    struct gzip *gzip;
    unsigned char *input; /* the dictionary, then up to BLOCK_SIZE bytes */
    size_t dictionary_len;
    size_t len;
    bool last;
    unsigned char *output;
    size_t output_size;
    size_t output_len;
    uLong crc;
    z_stream stream;
    bool stream_ready;
    bool done; /* under the mutex */
    bool failed;
};

struct gzip {
    int fd;
    const char *path;
    int level;
    struct pool *pool;
    pthread_mutex_t mutex;
    pthread_cond_t slot_done;
    /* A ring: pending slots from first on are compressed, the one after them is filled.
     */
    struct gzip_slot *slots;
    size_t slot_count;
    size_t first;
    size_t pending;
    bool started;
    uLong crc;
    uint64_t total;
};

static struct gzip_slot *gzip_current(struct gzip *gzip)
{
    return &gzip->slots[(gzip->first + gzip->pending) % gzip->slot_count];
}

struct gzip *gzip_new(int fd, const char *path, int level, struct pool *pool,
                      size_t threads)
{
    assert(level >= 1 && level <= 9);
    struct gzip *gzip = mem_alloc(sizeof *gzip);
    size_t slots = threads < SLOTS_MAX / 2 ? threads * 2 + 1 : SLOTS_MAX;
    *gzip = (struct gzip){
        .fd = fd,
        .path = path,
        .level = level,
        .pool = pool,
        .slots = mem_alloc(mem_mul(slots, sizeof *gzip->slots)),
        .slot_count = slots,
        .crc = crc32(0, NULL, 0),
    };
    memset(gzip->slots, 0, slots * sizeof *gzip->slots);
    pthread_mutex_init(&gzip->mutex, NULL);
    pthread_cond_init(&gzip->slot_done, NULL);
    for (size_t i = 0; i < slots; i++)
        gzip->slots[i].gzip = gzip;
    return gzip;
}

/* Memory is taken when a slot is used first: a small release needs one. */
static void slot_prepare(struct gzip_slot *slot)
{
    if (!slot->input)
        slot->input = mem_alloc(WINDOW_SIZE + BLOCK_SIZE);
    slot->dictionary_len = slot->len = 0;
    slot->last = slot->done = slot->failed = false;
}

static bool slot_stream(struct gzip_slot *slot)
{
    if (slot->stream_ready)
        return deflateReset(&slot->stream) == Z_OK;
    if (deflateInit2(&slot->stream, slot->gzip->level, Z_DEFLATED, RAW_DEFLATE,
                     MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    slot->stream_ready = true;
    slot->output_size = deflateBound(&slot->stream, BLOCK_SIZE) + FLUSH_ROOM;
    slot->output = mem_alloc(slot->output_size);
    return true;
}

static bool slot_deflate(struct gzip_slot *slot)
{
    z_stream *stream = &slot->stream;
    unsigned char *data = slot->input + slot->dictionary_len;
    slot->crc = crc32(crc32(0, NULL, 0), data, (uInt)slot->len);
    if (!slot_stream(slot))
        return false;
    if (slot->dictionary_len &&
        deflateSetDictionary(stream, slot->input, (uInt)slot->dictionary_len) != Z_OK)
        return false;
    stream->next_in = data;
    stream->avail_in = (uInt)slot->len;
    stream->next_out = slot->output;
    stream->avail_out = (uInt)slot->output_size;
    int result = deflate(stream, slot->last ? Z_FINISH : Z_SYNC_FLUSH);
    slot->output_len = slot->output_size - stream->avail_out;
    /* A flush is whole only when there was room to spare. */
    return slot->last ? result == Z_STREAM_END
                      : result == Z_OK && !stream->avail_in && stream->avail_out;
}

static void slot_job(void *argument)
{
    struct gzip_slot *slot = argument;
    bool good = slot_deflate(slot);
    pthread_mutex_lock(&slot->gzip->mutex);
    slot->failed = !good;
    slot->done = true;
    pthread_cond_signal(&slot->gzip->slot_done);
    pthread_mutex_unlock(&slot->gzip->mutex);
}

static void slot_wait(struct gzip *gzip, struct gzip_slot *slot)
{
    pthread_mutex_lock(&gzip->mutex);
    while (!slot->done)
        pthread_cond_wait(&gzip->slot_done, &gzip->mutex);
    pthread_mutex_unlock(&gzip->mutex);
}

/* Neither name nor time (RFC 1952, 2.3.1); the system is "unknown" on every system. */
static int write_header(struct gzip *gzip, struct err *err)
{
    const unsigned char extra = gzip->level == 9 ? 2 : gzip->level == 1 ? 4 : 0;
    const unsigned char header[] = {0x1f, 0x8b, Z_DEFLATED, 0, 0, 0, 0, 0, extra, 255};
    gzip->started = true;
    return fs_write_all(gzip->fd, header, sizeof header, gzip->path, err);
}

/* Writes the oldest block under way. */
static int write_oldest(struct gzip *gzip, struct err *err)
{
    struct gzip_slot *slot = &gzip->slots[gzip->first];
    slot_wait(gzip, slot);
    gzip->first = (gzip->first + 1) % gzip->slot_count;
    gzip->pending--;
    if (slot->failed)
        return err_set(err, ERR_IO, "cannot write '%s': zlib could not compress a block",
                       gzip->path);
    gzip->crc = crc32_combine(gzip->crc, slot->crc, (z_off_t)slot->len);
    gzip->total += slot->len;
    if (!gzip->started && write_header(gzip, err) != 0)
        return -1;
    return fs_write_all(gzip->fd, slot->output, slot->output_len, gzip->path, err);
}

/* Hands the block to the pool; unless it is the last it is full, and the next begins. */
static int submit_current(struct gzip *gzip, bool last, struct err *err)
{
    struct gzip_slot *slot = gzip_current(gzip);
    slot->last = last;
    gzip->pending++;
    pool_add(gzip->pool, slot_job, slot);
    if (last)
        return 0;
    if (gzip->pending == gzip->slot_count && write_oldest(gzip, err) != 0)
        return -1;
    /* The next slot is this very one when there is no other; the two ends never meet. */
    const unsigned char *window =
        slot->input + slot->dictionary_len + BLOCK_SIZE - WINDOW_SIZE;
    struct gzip_slot *next = gzip_current(gzip);
    slot_prepare(next);
    memcpy(next->input, window, WINDOW_SIZE);
    next->dictionary_len = WINDOW_SIZE;
    return 0;
}

int gzip_write(struct gzip *gzip, const void *bytes, size_t len, struct err *err)
{
    const unsigned char *next = bytes;
    while (len) {
        struct gzip_slot *slot = gzip_current(gzip);
        if (!slot->input)
            slot_prepare(slot);
        if (slot->len == BLOCK_SIZE) {
            if (submit_current(gzip, false, err) != 0)
                return -1;
            continue;
        }
        size_t part = BLOCK_SIZE - slot->len < len ? BLOCK_SIZE - slot->len : len;
        memcpy(slot->input + slot->dictionary_len + slot->len, next, part);
        slot->len += part;
        next += part;
        len -= part;
    }
    return 0;
}

static void put_le32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

int gzip_finish(struct gzip *gzip, struct err *err)
{
    unsigned char trailer[8];
    if (!gzip_current(gzip)->input)
        slot_prepare(gzip_current(gzip));
    if (submit_current(gzip, true, err) != 0)
        return -1;
    while (gzip->pending)
        if (write_oldest(gzip, err) != 0)
            return -1;
    put_le32(trailer, (uint32_t)gzip->crc);
    put_le32(trailer + 4, (uint32_t)gzip->total); /* ISIZE is modulo 2^32 */
    return fs_write_all(gzip->fd, trailer, sizeof trailer, gzip->path, err);
}

void gzip_free(struct gzip *gzip)
{
    if (!gzip)
        return;
    for (; gzip->pending;
         gzip->pending--, gzip->first = (gzip->first + 1) % gzip->slot_count)
        slot_wait(gzip, &gzip->slots[gzip->first]);
    for (size_t i = 0; i < gzip->slot_count; i++) {
        struct gzip_slot *slot = &gzip->slots[i];
        if (slot->stream_ready)
            deflateEnd(&slot->stream);
        free(slot->input);
        free(slot->output);
    }
    pthread_cond_destroy(&gzip->slot_done);
    pthread_mutex_destroy(&gzip->mutex);
    free(gzip->slots);
    free(gzip);
}
