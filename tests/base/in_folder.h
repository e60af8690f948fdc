#pragma once
/* What tests of files share: each is run in an empty folder of its own. */
#include "check.h"

#include "relc/base/fs.h"

#include <stdlib.h>
#include <unistd.h>

static struct arena arena;
static struct err err;

static int setup(void **state)
{
    char template[] = "/tmp/relc-test-XXXXXX";
    (void)state;
    arena_init(&arena);
    err_init(&err);
    return mkdtemp(template) ? chdir(template) : -1;
}

static int teardown(void **state)
{
    str folder;
    (void)state;
    if (fs_current_dir(&arena, &folder, &err) != 0 || chdir("/") != 0 ||
        fs_remove_tree(folder.ptr, &err) != 0)
        return -1;
    bool gone = !fs_is_dir(folder.ptr);
    err_release(&err);
    arena_release(&arena);
    return gone ? 0 : -1;
}
