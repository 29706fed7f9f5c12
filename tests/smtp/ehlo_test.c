#include "smtp/ehlo.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/feed.h"

static struct smtp_reply parse_octets(const char *in, size_t n)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r = {0};
    cr_assert_eq(smtp_reply_parse(&scan, in, n, &r), (ssize_t)n, "%.*s",
                 (int)n, in);
    return r;
}

static struct smtp_reply parse(const char *in)
{
    return parse_octets(in, strlen(in));
}

static void describe(const struct smtp_flaws *fs, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, 256 - at, "%s ",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        snprintf(text + at, 256 - at, "%s@%zu",
                 smtp_flaw_info(fs->first)->id, fs->first_at);
}

static bool is(struct smtp_span s, const char *want)
{
    return smtp_span_eq(s, smtp_span_of(want, strlen(want)));
}

Test(ehlo, host)
{
    static const struct {
        const char *in;
        const char *host;
        const char *want;
    } rows[] = {
        {"220 mx.example.org ESMTP\r\n", "mx.example.org", ""},
        {"220 mx.example.org\r\n", "mx.example.org", ""},
        {"220-mx.example.org hi\r\n220 there\r\n", "mx.example.org", ""},
        {"220 [192.0.2.1] hi\r\n", "[192.0.2.1]", ""},
        {"220 [IPv6:2001:db8::1] hi\r\n", "[IPv6:2001:db8::1]", ""},
        {"220 localhost\r\n", "localhost", ""},
        {"220 mx_1.example.org hi\r\n", "mx_1.example.org",
         "greeting-no-domain greeting-no-domain@4"},
        {"220 *** hi\r\n", "***", "greeting-no-domain greeting-no-domain@4"},
        {"220  mx.example.org\r\n", "mx.example.org",
         "greeting-no-domain greeting-no-domain@4"},
        {"220 mx.example.org,\r\n", "mx.example.org,",
         "greeting-no-domain greeting-no-domain@4"},
        {"220 mx.example.org\thi\r\n", "mx.example.org\thi",
         "greeting-no-domain greeting-no-domain@4"},
        {"220 [192.0.2.256]\r\n", "[192.0.2.256]",
         "greeting-no-domain greeting-no-domain@4"},
        {"220 caf\xc3\xa9.example\r\n", "caf\xc3\xa9.example",
         "greeting-no-domain greeting-no-domain@4"},
        {"220 \r\n", "", "greeting-no-text greeting-no-text@4"},
        {"220\r\n", "", "greeting-no-text greeting-no-text@3"},
        {"220    \r\n", "", "greeting-no-text greeting-no-text@4"},
        {"220-\r\n220 mx.example.org\r\n", "",
         "greeting-no-text greeting-no-text@4"},
        {"250 mx.example.org hi\r\n", "mx.example.org", ""},
        {"250 [192.0.2.1]\r\n", "[192.0.2.1]",
         "ehlo-no-domain ehlo-no-domain@4"},
        {"250 \r\n", "", "ehlo-no-domain ehlo-no-domain@4"},
        {"250 Hello!\r\n", "Hello!", "ehlo-no-domain ehlo-no-domain@4"},
        {"554 No SMTP service here\r\n", "No", ""},
        {"521 ***\r\n", "***", ""},
        {"421 \r\n", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_reply r = parse(rows[i].in);
        struct smtp_flaws fs = {0};
        char text[256];
        struct smtp_span host = smtp_greeting_host(&r, &fs);
        describe(&fs, text);
        cr_expect(is(host, rows[i].host), "%s: %.*s", rows[i].in,
                  (int)host.n, host.p);
        cr_expect_str_eq(text, rows[i].want, "%s: %s", rows[i].in, text);
        cr_expect(is(smtp_greeting_host(&r, NULL), rows[i].host));
    }
}

Test(ehlo, check)
{
    static const struct {
        const char *name;
        const char *in;
        const char *want;
    } rows[] = {
        {"no extension", "250 a.example\r\n", ""},
        {"good",
         "250-a.example hi\r\n250-SIZE 1000\r\n250-8BITMIME\r\n"
         "250-AUTH PLAIN LOGIN\r\n250-x-y\r\n250 HELP\r\n", ""},
        {"not positive", "550-a_b\r\n550 =\r\n", ""},
        {"host", "250-a_b\r\n250 HELP\r\n",
         "ehlo-no-domain ehlo-no-domain@4"},
        {"AUTH=", "250-a\r\n250 AUTH=LOGIN PLAIN\r\n",
         "ehlo-keyword ehlo-keyword@15"},
        {"AUTH and AUTH=", "250-a\r\n250-AUTH LOGIN\r\n250 AUTH=LOGIN\r\n",
         "ehlo-keyword ehlo-keyword@31"},
        {"hyphen first", "250-a\r\n250 -X\r\n",
         "ehlo-keyword ehlo-keyword@11"},
        {"underscore", "250-a\r\n250 A_B\r\n",
         "ehlo-keyword ehlo-keyword@12"},
        {"empty line", "250-a\r\n250 \r\n", "ehlo-keyword ehlo-keyword@11"},
        {"leading space", "250-a\r\n250  SIZE\r\n",
         "ehlo-keyword ehlo-keyword@11"},
        {"tab", "250-a\r\n250 SIZE\t10\r\n", "ehlo-keyword ehlo-keyword@15"},
        {"two spaces", "250-a\r\n250 SIZE  10\r\n",
         "ehlo-spacing ehlo-spacing@16"},
        {"two spaces later", "250-a\r\n250 AUTH A  B\r\n",
         "ehlo-spacing ehlo-spacing@18"},
        {"trailing space", "250-a\r\n250 SIZE \r\n",
         "ehlo-spacing ehlo-spacing@15"},
        {"trailing space behind a parameter", "250-a\r\n250 SIZE 1 \r\n",
         "ehlo-spacing ehlo-spacing@17"},
        {"control in a parameter", "250-a\r\n250 SIZE 1\x01\r\n",
         "ehlo-param ehlo-param@17"},
        {"DEL in a parameter", "250-a\r\n250 X \x7f\r\n",
         "ehlo-param ehlo-param@13"},
        {"8 bit in a parameter", "250-a\r\n250 X \xff\r\n",
         "ehlo-param ehlo-param@13"},
        {"tab in a parameter", "250-a\r\n250 X a\tb\r\n",
         "ehlo-param ehlo-param@14"},
        {"twice", "250-a\r\n250-DSN\r\n250 DSN\r\n",
         "ehlo-duplicate ehlo-duplicate@20"},
        {"twice, in another case", "250-a\r\n250-Size 1\r\n250 SIZE 2\r\n",
         "ehlo-duplicate ehlo-duplicate@23"},
        {"the host is no keyword", "250-SIZE\r\n250-SIZE\r\n250 DSN\r\n",
         ""},
        {"empty ones are no duplicates", "250-a\r\n250-\r\n250 \r\n",
         "ehlo-keyword ehlo-keyword@11"},
        {"a prefix is no duplicate", "250-a\r\n250-AUTH\r\n250 AUTHX\r\n",
         ""},
        {"a line without a separator", "250-a\r\n250-DSN\r\n250\r\n",
         "ehlo-keyword ehlo-keyword@19"},
    };
    struct feed_guard g;
    cr_assert(feed_guard_open(&g, 256));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_flaws fs = {0};
        char text[256];
        size_t n = strlen(rows[i].in);
        const char *in = feed_guard_put(&g, rows[i].in, n);
        struct smtp_reply r = parse_octets(in, n);
        smtp_ehlo_check(&r, &fs);
        describe(&fs, text);
        cr_expect_str_eq(text, rows[i].want, "%s: %s", rows[i].name, text);
    }
    feed_guard_close(&g);
}

