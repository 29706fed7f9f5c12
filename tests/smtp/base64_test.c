#include "smtp/base64.h"

#include <criterion/criterion.h>
#include <string.h>

#include "harness/feed.h"

#define ROOM 256

Test(base64, known)
{
    static const struct {
        const char *plain;
        const char *text;
    } rows[] = { /* RFC 4648 10 */
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
        {"\xff\xff\xff", "////"}, {"\xfb\xef\xbe", "++++"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[ROOM];
        struct smtp_span plain = {rows[i].plain, strlen(rows[i].plain)};
        struct smtp_span text = {rows[i].text, strlen(rows[i].text)};
        size_t n = smtp_base64_encode(plain, out);
        cr_expect(smtp_span_eq(smtp_span_of(out, n), text), "%s",
                  rows[i].plain);
        cr_expect_eq(n, SMTP_BASE64_ENCODED(plain.n));
        ssize_t got = smtp_base64_decode(text, out);
        cr_expect_eq(got, (ssize_t)plain.n, "%s: %zd", rows[i].text, got);
        cr_expect(got < 0 || smtp_span_eq(smtp_span_of(out, (size_t)got),
                                          plain), "%s", rows[i].text);
    }
}

Test(base64, every_octet)
{
    for (unsigned c = 0; c < 256; c++)
        for (size_t n = 1; n <= 4; n++) {
            char plain[4];
            char text[8];
            char back[6];
            memset(plain, (int)c, n);
            size_t len = smtp_base64_encode(smtp_span_of(plain, n), text);
            ssize_t got = smtp_base64_decode(smtp_span_of(text, len), back);
            cr_assert_eq(got, (ssize_t)n, "%u, %zu: %zd", c, n, got);
            cr_assert_eq(memcmp(plain, back, n), 0, "%u, %zu", c, n);
        }
}

Test(base64, in_place)
{
    char text[] = "Zm9vYmE=";
    cr_expect_eq(smtp_base64_decode(smtp_span_of(text, 8), text), 5);
    cr_expect_eq(memcmp(text, "fooba", 5), 0);
}

Test(base64, invalid)
{
    static const struct {
        const char *name;
        const char *in;
        size_t n;
        size_t at;
    } rows[] = {
        {"one octet", "Z", 1, 1},
        {"two octets", "Zg", 2, 2},
        {"three octets", "Zg=", 3, 2},
        {"too short", "Zm9vY", 5, 5},
        {"too short, no padding", "Zm9vYmE", 7, 7},
        {"white space", "Zm9v\r\n", 6, 4},
        {"space in it", "Zm 9v", 5, 2},
        {"trailing newline", "Zg==\n", 5, 2},
        {"one = alone", "=", 1, 0},
        {"RFC 4954 4, first example", "=AAA", 4, 0},
        {"RFC 4954 4, second example", "AAA=BBB", 7, 3},
        {"padding too long", "Z===", 4, 1},
        {"only padding", "====", 4, 0},
        {"padding in the middle", "Zg==Zg==", 8, 2},
        {"= before an octet", "Zg=a", 4, 2},
        {"padding of a full group", "Zm9v====", 8, 4},
        {"set bits, two octets short", "Zh==", 4, 1},
        {"set bits, one octet short", "Zm9=", 4, 2},
        {"set bits, all", "//==", 4, 1},
        {"URL alphabet", "ab-_", 4, 2},
        {"NUL", "ab\0c", 4, 2},
        {"8 bit", "ab\xc3\xa9", 4, 2},
        {"foreign octet in a short group", "Zm9v!", 5, 4},
        {"comma", "a,bc", 4, 1},
    };
    struct feed_guard g;
    cr_assert(feed_guard_open(&g, ROOM));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[ROOM];
        struct smtp_span in = {feed_guard_put(&g, rows[i].in, rows[i].n),
                               rows[i].n};
        ssize_t got = smtp_base64_decode(in, out);
        cr_expect_eq(got, -1 - (ssize_t)rows[i].at, "%s: %zd", rows[i].name,
                     got);
    }
    feed_guard_close(&g);
}

/* Of all octets only 64 are of the alphabet. */
Test(base64, alphabet)
{
    unsigned valid = 0;
    for (unsigned c = 0; c < 256; c++) {
        char text[4] = {'A', 'A', 'A', (char)c};
        char out[3];
        if (smtp_base64_decode(smtp_span_of(text, 4), out) == 3)
            valid++;
    }
    cr_expect_eq(valid, 64);
}
