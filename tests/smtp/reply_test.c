#include "smtp/reply.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/feed.h"

#define S(literal) literal, sizeof(literal) - 1

struct state {
    struct smtp_reply_scan scan;
    struct smtp_reply reply;
};

static ssize_t step(void *state, const char *buf, size_t len)
{
    struct state *s = state;
    return smtp_reply_parse(&s->scan, buf, len, &s->reply);
}

static size_t put_flaws(char *text, size_t at, const struct smtp_flaws *fs)
{
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, FEED_TEXT - at, " %s",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        at += (size_t)snprintf(text + at, FEED_TEXT - at, " first %s@%zu",
                               smtp_flaw_info(fs->first)->id, fs->first_at);
    return at;
}

/* "<octets> <code>/<lines> [<text>]" and the flaws; "0" or "-1" alone. */
static void show(const void *state, ssize_t ret, const char *buf, char *text)
{
    const struct state *s = state;
    const struct smtp_reply *r = &s->reply;
    static const struct smtp_reply_scan zero;
    size_t at = (size_t)snprintf(text, FEED_TEXT, "%zd", ret);
    if (ret <= 0)
        return;
    at += (size_t)snprintf(text + at, FEED_TEXT - at, " %u/%u %zu[%.*s]",
                           r->code, r->lines, (size_t)(r->text.p - buf),
                           (int)r->text.n, r->text.p);
    put_flaws(text, at, &r->flaws);
    if (r->raw.p != buf || (ssize_t)r->raw.n != ret ||
        memcmp(&s->scan, &zero, sizeof(zero)) != 0)
        snprintf(text, FEED_TEXT, "raw or scan is wrong");
}

static const struct feed reply_feed = {
    FEED_GROW, sizeof(struct state), step, show,
};

struct row {
    const char *name;
    const char *in;
    size_t n;
    const char *want;
};

static void run_rows(const struct row *rows, size_t count)
{
    char text[FEED_ROOM];
    for (size_t i = 0; i < count; i++) {
        bool same = feed_all(&reply_feed, rows[i].in, rows[i].n, text);
        cr_expect(same && strcmp(text, rows[i].want) == 0,
                  "%s:\n got  {%s}\n want {%s}", rows[i].name, text,
                  rows[i].want);
    }
}

#define RUN(rows) run_rows(rows, sizeof(rows) / sizeof((rows)[0]))

Test(reply, valid)
{
    static const struct row rows[] = {
        {"one line", S("250 ok\r\n"), "8 250/1 4[ok]"},
        {"greeting", S("220 mx.example.org ESMTP\r\n"),
         "26 220/1 4[mx.example.org ESMTP]"},
        {"no text but the space", S("250 \r\n"), "6 250/1 4[]"},
        {"two lines", S("250-a\r\n250 b\r\n"), "14 250/2 4[a]"},
        {"empty middle text", S("250-a\r\n250-\r\n250 b\r\n"),
         "20 250/3 4[a]"},
        {"tab in the text", S("354 go\tahead\r\n"), "14 354/1 4[go\tahead]"},
        {"tilde", S("550 ~!\r\n"), "8 550/1 4[~!]"},
        {"highest code", S("559 x\r\n"), "7 559/1 4[x]"},
        {"lowest code", S("200 x\r\n"), "7 200/1 4[x]"},
        {"text like a code", S("250-250 a\r\n250-234 b\r\n250 c\r\n"),
         "29 250/3 4[250 a]"},
        {"the next one stays", S("250 ok\r\n354 go\r\n"), "8 250/1 4[ok]"},
        {"long enough for the vectors",
         S("550-5.7.1 [192.0.2.1] Our system has detected that this message "
           "is\r\n550 5.7.1 likely unsolicited mail.\r\n"),
         "104 550/2 4[5.7.1 [192.0.2.1] Our system has detected that this "
         "message is]"},
    };
    RUN(rows);
}

