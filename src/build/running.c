#include "build/running.h"

#include "relc/base/fs.h"
#include "relc/base/path.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* More than a VM of a release has. */
enum { MAX_ARGUMENTS = 64 * 1024 };

static bool is_in(str path, str folder)
{
    return str_starts(path, folder) &&
           (path.len == folder.len || path.ptr[folder.len] == '/');
}

static bool program_is_in(struct arena *arena, str process, str folder)
{
    char target[PATH_MAX];
    ssize_t len =
        readlink(path_join(arena, process, STR("exe")).ptr, target, sizeof target);
    return len > 0 && is_in((str){target, (size_t)len}, folder);
}

/* Files of /proc do not tell their size. */
static size_t read_arguments(const char *file, char *line)
{
    size_t len = 0;
    ssize_t got = 1;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && got > 0 && len < MAX_ARGUMENTS) {
        got = read(fd, line + len, MAX_ARGUMENTS - len);
        len += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        close(fd);
    return len;
}

/* erlexec names root and boot file to the VM as absolute paths. */
static bool arguments_are_in(struct arena *arena, str process, char *line, str folder)
{
    bool is_value = false;
    const char *file = path_join(arena, process, STR("cmdline")).ptr;
    str rest = {line, read_arguments(file, line)};
    while (rest.ptr) {
        str word = str_split(&rest, '\0');
        if (is_value && is_in(word, folder))
            return true;
        is_value = str_eqz(word, "-root") || str_eqz(word, "-boot");
    }
    return false;
}

long running_in(struct arena *arena, const char *folder)
{
    struct fs_list list;
    struct err ignored;
    const char *real = fs_real_path(arena, folder);
    char *line = arena_alloc(arena, MAX_ARGUMENTS);
    err_init(&ignored);
    if (!real || fs_list(arena, "/proc", &list, &ignored) != 0) {
        err_release(&ignored);
        return 0;
    }
    for (size_t i = 0; i < list.count; i++) {
        char *end;
        long pid = strtol(list.entries[i].name.ptr, &end, 10);
        str process = path_join(arena, STR("/proc"), list.entries[i].name);
        if (*end || pid <= 0)
            continue;
        if (program_is_in(arena, process, str_of(real)) ||
            arguments_are_in(arena, process, line, str_of(real)))
            return pid;
    }
    return 0;
}
