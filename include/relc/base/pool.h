#pragma once
/*
 * Worker threads with a bounded queue. The only place of relc where threads start.
 *
 * With zero workers (one core, or asked for) jobs run in pool_add itself, through the
 * same code path: results never depend on the number of threads.
 */
#include <stddef.h>

struct pool;

typedef void pool_job(void *argument);

/*
 * A pool of the given number of threads; 0 makes a pool that works in the caller. So does
 * NULL in the place of a pool, in all that follows.
 */
struct pool *pool_new(size_t threads);

/* Waits for all jobs, ends the threads and frees the pool. */
void pool_free(struct pool *pool);

/* Queues job(argument); waits while the queue is full (twice the threads). */
void pool_add(struct pool *pool, pool_job *job, void *argument);

/*
 * Waits until all queued jobs are done, and takes part in them. As pool_add, for one
 * thread.
 */
void pool_wait(struct pool *pool);

/*
 * Calls job(context, hand, i) for each i below count, in any order, and waits until all
 * jobs of the pool are done. The caller takes part: hand is 0 for it, and for the threads
 * a number from 1 to pool_threads.
 */
typedef void pool_each_job(void *context, size_t hand, size_t i);

void pool_each(struct pool *pool, size_t count, pool_each_job *job, void *context);
size_t pool_threads(const struct pool *pool);

/* Number of processors that this process may use, at least 1. */
size_t pool_processors(void);
