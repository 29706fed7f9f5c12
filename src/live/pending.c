/*
 * pending: see pending.h.
 */
#include "live/pending.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/clock.h"

#define ROOM (LIVE_INPUT_HEADER + LIVE_INPUT_MAX)

/* "ID.raw" without "ID.json": the id, to be freed, or NULL. */
static char *pending_id(const char *folder, const char *name)
{
    size_t n = strlen(name);
    char *id;

    if (n <= 4 || name[0] == '.' || memcmp(name + n - 4, ".raw", 4) != 0)
        return NULL;
    id = strndup(name, n - 4);
    if (id && live_finding_exists(folder, id)) {
        free(id);
        return NULL;
    }
    return id;
}

static ssize_t read_raw(int folder, const char *name, char *buf)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    size_t n = 0;
    ssize_t got = fd < 0 ? -1 : 0;

    while (fd >= 0 && (got = read(fd, buf + n, ROOM - n)) > 0)
        n += (size_t)got;
    if (fd >= 0)
        (void)close(fd);
    return got < 0 ? -1 : (ssize_t)n;
}

/* False: the run is to end. */
static bool settle(struct live_engine *e, const struct live_engine_options *o,
                   DIR *dir, const char *id, const char *name)
{
    char *buf = malloc(ROOM);
    ssize_t n = buf ? read_raw(dirfd(dir), name, buf) : -1;
    bool goes_on = n < 0 || live_engine_play(e, buf, (size_t)n);

    free(buf);
    /* What it showed may have got another name, or was not seen again. */
    if (n >= 0 && goes_on && !live_finding_exists(o->folder, id)) {
        live_finding_drop(o->folder, id);
        o->stats->unconfirmed++;
    }
    return goes_on;
}

bool live_pending_settle(struct live_engine *e,
                         const struct live_engine_options *o, uint64_t until)
{
    DIR *dir = opendir(o->folder);
    const struct dirent *entry;
    bool goes_on = true;
    char *id;

    while (dir && goes_on && net_now() < until && (entry = readdir(dir))) {
        id = pending_id(o->folder, entry->d_name);
        if (id)
            goes_on = settle(e, o, dir, id, entry->d_name);
        free(id);
    }
    if (dir)
        (void)closedir(dir);
    return goes_on;
}

bool live_pending_any(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool any = false;
    char *id;

    while (dir && !any && (entry = readdir(dir))) {
        id = pending_id(folder, entry->d_name);
        any = id != NULL;
        free(id);
    }
    if (dir)
        (void)closedir(dir);
    return any;
}
