/*
 * Delivered messages: what is the same, what a trace line says, and how
 * cases are judged by it.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "script/mail.h"
#include "script/trace.h"
#include "tests/script/fake.h"

#define SENT "Subject: a\r\nTo: b\r\n\r\nFrom x\r\nend\r\n"
#define TRACE "Return-Path: <a@b>\r\nReceived: from x\r\n\tby y; z\r\n"

static struct script_mail mail_of(const char *text, bool mbox)
{
    struct script_mail m = {strdup(text), strlen(text), mbox};

    return m;
}

Test(mail, same)
{
    static const struct {
        const char *sent, *delivered;
        bool mbox;
        const char *why; /* NULL: the same */
    } rows[] = {
        {SENT, SENT, false, NULL},
        {SENT, TRACE SENT, false, NULL},
        {SENT, TRACE "Subject: a\nTo: b\n\nFrom x\nend\n", false, NULL},
        {SENT, "X: y\n" SENT, false, NULL},
        {SENT, "X: y\nSubject: a\nTo: b\n\nFrom x\nend\n", false, NULL},
        {SENT, "X: y\nSubject: a\nTo: b\n\n>From x\nend\n", true, NULL},
        {SENT, "X: y\nSubject: a\nTo: b\n\n>From x\nend\n", false,
         "octet 21 of what was sent: sent \"From x"},
        {SENT, "Subject: a\r\nTo: b\r\n\r\nFrom x\r\nend", false, "octet 32"},
        {SENT, SENT "more", false, "delivered \"more\""},
        {SENT, SENT "\r\n", false, "delivered \"\\r\\n\""},
        {SENT, "Subject: b\r\n", false, "octet 0"},
        {SENT, "Subject: a\r\nTo: b\r\nX: y\r\n\r\nFrom x\r\nend\r\n", false,
         "octet 19 of what was sent: sent \"\\r\\nFrom x"},
        {SENT, "Subject: a\r\nTo: b\n\r\nFrom x\r\nend\r\n", false,
         "octet 17"},
        {SENT, "", false, "octet 0"},
        {"A: b\r\n\r\nno end", "A: b\n\nno end\n", false, NULL},
        {"A: b\r\n\r\n>From x\r\n", "A: b\n\n>From x\n", true, NULL},
        {"A: b\r\n\r\n>From x\r\n", "A: b\n\n>>From x\n", true, NULL},
        {"A: b\r\n\r\n\x1b[31m\r\n", "A: b\n\n\x01\n", false,
         "sent \"\\x1B[31m\\r\\n\", delivered \"\\x01\\n\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script_mail m = mail_of(rows[i].delivered, rows[i].mbox);
        struct smtp_span sent = {rows[i].sent, strlen(rows[i].sent)};
        char why[300] = "";
        bool same = script_mail_same(&m, sent, why, sizeof why);
        cr_expect_eq(same, rows[i].why == NULL, "%zu: %s", i, why);
        cr_expect(!rows[i].why || strstr(why, rows[i].why), "%zu: %s", i,
                  why);
        free(m.p);
    }
}

#define GOOD "from a.example ([192.0.2.1]) by b.example"
#define DATE "; Sat, 21 Nov 2026 10:00:00 +0000"

