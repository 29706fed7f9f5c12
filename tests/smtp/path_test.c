#include "smtp/path.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/feed.h"
#include "smtp/octet.h"

#define S(literal) literal, sizeof(literal) - 1

enum { TEXT = 2048 };

static size_t put_flaws(char *text, size_t at, const struct smtp_flaws *fs)
{
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, TEXT - at, " %s",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        at += (size_t)snprintf(text + at, TEXT - at, " @%zu", fs->first_at);
    return at;
}

static size_t put_span(char *text, size_t at, const char *name,
                       struct smtp_span s)
{
    if (!s.p)
        return at;
    return at + (size_t)snprintf(text + at, TEXT - at, " %s[%.*s]", name,
                                 (int)s.n, s.p);
}

/* "<octets> <kind> route[..] local[..] domain[..] null quoted utf8 flaws". */
static void show(char *text, size_t n, const struct smtp_path *p,
                 const struct smtp_flaws *flaws)
{
    static const char *const kinds[] = {"none", "name", "ipv4", "ipv6",
                                        "general"};
    size_t at = (size_t)snprintf(text, TEXT, "%zu %s", n, kinds[p->kind]);
    at = put_span(text, at, "route", p->route);
    at = put_span(text, at, "local", p->local);
    at = put_span(text, at, "domain", p->domain);
    at += (size_t)snprintf(text + at, TEXT - at, "%s%s%s",
                           p->null ? " null" : "", p->quoted ? " quoted" : "",
                           p->utf8 ? " utf8" : "");
    put_flaws(text, at, flaws);
}

static struct feed_guard guard;

static void open_guard(void)
{
    cr_assert(feed_guard_open(&guard, 4096));
}

static void close_guard(void)
{
    feed_guard_close(&guard);
}

TestSuite(path, .init = open_guard, .fini = close_guard);

static void run_path(const char *in, size_t n, unsigned opts, char *text)
{
    struct smtp_flaws flaws = {0};
    struct smtp_path path;
    const char *p = feed_guard_put(&guard, in, n);
    size_t used = smtp_path_parse(smtp_span_of(p, n), opts, &path, &flaws);
    show(text, used, &path, &flaws);
    cr_expect(used <= n);
    cr_expect(used == 0 || (path.raw.p == p && path.raw.n == used));
}

static void run_mailbox(const char *in, size_t n, unsigned opts, char *text)
{
    struct smtp_flaws flaws = {0};
    struct smtp_path path;
    const char *p = feed_guard_put(&guard, in, n);
    smtp_mailbox_parse(smtp_span_of(p, n), opts, &path, &flaws);
    show(text, n, &path, &flaws);
}

struct row {
    const char *in;
    size_t n;
    unsigned opts;
    const char *want;
};

enum { U = SMTP_PATH_UTF8, N = SMTP_PATH_NULL, P = SMTP_PATH_POSTMASTER };

