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
    struct smtp_reply_line line;
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

/* In two pieces it is the same reply, and its first piece alone is none. */
static void check_cut(const struct smtp_reply *whole, size_t cut)
{
    struct smtp_span raw = whole->raw;
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard_piece(raw.p, cut), cut,
                                &r) == 0);
    FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard_piece(raw.p, raw.n), raw.n,
                                &r) == (ssize_t)raw.n);
    check_same(whole, &r);
    FUZZ_CHECK(scan.at == 0 && scan.lines == 0);
}

static void check_drip(const struct smtp_reply *whole)
{
    struct smtp_span raw = whole->raw;
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    for (size_t i = 1; i < raw.n; i++)
        FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard_piece(raw.p, i), i,
                                    &r) == 0);
    FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard_piece(raw.p, raw.n), raw.n,
                                &r) == (ssize_t)raw.n);
    check_same(whole, &r);
}

/* What takes as long as the parser, or many times that; `dice` says what of
 * it this input gets. */
static void check_deep(const struct smtp_reply *r, uint32_t dice)
{
    size_t n = r->raw.n;
    if (fuzz_turn(dice, FUZZ_CUT, 16))
        check_cut(r, dice % n);
    if (fuzz_turn(dice, FUZZ_JUDGE, 64))
        fuzz_judge(&GRAMMAR, r->raw, &r->flaws);
    if (n <= 2048 && fuzz_turn(dice, FUZZ_DRIP, 64))
        check_drip(r);
    for (size_t i = 0; fuzz_every && i < n && n <= 2048; i++)
        check_cut(r, i);
    if (fuzz_turn(dice, FUZZ_REGISTRY, 16))
        check_registry(r);
}

/* Returns the octets of the first reply of p[0..size), 0 for none. The scan
 * is as the reply before left it: zeroed. */
static size_t check_reply(struct smtp_reply_scan *scan, const char *p,
                          size_t size, uint32_t dice)
{
    struct smtp_reply r;
    ssize_t n = smtp_reply_parse(scan, p, size, &r);
    if (n <= 0) {
        FUZZ_CHECK(n == 0 ? size < SMTP_REPLY_MAX
                          : n == SMTP_REPLY_TOO_LONG &&
                                size >= SMTP_REPLY_MAX);
        return 0;
    }
    FUZZ_CHECK((size_t)n <= size && r.raw.p == p);
    FUZZ_CHECK(r.raw.n == (size_t)n && r.lines > 0);
    FUZZ_CHECK(fuzz_inside(r.text, r.raw));
    FUZZ_CHECK(fuzz_flaws_sane(&r.flaws, r.raw.n));
    if (fuzz_turn(dice, FUZZ_LINES, 4))
        check_lines(&r);
    check_enhanced(&r);
    check_deep(&r, dice);
    return r.raw.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t dice = fuzz_hash(data, size);
    size_t at = 0;
    if (size > FUZZ_MAX)
        return 0;
    const char *p = fuzz_guard(data, size);
    struct smtp_reply_scan scan = {0};
    for (int i = 0; i < 64; i++) {
        size_t n = check_reply(&scan, p + at, size - at, dice);
        if (n == 0)
            break;
        at += n;
    }
    return 0;
}
