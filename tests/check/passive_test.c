#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "check/passive.h"
#include "check/passive_rules.h"
#include "tests/check/fake.h"

enum {
    NO = PASSIVE_NOT_APPLICABLE,
    OK = PASSIVE_AGREES,
    NOTED = PASSIVE_NOTED,
    BAD = PASSIVE_CONTRADICTS
};

#define G SCRIPT_GREETING, 0
#define E SCRIPT_COMMAND, SMTP_VERB_EHLO
#define H SCRIPT_COMMAND, SMTP_VERB_HELO
#define M SCRIPT_COMMAND, SMTP_VERB_MAIL
#define R SCRIPT_COMMAND, SMTP_VERB_RCPT
#define N SCRIPT_COMMAND, SMTP_VERB_NOOP
#define Q SCRIPT_COMMAND, SMTP_VERB_QUIT
#define V SCRIPT_COMMAND, SMTP_VERB_VRFY
#define U SCRIPT_COMMAND, SMTP_VERB_UNKNOWN
#define D SCRIPT_END_OF_DATA, 0
#define A SCRIPT_AUTH_STEP, 0
#define O SCRIPT_ODD, 0
#define X SCRIPT_UNSOLICITED, 0

static const struct {
    const char *rule;
    enum script_stage stage;
    enum smtp_verb verb;
    bool enhanced;
    const char *raw;
    size_t n; /* 0: up to the NUL */
    int want;
} rows[] = {
    {"rfc5321/2.3.8/reply-line-ends", N, 0, "250 ok\r\n", 0, OK},
    {"rfc5321/2.3.8/reply-line-ends", N, 0, "250 ok\n", 0, BAD},
    {"rfc5321/2.3.8/reply-line-ends", N, 0, "250 o\rk\r\n", 0, BAD},
    {"rfc5321/4.2/reply-code", N, 0, "250 ok\r\n", 0, OK},
    {"rfc5321/4.2/reply-code", N, 0, "ok\r\n", 0, BAD},
    {"rfc5321/4.2/reply-code", N, 0, "650 ok\r\n", 0, BAD},
    {"rfc5321/4.2/reply-code", N, 0, "\r\n", 0, BAD},
    {"rfc5321/4.2/reply-separator", N, 0, "250-a\r\n250 b\r\n", 0, OK},
    {"rfc5321/4.2/reply-separator", N, 0, "250_a\r\n", 0, BAD},
    {"rfc5321/4.2/reply-space", N, 0, "250 \r\n", 0, OK},
    {"rfc5321/4.2/reply-space", N, 0, "250\r\n", 0, BAD},
    {"rfc5321/4.2.1/multiline-same-code", N, 0, "250-a\r\n250 b\r\n", 0, OK},
    {"rfc5321/4.2.1/multiline-same-code", N, 0, "250-a\r\n251 b\r\n", 0, BAD},
    {"rfc5321/4.2.1/multiline-same-code", N, 0, "250 a\r\n", 0, NO},
    {"rfc5321/4.2/reply-text", N, 0, "250 a\tb\r\n", 0, OK},
    {"rfc5321/4.2/reply-text", N, 0, "250 a\0b\r\n", 9, BAD},
    {"rfc5321/4.2/reply-text", N, 0, "250 a\x07\r\n", 0, BAD},
    {"rfc5321/4.2/reply-ascii", N, 0, "250 a\r\n", 0, OK},
    {"rfc5321/4.2/reply-ascii", N, 0, "250 \xc3\xa9\r\n", 0, BAD},
    {"rfc5321/4.2/reply-ascii", G, 0, "220 \xc3\xa9\r\n", 0, BAD},
    {"rfc5321/4.2/reply-ascii", V, 0, "250 \xc3\xa9\r\n", 0, NO},
    {"rfc5321/4.2/reply-ascii", M, 0, "250 \xc3\xa9\r\n", 0, NO},
    {"rfc5321/4.5.3.1.5/reply-length", N, 0, "250 a\r\n", 0, OK},
    {"rfc5321/4.2/one-reply-per-command", N, 0, "250 a\r\n", 0, OK},
    {"rfc5321/4.2/one-reply-per-command", X, 0, "421 bye\r\n", 0, OK},
    {"rfc5321/4.2/one-reply-per-command", X, 0, "250 a\r\n", 0, BAD},
    {"rfc5321/4.3.2/reply-codes", G, 0, "220 h\r\n", 0, OK},
    {"rfc5321/4.3.2/reply-codes", G, 0, "250 h\r\n", 0, BAD},
    {"rfc5321/4.3.2/reply-codes", M, 0, "503 a\r\n", 0, OK},
    {"rfc5321/4.3.2/reply-codes", M, 0, "354 a\r\n", 0, BAD},
    {"rfc5321/4.3.2/reply-codes", M, 0, "421 a\r\n", 0, OK},
    {"rfc5321/4.3.2/reply-codes", R, 0, "454 a\r\n", 0, NOTED},
    {"rfc5321/4.3.2/reply-codes", Q, 0, "250 a\r\n", 0, BAD},
    {"rfc5321/4.3.2/reply-codes", D, 0, "250 a\r\n", 0, OK},
    {"rfc5321/4.3.2/reply-codes", D, 0, "354 a\r\n", 0, BAD},
    {"rfc5321/4.3.2/reply-codes", A, 0, "334 \r\n", 0, OK},
    {"rfc5321/4.3.2/reply-codes", U, 0, "299 a\r\n", 0, NO},
    {"rfc5321/4.3.2/reply-codes", O, 0, "299 a\r\n", 0, NO},
    {"rfc5321/4.3.2/reply-codes", X, 0, "299 a\r\n", 0, NO},
    {"rfc5321/4.3.2/reply-codes", M, 0, "what\r\n", 0, NO},
    {"rfc1870/3/keyword-parameter", E, 0, "250-h.example\r\n250 SIZE\r\n", 0,
     OK},
    {"rfc1870/3/keyword-parameter", E, 0, "250-h\r\n250 SIZE 0\r\n", 0, OK},
    {"rfc1870/3/keyword-parameter", E, 0, "250-h\r\n250 SIZE 1k\r\n", 0, BAD},
    {"rfc1870/3/keyword-parameter", E, 0, "250-h\r\n250 SIZE 1 2\r\n", 0, BAD},
    {"rfc1870/3/keyword-parameter", E, 0, "250-h\r\n250 X\r\n", 0, NO},
    {"rfc2852/2/keyword-parameter", E, 0, "250-h\r\n250 DELIVERBY 9\r\n", 0,
     OK},
    {"rfc2852/2/keyword-parameter", E, 0, "250-h\r\n250 DELIVERBY -9\r\n", 0,
     BAD},
    {"rfc3865/2/keyword-parameter", E, 0,
     "250-h\r\n250 NO-SOLICITING org.example:ADV:X,a.b\r\n", 0, OK},
    {"rfc3865/2/keyword-parameter", E, 0,
     "250-h\r\n250 NO-SOLICITING a b<c\r\n", 0, BAD},
    {"rfc5321/2.3.4/name-not-literal", G, 0, "220 h.example x\r\n", 0, OK},
    {"rfc5321/2.3.4/name-not-literal", G, 0, "220 [192.0.2.1] x\r\n", 0, BAD},
    {"rfc5321/2.3.4/name-not-literal", G, 0, "554 [192.0.2.1] x\r\n", 0, NO},
    {"rfc5321/3.5.2/no-source-route", V, 0, "250 A <a@b.c>\r\n", 0, OK},
    {"rfc5321/3.5.2/no-source-route", V, 0, "250 A <@b:a@b.c>\r\n", 0, BAD},
    {"rfc5321/3.5.2/no-source-route", V, 0, "550 A <@b:a@b.c>\r\n", 0, NO},
    {"rfc5321/3.5.2/no-source-route", R, 0, "250 A <@b:a@b.c>\r\n", 0, NO},
    {"rfc6531/3.7.4.2/verify-ascii", V, 0, "250 a\r\n", 0, OK},
    {"rfc6531/3.7.4.2/verify-ascii", V, 0, "250 \xc3\xa9\r\n", 0, BAD},
    {"rfc6531/3.7.4.2/verify-ascii", N, 0, "250 \xc3\xa9\r\n", 0, NO},
    {"rfc3463/3.2/bad-address-permanent", R, 1, "550 5.1.1 a\r\n", 0, OK},
    {"rfc3463/3.2/bad-address-permanent", R, 1, "450 4.1.3 a\r\n", 0, BAD},
    {"rfc3463/3.2/bad-address-permanent", R, 1, "450 4.1.4 a\r\n", 0, OK},
    {"rfc3463/3.2/bad-address-permanent", R, 0, "450 4.1.1 a\r\n", 0, NO},
    {"rfc3463/3.3/mailbox-full-transient", R, 1, "452 4.2.2 a\r\n", 0, OK},
    {"rfc3463/3.3/mailbox-full-transient", R, 1, "552 5.2.2 a\r\n", 0, BAD},
    {"rfc3463/3.6/protocol-codes", U, 1, "500 5.5.1 a\r\n", 0, OK},
    {"rfc3463/3.6/protocol-codes", U, 1, "503 5.7.1 a\r\n", 0, OK},
    {"rfc3463/3.6/protocol-codes", U, 1, "503 5.1.1 a\r\n", 0, BAD},
    {"rfc3463/3.6/protocol-codes", U, 1, "501 5.1.1 a\r\n", 0, OK},
    {"rfc5321/4.2/greeting-host", G, 0, "220 h.example x\r\n", 0, OK},
    {"rfc5321/4.2/greeting-host", G, 0, "220 [127.0.0.1] x\r\n", 0, OK},
    {"rfc5321/4.2/greeting-host", G, 0, "220 *** x\r\n", 0, BAD},
    {"rfc5321/4.2/greeting-host", G, 0, "220\r\n", 0, BAD},
    {"rfc5321/4.2/greeting-host", G, 0, "554 no\r\n", 0, NO},
    {"rfc5321/4.2/greeting-host", N, 0, "220 ***\r\n", 0, NO},
    {"rfc5321/4.1.1.1/ehlo-host", E, 0, "250 h.example\r\n", 0, OK},
    {"rfc5321/4.1.1.1/ehlo-host", E, 0, "250 !\r\n", 0, BAD},
    {"rfc5321/4.1.1.1/ehlo-host", E, 0, "502 !\r\n", 0, NO},
    {"rfc5321/4.1.1.1/ehlo-host", H, 0, "250 !\r\n", 0, NO},
    {"rfc5321/4.1.1.1/ehlo-lines", E, 0, "250-h.a\r\n250 SIZE 1\r\n", 0, OK},
    {"rfc5321/4.1.1.1/ehlo-lines", E, 0, "250-h.a\r\n250 SI_ZE\r\n", 0, BAD},
    {"rfc5321/4.1.1.1/ehlo-lines", E, 0, "250-h.a\r\n250 SIZE  1\r\n", 0, BAD},
    {"rfc5321/4.1.1.1/ehlo-lines", N, 0, "250-h.a\r\n250 SI_ZE\r\n", 0, NO},
    {"rfc5321/4.1.1.1/ehlo-once", E, 0, "250-h.a\r\n250 DSN\r\n", 0, OK},
    {"rfc5321/4.1.1.1/ehlo-once", E, 0, "250-h.a\r\n250-DSN\r\n250 dsn\r\n", 0,
     BAD},
    {"rfc5321/4.1.1.1/ehlo-once", N, 0, "250 DSN\r\n", 0, NO},
    {"rfc2034/4/status-code-there", N, 1, "250 2.0.0 ok\r\n", 0, OK},
    {"rfc2034/4/status-code-there", N, 1, "250 ok\r\n", 0, BAD},
    {"rfc2034/4/status-code-there", N, 0, "250 ok\r\n", 0, NO},
    {"rfc2034/4/status-code-there", E, 1, "250 h.a\r\n", 0, NO},
    {"rfc2034/4/status-code-there", G, 1, "220 h.a\r\n", 0, NO},
    {"rfc2034/4/status-code-there", A, 1, "334 \r\n", 0, NO},
    {"rfc2034/4/status-code-class", N, 1, "250 2.0.0 ok\r\n", 0, OK},
    {"rfc2034/4/status-code-class", N, 1, "550 4.0.0 no\r\n", 0, BAD},
    {"rfc2034/4/status-code-class", N, 0, "550 4.0.0 no\r\n", 0, NO},
    {"rfc2034/4/status-code-same", N, 1, "250-2.0.0 a\r\n250 2.0.0 b\r\n", 0,
     OK},
    {"rfc2034/4/status-code-same", N, 1, "250-2.0.0 a\r\n250 2.1.0 b\r\n", 0,
     BAD},
    {"rfc2034/4/status-code-same", N, 0, "250-2.0.0 a\r\n250 2.1.0 b\r\n", 0,
     NO},
    {"rfc2034/4/status-code-not-there", G, 0, "220 h.a\r\n", 0, OK},
    {"rfc2034/4/status-code-not-there", G, 0, "220 2.0.0 h.a\r\n", 0, BAD},
    {"rfc2034/4/status-code-not-there", E, 1, "250 2.0.0 h.a\r\n", 0, BAD},
    {"rfc2034/4/status-code-not-there", A, 1, "334 \r\n", 0, OK},
    {"rfc2034/4/status-code-not-there", N, 1, "250 2.0.0 ok\r\n", 0, NO},
    {"rfc5321/2.2.2/keyword-registered", E, 0, "250-h.a\r\n250 size 1\r\n", 0,
     OK},
    {"rfc5321/2.2.2/keyword-registered", E, 0, "250-h.a\r\n250 X-A\r\n", 0,
     OK},
    {"rfc5321/2.2.2/keyword-registered", E, 0, "250-h.a\r\n250 xb\r\n", 0, OK},
    {"rfc5321/2.2.2/keyword-registered", E, 0, "250-h.a\r\n250 AUTH=A\r\n", 0,
     OK}, /* ehlo-lines judges it */
    {"rfc5321/2.2.2/keyword-registered", E, 0,
     "250-h.a\r\n250-SIZE\r\n250 PIPECONNECT\r\n", 0, BAD},
    {"rfc5321/2.2.2/keyword-registered", H, 0, "250-h.a\r\n250 FOO\r\n", 0,
     NO},
    {"rfc9422/3.1/limits-registered", E, 0,
     "250-h.a\r\n250 LIMITS MAILMAX=5 mailmax\r\n", 0, OK},
    {"rfc9422/3.1/limits-registered", E, 0,
     "250-h.a\r\n250 LIMITS MAILMAX=5 FOOMAX=1\r\n", 0, BAD},
    {"rfc9422/3.1/limits-registered", E, 0, "250-h.a\r\n250 SIZE F=1\r\n", 0,
     NO},
    {"rfc4422/3.1/mechanism-names", E, 0,
     "250-h.a\r\n250 AUTH PLAIN SCRAM-SHA-256-PLUS KERBEROS_V4\r\n", 0, OK},
    {"rfc4422/3.1/mechanism-names", E, 0,
     "250-h.a\r\n250 AUTH A2345678901234567890\r\n", 0, OK},
    {"rfc4422/3.1/mechanism-names", E, 0,
     "250-h.a\r\n250 AUTH A23456789012345678901\r\n", 0, BAD},
    {"rfc4422/3.1/mechanism-names", E, 0, "250-h.a\r\n250 AUTH plain\r\n", 0,
     BAD},
    {"rfc4422/3.1/mechanism-names", E, 0, "250-h.a\r\n250 DSN a.b\r\n", 0, NO},
    {"rfc4422/3.1/mechanism-names", N, 0, "250-h.a\r\n250 AUTH a\r\n", 0, NO},
    {"rfc5248/2.4/status-code-registered", N, 1, "550 5.7.1 no\r\n", 0, OK},
    {"rfc5248/2.4/status-code-registered", N, 1, "550 5.7.999 no\r\n", 0, BAD},
    {"rfc5248/2.4/status-code-registered", N, 1,
     "250-2.0.0 a\r\n250 2.9.9 b\r\n", 0, BAD},
    {"rfc5248/2.4/status-code-registered", N, 1, "250 ok\r\n", 0, NO},
    {"rfc5248/2.4/status-code-registered", N, 0, "250 2.9.9 ok\r\n", 0, NO},
    {"rfc5248/2.4/status-code-registered", E, 1, "250 2.9.9 a\r\n", 0, NO},
};

