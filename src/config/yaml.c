#include "relc/config/yaml.h"

#include "relc/base/map.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

enum { DESCRIBED_BYTES = 60 };

/* A collection whose end has not been seen yet. */
struct frame {
    struct yaml_node *node;
    struct yaml_node *key; /* of a mapping: the key that waits for its value */
    size_t capacity;
};

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    const char *file;
    str text;
    struct frame stack[YAML_MAX_DEPTH];
    size_t depth;
    struct map anchors; /* name -> node; its size is 0 until it is complete */
    size_t values;      /* read so far, aliases expanded */
    struct yaml_node *root;
    bool done; /* the document has ended */
};

static int error_at_mark(struct err *err, const struct reader *reader, yaml_mark_t mark)
{
    return err_at(err, reader->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1);
}

/* Errors of libyaml's decoder have a byte offset only. */
static int decoder_error(struct err *err, const struct reader *reader)
{
    unsigned line = 1, column = 1;
    size_t end = reader->parser.problem_offset;
    for (size_t i = 0; i < end && i < reader->text.len; i++) {
        unsigned char c = (unsigned char)reader->text.ptr[i];
        if (c == '\n') {
            line++;
            column = 1;
        } else if ((c & 0xc0) != 0x80) {
            column++;
        }
    }
    err_set(err, ERR_FORMAT, "not YAML text in UTF-8: %s (0x%02x)",
            reader->parser.problem, (unsigned)reader->parser.problem_value);
    return err_at(err, reader->file, line, column);
}

static int parser_error(struct err *err, const struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_READER_ERROR)
        return decoder_error(err, reader);
    const char *problem = parser->problem ? parser->problem : "unknown error";
    if (parser->context && parser->context_mark.line < parser->problem_mark.line)
        err_set(err, ERR_FORMAT, "broken YAML: %s, %s that began in line %zu", problem,
                parser->context, parser->context_mark.line + 1);
    else if (parser->context)
        err_set(err, ERR_FORMAT, "broken YAML: %s, %s", problem, parser->context);
    else
        err_set(err, ERR_FORMAT, "broken YAML: %s", problem);
    if (strstr(problem, "cannot start any token"))
        err_hint(err, "YAML is indented with blanks, never tabs; text that begins with "
                      "a special character needs quotes");
    return error_at_mark(err, reader, parser->problem_mark);
}

static int count_values(struct reader *reader, size_t more, yaml_mark_t mark,
                        struct err *err)
{
    if (more <= YAML_MAX_VALUES && reader->values + more <= YAML_MAX_VALUES) {
        reader->values += more;
        return 0;
    }
    err_set(err, ERR_FORMAT, "more than %d values, those that aliases repeat included",
            YAML_MAX_VALUES);
    return error_at_mark(err, reader, mark);
}

static struct yaml_node *node_new(struct reader *reader, enum yaml_kind kind,
                                  yaml_mark_t mark)
{
    struct yaml_node *node = arena_alloc(reader->arena, sizeof *node);
    node->kind = kind;
    node->line = (unsigned)mark.line + 1;
    node->column = (unsigned)mark.column + 1;
    return node;
}

static void anchor_add(struct reader *reader, const yaml_char_t *name,
                       struct yaml_node *node)
{
    if (name)
        map_put(&reader->anchors, arena_str(reader->arena, str_of((const char *)name)),
                node);
}

static bool is_tag(const yaml_char_t *tag, const char *name)
{
    return tag && strcmp((const char *)tag, name) == 0;
}

static int unknown_tag(struct err *err, const struct reader *reader,
                       const yaml_char_t *tag, yaml_mark_t mark)
{
    static const char *const known[] = {"!env", "!file", "!term"};
    err_set(err, ERR_FORMAT, "unknown tag '%s'", (const char *)tag);
    const char *near =
        str_nearest(str_of((const char *)tag), known, sizeof known / sizeof *known);
    if (near)
        err_hint(err, "did you mean '%s'?", near);
    else
        err_hint(err, "the tags are !env NAME, !env NAME:-DEFAULT, !file PATH and !term");
    return error_at_mark(err, reader, mark);
}

