#pragma once
/*
 * States of files on the disk: their place, size and times, as one id. As long as a file
 * has the same state it has the same content - except that a file system's clock ticks: a
 * file that was changed just now may be changed again within the same tick, and show
 * nothing. Such a state is not settled, and says nothing.
 */
#include "ids.h"

#include "relc/image/image.h"

/*
 * What an entry holds: of a file the state of its source and the filter, of others the
 * content itself. Neither path nor mode of the entry count.
 */
struct id state_of_entry(const struct image_entry *entry);

/* What the entry is: its path, kind and mode, and what it holds. */
void state_mix_entry(struct id_mixer *mixer, const struct image_entry *entry);

/* The state of a file or folder, in which its path below folder and its mode count. */
struct id state_of_file(const char *folder, const char *path, const struct stat *st);

/* The time now, as file systems see it. */
struct timespec state_clock(void);

/* Whether a file whose status changed then could not be changed unseen at or after now.
 */
bool state_is_settled(struct timespec status, struct timespec now);

/*
 * Waits until what is not changed from now on is settled; false if that takes long. fd is
 * a file or folder on the file system in question, of which the status time may
 * change.
 */
bool state_wait(int fd);
