#include "smtp/line.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "harness/feed.h"

#define ROOM 256

static const enum smtp_line_isa isas[] = {
    SMTP_LINE_AUTO, SMTP_LINE_SCALAR, SMTP_LINE_SSE2, SMTP_LINE_AVX2,
};

/* What the scan has to say, found octet by octet. */
static size_t slow_scan(const char *p, size_t n, unsigned *classes)
{
    size_t end = 0;
    *classes = 0;
    while (end < n && p[end] != '\n')
        end++;
    for (size_t i = 0; i < end; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == 0)
            *classes |= SMTP_LINE_NUL;
        else if (c == '\r')
            *classes |= SMTP_LINE_CR;
        else if (c >= 0x80)
            *classes |= SMTP_LINE_8BIT;
        else if ((c < ' ' && c != '\t') || c == 0x7f)
            *classes |= SMTP_LINE_CONTROL;
        if (c == '\r' && i + 1 < end)
            *classes |= SMTP_LINE_BARE_CR;
    }
    return end;
}

static size_t slow_plain(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= ' ' && p[i] <= '~')
        i++;
    return i;
}

/* Runs all implementations over p[0..n), which ends at the guard page. */
static void check(struct feed_guard *g, const char *p, size_t n,
                  const char *name)
{
    unsigned want_classes;
    size_t want = slow_scan(p, n, &want_classes);
    const char *in = feed_guard_put(g, p, n);
    for (size_t i = 0; i < sizeof(isas) / sizeof(isas[0]); i++) {
        unsigned classes = 99;
        size_t got = smtp_line_scan_isa(isas[i], in, n, &classes);
        cr_assert(got == want && classes == want_classes,
                  "%s, %zu octets, isa %d: %zu/%u, want %zu/%u", name, n,
                  isas[i], got, classes, want, want_classes);
        cr_assert_eq(smtp_line_plain_isa(isas[i], in, n), slow_plain(p, n),
                     "%s, %zu octets, isa %d", name, n, isas[i]);
    }
}

/* Every octet, in lines of the lengths where the blocks change. */
Test(line, every_octet)
{
    static const size_t lengths[] = {1,  2,  7,  8,  9,  15, 16, 17,
                                     31, 32, 33, 63, 64, 65, 100};
    struct feed_guard g;
    char p[ROOM];
    cr_assert(feed_guard_open(&g, ROOM));
    for (unsigned c = 0; c < 256; c++) {
        memset(p, 'x', ROOM);
        for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
            size_t at = c * 7 % lengths[i];
            p[at] = (char)c;
            check(&g, p, lengths[i], "one octet");
            p[at] = 'x';
        }
    }
    feed_guard_close(&g);
}

Test(line, every_length)
{
    struct feed_guard g;
    char p[ROOM];
    cr_assert(feed_guard_open(&g, ROOM));
    for (size_t n = 0; n <= 140; n++) {
        memset(p, 'x', ROOM);
        check(&g, p, n, "no end");
        for (size_t at = 0; at < n; at++) {
            memset(p, 'x', ROOM);
            p[at] = '\r';
            check(&g, p, n, "CR");
            p[at + 1] = '\n';
            check(&g, p, n, "CRLF");
            if (at + 9 < ROOM)
                p[at + 9] = '\n';
            check(&g, p, n, "CRLF, then LF");
        }
    }
    feed_guard_close(&g);
}

/* Dense lines: several special octets in each block. */
Test(line, random_octets)
{
    static const char set[] = "\r\r\n\0\t\x01\x7f\x80\xff abcdefghijklmnop";
    struct feed_guard g;
    char p[ROOM];
    uint32_t seed = 42;
    cr_assert(feed_guard_open(&g, ROOM));
    for (int round = 0; round < 4000; round++) {
        size_t n = 0;
        size_t spread = 1 + (size_t)round % 40;
        seed = seed * 1664525u + 1013904223u;
        for (size_t len = seed >> 16 & 127; n < len; n++) {
            seed = seed * 1664525u + 1013904223u;
            size_t k = (seed >> 16) % (sizeof(set) - 1 + spread * 8);
            p[n] = k < sizeof(set) - 1 ? set[k] : 'x';
        }
        check(&g, p, n, "random");
    }
    feed_guard_close(&g);
}

Test(line, classes)
{
    static const struct {
        const char *name;
        const char *in;
        size_t n;
        size_t end;
        unsigned classes;
    } rows[] = {
        {"empty", "", 0, 0, 0},
        {"CRLF", "\r\n", 2, 1, SMTP_LINE_CR},
        {"two CRs", "\r\r\n", 3, 2, SMTP_LINE_CR | SMTP_LINE_BARE_CR},
        {"CR at the end", "ab\r", 3, 3, SMTP_LINE_CR},
        {"CR inside", "a\rb", 3, 3, SMTP_LINE_CR | SMTP_LINE_BARE_CR},
        {"behind the LF", "a\n\x80\r", 4, 1, 0},
        {"tab", "a\tb\n", 4, 3, 0},
        {"NUL", "a\0b\n", 4, 3, SMTP_LINE_NUL},
        {"all", "\0\r\x01\xff", 4, 4,
         SMTP_LINE_NUL | SMTP_LINE_CR | SMTP_LINE_CONTROL | SMTP_LINE_8BIT |
         SMTP_LINE_BARE_CR},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned classes;
        cr_expect_eq(smtp_line_scan(rows[i].in, rows[i].n, &classes),
                     rows[i].end, "%s", rows[i].name);
        cr_expect_eq(classes, rows[i].classes, "%s", rows[i].name);
    }
}

Test(line, class_of)
{
    for (unsigned c = 0; c < 256; c++) {
        unsigned want;
        char octet = (char)c;
        slow_scan(&octet, 1, &want);
        cr_expect_eq(smtp_line_class_of(octet), want, "%u", c);
    }
}

Test(line, usable)
{
    cr_expect(smtp_line_isa_usable(SMTP_LINE_AUTO));
    cr_expect(smtp_line_isa_usable(SMTP_LINE_SCALAR));
    cr_expect_not(smtp_line_isa_usable((enum smtp_line_isa)99));
#if defined(__SSE2__)
    cr_expect(smtp_line_isa_usable(SMTP_LINE_SSE2));
    cr_expect_eq(smtp_line_isa_usable(SMTP_LINE_AVX2),
                 __builtin_cpu_supports("avx2") != 0);
#endif
}
