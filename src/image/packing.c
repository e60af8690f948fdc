#include "packing.h"

#include "deflate.h"
#include "gzip.h"
#include "piece_ids.h"

#include "relc/base/buf.h"
#include "relc/base/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

enum {
    BATCH_LEN = 256 * 1024, /* a batch ends with the piece that makes it so long */
    BATCH_PIECES = 32,
    SLOTS_EACH = 4, /* batches under way for each thread */
    SLOTS_MAX = 40,
    WRITE_LEN = 256 * 1024, /* the file is written in blocks of this length and place */
};

struct packing;

struct packed {
    struct gzip_piece piece; /* without the bytes, which are the slot's */
    struct id id;            /* with a cache */
    bool uncached;           /* the cache should get it */
};

/* A batch of pieces under way: made by a worker, then written out. */
struct slot {
    struct packing *packing;
    const struct piece *pieces;
    size_t count;
    struct packed packed[BATCH_PIECES];
    struct buf bytes; /* of all of them */
    size_t written;   /* of these */
    struct err err;
    bool failed;
    bool done; /* under the mutex */
};

/* What a worker needs for a piece; its memory is used again and again. */
struct workshop {
    struct deflater *deflater; /* NULL before the first piece that is compressed */
    struct source_folder folder;
    unsigned char *plain;
    size_t plain_room;
};

struct packing {
    const struct packing_options *options;
    pthread_mutex_t mutex;
    pthread_cond_t slot_done;
    struct workshop **idle; /* as many as were ever in use at once */
    size_t idle_count;
    struct slot *slots; /* a ring: pending ones from first on are under way */
    size_t slot_count;
    size_t first;
    size_t pending;
    size_t ready;     /* of these, from first on: counted, and waiting to be written */
    size_t ready_len; /* in bytes */
    const struct slot *awaited;
    struct gzip gzip;
    size_t counted; /* pieces */
    struct piece_ids ids;
};

static void workshop_free(struct workshop *workshop)
{
    if (workshop->deflater)
        deflater_free(workshop->deflater);
    source_folder_close(&workshop->folder);
    free(workshop->plain);
    free(workshop);
}

static struct workshop *workshop_take(struct packing *packing)
{
    struct workshop *workshop = NULL;
    pthread_mutex_lock(&packing->mutex);
    if (packing->idle_count)
        workshop = packing->idle[--packing->idle_count];
    pthread_mutex_unlock(&packing->mutex);
    if (!workshop) {
        workshop = mem_alloc(sizeof *workshop);
        *workshop = (struct workshop){0};
    }
    return workshop;
}

static void reserve_plain(struct workshop *workshop, size_t len)
{
    if (workshop->plain_room >= len)
        return;
    workshop->plain = mem_resize(workshop->plain, len);
    workshop->plain_room = len;
}

static enum deflate_input input_of(const struct piece *piece)
{
    bool one = piece->count == 1 && piece->segments->kind == SEGMENT_CONTENT;
    return one ? DEFLATE_CONTENT : DEFLATE_RUN;
}

static int compress_piece(struct workshop *workshop, struct slot *slot,
                          const struct piece *piece, struct gzip_piece *result)
{
    const size_t len = piece->len;
    const struct packing_options *options = slot->packing->options;
    if (!workshop->deflater)
        workshop->deflater = deflater_new(options->compression);
    size_t bound = deflate_bound(workshop->deflater, len);
    unsigned char *out = (unsigned char *)buf_reserve(&slot->bytes, bound);
    *result = (struct gzip_piece){
        .len = deflate_piece(workshop->deflater, input_of(piece), workshop->plain, len,
                             out, bound),
        .plain_len = len,
        .crc = libdeflate_crc32(0, workshop->plain, len),
    };
    slot->bytes.len += result->len;
    if (result->len)
        return 0;
    return err_set(&slot->err, ERR_IO,
                   "cannot write '%s': libdeflate could not compress a piece",
                   options->path);
}

