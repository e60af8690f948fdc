#include "package_read.h"

#include "relc/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

enum {
    WHOLE_BUFFER = 256 * 1024,
    PART_BUFFER = 64 * 1024,
    GZIP = 16, /* zlib: a gzip header and trailer */
};

struct package {
    gzFile gzip; /* NULL with gaps */
    const struct unpack_gap *gaps;
    size_t gap_count;
    size_t next;      /* gap */
    uint64_t at;      /* in the archive */
    uint64_t discard; /* bytes that come before it */
    int fd;
    z_stream stream;
    bool ended;
    unsigned char *packed;
};

static const char ends_early[] = "it ends early";

static int open_whole(struct package *package, const char *path)
{
    package->gzip = gzopen(path, "rb");
    if (!package->gzip)
        return -1;
    gzbuffer(package->gzip, WHOLE_BUFFER);
    return 0;
}

static int open_parts(struct package *package, const char *path)
{
    package->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (package->fd < 0)
        return -1;
    package->packed = mem_alloc(PART_BUFFER);
    if (inflateInit2(&package->stream, MAX_WBITS + GZIP) != Z_OK)
        mem_exhausted();
    return 0;
}

struct package *package_open(const char *path, const struct unpack_gap *gaps,
                             size_t gap_count, struct err *err)
{
    struct package *package = mem_alloc(sizeof *package);
    *package = (struct package){.gaps = gaps, .gap_count = gap_count, .fd = -1};
    if ((gap_count ? open_parts(package, path) : open_whole(package, path)) == 0)
        return package;
    err_errno(err, errno, "cannot open '%s'", path);
    free(package);
    return NULL;
}

void package_close(struct package *package)
{
    if (!package)
        return;
    if (package->gzip)
        gzclose(package->gzip);
    if (package->fd >= 0) {
        inflateEnd(&package->stream);
        close(package->fd);
    }
    free(package->packed);
    free(package);
}

static long read_whole(struct package *package, void *bytes, size_t len,
                       const char **reason)
{
    int got = gzread(package->gzip, bytes, len < INT_MAX ? (unsigned)len : INT_MAX);
    int code = Z_OK;
    const char *text = gzerror(package->gzip, &code);
    /* gzread gives what it has before it tells that the file was cut off. */
    if (got >= 0 && code >= 0)
        return got;
    *reason = code == Z_BUF_ERROR ? ends_early : text;
    return -1;
}

/* Gaps that begin where one ended are passed over with it. */
static bool pass_gaps(struct package *package, const char **reason)
{
    const struct unpack_gap *gap = NULL;
    while (package->next < package->gap_count &&
           package->gaps[package->next].begin == package->at) {
        gap = &package->gaps[package->next++];
        package->at = gap->end;
    }
    if (!gap)
        return true;
    package->discard = gap->end - gap->piece_begin;
    package->stream.avail_in = 0;
    if (lseek(package->fd, (off_t)gap->piece_at, SEEK_SET) >= 0 &&
        inflateReset2(&package->stream, -MAX_WBITS) == Z_OK)
        return true;
    *reason = "it cannot be read";
    return false;
}

static bool fill(struct package *package, const char **reason)
{
    ssize_t got;
    do
        got = read(package->fd, package->packed, PART_BUFFER);
    while (got < 0 && errno == EINTR);
    package->stream.next_in = package->packed;
    package->stream.avail_in = got > 0 ? (uInt)got : 0;
    *reason = got < 0 ? strerror(errno) : ends_early;
    return got > 0;
}

static long inflate_some(struct package *package, void *bytes, size_t len,
                         const char **reason)
{
    z_stream *stream = &package->stream;
    stream->next_out = bytes;
    stream->avail_out = len < UINT_MAX ? (uInt)len : UINT_MAX;
    while (!package->ended && stream->next_out == (unsigned char *)bytes) {
        if (!stream->avail_in && !fill(package, reason))
            return -1;
        int code = inflate(stream, Z_NO_FLUSH);
        package->ended = code == Z_STREAM_END;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            *reason = stream->msg ? stream->msg : zError(code);
            return -1;
        }
    }
    return (long)(stream->next_out - (unsigned char *)bytes);
}

static long read_parts(struct package *package, void *bytes, size_t len,
                       const char **reason)
{
    if (!package->discard && !pass_gaps(package, reason))
        return -1;
    while (package->discard) {
        size_t part = package->discard < len ? (size_t)package->discard : len;
        long got = inflate_some(package, bytes, part, reason);
        if (got <= 0)
            return got;
        package->discard -= (size_t)got;
    }
    if (package->next < package->gap_count &&
        len > package->gaps[package->next].begin - package->at)
        len = (size_t)(package->gaps[package->next].begin - package->at);
    long got = inflate_some(package, bytes, len, reason);
    package->at += got > 0 ? (uint64_t)got : 0;
    return got;
}

long package_read(struct package *package, void *bytes, size_t len, const char **reason)
{
    *reason = "";
    return package->gzip ? read_whole(package, bytes, len, reason)
                         : read_parts(package, bytes, len, reason);
}
