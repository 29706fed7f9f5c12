#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "check/plan.h"
#include "tests/check/fake.h"

/* ---- patterns ----------------------------------------------------------- */

Test(plan, patterns)
{
    static const struct {
        const char *pattern, *id;
        bool want;
    } rows[] = {
        {"rfc5321/4.1", "rfc5321/4.1", true},
        {"rfc5321/4.1", "rfc5321/4.1/helo", true},
        {"rfc5321/4.1", "rfc5321/4.1.1/helo", false}, /* whole parts only */
        {"rfc5321/4.1/", "rfc5321/4.1/helo", true},
        {"rfc5321/4.1/hel", "rfc5321/4.1/helo", false},
        {"rfc5321/4.1/hel*", "rfc5321/4.1/helo", true},
        {"*", "rfc5321/4.1/helo", true},
        {"*/helo", "rfc5321/4.1/helo", true},
        {"*/hel", "rfc5321/4.1/helo", false},
        {"rfc53?1/4.1/*", "rfc5321/4.1/helo", true},
        {"rfc532[12]/4.1/*", "rfc5321/4.1/helo", true},
        {"rfc532[34]/4.1/*", "rfc5321/4.1/helo", false},
        {"RFC5321", "rfc5321/4.1/helo", false},
        {"", "rfc5321/4.1/helo", false},
        {"rfc5321/4.1/helo/x", "rfc5321/4.1/helo", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(plan_match(rows[i].pattern, rows[i].id), rows[i].want,
                     "%s %s", rows[i].pattern, rows[i].id);
}

/* Each id is in exactly one shard, always the same, and none is empty. */
Test(plan, shards)
{
    char id[64];

    for (unsigned n = 1; n <= 16; n *= 2) {
        size_t in[16] = {0};
        for (unsigned i = 0; i < 600; i++) {
            unsigned found = 0;
            snprintf(id, sizeof id, "rfc5321/4.1.1.%u/case/%u", i % 10, i);
            for (unsigned k = 1; k <= n; k++) {
                struct check_config cfg = {.shard = k, .shards = n};
                bool here = plan_in_shard(&cfg, id);
                found += here;
                in[k - 1] += here;
            }
            cr_expect_eq(found, 1, "%s of %u", id, n);
        }
        for (unsigned k = 0; k < n; k++)
            cr_expect(in[k] > 600 / n / 2 && in[k] < 600 / n * 2,
                      "shard %u/%u has %zu", k + 1, n, in[k]);
    }
    /* What --shard means stays from version to version. */
    cr_expect(plan_in_shard(
        &(struct check_config){.shard = 2, .shards = 7}, "a"));
    cr_expect(plan_in_shard(
        &(struct check_config){.shard = 2, .shards = 7},
        "rfc5321/4.1.1.10/quit-221-close/greeted"));
    cr_expect(plan_in_shard(&(struct check_config){0}, "a"));
}

Test(plan, select_exclude_level)
{
    static const struct {
        const char *name, *select[2], *exclude[2];
        enum smtp_level level, of;
        bool want;
    } rows[] = {
        {"all", {0}, {0}, SMTP_LEVEL_MAY, SMTP_LEVEL_MAY, true},
        {"level", {0}, {0}, SMTP_LEVEL_SHOULD, SMTP_LEVEL_MAY, false},
        {"level is there", {0}, {0}, SMTP_LEVEL_MUST, SMTP_LEVEL_MUST, true},
        {"grammar is a must",
         {0},
         {0},
         SMTP_LEVEL_MUST,
         SMTP_LEVEL_GRAMMAR,
         true},
        {"selected", {"x", "a/b"}, {0}, SMTP_LEVEL_MAY, SMTP_LEVEL_MAY, true},
        {"another", {"x"}, {0}, SMTP_LEVEL_MAY, SMTP_LEVEL_MAY, false},
        {"excluded", {0}, {"x", "a"}, SMTP_LEVEL_MAY, SMTP_LEVEL_MAY, false},
        {"exclude wins", {"a"}, {"*/c"}, SMTP_LEVEL_MAY, SMTP_LEVEL_MAY, false},
    };
    struct script_case c = {.id = "a/b/c"};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct check_config cfg = {.level = rows[i].level};

        c.level = rows[i].of;
        for (size_t n = 0; n < 2; n++) {
            if (rows[i].select[n])
                cfg.select.at[cfg.select.n++] = rows[i].select[n];
            if (rows[i].exclude[n])
                cfg.exclude.at[cfg.exclude.n++] = rows[i].exclude[n];
        }
        cr_expect_eq(plan_selected(&cfg, &c), rows[i].want, "%s", rows[i].name);
    }
}

/* ---- needs ----------------------------------------------------------------
 */

/* What a server may be found to be; the row names what is different. */
enum found {
    NOTHING = 0,
    TLS_BROKEN = 1, /* STARTTLS is offered and fails on its side */
    UNVERIFIED = 2, /* its certificate is not accepted */
    PORT = 4,       /* --tls-port */
    PORT_UNVERIFIED = 8,
    REQUIRES_AUTH = 16,
    REQUIRES_TLS = 32,
    IMPLICIT = 64, /* the target is smtps:// */
    ACCOUNT = 128,
    BAD_ACCOUNT = 256,
    MORE = 512, /* every other option is given */
    LMTP = 1024,
    DECLINES = 2048,
    NO_PASSWORD = 4096,
    BAD_RCPT = 8192, /* --rcpt is refused */
};

static char ehlo_clear[] = "250-h.example\r\n250-STARTTLS\r\n"
                           "250-AUTH PLAIN LOGIN\r\n250 PIPELINING\r\n";
static char ehlo_tls[] = "250-h.example\r\n250-AUTH SCRAM-SHA-256\r\n"
                         "250 SIZE 1000\r\n";
static char greeting_ok[] = "220 h.example\r\n";
static char greeting_no[] = "554 h.example\r\n";

static void parse(struct probe_reply *to, char *octets)
{
    struct smtp_reply_scan scan = {0};

    to->octets = octets;
    cr_assert_gt(smtp_reply_parse(&scan, octets, strlen(octets), &to->reply),
                 0);
}

static int end(void *ctx)
{
    (void)ctx;
    return 0;
}

static void configure(unsigned found, struct check_config *cfg)
{
    *cfg = (struct check_config){.level = SMTP_LEVEL_MAY};
    cfg->tls_port_given = (found & (PORT | PORT_UNVERIFIED)) != 0;
    cfg->target.tls = (found & IMPLICIT) != 0;
    if (found & (ACCOUNT | BAD_ACCOUNT)) {
        cfg->user = "u";
        cfg->password = "p";
    }
    if (found & NO_PASSWORD)
        cfg->user = "u";
    if (found & MORE) {
        cfg->rcpt = cfg->bad_rcpt = cfg->foreign_rcpt = "a@b.example";
        cfg->slow = cfg->complete = true;
        cfg->terminate = end;
    }
}

static void find(unsigned found, struct probe *p)
{
    *p = (struct probe){.state = found & DECLINES ? PROBE_DECLINES : PROBE_OK,
                        .profile = found & LMTP ? CHECK_PROFILE_LMTP
                                                : CHECK_PROFILE_MX};
    parse(&p->greeting, found & DECLINES ? greeting_no : greeting_ok);
    if (found & DECLINES) {
        snprintf(p->why, sizeof p->why, "it takes no mail");
        return;
    }
    parse(&p->ehlo, found & IMPLICIT ? ehlo_tls : ehlo_clear);
    p->starttls = !(found & IMPLICIT);
    p->auth_required = (found & REQUIRES_AUTH) != 0;
    p->tls_required = (found & REQUIRES_TLS) != 0;
    p->tls_unverified = (found & UNVERIFIED) != 0;
    if (found & (UNVERIFIED | TLS_BROKEN))
        snprintf(p->tls_why, sizeof p->tls_why, "no handshake");
    else if (p->starttls)
        parse(&p->ehlo_tls, ehlo_tls);
    if (found & PORT_UNVERIFIED)
        snprintf(p->tls_port_why, sizeof p->tls_port_why, "not trusted");
    if (found & BAD_RCPT)
        snprintf(p->rcpt_why, sizeof p->rcpt_why, "it is answered 550");
}

static const struct {
    const char *needs;
    unsigned found;
    enum plan_action want;
    const char *why; /* a part of it */
} needs[] = {
    {"ehlo:PIPELINING", 0, PLAN_PLAY, ""},
    {"ehlo:pipelining", 0, PLAN_PLAY, ""},
    {"ehlo:SIZE", 0, PLAN_SKIP, "the server does not offer SIZE"},
    {"!ehlo:SIZE", 0, PLAN_PLAY, ""},
    {"!ehlo:PIPELINING", 0, PLAN_SKIP, "the server offers PIPELINING"},
    {"ehlo:AUTH=PLAIN", 0, PLAN_PLAY, ""},
    {"ehlo:AUTH=login", 0, PLAN_PLAY, ""},
    {"ehlo:AUTH=CRAM-MD5", 0, PLAN_SKIP, "does not offer AUTH=CRAM-MD5"},
    {"tls-ehlo:SIZE", 0, PLAN_PLAY, ""},
    {"tls-ehlo:AUTH=PLAIN", 0, PLAN_SKIP,
     "does not offer AUTH=PLAIN inside TLS"},
    {"tls-ehlo:SIZE", IMPLICIT, PLAN_PLAY, ""},
    {"tls-ehlo:DSN", TLS_BROKEN, PLAN_BLOCKED,
     "TLS cannot be used: no handshake"},
    {"ehlo:STARTTLS", TLS_BROKEN, PLAN_PLAY, ""}, /* its cases find it */
    {"ehlo:STARTTLS", UNVERIFIED, PLAN_BLOCKED,
     "TLS cannot be used: no handshake"},
    {"!ehlo:STARTTLS", UNVERIFIED, PLAN_SKIP, "the server offers STARTTLS"},
    {"ehlo:STARTTLS, ehlo:DSN", UNVERIFIED, PLAN_SKIP,
     "does not offer DSN"}, /* SKIP weighs more than BLOCKED */
    {"tls:on", 0, PLAN_SKIP, "the target is not implicit TLS"},
    {"tls:on", IMPLICIT, PLAN_PLAY, ""},
    {"tls:off", IMPLICIT, PLAN_SKIP, "the target is implicit TLS"},
    {"tls-port", 0, PLAN_SKIP, "--tls-port"},
    {"tls-port", PORT, PLAN_PLAY, ""},
    {"tls-port", IMPLICIT, PLAN_PLAY, ""},
    {"tls-port", PORT_UNVERIFIED, PLAN_BLOCKED,
     "TLS cannot be used: not trusted"},
    {"policy:auth-required", 0, PLAN_SKIP, "does not require authentication"},
    {"policy:auth-required", REQUIRES_AUTH, PLAN_PLAY, ""},
    {"policy:tls-required", 0, PLAN_SKIP, "does not require TLS"},
    {"policy:tls-required", REQUIRES_TLS, PLAN_PLAY, ""},
    {"policy:open", 0, PLAN_PLAY, ""},
    {"policy:open", REQUIRES_AUTH, PLAN_SKIP, "requires authentication"},
    {"policy:open", REQUIRES_TLS, PLAN_SKIP, "requires"},
    {"profile:mx", 0, PLAN_PLAY, ""},
    {"profile:lmtp", 0, PLAN_SKIP, "the target's profile is mx"},
    {"profile:lmtp", LMTP, PLAN_PLAY, ""},
    {"!profile:lmtp", LMTP, PLAN_SKIP, "the target's profile is lmtp"},
    {"greeting:220", 0, PLAN_PLAY, ""},
    {"greeting:554", 0, PLAN_SKIP, "the server's greeting is 220"},
    {"greeting:554", DECLINES, PLAN_PLAY, ""},
    {"ehlo:PIPELINING", DECLINES, PLAN_SKIP, "it got no EHLO"},
    {"account", 0, PLAN_SKIP, "--user and --password-file"},
    {"account", NO_PASSWORD, PLAN_SKIP, "$SMTPSPEC_PASSWORD"},
    {"account", ACCOUNT, PLAN_PLAY, ""},
    {"account", BAD_ACCOUNT, PLAN_BLOCKED,
     "the account cannot be used: it is refused"},
    {"rcpt", 0, PLAN_SKIP, "--rcpt"},
    {"rcpt", MORE | BAD_RCPT, PLAN_BLOCKED,
     "the recipient cannot be used: it is answered 550"},
    {"rcpt-domain", MORE | BAD_RCPT, PLAN_BLOCKED, "the recipient cannot"},
    {"bad-rcpt", MORE | BAD_RCPT, PLAN_PLAY, ""},
    {"bad-rcpt", 0, PLAN_SKIP, "--bad-rcpt"},
    {"foreign-rcpt", 0, PLAN_SKIP, "--foreign-rcpt"},
    {"rcpt-domain", 0, PLAN_SKIP, "no recipient is given: --rcpt"},
    {"rcpt-domain", MORE, PLAN_PLAY, ""},
    {"complete", 0, PLAN_SKIP, "--no-delivery"},
    {"slow", 0, PLAN_SKIP, "--slow"},
    {"server-pid", 0, PLAN_SKIP, "--server-pid"},
    {"delivery", MORE, PLAN_SKIP, "--delivery"},
    {"rcpt, bad-rcpt, foreign-rcpt, complete, slow, server-pid", MORE,
     PLAN_PLAY, ""},
};

#define COUNT (sizeof needs / sizeof *needs)

static void expect_plan(const char *name, const struct plan_case *got,
                        enum plan_action want, const char *why)
{
    cr_expect_eq(got->action, want, "%s: action %d: %s", name, got->action,
                 got->why);
    if (want == PLAN_PLAY)
        cr_expect_str_eq(got->why, "", "%s: %s", name, got->why);
    cr_expect_not_null(strstr(got->why, why), "%s: \"%s\"", name, got->why);
}

#define BODY "\nC: <open>\nS!: 220\nC: QUIT\nS: 221\n\n"
#define META "title: t\nspec: RFC5321 1\ncovers: R-1\nlevel: MUST\nfault: f\n"

Test(plan, needs)
{
    for (size_t i = 0; i < COUNT; i++) {
        char text[512];
        struct script_set *suite;
        struct check_config cfg;
        struct probe p;
        struct plan_case got;

        snprintf(text, sizeof text,
                 "case: rfc5321/1/c\n" META "needs: %s\n" BODY, needs[i].needs);
        suite = fake_suite(text);
        configure(needs[i].found, &cfg);
        find(needs[i].found, &p);
        plan_case(&cfg, &p,
                  needs[i].found & BAD_ACCOUNT ? "it is refused" : NULL, suite,
                  script_at(suite, 0), &got);
        expect_plan(needs[i].needs, &got, needs[i].want, needs[i].why);
        script_set_free(suite);
    }
}

/* ---- preambles
 * --------------------------------------------------------------- */

static const char preambles[] =
    "case: start/one\n\nC: <open>\nS: 220\n\n"
    "case: start/two/tls\nneeds: ehlo:STARTTLS\n\nC: <open>\nS: 220\n\n"
    "case: start/two/clear\n\nC: <open>\nS: 220\n\n"
    "case: start/three/lmtp\nneeds: profile:lmtp\n\nC: <open>\nS: 220\n\n"
    "case: start/three/size\nneeds: ehlo:SIZE\n\nC: <open>\nS: 220\n\n";

static const struct {
    const char *start, *needs;
    unsigned found;
    enum plan_action want;
    const char *chosen, *why;
} starts[] = {
    {"one", "", 0, PLAN_PLAY, "start/one", ""},
    {"two", "", 0, PLAN_PLAY, "start/two/tls", ""},
    {"two", "", IMPLICIT, PLAN_PLAY, "start/two/clear", ""},
    /* What was meant for TLS is not said in clear instead. */
    {"two", "", UNVERIFIED, PLAN_BLOCKED, "start/two/tls", "no handshake"},
    {"three", "", LMTP, PLAN_PLAY, "start/three/lmtp", ""},
    {"three", "", IMPLICIT, PLAN_PLAY, "start/three/size", ""},
    {"three", "", 0, PLAN_SKIP, NULL,
     "it cannot start from \"three\": the server does not offer SIZE"},
    {"four", "", 0, PLAN_SKIP, NULL, "there is no such preamble"},
    {"one", "slow", 0, PLAN_SKIP, NULL, "--slow"},
    {"one", "account", BAD_ACCOUNT, PLAN_BLOCKED, "start/one", "refused"},
    /* SKIP weighs more, wherever it comes from. */
    {"three", "account", BAD_ACCOUNT, PLAN_SKIP, NULL, "cannot start"},
    {"one", "", DECLINES, PLAN_BLOCKED, "start/one", "it takes no mail"},
};

Test(plan, preambles)
{
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        char text[1024];
        struct script_set *suite;
        struct check_config cfg;
        struct probe p;
        struct plan_case got;

        snprintf(text, sizeof text,
                 "%scase: rfc5321/1/c\n" META "start: %s\n%s%s\n"
                 "\nC: NOOP\nS!: 250\n",
                 preambles, starts[i].start,
                 starts[i].needs[0] ? "needs: " : "", starts[i].needs);
        suite = fake_suite(text);
        configure(starts[i].found, &cfg);
        find(starts[i].found, &p);
        plan_case(&cfg, &p,
                  starts[i].found & BAD_ACCOUNT ? "it is refused" : NULL, suite,
                  script_at(suite, 0), &got);
        expect_plan(starts[i].start, &got, starts[i].want, starts[i].why);
        cr_expect_eq(got.preamble == NULL, starts[i].chosen == NULL, "%zu", i);
        if (got.preamble && starts[i].chosen)
            cr_expect_str_eq(got.preamble->id, starts[i].chosen, "%zu", i);
        script_set_free(suite);
    }
}