Test(ehlo, next)
{
    static const struct {
        const char *keyword;
        const char *params;
    } want[] = {{"SIZE", "1000"}, {"AUTH=LOGIN", ""}, {"x-A", "b  c "},
                {"", "Q"},        {"HELP", ""}};
    struct smtp_reply r = parse("250-a.example hi\r\n250-SIZE 1000\n"
                                "250-AUTH=LOGIN\r\n250-x-A b  c \r\n"
                                "250- Q\r\n250 HELP\r\n");
    struct smtp_ehlo_line line;
    size_t at = 0;
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        cr_assert(smtp_ehlo_next(&r, &at, &line, NULL), "%zu", i);
        cr_expect(is(line.keyword, want[i].keyword), "%zu", i);
        cr_expect(is(line.params, want[i].params), "%zu", i);
    }
    cr_expect_not(smtp_ehlo_next(&r, &at, &line, NULL));
}

/* A line without a code is no extension line. */
Test(ehlo, next_without_code)
{
    struct smtp_reply r = parse("250-a.example\r\nSIZE\r\n");
    struct smtp_ehlo_line line;
    size_t at = 0;
    cr_expect_not(smtp_ehlo_next(&r, &at, &line, NULL));
}

Test(ehlo, find)
{
    struct smtp_reply r = parse("250-size.example\r\n250-SIZE 1\r\n"
                                "250-auth PLAIN\r\n250 SIZE 2\r\n");
    struct smtp_ehlo_line line;
    cr_assert(smtp_ehlo_find(&r, SMTP_SPAN("size"), &line));
    cr_expect(is(line.params, "1"));
    cr_assert(smtp_ehlo_find(&r, SMTP_SPAN("AUTH"), &line));
    cr_expect(is(line.keyword, "auth"));
    cr_expect(smtp_ehlo_find(&r, SMTP_SPAN("AUTH"), NULL));
    cr_expect_not(smtp_ehlo_find(&r, SMTP_SPAN("DSN"), &line));
    cr_expect_not(smtp_ehlo_find(&r, SMTP_SPAN("SIZ"), NULL));
    cr_expect_not(smtp_ehlo_find(&r, SMTP_SPAN("size.example"), NULL));
}

