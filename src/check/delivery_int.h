/*
 * delivery_int: what the two halves of the watcher share: delivery.c has
 * the messages, delivery_tree.c the files.
 */
#ifndef CHECK_DELIVERY_INT_H
#define CHECK_DELIVERY_INT_H

#include <pthread.h>
#include <sys/stat.h>

#include "check/delivery.h"

#define DELIVERY_READ_MAX  ((size_t)16 << 20) /* of one file at a time */
#define DELIVERY_PIECE     ((size_t)64 << 10) /* of a message */
#define DELIVERY_FILES_MAX 200000u
#define DELIVERY_FOUND_MAX 200000u
#define DELIVERY_DEPTH     16

/* A file that was seen. */
struct delivery_file {
    dev_t dev;
    ino_t ino;
    char *path;           /* from the root, without it; "" is the root */
    uint64_t walk;        /* in which it was seen last */
    bool old;             /* it was there before the run */
    off_t from;           /* octets in front are not looked at again */
    off_t size;
    struct timespec mtime;
};

/* A token in a message. */
struct delivery_found {
    size_t file;
    off_t at;             /* of the message */
    size_t n;
    bool mbox;
    char token[DELIVERY_TOKEN_MAX];
};

struct delivery {
    pthread_mutex_t lock;
    char *root;
    bool baseline;        /* what is seen now was there before */
    uint64_t walks;
    uint64_t next;        /* no look at the files before */
    struct delivery_file *files;
    size_t n_files, cap_files;
    size_t *slots;        /* hash table: index + 1 of a file, 0 is free */
    size_t n_slots;
    struct delivery_found *found;
    size_t n_found, cap_found;
};

/* Looks at all files. False: the root cannot be read (errno). */
bool delivery_walk(struct delivery *d);

/* Opens a file of the tree without following a link; -1: it is not there,
 * or no regular file. */
int delivery_file_open(const struct delivery *d, const char *path,
                       struct stat *st);

/* A file has new octets: its messages are looked for. */
void delivery_read(struct delivery *d, size_t file);

/* Forgets what was found in the file from `at` on. */
void delivery_forget(struct delivery *d, size_t file, off_t at);

/* Room for one element more; false: none. */
bool delivery_grow(void **p, size_t item, size_t n, size_t *cap, size_t max);

#endif