Test(mail, trace)
{
    static const struct {
        const char *received, *right, *wrong; /* names of checks */
    } rows[] = {
        {GOOD " with ESMTP id x for <a@b>" DATE,
         "added from literal grammar with for year zone", ""},
        {GOOD "; 1 Jan 70 1:00 GMT", "from literal", "grammar year zone"},
        {GOOD " with esmtps (TLS) id x" DATE " (UTC)",
         "grammar with for year zone", ""},
        {GOOD " id x with ESMTP" DATE, "from with", "grammar"},
        {GOOD " for <a@b>, <c@d>" DATE, "from", "for"},
        {GOOD " for <a@b> for <c@d>" DATE, "from", "for grammar"},
        {GOOD " with XMTP tls TLS_X" DATE, "grammar", "with"},
        {GOOD, "from", "grammar year zone"},
        {"by b.example" DATE, "year zone with", "from literal grammar"},
        {"from a by b", "from", "literal grammar"},
        {"from [1.2.3.4] (helo=x) by b" DATE, "from literal grammar", ""},
        {"", "with for", "from literal grammar year zone"},
        {"from (a (nested \\) ) by) x.example by y.example" DATE, "grammar",
         ""},
        {"((((((", "", "from grammar"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int side = 0; side < 2; side++) {
            char text[600], list[100], said[300], *save = NULL;
            snprintf(text, sizeof text, "Received: %s\nSubject: a\n\nx\n",
                     rows[i].received);
            struct script_mail m = mail_of(text, false);
            strcpy(list, side ? rows[i].wrong : rows[i].right);
            for (char *w = strtok_r(list, " ", &save); w;
                 w = strtok_r(NULL, " ", &save)) {
                unsigned what;
                cr_assert(script_trace_find(smtp_span_of(w, strlen(w)),
                                            &what));
                cr_expect_eq(script_trace_judge(what, &m,
                                                SMTP_SPAN("Subject: a\r\n"),
                                                said, sizeof said),
                             !side, "%zu: %s: %s", i, w, said);
            }
            free(m.p);
        }
    }
}

/* The server's own line is the lowest that was not sent. */
Test(mail, trace_of_whom)
{
    static const char *const sent = "Received: old\r\nSubject: a\r\n";
    struct script_mail m = mail_of("Received: by b" DATE "\nReceived: " GOOD
                                   DATE "\nReceived: old\nSubject: a\n",
                                   false);
    char said[300];
    unsigned from, added;

    script_trace_find(SMTP_SPAN("from"), &from);
    script_trace_find(SMTP_SPAN("added"), &added);
    cr_expect(script_trace_judge(from, &m, smtp_span_of(sent, strlen(sent)),
                                 said, sizeof said), "%s", said);
    free(m.p);
    m = mail_of("Subject: a\nReceived: " GOOD DATE "\n\n", false);
    cr_expect(!script_trace_judge(added, &m, SMTP_SPAN("Subject: a\r\n"),
                                  said, sizeof said));
    free(m.p);
    m = mail_of("Received: old\nSubject: a\n\n", false);
    cr_expect(!script_trace_judge(added, &m,
                                  smtp_span_of(sent, strlen(sent)), said,
                                  sizeof said));
    cr_expect(strstr(said, "no Received line"), "%s", said);
    free(m.p);
}

/* ---- cases ------------------------------------------------------------- */

struct spool {
    const char *mails[3];
    size_t n;
    unsigned looks, from; /* nothing is there before this look */
};

static size_t count(void *ctx, const char *token)
{
    struct spool *s = ctx;

    cr_expect_str_eq(token, "spec-1");
    return ++s->looks > s->from ? s->n : 0;
}

static bool fetch(void *ctx, const char *token, size_t i,
                  struct script_mail *out)
{
    const struct spool *s = ctx;

    cr_expect(i < s->n, "%s", token);
    *out = mail_of(s->mails[i], false);
    return true;
}

#define SEND "C: <open>\nS: 220\nC: DATA\nS: 354\nC: A: b\nC:\nC: ..x\n" \
    "C: .\nS: 250\n"
#define MAIL "A: b\r\n\r\n.x\r\n"