#define COUNT (sizeof rows / sizeof *rows)

static size_t rule_index(const char *id)
{
    for (size_t i = 0; i < passive_count(); i++)
        if (strcmp(passive_rule_at(i)->id, id) == 0)
            return i;
    cr_assert_fail("no rule %s", id);
    return 0;
}

static void make_reply(struct script_reply *r, struct smtp_reply *reply,
                       const char *raw, size_t n)
{
    struct smtp_reply_scan scan = {0};
    size_t len = n ? n : strlen(raw);

    cr_assert_eq(smtp_reply_parse(&scan, raw, len, reply), (ssize_t)len,
                 "not one whole reply: %s", raw);
    r->reply = reply;
}

static void make_row(size_t i, struct script_reply *r, struct smtp_reply *reply)
{
    static const struct smtp_span lines[SMTP_VERB_COUNT] = {
        [SMTP_VERB_EHLO] = {"EHLO a.example\r\n", 16},
        [SMTP_VERB_HELO] = {"HELO a.example\r\n", 16},
        [SMTP_VERB_MAIL] = {"MAIL FROM:<a@b.example>\r\n", 25},
        [SMTP_VERB_RCPT] = {"RCPT TO:<a@b.example>\r\n", 23},
        [SMTP_VERB_NOOP] = {"NOOP\r\n", 6},
        [SMTP_VERB_QUIT] = {"QUIT\r\n", 6},
        [SMTP_VERB_VRFY] = {"VRFY a\r\n", 8},
    };

    *r = (struct script_reply){.stage = rows[i].stage,
                               .verb = rows[i].verb,
                               .enhanced = rows[i].enhanced,
                               .line = lines[rows[i].verb]};
    make_reply(r, reply, rows[i].raw, rows[i].n);
}