Test(reply, incomplete)
{
    static const struct row rows[] = {
        {"nothing", S(""), "0"},
        {"code", S("250"), "0"},
        {"no line end", S("250 ok"), "0"},
        {"CR is no line end", S("250 ok\r"), "0"},
        {"a CR, cut before its LF", S("250-a\r\n250 b\r"), "0"},
        {"many CRs", S("\r\r\r\r"), "0"},
        {"continued", S("250-ok\r\n"), "0"},
        {"continued, code only", S("250-ok\r\n250"), "0"},
        {"TLS alert", S("\x15\x03\x01\x00\x02\x02\x46"), "0"},
    };
    RUN(rows);
}

Test(reply, invalid_codes)
{
    static const struct row rows[] = {
        {"199", S("199 x\r\n"),
         "7 199/1 4[x] reply-code-range first reply-code-range@0"},
        {"600", S("600 x\r\n"),
         "7 600/1 4[x] reply-code-range first reply-code-range@0"},
        {"260", S("260 x\r\n"),
         "7 260/1 4[x] reply-code-range first reply-code-range@1"},
        {"000", S("000 x\r\n"),
         "7 0/1 4[x] reply-code-range first reply-code-range@0"},
        {"000, continued", S("000-x\r\n250 y\r\n"),
         "14 250/2 4[x] reply-code-range reply-code-changed "
         "first reply-code-range@0"},
        {"two digits", S("25\r\n"),
         "4 0/1 0[25] reply-no-code first reply-no-code@2"},
        {"two digits and a text", S("25 ok\r\n"),
         "7 0/1 0[25 ok] reply-no-code first reply-no-code@2"},
        {"a letter in it", S("2x0 ok\r\n"),
         "8 0/1 0[2x0 ok] reply-no-code first reply-no-code@1"},
        {"leading space", S(" 250 ok\r\n"),
         "9 0/1 0[ 250 ok] reply-no-code first reply-no-code@0"},
        {"HTTP", S("HTTP/1.1 400 Bad Request\r\n"),
         "26 0/1 0[HTTP/1.1 400 Bad Request] reply-no-code "
         "first reply-no-code@0"},
        {"SSH", S("SSH-2.0-x\r\n"),
         "11 0/1 0[SSH-2.0-x] reply-no-code first reply-no-code@0"},
        {"no separator", S("250\r\n"),
         "5 250/1 3[] reply-no-separator first reply-no-separator@3"},
        {"tab as separator", S("250\tok\r\n"),
         "8 250/1 3[\tok] reply-separator first reply-separator@3"},
        {"four digits", S("2500 ok\r\n"),
         "9 250/1 3[0 ok] reply-separator first reply-separator@3"},
        {"text at once", S("250ok\r\n"),
         "7 250/1 3[ok] reply-separator first reply-separator@3"},
        {"another code", S("250-a\r\n550 b\r\n"),
         "14 550/2 4[a] reply-code-changed first reply-code-changed@7"},
        {"another code in the middle", S("250-a\r\n251-b\r\n250 c\r\n"),
         "21 250/3 4[a] reply-code-changed first reply-code-changed@7"},
        {"no code in the last line", S("250-a\r\nhello\r\n"),
         "14 0/2 4[a] reply-no-code first reply-no-code@7"},
        {"code out of range, continued", S("650-a\r\n650 b\r\n"),
         "14 650/2 4[a] reply-code-range first reply-code-range@0"},
        {"nothing behind the last code", S("250-a\r\n250\r\n"),
         "12 250/2 4[a] reply-no-separator first reply-no-separator@10"},
    };
    RUN(rows);
}