Test(plan, recipients_with_a_domain)
{
    static const struct {
        const char *rcpt;
        enum plan_action want;
    } rows[] = {
        {"a@b.example", PLAN_PLAY},   {"a", PLAN_SKIP},
        {"a@", PLAN_SKIP},            {"@b", PLAN_SKIP},
        {"a@[127.0.0.1]", PLAN_SKIP}, {"\"a\"@b.example", PLAN_SKIP},
    };
    struct script_set *suite =
        fake_suite("case: rfc5321/1/c\n" META "needs: rcpt-domain\n" BODY);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct check_config cfg;
        struct probe p;
        struct plan_case got;

        configure(0, &cfg);
        find(0, &p);
        cfg.rcpt = rows[i].rcpt;
        plan_case(&cfg, &p, NULL, suite, script_at(suite, 0), &got);
        expect_plan(rows[i].rcpt, &got, rows[i].want, "");
    }
    script_set_free(suite);
}

Test(plan, kinds_of_needs)
{
    struct script_set *suite =
        fake_suite("case: rfc5321/1/c\n" META "needs: slow, !account\n" BODY);
    const struct script_case *c = script_at(suite, 0);

    cr_expect(plan_needs(c, SCRIPT_NEED_SLOW));
    cr_expect_not(plan_needs(c, SCRIPT_NEED_ACCOUNT));
    cr_expect_not(plan_needs(c, SCRIPT_NEED_PID));
    script_set_free(suite);
}

