/*
 * command: smtp_command_parse (RFC 5321 4.1 and the extensions). The input
 * is command lines, one after the other; each is read with some
 * options.
 */
#include <inttypes.h>
#include <stdio.h>

#include "fuzz.h"
#include "mutate.h"
#include "smtp/command.h"
#include "smtp/param.h"

MUTATE_WITH(mutate_commands);

static const enum smtp_flaw BEYOND[] = {
    SMTP_FLAW_COMMAND_LENGTH,     SMTP_FLAW_PATH_LENGTH,
    SMTP_FLAW_PATH_LOCAL_LENGTH,  SMTP_FLAW_PATH_DOMAIN_LENGTH,
    SMTP_FLAW_PARAM_DUPLICATE,    SMTP_FLAW_PARAM_UNKNOWN,
};
static const struct fuzz_grammar GRAMMAR = {"command", "x-command", BEYOND,
                                            6};

static const struct smtp_span *span_at(const struct smtp_command *c, int i)
{
    const struct smtp_span *const SPANS[] = {
        &c->verb,       &c->arg,         &c->path.raw, &c->path.route,
        &c->path.local, &c->path.domain, &c->params,   &c->mech,
        &c->initial,    &c->uri,
    };
    return SPANS[i];
}
#define SPANS 10

static void check_spans(const struct smtp_command *c)
{
    for (int i = 0; i < SPANS; i++)
        FUZZ_CHECK(fuzz_inside(*span_at(c, i), c->raw));
    FUZZ_CHECK(c->id < SMTP_VERB_COUNT);
    FUZZ_CHECK(c->id == smtp_verb_find(c->verb));
    FUZZ_CHECK((c->id == SMTP_VERB_UNKNOWN) ==
               smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_VERB));
    if (c->id != SMTP_VERB_UNKNOWN) {
        const char *name = smtp_verb_name(c->id);
        FUZZ_CHECK(smtp_span_ieq(c->verb, smtp_span_of(name, strlen(name))));
    }
    FUZZ_CHECK(fuzz_flaws_sane(&c->flaws, c->raw.n));
    FUZZ_CHECK(c->id == SMTP_VERB_BDAT || c->size == 0);
    FUZZ_CHECK(!c->path.null || c->path.local.n == 0);
}

/* RFC 3030 2: the number of BDAT, written anew, is the one that was read; no
 * octet of it is lost to a narrow type. */
static void check_size(const struct smtp_command *c)
{
    char text[24];
    struct smtp_span digits = c->arg;
    if (c->id != SMTP_VERB_BDAT || smtp_flaws_any(&c->flaws))
        return;
    while (digits.n > 1 && digits.p[0] == '0' && digits.p[1] != ' ')
        digits = smtp_span_of(digits.p + 1, digits.n - 1);
    size_t n = (size_t)snprintf(text, sizeof(text), "%" PRIu64, c->size);
    FUZZ_CHECK(n <= digits.n && memcmp(text, digits.p, n) == 0);
    FUZZ_CHECK(n == digits.n || digits.p[n] == ' ');
}

static void check_same(const struct smtp_command *a,
                       const struct smtp_command *b)
{
    FUZZ_CHECK(a->raw.n == b->raw.n && a->id == b->id);
    FUZZ_CHECK(a->size == b->size && a->last == b->last);
    FUZZ_CHECK(a->path.kind == b->path.kind && a->path.null == b->path.null);
    FUZZ_CHECK(a->path.quoted == b->path.quoted &&
               a->path.utf8 == b->path.utf8);
    FUZZ_CHECK(fuzz_flaws_same(&a->flaws, &b->flaws));
    for (int i = 0; i < SPANS; i++) {
        const struct smtp_span *x = span_at(a, i);
        const struct smtp_span *y = span_at(b, i);
        FUZZ_CHECK(x->n == y->n);
        FUZZ_CHECK(x->n == 0 || x->p - a->raw.p == y->p - b->raw.p);
    }
}

/* The line in pieces, of `first` octets and then of `rest` each, is the same
 * command. */
