/*
 * scratch: see scratch.h.
 */
#include "cli/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char *cli_scratch_make(void)
{
    const char *tmp = getenv("TMPDIR");
    char *path;

    if (asprintf(&path, "%s/smtpspec-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0)
        return NULL;
    if (mkdtemp(path))
        return path;
    free(path);
    return NULL;
}

void cli_scratch_remove(char *path)
{
    DIR *dir = path ? opendir(path) : NULL;
    const struct dirent *e;

    while (dir && (e = readdir(dir)))
        unlinkat(dirfd(dir), e->d_name, 0); /* "." and ".." stay */
    if (dir)
        closedir(dir);
    if (path)
        rmdir(path);
    free(path);
}