Test(ehlo, params)
{
    static const struct {
        const char *in;
        const char *want[4];
    } rows[] = {
        {"", {NULL}},
        {"a", {"a", NULL}},
        {"PLAIN LOGIN", {"PLAIN", "LOGIN", NULL}},
        {"  a   b ", {"a", "b", NULL}},
        {"   ", {NULL}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_ehlo_line line = {
            .params = {rows[i].in, strlen(rows[i].in)},
        };
        struct smtp_span param;
        size_t at = 0;
        for (size_t k = 0; rows[i].want[k]; k++) {
            cr_assert(smtp_ehlo_param(&line, &at, &param), "%s", rows[i].in);
            cr_expect(is(param, rows[i].want[k]), "%s", rows[i].in);
        }
        cr_expect_not(smtp_ehlo_param(&line, &at, &param), "%s", rows[i].in);
    }
}

/* As many lines as fit, no keyword twice, and then one: the time must not
 * grow with the square of the lines. */
Test(ehlo, many_keywords)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char *in = malloc(SMTP_REPLY_MAX + 1);
    cr_assert(in);
    size_t n = (size_t)sprintf(in, "250-a\r\n");
    for (unsigned i = 0; n + 32 < SMTP_REPLY_MAX; i++)
        n += (size_t)sprintf(in + n, "250-%c%c%c\n", digits[i % 36],
                             digits[i / 36 % 36], digits[i / 1296 % 36]);
    for (int twice = 0; twice < 2; twice++) {
        strcpy(in + n, twice ? "250 A00\r\n" : "250 last\r\n");
        if (twice)
            memcpy(in + 7 + 4, "a00", 3);
        struct smtp_reply r = parse(in);
        struct smtp_flaws fs = {0};
        smtp_ehlo_check(&r, &fs);
        cr_expect_gt(r.lines, 8000);
        cr_expect_eq(smtp_flaws_any(&fs), twice == 1);
        cr_expect_eq(smtp_flaws_has(&fs, SMTP_FLAW_EHLO_DUPLICATE),
                     twice == 1);
    }
    free(in);
}