static const struct row valid[] = {
    {S("<a@b>"), 0, "5 name local[a] domain[b]"},
    {S("<a@b> SIZE=1"), 0, "5 name local[a] domain[b]"},
    {S("<a.b.c@d.e>"), 0, "11 name local[a.b.c] domain[d.e]"},
    {S("<!#$%&'*+-/=?^_`{|}~@x>"), 0,
     "23 name local[!#$%&'*+-/=?^_`{|}~] domain[x]"},
    {S("<1@1.2.3>"), 0, "9 name local[1] domain[1.2.3]"},
    {S("<a@x--y.z-1>"), 0, "12 name local[a] domain[x--y.z-1]"},
    {S("<a@xn--bcher-kva.example>"), 0,
     "25 name local[a] domain[xn--bcher-kva.example]"},
    {S("<>"), N, "2 none null"},
    {S("<> BODY=7BIT"), N, "2 none null"},
    {S("<Postmaster>"), P, "12 none local[Postmaster]"},
    {S("<pOSTMASTER>"), P, "12 none local[pOSTMASTER]"},
    {S("<Postmaster@x>"), P, "14 name local[Postmaster] domain[x]"},
    {S("<\"\"@x>"), 0, "6 name local[\"\"] domain[x] quoted"},
    {S("<\"a b\"@x>"), 0, "9 name local[\"a b\"] domain[x] quoted"},
    {S("<\"a>b\"@x> Y"), 0, "9 name local[\"a>b\"] domain[x] quoted"},
    {S("<\"a@b\"@x>"), 0, "9 name local[\"a@b\"] domain[x] quoted"},
    {S("<\"a\\\"b\\\\\"@x>"), 0,
     "12 name local[\"a\\\"b\\\\\"] domain[x] quoted"},
    {S("<\"\\ \\~\"@x>"), 0, "10 name local[\"\\ \\~\"] domain[x] quoted"},
    {S("<@a:b@c>"), 0, "8 name route[@a] local[b] domain[c]"},
    {S("<@a.x,@b-c:\"q\"@[1.2.3.4]>"), 0,
     "25 ipv4 route[@a.x,@b-c] local[\"q\"] domain[[1.2.3.4]] quoted"},
    {S("<a@[1.2.3.4]>"), 0, "13 ipv4 local[a] domain[[1.2.3.4]]"},
    {S("<a@[IPv6:::1]>"), 0, "14 ipv6 local[a] domain[[IPv6:::1]]"},
    {S("<a@[x-400:c=de;a>b]>"), 0,
     "20 general local[a] domain[[x-400:c=de;a>b]]"},
    {S("<\xc3\xa9@x>"), U, "6 name local[\xc3\xa9] domain[x] utf8"},
    {S("<a.\xe2\x82\xac@b\xc3\xbc.\xf0\x9f\x98\x80>"), U,
     "16 name local[a.\xe2\x82\xac] domain[b\xc3\xbc.\xf0\x9f\x98\x80] utf8"},
    {S("<\"\xc3\xa9 \"@x>"), U,
     "9 name local[\"\xc3\xa9 \"] domain[x] quoted utf8"},
    {S("<@\xc3\xa9:a@x>"), U,
     "9 name route[@\xc3\xa9] local[a] domain[x] utf8"},
};

