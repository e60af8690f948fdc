#pragma once
/*
 * A second opinion on tarballs: gunzips with zlib and reads ustar and pax headers by
 * POSIX.1-2017 (pax, "ustar Interchange Format"), without libarchive or relc.
 */
#include "image/fixture.h"

#include <zlib.h>

struct tar_item {
    char path[4096];
    char target[4096];
    char type; /* '0' file, '2' link, '5' folder */
    unsigned mode;
    unsigned owner;
    unsigned group;
    int64_t seconds;
    bool extended; /* had a pax header */
    str content;
};

struct tar_list {
    struct tar_item *items;
    size_t count;
    size_t capacity;
};

/* Unpacks exactly one gzip member and demands that nothing follows it. */
static inline str gunzip_one(struct fixture *f, str packed)
{
    z_stream stream = {0};
    size_t size = 1 << 20, len = 0;
    char *out = malloc(size);
    int result = Z_OK;
    assert_non_null(out);
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (unsigned char *)packed.ptr;
    stream.avail_in = (uInt)packed.len;
    while (result == Z_OK) {
        if (len == size) {
            out = realloc(out, size *= 2);
            assert_non_null(out);
        }
        stream.next_out = (unsigned char *)out + len;
        stream.avail_out = (uInt)(size - len);
        result = inflate(&stream, Z_NO_FLUSH);
        len = size - stream.avail_out;
    }
    assert_int_equal(result, Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    inflateEnd(&stream);
    str copy = arena_str(&f->arena, (str){out, len});
    free(out);
    return copy;
}

static inline uint64_t octal(const char *field, size_t len)
{
    char text[16] = {0};
    memcpy(text, field, len);
    return strtoull(text, NULL, 8);
}

/* Records "LENGTH KEY=VALUE\n" of a pax header: path and linkpath count. */
static inline void read_pax(struct tar_item *item, str records)
{
    while (records.len) {
        char *end;
        size_t len = strtoul(records.ptr, &end, 10);
        assert_true(len && len <= records.len && records.ptr[len - 1] == '\n');
        str record = {end + 1, len - (size_t)(end + 1 - records.ptr) - 1};
        str key = str_split(&record, '=');
        if (str_eqz(key, "path"))
            snprintf(item->path, sizeof item->path, "%.*s", STR_ARG(record));
        else if (str_eqz(key, "linkpath"))
            snprintf(item->target, sizeof item->target, "%.*s", STR_ARG(record));
        else
            fail_msg("unexpected pax record '%.*s'", STR_ARG(key));
        records = str_slice(records, len, records.len);
    }
    item->extended = true;
}

static inline void check_header(const char *h)
{
    unsigned sum = 0;
    for (int i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)h[i];
    assert_int_equal(octal(h + 148, 8), sum);
    assert_memory_equal(h + 257,
                        "ustar\0"
                        "00",
                        8);
    for (int i = 265; i < 329; i++)
        assert_int_equal(h[i], 0); /* no names of owner and group */
}

static inline void read_header(struct tar_item *item, const char *h)
{
    if (!*item->path && h[345])
        snprintf(item->path, sizeof item->path, "%.155s/%.100s", h + 345, h);
    else if (!*item->path)
        snprintf(item->path, sizeof item->path, "%.100s", h);
    if (!*item->target)
        snprintf(item->target, sizeof item->target, "%.100s", h + 157);
    item->type = h[156];
    item->mode = (unsigned)octal(h + 100, 8);
    item->owner = (unsigned)octal(h + 108, 8);
    item->group = (unsigned)octal(h + 116, 8);
    item->seconds = (int64_t)octal(h + 136, 12);
}

static inline struct tar_list read_tar(struct fixture *f, const char *path)
{
    str rest = gunzip_one(f, read_whole(f, path));
    struct tar_list list = {0};
    struct tar_item item = {0};
    assert_int_equal(rest.len % 512, 0);
    while (rest.len >= 512 && rest.ptr[0]) {
        const char *h = rest.ptr;
        check_header(h);
        size_t size = (size_t)octal(h + 124, 12);
        str content = str_slice(rest, 512, 512 + size);
        rest = str_slice(rest, 512 + (size + 511) / 512 * 512, rest.len);
        if (h[156] == 'x') {
            read_pax(&item, content);
            continue;
        }
        read_header(&item, h);
        item.content = content;
        list.items = arena_grow(&f->arena, list.items, list.count, &list.capacity,
                                sizeof *list.items);
        list.items[list.count++] = item;
        item = (struct tar_item){0};
    }
    assert_int_equal(rest.len, 1024); /* the two blocks of the end and nothing else */
    for (size_t i = 0; i < rest.len; i++)
        assert_int_equal(rest.ptr[i], 0);
    return list;
}

static inline const struct tar_item *tar_find(const struct tar_list *list,
                                              const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].path, path) == 0)
            return &list->items[i];
    fail_msg("no '%s' in the tarball", path);
    return NULL;
}
