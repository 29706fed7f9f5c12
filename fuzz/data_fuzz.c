/*
 * data: smtp_data_unstuff, smtp_data_stuff, smtp_data_scan, smtp_data_check
 * and the searches below them (RFC 5321 4.1.1.4, 4.5.2, 2.3.8). The input is
 * content as it comes from the wire, and as it goes there.
 *
 * The model here sees all octets at once, and knows one sentence only: the
 * end is CRLF "." CRLF, and a dot behind a CRLF is left out.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "mutate.h"
#include "smtp/data.h"
#include "smtp/data_isa.h"
#include "smtp/line.h"

MUTATE_WITH(mutate_content);

#define INPUT_MAX 8192

struct result {
    char octets[SMTP_DATA_UNSTUFFED(INPUT_MAX)];
    size_t n;
    size_t used;
    bool done;
};

/* Whether p[0..n) of the content, with the CRLF of the command before it, is
 * at a line start at offset `at`. */
static bool line_start(const char *p, size_t at)
{
    if (at == 0)
        return true;
    return at >= 2 && p[at - 2] == '\r' && p[at - 1] == '\n';
}

static void model(const char *p, size_t n, struct result *r)
{
    r->n = r->used = 0;
    r->done = false;
    for (size_t i = 0; i < n; i++) {
        bool dot = p[i] == '.' && line_start(p, i);
        if (dot && n - i >= 3 && p[i + 1] == '\r' && p[i + 2] == '\n') {
            r->done = true;
            r->used = i + 3;
            return;
        }
        /* Of a dot and CR at the end nobody knows yet what they are. */
        if (dot && n - i == 2 && p[i + 1] == '\r')
            break;
        if (!dot)
            r->octets[r->n++] = p[i];
    }
    r->used = n;
}

/* The parser, in pieces of `first` and then of `rest` octets. */
static void pieces(const char *p, size_t n, size_t first, size_t rest,
                   struct result *r)
{
    struct smtp_data d = {0};
    struct smtp_data s = {0};
    size_t at = 0;
    r->n = 0;
    for (size_t to = first; !r->done; to += rest) {
        size_t k = (to < n ? to : n) - at;
        char *in = fuzz_guard(p + at, k);
        size_t written;
        size_t seen = smtp_data_scan(&s, in, k);
        size_t used = smtp_data_unstuff(&d, in, k, r->octets + r->n,
                                        &written);
        FUZZ_CHECK(used == seen && d.state == s.state && used <= k);
        r->n += written;
        at += used;
        r->done = d.state == SMTP_DATA_DONE;
        FUZZ_CHECK(r->done || used == k);
        if (to >= n)
            break;
    }
    r->used = at;
}

static void check_unstuff(const char *p, size_t n, size_t first, size_t rest)
{
    static struct result want;
    static struct result got;
    got.done = false;
    model(p, n, &want);
    pieces(p, n, first, rest, &got);
    FUZZ_CHECK(got.done == want.done && got.used == want.used);
    FUZZ_CHECK(got.n == want.n);
    FUZZ_CHECK(memcmp(got.octets, want.octets, got.n) == 0);
}

/* In its own place, which a server does. */
static void check_in_place(const char *p, size_t n, size_t cut)
{
    static struct result want;
    static char room[SMTP_DATA_UNSTUFFED(INPUT_MAX)];
    struct smtp_data d = {0};
    size_t written[2] = {0, 0};
    model(p, n, &want);
    memcpy(room, p, cut);
    smtp_data_unstuff(&d, room, cut, room, &written[0]);
    FUZZ_CHECK(memcmp(room, want.octets, written[0]) == 0);
    memcpy(room, p + cut, n - cut);
    smtp_data_unstuff(&d, room, n - cut, room, &written[1]);
    FUZZ_CHECK(written[0] + written[1] == want.n);
    FUZZ_CHECK(memcmp(room, want.octets + written[0], written[1]) == 0);
}

/* What is stuffed, in pieces, comes out as it was, and ends at its end and
 * not before. */
