/*
 * child: a command on a socketpair, as from inetd.
 *
 * The command leads a process group of its own, so that what it starts ends
 * with it and a Ctrl-C at our terminal does not reach it. Between fork() and
 * exec() only async-signal-safe calls are made: we may have threads.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/conn_impl.h"

#define GRACE NET_S /* between SIGTERM and SIGKILL */

static void restore_signals(void)
{
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int sig = 1; sig < NSIG; sig++)
        (void)sigaction(sig, &dfl, NULL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run(const char *command, int fd, pid_t parent)
{
    int null = fcntl(open("/dev/null", O_WRONLY), F_DUPFD, 3);

    fd = fcntl(fd, F_DUPFD, 3); /* not one of those that it will replace */
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the call above */
        _exit(127);
    restore_signals();
    if (dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(null, 2) < 0)
        _exit(127);
    (void)close_range(3, UINT_MAX, 0);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

int child_start(const char *command, pid_t *pid, int *fd)
{
    sigset_t all, old;
    pid_t parent = getpid();
    int pair[2];
    int err;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    /* No handler of ours may run in the child. */
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    *pid = fork();
    err = errno;
    if (*pid == 0)
        run(command, pair[1], parent);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    close(pair[1]);
    if (*pid < 0) {
        close(pair[0]);
        errno = err;
        return -1;
    }
    /* In both processes, so that neither can be too late. */
    (void)setpgid(*pid, *pid);
    *fd = pair[0];
    return 0;
}

/* Reaps pid, which has ended. What is left of its group is killed before:
 * until then nobody else can have its number. */
static int reap(pid_t pid)
{
    int status;

    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    return status;
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};

    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
        return errno == ECHILD; /* somebody else reaped it */
    return info.si_pid == pid;
}

int child_poll(pid_t pid)
{
    return has_ended(pid) ? reap(pid) : -1;
}

int child_wait(pid_t pid, uint64_t deadline)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    short revents;

    if (fd >= 0) {
        (void)net_wait(fd, POLLIN, -1, deadline, &revents);
        (void)close(fd);
    }
    return child_poll(pid);
}

int child_end(pid_t pid)
{
    uint64_t deadline = net_deadline(GRACE);
    uint64_t pause = NET_MS / 4;

    if (!has_ended(pid))
        (void)kill(-pid, SIGTERM);
    while (!has_ended(pid) && net_now() < deadline) {
        (void)net_sleep_until(net_deadline(pause), -1);
        pause = pause < 16 * NET_MS ? pause * 2 : pause;
    }
    return reap(pid);
}
