/*
 * param: RFC 5321 4.1.2, esmtp-param. The rules for values are in value.c.
 */
#include "smtp/param.h"
#include "smtp/octet.h"
#include "smtp/value.h"
#include "smtp/word.h"

#define INLINE static inline __attribute__((always_inline))

struct keyword {
    char name[12]; /* in upper case, filled up with NUL */
    uint8_t n;
    uint8_t of; /* enum smtp_param_of */
    enum smtp_param_id id;
};

/*
 * Where a keyword stands in the table: by its length and its first and last
 * letter. No two known keywords share a slot; a new one that does is a
 * compile error (an initialiser overridden), and the factors are chosen anew.
 */
#define SLOTS 32
#define SLOT(n, first, last)                                                  \
    (((unsigned)(n) * 4 + ((unsigned)(first) & 0xDF) * 5 +                    \
      ((unsigned)(last) & 0xDF) * 29) %                                       \
     SLOTS)
#define ROW(word, first, last, number, whose)                                 \
    [SLOT(sizeof(word) - 1, first, last)] = {                                 \
        word, sizeof(word) - 1, SMTP_PARAM_OF_##whose, SMTP_PARAM_##number}

static const struct keyword keywords[SLOTS] = {
    ROW("SIZE", 'S', 'E', SIZE, MAIL),
    ROW("BODY", 'B', 'Y', BODY, MAIL),
    ROW("SMTPUTF8", 'S', '8', SMTPUTF8, MAIL),
    ROW("AUTH", 'A', 'H', AUTH, MAIL),
    ROW("RET", 'R', 'T', RET, MAIL),
    ROW("ENVID", 'E', 'D', ENVID, MAIL),
    ROW("NOTIFY", 'N', 'Y', NOTIFY, RCPT),
    ROW("ORCPT", 'O', 'T', ORCPT, RCPT),
    ROW("REQUIRETLS", 'R', 'S', REQUIRETLS, MAIL),
    ROW("MT-PRIORITY", 'M', 'Y', MT_PRIORITY, MAIL),
    ROW("HOLDFOR", 'H', 'R', HOLDFOR, MAIL),
    ROW("HOLDUNTIL", 'H', 'L', HOLDUNTIL, MAIL),
    ROW("BY", 'B', 'Y', BY, MAIL),
    ROW("RRVS", 'R', 'S', RRVS, RCPT),
    ROW("MTRK", 'M', 'K', MTRK, MAIL),
    ROW("TRANSID", 'T', 'D', TRANSID, MAIL),
    ROW("SUBMITTER", 'S', 'R', SUBMITTER, MAIL),
    ROW("CONPERM", 'C', 'M', CONPERM, MAIL),
    ROW("CONNEG", 'C', 'G', CONNEG, RCPT),
    ROW("SOLICIT", 'S', 'T', SOLICIT, MAIL),
};

/* Which keyword is at p[at..end), and nothing but Ldh octets; p has n. */
INLINE enum smtp_param_id find_keyword(const char *p, size_t at, size_t end,
                                       size_t n, enum smtp_param_of of)
{
    size_t length = end - at;
    unsigned slot =
        SLOT(length, (unsigned char)p[at], (unsigned char)p[end - 1]);
    const struct keyword *k = &keywords[slot];
    if (k->of != of || k->n != length)
        return SMTP_PARAM_OTHER;
    /* The first eight at once, without the bit of their case: of octets that
     * can be here that makes no other one equal. */
    uint64_t word = smtp_word_load(p, at, n);
    if (length < 8)
        word &= ((uint64_t)1 << length * 8) - 1;
    if ((word ^ smtp_word_at(k->name)) & SMTP_WORD_EACH(0xDF))
        return SMTP_PARAM_OTHER;
    for (size_t i = 8; i < length; i++)
        if (smtp_octet_upper(p[at + i]) != k->name[i])
            return SMTP_PARAM_OTHER;
    return k->id;
}

/* The Ldh octets of w, a set of smtp/word.h. */
static inline uint64_t ldh_set(uint64_t w)
{
    uint64_t x = w & SMTP_WORD_EACH(0x7F);
    uint64_t set = smtp_word_range(x | SMTP_WORD_EACH(0x20), 'a', 'z') |
                   smtp_word_range(x, '0', '9') | ~smtp_word_not(x, '-');
    return set & ~w & SMTP_WORD_SET;
}

/* The end of the Ldh octets from p[at] on. */
static inline size_t skip_ldh(const char *p, size_t at, size_t n)
{
    uint64_t out = ~ldh_set(smtp_word_load(p, at, n)) & SMTP_WORD_SET;
    if (out)
        return at + smtp_word_first(out);
    for (at += 8; at < n && smtp_octet_is(p[at], SMTP_OCTET_LDH);)
        at++;
    return at;
}

/* What no keyword may hold, up to "=", SP or the end. */
static __attribute__((noinline)) size_t
skip_junk(const char *p, size_t at, size_t n, struct smtp_flaws *flaws)
{
    smtp_flaws_add(flaws, SMTP_FLAW_PARAM_KEYWORD, at);
    while (at < n && p[at] != '=' && p[at] != ' ')
        at++;
    return at;
}

/* Reads the esmtp-keyword at p[at..n): up to "=", SP or the end. *valid says
 * whether it is one. */
INLINE size_t read_keyword(const char *p, size_t at, size_t n,
                                  bool *valid, struct smtp_flaws *flaws)
{
    size_t start = at;
    at = skip_ldh(p, at, n);
    *valid = at > start && p[start] != '-';
    if (!*valid)
        smtp_flaws_add(flaws, SMTP_FLAW_PARAM_KEYWORD, start);
    if (at == n || p[at] == '=' || p[at] == ' ')
        return at;
    *valid = false;
    return skip_junk(p, at, n, flaws);
}

/* The octets of p[at..n), by eights and to the first that is none, that can
 * stand in an esmtp-value; returns where they end. */
static inline size_t skip_value(const char *p, size_t at, size_t n)
{
    for (; at < n; at += 8) {
        uint64_t w = smtp_word_load(p, at, n);
        uint64_t x = w & SMTP_WORD_EACH(0x7F);
        uint64_t set = smtp_word_range(x, 33, 126) & smtp_word_not(x, '=');
        uint64_t out = ~(set & ~w) & SMTP_WORD_SET;
        if (out)
            return at + smtp_word_first(out);
    }
    return n;
}

/* Reads the esmtp-value at p[at..n): up to SP or the end. *bad is 1 + the
 * offset of the first octet that cannot stand in it, or 0. */
INLINE size_t read_value(const char *p, size_t at, size_t n, size_t *bad)
{
    *bad = 0;
    at = skip_value(p, at, n);
    while (at < n && p[at] != ' ') {
        size_t step = 1;
        if (!smtp_octet_is(p[at], SMTP_OCTET_VALUE)) {
            step = smtp_utf8_length(p + at, n - at);
            if ((unsigned char)p[at] < 128 || step == 0) {
                *bad = *bad ? *bad : at + 1;
                step = 1;
            }
        }
        at += step;
    }
    return at;
}

INLINE void check_value(struct smtp_param *out, size_t at, size_t bad,
                        struct smtp_flaws *flaws)
{
    enum smtp_flaw f = SMTP_FLAW_PARAM_VALUE;
    if (bad || (out->has_value && out->value.n == 0)) {
        smtp_flaws_add(flaws, f, bad ? bad - 1 : at);
        return;
    }
    if (out->id == SMTP_PARAM_OTHER)
        return;
    size_t wrong = smtp_value_check(out, &f);
    if (wrong)
        smtp_flaws_add(flaws, f, at + wrong - 1);
}

/* Passes the SP between parameters: one, and no HT (RFC 5321 4.1.2). */
static size_t skip_blanks(struct smtp_span params, size_t at,
                          struct smtp_flaws *flaws)
{
    size_t start = at;
    while (at < params.n && smtp_octet_blank(params.p[at]))
        at++;
    if (at > start)
        smtp_flaws_add(flaws,
                       at < params.n ? SMTP_FLAW_COMMAND_SEPARATOR
                                     : SMTP_FLAW_COMMAND_SPACING,
                       start);
    return at;
}

/* Inlined, as its parts are, so that the loop over all parameters keeps no
 * spans. */
INLINE bool next(struct smtp_span params, enum smtp_param_of of,
                        size_t *at, struct smtp_param *out,
                        struct smtp_flaws *flaws)
{
    const char *p = params.p;
    size_t i = *at;
    size_t bad = 0;
    if (i < params.n && smtp_octet_blank(p[i]))
        i = skip_blanks(params, i, flaws);
    *at = i;
    if (i >= params.n)
        return false;
    size_t start = i;
    bool valid;
    i = read_keyword(p, i, params.n, &valid, flaws);
    out->keyword = smtp_span_of(p + start, i - start);
    out->id = SMTP_PARAM_OTHER;
    if (valid)
        out->id = find_keyword(p, start, i, params.n, of);
    if (out->id == SMTP_PARAM_OTHER)
        smtp_flaws_add(flaws, SMTP_FLAW_PARAM_UNKNOWN, start);
    out->has_value = i < params.n && p[i] == '=';
    if (out->has_value)
        i++;
    size_t value = i;
    if (out->has_value)
        i = read_value(p, i, params.n, &bad);
    out->value = smtp_span_of(p + value, i - value);
    out->raw = smtp_span_of(p + start, i - start);
    out->number = 0;
    check_value(out, value, bad, flaws);
    if (i + 1 == params.n)
        smtp_flaws_add(flaws, SMTP_FLAW_COMMAND_SPACING, i);
    *at = i < params.n ? i + 1 : i;
    return true;
}

bool smtp_param_next(struct smtp_span params, enum smtp_param_of of,
                     size_t *at, struct smtp_param *out,
                     struct smtp_flaws *flaws)
{
    return next(params, of, at, out, flaws);
}

void smtp_params_check(struct smtp_span params, enum smtp_param_of of,
                       struct smtp_flaws *flaws)
{
    struct smtp_param param;
    uint32_t seen = 0;
    size_t at = 0;
    while (at < params.n && next(params, of, &at, &param, flaws)) {
        unsigned id = param.id;
        if (id == SMTP_PARAM_OTHER)
            continue;
        if (id == SMTP_PARAM_HOLDUNTIL)
            id = SMTP_PARAM_HOLDFOR;
        if (seen >> id & 1)
            smtp_flaws_add(flaws, SMTP_FLAW_PARAM_DUPLICATE,
                           (size_t)(param.raw.p - params.p));
        seen |= (uint32_t)1 << id;
    }
}

bool smtp_params_find(struct smtp_span params, enum smtp_param_of of,
                      enum smtp_param_id id, struct smtp_param *out)
{
    struct smtp_flaws ignored = {0};
    struct smtp_param param;
    size_t at = 0;
    while (smtp_param_next(params, of, &at, &param, &ignored)) {
        if (param.id != id)
            continue;
        if (out)
            *out = param;
        return true;
    }
    return false;
}
