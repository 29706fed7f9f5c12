/*
 * TLS: who is believed, what is recorded, how it fails and ends. Both ends
 * are ours; where the peer must misbehave it does so on the bare socket.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdatomic.h>
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

/* A certificate for a host, the server's settings with it, and a client's. */
struct world {
    char *cert, *key;
    struct net_tls *server, *client;
};

static struct net_tls *tls(const struct net_tls_config *cfg)
{
    char err[256] = "";
    struct net_tls *t = net_tls_new(cfg, err, sizeof(err));

    cr_assert_not_null(t, "%s", err);
    return t;
}

static void world_new(struct world *w, const char *host, bool trusted,
                      bool insecure)
{
    struct net_tls_config s = {.server = true};
    struct net_tls_config c = {.insecure = insecure};
    char err[256] = "";

    cr_assert_eq(net_tls_selfsigned(host, &w->cert, &w->key, err,
                                    sizeof(err)), 0, "%s", err);
    s.cert_pem = w->cert;
    s.key_pem = w->key;
    c.ca_pem = trusted ? w->cert : NULL;
    w->server = tls(&s);
    w->client = tls(&c);
}

static void world_free(struct world *w)
{
    net_tls_free(w->server);
    net_tls_free(w->client);
    free(w->cert);
    free(w->key);
}

/* ---- a server with our own TLS ------------------------------------------ */

struct serving {
    struct world *w;
    enum net_status handshake;
    char error[256];
    void (*then)(struct net_conn *c);
};

static void serve(struct peer *p, int fd)
{
    struct serving *s = p->arg;
    struct net_conn_options o = plain_options();
    struct net_conn *c;

    o.tls = s->w->server;
    c = net_conn_adopt(dup(fd), &o);
    s->handshake = net_conn_starttls(c, soon());
    (void)snprintf(s->error, sizeof(s->error), "%s", net_conn_error(c));
    if (s->handshake == NET_OK && s->then)
        s->then(c);
    net_conn_close(c);
}

/* Upper case for each line, until the end. */
static void echo(struct net_conn *c)
{
    while (net_conn_read(c, soon()) == NET_OK) {
        struct smtp_span s = net_conn_pending(c);

        if (net_conn_write(c, s.p, s.n, soon()) != NET_OK)
            return;
        net_conn_consume(c, s.n);
    }
}

static struct net_conn_options with(struct net_tls *t, const char *host,
                                    struct transcript *log)
{
    struct net_conn_options o = plain_options();

    o.tls = t;
    o.host = host;
    o.log = log;
    return o;
}

/* ---- verification ------------------------------------------------------- */

static const struct {
    const char *name;
    const char *cert;  /* is for this host */
    const char *host;  /* is what the client looks for */
    bool trusted, insecure;
    enum net_status want : 8;
    bool verified;
    const char *why;   /* in the error or in verify_error */
} rows[] = {
    {"address", "mx.example.com", NULL, true, false, NET_OK, true, ""},
    {"name", "mx.example.com", "mx.example.com", true, false, NET_OK, true,
     ""},
    {"name, case", "mx.example.com", "MX.Example.COM", true, false, NET_OK,
     true, ""},
    {"final dot", "mx.example.com", "mx.example.com.", true, false, NET_OK,
     true, ""},
    {"localhost", "mx.example.com", "localhost", true, false, NET_OK, true,
     ""},
    {"v6", "mx.example.com", "::1", true, false, NET_OK, true, ""},
    {"chain only", "mx.example.com", "", true, false, NET_OK, true, ""},
    {"wrong name", "mx.example.com", "mx.example.org", true, false, NET_TLS,
     false, "mx.example.org is not accepted: hostname mismatch"},
    {"wrong address", "mx.example.com", "192.0.2.1", true, false, NET_TLS,
     false, "IP address mismatch"},
    {"stranger", "mx.example.com", NULL, false, false, NET_TLS, false,
     "self-signed"},
    {"stranger, insecure", "mx.example.com", NULL, false, true, NET_OK,
     false, "self-signed"},
    {"name, insecure", "mx.example.com", "x.example", true, true, NET_OK,
     false, "ostname mismatch"},
    {"trusted, insecure", "mx.example.com", NULL, true, true, NET_OK, true,
     ""},
    {"ip certificate", "192.0.2.7", "192.0.2.7", true, false, NET_OK, true,
     ""},
};

