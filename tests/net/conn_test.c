/*
 * conn over TCP: each status, boundaries, deadlines, bounds.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/peer.h"

static uint64_t soon(void)
{
    return net_deadline(20 * NET_S);
}

/* Reads until the end or an error; the pending octets are kept. */
static enum net_status read_all(struct net_conn *c)
{
    enum net_status s;

    do
        s = net_conn_read(c, soon());
    while (s == NET_OK);
    return s;
}

static void greet(struct peer *p, int fd)
{
    char line[6];

    (void)p;
    peer_send(fd, "220 hi\r\n", 8);
    if (peer_recv(fd, line, 6) == 6)
        peer_send(fd, line, 6);
}

static void session_with(const char *host)
{
    struct net_conn_options o = plain_options();
    struct transcript t;
    struct net_conn *c;
    struct peer p;

    transcript_init(&t, 0);
    o.log = &t;
    o.number = 3;
    peer_start(&p, host, greet, NULL);
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    cr_expect(pending_is(c, "220 hi\r\n"));
    net_conn_consume(c, 4);
    cr_expect(pending_is(c, "hi\r\n"));
    net_conn_consume(c, 100);
    cr_expect(pending_is(c, ""));
    cr_expect_eq(net_conn_write(c, "QUIT\r\n", 6, soon()), NET_OK);
    cr_expect_eq(net_conn_written(c), 6);
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect(pending_is(c, "QUIT\r\n"));
    cr_expect_eq(net_conn_read(c, soon()), NET_EOF, "told again");
    cr_expect_not(net_conn_in_tls(c));
    cr_expect_null(net_conn_tls_info(c));
    cr_expect_eq(net_conn_child_status(c), -1);
    net_conn_close(c);
    peer_join(&p);
    cr_assert_eq(t.n, 6);
    cr_expect_eq(t.entries[0].kind, TRANSCRIPT_OPENED);
    cr_expect_eq(t.entries[1].kind, TRANSCRIPT_RECEIVED);
    cr_expect_eq(t.entries[2].kind, TRANSCRIPT_SENT);
    cr_expect_eq(t.entries[3].kind, TRANSCRIPT_RECEIVED);
    cr_expect_eq(t.entries[4].kind, TRANSCRIPT_EOF);
    cr_expect_eq(t.entries[5].kind, TRANSCRIPT_CLOSED);
    cr_expect_eq(t.entries[5].conn, 3);
    transcript_free(&t);
    net_conn_close(NULL);
}

Test(conn, ipv4)
{
    session_with("127.0.0.1");
}

Test(conn, ipv6)
{
    session_with("::1");
}

/* "localhost" may be ::1 first, where nobody listens. */
Test(conn, by_name)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    struct peer p;

    peer_start(&p, "127.0.0.1", greet, NULL);
    strcpy(p.target.host, "localhost");
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    net_conn_close(c);
    peer_join(&p);
}

Test(conn, addresses_given)
{
    struct net_conn_options o = plain_options();
    struct net_addrs a;
    struct net_conn *c;
    char err[200];
    struct peer p;

    peer_start(&p, "127.0.0.1", greet, NULL);
    cr_assert_eq(net_resolve("127.0.0.1", p.port, 0, -1, &a, err,
                             sizeof(err)), NET_OK);
    /* The first refuses: port 1 of the same host. */
    a.a[1] = a.a[0];
    a.n = 2;
    net_addr_set_port(&a.a[0], 1);
    strcpy(p.target.host, "nosuch.invalid");
    o.addrs = &a;
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    net_conn_close(c);
    peer_join(&p);
}

static enum net_status open_fails(const char *text, uint64_t ns, int stop,
                                  char *err, size_t cap)
{
    struct net_conn_options o = {.stop_fd = stop};
    struct net_conn *c = NULL;
    struct net_target t;
    enum net_status s;

    cr_assert_eq(net_target_parse(text, &t, err, cap), 0, "%s", err);
    err[0] = '\0';
    s = net_conn_open(&t, &o, net_deadline(ns), &c, err, cap);
    cr_expect_null(c);
    net_conn_close(c);
    return s;
}

