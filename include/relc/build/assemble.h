#pragma once
/*
 * From the plan to the image: every file of the release, from the disk or made here
 * (.rel, boot scripts, RELEASES, configuration, management scripts).
 */
#include "relc/build/plan.h"
#include "relc/image/image.h"

/* What an image of a release holds besides its entries. */
struct assembly {
    struct image image;
    str *owned; /* folders that belong to this version alone (image/sink.h) */
    size_t owned_count;
    size_t owned_capacity;
};

/* Begins an assembly with the files of the applications. */
int assemble_apps(struct arena *arena, const struct plan *plan, struct assembly *assembly,
                  struct err *err) ERR_MUST_CHECK;

/* Adds all else. */
int assemble_rest(struct arena *arena, const struct plan *plan,
                  const struct report *report, struct assembly *assembly,
                  struct err *err) ERR_MUST_CHECK;
