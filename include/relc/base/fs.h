#pragma once
/*
 * The file system: reading whole files, listing folders in a fixed order, making
 * and removing trees. Paths are NUL-terminated. Errors name the path and the cause.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"

#include <dirent.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum fs_kind { FS_FILE, FS_DIR, FS_LINK, FS_OTHER };

struct fs_entry {
    str name; /* NUL-terminated */
    enum fs_kind kind;
};

struct fs_list {
    struct fs_entry *entries; /* sorted by the bytes of the names */
    size_t count;
};

/*
 * The whole file, with a NUL byte after it that is not counted. Files larger than
 * limit bytes are refused (limit 0: 1 GiB).
 */
int fs_read(struct arena *arena, const char *path, size_t limit, str *content,
            struct err *err) ERR_MUST_CHECK;

/* The file mapped for reading; empty files too. Give it back with fs_unmap. */
int fs_map(const char *path, str *bytes, struct err *err) ERR_MUST_CHECK;
void fs_unmap(str bytes);

/* Whether two files hold the same bytes; read piece by piece, however large they are. */
int fs_same_content(const char *path, const char *other, bool *same,
                    struct err *err) ERR_MUST_CHECK;

/* Entries of a folder without "." and ".."; kinds are those of the entries themselves. */
int fs_list(struct arena *arena, const char *path, struct fs_list *list,
            struct err *err) ERR_MUST_CHECK;

/* readdir without "." and ".."; at the end NULL with errno 0, else with the cause. */
struct dirent *fs_next_entry(DIR *dir);

/* True when the path exists and is a file (folder), links followed. No error. */
bool fs_is_file(const char *path);
bool fs_is_dir(const char *path);

/* mkdir -p with mode 0777 less the umask. */
int fs_mkdirs(const char *path, struct err *err) ERR_MUST_CHECK;

/* Writes all bytes; short writes and EINTR are taken care of. path is for the message. */
int fs_write_all(int fd, const void *bytes, size_t len, const char *path,
                 struct err *err) ERR_MUST_CHECK;

/* The same for up to FS_GATHERED_MAX parts, in one step where the system lets it. */
#define FS_GATHERED_MAX 64

int fs_write_gathered(int fd, const str *parts, size_t count, const char *path,
                      struct err *err) ERR_MUST_CHECK;

/*
 * Writes a file whole or not at all: beside it under another name, then renamed.
 * The mode is set as given, whatever the umask. Replaces what was there.
 */
int fs_write_file(const char *path, str content, mode_t mode,
                  struct err *err) ERR_MUST_CHECK;

/* As fs_write_file, with a content in several parts, one after the other. */
int fs_write_parts(const char *path, const str *parts, size_t count, mode_t mode,
                   struct err *err) ERR_MUST_CHECK;

/*
 * Both names change places in one step. -1 with errno, also where system or file system
 * cannot, as for fs_move_to_free.
 */
int fs_exchange(const char *a, const char *b);

/* As rename, but fails where there is something at the new name, even an empty folder. */
int fs_move_to_free(const char *from, const char *to);

/* rm -rf, never following links; a path that is not there is no error. */
int fs_remove_tree(const char *path, struct err *err) ERR_MUST_CHECK;

/* The target of a symbolic link. */
int fs_read_link(struct arena *arena, const char *path, str *target,
                 struct err *err) ERR_MUST_CHECK;

/* Absolute path with all links resolved (realpath); NULL when it does not exist. */
char *fs_real_path(struct arena *arena, const char *path);

/* The working folder, absolute. */
int fs_current_dir(struct arena *arena, str *path, struct err *err) ERR_MUST_CHECK;

/*
 * The first file NAME that is executable in the folders of the variable PATH, as
 * found (links not resolved), or NULL.
 */
char *fs_find_program(struct arena *arena, const char *name);
