/*
 * fork_server: see fork_server.h.
 */
#include "live/fork_server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/clock.h"

enum { LISTEN_FD = 197, CONTROL_FD = 198, STATUS_FD = 199 };

#define START (20 * NET_S) /* until the first hello of a fork server */

struct fork_server {
    struct live_exec_options o;
    pid_t pid;      /* of the shell and its process group; 0: none */
    int control, status, listener;
    struct sockaddr_un name;
    socklen_t name_n;
    pid_t session;  /* the process of the session, or 0 */
};

/* ---- pipes ------------------------------------------------------------- */

/* libFuzzer's alarm interrupts calls: that is no reason to give up. */
static bool read_word(int fd, uint32_t *word, uint64_t deadline, int stop_fd)
{
    size_t at = 0;
    short revents;
    ssize_t n;

    while (at < sizeof *word) {
        if (net_wait(fd, POLLIN, stop_fd, deadline, &revents) != NET_OK)
            return false;
        n = read(fd, (char *)word + at, sizeof *word - at);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool write_word(int fd, uint32_t word)
{
    ssize_t n;

    do
        n = write(fd, &word, sizeof word);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof word;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* ---- start and end ----------------------------------------------------- */

static void kill_all(struct fork_server *f)
{
    if (f->session > 0)
        (void)kill(f->session, SIGKILL);
    f->session = 0;
    if (f->pid > 0) {
        (void)kill(-f->pid, SIGKILL);
        while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    f->pid = 0;
    close_fd(&f->control);
    close_fd(&f->status);
}

static _Noreturn void become(const struct fork_server *f, int control,
                             int status, pid_t parent)
{
    int null = fcntl(open("/dev/null", O_RDWR), F_DUPFD, 210);
    int listener = fcntl(f->listener, F_DUPFD, 210);

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    control = fcntl(control, F_DUPFD, 210);
    status = fcntl(status, F_DUPFD, 210);
    if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
        dup2(listener, LISTEN_FD) < 0 || dup2(control, CONTROL_FD) < 0 ||
        dup2(status, STATUS_FD) < 0)
        _exit(127);
    /* Else each session looks up the same functions of libraries. */
    (void)setenv("LD_BIND_NOW", "1", 1);
    (void)close_range(3, LISTEN_FD - 1, 0);
    (void)close_range(STATUS_FD + 1, UINT_MAX, 0);
    execl("/bin/sh", "sh", "-c", f->o.fork_server, (char *)NULL);
    _exit(127);
}

/* Starts the command and waits for its hello. */
static bool launch(struct fork_server *f, char *err, size_t err_cap)
{
    int control[2] = {-1, -1}, status[2] = {-1, -1};
    pid_t parent = getpid();
    uint32_t hello;

    if (pipe2(control, O_CLOEXEC) < 0 || pipe2(status, O_CLOEXEC) < 0) {
        snprintf(err, err_cap, "fork server: %s", strerror(errno));
        return false;
    }
    f->pid = fork();
    if (f->pid == 0)
        become(f, control[0], status[1], parent);
    close_fd(&control[0]);
    close_fd(&status[1]);
    f->control = control[1];
    f->status = status[0];
    if (f->pid > 0)
        (void)setpgid(f->pid, f->pid);
    if (f->pid > 0 &&
        read_word(f->status, &hello, net_deadline(START), f->o.stop_fd))
        return true;
    snprintf(err, err_cap,
             "fork server: no hello: expected a command that is built with "
             "harness/live/runtime.c or by afl-clang-fast");
    kill_all(f);
    return false;
}

/* A socket with a name of the kernel's choice, in no folder. */
static bool listen_unnamed(struct fork_server *f)
{
    struct sockaddr_un any = {.sun_family = AF_UNIX};

    f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    f->name_n = sizeof f->name;
    return f->listener >= 0 &&
           bind(f->listener, (struct sockaddr *)&any,
                sizeof any.sun_family) == 0 &&
           listen(f->listener, 8) == 0 &&
           getsockname(f->listener, (struct sockaddr *)&f->name,
                       &f->name_n) == 0;
}

struct fork_server *fork_server_start(const struct live_exec_options *o,
                                      char *err, size_t err_cap)
{
    struct fork_server *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->o = *o;
    f->control = f->status = f->listener = -1;
    if (!listen_unnamed(f))
        snprintf(err, err_cap, "fork server: no socket: %s", strerror(errno));
    else if (launch(f, err, err_cap))
        return f;
    fork_server_stop(f);
    return NULL;
}

void fork_server_stop(struct fork_server *f)
{
    if (!f)
        return;
    kill_all(f);
    close_fd(&f->listener);
    free(f);
}

/* ---- sessions ---------------------------------------------------------- */

static bool ask(struct fork_server *f)
{
    uint32_t pid;

    if (f->control < 0 || !write_word(f->control, 0) ||
        !read_word(f->status, &pid, net_deadline(f->o.timeout),
                   f->o.stop_fd))
        return false;
    f->session = (pid_t)pid;
    return f->session > 0;
}

/* A process that died before it took its connection left it to the next. */
static void drop_stale(const struct fork_server *f)
{
    struct pollfd p = {.fd = f->listener, .events = POLLIN};
    int fd;

    while (poll(&p, 1, 0) > 0) {
        fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return;
        (void)close(fd);
    }
}

enum net_status fork_server_open(struct fork_server *f,
                                 const struct net_conn_options *co,
                                 struct net_conn **out, char *err,
                                 size_t err_cap)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    drop_stale(f);
    /* The backlog takes the connection: nobody need accept it yet. */
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&f->name, f->name_n) != 0) {
        snprintf(err, err_cap, "fork server: %s", strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return NET_SYSTEM;
    }
    if (!ask(f)) {
        kill_all(f);
        if (!launch(f, err, err_cap) || !ask(f)) {
            (void)close(fd);
            return NET_REFUSED;
        }
    }
    *out = net_conn_adopt(fd, co);
    return *out ? NET_OK : NET_SYSTEM;
}

pid_t fork_server_session(const struct fork_server *f)
{
    return f->session;
}

pid_t fork_server_pid(const struct fork_server *f)
{
    return f->pid;
}

int fork_server_end(struct fork_server *f, uint64_t deadline)
{
    uint32_t status;

    if (f->session <= 0)
        return -1;
    if (read_word(f->status, &status, deadline, -1)) {
        f->session = 0;
        return (int)status;
    }
    /* Killed, it has a status soon; a fork server that does not tell it is
     * started anew with the next session. */
    (void)kill(f->session, SIGKILL);
    if (!read_word(f->status, &status, net_deadline(NET_S), -1))
        kill_all(f);
    f->session = 0;
    return -1;
}