Test(conn, cannot_open)
{
    struct net_conn_options o = plain_options();
    struct transcript log;
    struct net_conn *c;
    struct net_target t;
    uint16_t port = 0;
    char err[300], text[64];
    int fd = net_listen("127.0.0.1", &port, err, sizeof(err));

    /* A port that was free a moment ago. */
    close(fd);
    snprintf(text, sizeof(text), "127.0.0.1:%u", port);
    cr_expect_eq(open_fails(text, NET_S, -1, err, sizeof(err)), NET_REFUSED);
    cr_expect(strstr(err, text) && strstr(err, "refused"), "%s", err);
    cr_expect_eq(open_fails("nosuch.invalid", 60 * NET_S, -1, err,
                            sizeof(err)), NET_LOOKUP, "%s", err);
    cr_expect(strstr(err, "nosuch.invalid"), "%s", err);
    cr_expect_eq(open_fails("unix:/nonexistent/socket", NET_S, -1, err,
                            sizeof(err)), NET_REFUSED);
    cr_expect(strstr(err, "unix:/nonexistent/socket"), "%s", err);
    cr_expect_eq(open_fails("ref:", NET_S, -1, err, sizeof(err)),
                 NET_SYSTEM);
    transcript_init(&log, 0);
    o.log = &log;
    net_target_parse(text, &t, err, sizeof(err));
    net_conn_open(&t, &o, soon(), &c, NULL, 0);
    cr_expect_eq(count_kind(&log, TRANSCRIPT_RESET), 1);
    transcript_free(&log);
}

/* A listener whose queue is full answers no SYN: only time ends it. */
Test(conn, connect_deadline)
{
    struct net_addr a = {.len = sizeof(a.sa)};
    char err[300], text[64];
    int l = socket(AF_INET, SOCK_STREAM, 0);
    uint64_t start;
    int stop[2];

    a.sa.ss_family = AF_INET;
    cr_assert_eq(bind(l, (struct sockaddr *)&a.sa, a.len), 0);
    cr_assert_eq(listen(l, 0), 0);
    getsockname(l, (struct sockaddr *)&a.sa, &a.len);
    for (int i = 0; i < 4; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

        (void)connect(fd, (struct sockaddr *)&a.sa, a.len);
    }
    snprintf(text, sizeof(text), "127.0.0.1:%u", net_addr_port(&a));
    start = net_now();
    cr_expect_eq(open_fails(text, 80 * NET_MS, -1, err, sizeof(err)),
                 NET_TIMEOUT);
    cr_expect_geq(ms_since(start), 80);
    cr_expect_lt(ms_since(start), 15000);
    cr_assert_eq(pipe(stop), 0);
    close(stop[1]);
    cr_expect_eq(open_fails(text, 60 * NET_S, stop[0], err, sizeof(err)),
                 NET_STOPPED);
    cr_expect_lt(ms_since(start), 15000);
    close(stop[0]);
    close(l);
}

/* ---- ends --------------------------------------------------------------- */

static void last_words(struct peer *p, int fd)
{
    peer_send(fd, "421 bye\r\n", 9);
    if (p->arg)
        peer_reset_on_close(fd);
}

Test(conn, data_before_eof_and_reset)
{
    for (int reset = 0; reset < 2; reset++) {
        struct net_conn_options o = plain_options();
        struct net_conn *c;
        struct peer p;

        peer_start(&p, "127.0.0.1", last_words, reset ? &p : NULL);
        c = peer_open(&p, &o);
        peer_join(&p); /* all of it is in our socket now */
        cr_expect_eq(net_conn_read(c, soon()), NET_OK);
        cr_expect(pending_is(c, "421 bye\r\n"));
        cr_expect_eq(net_conn_read(c, soon()), reset ? NET_RESET : NET_EOF);
        cr_expect_eq(net_conn_read(c, soon()), reset ? NET_RESET : NET_EOF);
        cr_expect(strstr(net_conn_error(c), reset ? "reset" : "closed"),
                  "%s", net_conn_error(c));
        net_conn_close(c);
    }
}

static void at_once(struct peer *p, int fd)
{
    if (p->arg)
        peer_reset_on_close(fd);
}

/* However early the end comes, the connection was there. */
Test(conn, closed_at_once)
{
    for (int i = 0; i < 200; i++) {
        struct net_conn_options o = plain_options();
        struct net_conn *c;
        struct peer p;

        peer_start(&p, "127.0.0.1", at_once, i % 2 ? &p : NULL);
        c = peer_open(&p, &o);
        cr_expect_eq(net_conn_read(c, soon()), i % 2 ? NET_RESET : NET_EOF);
        net_conn_close(c);
        peer_join(&p);
    }
}