/* ---- what a server refuses altogether -------------------------------------
 */

#define HELLO "\nC: <open>\nS: 220\nC: EHLO x\n"
#define NO_RSET 1 /* in place of a code */
#define STTLS "needs: ehlo:STARTTLS" HELLO "S: 250\nC: STARTTLS\n"

static const struct {
    const char *name, *steps; /* with the rest of the metadata in front */
    bool helo_only;
    unsigned starttls; /* 220: the handshake fails; NO_RSET: that is all */
    enum plan_action want;
    const char *why;
} refusals[] = {
    {"EHLO in set-up", HELLO "S: 250\nC: QUIT\nS!: 221\n", true, 0, PLAN_SKIP,
     "does not know EHLO: see rfc5321/4.1.1.1/ehlo-250"},
    {"it is known", HELLO "S: 250\nC: QUIT\nS!: 221\n", false, 0, PLAN_PLAY,
     ""},
    {"EHLO under test", HELLO "S!: 250\n", true, 0, PLAN_SKIP, "EHLO"},
    {"EHLO, whatever comes", HELLO "S: xyz\nC: QUIT\nS!: 221\n", true, 0,
     PLAN_PLAY, ""},
    {"no EHLO", "\nC: <open>\nS: 220\nC: HELO x\nS!: 250\n", true, 0,
     PLAN_PLAY, ""},
    {"EHLO in the preamble", "start: p\n\nC: QUIT\nS!: 221\n", true, 0,
     PLAN_SKIP, "EHLO"},
    {"STARTTLS in set-up", STTLS "S: 220\nC: <tls>\nC: QUIT\nS!: 221\n",
     false, 454, PLAN_SKIP, "answered 454: see rfc3207/3/offered-works"},
    {"it is served", STTLS "S: 220\nC: <tls>\nC: QUIT\nS!: 221\n", false, 0,
     PLAN_PLAY, ""},
    {"STARTTLS under test", STTLS "S!: 220\n", false, 454, PLAN_PLAY, ""},
    {"a need inside TLS", "needs: tls-ehlo:SIZE\n" HELLO "S!: 250\n", false,
     502, PLAN_SKIP, "answered 502"},
    /* What was meant for TLS is not said in clear instead. */
    {"STARTTLS in the preamble", "start: q\n\nC: QUIT\nS!: 221\n", false,
     454, PLAN_SKIP, "answered 454"},
    {"a handshake behind it", STTLS "S: 220\nC: <tls>\nC: QUIT\nS!: 221\n",
     false, 220, PLAN_SKIP, "no TLS handshake works: see rfc3207/3/offered-"},
    {"a name in it", STTLS "S: 220\nC: <tls no-sni>\nC: QUIT\nS!: 221\n",
     false, 220, PLAN_SKIP, "no TLS handshake works"},
    {"a version of it", STTLS "S: 220\nC: <tls 1.2>\nC: QUIT\nS!: 221\n",
     false, 220, PLAN_PLAY, ""},
    {"a handshake of no kind", STTLS "S: 220\nC: QUIT\nS!: 221\n", false,
     220, PLAN_PLAY, ""},
    {"a handshake under test", STTLS "S!: 220\nC: <tls>\n", false, 220,
     PLAN_PLAY, ""},
    {"inside TLS", "needs: tls-ehlo:SIZE\n" HELLO "S!: 250\n", false, 220,
     PLAN_SKIP, "no TLS handshake works"},
    {"RSET in set-up", HELLO "S: 250\nC: RSET\nS: 250\nC: QUIT\nS!: 221\n",
     false, NO_RSET, PLAN_SKIP, "it closes"},
    {"RSET under test", HELLO "S: 250\nC: RSET\nS!: 250\n", false, NO_RSET,
     PLAN_PLAY, ""},
};

