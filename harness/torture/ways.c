/* ways: how servers are hostile. */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "torture/torture.h"

#define HUGE_REPLY ((size_t)100 * 1024 * 1024)

/* ---- octets: the session ends, or goes on otherwise, at the arg-th ------ */

/* How many of n octets are still right. */
static size_t upto(const struct link *l, size_t at, size_t n)
{
    return l->sent >= at ? 0 : at - l->sent < n ? at - l->sent : n;
}

static bool close_at(struct link *l, const char *p, size_t n)
{
    size_t k = upto(l, l->host->arg, n);

    return link_send(l, p, k) && k == n;
}

/* Every connection is closed at another octet: no two runs of a case agree,
 * and all octets of a session have their turn. */
static bool close_anywhere(struct link *l, const char *p, size_t n)
{
    size_t k = upto(l, l->number * 7 % 1600, n);

    return link_send(l, p, k) && k == n;
}

static bool reset_at(struct link *l, const char *p, size_t n)
{
    struct linger now = {1, 0};

    if (close_at(l, p, n))
        return true;
    setsockopt(l->client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return false;
}

static bool hang_at(struct link *l, const char *p, size_t n)
{
    l->muted = !close_at(l, p, n);
    return true;
}

static bool half_close_at(struct link *l, const char *p, size_t n)
{
    l->muted = !close_at(l, p, n);
    if (l->muted)
        shutdown(l->client, SHUT_WR);
    return true;
}

static bool well(struct link *l, const char *p, size_t n)
{
    return link_send(l, p, n);
}

static bool drip(struct link *l, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!link_send(l, p + i, 1))
            return false;
        usleep(l->host->arg);
    }
    return true;
}

/* ---- replies ------------------------------------------------------------ */

static bool with_code(struct link *l, const struct smtp_reply *r,
                      unsigned code)
{
    struct smtp_reply_line line;
    size_t at = 0;
    char digits[3] = {(char)('0' + code / 100 % 10),
                      (char)('0' + code / 10 % 10), (char)('0' + code % 10)};

    while (smtp_reply_next(r, &at, &line))
        if (!link_send(l, digits, 3) ||
            !link_send(l, line.raw.p + 3, line.raw.n - 3))
            return false;
    return true;
}

/* The first replies of a session are left as they are. */
static bool as_it_is(struct link *l, const struct smtp_reply *r)
{
    return link_send(l, r->raw.p, r->raw.n);
}

/* Each reply but the greeting and that to EHLO has the code arg. */
static bool code(struct link *l, const struct smtp_reply *r)
{
    return l->replies < 2 ? as_it_is(l, r) : with_code(l, r, l->host->arg);
}

/* Every connection has another code for all of its replies. */
static bool code_anywhere(struct link *l, const struct smtp_reply *r)
{
    return with_code(l, r, 200 + l->number * 7 % 400);
}

static bool all_250(struct link *l, const struct smtp_reply *r)
{
    return with_code(l, r, 250);
}

/* One line again and again, up to n octets. */
static bool repeat(struct link *l, struct smtp_span line, size_t n)
{
    char many[16384];
    size_t room = 0;
    bool ok = true;

    for (; room + line.n <= sizeof many; room += line.n)
        memcpy(many + room, line.p, line.n);
    for (size_t sent = 0; ok && sent < n; sent += room)
        ok = link_send(l, many, room);
    return ok;
}

static bool endless(struct link *l, const struct smtp_reply *r)
{
    if (l->replies < l->host->arg)
        return as_it_is(l, r);
    return repeat(l, SMTP_SPAN("250-and so on\r\n"), SIZE_MAX);
}

static bool huge(struct link *l, const struct smtp_reply *r)
{
    if (l->replies < l->host->arg)
        return as_it_is(l, r);
    return repeat(l, SMTP_SPAN("250-more of it\r\n"), HUGE_REPLY) &&
           link_send(l, "250 done\r\n", 10);
}

static bool huge_line(struct link *l, const struct smtp_reply *r)
{
    if (l->replies < l->host->arg)
        return as_it_is(l, r);
    return link_send(l, "250 ", 4) && repeat(l, SMTP_SPAN("x"), HUGE_REPLY) &&
           link_send(l, "\r\n", 2);
}

static bool unsolicited(struct link *l, const struct smtp_reply *r)
{
    return as_it_is(l, r) && (l->replies < l->host->arg ||
                              link_send(l, "250 and another\r\n", 17));
}

static bool unsolicited_first(struct link *l, const struct smtp_reply *r)
{
    return (l->replies < l->host->arg ||
            link_send(l, "250 in front\r\n", 14)) &&
           as_it_is(l, r);
}

/* Each octet behind the codes is a NUL. */
static bool nuls(struct link *l, const struct smtp_reply *r)
{
    struct smtp_reply_line line;
    char zero[1024] = "";
    size_t at = 0;

    if (l->replies < l->host->arg)
        return as_it_is(l, r);
    while (smtp_reply_next(r, &at, &line)) {
        size_t text = line.raw.n > 6 ? line.raw.n - 6 : 0;
        if (text > sizeof zero)
            text = sizeof zero;
        if (!link_send(l, line.raw.p, 4) || !link_send(l, zero, text) ||
            !link_send(l, "\r\n", 2))
            return false;
    }
    return true;
}