/* A write into a connection that the peer has closed: what it said last is
 * still there. */
Test(conn, write_after_close)
{
    struct net_conn_options o = plain_options();
    enum net_status s = NET_OK;
    struct transcript t;
    struct net_conn *c;
    struct peer p;

    transcript_init(&t, 0);
    o.log = &t;
    peer_start(&p, "127.0.0.1", last_words, NULL);
    c = peer_open(&p, &o);
    peer_join(&p);
    for (int i = 0; i < 100 && s == NET_OK; i++) {
        s = net_conn_write(c, "NOOP\r\n", 6, soon());
        usleep(1000);
    }
    cr_expect_eq(s, NET_RESET);
    cr_expect_eq(net_conn_write(c, "NOOP\r\n", 6, soon()), NET_RESET);
    cr_expect(pending_is(c, "421 bye\r\n"));
    s = net_conn_read(c, soon());
    cr_expect(s == NET_EOF || s == NET_RESET);
    cr_expect_geq(count_kind(&t, TRANSCRIPT_RESET), 1);
    net_conn_close(c);
    transcript_free(&t);
}

static void half(struct peer *p, int fd)
{
    char text[64];
    size_t n = peer_recv(fd, text, sizeof(text)); /* until our FIN */

    (void)p;
    peer_send(fd, text, n);
}

Test(conn, shutdown)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    struct peer p;

    peer_start(&p, "127.0.0.1", half, NULL);
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_write(c, "abc", 3, soon()), NET_OK);
    cr_expect_eq(net_conn_write(c, "", 0, soon()), NET_OK);
    cr_expect_eq(net_conn_shutdown(c, soon()), NET_OK);
    cr_expect_eq(net_conn_write(c, "d", 1, soon()), NET_RESET);
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect(pending_is(c, "abc"));
    net_conn_close(c);
    peer_join(&p);
}

/* ---- time and stop ------------------------------------------------------ */

/* Reads nothing until it is told to go. */
static void deaf(struct peer *p, int fd)
{
    int *go = p->arg;
    char c;

    (void)fd;
    (void)!read(go[0], &c, 1);
}

Test(conn, deadlines_and_stop)
{
    struct net_conn_options o = plain_options();
    static char big[8u << 20];
    struct transcript t;
    struct net_conn *c;
    struct peer p;
    uint64_t start;
    int stop[2], go[2];

    transcript_init(&t, 0);
    o.log = &t;
    cr_assert_eq(pipe(stop), 0);
    cr_assert_eq(pipe(go), 0);
    o.stop_fd = stop[0];
    peer_start(&p, "127.0.0.1", deaf, go);
    c = peer_open(&p, &o);
    start = net_now();
    cr_expect_eq(net_conn_read(c, net_deadline(60 * NET_MS)), NET_TIMEOUT);
    cr_expect_geq(ms_since(start), 60);
    cr_expect_lt(ms_since(start), 15000);
    cr_expect_eq(net_conn_read(c, 0), NET_TIMEOUT); /* a look, no wait */
    cr_expect_eq(count_kind(&t, TRANSCRIPT_TIMEOUT), 1);
    cr_assert_eq(write(stop[1], "", 1), 1);
    start = net_now();
    cr_expect_eq(net_conn_read(c, net_deadline(60 * NET_S)), NET_STOPPED);
    /* A write that need not wait is not stopped, one that must is. */
    cr_expect_eq(net_conn_write(c, big, sizeof(big),
                                net_deadline(60 * NET_S)), NET_STOPPED);
    cr_expect_lt(ms_since(start), 15000);
    net_conn_close(c);
    close(go[1]);
    peer_join(&p);
    transcript_free(&t);
    close(go[0]);
    close(stop[0]);
    close(stop[1]);
}

