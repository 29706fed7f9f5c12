/*
 * disk: see disk.h.
 */
#include "disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

uint64_t disk_used(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *e;
    uint64_t octets = 0;
    struct stat st;

    while (dir && (e = readdir(dir)))
        if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode))
            octets += (uint64_t)st.st_blocks * 512;
    if (dir)
        (void)closedir(dir);
    return octets;
}
