#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity */
#endif

#include "relc/base/pool.h"

#include "relc/base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

struct pool_task {
    pool_job *job;
    void *argument;
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t filled; /* a task was queued, or the pool is closing */
    pthread_cond_t freed;  /* a task was taken from the queue, or the last one is done */
    struct pool_task *queue;
    size_t capacity;
    size_t first;
    size_t count;
    size_t running; /* tasks that were taken and are not done */
    bool closing;
    pthread_t *threads;
    size_t thread_count;
};

/* Under the mutex. */
static bool take_first(struct pool *pool, struct pool_task *task)
{
    if (!pool->count)
        return false;
    *task = pool->queue[pool->first];
    pool->first = (pool->first + 1) % pool->capacity;
    pool->count--;
    pool->running++;
    pthread_cond_signal(&pool->freed);
    return true;
}

static bool pool_take(struct pool *pool, struct pool_task *task)
{
    pthread_mutex_lock(&pool->mutex);
    while (!pool->count && !pool->closing)
        pthread_cond_wait(&pool->filled, &pool->mutex);
    bool taken = take_first(pool, task);
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

static void pool_done(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->running--;
    if (!pool->running && !pool->count)
        pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->mutex);
}

static void *worker_main(void *argument)
{
    struct pool *pool = argument;
    struct pool_task task;
    while (pool_take(pool, &task)) {
        task.job(task.argument);
        pool_done(pool);
    }
    return NULL;
}

/* Signals are for the thread that started the pool; faults stay with who caused them. */
static void worker_signals(sigset_t *set)
{
    sigfillset(set);
    sigdelset(set, SIGSEGV);
    sigdelset(set, SIGBUS);
    sigdelset(set, SIGFPE);
    sigdelset(set, SIGILL);
    sigdelset(set, SIGABRT);
}

/* When the system gives fewer threads than wanted (or none), those have to do. */
static void pool_start(struct pool *pool, size_t threads)
{
    sigset_t blocked, before;
    worker_signals(&blocked);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    while (pool->thread_count < threads &&
           pthread_create(&pool->threads[pool->thread_count], NULL, worker_main, pool) ==
               0)
        pool->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct pool *pool_new(size_t threads)
{
    struct pool *pool = mem_alloc(sizeof *pool);
    *pool = (struct pool){.capacity = mem_mul(threads, 2)};
    if (!threads)
        return pool;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->filled, NULL);
    pthread_cond_init(&pool->freed, NULL);
    pool->queue = mem_alloc(mem_mul(pool->capacity, sizeof *pool->queue));
    pool->threads = mem_alloc(mem_mul(threads, sizeof *pool->threads));
    pool_start(pool, threads);
    return pool;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    if (pool->queue) {
        pthread_mutex_lock(&pool->mutex);
        pool->closing = true;
        pthread_cond_broadcast(&pool->filled);
        pthread_mutex_unlock(&pool->mutex);
        for (size_t i = 0; i < pool->thread_count; i++)
            pthread_join(pool->threads[i], NULL);
        pthread_cond_destroy(&pool->freed);
        pthread_cond_destroy(&pool->filled);
        pthread_mutex_destroy(&pool->mutex);
    }
    free(pool->threads);
    free(pool->queue);
    free(pool);
}

size_t pool_threads(const struct pool *pool)
{
    return pool ? pool->thread_count : 0;
}

void pool_add(struct pool *pool, pool_job *job, void *argument)
{
    if (!pool_threads(pool)) {
        job(argument);
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    while (pool->count == pool->capacity)
        pthread_cond_wait(&pool->freed, &pool->mutex);
    size_t last = (pool->first + pool->count) % pool->capacity;
    pool->queue[last] = (struct pool_task){job, argument};
    pool->count++;
    pthread_cond_signal(&pool->filled);
    pthread_mutex_unlock(&pool->mutex);
}

void pool_wait(struct pool *pool)
{
    if (!pool_threads(pool))
        return;
    pthread_mutex_lock(&pool->mutex);
    while (pool->count || pool->running) {
        struct pool_task task;
        if (!take_first(pool, &task)) {
            pthread_cond_wait(&pool->freed, &pool->mutex);
            continue;
        }
        pthread_mutex_unlock(&pool->mutex);
        task.job(task.argument);
        pool_done(pool);
        pthread_mutex_lock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
}

/* Items of a pool_each, and who takes them. */
struct each {
    pool_each_job *job;
    void *context;
    size_t count;
    atomic_size_t next;
};

struct hand {
    struct each *each;
    size_t number;
};

static void hand_job(void *argument)
{
    const struct hand *hand = argument;
    struct each *each = hand->each;
    for (size_t i; (i = atomic_fetch_add(&each->next, 1)) < each->count;)
        each->job(each->context, hand->number, i);
}

void pool_each(struct pool *pool, size_t count, pool_each_job *job, void *context)
{
    struct each each = {.job = job, .context = context, .count = count};
    size_t hand_count = pool_threads(pool) + 1;
    struct hand *hands = mem_alloc(mem_mul(hand_count, sizeof *hands));
    for (size_t i = 0; i < hand_count; i++)
        hands[i] = (struct hand){&each, i};
    for (size_t i = 1; i < hand_count && i < count; i++)
        pool_add(pool, hand_job, &hands[i]);
    hand_job(&hands[0]);
    pool_wait(pool);
    free(hands);
}

size_t pool_processors(void)
{
#ifdef __linux__
    /* What taskset and containers allow; fails beyond 1024 processors. */
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
#endif
#ifdef _SC_NPROCESSORS_ONLN
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (online > 0)
        return (size_t)online;
#endif
    return 1;
}