static const struct row invalid[] = {
    {S(""), 0, "0 none"},
    {S(" <a@b>"), 0, "0 none"},
    {S("<"), 0,
     "1 none local[] path-brackets path-local-part path-domain @1"},
    {S("<>"), 0, "2 none null path-null @0"},
    {S("<@>"), 0,
     "3 none local[] domain[] path-local-part path-domain @1"},
    {S("<@b>"), 0, "4 name local[] domain[b] path-local-part @1"},
    {S("<@a,b@c>"), 0,
     "8 none local[] domain[a,b@c] path-local-part path-domain @1"},
    {S("<a@b"), 0, "4 name local[a] domain[b] path-brackets @4"},
    {S("<a@b SIZE=1"), 0,
     "4 none local[a] domain[b] path-brackets path-domain @4"},
    {S("a@b"), 0, "3 name local[a] domain[b] path-brackets @0"},
    {S("a@b> X"), 0,
     "4 name local[a] domain[b] path-brackets @0"},
    {S("a@b SIZE=1"), 0, "3 name local[a] domain[b] path-brackets @0"},
    {S("\"a b\"@c d"), 0,
     "7 name local[\"a b\"] domain[c] quoted path-brackets @0"},
    {S("\"a b@c d"), 0,
     "2 none local[\"a] path-brackets path-quoted path-domain @0"},
    {S("<a>"), 0, "3 none local[a] path-domain @2"},
    {S("<Postmaster>"), N, "12 none local[Postmaster] path-domain @11"},
    {S("<\"Postmaster\">"), P,
     "14 none local[\"Postmaster\"] quoted path-domain @13"},
    {S("<@a:postmaster>"), P,
     "15 none route[@a] local[postmaster] path-domain @14"},
    {S("<.a@b>"), 0, "6 name local[.a] domain[b] path-local-part @1"},
    {S("<a.@b>"), 0, "6 name local[a.] domain[b] path-local-part @2"},
    {S("<a..b@c>"), 0, "8 name local[a..b] domain[c] path-local-part @3"},
    {S("<a b@c> X"), 0, "7 name local[a b] domain[c] path-local-part @2"},
    {S("<a\"b\"@c>"), 0, "8 name local[a\"b\"] domain[c] path-local-part @2"},
    {S("<a,b@c>"), 0, "7 name local[a,b] domain[c] path-local-part @2"},
    {S("<a\tb@c>"), 0, "7 name local[a\tb] domain[c] path-local-part @2"},
    {S("<<a@b>>"), 0, "6 name local[<a] domain[b] path-local-part @1"},
    {S("<\"a\".b@c>"), 0,
     "9 name local[\"a\".b] domain[c] quoted path-local-part @4"},
    {S("<\"a\"b>"), 0,
     "6 none local[\"a\"b] quoted path-local-part path-domain @4"},
    {S("<\"a@b> SIZE=1"), 0,
     "6 name local[\"a] domain[b] path-quoted @1"},
    {S("<\"a\\"), 0,
     "4 none local[\"a\\] path-brackets path-quoted path-domain @1"},
    {S("<\"\\\x01\"@b>"), 0,
     "8 name local[\"\\\x01\"] domain[b] quoted path-quoted @2"},
    {S("<\"a\tb\"@c>"), 0,
     "9 name local[\"a\tb\"] domain[c] quoted path-quoted @3"},
    {S("<a@>"), 0, "4 none local[a] domain[] path-domain @3"},
    {S("<a@.b>"), 0, "6 none local[a] domain[.b] path-domain @3"},
    {S("<a@b.>"), 0, "6 none local[a] domain[b.] path-domain @5"},
    {S("<a@b..c>"), 0, "8 none local[a] domain[b..c] path-domain @5"},
    {S("<a@-b>"), 0, "6 none local[a] domain[-b] path-domain @3"},
    {S("<a@b->"), 0, "6 none local[a] domain[b-] path-domain @5"},
    {S("<a@b-.c>"), 0, "8 none local[a] domain[b-.c] path-domain @5"},
    {S("<a@b_c>"), 0, "7 none local[a] domain[b_c] path-domain @4"},
    {S("<a@b@c>"), 0, "7 none local[a] domain[b@c] path-domain @4"},
    {S("<a@b c> X"), 0, "7 none local[a] domain[b c] path-domain @4"},
    {S("<a@[1.2.3.4>"), 0,
     "12 none local[a] domain[[1.2.3.4] path-literal @3"},
    {S("<a@[1.2.3.4]x>"), 0,
     "14 none local[a] domain[[1.2.3.4]x] path-domain @12"},
    {S("<a@[1.2.3.256]>"), 0,
     "15 none local[a] domain[[1.2.3.256]] path-literal @3"},
    {S("<a@1.2.3.4]>"), 0, "12 none local[a] domain[1.2.3.4]] "
                           "path-domain @10"},
    {S("<@a,@b@c:d@e>"), 0,
     "13 name route[@a,@b@c] local[d] domain[e] path-route @6"},
    {S("<@a-:d@e>"), 0, "9 name route[@a-] local[d] domain[e] path-route @4"},
    {S("<@a,:d@e>"), 0, "9 name route[@a,] local[d] domain[e] path-route @4"},
    {S("<\xc3\xa9@x>"), 0,
     "6 name local[\xc3\xa9] domain[x] utf8 path-8bit @1"},
    {S("<a@\xc3\xa9>"), 0,
     "6 name local[a] domain[\xc3\xa9] utf8 path-8bit @3"},
    {S("<\xc3@x>"), U, "5 name local[\xc3] domain[x] utf8 path-utf8 @1"},
    {S("<a\xff@x>"), 0,
     "6 name local[a\xff] domain[x] utf8 path-utf8 path-8bit @2"},
    {S("<\xed\xa0\x80@x>"), U,
     "7 name local[\xed\xa0\x80] domain[x] utf8 path-utf8 @1"},
    {S("<\xc0\xaf@x>"), U,
     "6 name local[\xc0\xaf] domain[x] utf8 path-utf8 @1"},
    {S("<a@\xf4\x90\x80\x80>"), U,
     "8 name local[a] domain[\xf4\x90\x80\x80] utf8 path-utf8 @3"},
    {S("<\"\\\xc3\xa9\"@x>"), U,
     "9 name local[\"\\\xc3\xa9\"] domain[x] quoted utf8 path-quoted @2"},
    {S("<\"\xc3\xa9@x> \xff"), U,
     "7 name local[\"\xc3\xa9] domain[x] utf8 path-quoted @1"},
};