Test(passive, each_rule)
{
    struct catalogue *codes = fake_catalogue();

    for (size_t i = 0; i < COUNT; i++) {
        struct script_reply r;
        struct smtp_reply reply;
        char why[160] = "";
        int got;

        make_row(i, &r, &reply);
        got = (int)passive_judge(rule_index(rows[i].rule), codes, &r, why,
                                 sizeof why);
        cr_expect_eq(got, rows[i].want, "%s, %s: %d %s", rows[i].rule,
                     rows[i].raw, got, why);
        cr_expect_eq(why[0] != '\0', got == BAD || got == NOTED, "%s, %s: %s",
                     rows[i].rule, rows[i].raw, why);
    }
    catalogue_free(codes);
}

Test(passive, proof_of_the_password)
{
    static const struct {
        enum script_proof proof;
        int want;
    } proofs[] = {{SCRIPT_PROOF_NONE, NO},
                  {SCRIPT_PROOF_GIVEN, OK},
                  {SCRIPT_PROOF_MISSING, BAD},
                  {SCRIPT_PROOF_WRONG, BAD}};
    size_t rule = rule_index("rfc5802/5/server-proof");

    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        struct smtp_reply reply;
        struct script_reply r = {.stage = SCRIPT_AUTH_STEP,
                                 .proof = proofs[i].proof};
        char why[160] = "";
        make_reply(&r, &reply, "235 2.7.0 ok\r\n", 0);
        cr_expect_eq((int)passive_judge(rule, NULL, &r, why, sizeof why),
                     proofs[i].want, "%zu: %s", i, why);
        cr_expect_eq(why[0] != '\0', proofs[i].want == BAD, "%zu", i);
    }
}