/* ---- TLS ---------------------------------------------------------------- */

static bool send_garbage(struct link *l, unsigned kind)
{
    static const struct {
        const char *p;
        size_t n;
    } of[] = {
        {"\x15\x03\x03\x00\x02\x02\x0a", 7}, /* a fatal alert */
        {"\x16\x03\x03\xff\xff\x02", 6},     /* a record that never ends */
        {"\x16\x03\x03\x00\x04\x02\x00\x00\x00", 9}, /* an empty ServerHello */
        {"\x17\x03\x03\x00\x10garbage garbage", 21}, /* data, unencrypted */
        {"220 in clear\r\n", 14},
        {"\x00\x01\x02\xff\xfe\x80\x81garbage\r\n", 16},
    };
    size_t i = kind % (sizeof of / sizeof *of);

    return link_send(l, of[i].p, of[i].n);
}

/* STARTTLS works up to the server's first octet in the handshake. */
static bool tls_garbage(struct link *l, const char *p, size_t n)
{
    if (!l->tls)
        return link_send(l, p, n);
    l->muted = send_garbage(l, l->number + l->host->arg);
    return l->muted;
}

/* The handshake works, and its arg-th octet does not. */
static bool tls_flip(struct link *l, const char *p, size_t n)
{
    char room[16384];

    if (!l->tls)
        return link_send(l, p, n);
    memcpy(room, p, n);
    for (size_t i = 0; i < n; i++)
        if (l->replies++ == l->host->arg) /* octets in TLS, here */
            room[i] = (char)(room[i] ^ 0x5a);
    return link_send(l, room, n);
}

static void raw_tls(struct link *l)
{
    if (send_garbage(l, l->number))
        link_drain(l);
}

/* ---- from the first octet on -------------------------------------------- */

static void raw_silent(struct link *l)
{
    link_drain(l);
}

static void raw_closes(struct link *l)
{
    (void)l;
}