static bool find_cached(struct slot *slot, struct packed *packed)
{
    enum packs_found found =
        cache_piece(slot->packing->ids.cache, packed->id, &slot->bytes, &packed->piece);
    packed->uncached = found != PACKS_FOR_GOOD;
    return found != PACKS_NOTHING;
}

static int make_piece(struct workshop *workshop, struct slot *slot,
                      const struct piece *piece, struct packed *packed)
{
    const struct piece_ids *ids = &slot->packing->ids;
    bool known = ids->cache && piece_id_known(ids, piece, &packed->id);
    packed->uncached = false;
    if (known && find_cached(slot, packed))
        return 0;
    reserve_plain(workshop, piece->len);
    if (piece_read(piece, &workshop->folder, ids->seconds, workshop->plain, &slot->err) !=
        0)
        return -1;
    if (ids->cache && !known) {
        packed->id = piece_id_read(ids, piece, workshop->plain);
        if (find_cached(slot, packed))
            return 0;
    }
    return compress_piece(workshop, slot, piece, &packed->piece);
}

static void slot_job(void *argument)
{
    struct slot *slot = argument;
    struct packing *packing = slot->packing;
    struct workshop *workshop = workshop_take(packing);
    bool failed = false;
    for (size_t i = 0; i < slot->count && !failed; i++)
        failed = make_piece(workshop, slot, &slot->pieces[i], &slot->packed[i]) != 0;
    pthread_mutex_lock(&packing->mutex);
    packing->idle[packing->idle_count++] = workshop;
    slot->failed = failed;
    slot->done = true;
    if (packing->awaited == slot)
        pthread_cond_signal(&packing->slot_done);
    pthread_mutex_unlock(&packing->mutex);
}

static struct slot *slot_at(struct packing *packing, size_t place)
{
    return &packing->slots[(packing->first + place) % packing->slot_count];
}

static void wait_for(struct packing *packing, const struct slot *slot)
{
    pthread_mutex_lock(&packing->mutex);
    packing->awaited = slot;
    while (!slot->done)
        pthread_cond_wait(&packing->slot_done, &packing->mutex);
    packing->awaited = NULL;
    pthread_mutex_unlock(&packing->mutex);
}

/* The oldest slot that is not ready becomes so. */
static int make_ready(struct packing *packing, struct err *err)
{
    struct slot *slot = slot_at(packing, packing->ready);
    wait_for(packing, slot);
    if (slot->failed) {
        *err = slot->err;
        slot->failed = false; /* its error is told */
        return -1;
    }
    unsigned char *bytes = (unsigned char *)slot->bytes.ptr;
    for (size_t i = 0; i < slot->count; i++) {
        struct packed *packed = &slot->packed[i];
        if (packing->options->places)
            packing->options->places[packing->counted++] = packing->gzip.place;
        gzip_count(&packing->gzip, &packed->piece);
        packed->piece.bytes = bytes;
        bytes += packed->piece.len;
        if (packed->uncached)
            cache_keep_piece(packing->ids.cache, packed->id, &packed->piece);
    }
    packing->ready++;
    packing->ready_len += slot->bytes.len;
    return 0;
}

/* Writes so many bytes of what is ready, and frees the slots of which nothing is left. */
static int write_ready(struct packing *packing, size_t len, struct err *err)
{
    str parts[SLOTS_MAX] = {{NULL, 0}};
    size_t count = 0;
    for (size_t left = len; left; left -= parts[count++].len) {
        struct slot *slot = slot_at(packing, count);
        size_t rest = slot->bytes.len - slot->written;
        parts[count] = (str){slot->bytes.ptr + slot->written, rest < left ? rest : left};
        slot->written += parts[count].len;
    }
    packing->ready_len -= len;
    if (gzip_write(&packing->gzip, parts, count, err) != 0)
        return -1;
    for (size_t place = 0; place < count; place++) {
        if (slot_at(packing, 0)->written < slot_at(packing, 0)->bytes.len)
            break;
        packing->first = (packing->first + 1) % packing->slot_count;
        packing->pending--;
        packing->ready--;
    }
    return 0;
}

