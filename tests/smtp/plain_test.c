/* The quick reading of paths, against the parser that looks at each octet. */
#include "smtp/plain.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "harness/feed.h"

typedef size_t plain_parse(struct smtp_span in, struct smtp_path *out);

static struct feed_guard guard;

static void open_guard(void)
{
    cr_assert(feed_guard_open(&guard, 4096));
}

static void close_guard(void)
{
    feed_guard_close(&guard);
}

TestSuite(plain, .init = open_guard, .fini = close_guard);

static bool same(struct smtp_span a, struct smtp_span b)
{
    return a.p == b.p && a.n == b.n;
}

/* What is read quickly has no flaw and the same parts. True if it was. */
static bool check(plain_parse *parse, const char *text, size_t length)
{
    struct smtp_flaws flaws = {0};
    struct smtp_path quick = {.kind = SMTP_DOMAIN_NONE};
    struct smtp_path slow;
    const char *p = feed_guard_put(&guard, text, length);
    struct smtp_span in = smtp_span_of(p, length);
    size_t n = parse(in, &quick);
    if (n == 0)
        return false;
    cr_expect_eq(smtp_path_parse(in, 0, &slow, &flaws), n, "%s", text);
    cr_expect(!smtp_flaws_any(&flaws), "%s", text);
    cr_expect(same(quick.raw, slow.raw) && same(quick.local, slow.local) &&
                  same(quick.domain, slow.domain) &&
                  quick.kind == slow.kind,
              "%s", text);
    return true;
}

/* Every octet in every place of paths of some lengths, cut at some ends. */
static void check_octets(plain_parse *parse)
{
    static const char *const seeds[] = {
        "<a@b>",
        "<ab@cd.ef> SIZE=1",
        "<user.name@host.example>",
        "<0123456789@012345678901234567890.example.org> BODY=8BITMIME",
        "<bounce-1-bob=example.org@lists.example.com> RET=HDRS ENVID=QQ314",
        "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb>",
        "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb>",
    };
    for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
        char text[128];
        size_t n = strlen(seeds[i]);
        snprintf(text, sizeof(text), "%s", seeds[i]);
        size_t end = (size_t)(strchr(text, '>') - text) + 1;
        cr_expect(check(parse, text, n), "%s", text);
        for (size_t at = 1; at < end; at++) {
            char saved = text[at];
            for (unsigned octet = 0; octet < 256; octet++) {
                text[at] = (char)octet;
                check(parse, text, n);
            }
            text[at] = saved;
            cr_expect(!check(parse, text, at), "%s cut at %zu", text, at);
        }
    }
}

/* Texts of a few octets that matter, by a fixed sequence. */
static void check_mixtures(plain_parse *parse)
{
    static const char octets[] = "ab0.-+@@>>=_zZA/<\" ";
    uint32_t seed = 12345;
    unsigned read = 0;
    for (unsigned round = 0; round < 300000; round++) {
        char text[80] = "<";
        size_t n = 1;
        size_t length = 4 + seed % 12;
        for (; n < length; n++) {
            seed = seed * 1664525u + 1013904223u;
            text[n] = octets[(seed >> 16) % (sizeof(octets) - 1)];
        }
        read += check(parse, text, n);
    }
    cr_expect_gt(read, 300, "%u", read);
}

Test(plain, portable)
{
    check_octets(smtp_plain_parse_portable);
    check_mixtures(smtp_plain_parse_portable);
}

Test(plain, avx2)
{
    if (!smtp_plain_has_avx2())
        cr_skip_test("no AVX2 here");
    check_octets(smtp_plain_parse_avx2);
    check_mixtures(smtp_plain_parse_avx2);
}

/* That it is tried at all. */
Test(plain, chosen)
{
    cr_expect(check(smtp_plain_parse, "<a.b-c@d.example>", 17));
    cr_expect(!check(smtp_plain_parse, "<a..b@d.example>", 16));
    cr_expect(!check(smtp_plain_parse, "<postmaster>", 12));
}
