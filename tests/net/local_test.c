/*
 * Unix sockets and children.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/net/peer.h"

static uint64_t soon(void)
{
    return net_deadline(20 * NET_S);
}

/* ---- Unix --------------------------------------------------------------- */

struct place {
    char dir[64];
    char target[160];
    struct sockaddr_un sa;
    int fd;
};

static void unix_listen(struct place *u, int backlog)
{
    strcpy(u->dir, "/tmp/net-test-XXXXXX");
    cr_assert_not_null(mkdtemp(u->dir));
    u->sa = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(u->sa.sun_path, sizeof(u->sa.sun_path), "%s/s", u->dir);
    snprintf(u->target, sizeof(u->target), "unix:%s/s", u->dir);
    u->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(u->fd, (struct sockaddr *)&u->sa, sizeof(u->sa)), 0);
    cr_assert_eq(listen(u->fd, backlog), 0);
}

static void unix_gone(struct place *u)
{
    close(u->fd);
    unlink(u->sa.sun_path);
    rmdir(u->dir);
}

static enum net_status open_text(const char *text, uint64_t deadline,
                                 const struct net_conn_options *o,
                                 struct net_conn **c)
{
    char err[256] = "";
    struct net_target t;
    enum net_status s;

    cr_assert_eq(net_target_parse(text, &t, err, sizeof(err)), 0, "%s",
                 err);
    s = net_conn_open(&t, o, deadline, c, err, sizeof(err));
    cr_expect_eq(s == NET_OK, err[0] == '\0', "%s", err);
    return s;
}

Test(unix_socket, session)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    struct place u;
    char b[4];
    int fd;

    unix_listen(&u, 5);
    cr_assert_eq(open_text(u.target, soon(), &o, &c), NET_OK);
    fd = accept(u.fd, NULL, NULL);
    cr_expect(peer_send(fd, "220 x\r\n", 7));
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    cr_expect(pending_is(c, "220 x\r\n"));
    cr_expect_eq(net_conn_write(c, "QUIT", 4, soon()), NET_OK);
    cr_expect_eq(peer_recv(fd, b, 4), 4);
    close(fd);
    cr_expect_eq(net_conn_read(c, soon()), NET_EOF);
    net_conn_close(c);
    unix_gone(&u);
}

Test(unix_socket, full_queue_and_nobody)
{
    struct net_conn_options o = plain_options();
    struct net_conn *held[4] = {NULL};
    struct net_conn *c;
    struct place u;
    uint64_t start;
    size_t n = 0;

    unix_listen(&u, 0);
    while (n < 4 && open_text(u.target, net_deadline(60 * NET_MS), &o,
                              &held[n]) == NET_OK)
        n++;
    cr_assert_lt(n, 4);
    start = net_now();
    cr_expect_eq(open_text(u.target, net_deadline(60 * NET_MS), &o, &c),
                 NET_TIMEOUT);
    cr_expect_geq(ms_since(start), 60);
    cr_expect_lt(ms_since(start), 15000);
    close(u.fd);
    cr_expect_eq(open_text(u.target, soon(), &o, &c), NET_REFUSED);
    for (size_t i = 0; i < n; i++)
        net_conn_close(held[i]);
    unix_gone(&u);
}

/* ---- exec --------------------------------------------------------------- */

static enum net_status read_all(struct net_conn *c)
{
    enum net_status s;

    do
        s = net_conn_read(c, soon());
    while (s == NET_OK);
    return s;
}

/* The status once it is there. */
static int child_status(struct net_conn *c)
{
    uint64_t deadline = soon();
    int status;

    while ((status = net_conn_child_status(c)) < 0 && net_now() < deadline)
        usleep(1000);
    return status;
}

Test(exec, dialogue_and_status)
{
    struct net_conn_options o = plain_options();
    struct transcript t;
    struct net_conn *c;
    int status;

    transcript_init(&t, 0);
    o.log = &t;
    cr_assert_eq(open_text("exec:echo 220 hi; read x; echo \"250 $x\"; "
                           "echo noise >&2; exit 7", soon(), &o, &c),
                 NET_OK);
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    cr_expect(pending_is(c, "220 hi\n"));
    cr_expect_eq(net_conn_child_status(c), -1);
    cr_expect_eq(net_conn_write(c, "HELO\n", 5, soon()), NET_OK);
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect(pending_is(c, "220 hi\n250 HELO\n"));
    status = child_status(c);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 7, "%d", status);
    cr_expect_eq(net_conn_child_status(c), status, "told again");
    net_conn_close(c);
    cr_expect_eq(t.entries[0].kind, TRANSCRIPT_OPENED);
    transcript_free(&t);
}

Test(exec, signal_and_not_found)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    int status;

    cr_assert_eq(open_text("exec:kill -SEGV $$", soon(), &o, &c), NET_OK);
    cr_expect_eq(read_all(c), NET_EOF);
    status = child_status(c);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    net_conn_close(c);
    cr_assert_eq(open_text("exec:/nonexistent/program", soon(), &o, &c),
                 NET_OK);
    cr_expect_eq(read_all(c), NET_EOF);
    status = child_status(c);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 127);
    net_conn_close(c);
}