/* No claim is made about the answer to what is no command by the grammar. */
Test(passive, codes_of_broken_commands)
{
    static const struct {
        struct smtp_span line;
        int want;
    } lines[] = {
        {{"MAIL FROM:<a@b.example>\r\n", 25}, BAD},
        {{"MAIL FROM: <a@b.example>\r\n", 26}, NO},
        {{"MAIL\r\n", 6}, NO},
        {{"MAIL FROM:<a@b.example>\n", 24}, NO},
        {{"MAIL FROM:<a@b.exam", 19}, NO},
        {{NULL, 0}, NO},
    };
    struct catalogue *codes = fake_catalogue();

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct script_reply r = {.stage = SCRIPT_COMMAND,
                                 .verb = SMTP_VERB_MAIL,
                                 .line = lines[i].line};
        struct smtp_reply reply;
        char why[160];

        make_reply(&r, &reply, "354 a\r\n", 0);
        cr_expect_eq((int)passive_judge(rule_index("rfc5321/4.3.2/reply-codes"),
                                        codes, &r, why, sizeof why),
                     lines[i].want, "%zu", i);
    }
    catalogue_free(codes);
}

Test(passive, long_lines)
{
    struct catalogue *codes = fake_catalogue();
    static const size_t lengths[] = {511, 512, 513};

    for (size_t i = 0; i < 3; i++) {
        char raw[600], why[160];
        struct script_reply r = {.stage = SCRIPT_COMMAND,
                                 .verb = SMTP_VERB_NOOP};
        struct smtp_reply reply;

        memset(raw, 'x', sizeof raw);
        memcpy(raw, "250 ", 4);
        memcpy(raw + lengths[i] - 2, "\r\n", 2);
        make_reply(&r, &reply, raw, lengths[i]);
        cr_expect_eq(
            (int)passive_judge(rule_index("rfc5321/4.5.3.1.5/reply-length"),
                               codes, &r, why, sizeof why),
            lengths[i] > 512 ? BAD : OK, "%zu", lengths[i]);
    }
    catalogue_free(codes);
}