static void run_rows(const struct row *rows, size_t count, bool clean)
{
    char text[TEXT];
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        run_path(r->in, r->n, r->opts, text);
        cr_expect_str_eq(text, r->want, "%s:\n got %s\nwant %s", r->in, text,
                         r->want);
        cr_expect_eq(strchr(r->want, '@') != NULL &&
                         strstr(r->want, "path-") != NULL,
                     !clean && r->n > 0 && r->in[0] != ' ', "%s", r->in);
        /* No prefix may be read past its end. */
        for (size_t n = 0; n < r->n; n++)
            run_path(r->in, n, r->opts, text);
    }
}

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

Test(path, valid)
{
    run_rows(valid, COUNT(valid), true);
}

Test(path, invalid)
{
    run_rows(invalid, COUNT(invalid), false);
}

static const struct row mailboxes[] = {
    {S("a@b"), 0, "3 name local[a] domain[b]"},
    {S("\"a b\"@[1.2.3.4]"), 0,
     "15 ipv4 local[\"a b\"] domain[[1.2.3.4]] quoted"},
    {S("Smith"), SMTP_PATH_LOCAL, "5 none local[Smith]"},
    {S("\"J. Smith\""), SMTP_PATH_LOCAL,
     "10 none local[\"J. Smith\"] quoted"},
    {S("postmaster"), P, "10 none local[postmaster]"},
    {S(""), 0, "0 none local[] path-local-part path-domain @0"},
    {S("Smith"), 0, "5 none local[Smith] path-domain @5"},
    {S("a b"), SMTP_PATH_LOCAL, "3 none local[a b] path-local-part @1"},
    {S("a@b>"), 0, "4 name local[a] domain[b] path-brackets @3"},
    {S("<a@b>"), 0,
     "5 name local[<a] domain[b] path-brackets path-local-part @0"},
    {S("a@b c"), 0, "5 none local[a] domain[b c] path-domain @3"},
    {S("\xff@b"), U, "3 name local[\xff] domain[b] utf8 path-utf8 @0"},
};

Test(path, mailbox)
{
    char text[TEXT];
    for (size_t i = 0; i < COUNT(mailboxes); i++) {
        const struct row *r = &mailboxes[i];
        run_mailbox(r->in, r->n, r->opts, text);
        cr_expect_str_eq(text, r->want, "%s:\n got %s\nwant %s", r->in, text,
                         r->want);
        for (size_t n = 0; n < r->n; n++)
            run_mailbox(r->in, n, r->opts, text);
    }
}

/* Lengths (RFC 5321 4.5.3.1.1 to .3), at the limit and one over it. */
Test(path, lengths)
{
    static const struct {
        size_t local, domain;
        const char *flaws;
    } rows[] = {
        {64, 189, ""},
        {65, 180, " path-local-length @1"},
        {64, 190, " path-length @0"},
        {1, 255, " path-length @0"},
        {1, 256, " path-length path-domain-length @0"},
    };
    char flaws[TEXT];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_flaws fs = {0};
        struct smtp_path path;
        size_t n = 3 + rows[i].local + rows[i].domain;
        char in[600];
        memset(in, 'a', sizeof(in));
        in[0] = '<';
        in[1 + rows[i].local] = '@';
        in[n - 1] = '>';
        smtp_path_parse(smtp_span_of(in, n), 0, &path, &fs);
        flaws[0] = '\0';
        put_flaws(flaws, 0, &fs);
        cr_expect_eq(path.local.n, rows[i].local);
        cr_expect_eq(path.domain.n, rows[i].domain);
        cr_expect_str_eq(flaws, rows[i].flaws, "%zu@%zu: %s", rows[i].local,
                         rows[i].domain, flaws);
    }
}

