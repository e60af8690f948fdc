#pragma once
/*
 * YAML files as trees of values with their places.
 *
 * The language is YAML 1.1 as libyaml reads it: one document, keys that are plain
 * text and stand once in their mapping, anchors and aliases, merge keys ("<<").
 * What a value means (a number, a version, a path) is for the reader of the setting
 * to say: a scalar is kept as it was written. The tags !env, !file and !term are noted,
 * not followed (config/resolve.h and the readers of values do).
 *
 * Files are untrusted: their size, their depth and the number of values after
 * aliases are bounded. All memory is the arena's.
 */
#include "relc/base/arena.h"
#include "relc/base/err.h"

/* Bounds; each is an error with its place. */
enum {
    YAML_MAX_BYTES = 1 << 20,
    YAML_MAX_DEPTH = 64,
    YAML_MAX_VALUES = 100000, /* with every alias counted as what it stands for */
};

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

enum yaml_tag { YAML_TAG_NONE, YAML_TAG_ENV, YAML_TAG_FILE, YAML_TAG_TERM };

struct yaml_pair;

struct yaml_node {
    enum yaml_kind kind;
    unsigned line; /* from 1; of the anchor when reached by an alias */
    unsigned column;
    enum yaml_tag tag; /* of a scalar */
    bool quoted;       /* a scalar in quotes, in a block (| or >) or tagged !!str */
    str text;          /* of a scalar; NUL-terminated, without other NUL bytes */
    size_t count;      /* of items or pairs */
    struct yaml_node **items;
    struct yaml_pair *pairs; /* in the order of the file, merged ones last */
    size_t size;             /* number of values with all below, aliases expanded */
    unsigned height;         /* levels below, 0 for a scalar */
};

struct yaml_pair {
    struct yaml_node *key; /* a scalar without tag */
    struct yaml_node *value;
};

/*
 * Reads the one document of the text. file is for messages and is not opened. A
 * document without any value is an error.
 */
int yaml_read(struct arena *arena, const char *file, str text, struct yaml_node **root,
              struct err *err) ERR_MUST_CHECK;

/* The value of key in a mapping, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/* True for a plain scalar that means "no value": empty, ~ or null. */
bool yaml_is_null(const struct yaml_node *node);

/* True for a plain true, false, yes, no, on or off in YAML's spellings. */
bool yaml_is_bool(const struct yaml_node *node, bool *value);

/* What the value is, in words for messages: "a list", "text 'abc'", "nothing"... */
const char *yaml_describe(struct arena *arena, const struct yaml_node *node);