static void check_info(const struct net_tls_info *i, size_t row)
{
    cr_assert_not_null(i, "%s", rows[row].name);
    cr_expect_eq(strncmp(i->version, "TLSv1.", 6), 0, "%s", i->version);
    cr_expect_gt(strlen(i->cipher), 5, "%s", i->cipher);
    cr_expect_eq(strncmp(i->subject, "CN=", 3), 0, "%s", i->subject);
    cr_expect_str_eq(i->subject + 3, rows[row].cert);
    cr_expect_eq(strlen(i->fingerprint), 64);
    cr_expect_eq(i->verified, rows[row].verified, "%s: %s", rows[row].name,
                 i->verify_error);
    cr_expect(strstr(i->verify_error, rows[row].why), "%s: '%s'",
              rows[row].name, i->verify_error);
    cr_expect_eq(i->verified, i->verify_error[0] == '\0');
}

static void implicit_tls(size_t row)
{
    struct serving s = {.then = echo};
    struct net_conn_options o;
    struct net_conn *c = NULL;
    char err[400] = "";
    struct world w;
    struct peer p;
    enum net_status st;

    s.w = &w;
    world_new(&w, rows[row].cert, rows[row].trusted, rows[row].insecure);
    peer_start(&p, "127.0.0.1", serve, &s);
    p.target.tls = true;
    o = with(w.client, rows[row].host, NULL);
    st = net_conn_open(&p.target, &o, soon(), &c, err, sizeof(err));
    cr_expect_eq(st, rows[row].want, "%s: %s", rows[row].name, err);
    if (st == NET_OK) {
        check_info(net_conn_tls_info(c), row);
        cr_expect_eq(net_conn_write(c, "hello", 5, soon()), NET_OK);
        cr_expect_eq(net_conn_read(c, soon()), NET_OK);
        cr_expect(pending_is(c, "hello"));
        net_conn_close(c);
    } else {
        cr_expect(strstr(err, rows[row].why), "%s: '%s'", rows[row].name,
                  err);
        cr_expect_null(strchr(err, '\n'));
    }
    peer_join(&p);
    world_free(&w);
}

Test(tls, verification)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        implicit_tls(i);
}

Test(tls, ca_file)
{
    char path[] = "/tmp/net-test-XXXXXX";
    struct net_tls_config cfg = {.ca_file = path};
    struct serving s = {.then = echo};
    struct net_conn_options o;
    struct net_conn *c;
    struct world w;
    struct peer p;
    int fd = mkstemp(path);

    s.w = &w;
    world_new(&w, "x", false, false);
    cr_assert_eq(write(fd, w.cert, strlen(w.cert)),
                 (ssize_t)strlen(w.cert));
    close(fd);
    net_tls_free(w.client);
    w.client = tls(&cfg);
    unlink(path);
    peer_start(&p, "127.0.0.1", serve, &s);
    p.target.tls = true;
    o = with(w.client, NULL, NULL);
    c = peer_open(&p, &o);
    cr_expect(net_conn_tls_info(c)->verified);
    net_conn_close(c);
    peer_join(&p);
    world_free(&w);
}

