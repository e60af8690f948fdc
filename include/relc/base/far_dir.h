#pragma once
/*
 * Folders that begin in a quiet part of the disk.
 *
 * ext4 keeps the files of a folder near to it, and does not give an inode again for some
 * minutes after its file was deleted (recently_deleted in the kernel's
 * fs/ext4/ialloc.c): each new file then walks past all of those, which makes a folder of
 * some hundred files up to ten times slower to write. That is what a rebuild after a
 * deletion meets. A folder made below a "top of hierarchy" (chattr +T) is laid
 * somewhere else on the disk, by its name, with all that comes into it.
 */

/*
 * As mkdir with mode 0700, with such a place where the file system knows them: 0, or -1
 * with errno. A killed run may leave PATH.top, which the next call removes.
 */
int far_dir_make(const char *path);
