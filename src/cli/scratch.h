/*
 * scratch: a folder of our own for what the reference server stores.
 */
#ifndef CLI_SCRATCH_H
#define CLI_SCRATCH_H

/* Makes it in $TMPDIR, or /tmp. The path is freed by _remove; NULL: it
 * cannot be made. */
char *cli_scratch_make(void);

/* Removes the files in it, the folder, and the path. NULL is allowed. */
void cli_scratch_remove(char *path);

#endif