Test(tls, bad_settings)
{
    static const struct {
        const char *name;
        struct net_tls_config cfg;
        const char *why;
    } bad[] = {
        {"no such file", {.ca_file = "/nonexistent/ca.pem"},
         "/nonexistent/ca.pem"},
        {"not PEM", {.ca_file = "/dev/null"}, "/dev/null"},
        {"empty", {.ca_pem = ""}, "expected PEM"},
        {"noise", {.ca_pem = "noise"}, "expected PEM"},
        {"no certificate", {.server = true}, "expected PEM"},
        {"bad certificate", {.server = true, .cert_pem = "x"},
         "expected PEM"},
    };
    struct net_tls_config cfg = {.server = true};
    char err[300], *c1, *k1, *c2, *k2;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err[0] = '\0';
        cr_expect_null(net_tls_new(&bad[i].cfg, err, sizeof(err)), "%s",
                       bad[i].name);
        cr_expect(strstr(err, bad[i].why), "%s: '%s'", bad[i].name, err);
        cr_expect_null(strchr(err, '\n'));
    }
    cr_assert_eq(net_tls_selfsigned("a", &c1, &k1, err, sizeof(err)), 0);
    cr_assert_eq(net_tls_selfsigned("", &c2, &k2, err, sizeof(err)), 0);
    cfg.cert_pem = c1;
    cfg.key_pem = k2;
    cr_expect_null(net_tls_new(&cfg, err, sizeof(err)));
    cr_expect(strstr(err, "key"), "%s", err);
    cfg.key_pem = NULL; /* and none in cert_pem */
    cr_expect_null(net_tls_new(&cfg, err, sizeof(err)));
    net_tls_free(NULL);
    free(c1), free(k1), free(c2), free(k2);
}

/* ---- a pair, for STARTTLS and what follows ------------------------------ */

struct pair {
    struct world w;
    struct serving s;
    struct peer p;
    struct transcript log;
    struct net_conn *c; /* in TLS */
};

static void pair_start(struct pair *x, void (*then)(struct net_conn *c))
{
    struct net_conn_options o;

    world_new(&x->w, "x", true, false);
    x->s = (struct serving){.w = &x->w, .then = then};
    transcript_init(&x->log, 0);
    peer_start(&x->p, "127.0.0.1", serve, &x->s);
    o = with(x->w.client, NULL, &x->log);
    o.buffer = 11u << 20;
    x->c = peer_open(&x->p, &o);
    cr_assert_eq(net_conn_starttls(x->c, soon()), NET_OK, "%s",
                 net_conn_error(x->c));
}

static void pair_end(struct pair *x)
{
    net_conn_close(x->c);
    peer_join(&x->p);
    transcript_free(&x->log);
    world_free(&x->w);
}

static enum net_status read_all(struct net_conn *c)
{
    enum net_status s;

    do
        s = net_conn_read(c, soon());
    while (s == NET_OK);
    return s;
}

static void bye(struct net_conn *c)
{
    net_conn_write(c, "221 bye\r\n", 9, soon());
}

static void truncate_stream(struct net_conn *c)
{
    net_conn_write(c, "221 bye\r\n", 9, soon());
    shutdown(net_conn_fd(c), SHUT_WR);
}

static void reset_stream(struct net_conn *c)
{
    net_conn_write(c, "221 bye\r\n", 9, soon());
    peer_reset_on_close(net_conn_fd(c));
    shutdown(net_conn_fd(c), SHUT_RD); /* nothing more is sent: RST only */
}

static void garbage(struct net_conn *c)
{
    net_conn_write(c, "221 bye\r\n", 9, soon());
    peer_send(net_conn_fd(c), "250 in the clear\r\n", 18);
}

Test(tls, ends)
{
    static const struct {
        const char *name;
        void (*then)(struct net_conn *);
        enum net_status want;
        bool notify;
    } ends[] = {
        {"in order",  bye,             NET_EOF, true},
        {"truncated", truncate_stream, NET_EOF, false},
        {"garbage",   garbage,         NET_TLS, false},
    };

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct pair x;

        pair_start(&x, ends[i].then);
        cr_expect_eq(read_all(x.c), ends[i].want, "%s: %s", ends[i].name,
                     net_conn_error(x.c));
        cr_expect(pending_is(x.c, "221 bye\r\n"), "%s", ends[i].name);
        cr_expect_eq(net_conn_close_notify(x.c), ends[i].notify, "%s",
                     ends[i].name);
        cr_expect_eq(net_conn_read(x.c, soon()), ends[i].want, "%s",
                     ends[i].name);
        cr_expect_gt(strlen(net_conn_error(x.c)), 0);
        pair_end(&x);
    }
}

