/*
 * path: smtp_path_parse, smtp_mailbox_parse, smtp_domain_kind,
 * smtp_local_unquote, and the quick ways of smtp/plain.h (RFC 5321 4.1.2,
 * 4.1.3; RFC 6531 3.3). The input is read as a path, a mailbox and a domain,
 * with all options. libFuzzer's own mutations are as good here as those that
 * know the grammar (docs/fuzzing.md): the target is without them.
 */
#include "abnf.h"
#include "fuzz.h"
#include "smtp/path.h"
#include "smtp/plain.h"

static const enum smtp_flaw LENGTHS[] = {
    SMTP_FLAW_PATH_LENGTH,
    SMTP_FLAW_PATH_LOCAL_LENGTH,
    SMTP_FLAW_PATH_DOMAIN_LENGTH,
};

/* The rules by the options: of a path NULL and POSTMASTER, else LOCAL and
 * POSTMASTER. */
static const char *const PATHS[2][4] = {
    {"path", "path-or-null", "path-or-postmaster", "any-path"},
    {"x-path", "x-path-or-null", "x-path-or-postmaster", "x-any-path"},
};
static const char *const MAILBOXES[2][3] = {
    {"mailbox", "mailbox-or-local", "mailbox-or-postmaster"},
    {"x-mailbox", "x-mailbox-or-local", "x-mailbox-or-postmaster"},
};

static void judge(const char *strict, const char *utf8, unsigned opts,
                  struct smtp_span in, const struct smtp_flaws *flaws)
{
    const struct fuzz_grammar g = {
        strict, opts & SMTP_PATH_UTF8 ? utf8 : strict, LENGTHS, 3};
    fuzz_judge(&g, in, flaws);
}

/* It writes as much as it says, and nothing when that does not fit. */
static void check_unquote(const struct smtp_path *p)
{
    char out[4096];
    char tight[4096];
    size_t n = smtp_local_unquote(p->local, out, sizeof(out));
    FUZZ_CHECK(n <= p->local.n && n <= sizeof(out));
    if (n == 0)
        return;
    memset(tight, 0x7E, n + (n < sizeof(tight)));
    FUZZ_CHECK(smtp_local_unquote(p->local, tight, n - 1) == n);
    FUZZ_CHECK(tight[0] == 0x7E && tight[n - 1] == 0x7E);
    FUZZ_CHECK(smtp_local_unquote(p->local, tight, n) == n);
    FUZZ_CHECK(n == sizeof(tight) || tight[n] == 0x7E);
    FUZZ_CHECK(memcmp(tight, out, n) == 0);
}

static void check_parts(const struct smtp_path *p, struct smtp_span in,
                        const struct smtp_flaws *flaws)
{
    FUZZ_CHECK(fuzz_inside(p->raw, in));
    FUZZ_CHECK(fuzz_inside(p->route, p->raw));
    FUZZ_CHECK(fuzz_inside(p->local, p->raw));
    FUZZ_CHECK(fuzz_inside(p->domain, p->raw));
    FUZZ_CHECK(fuzz_flaws_sane(flaws, in.n));
    FUZZ_CHECK(p->kind <= SMTP_DOMAIN_GENERAL);
    FUZZ_CHECK(p->kind == SMTP_DOMAIN_NONE || p->domain.n > 0);
    if (p->null)
        FUZZ_CHECK(p->local.n == 0 && p->domain.n == 0 && p->raw.n == 2);
    if (p->quoted)
        FUZZ_CHECK(p->local.n >= 2 && p->local.p[0] == '"');
    bool eight = false;
    for (size_t i = 0; i < p->raw.n; i++)
        eight = eight || (unsigned char)p->raw.p[i] > 127;
    FUZZ_CHECK(eight == p->utf8);
}

