/* What relc uses of libarchive (src/image/unpack.c), to see whether it can be linked. */
#include <stddef.h>

#include <archive.h>
#include <archive_entry.h>

int main(void)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_format_tar(archive);
    archive_read_open(archive, NULL, NULL, NULL, NULL);
    archive_read_next_header(archive, &entry);
    archive_read_data_into_fd(archive, 1);
    return archive_read_free(archive);
}