static void check_stuff(const char *p, size_t n, size_t cut)
{
    static char wire[SMTP_DATA_STUFFED(INPUT_MAX) + 8];
    static struct result back;
    struct smtp_data d = {0};
    size_t k = smtp_data_stuff(&d, p, cut, wire);
    FUZZ_CHECK(k <= SMTP_DATA_STUFFED(cut));
    k += smtp_data_stuff(&d, p + cut, n - cut, wire + k);
    FUZZ_CHECK(k <= SMTP_DATA_STUFFED(n));
    bool start = d.state == SMTP_DATA_LINE_START;
    struct smtp_span end = start ? SMTP_SPAN(".\r\n")
                                 : SMTP_SPAN("\r\n.\r\n");
    size_t added = start ? 0 : 2;
    memcpy(wire + k, end.p, end.n);
    k += end.n;
    if (k > INPUT_MAX)
        return;
    back.done = false;
    pieces(wire, k, k, k, &back);
    FUZZ_CHECK(back.done && back.used == k && back.n == n + added);
    FUZZ_CHECK(memcmp(back.octets, p, n) == 0);
}

/* Each flaw is there when it is there. */
static void check_flaws(struct smtp_span c)
{
    struct smtp_flaws got = {.first_at = 0};
    struct smtp_flaws want = {.first_at = 0};
    size_t line = 0;
    smtp_data_check(c, &got);
    for (size_t i = 0; i < c.n; i++) {
        bool crlf = c.p[i] == '\n' && i > 0 && c.p[i - 1] == '\r';
        if (c.p[i] == '\n' && !crlf)
            smtp_flaws_add(&want, SMTP_FLAW_DATA_BARE_LF, i);
        if (c.p[i] == '\r' && (i + 1 == c.n || c.p[i + 1] != '\n'))
            smtp_flaws_add(&want, SMTP_FLAW_DATA_BARE_CR, i);
        if (c.p[i] == '\0')
            smtp_flaws_add(&want, SMTP_FLAW_DATA_NUL, i);
        if ((unsigned char)c.p[i] > 127)
            smtp_flaws_add(&want, SMTP_FLAW_DATA_8BIT, i);
        if (i == line + 1000)
            smtp_flaws_add(&want, SMTP_FLAW_DATA_LINE_LENGTH, i);
        if (crlf)
            line = i + 1;
    }
    FUZZ_CHECK(got.set[0] == want.set[0] && got.set[1] == want.set[1]);
    FUZZ_CHECK(!smtp_flaws_any(&got) || got.first_at == want.first_at);
}

static void check_pair(const char *p, size_t n, size_t from)
{
    size_t want = smtp_data_pair_scalar(p, from, n);
    FUZZ_CHECK(smtp_data_pair(SMTP_LINE_AUTO, p, from, n) == want);
    FUZZ_CHECK(smtp_data_pair(SMTP_LINE_SSE2, p, from, n) == want);
    FUZZ_CHECK(smtp_data_pair(SMTP_LINE_AVX2, p, from, n) == want);
}

/* However many octets at a time they look at, they see the same. */
static void check_scans(const char *p, size_t n)
{
    unsigned want_classes;
    size_t want = smtp_line_scan_isa(SMTP_LINE_SCALAR, p, n, &want_classes);
    size_t plain = smtp_line_plain_isa(SMTP_LINE_SCALAR, p, n);
    static const enum smtp_line_isa ISAS[] = {SMTP_LINE_AUTO, SMTP_LINE_SSE2,
                                              SMTP_LINE_AVX2};
    for (size_t i = 0; i < sizeof(ISAS) / sizeof(ISAS[0]); i++) {
        unsigned classes;
        if (!smtp_line_isa_usable(ISAS[i]))
            continue;
        FUZZ_CHECK(smtp_line_scan_isa(ISAS[i], p, n, &classes) == want);
        FUZZ_CHECK(classes == want_classes);
        FUZZ_CHECK(smtp_line_plain_isa(ISAS[i], p, n) == plain);
    }
    FUZZ_CHECK(want == n || p[want] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX)
        return 0;
    const char *p = (const char *)data;
    uint32_t dice = fuzz_hash(data, size);
    size_t cut = dice % (size + 1);
    check_unstuff(p, size, size, 1);
    check_unstuff(p, size, cut, size + 1);
    if (fuzz_every || dice % 16 == 0)
        check_unstuff(p, size, 1, 1);
    for (size_t i = 0; fuzz_every && i < size && size < 2048; i++)
        check_unstuff(p, size, i, size + 1);
    if (size > 0)
        check_in_place(p, size, cut);
    check_stuff(p, size, cut);
    struct smtp_span content = {fuzz_guard(p, size), size};
    check_flaws(content);
    check_pair(content.p, size, cut);
    check_scans(content.p, size);
    check_scans(content.p + cut, size - cut);
    return 0;
}
