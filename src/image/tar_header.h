#pragma once
/*
 * Headers of a tar archive: ustar (POSIX.1-1988), with a pax header before it (typeflag
 * x, POSIX.1-2001) for what ustar has no room for: long names, names that are not
 * ASCII, files of 8 GiB and more. Owner 0/0, without names.
 */
#include "relc/image/image.h"

enum { TAR_BLOCK = 512 };

/* What follows a content of len bytes up to the next header. */
static inline size_t tar_padding(uint64_t len)
{
    return (size_t)(-len % TAR_BLOCK);
}

/* The number of bytes that tar_header_write writes; size is that of the content. */
size_t tar_header_size(const struct image_entry *entry, uint64_t size);

/* Writes the header to out, whatever was there; seconds as for image_entry_seconds. */
void tar_header_write(const struct image_entry *entry, uint64_t size, int64_t seconds,
                      unsigned char *out);
