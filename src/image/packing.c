#include "packing.h"

#include "deflate.h"
#include "gzip.h"
#include "piece_ids.h"

#include "relc/base/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

enum {
    SLOTS_EACH = 8, /* pieces under way for each thread, most of them small */
    SLOTS_MAX = 64,
};

struct packing;

/* A piece under way: read and compressed by a worker, then written out. */
struct slot {
    struct packing *packing;
    const struct piece *piece;
    struct gzip_piece result;
    struct id id;  /* with a cache */
    bool uncached; /* the cache should get it */
    struct err err;
    bool failed;
    bool done; /* under the mutex */
};

/* What a worker needs for a piece; its memory is used again and again. */
struct workshop {
    struct deflater *deflater;
    unsigned char *plain;
    size_t plain_room;
    unsigned char *packed;
    size_t packed_room;
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
    struct gzip gzip;
    struct piece_ids ids;
};

static struct workshop *workshop_new(enum compression compression)
{
    struct workshop *workshop = mem_alloc(sizeof *workshop);
    *workshop = (struct workshop){.deflater = deflater_new(compression)};
    return workshop;
}

static void workshop_free(struct workshop *workshop)
{
    deflater_free(workshop->deflater);
    free(workshop->plain);
    free(workshop->packed);
    free(workshop);
}

static struct workshop *workshop_take(struct packing *packing)
{
    struct workshop *workshop = NULL;
    pthread_mutex_lock(&packing->mutex);
    if (packing->idle_count)
        workshop = packing->idle[--packing->idle_count];
    pthread_mutex_unlock(&packing->mutex);
    return workshop ? workshop : workshop_new(packing->options->compression);
}

static void reserve(unsigned char **bytes, size_t *room, size_t wanted)
{
    if (*room >= wanted)
        return;
    *bytes = mem_resize(*bytes, wanted);
    *room = wanted;
}

static int compress_piece(struct workshop *workshop, struct slot *slot)
{
    struct gzip_piece *result = &slot->result;
    size_t len = slot->piece->len, bound = deflate_bound(workshop->deflater, len);
    reserve(&workshop->packed, &workshop->packed_room, bound);
    result->crc = libdeflate_crc32(0, workshop->plain, len);
    result->plain_len = len;
    result->len =
        deflate_piece(workshop->deflater, workshop->plain, len, workshop->packed, bound);
    if (!result->len)
        return err_set(&slot->err, ERR_IO,
                       "cannot write '%s': libdeflate could not compress a piece",
                       slot->packing->options->path);
    result->bytes = mem_alloc(result->len);
    memcpy(result->bytes, workshop->packed, result->len);
    return 0;
}

static bool find_cached(struct slot *slot)
{
    enum packs_found found =
        cache_piece(slot->packing->ids.cache, slot->id, &slot->result);
    slot->uncached = found != PACKS_FOR_GOOD;
    return found != PACKS_NOTHING;
}

static int make_piece(struct workshop *workshop, struct slot *slot)
{
    const struct piece *piece = slot->piece;
    const struct piece_ids *ids = &slot->packing->ids;
    bool known = ids->cache && piece_id_known(ids, piece, &slot->id);
    if (known && find_cached(slot))
        return 0;
    reserve(&workshop->plain, &workshop->plain_room, piece->len);
    if (piece_read(piece, ids->seconds, workshop->plain, &slot->err) != 0)
        return -1;
    if (ids->cache && !known) {
        slot->id = piece_id_read(ids, piece, workshop->plain);
        if (find_cached(slot))
            return 0;
    }
    return compress_piece(workshop, slot);
}

static void slot_job(void *argument)
{
    struct slot *slot = argument;
    struct packing *packing = slot->packing;
    struct workshop *workshop = workshop_take(packing);
    int result = make_piece(workshop, slot);
    pthread_mutex_lock(&packing->mutex);
    packing->idle[packing->idle_count++] = workshop;
    slot->failed = result != 0;
    slot->done = true;
    pthread_cond_signal(&packing->slot_done);
    pthread_mutex_unlock(&packing->mutex);
}

/* Waits for the oldest slot and frees its place in the ring. */
static struct slot *wait_for_oldest(struct packing *packing)
{
    struct slot *slot = &packing->slots[packing->first];
    pthread_mutex_lock(&packing->mutex);
    while (!slot->done)
        pthread_cond_wait(&packing->slot_done, &packing->mutex);
    pthread_mutex_unlock(&packing->mutex);
    packing->first = (packing->first + 1) % packing->slot_count;
    packing->pending--;
    return slot;
}

static int write_oldest(struct packing *packing, struct err *err)
{
    struct slot *slot = wait_for_oldest(packing);
    int result = -1;
    if (slot->failed)
        *err = slot->err;
    else
        result = gzip_add(&packing->gzip, &slot->result, err);
    if (result == 0 && slot->uncached)
        cache_keep_piece(packing->ids.cache, slot->id, &slot->result);
    free(slot->result.bytes);
    return result;
}

static void submit(struct packing *packing, const struct piece *piece)
{
    size_t place = (packing->first + packing->pending) % packing->slot_count;
    struct slot *slot = &packing->slots[place];
    *slot = (struct slot){.packing = packing, .piece = piece};
    packing->pending++;
    pool_add(packing->options->pool, slot_job, slot);
}

static int run(struct packing *packing, const struct piece_list *list, struct err *err)
{
    const struct packing_options *options = packing->options;
    if (gzip_begin(&packing->gzip, options->fd, options->path, options->compression,
                   err) != 0)
        return -1;
    for (size_t i = 0; i < list->count; i++) {
        if (packing->pending == packing->slot_count && write_oldest(packing, err) != 0)
            return -1;
        submit(packing, &list->pieces[i]);
    }
    while (packing->pending)
        if (write_oldest(packing, err) != 0)
            return -1;
    return gzip_end(&packing->gzip, err);
}

/* After a failure: what is under way comes to its end first. */
static void drain(struct packing *packing)
{
    while (packing->pending) {
        struct slot *slot = wait_for_oldest(packing);
        err_release(&slot->err);
        free(slot->result.bytes);
    }
}

int packing_run(const struct piece_list *list, const struct packing_options *options,
                struct err *err)
{
    size_t slots = (options->threads ? options->threads : 1) * SLOTS_EACH;
    struct packing packing = {
        .options = options,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .slot_done = PTHREAD_COND_INITIALIZER,
        .slot_count = slots < SLOTS_MAX ? slots : SLOTS_MAX,
        .ids = {.cache = options->cache, .seconds = options->seconds},
    };
    if (options->cache)
        packing.ids.making = deflate_making(options->compression);
    packing.slots = mem_alloc(mem_mul(packing.slot_count, sizeof *packing.slots));
    packing.idle = mem_alloc(mem_mul(packing.slot_count, sizeof(struct workshop *)));
    int result = run(&packing, list, err);
    drain(&packing);
    while (packing.idle_count)
        workshop_free(packing.idle[--packing.idle_count]);
    free(packing.idle);
    free(packing.slots);
    pthread_cond_destroy(&packing.slot_done);
    pthread_mutex_destroy(&packing.mutex);
    return result;
}
