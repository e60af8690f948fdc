#pragma once
/*
 * `relc build` at work: what its parts share. build.c decides and lays out, output.c
 * writes.
 */
#include "build/upgrade.h"
#include "relc/build/assemble.h"
#include "relc/build/build.h"
#include "relc/build/plugins.h"
#include "relc/image/sink.h"

struct builder {
    struct arena *arena;
    const struct build_options *options;
    const struct report *report; /* the caller's */
    struct report counting;      /* passes on to it and counts warnings */
    size_t warnings;
    str config_file; /* as messages name it */
    struct project project;
    struct profile profile;
    struct plan plan;
    struct upgrade upgrade; /* all zero when none is wanted */
    struct assembly assembly;
    int64_t seconds; /* modification time of all that is written, or IMAGE_OWN_TIMES */
    struct cache *cache; /* NULL for none */
    struct pool *pool;   /* as many threads as the options say */
    struct listings *ahead;
    struct image delta;    /* of the delta package, when there is one */
    struct dir_sink *sink; /* the folder being written; NULL when there is none */
    struct err *err;
};

void builder_init(struct builder *builder, struct arena *arena,
                  const struct build_options *options, const struct report *report,
                  struct err *err);

/* Finds the project and reads its settings. */
int builder_settings(struct builder *builder) ERR_MUST_CHECK;

/* The same, and makes the plan. */
int builder_plan(struct builder *builder) ERR_MUST_CHECK;

/* folder and tarball are what the event is about; ptr NULL when they are not there yet.
 */
int builder_call_plugins(struct builder *builder, enum plugin_event event, str folder,
                         str tarball) ERR_MUST_CHECK;

/* Puts package.info into an image; needs is NULL but for a delta. */
int builder_add_package_info(struct builder *builder, struct image *image,
                             const struct names *needs) ERR_MUST_CHECK;

/*
 * What the tarballs need to know and takes a while, for a thread of the pool; the
 * argument is the builder. builder_write waits for it.
 */
void builder_prepare_job(void *argument);

/* Folder and tarballs, whole or not at all. */
int builder_write(struct builder *builder, struct build_result *result) ERR_MUST_CHECK;