/* Each rule has a row that agrees and one that contradicts. */
Test(passive, no_rule_without_rows)
{
    for (size_t i = 0; i < passive_count(); i++) {
        const struct passive_rule *rule = passive_rule_at(i);
        bool seen[4] = {0};

        for (size_t n = 0; n < COUNT; n++)
            if (strcmp(rows[n].rule, rule->id) == 0)
                seen[rows[n].want] = true;
        cr_expect(rule->faults[0] != NULL, "%s", rule->id);
        cr_expect(rule->explain && rule->fix && rule->spec, "%s", rule->id);
        if (strcmp(rule->id, "rfc5802/5/server-proof") == 0)
            continue; /* proof_of_the_password */
        cr_expect(seen[OK], "%s", rule->id);
        if (strcmp(rule->id, "rfc5321/4.5.3.1.5/reply-length") != 0)
            cr_expect(seen[BAD], "%s", rule->id);
    }
    cr_expect_null(passive_rule_at(passive_count()));
}

/* ---- results
 * ----------------------------------------------------------------- */

struct bench {
    struct catalogue *codes;
    struct passive *p;
    struct check_config cfg;
    struct result r;
    struct result_case out[64];
    size_t n;
};

static void bench_start(struct bench *b)
{
    *b = (struct bench){.codes = fake_catalogue()};
    b->p = passive_new(b->codes);
    b->cfg.level = SMTP_LEVEL_MAY;
    b->cfg.target_text = "there";
    cr_assert(result_init(&b->r));
    cr_assert_not_null(b->p);
    cr_assert_leq(passive_count(), 64);
}