static const char on_refusals[] =
    "case: start/p" HELLO "S: 250\n\n"
    "case: start/q/tls\n" STTLS "S: 220\nC: <tls>\n\n"
    "case: start/q/clear" HELLO "S: 250\n\n";

static void plan_refusal(size_t i, const char *covers, struct plan_case *got)
{
    char text[1024];
    struct script_set *suite;
    struct check_config cfg;
    struct probe p;

    snprintf(text, sizeof text,
             "%scase: rfc5321/1/c\ntitle: t\nspec: RFC5321 1\ncovers: %s\n"
             "level: MUST\nfault: f\n%s",
             on_refusals, covers, refusals[i].steps);
    suite = fake_suite(text);
    configure(0, &cfg);
    find(refusals[i].starttls > NO_RSET ? TLS_BROKEN : 0, &p);
    p.helo_only = refusals[i].helo_only;
    p.tls_fails = refusals[i].starttls == 220;
    if (refusals[i].starttls == NO_RSET)
        snprintf(p.rset_why, sizeof p.rset_why, "it closes");
    else if (!p.tls_fails)
        p.starttls_refused = refusals[i].starttls;
    plan_case(&cfg, &p, NULL, suite, script_at(suite, 0), got);
    script_set_free(suite);
}

Test(plan, refused_altogether)
{
    struct plan_case got;

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        plan_refusal(i, "R-1", &got);
        expect_plan(refusals[i].name, &got, refusals[i].want, refusals[i].why);
    }
    /* The case that is about it. */
    plan_refusal(2, "RFC5321-2.2.1-b", &got);
    expect_plan("about EHLO", &got, PLAN_PLAY, "");
    plan_refusal(sizeof refusals / sizeof *refusals - 2, "RFC5321-4.1.1.5-a",
                 &got);
    expect_plan("about RSET", &got, PLAN_PLAY, "");
}