static void check_pieces(const struct smtp_command *whole, unsigned opts,
                         size_t first, size_t rest)
{
    struct smtp_span raw = whole->raw;
    struct smtp_command_scan scan = {0};
    struct smtp_command c;
    for (size_t i = first; i < raw.n; i += rest)
        FUZZ_CHECK(smtp_command_parse(&scan, opts, fuzz_guard_piece(raw.p, i),
                                      i, &c) == 0);
    FUZZ_CHECK(smtp_command_parse(&scan, opts,
                                  fuzz_guard_piece(raw.p, raw.n), raw.n,
                                  &c) == (ssize_t)raw.n);
    FUZZ_CHECK(scan.at == 0 && scan.bare_lf_at == 0);
    check_same(whole, &c);
}

/* A command without a flaw, written anew from its parts, is the same. */
static void check_format(const struct smtp_command *c, unsigned opts)
{
    char out[600];
    size_t n = c->verb.n;
    struct smtp_command_scan scan = {0};
    struct smtp_command again;
    if (smtp_flaws_any(&c->flaws) || c->raw.n + 3 > sizeof(out))
        return;
    memcpy(out, c->verb.p, n);
    if (c->arg.n > 0) {
        out[n++] = ' ';
        memcpy(out + n, c->arg.p, c->arg.n);
        n += c->arg.n;
    }
    memcpy(out + n, "\r\n", 2);
    n += 2;
    FUZZ_CHECK(n == c->raw.n && memcmp(out, c->raw.p, n) == 0);
    FUZZ_CHECK(smtp_command_parse(&scan, opts, out, n, &again) == (ssize_t)n);
    check_same(c, &again);
}

/* An extension may make a line longer, never shorter (RFC 5321 4.1.1.11), and
 * no line over the limit with all of them is without its flaw. */
static void check_limit(const struct smtp_command *c, unsigned extensions)
{
    size_t plain = smtp_command_limit(c->id, 0);
    size_t some = smtp_command_limit(c->id, extensions);
    size_t most = smtp_command_limit(c->id, ~0u);
    FUZZ_CHECK(plain >= 512 && plain <= some && some <= most);
    FUZZ_CHECK((c->raw.n > most) ==
               smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_LENGTH));
}

/* What takes as long as the parser, or many times that; `dice` says what of
 * it this input gets. */
static void check_deep(const struct smtp_command *c, unsigned opts,
                       uint32_t dice)
{
    size_t n = c->raw.n;
    if (fuzz_turn(dice, FUZZ_REGISTRY, 16))
        check_format(c, opts);
    if (fuzz_turn(dice, FUZZ_JUDGE, 64))
        fuzz_judge(&GRAMMAR, c->raw, &c->flaws);
    if (fuzz_turn(dice, FUZZ_CUT, 16))
        check_pieces(c, opts, dice % n, n);
    if (n <= 2048 && fuzz_turn(dice, FUZZ_DRIP, 64))
        check_pieces(c, opts, 1, 1);
    for (size_t i = 0; fuzz_every && i < n && n <= 2048; i++)
        check_pieces(c, opts, i, n);
}

/* Returns the octets of the first line, 0 for none. */
static size_t check_line(const char *p, size_t size, unsigned opts,
                         uint32_t dice)
{
    struct smtp_command_scan scan = {0};
    struct smtp_command c;
    ssize_t n = smtp_command_parse(&scan, opts, p, size, &c);
    if (n <= 0) {
        FUZZ_CHECK((n == 0) == (size < SMTP_COMMAND_MAX));
        return 0;
    }
    FUZZ_CHECK((size_t)n == c.raw.n && c.raw.n <= size);
    FUZZ_CHECK(c.raw.p[n - 1] == '\n');
    FUZZ_CHECK(!(opts & SMTP_COMMAND_STRICT_END) ||
               (n > 1 && c.raw.p[n - 2] == '\r'));
    check_spans(&c);
    check_size(&c);
    check_limit(&c, dice);
    check_deep(&c, opts, dice);
    return c.raw.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t dice = fuzz_hash(data, size);
    size_t at = 0;
    if (size > FUZZ_MAX)
        return 0;
    const char *p = fuzz_guard(data, size);
    for (unsigned i = 0; i < 64 && at < size; i++) {
        unsigned opts = (i + dice / 4096) % 4;
        for (unsigned other = 0; fuzz_every && other < 4; other++)
            check_line(p + at, size - at, other, dice);
        size_t n = check_line(p + at, size - at, opts, dice);
        if (n == 0)
            break;
        at += n;
    }
    return 0;
}
