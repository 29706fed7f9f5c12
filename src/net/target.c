/*
 * target: the TARGET of the command line.
 *
 * The scheme is matched without regard to case (RFC 3986 3.1). A host is an
 * address or a name of letters, digits, '-', '_' and '.'; nothing else is
 * passed to the resolver.
 */
#include "net/target.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "net/clock.h"
#include "net/resolve.h"

#define LOOKUP_NS (10 * NET_S)

#define FORMS "HOST[:PORT], smtp://, smtps://, submission:// or lmtp://" \
              "HOST[:PORT], unix:PATH, exec:COMMAND or ref:"

struct err {
    char *p;
    size_t cap;
};

__attribute__((format(printf, 2, 3)))
static int wrong(struct err e, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (e.cap)
        (void)vsnprintf(e.p, e.cap, fmt, ap);
    va_end(ap);
    return -1;
}

/* What is quoted in a message, with anything odd made visible. */
struct quoted {
    char s[68];
};

static struct quoted quote(const char *p, size_t n)
{
    struct quoted q = {{0}};
    size_t max = sizeof(q.s) - 4;
    size_t i;

    for (i = 0; i < n && i < max; i++)
        q.s[i] = p[i] >= 0x20 && p[i] < 0x7f ? p[i] : '?';
    if (i < n)
        memcpy(q.s + i, "...", 4);
    return q;
}

static bool host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static int read_port(const char *p, struct net_target *t, struct err e)
{
    unsigned long v = 0;
    size_t i;

    for (i = 0; p[i] >= '0' && p[i] <= '9' && i < 6; i++)
        v = v * 10 + (unsigned long)(p[i] - '0');
    if (i == 0 || i > 5 || p[i] || v == 0 || v > 65535)
        return wrong(e, "target: port '%s': expected a number from 1 to "
                     "65535 and nothing behind it",
                     quote(p, strlen(p)).s);
    t->port = (uint16_t)v;
    return 0;
}

static int keep_host(const char *p, size_t n, struct net_target *t,
                     struct err e)
{
    if (n == 0)
        return wrong(e, "target: empty host: expected %s", FORMS);
    if (n >= sizeof(t->host))
        return wrong(e, "target: host of %zu octets: expected at most %zu",
                     n, sizeof(t->host) - 1);
    memcpy(t->host, p, n);
    t->host[n] = '\0';
    return 0;
}

/* Behind '[': an IPv6 address, perhaps with a %zone. */
static int read_bracketed(const char *p, struct net_target *t, struct err e)
{
    const char *end = strchr(p, ']');
    char bare[INET6_ADDRSTRLEN];
    struct in6_addr a;
    size_t n, addr;

    if (end == NULL)
        return wrong(e, "target: '[%s': expected ']' behind the IPv6 "
                     "address", quote(p, strlen(p)).s);
    n = (size_t)(end - p);
    if (keep_host(p, n, t, e) < 0)
        return -1;
    addr = strcspn(t->host, "%");
    if (addr < sizeof(bare)) {
        memcpy(bare, t->host, addr);
        bare[addr] = '\0';
    }
    if (addr >= sizeof(bare) || inet_pton(AF_INET6, bare, &a) != 1 ||
        (addr < n && addr + 1 == n))
        return wrong(e, "target: '[%s]': expected an IPv6 address in the "
                     "brackets", quote(p, n).s);
    if (end[1] == '\0')
        return 0;
    if (end[1] != ':')
        return wrong(e, "target: '%s' behind ']': expected :PORT or nothing",
                     quote(end + 1, strlen(end + 1)).s);
    return read_port(end + 2, t, e);
}