/* YAML's own scalar types; the reader of the setting judges the text in any case. */
static bool is_scalar_type(const yaml_char_t *tag)
{
    return is_tag(tag, YAML_BOOL_TAG) || is_tag(tag, YAML_INT_TAG) ||
           is_tag(tag, YAML_FLOAT_TAG) || is_tag(tag, YAML_NULL_TAG);
}

static int scalar_tag(struct reader *reader, struct yaml_node *node,
                      const yaml_char_t *tag, yaml_mark_t mark, struct err *err)
{
    if (!tag || is_scalar_type(tag))
        return 0;
    if (is_tag(tag, "!env"))
        node->tag = YAML_TAG_ENV;
    else if (is_tag(tag, "!file"))
        node->tag = YAML_TAG_FILE;
    else if (is_tag(tag, "!term"))
        node->tag = YAML_TAG_TERM;
    else if (is_tag(tag, "!") || is_tag(tag, YAML_STR_TAG))
        node->quoted = true;
    else
        return unknown_tag(err, reader, tag, mark);
    return 0;
}

static int key_check(const struct reader *reader, const struct yaml_node *key,
                     struct err *err)
{
    if (key->kind != YAML_SCALAR)
        err_set(err, ERR_FORMAT, "a key must be text, not %s",
                yaml_describe(reader->arena, key));
    else if (key->tag != YAML_TAG_NONE)
        err_set(err, ERR_FORMAT, "a key cannot have a tag");
    else if (!key->text.len)
        err_set(err, ERR_FORMAT, "a key is empty");
    else
        return 0;
    return err_at(err, reader->file, key->line, key->column);
}

/* Puts a complete node where it belongs. */
static int node_attach(struct reader *reader, struct yaml_node *node, struct err *err)
{
    if (!reader->depth) {
        reader->root = node;
        return 0;
    }
    struct frame *frame = &reader->stack[reader->depth - 1];
    struct yaml_node *parent = frame->node;
    if (parent->kind == YAML_SEQUENCE) {
        parent->items = arena_grow(reader->arena, parent->items, parent->count,
                                   &frame->capacity, sizeof(struct yaml_node *));
        parent->items[parent->count++] = node;
    } else if (!frame->key) {
        frame->key = node;
        return key_check(reader, node, err);
    } else {
        parent->pairs = arena_grow(reader->arena, parent->pairs, parent->count,
                                   &frame->capacity, sizeof(struct yaml_pair));
        parent->pairs[parent->count++] = (struct yaml_pair){frame->key, node};
        frame->key = NULL;
    }
    return 0;
}