static void bench_say(struct bench *b, const char *id, enum script_stage stage,
                      enum smtp_verb verb, const char *raw)
{
    struct script_reply r = {
        .stage = stage, .verb = verb, .line = SMTP_SPAN("NOOP\r\n")};
    struct smtp_reply reply;

    make_reply(&r, &reply, raw, 0);
    passive_reply(b->p, id, &r);
}

static const struct result_case *bench_find(struct bench *b, const char *id)
{
    if (b->n == 0)
        b->n = passive_results(b->p, &b->cfg, &b->r, b->out);
    for (size_t i = 0; i < b->n; i++)
        if (strcmp(b->out[i].id, id) == 0)
            return &b->out[i];
    return NULL;
}

static void bench_stop(struct bench *b)
{
    for (size_t i = 0; i < b->n; i++)
        transcript_free(&b->out[i].log);
    passive_free(b->p);
    catalogue_free(b->codes);
    result_free(&b->r);
}

Test(passive, what_a_result_says)
{
    struct bench b;
    const struct result_case *c;

    bench_start(&b);
    bench_say(&b, "rfc1/1/a", SCRIPT_GREETING, 0, "220 h.example\r\n");
    bench_say(&b, "rfc1/1/a", SCRIPT_COMMAND, SMTP_VERB_RCPT, "454 no\r\n");
    bench_say(&b, "rfc1/1/b", SCRIPT_COMMAND, SMTP_VERB_NOOP, "250 a\n");
    bench_say(&b, "rfc1/1/c", SCRIPT_COMMAND, SMTP_VERB_NOOP, "250 a\n");
    c = bench_find(&b, "rfc5321/2.3.8/reply-line-ends");
    cr_assert_not_null(c);
    cr_expect_eq(b.n, passive_count());
    cr_expect_eq(c->verdict, VERDICT_FAIL);
    cr_expect(c->passive);
    cr_expect_not_null(strstr(c->reason, "2 of 4 replies; first in rfc1/1/b"),
                       "%s", c->reason);
    cr_expect_str_eq(c->got, "250 a\\n");
    cr_expect_eq(c->code, 250);
    cr_expect_eq(c->log.n, 2);
    cr_expect_str_eq(c->reproduce,
                     "smtpspec check --select "
                     "'rfc5321/2.3.8/reply-line-ends' --select 'rfc1/1/b' "
                     "there");
    c = bench_find(&b, "rfc5321/4.3.2/reply-codes");
    cr_expect_eq(c->verdict, VERDICT_WARN); /* no code for NOOP is listed */
    cr_expect_eq(c->n_notes, 1);
    c = bench_find(&b, "rfc5321/4.2/greeting-host");
    cr_expect_eq(c->verdict, VERDICT_PASS, "%s", c->reason);
    cr_expect_eq(c->log.n, 0);
    c = bench_find(&b, "rfc5321/4.1.1.1/ehlo-host");
    cr_expect_eq(c->verdict, VERDICT_SKIP);
    cr_expect_str_eq(c->reason, "no reply that it applies to was seen");
    bench_stop(&b);
}

