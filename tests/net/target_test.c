/*
 * target and resolve: where the server is.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/net/peer.h"

Test(target, good)
{
    static const struct {
        const char *text;
        enum net_scheme scheme;
        const char *host;
        unsigned port;
        bool tls;
        const char *path;
    } rows[] = {
        {"mx.example.com", NET_PLAIN, "mx.example.com", 25, false, ""},
        {"localhost:2525", NET_PLAIN, "localhost", 2525, false, ""},
        {"127.0.0.1:1", NET_PLAIN, "127.0.0.1", 1, false, ""},
        {"a_b-c.:65535", NET_PLAIN, "a_b-c.", 65535, false, ""},
        {"[::1]", NET_PLAIN, "::1", 25, false, ""},
        {"[::1]:2525", NET_PLAIN, "::1", 2525, false, ""},
        {"[fe80::1%eth0]:25", NET_PLAIN, "fe80::1%eth0", 25, false, ""},
        {"smtp://h", NET_SMTP, "h", 25, false, ""},
        {"smtp://h:2525", NET_SMTP, "h", 2525, false, ""},
        {"SMTPS://h", NET_SMTPS, "h", 465, true, ""},
        {"smtps://[::1]:4465", NET_SMTPS, "::1", 4465, true, ""},
        {"submission://h", NET_SUBMISSION, "h", 587, false, ""},
        {"lmtp://h", NET_LMTP, "h", 24, false, ""},
        {"unix:/run/x", NET_UNIX, "", 0, false, "/run/x"},
        {"unix:a b:c", NET_UNIX, "", 0, false, "a b:c"},
        {"exec:sh -c 'x' :/", NET_EXEC, "", 0, false, "sh -c 'x' :/"},
        {"ref:", NET_REF, "", 0, false, ""},
        {"ref:submission,x", NET_REF, "", 0, false, "submission,x"},
        {"smtp", NET_PLAIN, "smtp", 25, false, ""},
        {"h:00025", NET_PLAIN, "h", 25, false, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct net_target t;
        char err[200] = "";
        int rc = net_target_parse(rows[i].text, &t, err, sizeof(err));

        cr_expect_eq(rc, 0, "%s: %s", rows[i].text, err);
        cr_expect_eq(t.scheme, rows[i].scheme, "%s", rows[i].text);
        cr_expect_str_eq(t.host, rows[i].host, "%s", rows[i].text);
        cr_expect_eq(t.port, rows[i].port, "%s", rows[i].text);
        cr_expect_eq(t.tls, rows[i].tls, "%s", rows[i].text);
        cr_expect_str_eq(t.path, rows[i].path, "%s", rows[i].text);
        cr_expect_str_eq(t.text, rows[i].text);
    }
}

Test(target, bad)
{
    static const char *const rows[] = {
        "", ":25", "h:", "h:0", "h:65536", "h:99999999999", "h:2x", "h:25/",
        "h:-1", "h: 25", "smtp://", "smtp://:25", "smtp://h/", "http://h",
        "://h", "::1", "::1:25", "[::1", "[]", "[]:25", "[::1]25", "[::1]x",
        "[::1]:", "[1.2.3.4]", "[::1%]", "[nonsense]:25", "h h", "h@x",
        "h\n", "h\x01:25", "\xc3\xa9.example", "unix:", "exec:", "exec:  ",
        "mailto:x", "smtp://smtp://h", "h:25:26", "[::1]:25]",
        "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct net_target t;
        char err[200] = "";

        cr_expect_eq(net_target_parse(rows[i], &t, err, sizeof(err)), -1,
                     "'%s' is taken", rows[i]);
        cr_expect(strstr(err, "expected"), "'%s': '%s'", rows[i], err);
        cr_expect_null(strchr(err, '\n'), "'%s'", rows[i]);
        cr_expect_eq(net_target_parse(rows[i], &t, NULL, 0), -1);
    }
}

Test(target, lengths)
{
    static const struct {
        const char *prefix;
        size_t n; /* of 'a' behind it */
        int want;
    } rows[] = {
        {"", 255, 0},       {"", 256, -1},      {"unix:", 107, 0},
        {"unix:", 108, -1}, {"exec:", 4090, 0}, {"exec:", 4091, -1},
        {"ref:", 4091, 0},  {"", 100000, -1},
    };
    static char text[100100];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct net_target t;
        char err[200] = "";
        size_t n = strlen(rows[i].prefix);

        memcpy(text, rows[i].prefix, n);
        memset(text + n, 'a', rows[i].n);
        text[n + rows[i].n] = '\0';
        cr_expect_eq(net_target_parse(text, &t, err, sizeof(err)),
                     rows[i].want, "%s + %zu: %s", rows[i].prefix,
                     rows[i].n, err);
    }
}

Test(target, local)
{
    static const struct {
        const char *text;
        int want;
    } rows[] = {
        {"127.0.0.1", 1},          {"127.9.9.9:2525", 1},
        {"[::1]", 1},              {"[::ffff:127.0.0.1]", 1},
        {"localhost", 1},          {"unix:/x", 1},
        {"exec:true", 1},          {"ref:", 1},
        {"192.0.2.1", 0},          {"[2001:db8::1]", 0},
        {"[::ffff:192.0.2.1]", 0}, {"128.0.0.1", 0},
        {"nosuch.invalid", -1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct net_target t;
        char err[200] = "";

        cr_assert_eq(net_target_parse(rows[i].text, &t, err, sizeof(err)),
                     0);
        cr_expect_eq(net_target_is_local(&t, err, sizeof(err)),
                     rows[i].want, "%s: %s", rows[i].text, err);
    }
}

Test(resolve, forms)
{
    static const struct {
        const char *host, *want;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1:25"},
        {"::1", "[::1]:25"},
        {"0:0::1", "[::1]:25"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct net_addrs a;
        char err[200] = "", text[NET_ADDR_TEXT];

        cr_assert_eq(net_resolve(rows[i].host, 25, 0, -1, &a, err,
                                 sizeof(err)), NET_OK, "%s", err);
        cr_expect_eq(a.n, 1);
        net_addr_print(&a.a[0], text);
        cr_expect_str_eq(text, rows[i].want);
        cr_expect_eq(net_addr_port(&a.a[0]), 25);
    }
}

Test(resolve, names)
{
    struct net_addrs a;
    char err[200] = "";
    uint64_t start = net_now();
    int p[2];

    cr_expect_eq(net_resolve("localhost", 7, net_deadline(60 * NET_S), -1, &a,
                             err, sizeof(err)), NET_OK, "%s", err);
    cr_expect_gt(a.n, 0);
    cr_expect(net_addr_is_loopback(&a.a[0]));
    cr_expect_eq(net_addr_port(&a.a[0]), 7);
    cr_expect_eq(net_resolve("fe80::1%nosuchif", 7, 0, -1, &a, err,
                             sizeof(err)), NET_LOOKUP);
    /* The deadline is past, or we are told to stop: no waiting. */
    cr_expect_eq(net_resolve("nosuch.invalid", 7, 0, -1, &a, err,
                             sizeof(err)), NET_TIMEOUT);
    cr_expect(strstr(err, "nosuch.invalid"), "%s", err);
    cr_assert_eq(pipe(p), 0);
    close(p[1]);
    cr_expect_eq(net_resolve("nosuch.invalid", 7, net_deadline(60 * NET_S), p[0],
                             &a, err, sizeof(err)), NET_STOPPED);
    close(p[0]);
    cr_expect_lt(ms_since(start), 15000);
}