static int on_scalar(struct reader *reader, const yaml_event_t *event, struct err *err)
{
    struct yaml_node *node = node_new(reader, YAML_SCALAR, event->start_mark);
    str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    if (str_find(text, '\0') < text.len) {
        err_set(err, ERR_FORMAT, "text with a NUL character");
        return error_at_mark(err, reader, event->start_mark);
    }
    node->text = arena_str(reader->arena, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->size = 1;
    if (scalar_tag(reader, node, event->data.scalar.tag, event->start_mark, err) != 0 ||
        count_values(reader, 1, event->start_mark, err) != 0)
        return -1;
    anchor_add(reader, event->data.scalar.anchor, node);
    return node_attach(reader, node, err);
}

static int too_deep(struct err *err, const struct reader *reader, yaml_mark_t mark)
{
    err_set(err, ERR_FORMAT, "values nested more than %d levels deep", YAML_MAX_DEPTH);
    return error_at_mark(err, reader, mark);
}

static int on_alias(struct reader *reader, const yaml_event_t *event, struct err *err)
{
    const char *name = (const char *)event->data.alias.anchor;
    struct yaml_node *node = map_get(&reader->anchors, str_of(name));
    if (!node)
        err_set(err, ERR_FORMAT, "alias '*%s' without an anchor '&%s' before it", name,
                name);
    else if (!node->size)
        err_set(err, ERR_FORMAT, "alias '*%s' stands inside of what it repeats", name);
    else if (reader->depth + node->height > YAML_MAX_DEPTH)
        return too_deep(err, reader, event->start_mark);
    else
        return count_values(reader, node->size, event->start_mark, err) != 0
                   ? -1
                   : node_attach(reader, node, err);
    return error_at_mark(err, reader, event->start_mark);
}

static int on_start(struct reader *reader, const yaml_event_t *event, struct err *err)
{
    bool mapping = event->type == YAML_MAPPING_START_EVENT;
    const yaml_char_t *tag =
        mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    const char *own = mapping ? YAML_MAP_TAG : YAML_SEQ_TAG;
    if (tag && !is_tag(tag, own) && !is_tag(tag, "!"))
        return unknown_tag(err, reader, tag, event->start_mark);
    if (reader->depth == YAML_MAX_DEPTH)
        return too_deep(err, reader, event->start_mark);
    if (count_values(reader, 1, event->start_mark, err) != 0)
        return -1;
    struct yaml_node *node =
        node_new(reader, mapping ? YAML_MAPPING : YAML_SEQUENCE, event->start_mark);
    anchor_add(reader,
               mapping ? event->data.mapping_start.anchor
                       : event->data.sequence_start.anchor,
               node);
    reader->stack[reader->depth++] = (struct frame){.node = node};
    return 0;
}

static bool is_merge_key(const struct yaml_node *key)
{
    return !key->quoted && str_eqz(key->text, "<<");
}

/* Adds the pairs of a mapping whose keys are not there yet. */
static int merge_mapping(struct reader *reader, struct frame *frame, struct map *keys,
                         const struct yaml_node *source, struct err *err)
{
    struct yaml_node *into = frame->node;
    if (source->kind != YAML_MAPPING) {
        err_set(err, ERR_FORMAT, "'<<' wants a mapping or a list of mappings, not %s",
                yaml_describe(reader->arena, source));
        return err_at(err, reader->file, source->line, source->column);
    }
    for (size_t i = 0; i < source->count; i++) {
        struct yaml_pair pair = source->pairs[i];
        if (map_has(keys, pair.key->text))
            continue;
        map_put(keys, pair.key->text, pair.key);
        into->pairs = arena_grow(reader->arena, into->pairs, into->count,
                                 &frame->capacity, sizeof pair);
        into->pairs[into->count++] = pair;
    }
    return 0;
}

static int merge_value(struct reader *reader, struct frame *frame, struct map *keys,
                       const struct yaml_node *value, struct err *err)
{
    if (value->kind != YAML_SEQUENCE)
        return merge_mapping(reader, frame, keys, value, err);
    for (size_t i = 0; i < value->count; i++)
        if (merge_mapping(reader, frame, keys, value->items[i], err) != 0)
            return -1;
    return 0;
}

static int duplicate_key(struct err *err, const struct reader *reader,
                         const struct yaml_node *key, const struct yaml_node *first)
{
    err_set(err, ERR_FORMAT, "duplicate key '%s', first in line %u, column %u",
            key->text.ptr, first->line, first->column);
    return err_at(err, reader->file, key->line, key->column);
}

/* Keys once each; "<<" gives way to what it merges. */
static int mapping_finish(struct reader *reader, struct frame *frame, struct err *err)
{
    struct yaml_node *node = frame->node, *merge = NULL;
    struct map keys;
    size_t own = 0;
    map_init(&keys, reader->arena);
    for (size_t i = 0; i < node->count; i++) {
        struct yaml_pair pair = node->pairs[i];
        struct yaml_node *first = map_put(&keys, pair.key->text, pair.key);
        if (first)
            return duplicate_key(err, reader, pair.key, first);
        if (is_merge_key(pair.key))
            merge = pair.value;
        else
            node->pairs[own++] = pair;
    }
    node->count = own;
    return merge ? merge_value(reader, frame, &keys, merge, err) : 0;
}

static void node_measure(struct yaml_node *node, const struct yaml_node *child)
{
    node->size += child->size;
    if (node->height <= child->height)
        node->height = child->height + 1;
}

static int on_end(struct reader *reader, const yaml_event_t *event, struct err *err)
{
    struct frame *frame = &reader->stack[--reader->depth];
    struct yaml_node *node = frame->node;
    if (node->kind == YAML_MAPPING && mapping_finish(reader, frame, err) != 0)
        return -1;
    node->size = 1;
    node->height = 1;
    for (size_t i = 0; i < node->count; i++) {
        node_measure(node,
                     node->kind == YAML_MAPPING ? node->pairs[i].value : node->items[i]);
        node->size += node->kind == YAML_MAPPING;
    }
    if (node->size > YAML_MAX_VALUES)
        return count_values(reader, node->size, event->start_mark, err);
    return node_attach(reader, node, err);
}

static int on_document(struct reader *reader, const yaml_event_t *event, struct err *err)
{
    if (!reader->done)
        return 0;
    err_set(err, ERR_FORMAT, "a second document in one file");
    err_hint(err, "remove the line '---' and what follows it");
    return error_at_mark(err, reader, event->start_mark);
}

static int on_event(struct reader *reader, const yaml_event_t *event, struct err *err)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(reader, event, err);
    case YAML_ALIAS_EVENT:
        return on_alias(reader, event, err);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return on_start(reader, event, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_end(reader, event, err);
    case YAML_DOCUMENT_START_EVENT:
        return on_document(reader, event, err);
    case YAML_DOCUMENT_END_EVENT:
        reader->done = true;
        return 0;
    default:
        return 0;
    }
}