Test(tls, reset)
{
    struct pair x;
    enum net_status s;

    pair_start(&x, reset_stream);
    s = read_all(x.c);
    cr_expect(s == NET_RESET || s == NET_EOF, "%s", net_status_name(s));
    while (net_conn_write(x.c, "NOOP\r\n", 6, soon()) == NET_OK)
        usleep(1000);
    pair_end(&x);
}

Test(tls, log_and_half_close)
{
    struct pair x;
    struct smtp_span s;

    pair_start(&x, echo);
    cr_expect_eq(net_conn_write(x.c, "one", 3, soon()), NET_OK);
    cr_expect_eq(net_conn_shutdown(x.c, soon()), NET_OK);
    cr_expect_eq(net_conn_shutdown(x.c, soon()), NET_OK, "twice");
    cr_expect_eq(net_conn_write(x.c, "two", 3, soon()), NET_RESET);
    cr_expect_eq(read_all(x.c), NET_EOF);
    cr_expect(pending_is(x.c, "one"));
    cr_assert_geq(x.log.n, 4);
    cr_expect_eq(x.log.entries[1].kind, TRANSCRIPT_TLS);
    s = transcript_octets(&x.log, &x.log.entries[1]);
    cr_expect_eq(strncmp(s.p, "TLSv1.", 6), 0);
    cr_expect_eq(x.log.entries[2].kind, TRANSCRIPT_SENT);
    cr_expect(x.log.entries[2].tls);
    pair_end(&x);
}

Test(tls, twice)
{
    struct pair x;

    pair_start(&x, echo);
    cr_expect_eq(net_conn_starttls(x.c, soon()), NET_TLS);
    cr_expect(net_conn_in_tls(x.c));
    cr_expect_eq(net_conn_write(x.c, "one", 3, soon()), NET_OK);
    cr_expect_eq(net_conn_read(x.c, soon()), NET_OK);
    pair_end(&x);
}

#define MUCH (10u << 20)

/* Sends all before it reads anything. */
static void shout(struct net_conn *c)
{
    char *b = malloc(MUCH);
    size_t n = 0;

    memset(b, 's', MUCH);
    for (size_t sent = 0; sent < MUCH; sent += net_conn_written(c)) {
        if (net_conn_write(c, b + sent, MUCH - sent, soon()) != NET_FULL &&
            net_conn_written(c) == 0)
            break;
        n += net_conn_pending(c).n;
        net_conn_consume(c, NET_BUFFER);
    }
    while (n < MUCH && net_conn_read(c, soon()) == NET_OK) {
        n += net_conn_pending(c).n;
        net_conn_consume(c, NET_BUFFER);
    }
    if (n == MUCH)
        net_conn_write(c, "all", 3, soon());
    free(b);
}

Test(tls, both_ways_at_once)
{
    char *b = calloc(1, MUCH);
    struct pair x;

    pair_start(&x, shout);
    cr_expect_eq(net_conn_write(x.c, b, MUCH, net_deadline(60 * NET_S)),
                 NET_OK, "%s", net_conn_error(x.c));
    cr_expect_eq(read_all(x.c), NET_EOF);
    cr_expect_eq(net_conn_pending(x.c).n, MUCH + 3);
    cr_expect(net_conn_close_notify(x.c));
    pair_end(&x);
    free(b);
}

static void many_small(struct net_conn *c)
{
    for (int i = 0; i < 1000; i++)
        net_conn_write(c, "250 x\r\n", 7, soon());
}

