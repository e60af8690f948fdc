#include "gzip.h"

#include "relc/base/fs.h"

#include <zlib.h>

/* An empty last block with fixed codes: its mark, its type, the code of its end. */
static const unsigned char last_block[] = {0x03, 0x00};

/* RFC 1952, 2.3.1: XFL says how hard was tried; the system is "unknown" on every system.
 */
int gzip_begin(struct gzip *gzip, int fd, const char *path, enum compression compression,
               struct err *err)
{
    const unsigned char effort = compression == COMPRESSION_BEST   ? 2
                                 : compression == COMPRESSION_FAST ? 4
                                                                   : 0;
    const unsigned char header[] = {0x1f, 0x8b, Z_DEFLATED, 0, 0, 0, 0, 0, effort, 255};
    *gzip = (struct gzip){.fd = fd, .path = path, .place = sizeof header};
    return fs_write_all(fd, header, sizeof header, path, err);
}

void gzip_count(struct gzip *gzip, const struct gzip_piece *piece)
{
    gzip->crc = (uint32_t)crc32_combine(gzip->crc, piece->crc, (z_off_t)piece->plain_len);
    gzip->total += piece->plain_len;
    gzip->place += piece->len;
}

int gzip_write(struct gzip *gzip, const str *parts, size_t count, struct err *err)
{
    return fs_write_gathered(gzip->fd, parts, count, gzip->path, err);
}

static void put_le32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

int gzip_end(struct gzip *gzip, struct err *err)
{
    unsigned char end[sizeof last_block + 8] = {last_block[0], last_block[1]};
    put_le32(end + sizeof last_block, gzip->crc);
    put_le32(end + sizeof last_block + 4, (uint32_t)gzip->total); /* modulo 2^32 */
    return fs_write_all(gzip->fd, end, sizeof end, gzip->path, err);
}