Test(conn, write_deadline)
{
    struct net_conn_options o = plain_options();
    static char big[32u << 20];
    struct transcript t;
    struct net_conn *c;
    struct peer p;
    uint64_t start;
    int go[2];

    transcript_init(&t, 0);
    o.log = &t;
    cr_assert_eq(pipe(go), 0);
    peer_start(&p, "127.0.0.1", deaf, go);
    c = peer_open(&p, &o);
    start = net_now();
    cr_expect_eq(net_conn_write(c, big, sizeof(big),
                                net_deadline(60 * NET_MS)), NET_TIMEOUT);
    cr_expect_geq(ms_since(start), 60);
    cr_expect_lt(ms_since(start), 15000);
    cr_expect_gt(net_conn_written(c), 0);
    cr_expect_lt(net_conn_written(c), sizeof(big));
    cr_expect_eq(count_kind(&t, TRANSCRIPT_SENT), 1);
    /* that it is cut, and that it went out in part */
    cr_expect_eq(count_kind(&t, TRANSCRIPT_NOTE), 2);
    close(go[1]);
    peer_join(&p);
    net_conn_close(c);
    transcript_free(&t);
    close(go[0]);
}

/* ---- boundaries --------------------------------------------------------- */

#define PIECES 20

struct pieces {
    size_t n[PIECES];
    size_t count;
};

/* Each recv() that the peer does, at its leisure. */
static void note_pieces(struct peer *p, int fd)
{
    struct pieces *seen = p->arg;
    char b[65536];
    ssize_t n;

    while (seen->count < PIECES && (n = recv(fd, b, sizeof(b), 0)) > 0) {
        seen->n[seen->count++] = (size_t)n;
        peer_send(fd, "+", 1);
    }
}

Test(conn, write_boundaries)
{
    static const size_t sizes[] = {1, 2, 7, 6, 512, 1460, 1, 4096, 3, 16000};
    struct net_conn_options o = plain_options();
    struct pieces seen = {.count = 0};
    static char b[16000];
    struct net_conn *c;
    struct peer p;

    peer_start(&p, "127.0.0.1", note_pieces, &seen);
    c = peer_open(&p, &o);
    for (size_t i = 0; i < 10; i++) {
        cr_expect_eq(net_conn_write(c, b, sizes[i], soon()), NET_OK);
        cr_expect_eq(net_conn_read(c, soon()), NET_OK);
        net_conn_consume(c, 1);
    }
    net_conn_shutdown(c, soon());
    peer_join(&p);
    net_conn_close(c);
    cr_assert_eq(seen.count, 10);
    for (size_t i = 0; i < 10; i++)
        cr_expect_eq(seen.n[i], sizes[i], "write %zu: %zu", i, seen.n[i]);
}

static void two_parts(struct peer *p, int fd)
{
    (void)p;
    peer_send(fd, "22", 2);
    usleep(30000);
    peer_send(fd, "0 x\r\n", 5);
}

Test(conn, partial_reads)
{
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    struct peer p;

    peer_start(&p, "127.0.0.1", two_parts, NULL);
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    cr_expect(pending_is(c, "22"));
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    cr_expect(pending_is(c, "220 x\r\n"));
    net_conn_close(c);
    peer_join(&p);
}

/* ---- much --------------------------------------------------------------- */

#define MUCH (10u << 20)

/* Sends all before it reads anything. */
static void shout(struct peer *p, int fd)
{
    char *b = malloc(MUCH);

    memset(b, 's', MUCH);
    if (peer_send(fd, b, MUCH))
        *(size_t *)p->arg = peer_recv(fd, b, MUCH);
    free(b);
}

Test(conn, both_ways_at_once)
{
    struct net_conn_options o = plain_options();
    char *b = calloc(1, MUCH);
    size_t heard = 0;
    struct net_conn *c;
    struct peer p;

    o.buffer = MUCH + 1;
    peer_start(&p, "127.0.0.1", shout, &heard);
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_write(c, b, MUCH, net_deadline(60 * NET_S)),
                 NET_OK, "%s", net_conn_error(c));
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect_eq(net_conn_pending(c).n, MUCH);
    net_conn_close(c);
    peer_join(&p);
    cr_expect_eq(heard, MUCH);
    free(b);
}

