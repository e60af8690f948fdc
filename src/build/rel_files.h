#pragma once
/*
 * The files of a release that OTP itself reads: .rel, boot scripts, RELEASES,
 * start_erl.data, made from the plan's terms.
 */
#include "relc/base/pool.h"
#include "relc/build/plan.h"
#include "relc/image/image.h"

/* Boot files that are being made, by a pool's threads. */
struct boot_files;

/* Plan and pool must live until boot_files_free, which waits for the pool. */
struct boot_files *boot_files_begin(const struct plan *plan, struct pool *pool);
void boot_files_free(struct boot_files *boots);

int rel_files_add(struct arena *arena, struct image *image, const struct plan *plan,
                  struct boot_files *boots, struct err *err) ERR_MUST_CHECK;