Test(mail, cases)
{
    static const struct {
        const char *steps;
        struct spool spool;
        enum verdict verdict;
        const char *reason;
    } rows[] = {
        {"S!: <delivered>\n", {{MAIL}, 1, 0, 0}, VERDICT_PASS, ""},
        {"S!: <delivered>\n", {{MAIL}, 1, 0, 3}, VERDICT_PASS, ""},
        {"S![200ms]: <delivered>\n", {{NULL}, 0, 0, 0}, VERDICT_FAIL,
         "expected <delivered>, but what was delivered: nothing"},
        {"S!: <delivered>\n", {{MAIL, MAIL}, 2, 0, 0}, VERDICT_FAIL,
         "2 messages"},
        {"S!: <delivered 2>\n", {{MAIL, MAIL}, 2, 0, 0}, VERDICT_PASS, ""},
        {"S!: <delivered some>\n", {{MAIL, MAIL}, 2, 0, 0}, VERDICT_PASS, ""},
        {"S!: <delivered>\n | <delivered 2> -> warn \"two\"\n",
         {{MAIL, MAIL}, 2, 0, 0}, VERDICT_WARN, "two"},
        {"S![100ms]: <delivered>\n | <not delivered> -> info \"none\"\n",
         {{NULL}, 0, 0, 0}, VERDICT_INFO, "none"},
        {"S!: <not delivered 100ms>\n", {{NULL}, 0, 0, 0}, VERDICT_PASS, ""},
        {"S!: <not delivered 2s>\n", {{MAIL}, 1, 0, 3}, VERDICT_FAIL,
         "1 message"},
        {"S: <delivered>\nS!: <content same>\n", {{MAIL}, 1, 0, 0},
         VERDICT_PASS, ""},
        {"S: <delivered>\nS!: <content same>\n", {{"A: b\n\n..x\n"}, 1, 0, 0},
         VERDICT_FAIL, "differs at octet 9"},
        {"S: <delivered 2>\nS!: <content same>\n", {{MAIL, "A: c\n"}, 2, 0, 0},
         VERDICT_FAIL, "differs at octet 0"},
        {"S: <delivered>\nS!: <content same>\n | <differs> -> warn \"d\"\n",
         {{"A: b\n\n..x\n"}, 1, 0, 0}, VERDICT_WARN, "d"},
        {"S: <delivered>\nS!: <trace added>\n", {{MAIL}, 1, 0, 0},
         VERDICT_FAIL, "no Received line"},
        {"S!: <delivered>\n + A b\n - B\n", {{MAIL}, 1, 0, 0}, VERDICT_PASS,
         ""},
        {"S!: <delivered>\n + A (c)\n", {{"A: b\n"}, 1, 0, 0}, VERDICT_FAIL,
         "; A: b"},
        {"S!: <delivered>\n + R from <domain:x> by y\n - R z\n",
         {{"R: from (c)\n\tx.example\n by\n y\n"}, 1, 0, 0}, VERDICT_PASS,
         ""},
        {"S!: <delivered>\n - A\n", {{MAIL}, 1, 0, 0}, VERDICT_FAIL, "A: b"},
        {"S: <delivered>\nS!: 250\n", {{NULL}, 0, 0, 0}, VERDICT_BLOCKED,
         "nothing"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const char *const acts[] = {
            ">220 h\r\n", "<", ">354 go\r\n", ".", ">250 ok\r\n", "e", NULL};
        char steps[600];
        struct spool spool = rows[i].spool;
        struct script_env env = {.timeout = 300 * NET_MS,
                                 .token = "spec-1",
                                 .count = count,
                                 .fetch = fetch,
                                 .ctx = &spool};
        struct net_target target;
        struct script_outcome o;
        struct fake f = {0};

        snprintf(steps, sizeof steps, SEND "%s", rows[i].steps);
        struct script_set *set = fake_script("MUST", steps);
        fake_start(&f, acts, &env, &target);
        script_run(script_at(set, 0), NULL, &env, &o);
        fake_stop(&f);
        cr_expect_eq(o.verdict, rows[i].verdict, "%zu: %s: %s", i,
                     verdict_name(o.verdict), o.reason);
        cr_expect(strstr(o.reason, rows[i].reason), "%zu: %s", i, o.reason);
        script_set_free(set);
    }
}

Test(mail, not_watched)
{
    static const char *const acts[] = {">220 h\r\n", "e", NULL};
    struct script_set *set = fake_script("MUST", "C: <open>\nS: 220\n"
                                                 "S!: <delivered>\n");
    struct script_env env = {.timeout = 300 * NET_MS};
    struct net_target target;
    struct script_outcome o;
    struct fake f = {0};

    fake_start(&f, acts, &env, &target);
    script_run(script_at(set, 0), NULL, &env, &o);
    fake_stop(&f);
    cr_expect_eq(o.verdict, VERDICT_BLOCKED);
    cr_expect(strstr(o.reason, "--delivery"), "%s", o.reason);
    script_set_free(set);
}
