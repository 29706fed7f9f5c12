/*
 * report_log: see report_log.h. A sanitizer appends its process id to the
 * name that log_path gives, so a folder of our own holds reports only.
 */
#include "live/report_log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const variables[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS",
                                        "MSAN_OPTIONS", "TSAN_OPTIONS",
                                        "LSAN_OPTIONS"};

static bool tell(const char *variable, const char *folder)
{
    const char *old = getenv(variable);
    char *value;
    bool done;

    /* The last setting wins: the path is ours, the rest is the user's. 2: a
     * server's own handler, such as Exim's, does not hide the report. */
    if (asprintf(&value,
                 "detect_leaks=0:symbolize=1:handle_segv=2:handle_sigbus=2:"
                 "handle_sigfpe=2:%s:log_path=%s/report",
                 old ? old : "", folder) < 0)
        return false;
    done = setenv(variable, value, 1) == 0;
    free(value);
    return done;
}

/* To look into the folder behind each session is a part of its time. */
static int watch(const char *folder)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    if (fd < 0 || inotify_add_watch(fd, folder, IN_CREATE | IN_MOVED_TO) >= 0)
        return fd;
    (void)close(fd);
    return -1;
}

static bool has_news(const struct live_report_log *l)
{
    char events[4096];
    bool some = l->news < 0;

    while (l->news >= 0 && read(l->news, events, sizeof events) > 0)
        some = true;
    return some;
}

bool live_report_log_open(struct live_report_log *l)
{
    const char *tmp = getenv("TMPDIR");

    l->text[0] = '\0';
    l->news = -1;
    snprintf(l->folder, sizeof l->folder, "%s/smtpspec-fuzz.XXXXXX",
             tmp && tmp[0] ? tmp : "/tmp");
    if (!mkdtemp(l->folder)) {
        l->folder[0] = '\0';
        return false;
    }
    /* A server that gave up its rights has to write there, too. */
    if (chmod(l->folder, 01777) != 0)
        return false;
    l->news = watch(l->folder);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (!tell(variables[i], l->folder))
            return false;
    return true;
}

static void read_file(struct live_report_log *l, int folder,
                      const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? 0 : read(fd, l->text, sizeof l->text - 1);

    l->text[n > 0 ? n : 0] = '\0';
    if (fd >= 0)
        (void)close(fd);
}

/* Empties the folder; the first file is read. False: there was none. */
static bool empty(struct live_report_log *l)
{
    DIR *dir = l->folder[0] ? opendir(l->folder) : NULL;
    const struct dirent *e;
    bool found = false;

    while (dir && (e = readdir(dir))) {
        if (e->d_name[0] == '.')
            continue;
        if (!found)
            read_file(l, dirfd(dir), e->d_name);
        (void)unlinkat(dirfd(dir), e->d_name, 0);
        found = true;
    }
    if (dir)
        (void)closedir(dir);
    return found;
}

bool live_report_log_take(struct live_report_log *l)
{
    return has_news(l) && empty(l);
}

void live_report_log_close(struct live_report_log *l)
{
    (void)empty(l);
    if (l->folder[0])
        (void)rmdir(l->folder);
    l->folder[0] = '\0';
    if (l->news >= 0)
        (void)close(l->news);
    l->news = -1;
}