Test(passive, strict_tour_and_notes)
{
    struct bench b;
    const struct result_case *c;

    bench_start(&b);
    b.cfg.strict = true;
    bench_say(&b, "start/tour", SCRIPT_COMMAND, SMTP_VERB_RCPT, "454\r\n");
    c = bench_find(&b, "rfc5321/4.2/reply-space");
    cr_expect_eq(c->verdict, VERDICT_FAIL);
    cr_expect_str_eq(c->reproduce, "smtpspec check --select "
                                   "'rfc5321/4.2/reply-space' there");
    c = bench_find(&b, "rfc5321/4.3.2/reply-codes");
    cr_expect_eq(c->verdict, VERDICT_INFO, "%s", c->reason);
    bench_stop(&b);
}

Test(passive, selection)
{
    static const struct {
        const char *name, *select, *exclude;
        enum smtp_level level;
        bool any, line_ends, space, once;
    } sets[] = {
        {"all", NULL, NULL, SMTP_LEVEL_MAY, true, true, true, true},
        {"should", NULL, NULL, SMTP_LEVEL_SHOULD, true, true, true, false},
        {"must", NULL, NULL, SMTP_LEVEL_MUST, true, true, false, false},
        {"one", "rfc5321/2.3.8", NULL, SMTP_LEVEL_MAY, true, true, false,
         false},
        {"other", "rfc1/1", NULL, SMTP_LEVEL_MAY, false, false, false, false},
        {"not that", NULL, "rfc5321/4.2", SMTP_LEVEL_MAY, true, true, false,
         true},
    };

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct bench b;

        bench_start(&b);
        b.cfg.level = sets[i].level;
        b.cfg.select.n = sets[i].select != NULL;
        b.cfg.select.at[0] = sets[i].select;
        b.cfg.exclude.n = sets[i].exclude != NULL;
        b.cfg.exclude.at[0] = sets[i].exclude;
        cr_expect_eq(passive_selected(&b.cfg), sets[i].any, "%s", sets[i].name);
        cr_expect_eq(bench_find(&b, "rfc5321/2.3.8/reply-line-ends") != NULL,
                     sets[i].line_ends, "%s", sets[i].name);
        cr_expect_eq(bench_find(&b, "rfc5321/4.2/reply-space") != NULL,
                     sets[i].space, "%s", sets[i].name);
        cr_expect_eq(bench_find(&b, "rfc5321/4.1.1.1/ehlo-once") != NULL,
                     sets[i].once, "%s", sets[i].name);
        bench_stop(&b);
    }
}

