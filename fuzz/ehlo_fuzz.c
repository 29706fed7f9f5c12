/*
 * ehlo: smtp_greeting_host, smtp_ehlo_next, smtp_ehlo_param, smtp_ehlo_find,
 * smtp_ehlo_check (RFC 5321 4.2, 4.1.1.1). The input is replies of a server:
 * greetings, and replies to EHLO.
 */
#include "fuzz.h"
#include "mutate.h"
#include "smtp/ehlo.h"

MUTATE_WITH(mutate_greetings);

static const enum smtp_flaw BEYOND[] = {
    SMTP_FLAW_REPLY_LINE_LENGTH,
    SMTP_FLAW_EHLO_DUPLICATE,
};
static const struct fuzz_grammar GREETING = {"greeting", "x-greeting", BEYOND,
                                             1};
static const struct fuzz_grammar EHLO = {"ehlo-reply", "x-ehlo-reply", BEYOND,
                                         2};

static void check_params(const struct smtp_ehlo_line *line)
{
    struct smtp_span param = {NULL, 0};
    const char *end = line->params.p;
    size_t at = 0;
    while (smtp_ehlo_param(line, &at, &param)) {
        FUZZ_CHECK(param.n > 0 && fuzz_inside(param, line->params));
        FUZZ_CHECK(param.p >= end && !memchr(param.p, ' ', param.n));
        end = param.p + param.n;
        FUZZ_CHECK(at <= line->params.n);
    }
}

/* Each line is inside the reply, can be found by its keyword, and is in the
 * order in which they stand. */
static void check_lines(const struct smtp_reply *r)
{
    struct smtp_ehlo_line line;
    struct smtp_ehlo_line found;
    struct smtp_flaws flaws = {.first_at = 0};
    const char *end = r->raw.p;
    size_t at = 0;
    for (unsigned i = 1; smtp_ehlo_next(r, &at, &line, &flaws); i++) {
        FUZZ_CHECK(i < r->lines);
        FUZZ_CHECK(fuzz_inside(line.keyword, r->raw));
        FUZZ_CHECK(fuzz_inside(line.params, r->raw));
        FUZZ_CHECK(line.keyword.n == 0 || line.keyword.p >= end);
        if (line.keyword.n)
            end = line.keyword.p + line.keyword.n;
        check_params(&line);
        if (i > 16) /* to find each among all takes its time */
            continue;
        FUZZ_CHECK(smtp_ehlo_find(r, line.keyword, &found));
        FUZZ_CHECK(smtp_span_ieq(found.keyword, line.keyword));
        FUZZ_CHECK(found.keyword.p <= line.keyword.p);
    }
    FUZZ_CHECK(fuzz_flaws_sane(&flaws, r->raw.n));
}

static void check_reply(const struct smtp_reply *r)
{
    struct smtp_flaws flaws = {.first_at = 0};
    struct smtp_flaws all = r->flaws;
    struct smtp_span host = smtp_greeting_host(r, &flaws);
    FUZZ_CHECK(fuzz_inside(host, r->raw) && !memchr(host.p, ' ', host.n));
    FUZZ_CHECK(host.p >= r->raw.p && host.p <= r->raw.p + r->raw.n);
    FUZZ_CHECK(fuzz_flaws_sane(&flaws, r->raw.n));
    check_lines(r);
    if (r->code == 250) {
        struct smtp_flaws ehlo = {.first_at = 0};
        smtp_ehlo_check(r, &ehlo);
        FUZZ_CHECK((flaws.set[0] & ~ehlo.set[0]) == 0);
        flaws = ehlo;
    }
    FUZZ_CHECK(fuzz_flaws_sane(&flaws, r->raw.n));
    smtp_flaws_merge(&all, &flaws, 0);
    if (r->code == 220)
        fuzz_judge(&GREETING, r->raw, &all);
    else if (r->code == 250)
        fuzz_judge(&EHLO, r->raw, &all);
    else
        FUZZ_CHECK(!smtp_flaws_any(&flaws));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *p = (const char *)data;
    for (int i = 0; size <= FUZZ_MAX && i < 16; i++) {
        struct smtp_reply_scan scan = {0};
        struct smtp_reply r;
        ssize_t n = smtp_reply_parse(&scan, fuzz_guard(p, size), size, &r);
        if (n <= 0)
            break;
        /* By itself, at the end of the memory. */
        scan = (struct smtp_reply_scan){0};
        size_t one = (size_t)n;
        FUZZ_CHECK(smtp_reply_parse(&scan, fuzz_guard(p, one), one, &r) == n);
        check_reply(&r);
        p += one;
        size -= one;
    }
    return 0;
}