/* Whole blocks of the file are written, as long as slots are left for the threads. */
static int make_room(struct packing *packing, struct err *err)
{
    if (make_ready(packing, err) != 0)
        return -1;
    size_t rest = (size_t)(packing->gzip.place % WRITE_LEN); /* behind the last block */
    if (packing->ready_len > rest)
        return write_ready(packing, packing->ready_len - rest, err);
    return packing->ready < packing->slot_count
               ? 0
               : write_ready(packing, packing->ready_len, err);
}

/* The pieces from the first on that make a batch; their number. */
static size_t batch_size(const struct piece *pieces, size_t count)
{
    size_t taken = 0;
    for (size_t len = 0; taken < count && taken < BATCH_PIECES && len < BATCH_LEN;)
        len += pieces[taken++].len;
    return taken;
}

static void submit(struct packing *packing, const struct piece *pieces, size_t count)
{
    struct slot *slot = slot_at(packing, packing->pending);
    slot->packing = packing;
    slot->pieces = pieces;
    slot->count = count;
    slot->written = 0;
    slot->done = slot->failed = false;
    buf_clear(&slot->bytes);
    packing->pending++;
    pool_add(packing->options->pool, slot_job, slot);
}

static int run(struct packing *packing, const struct piece_list *list, struct err *err)
{
    const struct packing_options *options = packing->options;
    if (gzip_begin(&packing->gzip, options->fd, options->path, options->compression,
                   err) != 0)
        return -1;
    for (size_t i = 0, count; i < list->count; i += count) {
        count = batch_size(&list->pieces[i], list->count - i);
        while (packing->pending == packing->slot_count)
            if (make_room(packing, err) != 0)
                return -1;
        submit(packing, &list->pieces[i], count);
    }
    while (packing->ready < packing->pending)
        if (make_room(packing, err) != 0)
            return -1;
    if (write_ready(packing, packing->ready_len, err) != 0)
        return -1;
    return gzip_end(&packing->gzip, err);
}

/* After a failure: what is under way comes to its end first. */
static void drain(struct packing *packing)
{
    for (size_t place = 0; place < packing->pending; place++) {
        struct slot *slot = slot_at(packing, place);
        wait_for(packing, slot);
        if (slot->failed)
            err_release(&slot->err);
    }
}

static void packing_init(struct packing *packing, const struct packing_options *options)
{
    size_t threads = pool_threads(options->pool);
    size_t slots = (threads ? threads : 1) * SLOTS_EACH;
    *packing = (struct packing){
        .options = options,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .slot_done = PTHREAD_COND_INITIALIZER,
        .slot_count = slots < SLOTS_MAX ? slots : SLOTS_MAX,
        .ids = {.cache = options->cache, .seconds = options->seconds},
    };
    if (options->cache)
        packing->ids.making = cache_making(options->cache, options->compression);
    packing->slots = mem_alloc(mem_mul(packing->slot_count, sizeof *packing->slots));
    packing->idle = mem_alloc(mem_mul(packing->slot_count, sizeof(struct workshop *)));
    for (size_t i = 0; i < packing->slot_count; i++) {
        packing->slots[i].err = (struct err){0};
        buf_init(&packing->slots[i].bytes);
    }
}

static void packing_release(struct packing *packing)
{
    while (packing->idle_count)
        workshop_free(packing->idle[--packing->idle_count]);
    for (size_t i = 0; i < packing->slot_count; i++)
        buf_release(&packing->slots[i].bytes);
    free(packing->idle);
    free(packing->slots);
    pthread_cond_destroy(&packing->slot_done);
    pthread_mutex_destroy(&packing->mutex);
}

int packing_run(const struct piece_list *list, const struct packing_options *options,
                struct err *err)
{
    struct packing packing;
    packing_init(&packing, options);
    int result = run(&packing, list, err);
    drain(&packing);
    packing_release(&packing);
    return result;
}
