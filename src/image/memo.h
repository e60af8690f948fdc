#pragma once
/*
 * The memory of an output's last build: a map from ids to what they stood for, in one
 * file. What several builds neither ask for nor learn is forgotten.
 */
#include "ids.h"

#include "relc/base/err.h"

struct memo;

struct memo_value {
    struct id id;
    uint64_t number;
};

/* Reads the file; one that is missing, damaged or of another version is empty. */
struct memo *memo_load(const char *path);
void memo_free(struct memo *memo);

/* Whether an earlier build left anything. */
bool memo_was_kept(const struct memo *memo);

/* Both for several threads at once. */
bool memo_get(struct memo *memo, struct id key, struct memo_value *value);
void memo_put(struct memo *memo, struct id key, const struct memo_value *value);

/* Writes the file (*written) if this build learnt something. */
int memo_save(struct memo *memo, const char *path, bool *written,
              struct err *err) ERR_MUST_CHECK;
