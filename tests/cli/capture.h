/*
 * capture: what a subcommand prints, as strings.
 */
#ifndef TESTS_CLI_CAPTURE_H
#define TESTS_CLI_CAPTURE_H

#include <stdio.h>

struct capture {
    int status;
    char *out, *err; /* from malloc */
    char *words;     /* what argv points into */
};

/* Runs command with the words of line, parted by spaces; "''" is an empty
 * word. */
void capture_run(struct capture *c,
                 int (*command)(int argc, char **argv, FILE *out, FILE *err),
                 const char *line);
void capture_free(struct capture *c);

/* A new folder below /tmp, and a file in it with that text. Static names. */
const char *capture_folder(void);
const char *capture_file(const char *name, const char *text, size_t n);

/* Removes the folder and the files. */
void capture_clean(void);

#endif
