#ifdef __linux__
#define _GNU_SOURCE /* CLOCK_REALTIME_COARSE */
#endif

#include "states.h"

#include <string.h>
#include <time.h>

#ifdef __linux__
#include <sys/vfs.h>
#endif

enum {
    PROBES = 3,
    MODE_BITS = 07777,
    COARSE_SECONDS = 2, /* of file systems that keep whole seconds (FAT: two) */
    WAIT_ROUNDS = 20,
    WAIT_STEP = 1000 * 1000, /* nanoseconds */
};

static void add_time(struct id_mixer *mixer, struct timespec time)
{
    id_mixer_number(mixer, (uint64_t)time.tv_sec);
    id_mixer_number(mixer, (uint64_t)time.tv_nsec);
}

static void add_text(struct id_mixer *mixer, const char *text)
{
    size_t len = strlen(text);
    id_mixer_number(mixer, len);
    id_mixer_add(mixer, text, len);
}

struct id state_of_entry(const struct image_entry *entry)
{
    if (entry->has_state)
        return (struct id){entry->state[0], entry->state[1]};
    if (entry->kind != IMAGE_FILE)
        return id_of(entry->content.ptr, entry->content.len);
    struct id_mixer *mixer = id_mixer_new();
    add_text(mixer, entry->source.ptr);
    id_mixer_number(mixer, (uint64_t)entry->device);
    id_mixer_number(mixer, (uint64_t)entry->inode);
    id_mixer_number(mixer, entry->size);
    add_time(mixer, entry->changed);
    add_time(mixer, entry->status);
    add_text(mixer, entry->filter ? entry->filter->name : "");
    return id_mixer_end(mixer);
}

void state_mix_entry(struct id_mixer *mixer, const struct image_entry *entry)
{
    id_mixer_number(mixer, entry->path.len);
    id_mixer_add(mixer, entry->path.ptr, entry->path.len);
    id_mixer_number(mixer, entry->kind);
    id_mixer_number(mixer, entry->mode);
    id_mixer_id(mixer, state_of_entry(entry));
}

struct id state_of_file(const char *folder, const char *path, const struct stat *st)
{
    struct id_mixer *mixer = id_mixer_new();
    add_text(mixer, folder);
    add_text(mixer, path);
    id_mixer_number(mixer, (uint64_t)st->st_dev);
    id_mixer_number(mixer, (uint64_t)st->st_ino);
    id_mixer_number(mixer, (uint64_t)st->st_mode);
    id_mixer_number(mixer, (uint64_t)st->st_size);
    add_time(mixer, st->st_mtim);
    add_time(mixer, st->st_ctim);
    return id_mixer_end(mixer);
}

struct timespec state_clock(void)
{
    struct timespec now = {0};
#ifdef CLOCK_REALTIME_COARSE
    /* Linux stamps files with this clock, which stands still between two ticks. */
    if (clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0)
        return now;
#endif
    clock_gettime(CLOCK_REALTIME, &now);
    return now;
}

static bool is_earlier(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

bool state_is_settled(struct timespec status, struct timespec now)
{
    if (status.tv_nsec == 0) /* perhaps the file system knows whole seconds only */
        return status.tv_sec + COARSE_SECONDS < now.tv_sec;
    return is_earlier(status, now);
}

/* Those whose time is this machine's. From <linux/magic.h>. */
static bool is_local(int fd)
{
#ifdef __linux__
    static const uint32_t magics[] = {0xef53 /* ext4 */, 0x58465342 /* XFS */,
                                      0x9123683e /* Btrfs */, 0x01021994 /* tmpfs */};
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0)
        return false;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if ((uint32_t)fs.f_type == magics[i])
            return true;
#else
    (void)fd;
#endif
    return false;
}

/* Changes nothing but the status time, and tells it. */
static bool touch(int fd, struct timespec *status)
{
    struct stat st;
    if (fstat(fd, &st) != 0 ||
        st.st_mode & (S_ISUID | S_ISGID) || /* chmod may clear them */
        fchmod(fd, st.st_mode & MODE_BITS) != 0 || fstat(fd, &st) != 0)
        return false;
    *status = st.st_ctim;
    return true;
}

/*
 * Linux from 6.13 on has multigrain timestamps: what was looked at gets a fine time, and
 * so another one, when it changes the next time. Then a change shows, tick or none. So
 * it is where several changes within a tick have each a later time, and later than the
 * clock of ticks says.
 */
static bool shows_all_changes(int fd)
{
    struct timespec begun = state_clock(), last = begun, status;
    if (!is_local(fd))
        return false;
    for (int i = 0; i < PROBES; i++, last = status)
        if (!touch(fd, &status) || !is_earlier(last, status))
            return false;
    return !is_earlier(begun, state_clock());
}

bool state_wait(int fd)
{
    const struct timespec step = {.tv_nsec = WAIT_STEP};
    if (shows_all_changes(fd))
        return true;
    struct timespec begun = state_clock();
    begun.tv_nsec += !begun.tv_nsec; /* the clock's own, not a file system's */
    for (int i = 0; i < WAIT_ROUNDS; i++) {
        if (state_is_settled(begun, state_clock()))
            return true;
        nanosleep(&step, NULL);
    }
    return false;
}