static int read_events(struct reader *reader, struct err *err)
{
    bool more = true;
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event))
            return parser_error(err, reader);
        int result = on_event(reader, &event, err);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (result != 0)
            return -1;
    }
    if (reader->root && !yaml_is_null(reader->root))
        return 0;
    err_set(err, ERR_FORMAT, "the file is empty");
    return err_at(err, reader->file, 1, 1);
}

int yaml_read(struct arena *arena, const char *file, str text, struct yaml_node **root,
              struct err *err)
{
    if (text.len > YAML_MAX_BYTES) {
        err_set(err, ERR_FORMAT, "too large: %zu bytes, at most %d", text.len,
                YAML_MAX_BYTES);
        return err_at(err, file, 0, 0);
    }
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    if (!yaml_parser_initialize(&reader->parser))
        return err_set(err, ERR_IO, "no memory to read YAML");
    reader->arena = arena;
    reader->file = file;
    reader->text = text;
    map_init(&reader->anchors, arena);
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)text.ptr,
                                 text.len);
    int result = read_events(reader, err);
    yaml_parser_delete(&reader->parser);
    *root = reader->root;
    return result;
}

const struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key)
{
    assert(mapping->kind == YAML_MAPPING);
    for (size_t i = 0; i < mapping->count; i++)
        if (str_eqz(mapping->pairs[i].key->text, key))
            return mapping->pairs[i].value;
    return NULL;
}

static bool is_one_of(str text, const char *const *words)
{
    for (; *words; words++)
        if (str_eqz(text, *words))
            return true;
    return false;
}

static bool is_plain(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && !node->quoted && node->tag == YAML_TAG_NONE;
}

bool yaml_is_null(const struct yaml_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    return is_plain(node) && is_one_of(node->text, nulls);
}

bool yaml_is_bool(const struct yaml_node *node, bool *value)
{
    static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes",
                                      "YES",  "on",   "On",   "ON",  NULL};
    static const char *const no[] = {"false", "False", "FALSE", "no",  "No",
                                     "NO",    "off",   "Off",   "OFF", NULL};
    if (!is_plain(node))
        return false;
    *value = is_one_of(node->text, yes);
    return *value || is_one_of(node->text, no);
}

const char *yaml_describe(struct arena *arena, const struct yaml_node *node)
{
    bool flag;
    if (node->kind != YAML_SCALAR)
        return node->kind == YAML_SEQUENCE ? "a list" : "a mapping";
    if (yaml_is_null(node))
        return "nothing";
    if (yaml_is_bool(node, &flag))
        return arena_strz(arena, node->text);
    size_t shown = node->text.len;
    if (shown > DESCRIBED_BYTES)
        for (shown = DESCRIBED_BYTES; (node->text.ptr[shown] & 0xc0) == 0x80;)
            shown--;
    const char *more = shown < node->text.len ? "..." : "";
    return arena_printf(arena, "'%.*s%s'", (int)shown, node->text.ptr, more).ptr;
}