Test(reply, invalid_octets)
{
    static const struct row rows[] = {
        {"bare LF", S("250 ok\n"),
         "7 250/1 4[ok] reply-bare-lf first reply-bare-lf@6"},
        {"bare LF in the middle", S("250-a\n250 b\r\n"),
         "13 250/2 4[a] reply-bare-lf first reply-bare-lf@5"},
        {"bare LF behind the code", S("250\n"),
         "4 250/1 3[] reply-bare-lf reply-no-separator "
         "first reply-no-separator@3"},
        {"bare CR", S("250 a\rb\r\n"),
         "9 250/1 4[a\rb] reply-bare-cr first reply-bare-cr@5"},
        {"two CRs at the end", S("250 a\r\r\n"),
         "8 250/1 4[a\r] reply-bare-cr first reply-bare-cr@5"},
        {"bare CR, bare LF", S("250 a\rb\n"),
         "8 250/1 4[a\rb] reply-bare-lf reply-bare-cr first reply-bare-cr@5"},
        {"NUL", S("250 a\0b\r\n"),
         "9 250/1 4[a] reply-nul first reply-nul@5"},
        {"8 bit", S("250 \xc3\xa9\r\n"),
         "8 250/1 4[\xc3\xa9] reply-8bit first reply-8bit@4"},
        {"control", S("250 a\x1b[31m\r\n"),
         "12 250/1 4[a\x1b[31m] reply-control first reply-control@5"},
        {"DEL", S("250 a\x7f\r\n"),
         "8 250/1 4[a\x7f] reply-control first reply-control@5"},
        {"vertical tab", S("250 \v\r\n"),
         "7 250/1 4[\v] reply-control first reply-control@4"},
        {"all kinds", S("250 \xff\x01\r\r\n"),
         "9 250/1 4[\xff\x01\r] reply-bare-cr reply-control reply-8bit "
         "first reply-8bit@4"},
        {"8 bit in the second line", S("250-a\r\n250 \x80\r\n"),
         "14 250/2 4[a] reply-8bit first reply-8bit@11"},
        {"empty line", S("\r\n"),
         "2 0/1 0[] reply-empty-line first reply-empty-line@0"},
        {"LF alone", S("\n"),
         "1 0/1 0[] reply-bare-lf reply-empty-line first "
         "reply-empty-line@0"},
        {"empty line ends a reply", S("250-a\r\n\r\n"),
         "9 0/2 4[a] reply-empty-line first reply-empty-line@7"},
        {"CR CRLF", S("\r\r\n"),
         "3 0/1 0[\r] reply-bare-cr reply-no-code first reply-no-code@0"},
        {"TLS alert, then LF", S("\x15\x03\x01\n"),
         "4 0/1 0[\x15\x03\x01] reply-bare-lf reply-no-code reply-control "
         "first reply-no-code@0"},
        {"8 bit where the code is due", S("\xff" "50 x\r\n"),
         "7 0/1 0[\xff" "50 x] reply-no-code reply-8bit "
         "first reply-no-code@0"},
    };
    RUN(rows);
}

/* A reply of one line of n octets, CRLF included. */
static char *long_line(size_t n)
{
    char *p = malloc(n);
    cr_assert(p);
    memset(p, 'x', n);
    memcpy(p, "250 ", 4);
    memcpy(p + n - 2, "\r\n", 2);
    return p;
}

Test(reply, line_length)
{
    static const struct {
        size_t n;
        bool flaw;
    } rows[] = {{511, false}, {512, false}, {513, true}, {1000, true}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *in = long_line(rows[i].n);
        char text[FEED_ROOM];
        cr_expect(feed_all(&reply_feed, in, rows[i].n, text), "%s", text);
        cr_expect_eq(strstr(text, "reply-line-length@512") != NULL,
                     rows[i].flaw, "%zu: %s", rows[i].n, text);
        free(in);
    }
}

/* Parses in two pieces: the first `cut` octets, then all. */
static ssize_t parse_cut(const char *p, size_t n, size_t cut,
                         struct smtp_reply *r)
{
    struct smtp_reply_scan scan = {0};
    ssize_t got = smtp_reply_parse(&scan, p, cut, r);
    return got != 0 ? got : smtp_reply_parse(&scan, p, n, r);
}

Test(reply, too_long)
{
    static const struct {
        const char *name;
        size_t n;
        ssize_t want;
    } rows[] = {
        {"just fits", SMTP_REPLY_MAX, SMTP_REPLY_MAX},
        {"one too many", SMTP_REPLY_MAX + 1, SMTP_REPLY_TOO_LONG},
        {"far too many", 3 * SMTP_REPLY_MAX, SMTP_REPLY_TOO_LONG},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n = rows[i].n;
        char *in = long_line(n);
        struct smtp_reply r;
        for (size_t cut = 0; cut <= n; cut += 1023)
            cr_expect_eq(parse_cut(in, n, cut, &r), rows[i].want, "%s, %zu",
                         rows[i].name, cut);
        for (size_t cut = SMTP_REPLY_MAX - 3; cut <= n &&
             cut < SMTP_REPLY_MAX + 3; cut++)
            cr_expect_eq(parse_cut(in, n, cut, &r), rows[i].want, "%s, %zu",
                         rows[i].name, cut);
        free(in);
    }
}

