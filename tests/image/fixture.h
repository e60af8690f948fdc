#pragma once
/*
 * What the tests of image/ share: an empty folder for each test, an image in it, and
 * short ways to make files and to look at them.
 */
#include "check.h"

#include "relc/base/fs.h"
#include "relc/image/sink.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct fixture {
    struct arena arena;
    struct image image;
    struct err err;
    char folder[32];
    struct pool *pool; /* the last one that was asked for */
};

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    strcpy(f->folder, "/tmp/relc-image-XXXXXX");
    arena_init(&f->arena);
    image_init(&f->image, &f->arena);
    err_init(&f->err);
    umask(022);
    *state = f;
    return mkdtemp(f->folder) ? chdir(f->folder) : -1;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    int result = chdir("/") == 0 ? fs_remove_tree(f->folder, &f->err) : -1;
    pool_free(f->pool);
    err_release(&f->err);
    arena_release(&f->arena);
    free(f);
    return result;
}

/* Instead of the one before. */
static inline struct pool *with_threads(struct fixture *f, size_t threads)
{
    pool_free(f->pool);
    f->pool = pool_new(threads);
    return f->pool;
}

/* Forgets what is in the image. */
static inline void fixture_clear(struct fixture *f)
{
    image_init(&f->image, &f->arena);
}

/* A file with its parents; mode whatever the umask, a fixed time. */
static inline void make_file(struct fixture *f, const char *path, str content,
                             mode_t mode)
{
    const struct timespec times[2] = {{.tv_sec = 1500000000}, {.tv_sec = 1500000000}};
    char *parent = arena_strz(&f->arena, str_of(path));
    char *slash = strrchr(parent, '/');
    if (slash && slash > parent) {
        *slash = '\0';
        assert_ok(fs_mkdirs(parent, &f->err), &f->err);
    }
    assert_ok(fs_write_file(path, content, mode, &f->err), &f->err);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static inline str read_whole(struct fixture *f, const char *path)
{
    str content = {0};
    assert_ok(fs_read(&f->arena, path, 0, &content, &f->err), &f->err);
    return content;
}

static inline void assert_content(struct fixture *f, const char *path, const char *text)
{
    assert_str(read_whole(f, path), text);
}

static inline bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static inline mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

static inline ino_t inode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_ino;
}

/* The names in a folder, sorted, with a blank after each. */
static inline str names_in(struct fixture *f, const char *path)
{
    struct fs_list list;
    str names = STR("");
    assert_ok(fs_list(&f->arena, path, &list, &f->err), &f->err);
    for (size_t i = 0; i < list.count; i++)
        names =
            arena_printf(&f->arena, "%.*s%s ", STR_ARG(names), list.entries[i].name.ptr);
    return names;
}

/* Bytes that look random and are the same in every run. */
static inline str noise(struct fixture *f, size_t len, uint32_t seed)
{
    char *bytes = arena_alloc(&f->arena, len);
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (char)(seed >> 24);
    }
    return (str){bytes, len};
}
