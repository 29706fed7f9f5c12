#include "check/dialogue.h"

#include <stdarg.h>
#include <stdio.h>

#include "report/escape.h"

/* Longest command line that the runner itself sends. */
#define LINE_MAX_OCTETS 1024

#define POKE_MOST (500 * NET_MS) /* of the greeting's time, see the header */
#define QUIT_MOST (2 * NET_S)

/* ---- what a user reads ----------------------------------------------------
 */

/* What to look at when a connection fails; by how it ended. */
static const char *const connect_hint[] = {
    [NET_OK] = "",
    [NET_EOF] = "",
    [NET_RESET] = "",
    [NET_TIMEOUT] = ": is the host up, or a firewall in between?",
    [NET_STOPPED] = "",
    [NET_FULL] = "",
    [NET_TLS] = "",
    [NET_REFUSED] = ": is the server running, and the port right?",
    [NET_LOOKUP] = ": is the name right?",
    [NET_SYSTEM] = "",
};

/* How other protocols begin. */
static const struct {
    const char *first, *what;
} others[] = {
    {"HTTP/",    "the server speaks HTTP here, not SMTP"   },
    {"\x15\x03", "the server speaks TLS here: try smtps://"},
    {"\x16\x03", "the server speaks TLS here: try smtps://"},
    {"SSH-",     "the server speaks SSH here, not SMTP"    },
    {"+OK",      "the server speaks POP3 here, not SMTP"   },
    {"* ",       "the server speaks IMAP here, not SMTP"   },
};

static bool failed(struct dialogue *d, enum net_status st, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

static bool failed(struct dialogue *d, enum net_status st, const char *format,
                   ...)
{
    va_list ap;

    d->lost = true;
    d->status = st;
    va_start(ap, format);
    vsnprintf(d->why, sizeof d->why, format, ap);
    va_end(ap);
    return false;
}

/* Something that is no reply at all: say what it looks like instead. */
static bool not_smtp(struct dialogue *d, struct smtp_span said,
                     const char *where)
{
    char shown[40];

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t n = strlen(others[i].first);
        if (said.n >= n && memcmp(said.p, others[i].first, n) == 0)
            return failed(d, NET_OK, "%s: %s", where, others[i].what);
    }
    report_escape(said, shown, sizeof shown);
    return failed(d, NET_OK, "%s: this is not SMTP: \"%s\"", where, shown);
}

/* Connecting failed, or the handshake; `error` is src/net's line on it. */
static bool no_connection(struct dialogue *d, enum net_status st,
                          const char *where, const char *error)
{
    const char *hint = connect_hint[st];

    if (st == NET_REFUSED && d->scheme == NET_UNIX)
        hint = ": is the server running, and the path right?";
    d->unverified = st == NET_TLS && strstr(error, "the certificate") != NULL;
    if (d->unverified)
        hint = ": give its CA with --tls-ca, or --tls-insecure";
    else if (st == NET_TLS && strstr(error, "does not speak TLS"))
        hint = ": for STARTTLS or no TLS use smtp://";
    return failed(d, st, "%s%s%s", where, error, hint);
}

static double seconds(uint64_t ns)
{
    return (double)ns / (double)NET_S;
}

static bool looks_like_code(struct smtp_span s)
{
    return s.n > 0 && s.p[0] >= '2' && s.p[0] <= '5';
}

/* No reply came: how, and what was there of it. */
static bool no_reply(struct dialogue *d, enum net_status st, const char *where)
{
    struct smtp_span part = net_conn_pending(d->conn);
    bool greeting = strcmp(where, "greeting") == 0;

    if (st == NET_STOPPED)
        return failed(d, st, "interrupted");
    /* TLS records and the like need not hold a line end. */
    if (part.n && !looks_like_code(part))
        return not_smtp(d, part, where);
    if (st == NET_TIMEOUT && part.n)
        return failed(d, st, "%s: %zu octets in %.3g s, and no end of line",
                      where, part.n, seconds(d->timeout));
    if (st == NET_TIMEOUT && greeting)
        return failed(d, st,
                      "greeting: none in %.3g s, and SMTP servers speak "
                      "first: is it the right port? If it is slow: --timeout",
                      seconds(d->timeout));
    if (st == NET_TIMEOUT)
        return failed(d, st, "%s: no reply in %.3g s", where,
                      seconds(d->timeout));
    if ((st == NET_EOF || st == NET_RESET) && greeting)
        return failed(d, st,
                      "greeting: the server %s the connection without "
                      "one: %s", st == NET_EOF ? "closed" : "reset",
                      d->scheme == NET_EXEC ? "can the command be run?"
                                            : "does it refuse this client?");
    if (st == NET_EOF || st == NET_RESET)
        return failed(d, st, "%s: the server %s the connection", where,
                      st == NET_EOF ? "closed" : "reset");
    return failed(d, st, "%s: %s", where, net_conn_error(d->conn));
}

