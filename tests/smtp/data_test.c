#include "smtp/data.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/feed.h"
#include "smtp/data_isa.h"

#define ROOM 256

#define S(literal) literal, sizeof(literal) - 1

static const char *const state_names[] = {
    "line start", "text", "CR", "dot", "dot CR", "done",
};

/* ---- un-stuffing, in pieces -------------------------------------------- */

struct run {
    struct smtp_data d;
    size_t n;
    char out[ROOM + 1];
};

static ssize_t unstuff_step(void *state, const char *buf, size_t len)
{
    struct run *r = state;
    size_t written;
    size_t used = smtp_data_unstuff(&r->d, buf, len, r->out + r->n,
                                    &written);
    r->n += written;
    return (ssize_t)used;
}

static ssize_t unstuff_in_place_step(void *state, const char *buf, size_t len)
{
    struct run *r = state;
    char piece[ROOM + 1];
    size_t written;
    memcpy(piece, buf, len);
    size_t used = smtp_data_unstuff(&r->d, piece, len, piece, &written);
    memcpy(r->out + r->n, piece, written);
    r->n += written;
    return (ssize_t)used;
}

static ssize_t scan_step(void *state, const char *buf, size_t len)
{
    struct run *r = state;
    return (ssize_t)smtp_data_scan(&r->d, buf, len);
}

/* "<used> <state> [<content>]" with CR, LF and NUL as \r, \n, \0. */
static void show(const void *state, ssize_t ret, const char *buf, char *text)
{
    const struct run *r = state;
    (void)buf;
    size_t at = (size_t)snprintf(text, FEED_TEXT, "%zd %s [", ret,
                                 state_names[r->d.state]);
    for (size_t i = 0; i < r->n; i++) {
        char c = r->out[i];
        const char *name = c == '\r' ? "\\r" : c == '\n' ? "\\n" : "\\0";
        if (c == '\r' || c == '\n' || c == '\0')
            text[at++] = *name++;
        text[at++] = c == '\r' || c == '\n' || c == '\0' ? *name : c;
    }
    text[at++] = ']';
    text[at] = '\0';
}

static const struct feed unstuff_feed = {
    FEED_PIECES, sizeof(struct run), unstuff_step, show,
};
static const struct feed in_place_feed = {
    FEED_PIECES, sizeof(struct run), unstuff_in_place_step, show,
};
static const struct feed scan_feed = {
    FEED_PIECES, sizeof(struct run), scan_step, show,
};

