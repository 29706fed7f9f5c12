/*
 * param: smtp_param_next, smtp_params_check, smtp_params_find, smtp_xtext_*,
 * smtp_base64_* (RFC 5321 4.1.2, RFC 3461 4, RFC 4648 4). The input is read
 * as parameters of MAIL and of RCPT, as xtext and as base64, and is encoded
 * as both.
 */
#include "abnf.h"
#include "fuzz.h"
#include "mutate.h"
#include "smtp/base64.h"
#include "smtp/param.h"
#include "smtp/xtext.h"

MUTATE_WITH(mutate_params);

#define INPUT_MAX 4096

static const enum smtp_flaw BEYOND[] = {
    SMTP_FLAW_PARAM_DUPLICATE,
    SMTP_FLAW_PARAM_UNKNOWN,
};
static const struct fuzz_grammar MAIL = {"mail-params", "x-mail-params",
                                         BEYOND, 2};
static const struct fuzz_grammar RCPT = {"rcpt-params", "x-rcpt-params",
                                         BEYOND, 2};

static void check_one(const struct smtp_param *p, struct smtp_span in)
{
    FUZZ_CHECK(fuzz_inside(p->raw, in));
    FUZZ_CHECK(fuzz_inside(p->keyword, p->raw));
    FUZZ_CHECK(fuzz_inside(p->value, p->raw));
    FUZZ_CHECK(p->raw.n == p->keyword.n + p->has_value + p->value.n);
    FUZZ_CHECK(p->has_value || p->value.n == 0);
    FUZZ_CHECK(p->id < SMTP_PARAM_COUNT);
}

/* The ABNF takes many times as long as the parsers: not for every input. */
static bool judged(struct smtp_span in)
{
    return in.n > 0 && in.n <= ABNF_MAX &&
           (fuzz_every ||
            fuzz_hash((const uint8_t *)in.p, in.n) % 8 == 0);
}

static void check_params(struct smtp_span in, enum smtp_param_of of,
                         const struct fuzz_grammar *g)
{
    struct smtp_flaws one = {.first_at = 0};
    struct smtp_flaws all = {.first_at = 0};
    struct smtp_param p;
    struct smtp_param found;
    size_t at = 0;
    for (size_t before = 0; smtp_param_next(in, of, &at, &p, &one);) {
        FUZZ_CHECK(at > before && at <= in.n);
        before = at;
        check_one(&p, in);
        if (p.id == SMTP_PARAM_OTHER)
            continue;
        FUZZ_CHECK(smtp_params_find(in, of, p.id, &found));
        FUZZ_CHECK(found.id == p.id && found.raw.p <= p.raw.p);
    }
    smtp_params_check(in, of, &all);
    FUZZ_CHECK(fuzz_flaws_sane(&one, in.n) && fuzz_flaws_sane(&all, in.n));
    /* Only repetitions are seen by looking at all of them. */
    FUZZ_CHECK((one.set[0] & ~all.set[0]) == 0 &&
               (one.set[1] & ~all.set[1]) == 0);
    if (judged(in))
        fuzz_judge(g, in, &all);
}

static void check_xtext(struct smtp_span in)
{
    char out[3 * INPUT_MAX];
    char back[3 * INPUT_MAX];
    ssize_t n = smtp_xtext_decode(in, out);
    FUZZ_CHECK(n >= -1 - (ssize_t)in.n && n <= (ssize_t)in.n);
    if (judged(in))
        FUZZ_CHECK((n >= 0) == abnf_matches(abnf_rule("xtext"), in));
    size_t k = smtp_xtext_encode(in, out);
    FUZZ_CHECK(k >= in.n && k <= 3 * in.n);
    FUZZ_CHECK(smtp_xtext_decode(smtp_span_of(out, k), back) ==
               (ssize_t)in.n);
    FUZZ_CHECK(smtp_span_eq(smtp_span_of(back, in.n), in));
    /* In its own place. */
    FUZZ_CHECK(smtp_xtext_decode(smtp_span_of(out, k), out) ==
               (ssize_t)in.n);
    FUZZ_CHECK(smtp_span_eq(smtp_span_of(out, in.n), in));
}

static void check_base64(struct smtp_span in)
{
    char out[SMTP_BASE64_ENCODED(INPUT_MAX)];
    char back[SMTP_BASE64_ENCODED(INPUT_MAX)];
    ssize_t n = smtp_base64_decode(in, out);
    FUZZ_CHECK(n >= -1 - (ssize_t)in.n &&
               n <= (ssize_t)SMTP_BASE64_DECODED(in.n));
    if (judged(in))
        FUZZ_CHECK((n >= 0) == abnf_matches(abnf_rule("base64"), in));
    if (n >= 0) { /* there is but one text for some octets */
        size_t k = smtp_base64_encode(smtp_span_of(out, (size_t)n), back);
        FUZZ_CHECK(smtp_span_eq(smtp_span_of(back, k), in));
    }
    size_t k = smtp_base64_encode(in, out);
    FUZZ_CHECK(k == SMTP_BASE64_ENCODED(in.n));
    FUZZ_CHECK(smtp_base64_decode(smtp_span_of(out, k), back) ==
               (ssize_t)in.n);
    FUZZ_CHECK(smtp_span_eq(smtp_span_of(back, in.n), in));
    FUZZ_CHECK(smtp_base64_decode(smtp_span_of(out, k), out) ==
               (ssize_t)in.n);
    FUZZ_CHECK(smtp_span_eq(smtp_span_of(out, in.n), in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX)
        return 0;
    struct smtp_span in = {fuzz_guard(data, size), size};
    check_params(in, SMTP_PARAM_OF_MAIL, &MAIL);
    check_params(in, SMTP_PARAM_OF_RCPT, &RCPT);
    check_xtext(in);
    check_base64(in);
    return 0;
}
