#include "stream.h"

#include <string.h>

bool beam_is_packed(str bytes)
{
    return str_starts(bytes, STR("\x1f\x8b"));
}

int beam_stream_open(struct beam_stream *stream, str bytes, const char *file,
                     struct err *err)
{
    *stream = (struct beam_stream){.file = file, .packed = beam_is_packed(bytes)};
    if (!stream->packed) {
        stream->plain = beam_reader_of(bytes);
        return 0;
    }
    if (bytes.len > BEAM_UNPACKED_MAX) {
        stream->packed = false;
        return beam_damaged(err, file, "is no module: it has %zu bytes compressed",
                            bytes.len);
    }
    stream->zlib.next_in = (const unsigned char *)bytes.ptr;
    stream->zlib.avail_in = (uInt)bytes.len;
    if (inflateInit2(&stream->zlib, MAX_WBITS + 16) != Z_OK) {
        stream->packed = false;
        return err_set(err, ERR_IO, "cannot unpack '%s': zlib does not start", file);
    }
    return 0;
}

void beam_stream_close(struct beam_stream *stream)
{
    if (stream->packed)
        inflateEnd(&stream->zlib);
    stream->packed = false;
}

static int unpack_failed(const struct beam_stream *stream, int status, struct err *err)
{
    if (status == Z_MEM_ERROR)
        return err_set(err, ERR_IO, "cannot unpack '%s': no memory", stream->file);
    if (status == Z_STREAM_END)
        return beam_damaged(err, stream->file, "is cut off: its gzip data hold %lu bytes",
                            stream->zlib.total_out);
    if (status == Z_OK || status == Z_BUF_ERROR)
        return beam_damaged(err, stream->file, "is cut off: its gzip data do not end");
    return beam_damaged(err, stream->file,
                        "is damaged: its gzip data cannot be unpacked: %s",
                        stream->zlib.msg ? stream->zlib.msg : "not gzip");
}

/* Fills memory as far as the data reach; *status is zlib's last word. */
static size_t unpack(struct beam_stream *stream, void *memory, size_t len, int *status)
{
    z_stream *zlib = &stream->zlib;
    *status = stream->ended ? Z_STREAM_END : Z_OK;
    zlib->next_out = memory;
    zlib->avail_out = (uInt)len;
    while (*status == Z_OK && zlib->avail_out > 0)
        *status = inflate(zlib, Z_NO_FLUSH);
    stream->ended = *status == Z_STREAM_END;
    return len - zlib->avail_out;
}

static int take_plain(struct beam_stream *stream, size_t len, str *part, struct err *err)
{
    if (beam_take(&stream->plain, len, part))
        return 0;
    return beam_damaged(err, stream->file,
                        "is cut off: %zu more bytes are needed, %zu are left", len,
                        stream->plain.left);
}

int beam_stream_read(struct beam_stream *stream, void *memory, size_t len,
                     struct err *err)
{
    str part;
    int status;
    if (!stream->packed) {
        if (take_plain(stream, len, &part, err) < 0)
            return -1;
        if (len)
            memcpy(memory, part.ptr, len);
        return 0;
    }
    if (len > BEAM_UNPACKED_MAX - stream->zlib.total_out)
        return beam_damaged(err, stream->file,
                            "is no module: it unpacks to over %d bytes",
                            BEAM_UNPACKED_MAX);
    if (unpack(stream, memory, len, &status) < len)
        return unpack_failed(stream, status, err);
    return 0;
}

int beam_stream_skip(struct beam_stream *stream, size_t len, struct err *err)
{
    char scratch[4096];
    str part;
    if (!stream->packed)
        return take_plain(stream, len, &part, err);
    while (len > 0) {
        size_t step = len < sizeof scratch ? len : sizeof scratch;
        if (beam_stream_read(stream, scratch, step, err) < 0)
            return -1;
        len -= step;
    }
    return 0;
}

int beam_stream_finish(struct beam_stream *stream, struct err *err)
{
    char beyond;
    int status;
    if (unpack(stream, &beyond, 1, &status) > 0)
        return beam_damaged(err, stream->file,
                            "is damaged: its gzip data hold more than they promise");
    if (status != Z_STREAM_END)
        return unpack_failed(stream, status, err);
    if (stream->zlib.avail_in > 0)
        return beam_damaged(err, stream->file,
                            "is damaged: %u bytes follow its gzip data",
                            stream->zlib.avail_in);
    return 0;
}
