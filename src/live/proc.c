/*
 * proc: see proc.h.
 */
#include "live/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/clock.h"

#define STRAYS 64u  /* at a time */
#define ROUNDS 64u  /* until what starts others as fast is given up */

size_t live_proc_read(pid_t pid, const char *file, char *out, size_t cap)
{
    char path[64];
    ssize_t n;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? 0 : read(fd, out, cap);
    if (fd >= 0)
        (void)close(fd);
    return n > 0 ? (size_t)n : 0;
}

/* Decimal numbers with a space behind each. */
unsigned live_proc_children(pid_t pid, pid_t *out, unsigned cap)
{
    char file[48], text[4096];
    pid_t child = 0;
    unsigned n = 0;
    size_t len;

    snprintf(file, sizeof file, "task/%d/children", (int)pid);
    len = live_proc_read(pid, file, text, sizeof text);
    for (size_t i = 0; i < len && n < cap; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            child = child * 10 + (text[i] - '0');
        } else {
            if (child > 0)
                out[n++] = child;
            child = 0;
        }
    }
    return n;
}

void live_proc_adopt(void)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void live_proc_end_strays(pid_t keep)
{
    pid_t all[STRAYS];
    bool some = true;

    for (unsigned round = 0; some && round < ROUNDS; round++) {
        unsigned n = live_proc_children(getpid(), all, STRAYS);

        some = false;
        for (unsigned i = 0; i < n; i++) {
            if (all[i] == keep)
                continue;
            some = true;
            (void)kill(all[i], SIGKILL);
            while (waitpid(all[i], NULL, 0) < 0 && errno == EINTR)
                ;
        }
    }
}

/* ---- one of our own ---------------------------------------------------- */

static _Noreturn void run(const char *command, pid_t parent)
{
    int null = fcntl(open("/dev/null", O_RDWR), F_DUPFD, 3);

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the call above */
        _exit(127);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        _exit(127);
    (void)close_range(3, UINT_MAX, 0);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

pid_t live_proc_start(const char *command)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0)
        run(command, parent);
    /* In both processes, so that neither can be too late. */
    if (pid > 0)
        (void)setpgid(pid, pid);
    return pid;
}

bool live_proc_runs(pid_t *pid)
{
    siginfo_t info = {0};

    if (*pid <= 0)
        return false;
    if (waitid(P_PID, (id_t)*pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid != *pid)
        return true;
    /* Not reaped yet, its number is nobody else's. */
    (void)kill(-*pid, SIGKILL);
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        ;
    *pid = 0;
    return false;
}

void live_proc_stop(pid_t *pid)
{
    uint64_t deadline = net_deadline(NET_S);

    if (*pid > 0)
        (void)kill(-*pid, SIGTERM);
    while (live_proc_runs(pid)) {
        if (net_now() > deadline)
            (void)kill(-*pid, SIGKILL);
        (void)net_sleep_until(net_deadline(NET_MS), -1);
    }
}