/* The same through a small buffer: NET_FULL, consume, go on. */
Test(conn, both_ways_bounded)
{
    struct net_conn_options o = plain_options();
    char *b = calloc(1, MUCH);
    size_t heard = 0, sent = 0, got = 0;
    enum net_status s = NET_FULL;
    struct net_conn *c;
    struct peer p;

    peer_start(&p, "127.0.0.1", shout, &heard);
    c = peer_open(&p, &o);
    while (s == NET_FULL) {
        s = net_conn_write(c, b + sent, MUCH - sent,
                           net_deadline(60 * NET_S));
        sent += net_conn_written(c);
        cr_assert_leq(net_conn_pending(c).n, NET_BUFFER);
        got += net_conn_pending(c).n;
        net_conn_consume(c, NET_BUFFER);
    }
    cr_expect_eq(s, NET_OK);
    while (net_conn_read(c, soon()) == NET_OK) {
        got += net_conn_pending(c).n;
        net_conn_consume(c, NET_BUFFER);
    }
    net_conn_close(c);
    peer_join(&p);
    cr_expect_eq(sent, MUCH);
    cr_expect_eq(got, MUCH);
    cr_expect_eq(heard, MUCH);
    free(b);
}

static void flood(struct peer *p, int fd)
{
    char b[65536];

    (void)p;
    memset(b, 'x', sizeof(b));
    while (peer_send(fd, b, sizeof(b)))
        ;
}

Test(conn, flood_is_bounded)
{
    struct net_conn_options o = plain_options();
    struct transcript t;
    enum net_status s;
    struct net_conn *c;
    struct peer p;

    transcript_init(&t, 10000);
    o.log = &t;
    o.buffer = 50000;
    peer_start(&p, "127.0.0.1", flood, NULL);
    c = peer_open(&p, &o);
    while ((s = net_conn_read(c, soon())) == NET_OK)
        ;
    cr_expect_eq(s, NET_FULL);
    cr_expect_eq(net_conn_pending(c).n, 50000);
    cr_expect_eq(net_conn_read(c, soon()), NET_FULL);
    net_conn_consume(c, 50000);
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(net_conn_read(c, soon()), NET_OK);
        net_conn_consume(c, 50000);
    }
    net_conn_close(c);
    peer_join(&p);
    cr_expect_leq(t.octets_cap, 10000 + 4096);
    cr_expect_gt(t.lost, 50000);
    transcript_free(&t);
}

/* ---- adopted, accepted -------------------------------------------------- */

Test(conn, adopt)
{
    struct net_conn_options o = plain_options();
    struct net_conn *a, *b;
    int fd[2];

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    a = net_conn_adopt(fd[0], &o);
    b = net_conn_adopt(fd[1], &o);
    cr_expect_eq(net_conn_fd(a), fd[0]);
    cr_expect_eq(net_conn_write(a, "x\0y", 3, soon()), NET_OK);
    cr_expect_eq(net_conn_read(b, soon()), NET_OK);
    cr_expect(smtp_span_eq(net_conn_pending(b), SMTP_SPAN("x\0y")));
    cr_expect_eq(net_conn_starttls(a, soon()), NET_TLS);
    cr_expect_gt(strlen(net_conn_error(a)), 0);
    net_conn_close(a);
    net_conn_consume(b, 3);
    cr_expect_eq(net_conn_read(b, soon()), NET_EOF);
    cr_expect_eq(net_conn_write(b, "z", 1, soon()), NET_RESET);
    net_conn_close(b);
}

Test(conn, listen_and_accept)
{
    uint64_t start = net_now();
    uint16_t port = 0, taken;
    char err[200] = "";
    int stop[2];
    int fd = net_listen("127.0.0.1", &port, err, sizeof(err));

    cr_assert_geq(fd, 0, "%s", err);
    cr_expect_neq(port, 0);
    taken = port;
    cr_expect_eq(net_listen("127.0.0.1", &taken, err, sizeof(err)), -1);
    cr_expect(strstr(err, "127.0.0.1"), "%s", err);
    cr_expect_eq(net_listen("nosuch.invalid", &taken, err, sizeof(err)), -1);
    cr_expect_eq(net_listen("192.0.2.99", &taken, err, sizeof(err)), -1);
    cr_expect_eq(net_accept(fd, net_deadline(50 * NET_MS), -1), -1);
    cr_expect_geq(ms_since(start), 50);
    cr_assert_eq(pipe(stop), 0);
    close(stop[1]);
    start = net_now();
    cr_expect_eq(net_accept(fd, net_deadline(60 * NET_S), stop[0]), -1);
    cr_expect_lt(ms_since(start), 15000);
    close(stop[0]);
    close(fd);
    cr_expect_eq(net_accept(fd, net_deadline(NET_S), -1), -1);
}