struct host {
    const char *in;
    size_t n;
    enum smtp_domain_kind want;
};

static const struct host hosts[] = {
    {S("a"), SMTP_DOMAIN_NAME},
    {S("A-1.b2.C"), SMTP_DOMAIN_NAME},
    {S("1"), SMTP_DOMAIN_NAME},
    {S("1.2.3.4"), SMTP_DOMAIN_NAME},
    {S("b\xc3\xbc.de"), SMTP_DOMAIN_NAME},
    {S("[0.0.0.0]"), SMTP_DOMAIN_IPV4},
    {S("[255.255.255.255]"), SMTP_DOMAIN_IPV4},
    {S("[001.02.3.4]"), SMTP_DOMAIN_IPV4},
    {S("[IPv6:1:2:3:4:5:6:7:8]"), SMTP_DOMAIN_IPV6},
    {S("[ipV6:1:2:3:4:5:6:7:ABcd]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:::]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:::1]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1::]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1::2]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1:2:3:4:5:6::]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:::1:2:3:4:5:6]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1:2:3::4:5:6]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1:2:3:4:5:6:1.2.3.4]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:::1.2.3.4]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1::1.2.3.4]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:1:2:3:4::1.2.3.4]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:::1:2:3:4:1.2.3.4]"), SMTP_DOMAIN_IPV6},
    {S("[IPv6:2001:db8::ffff:192.0.2.1]"), SMTP_DOMAIN_IPV6},
    {S("[a:b]"), SMTP_DOMAIN_GENERAL},
    {S("[-1:!]"), SMTP_DOMAIN_GENERAL},
    {S("[IPv4:1.2.3.4]"), SMTP_DOMAIN_GENERAL},
    {S("[IPv66:x]"), SMTP_DOMAIN_GENERAL},
};

static const struct host not_hosts[] = {
    {S(""), SMTP_DOMAIN_NONE},
    {S("."), SMTP_DOMAIN_NONE},
    {S("a."), SMTP_DOMAIN_NONE},
    {S(".a"), SMTP_DOMAIN_NONE},
    {S("a..b"), SMTP_DOMAIN_NONE},
    {S("-a"), SMTP_DOMAIN_NONE},
    {S("a-"), SMTP_DOMAIN_NONE},
    {S("a.-b"), SMTP_DOMAIN_NONE},
    {S("a-.b"), SMTP_DOMAIN_NONE},
    {S("a_b"), SMTP_DOMAIN_NONE},
    {S("a b"), SMTP_DOMAIN_NONE},
    {S("a\0b"), SMTP_DOMAIN_NONE},
    {S("\xff"), SMTP_DOMAIN_NONE},
    {S("["), SMTP_DOMAIN_NONE},
    {S("[]"), SMTP_DOMAIN_NONE},
    {S("[1.2.3.4"), SMTP_DOMAIN_NONE},
    {S("1.2.3.4]"), SMTP_DOMAIN_NONE},
    {S("[1.2.3]"), SMTP_DOMAIN_NONE},
    {S("[1.2.3.4.5]"), SMTP_DOMAIN_NONE},
    {S("[1.2.3.]"), SMTP_DOMAIN_NONE},
    {S("[1.2.3.0004]"), SMTP_DOMAIN_NONE},
    {S("[256.2.3.4]"), SMTP_DOMAIN_NONE},
    {S("[1.2.3.-4]"), SMTP_DOMAIN_NONE},
    {S("[1,2.3.4]"), SMTP_DOMAIN_NONE},
    {S("[::1]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:]"), SMTP_DOMAIN_NONE},
    {S("[IPv6::]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5:6:7]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5:6:7:]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5:6:7:8:9]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5:6:7:8:9:]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5:6:7::]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4::5:6:7]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:::1:2:3:4:5:6:7]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1::2::3]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:::1::]"), SMTP_DOMAIN_NONE},
    {S("[IPv6::::]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:::2]"), SMTP_DOMAIN_NONE},
    {S("[IPv6::1:2:3:4:5:6:7:8]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:12345::]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:g::]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1::2%eth0]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1.2.3.4]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5:6:7:1.2.3.4]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:1:2:3:4:5::1.2.3.4]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:::1.2.3]"), SMTP_DOMAIN_NONE},
    {S("[IPv6:::1.2.3.4:5]"), SMTP_DOMAIN_NONE},
    {S("[:x]"), SMTP_DOMAIN_NONE},
    {S("[a:]"), SMTP_DOMAIN_NONE},
    {S("[a-:x]"), SMTP_DOMAIN_NONE},
    {S("[a_b:x]"), SMTP_DOMAIN_NONE},
    {S("[a:x y]"), SMTP_DOMAIN_NONE},
    {S("[a:x[y]"), SMTP_DOMAIN_NONE},
    {S("[a:x\\y]"), SMTP_DOMAIN_NONE},
};