/* Records that came together are all had, though poll() tells of one. */
Test(tls, many_records)
{
    struct pair x;
    size_t n = 0;

    pair_start(&x, many_small);
    usleep(20000);
    while (net_conn_read(x.c, soon()) == NET_OK) {
        n += net_conn_pending(x.c).n;
        net_conn_consume(x.c, n);
    }
    cr_expect_eq(n, 7000);
    pair_end(&x);
}

static atomic_bool released;

/* Reads nothing until it is released. */
static void stall(struct net_conn *c)
{
    (void)c;
    while (!atomic_load(&released))
        usleep(1000);
}

Test(tls, timeouts)
{
    static char big[16u << 20];
    struct pair x;
    uint64_t start;

    pair_start(&x, NULL);
    cr_expect_eq(read_all(x.c), NET_EOF);
    pair_end(&x);
    pair_start(&x, stall);
    start = net_now();
    cr_expect_eq(net_conn_read(x.c, net_deadline(60 * NET_MS)),
                 NET_TIMEOUT);
    cr_expect_geq(ms_since(start), 60);
    cr_expect_eq(net_conn_write(x.c, big, sizeof(big), 0), NET_TIMEOUT);
    cr_expect_lt(ms_since(start), 15000);
    atomic_store(&released, true);
    pair_end(&x);
}

/* ---- peers that speak no TLS -------------------------------------------- */

static void in_clear(struct peer *p, int fd)
{
    const struct smtp_span *said = p->arg;
    char hello[1024];

    peer_send(fd, said->p, said->n);
    (void)!recv(fd, hello, sizeof(hello), 0);
    while (recv(fd, hello, sizeof(hello), 0) > 0)
        ;
}

static enum net_status handshake(struct smtp_span said, char *error,
                                 struct transcript *log, bool *unread)
{
    struct net_conn_options o;
    struct net_conn *c;
    struct world w;
    struct peer p;
    enum net_status s;

    world_new(&w, "x", true, false);
    o = with(w.client, NULL, log);
    peer_start(&p, "127.0.0.1", in_clear, &said);
    c = peer_open(&p, &o);
    /* Less than a record's header (5 octets) can only be waited for. */
    s = net_conn_starttls(c, net_deadline(said.n < 7 ? 80 * NET_MS
                                                     : 3 * NET_S));
    (void)snprintf(error, 256, "%s", net_conn_error(c));
    cr_expect_not(net_conn_in_tls(c));
    cr_expect_null(net_conn_tls_info(c));
    cr_expect_eq(net_conn_write(c, "AUTH", 4, soon()), NET_TLS,
                 "nothing in clear behind a failed handshake");
    *unread = smtp_span_eq(net_conn_pending(c), said);
    net_conn_close(c);
    peer_join(&p);
    world_free(&w);
    return s;
}

Test(tls, plain_peers)
{
    static const char *const said[] = {
        "220 mx.example.com ESMTP\r\n", "x", "\r\n", "454 TLS not now\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n", "\x80\x01\x02",
    };

    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct transcript t;
        bool unread;
        char err[256];

        transcript_init(&t, 0);
        if (handshake(smtp_span_of(said[i], strlen(said[i])), err, &t,
                      &unread) == NET_TLS) {
            cr_expect_str_eq(err, "the server does not speak TLS here",
                             "%zu", i);
            cr_expect(unread, "%zu: the text is evidence", i);
            cr_expect_eq(count_kind(&t, TRANSCRIPT_RECEIVED), 1);
        } else {
            /* OpenSSL waits for a whole record header: 5 octets. */
            cr_expect_lt(strlen(said[i]), 5, "%zu: %s", i, err);
        }
        transcript_free(&t);
    }
}