static void raw_resets(struct link *l)
{
    struct linger now = {1, 0};

    setsockopt(l->client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void raw_http(struct link *l)
{
    static const char http[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    if (link_send(l, http, sizeof http - 1))
        link_drain(l);
}

static void raw_flood(struct link *l)
{
    repeat(l, SMTP_SPAN("2"), SIZE_MAX);
}

static void raw_flood_lines(struct link *l)
{
    repeat(l, SMTP_SPAN("220-and what else there is to say\r\n"), SIZE_MAX);
}

/* One octet again and again, slowly. */
static void slowly(struct link *l, char octet, int ms)
{
    while (!link_ends(l, ms) && link_send(l, &octet, 1))
        ;
}

static void raw_nuls(struct link *l)
{
    slowly(l, '\0', 1);
}

static void raw_slow(struct link *l)
{
    slowly(l, '2', 200);
}

/* Text that a terminal would obey, in every reply. */
static void raw_text(struct link *l)
{
    static const char greeting[] =
        "220 \x1b[2J\x1b]0;owned\x07\xff\xfe\0 ESMTP\r\n";
    static const char ehlo[] =
        "250-\x1b[31mhost\xff\r\n250-\x07"
        "BELL\r\n250 ]]></x>&\r\n";
    static const char other[] = "500 \x9b"
                                "31m<b>&amp;\r\n";
    static const char bye[] = "221 \x80"
                              "bye\x1b[m\r\n";
    char line[4096];
    ssize_t n;

    link_send(l, greeting, sizeof greeting - 1);
    for (;;) {
        struct pollfd p[2] = {{.fd = l->client, .events = POLLIN},
                              {.fd = l->host->stop[0], .events = POLLIN}};
        poll(p, 2, -1);
        if (p[1].revents)
            return;
        n = recv(l->client, line, sizeof line, MSG_DONTWAIT);
        if (n <= 0)
            return;
        if (n >= 4 && memcmp(line, "QUIT", 4) == 0) {
            link_send(l, bye, sizeof bye - 1);
            return;
        }
        if (n >= 4 && memcmp(line, "EHLO", 4) == 0)
            link_send(l, ehlo, sizeof ehlo - 1);
        else
            link_send(l, other, sizeof other - 1);
    }
}

/* ---- the table ---------------------------------------------------------- */

#define FAILS  EXIT_BIT(1)
#define UNABLE EXIT_BIT(3)
#define ANY    (EXIT_BIT(0) | EXIT_BIT(1) | EXIT_BIT(3))
#define NONE   "" /* of the cases may PASS */

/* So many connections are served well: the first canary, the tour, what tries
 * the account. Hostile from there on: the cases meet it, and the canaries. */
#define LATER 12

/* What is played where a way has many values: all cases against each are days,
 * and the ways "anywhere" try all values on the whole suite in one run. */
#define SAMPLE "rfc5321/4.1.1.[1235]/*"

/* A session is some 1500 octets long; its replies are about ten. */
static const struct way ways[] = {
    /* the reference server, and nothing is spoiled: what is in between is not
     * to blame for anything */
    {"well", .spoil = well, .exits = EXIT_BIT(0)},
    /* no SMTP server at all: nothing is played */
    {"silent",      .raw = raw_silent,      .exits = UNABLE, .may_pass = NONE},
    {"closes",      .raw = raw_closes,      .exits = UNABLE, .may_pass = NONE},
    {"resets",      .raw = raw_resets,      .exits = UNABLE, .may_pass = NONE},
    {"http",        .raw = raw_http,        .exits = UNABLE, .may_pass = NONE},
    {"tls",         .raw = raw_tls,         .exits = UNABLE, .may_pass = NONE},
    {"flood",       .raw = raw_flood,       .exits = UNABLE, .may_pass = NONE},
    {"flood-lines", .raw = raw_flood_lines, .exits = UNABLE, .may_pass = NONE},
    {"nuls",        .raw = raw_nuls,        .exits = UNABLE, .may_pass = NONE},
    {"slow",        .raw = raw_slow,        .exits = UNABLE, .may_pass = NONE},
    {"smtps",       .raw = raw_silent,      .exits = UNABLE, .may_pass = NONE,
     .scheme = "smtps"},
    {"smtps-tls",   .raw = raw_tls,         .exits = UNABLE, .may_pass = NONE,
     .scheme = "smtps"},
    /* it was one, and then it is none */
    {"silent-later", .raw = raw_silent, .spare = LATER, .exits = UNABLE},
    {"closes-later", .raw = raw_closes, .spare = LATER, .exits = UNABLE},
    {"floods-later", .raw = raw_flood,  .spare = LATER, .exits = UNABLE},
    /* one, of a kind */
    {"text", .raw = raw_text, .exits = FAILS},
    {"drip", .spoil = drip, .from = 50, .to = 50, .exits = EXIT_BIT(0),
     .only = "rfc5321/4.1.1.10", .timeout = "5"}, /* it is a good one */
    /* the session ends at an octet: in the greeting, ... */
    {"close-at", .spoil = close_at, .from = 0, .to = 60, .stride = 30,
     .exits = UNABLE, .may_pass = NONE},
    {"close-later", .spoil = close_at, .spare = LATER, .from = 1, .to = 1500,
     .stride = 375, .exits = ANY, .only = SAMPLE},
    {"close-anywhere", .spoil = close_anywhere, .spare = LATER, .exits = ANY},
    {"reset-later", .spoil = reset_at, .spare = LATER, .from = 40, .to = 1500,
     .stride = 600, .exits = ANY, .only = SAMPLE},
    {"half-close-later", .spoil = half_close_at, .spare = LATER, .from = 40,
     .to = 1500, .stride = 600, .exits = ANY, .only = SAMPLE},
    {"hang-later", .spoil = hang_at, .spare = LATER, .from = 40, .to = 1500,
     .stride = 600, .exits = ANY, .only = SAMPLE},
    /* other codes than those that are right */
    {"code", .reply = code, .from = 200, .to = 599, .stride = 57,
     .exits = ANY, .only = SAMPLE},
    {"turned-away", .reply = code, .spare = LATER, .from = 421, .to = 421,
     .exits = ANY, .only = SAMPLE},
    {"code-anywhere", .reply = code_anywhere, .spare = LATER, .exits = ANY},
    {"all-250", .reply = all_250, .exits = FAILS},
    /* more than is right */
    {"unsolicited", .reply = unsolicited, .from = 0, .to = 3, .stride = 3,
     .exits = ANY},
    {"unsolicited-first", .reply = unsolicited_first, .from = 0, .to = 3,
     .stride = 3, .exits = ANY},
    {"endless", .reply = endless, .spare = LATER, .from = 0, .to = 6,
     .stride = 3, .exits = ANY, .only = SAMPLE},
    {"huge", .reply = huge, .spare = LATER, .from = 0, .to = 6, .stride = 3,
     .exits = ANY, .only = SAMPLE},
    {"huge-line", .reply = huge_line, .spare = LATER, .from = 0, .to = 6,
     .stride = 3, .exits = ANY, .only = SAMPLE},
    {"nuls-later", .reply = nuls, .from = 0, .to = 6, .stride = 3,
     .exits = ANY, .only = SAMPLE},
    /* TLS */
    {"starttls-garbage", .spoil = tls_garbage, .from = 0, .to = 5,
     .stride = 2, .exits = ANY, .only = "rfc3207"},
    {"starttls-flip", .spoil = tls_flip, .from = 0, .to = 3000,
     .stride = 1000, .exits = ANY, .only = "rfc3207"},
    {"tls-port", .raw = raw_tls, .tls_port = true, .exits = ANY,
     .only = "rfc8314"},
};

const struct way *way_at(size_t i)
{
    return i < sizeof ways / sizeof *ways ? &ways[i] : NULL;
}

const struct way *way_find(const char *name)
{
    for (size_t i = 0; way_at(i); i++)
        if (strcmp(way_at(i)->name, name) == 0)
            return way_at(i);
    return NULL;
}