static void run_hosts(const struct host *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *p = feed_guard_put(&guard, rows[i].in, rows[i].n);
        cr_expect_eq(smtp_domain_kind(smtp_span_of(p, rows[i].n), true),
                     rows[i].want, "%s", rows[i].in);
    }
}

Test(path, hosts)
{
    run_hosts(hosts, COUNT(hosts));
    run_hosts(not_hosts, COUNT(not_hosts));
    cr_expect_eq(smtp_domain_kind(smtp_span_of(S("b\xc3\xbc")), false),
                 SMTP_DOMAIN_NONE);
}

Test(path, unquote)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"abc", "abc"},        {"\"a b\"", "a b"}, {"\"a\\\"b\"", "a\"b"},
        {"\"\\\\\"", "\\"},    {"\"\"", ""},       {"a\\b", "a\\b"},
        {"\"Joe\\,Smith\"", "Joe,Smith"},          {"\"", "\""},
        {"", ""},
    };
    char out[32];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_span in = smtp_span_of(rows[i].in, strlen(rows[i].in));
        size_t want = strlen(rows[i].want);
        size_t n = smtp_local_unquote(in, out, sizeof(out));
        cr_expect_eq(n, want, "%s", rows[i].in);
        cr_expect(memcmp(out, rows[i].want, want) == 0, "%s", rows[i].in);
        out[0] = '#';
        if (want > 0) {
            cr_expect_eq(smtp_local_unquote(in, out, want - 1), want);
            cr_expect_eq(out[0], '#', "%s: written", rows[i].in);
        }
    }
}

/* Every two octets, and the edges of the longer sequences (RFC 3629 4). */
Test(path, utf8)
{
    static const struct {
        const char *in;
        size_t n, want;
    } rows[] = {
        {S("a"), 1},
        {S("\x7f"), 1},
        {S("\xc2\x80"), 2},
        {S("\xdf\xbf"), 2},
        {S("\xe0\xa0\x80"), 3},
        {S("\xed\x9f\xbf"), 3},
        {S("\xee\x80\x80"), 3},
        {S("\xef\xbf\xbf"), 3},
        {S("\xf0\x90\x80\x80"), 4},
        {S("\xf4\x8f\xbf\xbf"), 4},
        {S(""), 0},
        {S("\x80"), 0},
        {S("\xbf"), 0},
        {S("\xc0\x80"), 0},
        {S("\xc1\xbf"), 0},
        {S("\xc2"), 0},
        {S("\xc2\x7f"), 0},
        {S("\xc2\xc0"), 0},
        {S("\xe0\x9f\xbf"), 0},
        {S("\xed\xa0\x80"), 0},
        {S("\xed\xbf\xbf"), 0},
        {S("\xe1\x80"), 0},
        {S("\xe1\x80\x7f"), 0},
        {S("\xf0\x8f\xbf\xbf"), 0},
        {S("\xf4\x90\x80\x80"), 0},
        {S("\xf0\x90\x80"), 0},
        {S("\xf0\x90\x80\xc0"), 0},
        {S("\xf5\x80\x80\x80"), 0},
        {S("\xff"), 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *p = feed_guard_put(&guard, rows[i].in, rows[i].n);
        cr_expect_eq(smtp_utf8_length(p, rows[i].n), rows[i].want, "row %zu",
                     i);
    }
}