Test(tls, bad_handshakes)
{
    static const struct {
        const char *name;
        struct smtp_span said;
        enum net_status want;
    } bad[] = {
        {"silence", {"", 0}, NET_TIMEOUT},
        {"noise",   {"\x16\x03\x03\x7f\xff\x01xxxxx", 11}, NET_TLS},
        {"alert",   {"\x15\x03\x03\0\x02\x02\x28", 7}, NET_TLS},
        {"half",    {"\x16\x03\x03\0\x7f\x02", 6}, NET_TIMEOUT},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        bool unread;
        char err[256];
        enum net_status s = handshake(bad[i].said, err, NULL, &unread);

        cr_expect_eq(s, bad[i].want, "%s: %s: %s", bad[i].name,
                     net_status_name(s), err);
        cr_expect_gt(strlen(err), 0);
    }
}

static void closes(struct peer *p, int fd)
{
    char b[16];

    (void)peer_recv(fd, b, sizeof(b));
    if (p->arg)
        peer_reset_on_close(fd);
}

Test(tls, closed_in_handshake)
{
    for (int reset = 0; reset < 2; reset++) {
        struct net_conn_options o;
        struct net_conn *c;
        struct world w;
        struct peer p;
        enum net_status s;

        world_new(&w, "x", true, false);
        o = with(w.client, NULL, NULL);
        peer_start(&p, "127.0.0.1", closes, reset ? &p : NULL);
        c = peer_open(&p, &o);
        s = net_conn_starttls(c, soon());
        /* Closing with our hello unread is a reset in any case. */
        cr_expect(s == NET_RESET || s == NET_EOF, "%s", net_status_name(s));
        cr_expect(strstr(net_conn_error(c), "handshake"), "%s",
                  net_conn_error(c));
        cr_expect_eq(net_conn_read(c, soon()), s);
        net_conn_close(c);
        peer_join(&p);
        world_free(&w);
    }
}

/* The server's side of a client that speaks no TLS, or refuses us. */
Test(tls, clients_that_do_not)
{
    struct serving s = {.then = NULL};
    struct net_conn_options o = plain_options();
    struct net_conn *c;
    char err[256];
    struct world w;
    struct peer p;

    s.w = &w;
    world_new(&w, "x", false, false);
    peer_start(&p, "127.0.0.1", serve, &s);
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_write(c, "EHLO x\r\n", 8, soon()), NET_OK);
    (void)read_all(c);
    net_conn_close(c);
    peer_join(&p);
    cr_expect_eq(s.handshake, NET_TLS);
    cr_expect_str_eq(s.error, "the client does not speak TLS here");

    peer_start(&p, "127.0.0.1", serve, &s);
    p.target.tls = true;
    o = with(w.client, NULL, NULL);
    cr_expect_eq(net_conn_open(&p.target, &o, soon(), &c, err, sizeof(err)),
                 NET_TLS);
    peer_join(&p);
    world_free(&w);
}

/* Octets that came in clear stay in the buffer, before those of TLS. */
static void clear_then_tls(struct peer *p, int fd)
{
    peer_send(fd, "220 go\r\n250 injected\r\n", 22);
    usleep(20000);
    serve(p, fd);
}

Test(tls, clear_octets_stay)
{
    struct serving s = {.then = bye};
    struct net_conn_options o;
    struct net_conn *c;
    struct world w;
    struct peer p;

    s.w = &w;
    world_new(&w, "x", true, false);
    peer_start(&p, "127.0.0.1", clear_then_tls, &s);
    o = with(w.client, NULL, NULL);
    c = peer_open(&p, &o);
    cr_expect_eq(net_conn_read(c, soon()), NET_OK);
    net_conn_consume(c, 8);
    cr_expect_eq(net_conn_starttls(c, soon()), NET_OK);
    cr_expect(pending_is(c, "250 injected\r\n"));
    cr_expect_eq(read_all(c), NET_EOF);
    cr_expect(pending_is(c, "250 injected\r\n221 bye\r\n"));
    net_conn_close(c);
    peer_join(&p);
    world_free(&w);
}