Test(reply, too_long_for_good)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    size_t n = SMTP_REPLY_MAX + 64;
    char *in = long_line(n);
    cr_expect_eq(smtp_reply_parse(&scan, in, SMTP_REPLY_MAX - 1, &r), 0);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(smtp_reply_parse(&scan, in, n, &r),
                     SMTP_REPLY_TOO_LONG);
    free(in);
}

Test(reply, endless)
{
    static const char *const lines[] = {"250-x\r\n", "250-\r\n", "250-\n",
                                        "250-\xff\r\n"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t one = strlen(lines[i]);
        size_t n = SMTP_REPLY_MAX / one * one + one;
        char *in = malloc(n);
        struct smtp_reply r;
        cr_assert(in);
        for (size_t at = 0; at < n; at += one)
            memcpy(in + at, lines[i], one);
        cr_expect_eq(parse_cut(in, n, 0, &r), SMTP_REPLY_TOO_LONG);
        cr_expect_eq(parse_cut(in, n, SMTP_REPLY_MAX / 2, &r),
                     SMTP_REPLY_TOO_LONG);
        cr_expect_eq(parse_cut(in, SMTP_REPLY_MAX - 1, 777, &r), 0);
        free(in);
    }
}

/* A reply that drips is scanned once: the offset moves with the input, in
 * clean lines and in others. */
Test(reply, keeps_its_offset)
{
    static const char odd[] = {'x', '\t', '\r', '\xff'};
    char *in = long_line(SMTP_REPLY_MAX);
    for (size_t i = 0; i < sizeof(odd); i++) {
        struct smtp_reply_scan scan = {0};
        struct smtp_reply r;
        in[5] = odd[i];
        for (size_t n = 0; n < SMTP_REPLY_MAX - 1; n++) {
            cr_assert_eq(smtp_reply_parse(&scan, in, n, &r), 0);
            cr_assert_eq(scan.at, n);
        }
    }
    free(in);
}

/* An empty buffer may have no address. */
Test(reply, no_buffer)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    cr_expect_eq(smtp_reply_parse(&scan, NULL, 0, &r), 0);
}

Test(reply, lines)
{
    static const char in[] =
        "250-a b\r\n250-\n250\r\nrest";
    static const struct {
        const char *text;
        uint16_t code;
        bool last;
    } want[] = {{"a b", 250, false}, {"", 250, false}, {"", 250, true}};
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    struct smtp_reply_line line;
    size_t at = 0;
    cr_assert_eq(smtp_reply_parse(&scan, in, sizeof(in) - 1, &r), 19);
    for (size_t i = 0; i < 3; i++) {
        cr_assert(smtp_reply_next(&r, &at, &line));
        cr_expect(smtp_span_eq(line.text, smtp_span_of(want[i].text,
                                                       strlen(want[i].text))),
                  "line %zu", i);
        cr_expect_eq(line.code, want[i].code);
        cr_expect_eq(line.last, want[i].last);
    }
    cr_expect_not(smtp_reply_next(&r, &at, &line));
    cr_expect_not(smtp_reply_next(&r, &at, &line));
}

/* A span that somebody cut off is read to its end. */
Test(reply, lines_cut_off)
{
    struct smtp_reply r = {.raw = SMTP_SPAN("250-a\r\n250 b"), .lines = 2};
    struct smtp_reply_line line;
    size_t at = 0;
    cr_assert(smtp_reply_next(&r, &at, &line));
    cr_assert(smtp_reply_next(&r, &at, &line));
    cr_expect(smtp_span_eq(line.text, SMTP_SPAN("b")));
    cr_expect_not(smtp_reply_next(&r, &at, &line));
}

Test(reply, class)
{
    static const struct {
        uint16_t code;
        unsigned want;
    } rows[] = {{0, 0},   {199, 0}, {200, 2}, {250, 2}, {354, 3},
                {421, 4}, {599, 5}, {600, 0}, {999, 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_reply r = {.code = rows[i].code};
        cr_expect_eq(smtp_reply_class(&r), rows[i].want, "%u", rows[i].code);
    }
}
