#pragma once
/*
 * The image: a release as an ordered tree of entries, before anything is written.
 *
 * Every entry has a path below the release's root ("lib/kernel-8.5.3/ebin/kernel.app")
 * and is a file from the disk, a file from memory, a symbolic link or a folder. The
 * image knows nothing of Erlang; sinks (sink.h) write it. Parents need not be added:
 * the image makes them itself (0755). Iteration is sorted by the bytes of the paths, a
 * folder before what is in it, so that equal images give equal outputs.
 *
 * An image is always one that erl_tar can unpack: OTP's release_handler refuses the whole
 * tarball for one symbolic link whose target has "..", and loops for ever on the target
 * "." (seen with OTP 25), though both may stay inside. So links go only downwards from
 * the folder that they are in; image_add_tree takes a copy in the place of all others.
 */
#include "relc/base/err.h"
#include "relc/base/listing.h"
#include "relc/base/map.h"

#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/*
 * What is made of the bytes of a source before they are written. Sinks apply it while
 * they read the source, so that memory holds one entry at a time. It may be called by
 * several threads at once, depends on nothing but its arguments, and puts its result into
 * the arena or lets it point into bytes. Two filters of equal names make the same of the
 * same bytes.
 */
struct image_filter {
    const char *name;
    int (*apply)(const void *context, struct arena *arena, str bytes, const char *source,
                 str *content, struct err *err);
    const void *context;
};

enum image_kind { IMAGE_DIR, IMAGE_FILE, IMAGE_MEMORY, IMAGE_LINK };

struct image_entry {
    str path; /* NUL-terminated, without leading or trailing slash */
    enum image_kind kind;
    mode_t mode;   /* permission bits, set whatever the umask */
    str source;    /* IMAGE_FILE: path on the disk, NUL-terminated */
    str content;   /* IMAGE_MEMORY: the bytes; IMAGE_LINK: the target, NUL-terminated */
    uint64_t size; /* IMAGE_FILE: of the source */
    struct timespec changed; /* IMAGE_FILE: modification time when it was added */
    struct timespec status;  /* and the time of its last change of any kind, */
    dev_t device;            /* and where it was */
    ino_t inode;
    int64_t seconds;   /* its own time, see image_entry_seconds; once sorted */
    uint64_t state[2]; /* of what it holds, for the cache; once sorted */
    bool has_state;
    const struct image_filter *filter; /* IMAGE_FILE: NULL for its bytes as they are */
    bool implied; /* IMAGE_DIR that nobody added, but something below it */
    bool outside; /* IMAGE_LINK of image_add_outside_link */
};

struct image {
    struct arena *arena;
    const struct listings *ahead; /* folders that image_add_tree need not read; or NULL */
    struct map by_path;
    struct image_entry **entries;
    size_t count;
    size_t capacity;
    bool sorted;
    bool known; /* the entries' own times and states are */
    /*
     * What is added takes the place of a file or link that has its path already, instead
     * of being an error. Set it for what is laid over a release.
     */
    bool replacing;
    int64_t newest; /* newest modification time of the sources, seconds; 0 when none */
    int64_t made;   /* time of all entries but files of the disk; 0: newest */
    int64_t latest; /* no entry's own time is later; 0: no limit */
};

/* Latest time that fits an ordinary tar header: eleven octal digits, the year 2242. */
#define IMAGE_TIME_MAX INT64_C(077777777777)

void image_init(struct image *image, struct arena *arena);

/*
 * Add an entry. The path is refused when it would leave the release (path_is_inside),
 * is not UTF-8, or goes through an entry that is not a folder; a link when its target
 * is not a path downwards from the folder that the link is in (see above). A path that is
 * there already is an error that names both claims (but see replacing); only a folder may
 * be added again with the same mode. Paths and targets are copied; the content of
 * image_add_memory is borrowed. Of modes the lowest nine bits count. After an error the
 * image must not be written.
 */
int image_add_dir(struct image *image, str path, mode_t mode,
                  struct err *err) ERR_MUST_CHECK;
int image_add_memory(struct image *image, str path, str content, mode_t mode,
                     struct err *err) ERR_MUST_CHECK;
int image_add_link(struct image *image, str path, str target,
                   struct err *err) ERR_MUST_CHECK;

/*
 * A link to a place of this machine, for releases that are only run where they were
 * built (dev_mode): the target is taken as it is. tar_sink_write refuses such an image.
 */
int image_add_outside_link(struct image *image, str path, str target,
                           struct err *err) ERR_MUST_CHECK;

/* A regular file of the disk, links followed. mode 0: that of the source. */
int image_add_file(struct image *image, str path, const char *source, mode_t mode,
                   struct err *err) ERR_MUST_CHECK;

/* What image_add_tree does with the modes of the files that it finds. */
enum image_modes {
    IMAGE_MODES_PLAIN, /* 0755 when the owner may execute, else 0644 */
    IMAGE_MODES_KEEP,  /* as on the disk */
};

/*
 * A folder of the disk with all that is below it, as path (empty: the release's root).
 * Links that only go downwards from where they are ("libz.so" to "libz.so.1") are kept;
 * any other link is followed and what it points to is taken (a ring of links is an
 * error, a dangling link too). Sockets, pipes, devices and what cannot be read are
 * errors. Folders get 0755. Editors' and version control's leftovers are not special.
 */
int image_add_tree(struct image *image, str path, const char *source,
                   enum image_modes modes, struct err *err) ERR_MUST_CHECK;

/* Has all files written through the filter whose path is wanted. */
void image_filter_files(struct image *image, bool (*wanted)(str path),
                        const struct image_filter *filter);
/*
 * Adds to an empty image those entries of another one that keep says; contents are
 * shared, so the other one must live as long. Folders above an entry come with it.
 */
typedef bool image_keep(void *context, const struct image_entry *entry);

void image_select(struct image *image, const struct image *from, image_keep *keep,
                  void *context);

/* The entry of a path, or NULL. */
const struct image_entry *image_get(const struct image *image, str path);

/*
 * Sorts the entries, and finds their own times and states; call before looking at
 * entries[]. Cheap when sorted already.
 */
void image_sort(struct image *image);

/* Instead of a time for all entries: each has its own. */
#define IMAGE_OWN_TIMES INT64_C(-1)

/*
 * The time that all entries of an output carry: the environment's SOURCE_DATE_EPOCH
 * (an error when it is not a decimal number up to IMAGE_TIME_MAX), else IMAGE_OWN_TIMES.
 */
int image_time(int64_t *seconds, struct err *err) ERR_MUST_CHECK;

/*
 * The modification time of an entry of a sorted image, in seconds since 1970: the one for
 * all or, with IMAGE_OWN_TIMES, that of the source of a file and, for all else, the time
 * that the image was given for what is made here (made). So the header of what has not
 * changed does not change either.
 */
int64_t image_entry_seconds(const struct image_entry *entry, int64_t seconds);