static bool endless(struct dialogue *d, const char *where)
{
    struct smtp_span part = net_conn_pending(d->conn);

    if (part.n && !looks_like_code(part))
        return not_smtp(d, part, where);
    return failed(d, NET_FULL, "%s: %d octets without an end", where,
                  SMTP_REPLY_MAX);
}

/* ---- replies ----------------------------------------------------------------
 */

static bool read_reply(struct dialogue *d, struct smtp_reply *out,
                       const char *where, uint64_t deadline)
{
    net_conn_consume(d->conn, d->used);
    d->used = 0;
    for (;;) {
        struct smtp_span in = net_conn_pending(d->conn);
        ssize_t n = smtp_reply_parse(&d->scan, in.p, in.n, out);
        enum net_status st;

        if (n < 0)
            return endless(d, where);
        if (n > 0) {
            d->used = (size_t)n;
            return out->code ? true : not_smtp(d, out->raw, where);
        }
        st = net_conn_read(d->conn, deadline);
        if (st != NET_OK)
            return no_reply(d, st, where);
    }
}

/* The last that a silent server hears. */
static void poke(struct dialogue *d, uint64_t deadline)
{
    static const char quit[] = "QUIT\r\n\r\n";
    struct smtp_span said = {0};

    if (net_conn_write(d->conn, quit, sizeof quit - 1, deadline) != NET_OK)
        return;
    while (said.n < 5 && net_conn_read(d->conn, deadline) == NET_OK)
        said = net_conn_pending(d->conn);
    /* A greeting now is late, whatever it says. */
    if (looks_like_code(said))
        net_conn_consume(d->conn, said.n);
}

/* Waits for the first octet. */
static bool hear(struct dialogue *d, uint64_t deadline)
{
    uint64_t rest = d->timeout / 10 < POKE_MOST ? d->timeout / 10 : POKE_MOST;
    enum net_status st = net_conn_read(d->conn, deadline - rest);

    if (st == NET_OK)
        return true;
    if (st == NET_TIMEOUT)
        poke(d, deadline);
    return no_reply(d, st, "greeting");
}

bool dialogue_open(struct dialogue *d, const struct check_config *cfg,
                   const struct net_target *target, struct smtp_reply *out)
{
    struct net_conn_options o = {.tls = cfg->tls, .stop_fd = cfg->stop_fd};
    uint64_t deadline = net_deadline(cfg->timeout);
    char why[sizeof d->why - 128];
    enum net_status st;

    *d = (struct dialogue){.scheme = target->scheme, .timeout = cfg->timeout};
    st = net_conn_open(target, &o, deadline, &d->conn, why, sizeof why);
    if (st == NET_OK)
        return hear(d, deadline) && read_reply(d, out, "greeting", deadline);
    d->conn = NULL;
    return no_connection(d, st, "", why);
}

bool dialogue_say(struct dialogue *d, struct smtp_reply *out,
                  const char *format, ...)
{
    char line[LINE_MAX_OCTETS], where[32];
    uint64_t deadline = net_deadline(d->timeout);
    va_list ap;
    int n;
    enum net_status st;

    va_start(ap, format);
    n = vsnprintf(line, sizeof line - 2, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof line - 2)
        return failed(d, NET_OK, "a command line is too long to send");
    snprintf(where, sizeof where, "%.*s", (int)strcspn(line, " "), line);
    line[n] = '\r';
    line[n + 1] = '\n';
    st = net_conn_write(d->conn, line, (size_t)n + 2, deadline);
    if (st != NET_OK)
        return no_reply(d, st, where);
    return read_reply(d, out, where, deadline);
}

bool dialogue_tls(struct dialogue *d)
{
    enum net_status st;

    net_conn_consume(d->conn, d->used);
    d->used = 0;
    st = net_conn_starttls(d->conn, net_deadline(d->timeout));
    return st == NET_OK ||
           no_connection(d, st, "STARTTLS: ", net_conn_error(d->conn));
}

void dialogue_end(struct dialogue *d)
{
    struct dialogue bye = *d; /* QUIT's fate is of no interest */
    struct smtp_reply r;

    if (!d->conn)
        return;
    if (bye.timeout > QUIT_MOST)
        bye.timeout = QUIT_MOST;
    if (!d->lost)
        dialogue_say(&bye, &r, "QUIT");
    net_conn_close(d->conn);
    d->conn = NULL;
}
