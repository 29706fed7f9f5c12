#include "smtp/xtext.h"

#include <criterion/criterion.h>

#include "harness/feed.h"

#define ROOM 1024

#define S(literal) literal, sizeof(literal) - 1

Test(xtext, encode)
{
    static const struct {
        const char *in;
        size_t n;
        const char *want;
        size_t len;
    } rows[] = {
        {S(""), S("")},
        {S("alice@example.org"), S("alice@example.org")},
        {S("a+b=c"), S("a+2Bb+3Dc")},
        {S("a b"), S("a+20b")},
        {S("!~"), S("!~")},
        {S("\0\x7f\x80\xff"), S("+00+7F+80+FF")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[ROOM];
        size_t n = smtp_xtext_encode(smtp_span_of(rows[i].in, rows[i].n),
                                     out);
        cr_expect(smtp_span_eq(smtp_span_of(out, n),
                               smtp_span_of(rows[i].want, rows[i].len)),
                  "%s: %.*s", rows[i].want, (int)n, out);
    }
}

Test(xtext, every_octet)
{
    char plain[256];
    char text[3 * 256];
    char back[256];
    for (unsigned c = 0; c < 256; c++)
        plain[c] = (char)c;
    size_t n = smtp_xtext_encode(smtp_span_of(plain, 256), text);
    cr_expect_eq(n, 92 + 3 * (256 - 92)); /* 33..126 but "+" and "=" */
    cr_expect_eq(smtp_xtext_decode(smtp_span_of(text, n), back), 256);
    cr_expect_eq(memcmp(plain, back, 256), 0);
}

Test(xtext, decode)
{
    static const struct {
        const char *in;
        size_t n;
        const char *want;
        size_t len;
    } rows[] = {
        {S(""), S("")},
        {S("abc"), S("abc")},
        {S("+41"), S("A")},
        {S("+2B+3D"), S("+=")},
        {S("a+00b"), S("a\0b")},
        {S("+FF"), S("\xff")},
        {S("<>"), S("<>")},
    };
    struct feed_guard g;
    cr_assert(feed_guard_open(&g, ROOM));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[ROOM];
        struct smtp_span in = {feed_guard_put(&g, rows[i].in, rows[i].n),
                               rows[i].n};
        ssize_t n = smtp_xtext_decode(in, out);
        cr_expect_eq(n, (ssize_t)rows[i].len, "%s: %zd", rows[i].in, n);
        cr_expect(n < 0 || smtp_span_eq(smtp_span_of(out, (size_t)n),
                                        smtp_span_of(rows[i].want,
                                                     rows[i].len)),
                  "%s", rows[i].in);
    }
    feed_guard_close(&g);
}

Test(xtext, invalid)
{
    static const struct {
        const char *name;
        const char *in;
        size_t n;
        size_t at;
    } rows[] = {
        {"=", S("a=b"), 1},
        {"space", S("a b"), 1},
        {"NUL", S("\0"), 0},
        {"DEL", S("ab\x7f"), 2},
        {"8 bit", S("\xc3\xa9"), 0},
        {"+ at the end", S("ab+"), 3},
        {"one digit at the end", S("+4"), 2},
        {"lower case, first", S("+a0"), 1},
        {"lower case, second", S("x+2b"), 3},
        {"no digit", S("+G0"), 1},
        {"no second digit", S("+0G"), 2},
        {"+ +", S("++41"), 1},
        {"below 0", S("+/0"), 1},
        {"between 9 and A", S("+:0"), 1},
    };
    struct feed_guard g;
    cr_assert(feed_guard_open(&g, ROOM));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[ROOM];
        struct smtp_span in = {feed_guard_put(&g, rows[i].in, rows[i].n),
                               rows[i].n};
        ssize_t n = smtp_xtext_decode(in, out);
        cr_expect_eq(n, -1 - (ssize_t)rows[i].at, "%s: %zd", rows[i].name, n);
    }
    feed_guard_close(&g);
}