/* A path without a flaw is the sum of its parts. */
static void check_format(const struct smtp_path *p, bool brackets)
{
    char out[ABNF_MAX + 8];
    size_t n = 0;
    const struct smtp_span at = SMTP_SPAN("@");
    const struct smtp_span colon = SMTP_SPAN(":");
    const struct smtp_span none = {"", 0};
    const struct smtp_span parts[] = {
        brackets ? SMTP_SPAN("<") : none, p->route,
        p->route.n ? colon : none,        p->local,
        p->domain.n ? at : none,          p->domain,
        brackets ? SMTP_SPAN(">") : none,
    };
    if (p->raw.n > ABNF_MAX)
        return;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        FUZZ_CHECK(n + parts[i].n <= sizeof(out));
        if (parts[i].n)
            memcpy(out + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    FUZZ_CHECK(smtp_span_eq(smtp_span_of(out, n), p->raw));
}

static void check_path(struct smtp_span in, unsigned opts)
{
    struct smtp_path p;
    struct smtp_path again;
    struct smtp_flaws flaws = {.first_at = 0};
    struct smtp_flaws flaws_again = {.first_at = 0};
    size_t n = smtp_path_parse(in, opts, &p, &flaws);
    FUZZ_CHECK(n <= in.n);
    if (n == 0) {
        FUZZ_CHECK(in.n == 0 || in.p[0] == ' ');
        return;
    }
    FUZZ_CHECK(p.raw.p == in.p && p.raw.n == n);
    check_parts(&p, in, &flaws);
    check_unquote(&p);
    if (!smtp_flaws_any(&flaws)) {
        check_format(&p, true);
        /* What stands behind it did not matter. */
        FUZZ_CHECK(smtp_path_parse(smtp_span_of(in.p, n), opts, &again,
                                   &flaws_again) == n);
        FUZZ_CHECK(!smtp_flaws_any(&flaws_again) && again.kind == p.kind);
    }
    unsigned rule = (opts & SMTP_PATH_NULL ? 1u : 0u) +
                    (opts & SMTP_PATH_POSTMASTER ? 2u : 0u);
    if (!(opts & SMTP_PATH_LOCAL))
        judge(PATHS[0][rule], PATHS[1][rule], opts, p.raw, &flaws);
}

static void check_mailbox(struct smtp_span in, unsigned opts)
{
    struct smtp_path p;
    struct smtp_flaws flaws = {.first_at = 0};
    smtp_mailbox_parse(in, opts, &p, &flaws);
    FUZZ_CHECK(p.raw.n == in.n && p.route.n == 0 && !p.null);
    check_parts(&p, in, &flaws);
    check_unquote(&p);
    if (!smtp_flaws_any(&flaws))
        check_format(&p, false);
    unsigned rule = opts & SMTP_PATH_POSTMASTER ? 2 : 0;
    if (opts & SMTP_PATH_LOCAL)
        rule = 1;
    judge(MAILBOXES[0][rule], MAILBOXES[1][rule], opts, in, &flaws);
}

static void check_domain(struct smtp_span in)
{
    if (in.n > ABNF_MAX)
        return;
    enum smtp_domain_kind kind = smtp_domain_kind(in, false);
    bool literal = kind > SMTP_DOMAIN_NAME;
    FUZZ_CHECK((kind == SMTP_DOMAIN_NAME) ==
               abnf_matches(abnf_rule("domain"), in));
    FUZZ_CHECK(literal == abnf_matches(abnf_rule("literal"), in));
    FUZZ_CHECK(kind == SMTP_DOMAIN_NONE || smtp_domain_kind(in, true) == kind);
}

/* The ways that do not look at each octet, if they find a path, find the
 * same one. */
static void check_plain(struct smtp_span in)
{
    struct smtp_path slow;
    struct smtp_path quick[2];
    struct smtp_flaws flaws = {.first_at = 0};
    size_t n[2];
    memset(quick, 0, sizeof(quick));
    n[0] = smtp_plain_parse_portable(in, &quick[0]);
    n[1] = smtp_plain_has_avx2() ? smtp_plain_parse_avx2(in, &quick[1]) : n[0];
    FUZZ_CHECK(n[0] == n[1]);
    if (n[0] == 0)
        return;
    /* A prefix that the slow way is made to read: "<" is all it looks at. */
    FUZZ_CHECK(smtp_path_parse(in, 0, &slow, &flaws) == n[0]);
    FUZZ_CHECK(!smtp_flaws_any(&flaws));
    FUZZ_CHECK(slow.kind == quick[0].kind && slow.route.n == 0);
    FUZZ_CHECK(smtp_span_eq(slow.raw, quick[0].raw));
    FUZZ_CHECK(slow.local.p == quick[0].local.p &&
               slow.local.n == quick[0].local.n);
    FUZZ_CHECK(slow.domain.p == quick[0].domain.p &&
               slow.domain.n == quick[0].domain.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    uint32_t dice = fuzz_hash(data, size);
    for (unsigned opts = 0; opts < 16; opts++) {
        if (!fuzz_every && opts % 8 != dice % 8)
            continue;
        struct smtp_span in = {(const char *)data, size};
        in.p = fuzz_guard(in.p, in.n);
        check_path(in, opts);
        in.p = fuzz_guard(data, size);
        check_mailbox(in, opts);
    }
    struct smtp_span in = {fuzz_guard(data, size), size};
    check_domain(in);
    if (size > 0 && data[0] == '<')
        check_plain(in);
    return 0;
}
