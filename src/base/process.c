#include "relc/base/process.h"

#include "relc/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 65536, SAID_AT_MOST = 4000 };

/* The pipes of a child, seen from here: standard input, output, error; -1 when closed. */
enum { TO_CHILD, FROM_OUT, FROM_ERR, PIPES };

struct child {
    const struct process *process;
    pid_t pid;
    int ends[PIPES];
    int exec_failed; /* gets errno when the program cannot be started */
    struct buf said[PIPES];
    size_t written; /* of the input */
    struct timespec deadline;
    struct err *err;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static const char *name_of(const struct process *process)
{
    return process->arguments[0];
}

static int make_pipe(struct child *child, int *ours, int *theirs, bool we_read)
{
    int fds[2];
    if (pipe(fds) != 0)
        return err_errno(child->err, errno, "cannot start '%s'", name_of(child->process));
    *ours = fds[we_read ? 0 : 1];
    *theirs = fds[we_read ? 1 : 0];
    fcntl(*ours, F_SETFD, FD_CLOEXEC);
    fcntl(*theirs, F_SETFD, FD_CLOEXEC);
    return 0;
}

/* Between fork and exec: only what is safe after a fork. */
static void become(const struct process *process, const int *theirs, int exec_failed)
{
    setpgid(0, 0);
#ifdef __linux__
    /* In a group of its own it does not get the terminal's Ctrl-C, which ends relc. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    int out = theirs[process->together ? FROM_ERR : FROM_OUT];
    if (dup2(theirs[TO_CHILD], 0) >= 0 && dup2(out, 1) >= 0 &&
        dup2(theirs[FROM_ERR], 2) >= 0 &&
        (!process->folder || chdir(process->folder) == 0)) {
        for (size_t i = 0; process->environment && process->environment[i]; i++)
            putenv((char *)process->environment[i]);
        execvp(process->arguments[0], (char *const *)process->arguments);
    }
    int cause = errno;
    if (write(exec_failed, &cause, sizeof cause) < 0)
        _exit(126);
    _exit(127);
}

/* 0 when the program runs: the pipe closes with exec, or brings the cause of a failure.
 */
static int wait_for_exec(struct child *child)
{
    int cause;
    ssize_t got;
    do
        got = read(child->exec_failed, &cause, sizeof cause);
    while (got < 0 && errno == EINTR);
    close_end(&child->exec_failed);
    if (got <= 0)
        return 0;
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return err_errno(child->err, cause, "cannot start '%s'", name_of(child->process));
}

static int start(struct child *child)
{
    int theirs[PIPES] = {-1, -1, -1}, tell = -1;
    int result = 0;
    for (int i = 0; i < PIPES && result == 0; i++)
        result = make_pipe(child, &child->ends[i], &theirs[i], i != TO_CHILD);
    if (result == 0)
        result = make_pipe(child, &child->exec_failed, &tell, true);
    if (result == 0 && (child->pid = fork()) < 0)
        result =
            err_errno(child->err, errno, "cannot start '%s'", name_of(child->process));
    if (result == 0 && child->pid == 0)
        become(child->process, theirs, tell);
    if (result == 0)
        setpgid(child->pid, child->pid);
    for (int i = 0; i < PIPES; i++)
        close_end(&theirs[i]);
    close_end(&tell);
    return result == 0 ? wait_for_exec(child) : -1;
}

/* A program need not read all of its input: a closed pipe is no error. */
static void write_some(struct child *child)
{
    str rest =
        str_slice(child->process->input, child->written, child->process->input.len);
    ssize_t done = rest.len ? write(child->ends[TO_CHILD], rest.ptr, rest.len) : 0;
    if (done > 0)
        child->written += (size_t)done;
    bool failed = done < 0 && errno != EINTR && errno != EAGAIN;
    if (failed || child->written == child->process->input.len)
        close_end(&child->ends[TO_CHILD]);
}

static int read_some(struct child *child, int end)
{
    struct buf *said = &child->said[end];
    char *room = buf_reserve(said, READ_SIZE);
    ssize_t got = read(child->ends[end], room, READ_SIZE);
    if (got < 0 && errno == EINTR)
        return 0;
    if (got <= 0) {
        close_end(&child->ends[end]);
        return 0;
    }
    said->len += (size_t)got;
    said->ptr[said->len] = '\0';
    if (end == FROM_ERR && child->process->heard)
        child->process->heard(child->process->context, (str){room, (size_t)got});
    if (said->len <= PROCESS_MAX_OUTPUT)
        return 0;
    return err_set(child->err, ERR_INPUT, "'%s' says too much: more than %zu MiB",
                   name_of(child->process), PROCESS_MAX_OUTPUT >> 20);
}

/* Milliseconds that are left, rounded up; -1 without a limit. */
static int time_left(const struct child *child)
{
    struct timespec now;
    if (!child->process->seconds)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long left = (child->deadline.tv_sec - now.tv_sec) * 1000LL +
                     (child->deadline.tv_nsec - now.tv_nsec) / 1000000 + 1;
    return left > 0 ? (int)left : 0;
}

/* Talks to the child until both of its outputs are closed. False when its time is up. */
static int talk(struct child *child, bool *in_time)
{
    *in_time = true;
    while (child->ends[FROM_OUT] >= 0 || child->ends[FROM_ERR] >= 0) {
        struct pollfd fds[PIPES];
        for (int i = 0; i < PIPES; i++)
            fds[i] = (struct pollfd){child->ends[i], i == TO_CHILD ? POLLOUT : POLLIN, 0};
        int left = time_left(child);
        int ready = poll(fds, PIPES, left);
        if (ready < 0 && errno != EINTR)
            return err_errno(child->err, errno, "cannot talk to '%s'",
                             name_of(child->process));
        if (ready == 0 && left >= 0) {
            *in_time = false;
            return 0;
        }
        if (ready > 0 && fds[TO_CHILD].revents)
            write_some(child);
        for (int i = FROM_OUT; i <= FROM_ERR; i++)
            if (ready > 0 && fds[i].revents && read_some(child, i) != 0)
                return -1;
    }
    return 0;
}

static int status_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* It may have closed its outputs and go on: its time counts to its end. */
static bool wait_for_end(const struct child *child, int *status)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    pid_t done;
    int raw = 0;
    while ((done = waitpid(child->pid, &raw, child->process->seconds ? WNOHANG : 0)) ==
               0 ||
           (done < 0 && errno == EINTR)) {
        if (child->process->seconds && time_left(child) == 0)
            return false;
        if (done == 0)
            nanosleep(&pause, NULL);
    }
    *status = status_of(raw);
    return true;
}

static void kill_group(const struct child *child)
{
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static int run(struct child *child, struct process_result *result)
{
    bool in_time = false;
    if (start(child) != 0)
        return -1;
    fcntl(child->ends[TO_CHILD], F_SETFL, O_NONBLOCK);
    int outcome = talk(child, &in_time);
    if (outcome == 0 && in_time && wait_for_end(child, &result->status))
        return 0;
    kill_group(child);
    result->timed_out = outcome == 0;
    result->status = 128 + SIGKILL;
    return outcome;
}

int process_run(struct arena *arena, const struct process *process,
                struct process_result *result, struct err *err)
{
    struct child child = {
        .process = process, .ends = {-1, -1, -1}, .exec_failed = -1, .err = err};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    *result = (struct process_result){0};
    clock_gettime(CLOCK_MONOTONIC, &child.deadline);
    child.deadline.tv_sec += process->seconds;
    for (int i = 0; i < PIPES; i++)
        buf_init(&child.said[i]);
    sigaction(SIGPIPE, &ignore, &before);
    int outcome = run(&child, result);
    sigaction(SIGPIPE, &before, NULL);
    result->out = arena_str(arena, buf_view(&child.said[FROM_OUT]));
    result->err = arena_str(arena, buf_view(&child.said[FROM_ERR]));
    for (int i = 0; i < PIPES; i++) {
        close_end(&child.ends[i]);
        buf_release(&child.said[i]);
    }
    close_end(&child.exec_failed);
    return outcome;
}

int process_check(const struct process *process, const struct process_result *result,
                  const char *purpose, struct err *err)
{
    str said = str_trim(result->err.len ? result->err : result->out);
    if (!result->timed_out && result->status == 0)
        return 0;
    if (result->timed_out)
        err_set(err, ERR_INPUT, "%s: '%s' did not end within %u seconds", purpose,
                name_of(process), process->seconds);
    else if (result->status > 128)
        err_set(err, ERR_INPUT, "%s: '%s' was ended by signal %d", purpose,
                name_of(process), result->status - 128);
    else
        err_set(err, ERR_INPUT, "%s: '%s' failed with exit status %d", purpose,
                name_of(process), result->status);
    if (said.len > SAID_AT_MOST)
        said = str_slice(said, said.len - SAID_AT_MOST, said.len);
    return said.len ? err_hint(err, "it said:\n%.*s", STR_ARG(said)) : -1;
}
