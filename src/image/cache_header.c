#include "cache_parts.h"

#include <string.h>

/* "relc", the number of the form, the kind. */
static const uint64_t mark_base = UINT64_C(0x72656c6300010000);

void cache_header_make(struct cache_header *header, enum cache_kind kind, str records,
                       size_t record_size)
{
    *header = (struct cache_header){
        .mark = mark_base + kind,
        .count = records.len / record_size,
        .checksum = id_checksum(records.ptr, records.len),
    };
    strncpy(header->version, RELC_VERSION, sizeof header->version - 1);
}

bool cache_header_fits(const struct cache_header *header, enum cache_kind kind,
                       str records, size_t record_size)
{
    struct cache_header wanted;
    cache_header_make(&wanted, kind, records, record_size);
    return header->count * record_size == records.len &&
           memcmp(header, &wanted, sizeof wanted) == 0;
}
