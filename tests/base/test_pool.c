#include "check.h"

#include "relc/base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { JOBS = 2000 };

struct cell {
    int value;
    pthread_t worker;
};

static void square(void *argument)
{
    struct cell *cell = argument;
    cell->value *= cell->value;
    cell->worker = pthread_self();
}

static void every_job_runs_once(void **state)
{
    const size_t threads[] = {0, 1, 2, 8};
    struct cell *cells = calloc(JOBS, sizeof *cells);
    (void)state;
    assert_non_null(cells);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        struct pool *pool = pool_new(threads[t]);
        for (int i = 0; i < JOBS; i++) {
            cells[i].value = i;
            pool_add(pool, square, &cells[i]);
        }
        pool_free(pool);
        for (int i = 0; i < JOBS; i++)
            assert_int_equal(cells[i].value, i * i);
    }
    free(cells);
}

static void without_threads_jobs_run_in_the_caller_at_once(void **state)
{
    struct cell cell = {.value = 7};
    struct pool *pool = pool_new(0);
    (void)state;
    pool_add(pool, square, &cell);
    assert_int_equal(cell.value, 49);
    assert_true(pthread_equal(cell.worker, pthread_self()));
    pool_free(pool);
}

static void with_threads_jobs_run_elsewhere(void **state)
{
    struct cell cell = {.value = 7};
    struct pool *pool = pool_new(1);
    (void)state;
    pool_add(pool, square, &cell);
    pool_free(pool);
    assert_int_equal(cell.value, 49);
    assert_false(pthread_equal(cell.worker, pthread_self()));
}

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open;
    int started;
    int added;
};

static void pass_gate(void *argument)
{
    struct gate *gate = argument;
    pthread_mutex_lock(&gate->mutex);
    gate->started++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
}

static void *add_ten(void *argument)
{
    struct gate *gate = argument;
    struct pool *pool = pool_new(1);
    for (int i = 0; i < 10; i++) {
        pool_add(pool, pass_gate, gate);
        pthread_mutex_lock(&gate->mutex);
        gate->added++;
        pthread_cond_broadcast(&gate->changed);
        pthread_mutex_unlock(&gate->mutex);
    }
    pool_free(pool);
    return NULL;
}

static void a_full_queue_makes_the_caller_wait(void **state)
{
    struct gate gate = {
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
    };
    const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    pthread_t adder;
    (void)state;
    assert_int_equal(pthread_create(&adder, NULL, add_ten, &gate), 0);
    pthread_mutex_lock(&gate.mutex);
    while (!gate.started || gate.added < 3)
        pthread_cond_wait(&gate.changed, &gate.mutex);
    pthread_mutex_unlock(&gate.mutex);
    nanosleep(&pause, NULL);
    pthread_mutex_lock(&gate.mutex);
    assert_int_equal(gate.started, 1); /* one runs, two are queued, seven wait */
    assert_int_equal(gate.added, 3);
    gate.open = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.mutex);
    pthread_join(adder, NULL);
    assert_int_equal(gate.started, 10);
}

static void read_mask(void *argument)
{
    pthread_sigmask(SIG_SETMASK, NULL, argument);
}

static void workers_leave_signals_to_the_caller(void **state)
{
    sigset_t worker, caller;
    struct pool *pool = pool_new(1);
    (void)state;
    pool_add(pool, read_mask, &worker);
    pool_free(pool);
    assert_int_equal(sigismember(&worker, SIGINT), 1);
    assert_int_equal(sigismember(&worker, SIGTERM), 1);
    assert_int_equal(sigismember(&worker, SIGSEGV), 0);
    pthread_sigmask(SIG_SETMASK, NULL, &caller);
    assert_int_equal(sigismember(&caller, SIGINT), 0);
}

struct tally {
    int *calls;
    int busy[9]; /* hands at work */
    atomic_int overlaps;
};

static void count_call(void *context, size_t hand, size_t i)
{
    struct tally *tally = context;
    tally->overlaps += tally->busy[hand]++ != 0;
    tally->calls[i]++;
    tally->busy[hand]--;
}

static void each_item_is_taken_once(void **state)
{
    const size_t threads[] = {0, 1, 2, 8}, counts[] = {0, 1, 3, JOBS};
    int *calls = calloc(JOBS, sizeof *calls);
    (void)state;
    assert_non_null(calls);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        struct pool *pool = pool_new(threads[t]);
        assert_int_equal(pool_threads(pool), threads[t]);
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            struct tally tally = {.calls = calls};
            memset(calls, 0, JOBS * sizeof *calls);
            pool_each(pool, counts[c], count_call, &tally);
            for (size_t i = 0; i < JOBS; i++)
                assert_int_equal(calls[i], i < counts[c]);
            assert_int_equal(tally.overlaps, 0);
        }
        pool_free(pool);
    }
    free(calls);
}

static void no_pool_works_in_the_caller(void **state)
{
    struct cell cell = {.value = 7};
    int calls[3] = {0};
    struct tally tally = {.calls = calls};
    (void)state;
    pool_add(NULL, square, &cell);
    pool_wait(NULL);
    assert_int_equal(cell.value, 49);
    pool_each(NULL, 3, count_call, &tally);
    for (int i = 0; i < 3; i++)
        assert_int_equal(calls[i], 1);
    assert_int_equal(pool_threads(NULL), 0);
}

static void no_pool_is_freed_without_harm(void **state)
{
    (void)state;
    pool_free(NULL);
    pool_free(pool_new(3));
    assert_true(pool_processors() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once),
        cmocka_unit_test(without_threads_jobs_run_in_the_caller_at_once),
        cmocka_unit_test(with_threads_jobs_run_elsewhere),
        cmocka_unit_test(a_full_queue_makes_the_caller_wait),
        cmocka_unit_test(workers_leave_signals_to_the_caller),
        cmocka_unit_test(each_item_is_taken_once),
        cmocka_unit_test(no_pool_works_in_the_caller),
        cmocka_unit_test(no_pool_is_freed_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
