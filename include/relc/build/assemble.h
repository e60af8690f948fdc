#pragma once
/*
 * From the plan to the image: every file of the release, from the disk or made here
 * (.rel, boot scripts, RELEASES, configuration, management scripts).
 */
#include "relc/base/pool.h"
#include "relc/build/plan.h"
#include "relc/image/image.h"

/* What an image of a release holds besides its entries. */
struct assembly {
    struct image image;
    str *owned; /* folders that belong to this version alone (image/sink.h) */
    size_t owned_count;
    size_t owned_capacity;
    struct boot_files *boots; /* being made; or NULL */
};

/*
 * Begins an assembly with the files of the applications; the threads of the pool, which
 * may be NULL and must live as long, make boot files meanwhile. Free it whatever the
 * result.
 */
int assemble_apps(struct arena *arena, const struct plan *plan, struct pool *pool,
                  struct assembly *assembly, struct err *err) ERR_MUST_CHECK;

/* Adds all else. */
int assemble_rest(struct arena *arena, const struct plan *plan,
                  const struct report *report, struct assembly *assembly,
                  struct err *err) ERR_MUST_CHECK;

/* The image stays. */
void assembly_free(struct assembly *assembly);
