/*
 * reply: smtp_reply_parse, smtp_reply_next, smtp_enhanced_check (RFC 5321
 * 4.2, RFC 2034 4). The input is what a server sends: replies one after the
 * other.
 */
#include "abnf.h"
#include "fuzz.h"
#include "mutate.h"
#include "smtp/code.h"
#include "smtp/enhanced.h"
#include "smtp/reply.h"

MUTATE_WITH(mutate_replies);

/* RFC 5321 4.2: that all lines have one code is said in prose. */
static const enum smtp_flaw BEYOND[] = {
    SMTP_FLAW_REPLY_CODE_CHANGED,
    SMTP_FLAW_REPLY_LINE_LENGTH,
};
static const struct fuzz_grammar GRAMMAR = {"reply", "reply", BEYOND, 2};

/* The lines make up the reply, and say the same as it does. */
static void check_lines(const struct smtp_reply *r)
{
    struct smtp_reply_line line = {.last = false};
    const char *end = r->raw.p;
    uint32_t lines = 0;
    size_t at = 0;
    while (smtp_reply_next(r, &at, &line)) {
        FUZZ_CHECK(line.raw.p == end && line.raw.n > 0);
        FUZZ_CHECK(line.raw.p[line.raw.n - 1] == '\n');
        FUZZ_CHECK(fuzz_inside(line.text, line.raw));
        end += line.raw.n;
        FUZZ_CHECK(line.last == (end == r->raw.p + r->raw.n));
        if (lines++ == 0)
            FUZZ_CHECK(line.text.p == r->text.p && line.text.n == r->text.n);
    }
    FUZZ_CHECK(end == r->raw.p + r->raw.n);
    FUZZ_CHECK(lines == r->lines && line.code == r->code);
    FUZZ_CHECK(r->code <= 999);
}

static void check_enhanced(const struct smtp_reply *r)
{
    struct smtp_enhanced e;
    struct smtp_flaws flaws = {.first_at = 0};
    size_t n = smtp_enhanced_parse(r->text, &e);
    smtp_enhanced_check(r, &flaws);
    FUZZ_CHECK(n <= r->text.n);
    FUZZ_CHECK(fuzz_flaws_sane(&flaws, r->raw.n));
    if (n > 0)
        FUZZ_CHECK(e.subject <= 999 && e.detail <= 999 &&
                   (e.class == 2 || e.class == 4 || e.class == 5));
}

/* What the registry says of a code, or only of its digits. */
static void check_registry(const struct smtp_reply *r)
{
    unsigned first = r->code / 100u;
    unsigned second = r->code / 10u % 10;
    const struct smtp_code *code = smtp_code_find(r->code);
    unsigned i = 1 + r->code % 64u;
    const struct smtp_code *before = smtp_code_at(i - 1);
    const struct smtp_code *row = smtp_code_at(i);
    FUZZ_CHECK((smtp_code_class(first) != NULL) ==
               (smtp_reply_class(r) != 0));
    FUZZ_CHECK((smtp_code_class(first) != NULL) ==
               (smtp_code_class_meaning(first) != NULL));
    FUZZ_CHECK(second <= 5 || smtp_code_category(second) == NULL);
    FUZZ_CHECK(smtp_code_category_meaning(second) != NULL);
    FUZZ_CHECK(!row || (before && before->code < row->code));
    if (!code)
        return;
    FUZZ_CHECK(code->code == r->code && smtp_reply_class(r) != 0);
    FUZZ_CHECK(smtp_code_link_text(code->link) &&
               smtp_code_retry_text(code->retry) &&
               smtp_code_scope_text(code->scope));
    for (unsigned bit = 0; bit < 32; bit++)
        if (code->events >> bit & 1)
            FUZZ_CHECK(smtp_code_event_name(bit) != NULL);
}

static void check_same(const struct smtp_reply *a, const struct smtp_reply *b)
{
    FUZZ_CHECK(a->raw.n == b->raw.n && a->text.n == b->text.n);
    FUZZ_CHECK(a->text.n == 0 ||
               a->text.p - a->raw.p == b->text.p - b->raw.p);
    FUZZ_CHECK(a->code == b->code && a->lines == b->lines);
    FUZZ_CHECK(fuzz_flaws_same(&a->flaws, &b->flaws));
}

/* p[0..n) is one reply: in two pieces it is the same one, and its first
 * piece alone is none. */
static void check_cut(const char *p, size_t n, size_t cut,
                      const struct smtp_reply *whole)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard(p, cut), cut, &r) == 0);
    FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard(p, n), n, &r) ==
               (ssize_t)n);
    check_same(whole, &r);
    FUZZ_CHECK(scan.at == 0 && scan.lines == 0);
}

static void check_drip(const char *p, size_t n, const struct smtp_reply *whole)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    for (size_t i = 1; i < n; i++)
        FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard(p, i), i, &r) == 0);
    FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard(p, n), n, &r) ==
               (ssize_t)n);
    check_same(whole, &r);
}

/* Cuts, and the ABNF; `dice` says which for this input. */
static void check_deep(const char *p, const struct smtp_reply *r,
                       uint32_t dice)
{
    size_t n = r->raw.n;
    check_cut(p, n, dice % n, r);
    if (fuzz_every || dice / 64 % 64 == 0)
        fuzz_judge(&GRAMMAR, r->raw, &r->flaws);
    if (n <= 2048 && (fuzz_every || dice % 64 == 0))
        check_drip(p, n, r);
    for (size_t i = 0; fuzz_every && i < n && n <= 2048; i++)
        check_cut(p, n, i, r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *p = (const char *)data;
    uint32_t dice = fuzz_hash(data, size);
    for (int i = 0; size <= FUZZ_MAX && i < 64; i++) {
        struct smtp_reply_scan scan = {0};
        struct smtp_reply r = {.code = 0};
        const char *buf = fuzz_guard(p, size);
        ssize_t n = smtp_reply_parse(&scan, buf, size, &r);
        if (n <= 0) {
            FUZZ_CHECK(n == 0 ? size < SMTP_REPLY_MAX
                              : n == SMTP_REPLY_TOO_LONG &&
                                    size >= SMTP_REPLY_MAX);
            break;
        }
        FUZZ_CHECK((size_t)n <= size && r.raw.p == buf);
        FUZZ_CHECK(r.raw.n == (size_t)n && r.lines > 0);
        FUZZ_CHECK(fuzz_inside(r.text, r.raw));
        FUZZ_CHECK(fuzz_flaws_sane(&r.flaws, r.raw.n));
        check_lines(&r);
        check_enhanced(&r);
        if (i == 0)
            check_registry(&r);
        r.raw.p = p; /* the same octets, where they stay */
        if (r.text.n)
            r.text.p = p + (r.text.p - buf);
        check_deep(p, &r, dice);
        p += n;
        size -= (size_t)n;
    }
    return 0;
}
