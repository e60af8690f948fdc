/* Other programs: input, output, limits, and what is left of them. */
#include "check.h"

#include "relc/base/process.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct fixture {
    struct arena arena;
    struct err err;
    struct process_result result;
};

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    f = (struct fixture){0};
    arena_init(&f.arena);
    err_init(&f.err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    err_release(&f.err);
    arena_release(&f.arena);
    return 0;
}

static int run_shell(const char *script, str input, unsigned seconds)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    const char *const environment[] = {"RELC_TEST=a value", NULL};
    const struct process process = {
        .arguments = arguments,
        .folder = "/usr",
        .environment = environment,
        .input = input,
        .seconds = seconds,
    };
    if (process_run(&f.arena, &process, &f.result, &f.err) != 0)
        return -1;
    return process_check(&process, &f.result, "a test", &f.err);
}

static void a_program_gets_and_gives(void **state)
{
    (void)state;
    assert_ok(run_shell("cat; pwd; echo \"$RELC_TEST\"; echo e >&2", STR("in\n"), 30),
              &f.err);
    assert_str(f.result.out, "in\n/usr\na value\n");
    assert_str(f.result.err, "e\n");
}

static void much_goes_both_ways_at_once(void **state)
{
    size_t size = 3 << 20;
    char *bytes = arena_alloc(&f.arena, size);
    (void)state;
    memset(bytes, 'x', size);
    assert_ok(run_shell("cat", (str){bytes, size}, 30), &f.err);
    assert_int_equal(f.result.out.len, size);
    assert_memory_equal(f.result.out.ptr, bytes, size);
    /* Who does not read its input is not disturbed. */
    assert_ok(run_shell("echo done", (str){bytes, size}, 30), &f.err);
    assert_str(f.result.out, "done\n");
}

static void a_failure_is_told_with_what_was_said(void **state)
{
    (void)state;
    assert_int_equal(run_shell("echo 'no such moon' >&2; exit 3", STR(""), 0), -1);
    assert_string_equal(f.err.message, "a test: 'sh' failed with exit status 3");
    assert_string_equal(f.err.hint, "it said:\nno such moon");
    err_release(&f.err);
    assert_fails(run_shell("kill -9 $$", STR(""), 0), &f.err, "ended by signal 9");
}

static void a_program_that_hangs_is_killed_with_its_children(void **state)
{
    struct timespec pause = {.tv_nsec = 10000000};
    (void)state;
    assert_fails(run_shell("sleep 600 & echo $!; exec sleep 600", STR(""), 1), &f.err,
                 "did not end within 1 seconds");
    pid_t child = (pid_t)atol(f.result.out.ptr);
    assert_true(child > 1);
    for (int i = 0; i < 500 && kill(child, 0) == 0; i++)
        nanosleep(&pause, NULL);
    assert_int_not_equal(kill(child, 0), 0);
    /* Also one that closes its outputs first. */
    assert_fails(run_shell("exec >&- 2>&-; sleep 600", STR(""), 1), &f.err,
                 "did not end within 1 seconds");
}

static void what_cannot_be_started_is_an_error(void **state)
{
    const char *const arguments[] = {"/nowhere/at/all", NULL};
    const struct process process = {.arguments = arguments};
    (void)state;
    assert_fails(process_run(&f.arena, &process, &f.result, &f.err), &f.err,
                 "cannot start '/nowhere/at/all': No such file or directory");
}

static void add_length(void *context, str bytes)
{
    *(size_t *)context += bytes.len;
}

static void errors_are_heard_while_they_come(void **state)
{
    size_t heard = 0;
    const char *const arguments[] = {"sh", "-c", "echo one >&2; echo two >&2; echo 3",
                                     NULL};
    const struct process process = {
        .arguments = arguments, .heard = add_length, .context = &heard};
    (void)state;
    assert_ok(process_run(&f.arena, &process, &f.result, &f.err), &f.err);
    assert_int_equal(heard, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_program_gets_and_gives, setup, teardown),
        cmocka_unit_test_setup_teardown(much_goes_both_ways_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failure_is_told_with_what_was_said, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_program_that_hangs_is_killed_with_its_children,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_started_is_an_error, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(errors_are_heard_while_they_come, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