static const struct {
    const char *name;
    const char *in;
    size_t n;
    const char *want;
} rows[] = {
    {"nothing", S(""), "0 line start []"},
    {"no content", S(".\r\n"), "3 done []"},
    {"one line", S("a\r\n.\r\n"), "6 done [a\\r\\n]"},
    {"what follows is left", S("a\r\n.\r\nQUIT\r\n"), "6 done [a\\r\\n]"},
    {"not ended", S("a\r\n"), "3 line start [a\\r\\n]"},
    {"ended by a dot only", S("a\r\n."), "4 dot [a\\r\\n]"},
    {"CR held back", S("a\r\n.\r"), "5 dot CR [a\\r\\n]"},
    {"stuffed", S("..\r\n.\r\n"), "7 done [.\\r\\n]"},
    {"stuffed text", S("..a\r\n.\r\n"), "8 done [.a\\r\\n]"},
    {"dot before text", S(".a\r\n.\r\n"), "7 done [a\\r\\n]"},
    {"only the first dot", S("....\r\n"), "6 line start [...\\r\\n]"},
    {"dot inside", S("a.b\r\n"), "5 line start [a.b\\r\\n]"},
    {"dot at the end", S("a.\r\n"), "4 line start [a.\\r\\n]"},
    {"two lines", S("..\r\n..\r\n.\r\n"), "11 done [.\\r\\n.\\r\\n]"},
    {"empty lines", S("\r\n\r\n.\r\n"), "7 done [\\r\\n\\r\\n]"},
    {"NUL", S("\0\r\n.\r\n"), "6 done [\\0\\r\\n]"},
    /* what is not end-of-data, RFC 5321 4.1.1.4 */
    {"LF.LF", S("a\n.\nb"), "5 text [a\\n.\\nb]"},
    {"LF.CRLF", S("a\n.\r\nb"), "6 text [a\\n.\\r\\nb]"},
    {"CRLF.LF", S("a\r\n.\nb"), "6 text [a\\r\\n\\nb]"},
    {"CR.CR", S("a\r.\rb"), "5 text [a\\r.\\rb]"},
    {"CR.LF", S("a\r.\nb"), "5 text [a\\r.\\nb]"},
    {"CR.CRLF", S("a\r.\r\n"), "5 line start [a\\r.\\r\\n]"},
    {"LF.CR", S("a\n.\rb"), "5 text [a\\n.\\rb]"},
    {"CRLF.CR", S("a\r\n.\rb"), "6 text [a\\r\\n\\rb]"},
    {"CRLF.CR CR", S("a\r\n.\r\rb"), "7 text [a\\r\\n\\r\\rb]"},
    {"CRLF.CR CRLF", S("a\r\n.\r\r\n"), "7 line start [a\\r\\n\\r\\r\\n]"},
    {"CRLF.CR CRLF, then the end", S("a\r\n.\r\r\n.\r\n"),
     "10 done [a\\r\\n\\r\\r\\n]"},
    {"CR CRLF.CRLF", S("a\r\r\n.\r\n"), "7 done [a\\r\\r\\n]"},
    {"CRLF.NUL CRLF", S("a\r\n.\0\r\n"), "7 line start [a\\r\\n\\0\\r\\n]"},
    {"CRLF NUL.CRLF", S("a\r\n\0.\r\n"),
     "7 line start [a\\r\\n\\0.\\r\\n]"},
    {"CRLF. CRLF with a space", S("a\r\n. \r\n"),
     "7 line start [a\\r\\n \\r\\n]"},
    {"CRLF.LF.CRLF", S("a\r\n.\n.\r\n"), "8 line start [a\\r\\n\\n.\\r\\n]"},
    {"dot behind a bare LF stays", S("a\n..b"), "5 text [a\\n..b]"},
    {"dot behind a bare CR stays", S("a\r..b"), "5 text [a\\r..b]"},
    {"LF first", S("\n.\r\n"), "4 line start [\\n.\\r\\n]"},
    {"CR last", S("a\r"), "2 CR [a\\r]"},
    {"LF, CR, LF", S("\n\r\n.\r\n"), "6 done [\\n\\r\\n]"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

Test(data, unstuff)
{
    char text[FEED_ROOM];
    for (size_t i = 0; i < ROWS; i++) {
        bool same = feed_all(&unstuff_feed, rows[i].in, rows[i].n, text);
        cr_expect(same && strcmp(text, rows[i].want) == 0,
                  "%s:\n got  {%s}\n want {%s}", rows[i].name, text,
                  rows[i].want);
    }
}

Test(data, unstuff_in_place)
{
    char text[FEED_ROOM];
    for (size_t i = 0; i < ROWS; i++) {
        bool same = feed_all(&in_place_feed, rows[i].in, rows[i].n, text);
        cr_expect(same && strcmp(text, rows[i].want) == 0,
                  "%s:\n got  {%s}\n want {%s}", rows[i].name, text,
                  rows[i].want);
    }
}

/* The scan ends where un-stuffing does, in the same state. */
Test(data, scan)
{
    char text[FEED_ROOM];
    for (size_t i = 0; i < ROWS; i++) {
        bool same = feed_all(&scan_feed, rows[i].in, rows[i].n, text);
        size_t n = strcspn(rows[i].want, "[");
        cr_expect(same && strncmp(text, rows[i].want, n) == 0, "%s: {%s}",
                  rows[i].name, text);
    }
}

Test(data, nothing_behind_the_end)
{
    struct smtp_data d = {0};
    char out[8];
    size_t written = 9;
    cr_expect_eq(smtp_data_scan(&d, ".\r\nx", 4), 3);
    cr_expect_eq(smtp_data_scan(&d, "x\r\n.\r\n", 6), 0);
    cr_expect_eq(smtp_data_unstuff(&d, "x\r\n", 3, out, &written), 0);
    cr_expect_eq(written, 0);
    cr_expect_eq(d.state, SMTP_DATA_DONE);
}

/* ---- against the rules, octet by octet --------------------------------- */

/* What RFC 5321 4.5.2 says, read from whole lines: returns the octets used,
 * or 0 when there is no end-of-data. */
static size_t slow_unstuff(const char *in, size_t n, char *out, size_t *len)
{
    *len = 0;
    for (size_t at = 0; at < n;) {
        size_t end = at;
        while (end + 1 < n && !(in[end] == '\r' && in[end + 1] == '\n'))
            end++;
        bool whole = end + 1 < n;
        size_t line = whole ? end + 2 - at : n - at;
        if (whole && line == 3 && in[at] == '.')
            return at + 3;
        size_t skip = in[at] == '.' ? 1 : 0;
        memcpy(out + *len, in + at + skip, line - skip);
        *len += line - skip;
        at += line;
    }
    return 0;
}

/* All strings of up to 7 of the octets that matter, each in two pieces. */
Test(data, exhaustive)
{
    static const char set[] = "\r\n.x";
    for (unsigned len = 0; len <= 7; len++)
        for (uint32_t code = 0; code < 1u << 2 * len; code++) {
            char in[16];
            char want[16];
            char got[32];
            size_t want_n;
            size_t n1;
            size_t n2 = 0;
            struct smtp_data d = {0};
            for (unsigned i = 0; i < len; i++)
                in[i] = set[code >> 2 * i & 3];
            /* a held-back CR comes out with what follows it */
            in[len] = 'x';
            size_t used = slow_unstuff(in, len + 1, want, &want_n);
            size_t cut = code % (len + 1);
            size_t u = smtp_data_unstuff(&d, in, cut, got, &n1);
            u += smtp_data_unstuff(&d, in + u, len + 1 - u, got + n1, &n2);
            cr_assert_eq(u, used ? used : len + 1, "%u %x", len, code);
            cr_assert_eq(d.state == SMTP_DATA_DONE, used != 0);
            cr_assert(n1 + n2 == want_n && memcmp(got, want, want_n) == 0,
                      "%u octets, code %x", len, code);
        }
}

/* stuff, then unstuff, gives back what went in. */
Test(data, there_and_back)
{
    static const char set[] = "\r\n.x";
    for (unsigned len = 0; len <= 7; len++)
        for (uint32_t code = 0; code < 1u << 2 * len; code++) {
            char in[16];
            char wire[32];
            char back[40];
            size_t n = 0;
            struct smtp_data out = {0};
            struct smtp_data d = {0};
            for (unsigned i = 0; i < len; i++)
                in[i] = set[code >> 2 * i & 3];
            size_t cut = code % (len + 1);
            size_t w = smtp_data_stuff(&out, in, cut, wire);
            w += smtp_data_stuff(&out, in + cut, len - cut, wire + w);
            cr_assert_leq(w, SMTP_DATA_STUFFED(len));
            /* what ends it, as data.h says */
            size_t more = out.state == SMTP_DATA_LINE_START ? 0 : 2;
            memcpy(wire + w, "\r\n", more);
            memcpy(wire + w + more, ".\r\n", 3);
            size_t u = smtp_data_unstuff(&d, wire, w + more + 3, back, &n);
            cr_assert_eq(u, w + more + 3, "%u %x", len, code);
            cr_assert_eq(d.state, SMTP_DATA_DONE);
            cr_assert(n == len + more && memcmp(back, in, len) == 0,
                      "%u octets, code %x", len, code);
        }
}

Test(data, stuff)
{
    static const struct {
        const char *in;
        const char *want;
    } table[] = {
        {"", ""},
        {".", ".."},
        {"..", "..."},
        {"a\r\n.\r\n", "a\r\n..\r\n"},
        {"a\n.\n", "a\n.\n"},
        {"\r\n.\r\n.\r\n.", "\r\n..\r\n..\r\n.."},
        {"a.b", "a.b"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct smtp_data d = {0};
        char out[ROOM];
        size_t n = smtp_data_stuff(&d, table[i].in, strlen(table[i].in),
                                   out);
        cr_expect(n == strlen(table[i].want) &&
                  memcmp(out, table[i].want, n) == 0, "%zu: %.*s", i, (int)n,
                  out);
    }
}

/* Content longer than a block, with a stuffed dot at each place around the
 * block's end. */
Test(data, large)
{
    size_t n = 100000;
    char *in = malloc(n + 8);
    char *out = malloc(SMTP_DATA_UNSTUFFED(n + 8));
    cr_assert(in && out);
    for (size_t at = 32768 - 6; at < 32768 + 6; at++) {
        struct smtp_data d = {0};
        size_t written;
        memset(in, 'x', n);
        memcpy(in + at, "\r\n..", 4);
        memcpy(in + n, "\r\n.\r\nRS", 7);
        size_t u = smtp_data_unstuff(&d, in, n + 7, out, &written);
        cr_expect_eq(u, n + 5);
        cr_expect_eq(written, n + 1);
        cr_expect_eq(memcmp(out, in, at + 3), 0, "%zu", at);
        cr_expect_eq(memcmp(out + at + 3, in + at + 4, n - at - 2), 0);
    }
    free(in);
    free(out);
}

/* ---- the search for LF "." --------------------------------------------- */

Test(data, pair)
{
    static const enum smtp_line_isa isas[] = {
        SMTP_LINE_AUTO, SMTP_LINE_SCALAR, SMTP_LINE_SSE2, SMTP_LINE_AVX2,
    };
    struct feed_guard g;
    char p[ROOM + 64];
    cr_assert(feed_guard_open(&g, sizeof(p)));
    for (size_t n = 0; n <= 300; n += n < 40 ? 1 : 7)
        for (size_t at = 0; at <= n; at++) {
            memset(p, at % 3 ? 'x' : '.', sizeof(p));
            p[at] = '\n';
            if (at + 1 < sizeof(p))
                p[at + 1] = at % 5 ? '.' : '\n';
            const char *in = feed_guard_put(&g, p, n);
            size_t want = 0;
            while (want + 1 < n && !(in[want] == '\n' && in[want + 1] == '.'))
                want++;
            if (want + 1 >= n)
                want = n;
            for (size_t i = 0; i < sizeof(isas) / sizeof(isas[0]); i++) {
                cr_assert_eq(smtp_data_pair(isas[i], in, 0, n), want,
                             "%zu of %zu, isa %d", at, n, isas[i]);
                if (want < n)
                    cr_assert_gt(smtp_data_pair(isas[i], in, want + 1, n),
                                 want);
            }
        }
    feed_guard_close(&g);
}

/* ---- complete content -------------------------------------------------- */

static void describe(const struct smtp_flaws *fs, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, FEED_TEXT - at, "%s ",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        snprintf(text + at, FEED_TEXT - at, "%s@%zu",
                 smtp_flaw_info(fs->first)->id, fs->first_at);
}

Test(data, check)
{
    static const struct {
        const char *name;
        const char *in;
        size_t n;
        const char *want;
    } table[] = {
        {"nothing", S(""), ""},
        {"clean", S("Subject: x\r\n\r\n\thello.\r\n"), ""},
        {"not ended", S("hello"), ""},
        {"bare LF", S("a\nb\r\n"), "data-bare-lf data-bare-lf@1"},
        {"LF first", S("\na\r\n"), "data-bare-lf data-bare-lf@0"},
        {"bare LF behind a line", S("a\r\n\n"), "data-bare-lf data-bare-lf@3"},
        {"bare CR", S("a\rb\r\n"), "data-bare-cr data-bare-cr@1"},
        {"CR CRLF", S("a\r\r\n"), "data-bare-cr data-bare-cr@1"},
        {"CR last", S("a\r\nb\r"), "data-bare-cr data-bare-cr@4"},
        {"NUL", S("a\r\nb\0\r\n"), "data-nul data-nul@4"},
        {"8 bit", S("caf\xc3\xa9\r\n"), "data-8bit data-8bit@3"},
        {"other controls pass", S("\x01\x1b\x7f\r\n"), ""},
        {"all", S("a\nb\rc\0\xff\r\n"),
         "data-bare-lf data-bare-cr data-nul data-8bit data-bare-lf@1"},
        {"twice", S("\xff\r\n\xff\0\r\n\0\r\n"),
         "data-nul data-8bit data-8bit@0"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct smtp_flaws fs = {0};
        char text[FEED_TEXT];
        smtp_data_check(smtp_span_of(table[i].in, table[i].n), &fs);
        describe(&fs, text);
        cr_expect_str_eq(text, table[i].want, "%s: %s", table[i].name, text);
    }
}

Test(data, check_length)
{
    static const struct {
        const char *name;
        size_t n;        /* octets of the line before its end */
        const char *end;
        bool flaw;
    } table[] = {
        {"998 and CRLF", 998, "\r\n", false},
        {"999 and CRLF", 999, "\r\n", true},
        {"1000, no end", 1000, "", false},
        {"1001, no end", 1001, "", true},
        {"a bare LF ends no line", 500, "\nxx", false},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char in[3000];
        struct smtp_flaws fs = {0};
        size_t n = table[i].n;
        memcpy(in, "a\r\n", 3);
        memset(in + 3, 'x', n);
        memcpy(in + 3 + n, table[i].end, strlen(table[i].end));
        smtp_data_check(smtp_span_of(in, 3 + n + strlen(table[i].end)), &fs);
        cr_expect_eq(smtp_flaws_has(&fs, SMTP_FLAW_DATA_LINE_LENGTH),
                     table[i].flaw, "%s", table[i].name);
        if (table[i].flaw)
            cr_expect_eq(fs.first_at, 1003, "%s", table[i].name);
    }
    struct smtp_flaws fs = {0};
    char in[1400];
    memset(in, 'x', sizeof(in));
    in[700] = '\n';
    smtp_data_check(smtp_span_of(in, sizeof(in)), &fs);
    cr_expect(smtp_flaws_has(&fs, SMTP_FLAW_DATA_LINE_LENGTH));
    cr_expect_eq(fs.first, SMTP_FLAW_DATA_BARE_LF);
}
