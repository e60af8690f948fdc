/*
 * What no builder of tarballs can beat: limit FILE LEVEL compresses the file with
 * libdeflate in blocks of 256 KiB on two threads, and writes nothing.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <libdeflate.h>

enum { BLOCK = 256 * 1024, THREADS = 2 };

static struct {
    unsigned char *bytes;
    size_t len;
    int level;
    atomic_size_t next;
    atomic_size_t total;
} work;

static void *worker(void *unused)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(work.level);
    unsigned char *out = malloc(2 * BLOCK);
    (void)unused;
    for (size_t at; (at = atomic_fetch_add(&work.next, BLOCK)) < work.len;) {
        size_t len = work.len - at < BLOCK ? work.len - at : BLOCK;
        work.total +=
            libdeflate_deflate_compress(compressor, work.bytes + at, len, out, 2 * BLOCK);
    }
    free(out);
    libdeflate_free_compressor(compressor);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return 2;
    work.len = (size_t)ftell(file);
    work.level = atoi(argv[2]);
    work.bytes = malloc(work.len);
    rewind(file);
    if (fread(work.bytes, 1, work.len, file) != work.len)
        return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, worker, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%zu bytes\n", (size_t)work.total);
    return fclose(file);
}