Test(passive, no_credentials_in_the_proof)
{
    struct bench b;
    struct script_reply r = {.stage = SCRIPT_COMMAND,
                             .verb = SMTP_VERB_AUTH,
                             .line = SMTP_SPAN("AUTH PLAIN AHUAcA==\r\n")};
    struct smtp_reply reply;
    const struct result_case *c;

    bench_start(&b);
    make_reply(&r, &reply, "535 no\n", 0);
    passive_reply(b.p, "rfc1/1/a", &r);
    c = bench_find(&b, "rfc5321/2.3.8/reply-line-ends");
    cr_expect_eq(c->verdict, VERDICT_FAIL);
    cr_assert_eq(c->log.n, 2);
    cr_expect(smtp_span_eq(transcript_octets(&c->log, &c->log.entries[0]),
                           SMTP_SPAN("AUTH ****\r\n")));
    bench_stop(&b);
}

/* ---- many threads
 * -------------------------------------------------------------- */

static void *say_much(void *arg)
{
    for (unsigned i = 0; i < 200; i++)
        bench_say(arg, "rfc1/1/a", SCRIPT_COMMAND, SMTP_VERB_NOOP, "250 a\n");
    return NULL;
}

Test(passive, from_many_threads)
{
    struct bench b;
    pthread_t t[8];
    const struct result_case *c;

    bench_start(&b);
    for (size_t i = 0; i < 8; i++)
        cr_assert_eq(pthread_create(&t[i], NULL, say_much, &b), 0);
    for (size_t i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    c = bench_find(&b, "rfc5321/2.3.8/reply-line-ends");
    cr_expect_not_null(strstr(c->reason, "(1600 of 1600 replies"), "%s",
                       c->reason);
    bench_stop(&b);
}