static int read_host(const char *p, struct net_target *t, struct err e)
{
    size_t n = 0;

    if (*p == '[')
        return read_bracketed(p + 1, t, e);
    while (host_char(p[n]))
        n++;
    if (p[n] == ':' && strchr(p + n + 1, ':'))
        return wrong(e, "target: '%s': expected an IPv6 address in "
                     "brackets, as in [::1]:25",
                     quote(p, strlen(p)).s);
    if (p[n] && p[n] != ':')
        return wrong(e, "target: '%s': expected letters, digits, '-' and "
                     "'.' in a host, then :PORT or nothing",
                     quote(p, strlen(p)).s);
    if (keep_host(p, n, t, e) < 0)
        return -1;
    return p[n] ? read_port(p + n + 1, t, e) : 0;
}

static int keep_path(const char *p, struct net_target *t, struct err e,
                     const char *what, size_t max)
{
    size_t n = strlen(p);

    if (n > max)
        return wrong(e, "target: %s of %zu octets: expected at most %zu",
                     what, n, max);
    memcpy(t->path, p, n + 1);
    return 0;
}

static int read_unix(const char *p, struct net_target *t, struct err e)
{
    if (*p == '\0')
        return wrong(e, "target: empty path: expected unix:PATH");
    return keep_path(p, t, e, "socket path",
                     sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
}

static int read_exec(const char *p, struct net_target *t, struct err e)
{
    if (p[strspn(p, " \t")] == '\0')
        return wrong(e, "target: empty command: expected exec:COMMAND");
    return keep_path(p, t, e, "command", sizeof(t->path) - 1);
}

static int read_ref(const char *p, struct net_target *t, struct err e)
{
    return keep_path(p, t, e, "name", sizeof(t->path) - 1);
}

struct scheme_row {
    const char *prefix;
    enum net_scheme scheme;
    uint16_t port;
    bool tls;
    int (*read)(const char *, struct net_target *, struct err);
};

static const struct scheme_row schemes[] = {
    {"smtp://",       NET_SMTP,       25,  false, read_host},
    {"smtps://",      NET_SMTPS,      465, true,  read_host},
    {"submission://", NET_SUBMISSION, 587, false, read_host},
    {"lmtp://",       NET_LMTP,       24,  false, read_host},
    {"unix:",         NET_UNIX,       0,   false, read_unix},
    {"exec:",         NET_EXEC,       0,   false, read_exec},
    {"ref:",          NET_REF,        0,   false, read_ref},
};

int net_target_parse(const char *text, struct net_target *out, char *err,
                     size_t err_cap)
{
    struct err e = {err, err_cap};
    struct net_target *t = out;
    size_t n = strlen(text);

    t->scheme = NET_PLAIN;
    t->port = 25;
    t->tls = false;
    t->host[0] = t->path[0] = t->text[0] = '\0';
    if (n == 0)
        return wrong(e, "target: empty: expected %s", FORMS);
    if (n >= sizeof(t->text))
        return wrong(e, "target: %zu octets: expected at most %zu", n,
                     sizeof(t->text) - 1);
    memcpy(t->text, text, n + 1);
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        const struct scheme_row *s = &schemes[i];
        size_t len = strlen(s->prefix);

        if (strncasecmp(text, s->prefix, len) != 0)
            continue;
        t->scheme = s->scheme;
        t->port = s->port;
        t->tls = s->tls;
        return s->read(text + len, t, e);
    }
    if (strstr(text, "://"))
        return wrong(e, "target: unknown scheme in '%s': expected %s",
                     quote(text, n).s, FORMS);
    return read_host(text, t, e);
}

int net_target_is_local(const struct net_target *t, char *err,
                        size_t err_cap)
{
    struct net_addrs addrs;

    if (t->scheme == NET_UNIX || t->scheme == NET_EXEC ||
        t->scheme == NET_REF)
        return 1;
    if (net_resolve(t->host, t->port, net_deadline(LOOKUP_NS), -1, &addrs,
                    err, err_cap) != NET_OK)
        return -1;
    for (unsigned i = 0; i < addrs.n; i++)
        if (!net_addr_is_loopback(&addrs.a[i]))
            return 0;
    return 1;
}
