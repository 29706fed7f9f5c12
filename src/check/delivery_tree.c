/*
 * delivery_tree: the files below the folder that is watched.
 *
 * A file is known by its inode and its name up to the ":" of a Maildir's
 * flags: it may be moved from new/ to cur/, and one message may be linked
 * into the folders of several recipients.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/delivery_int.h"

#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define PATH_ROOM  4096

/* ---- the table of files ------------------------------------------------ */

/* Name of the file without its folders and a Maildir's flags. */
static struct smtp_span base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    return smtp_span_of(name, strcspn(name, ":"));
}

static size_t slot_of(const struct delivery *d, dev_t dev, ino_t ino,
                      const char *path)
{
    size_t h = ((size_t)ino ^ ((size_t)dev << 7)) * 2654435761u;
    size_t i = h & (d->n_slots - 1);

    while (d->slots[i]) {
        const struct delivery_file *f = &d->files[d->slots[i] - 1];
        if (f->ino == ino && f->dev == dev &&
            smtp_span_eq(base_of(f->path), base_of(path)))
            break;
        i = (i + 1) & (d->n_slots - 1);
    }
    return i;
}

/* At most half full. */
static bool grow_slots(struct delivery *d)
{
    size_t n = d->n_slots ? d->n_slots * 2 : 256;

    if (d->n_files * 2 < d->n_slots)
        return true;
    size_t *slots = calloc(n, sizeof *slots);
    if (!slots)
        return false;
    free(d->slots);
    d->slots = slots;
    d->n_slots = n;
    for (size_t i = 0; i < d->n_files; i++)
        d->slots[slot_of(d, d->files[i].dev, d->files[i].ino,
                         d->files[i].path)] = i + 1;
    return true;
}

static struct delivery_file *add_file(struct delivery *d,
                                      const struct stat *st,
                                      const char *path, size_t slot)
{
    void *p = d->files;
    char *copy = strdup(path);

    if (!copy || !delivery_grow(&p, sizeof *d->files, d->n_files,
                                &d->cap_files, DELIVERY_FILES_MAX)) {
        free(copy);
        return NULL;
    }
    d->files = p;
    struct delivery_file *f = &d->files[d->n_files++];
    *f = (struct delivery_file){.dev = st->st_dev,
                                .ino = st->st_ino,
                                .path = copy,
                                .old = d->baseline,
                                .from = d->baseline ? st->st_size : 0,
                                .size = -1};
    d->slots[slot] = d->n_files;
    return f;
}

/* The place of a file may change. */
static bool set_path(struct delivery_file *f, const char *path)
{
    if (strcmp(f->path, path) == 0)
        return true;
    char *copy = strdup(path);
    if (!copy)
        return false;
    free(f->path);
    f->path = copy;
    return true;
}

static bool changed(const struct delivery_file *f, const struct stat *st)
{
    return f->size != st->st_size ||
           f->mtime.tv_sec != st->st_mtim.tv_sec ||
           f->mtime.tv_nsec != st->st_mtim.tv_nsec;
}

static void visit(struct delivery *d, const struct stat *st, const char *path)
{
    if (!grow_slots(d))
        return;
    size_t slot = slot_of(d, st->st_dev, st->st_ino, path);
    if (!d->slots[slot] && !add_file(d, st, path, slot))
        return;
    size_t i = d->slots[slot] - 1;
    struct delivery_file *f = &d->files[i];
    f->walk = d->walks;
    if (!set_path(f, path) || !changed(f, st))
        return;
    if (st->st_size < f->from) { /* it was cut, or written anew */
        delivery_forget(d, i, 0);
        f->from = 0;
    }
    f->size = st->st_size;
    f->mtime = st->st_mtim;
    if (!d->baseline)
        delivery_read(d, i);
}

/* ---- the tree ---------------------------------------------------------- */

static void walk_folder(struct delivery *d, int fd, char *path, size_t n,
                        unsigned depth);

static bool has_folder(int fd, const char *name)
{
    struct stat st;

    return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(st.st_mode);
}

/* A Maildir's messages are in new/ and cur/: what else lies in its folder
 * is somebody's index, and in tmp/ are halves. */
static bool left_out(bool maildir, const char *name, bool folder)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (folder)
        return maildir && strcmp(name, "tmp") == 0;
    return maildir || name[0] == '.';
}

static void walk_entry(struct delivery *d, int fd, bool maildir,
                       const char *name, char *path, size_t n, unsigned depth)
{
    struct stat st;
    size_t len = strlen(name);

    if (n + len + 2 > PATH_ROOM ||
        fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        left_out(maildir, name, S_ISDIR(st.st_mode)))
        return;
    if (n)
        path[n++] = '/';
    memcpy(path + n, name, len + 1);
    if (S_ISREG(st.st_mode)) {
        visit(d, &st, path);
    } else if (S_ISDIR(st.st_mode) && depth < DELIVERY_DEPTH) {
        int sub = openat(fd, name, OPEN_FLAGS | O_DIRECTORY);
        if (sub >= 0)
            walk_folder(d, sub, path, n + len, depth + 1);
    }
}

/* Closes fd. */
static void walk_folder(struct delivery *d, int fd, char *path, size_t n,
                        unsigned depth)
{
    DIR *dir = fdopendir(fd);
    const struct dirent *e;

    if (!dir) {
        close(fd);
        return;
    }
    bool maildir = has_folder(fd, "new") && has_folder(fd, "cur");
    while ((e = readdir(dir))) {
        walk_entry(d, fd, maildir, e->d_name, path, n, depth);
        path[n] = '\0';
    }
    closedir(dir);
}

bool delivery_walk(struct delivery *d)
{
    char path[PATH_ROOM] = "";
    struct stat st;

    d->walks++;
    /* The user's own path may be a link. */
    if (stat(d->root, &st) != 0)
        return false;
    if (S_ISREG(st.st_mode)) {
        visit(d, &st, "");
        return true;
    }
    int fd = open(d->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    walk_folder(d, fd, path, 0, 0);
    return true;
}

/* Opens the folders of path one by one, so that none is a link. */
static int open_below(int fd, const char *path)
{
    char name[PATH_ROOM];
    const char *slash;

    while (fd >= 0 && (slash = strchr(path, '/'))) {
        size_t n = (size_t)(slash - path);
        int sub = -1;
        if (n < sizeof name) {
            memcpy(name, path, n);
            name[n] = '\0';
            sub = openat(fd, name, OPEN_FLAGS | O_DIRECTORY);
        }
        close(fd);
        fd = sub;
        path = slash + 1;
    }
    if (fd < 0)
        return -1;
    int file = openat(fd, path, OPEN_FLAGS);
    close(fd);
    return file;
}

int delivery_file_open(const struct delivery *d, const char *path,
                       struct stat *st)
{
    int fd = path[0] ? open_below(open(d->root, O_RDONLY | O_DIRECTORY |
                                                    O_CLOEXEC), path)
                     : open(d->root, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return -1;
    if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
        return fd;
    close(fd);
    return -1;
}