/* A number that the child prints first. */
static pid_t told_pid(struct net_conn *c)
{
    struct smtp_span s;

    cr_assert_eq(net_conn_read(c, soon()), NET_OK);
    s = net_conn_pending(c);
    cr_assert_gt(s.n, 1);
    return (pid_t)strtol(s.p, NULL, 10);
}

static bool gone(pid_t pid)
{
    uint64_t deadline = soon();

    /* What is left of a group belongs to init, which reaps in its time. */
    while (net_now() < deadline) {
        char path[64], stat[256] = "";
        ssize_t n;
        int fd;

        if (kill(pid, 0) < 0 && errno == ESRCH)
            return true;
        snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
        fd = open(path, O_RDONLY);
        n = fd >= 0 ? read(fd, stat, sizeof(stat) - 1) : 0;
        close(fd);
        if (n > 0 && strstr(stat, ") Z"))
            return true;
        usleep(1000);
    }
    return false;
}

Test(exec, ended_by_close)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    uint64_t start;
    pid_t pid;

    /* One that goes at SIGTERM. */
    cr_assert_eq(open_text("exec:echo $$; exec sleep 100", soon(), &o, &c),
                 NET_OK);
    pid = told_pid(c);
    start = net_now();
    net_conn_close(c);
    cr_expect_lt(ms_since(start), 900);
    cr_expect(kill(pid, 0) < 0 && errno == ESRCH, "reaped");
    /* One that does not. */
    cr_assert_eq(open_text("exec:trap '' TERM; echo $$; while :; do "
                           "sleep 0.05; done", soon(), &o, &c), NET_OK);
    pid = told_pid(c);
    start = net_now();
    net_conn_close(c);
    cr_expect_geq(ms_since(start), 900);
    cr_expect_lt(ms_since(start), 15000);
    cr_expect(kill(pid, 0) < 0 && errno == ESRCH, "reaped");
}

Test(exec, its_children_go_too)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    pid_t pid;

    cr_assert_eq(open_text("exec:sleep 100 <&- >&- & echo $!; exit 0",
                           soon(), &o, &c), NET_OK);
    pid = told_pid(c);
    cr_expect_geq(child_status(c), 0);
    cr_expect(gone(pid));
    net_conn_close(c);
}

static void *open_in_thread(void *arg)
{
    struct net_conn_options o = plain_options();
    struct net_conn **c = arg;

    /* Once it speaks, it has asked to die with us. */
    if (open_text("exec:echo $$; exec sleep 100", soon(), &o, c) == NET_OK)
        (void)net_conn_read(*c, soon());
    return NULL;
}

Test(exec, dies_with_us)
{
    struct net_conn *c = NULL;
    pthread_t t;

    cr_assert_eq(pthread_create(&t, NULL, open_in_thread, &c), 0);
    pthread_join(t, NULL);
    cr_assert_not_null(c);
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect(WIFSIGNALED(child_status(c)));
    net_conn_close(c);
}

/* The child has its three descriptors, no others, and no signal of ours is
 * ignored or blocked. */
Test(exec, clean_environment)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    static const char head[] = "0 1 2 SigBlk:\t0000000000000000SigIgn:\t";
    int leak = open("/dev/null", O_RDONLY); /* not closed on exec */
    char hex[17] = "";
    struct smtp_span got;
    sigset_t block;

    sigemptyset(&block);
    sigaddset(&block, SIGTERM);
    sigprocmask(SIG_BLOCK, &block, NULL);
    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(open_text("exec:i=0; while [ $i -lt 99 ]; do "
                           "[ -e /proc/$$/fd/$i ] && echo -n \"$i \"; "
                           "i=$((i+1)); done; "
                           "grep -E 'SigBlk|SigIgn' /proc/$$/status | "
                           "tr -d '\\n'", soon(), &o, &c), NET_OK);
    cr_expect_eq(read_all(c), NET_EOF);
    got = net_conn_pending(c);
    cr_assert_eq(got.n, strlen(head) + 16, "%.*s", (int)got.n, got.p);
    cr_expect_eq(memcmp(got.p, head, strlen(head)), 0, "%.*s", (int)got.n,
                 got.p);
    memcpy(hex, got.p + strlen(head), 16);
    /* Signals 32 and up are the C library's and whoever started us. */
    cr_expect_eq(strtoull(hex, NULL, 16) & 0x7fffffff, 0, "%s", hex);
    net_conn_close(c);
    close(leak);
}

/* The child's stderr cannot fill anything, nor hold it up. */
Test(exec, noisy)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;

    cr_assert_eq(open_text("exec:head -c 10000000 /dev/zero >&2; echo done",
                           soon(), &o, &c), NET_OK);
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect(pending_is(c, "done\n"));
    net_conn_close(c);
}

/* A child that reads nothing and goes: no SIGPIPE. */
Test(exec, broken_pipe)
{
    struct net_conn_options o = plain_options();
    static char big[4u << 20];
    struct net_conn *c;

    cr_assert_eq(open_text("exec:true", soon(), &o, &c), NET_OK);
    cr_expect_eq(net_conn_write(c, big, sizeof(big), soon()), NET_RESET);
    net_conn_close(c);
}
