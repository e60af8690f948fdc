#include "tar_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    NAME_MAX_LEN = 100,
    PREFIX_MAX_LEN = 155,
    RECORD_FRAME = 3, /* of a pax record "LEN KEY=VALUE\n": blank, '=' and line end */
    PAX_MODE = 0644,
    TEXT_ROOM = 24, /* any number with a field's padding */
};

/* The largest size that eleven octal digits can say. */
static const uint64_t size_max = UINT64_C(077777777777);

struct ustar { /* POSIX.1-2017, pax, "ustar Interchange Format" */
    char name[100];
    char mode[8];
    char uid[8];
    char gid[8];
    char size[12];
    char mtime[12];
    char chksum[8];
    char typeflag;
    char linkname[100];
    char magic[6];
    char version[2];
    char uname[32];
    char gname[32];
    char devmajor[8];
    char devminor[8];
    char prefix[155];
    char unused[12];
};

_Static_assert(sizeof(struct ustar) == TAR_BLOCK, "a tar header is one block");

/* A path as a tar archive has it, that of a folder with a slash at its end. */
struct tar_name {
    str path;
    bool folder;
};

static size_t name_len(const struct tar_name *name)
{
    return name->path.len + name->folder;
}

static bool is_ascii(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

/* Where ustar may cut the path: the slash's position, 0 for not at all, or path.len. */
static size_t find_cut(const struct tar_name *name)
{
    size_t len = name_len(name);
    if (len <= NAME_MAX_LEN)
        return 0;
    for (size_t i = len - NAME_MAX_LEN - 1; i < name->path.len; i++)
        if (i && i <= PREFIX_MAX_LEN && name->path.ptr[i] == '/')
            return i;
    return name->path.len;
}

static bool needs_path(const struct tar_name *name)
{
    return !is_ascii(name->path) || find_cut(name) == name->path.len;
}

static bool needs_target(const struct image_entry *entry)
{
    return entry->kind == IMAGE_LINK &&
           (entry->content.len > NAME_MAX_LEN || !is_ascii(entry->content));
}

static struct tar_name name_of(const struct image_entry *entry)
{
    return (struct tar_name){entry->path, entry->kind == IMAGE_DIR};
}

static size_t digits(size_t number)
{
    size_t count = 1;
    for (; number >= 10; number /= 10)
        count++;
    return count;
}

/* The length of a pax record counts its own digits. */
static size_t record_len(const char *key, size_t value_len)
{
    size_t rest = strlen(key) + value_len + RECORD_FRAME;
    size_t len = rest + digits(rest);
    return rest + digits(len);
}

static size_t size_text(uint64_t size, char text[TEXT_ROOM])
{
    return (size_t)snprintf(text, TEXT_ROOM, "%" PRIu64, size);
}

/* The length of all pax records; 0 when ustar says everything. */
static size_t records_len(const struct image_entry *entry, uint64_t size)
{
    struct tar_name name = name_of(entry);
    char text[TEXT_ROOM];
    size_t len = 0;
    if (needs_path(&name))
        len += record_len("path", name_len(&name));
    if (needs_target(entry))
        len += record_len("linkpath", entry->content.len);
    if (size > size_max)
        len += record_len("size", size_text(size, text));
    return len;
}

static char *add_record(char *out, const char *key, str value, const char *end)
{
    size_t len = record_len(key, value.len + strlen(end));
    out += sprintf(out, "%zu %s=", len, key);
    memcpy(out, value.ptr, value.len);
    out += value.len;
    return out + sprintf(out, "%s\n", end);
}

static void write_records(const struct image_entry *entry, uint64_t size, char *out)
{
    struct tar_name name = name_of(entry);
    char text[TEXT_ROOM];
    if (needs_path(&name))
        out = add_record(out, "path", name.path, name.folder ? "/" : "");
    if (needs_target(entry))
        out = add_record(out, "linkpath", entry->content, "");
    if (size > size_max)
        add_record(out, "size", (str){text, size_text(size, text)}, "");
}

/* width - 1 octal digits and what ends them; a number that is too large is cut off. */
static void put_octal(char *field, size_t width, uint64_t number, char end)
{
    for (size_t i = width - 1; i-- > 0; number >>= 3)
        field[i] = (char)('0' + (number & 7));
    field[width - 1] = end;
}

static void put_text(char *field, size_t room, str text)
{
    memcpy(field, text.ptr, text.len < room ? text.len : room);
}

/* Of a name that needs a pax header its end is all that old programs see. */
static void put_name(struct ustar *header, const struct tar_name *name)
{
    size_t cut = needs_path(name) ? 0 : find_cut(name), from = cut ? cut + 1 : 0;
    if (needs_path(name) && name->path.len >= NAME_MAX_LEN)
        from = name->path.len - (NAME_MAX_LEN - 1);
    str rest = str_slice(name->path, from, name->path.len);
    put_text(header->name, sizeof header->name, rest);
    if (name->folder)
        header->name[rest.len] = '/';
    put_text(header->prefix, sizeof header->prefix, str_slice(name->path, 0, cut));
}

static void put_checksum(struct ustar *header)
{
    const unsigned char *bytes = (const unsigned char *)header;
    unsigned sum = 0;
    memset(header->chksum, ' ', sizeof header->chksum);
    for (size_t i = 0; i < sizeof *header; i++)
        sum += bytes[i];
    put_octal(header->chksum, sizeof header->chksum - 1, sum, '\0');
}

static void put_header(struct ustar *header, const struct tar_name *name, char type,
                       mode_t mode, uint64_t size, int64_t seconds, str target)
{
    memset(header, 0, sizeof *header);
    put_name(header, name);
    put_octal(header->mode, sizeof header->mode, mode, '\0');
    put_octal(header->uid, sizeof header->uid, 0, '\0');
    put_octal(header->gid, sizeof header->gid, 0, '\0');
    put_octal(header->size, sizeof header->size, size, '\0');
    put_octal(header->mtime, sizeof header->mtime, (uint64_t)seconds, '\0');
    header->typeflag = type;
    put_text(header->linkname, sizeof header->linkname, target);
    memcpy(header->magic, "ustar", sizeof header->magic);
    memcpy(header->version, "00", sizeof header->version);
    put_octal(header->devmajor, sizeof header->devmajor, 0, '\0');
    put_octal(header->devminor, sizeof header->devminor, 0, '\0');
    put_checksum(header);
}

size_t tar_header_size(const struct image_entry *entry, uint64_t size)
{
    size_t records = records_len(entry, size);
    return TAR_BLOCK + (records ? TAR_BLOCK + records + tar_padding(records) : 0);
}

static char type_of(enum image_kind kind)
{
    return kind == IMAGE_DIR ? '5' : kind == IMAGE_LINK ? '2' : '0';
}

void tar_header_write(const struct image_entry *entry, uint64_t size, int64_t seconds,
                      unsigned char *out)
{
    struct tar_name name = name_of(entry);
    struct ustar header;
    size_t records = records_len(entry, size);
    seconds = image_entry_seconds(entry, seconds);
    if (records) {
        put_header(&header, &(struct tar_name){STR("PaxHeader"), false}, 'x', PAX_MODE,
                   records, seconds, STR(""));
        memcpy(out, &header, sizeof header);
        out += sizeof header;
        memset(out, 0, records + tar_padding(records));
        write_records(entry, size, (char *)out);
        out += records + tar_padding(records);
    }
    put_header(&header, &name, type_of(entry->kind), entry->mode, size, seconds,
               entry->kind == IMAGE_LINK ? entry->content : STR(""));
    memcpy(out, &header, sizeof header);
}
