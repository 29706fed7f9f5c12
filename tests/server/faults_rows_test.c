/*
 * The rows of faults_rows, and what the strict server does where they differ
 * from it: each changes what is said, or what is stored.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "server/faults.h"
#include "tests/server/dialogue.h"

#define EHLO  "EHLO client.example\r\n"
#define PLAIN "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n"
#define FROM  "MAIL FROM:<a@client.example>\r\n"
#define TO    "RCPT TO:<b@example.test>\r\n"
#define SEND  EHLO PLAIN FROM TO "DATA\r\n"
#define MAIL(parameter) EHLO "MAIL FROM:<a@b.example> " parameter "\r\n"
#define TLS   EHLO "STARTTLS\r\n\f" EHLO
#define SELF  EHLO "MAIL FROM:<b@example.test> ENVID=xyz\r\n"
#define ASKED "RCPT TO:<b@example.test> NOTIFY=Success,FAILURE\r\n"
#define BODY  "DATA\r\nA: b\r\n\r\n.\r\n"
#define R10   "Received:x\r\nReceived:x\r\nReceived:x\r\nReceived:x\r\n"       \
              "Received:x\r\nReceived:x\r\nReceived:x\r\nReceived:x\r\n"       \
              "Received:x\r\nReceived:x\r\n"
#define R60   R10 R10 R10 R10 R10 R10

/* clang-format off */
static const struct row {
    const char *fault;
    const char *input;
    const char *strict, *faulty; /* dialogue_short, or "+" and what is stored,
                                    or "-" and what is not */
} ROWS[] = {
    {"atrn-550", EHLO "ATRN x.example\r\n", "220 250 530/5.7.0",
     "220 250 550/5.7.0"},
    {"atrn-any-domain", EHLO PLAIN "ATRN x.example\r\n",
     "220 250 235/2.7.0 450/4.7.1", "220 250 235/2.7.0 250/4.7.1!"},
    {"atrn-no-auth", EHLO "AUTH X\r\n", NULL, NULL},
    {"atrn-open", EHLO "ATRN\r\n", "220 250 530/5.7.0", "220 250 250/5.7.0!"},
    {"atrn-other-550", EHLO PLAIN "ATRN x.example\r\nATRN Example.TEST\r\n",
     "220 250 235/2.7.0 450/4.7.1 453/4.2.0",
     "220 250 235/2.7.0 550/4.7.1! 453/4.2.0"},
    {"bdat-junk-runs", EHLO FROM TO "BDAT 1\r\na\x01\x02\r\n", NULL, NULL},
    {"checkpoint-bad-value", MAIL("TRANSID=x"), "220 250 501/5.5.4", NULL},
    {"checkpoint-refused", MAIL("TRANSID=<a@b>"), "220 250 250/2.1.0",
     "220 250 555/5.5.4"},
    {"checkpoint-resumes", EHLO FROM TO "DATA\r\n",
     "220 250 250/2.1.0 250/2.1.5 354", "220 250 250/2.1.0 250/2.1.5 355"},
    {"conneg-bad-value", EHLO FROM "RCPT TO:<b@example.test> CONNEG=1\r\n",
     "220 250 250/2.1.0 501/5.5.4", "220 250 250/2.1.0 250/2.1.5"},
    {"conneg-refused", EHLO FROM "RCPT TO:<b@example.test> CONNEG\r\n",
     "220 250 250/2.1.0 250/2.1.5", "220 250 250/2.1.0 555/5.5.4"},
    {"conperm-bad-value", MAIL("CONPERM=1"), "220 250 501/5.5.4", NULL},
    {"conperm-refused", MAIL("CONPERM"), "220 250 250/2.1.0",
     "220 250 555/5.5.4"},
    {"ehlo-deliverby-parameter", EHLO, NULL, NULL},
    {"ehlo-size-parameter", EHLO, NULL, NULL},
    {"ehlo-soliciting-parameter", EHLO, NULL, NULL},
    {"enhanced-411", "VRFY a\r\n", "220 252/2.0.0", "220 450/4.1.1"},
    {"enhanced-522", "VRFY a\r\n", "220 252/2.0.0", "220 550/5.2.2"},
    {"enhanced-not-protocol", "HELP\r\n", "220 214/2.0.0", "220 502/5.1.1"},
    {"greeting-literal", "NOOP\r\n", NULL, NULL},
    {"helo-body", "HELO a.example\r\nMAIL FROM:<a@b.example> BODY=7BIT\r\n",
     "220 250 555/5.5.4", "220 250 250/2.1.0"},
    {"mail-refused-554", EHLO "MAIL FROM:<nosuch@example.test>\r\n",
     "220 250 550/5.1.8", "220 250 554/5.1.8"},
    {"mail-refused-close", EHLO "MAIL FROM:<nosuch@example.test>\r\n",
     "220 250 550/5.1.8", "220 250 <close>"},
    {"mtrk-bad-value", MAIL("MTRK=:1"), "220 250 501/5.5.4", NULL},
    {"mtrk-refused", MAIL("MTRK=abcd:60"), "220 250 250/2.1.0",
     "220 250 555/5.5.4"},
    {"received-50", EHLO FROM TO "DATA\r\n" R60 "\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 354 250/2.0.0",
     "220 250 250/2.1.0 250/2.1.5 354 554/5.4.6"},
    {"received-any", EHLO FROM TO "DATA\r\n" R60 R60 "\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 354 554/5.4.6",
     "220 250 250/2.1.0 250/2.1.5 354 250/2.0.0"},
    {"received-odd", EHLO FROM TO "DATA\r\nReceived:x\r\n\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 354 250/2.0.0",
     "220 250 250/2.1.0 250/2.1.5 354 554/2.0.0!"},
    {"report-always", SELF TO BODY, NULL, NULL},
    {"report-never", SELF ASKED BODY, NULL, NULL},
    {"report-no-date", SELF ASKED BODY, NULL, NULL},
    {"report-no-envid", SELF ASKED BODY, NULL, NULL},
    {"report-null", EHLO "MAIL FROM:<>\r\n" ASKED BODY, NULL, NULL},
    {"report-old-envid", "EHLO x.example\r\n" SELF "RSET\r\n"
     "MAIL FROM:<b@example.test>\r\n" ASKED BODY, NULL, NULL},
    {"report-path", SELF ASKED BODY, NULL, NULL},
    {"report-plain", SELF ASKED BODY, NULL, NULL},
    {"sasl-no-prep",
     EHLO "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3TCrQBzZWNyZXQtcHc=\r\n",
     "220 250 235/2.7.0", "220 250 535/5.7.8"},
    {"sasl-oauth-clear", EHLO "AUTH OAUTHBEARER =\r\n",
     "220 250 504/5.5.4", "220 250 334"},
    {"sasl-oauth-no-error", TLS "AUTH OAUTHBEARER =\r\nAQ==\r\n",
     "220 250 220/2.0.0 <tls> 250 334 535/5.7.8",
     "220 250 220/2.0.0 <tls> 250 535/5.7.8 500/5.5.1"},
    {"sasl-oauth-served", EHLO "AUTH OAUTHBEARER\r\n",
     "220 250 504/5.5.4", "220 250 334"},
    {"sasl-oauth-success", TLS "AUTH OAUTHBEARER\r\nAQ==\r\nAQ==\r\n",
     "220 250 220/2.0.0 <tls> 250 334 334 535/5.7.8",
     "220 250 220/2.0.0 <tls> 250 235/2.7.0 500/5.5.1 500/5.5.1"},
    {"sasl-scram-unknown", EHLO "AUTH SCRAM-SHA-1 biwsbj14LHI9YWJj\r\n",
     "220 250 334", "220 250 535/5.7.8"},
    {"session-literal-text", "EHLO [127.0.0.1] x\r\n", "220 501/5.5.4",
     "220 <close>"},
    {"solicit-bad-value", MAIL("SOLICIT="), "220 250 501/5.5.4", NULL},
    {"solicit-refused", MAIL("SOLICIT=net.example:ADV"), "220 250 550/5.7.1",
     "220 250 555/5.5.4"},
    {"submission-bad-sender", SEND "From: <x@y.example>\r\n\r\n.\r\n",
     "+\r\nSender: <tester@example.test>\r\n\r\n",
     "+Sender: nobody at all"},
    {"submission-fields-changed", SEND "Reply-To: a\r\n\r\n.\r\n",
     "+\r\nReply-To: a\r\n", "+\r\nreply-To: a\r\n"},
    {"submission-header-550", SEND "From: <a..b@@y.example>\r\n\r\n.\r\n",
     "220 250 235/2.7.0 250/2.1.0 250/2.1.5 354 554/5.6.0",
     "220 250 235/2.7.0 250/2.1.0 250/2.1.5 354 550/5.6.0"},
    {"submission-incomplete",
     SEND "To: A <a@x>, <b@y.example>, <c@z>\r\n\r\n.\r\n",
     "+To: A <a@x.example.test>, <b@y.example>, <c@z.example.test>\r\n",
     "+To: A <a@x>, <b@y.example>, <c@z>\r\n"},
    {"submission-incomplete",
     EHLO PLAIN "MAIL FROM:<a@x>\r\n" TO "DATA\r\n\r\n.\r\n",
     "+Return-Path: <a@x.example.test>\r\n", "+Return-Path: <a@x>\r\n"},
    {"submission-no-date", SEND "To: x\r\n\r\n.\r\n",
     "+To: x\r\nDate: ", "-Date: "},
    {"submission-no-id", SEND "To: x\r\n\r\n.\r\n", "+Message-ID: <id-1@",
     "-Message-ID"},
    {"submitter-bad-value", MAIL("SUBMITTER="), "220 250 501/5.5.4", NULL},
    {"submitter-refused", MAIL("SUBMITTER=a+2Bb@c.example"),
     "220 250 250/2.1.0", "220 250 555/5.5.4"},
    {"tls-auth-535", EHLO PLAIN, "220 250 530/5.7.0", "220 250 535/5.7.8"},
    {"trace-no-tls", TLS PLAIN FROM TO "DATA\r\n\r\n.\r\n",
     "+\r\n\ttls TLS_TEST;\r\n", "-tls TLS"},
    {"trace-path-kept",
     EHLO FROM TO "DATA\r\nReturn-Path:\r\n <x@y>\r\nA: b\r\n\r\n.\r\n",
     "-x@y", "+\r\nReturn-Path:\r\n <x@y>\r\nA: b\r\n\r\n"},
    {"verify-source-route", EHLO "VRFY a\r\n", "220 250 252/2.0.0",
     "220 250 250/2.1.5"},
    {"verify-utf8", EHLO "VRFY a\r\n", NULL, NULL},
};
/* clang-format on */

static void play(struct dialogue *d, const char *fault, bool on,
                 const char *input)
{
    const struct server_fault *f = server_fault_find(fault, strlen(fault));
    size_t n = strlen(input);

    cr_assert_not_null(f, "%s", fault);
    dialogue_init(d, f->mode, on ? fault : NULL);
    dialogue_run(d, input, n, n, 0);
    dialogue_free(d);
}

static void expect(const struct row *r, const struct dialogue *d,
                   const char *want, const char *how)
{
    char got[4096];

    if (want[0] == '+' || want[0] == '-') {
        bool there = memmem(d->stored, d->stored_n, want + 1,
                            strlen(want + 1)) != NULL;
        cr_expect_eq(d->messages, 1, "%s, %s", r->fault, how);
        cr_expect_eq(there, want[0] == '+', "%s, %s: %.*s", r->fault, how,
                     (int)d->stored_n, d->stored);
        return;
    }
    dialogue_short(d, got, sizeof(got));
    cr_expect_str_eq(got, want, "%s, %s: %s", r->fault, how, got);
}

Test(faults_rows, each_row)
{
    static struct dialogue without, with;

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        const struct row *r = &ROWS[i];
        play(&without, r->fault, false, r->input);
        play(&with, r->fault, true, r->input);
        cr_expect(without.n != with.n || without.stored_n != with.stored_n ||
                      memcmp(without.octets, with.octets, with.n) != 0 ||
                      memcmp(without.stored, with.stored, with.stored_n) != 0,
                  "%s changes nothing", r->fault);
        if (r->strict)
            expect(r, &without, r->strict, "strict");
        if (r->faulty)
            expect(r, &with, r->faulty, "with the fault");
    }
}

/* Those that only change when something is said (the cases show it), and
 * handshakes: listen_faults_test.c. */
static const char *const ELSEWHERE[] = {
    "content-late", "rcpt-over-550", "rcpt-over-drops", "size-over", "size-raw", "submission-late", "tls-names", "tls-names-known",
    "tls-new-only", "tls-old", "tls-old-submission", "tls-weak",
    "tls-weak-submission",
};

Test(faults_rows, all_of_them)
{
    for (size_t i = 0; i < fault_rows.n; i++) {
        const char *name = fault_rows.rows[i].info.name;
        bool there = false;
        for (size_t k = 0; k < sizeof(ROWS) / sizeof(ROWS[0]); k++)
            there = there || strcmp(ROWS[k].fault, name) == 0;
        for (size_t k = 0; k < sizeof(ELSEWHERE) / sizeof(ELSEWHERE[0]); k++)
            there = there || strcmp(ELSEWHERE[k], name) == 0;
        cr_expect(there, "%s", name);
    }
}

/* The header in pieces is the header whole; a line longer than the room for
 * one passes as it is. */
Test(faults_rows, pieces)
{
    static struct dialogue whole, cut;
    static char input[6000];
    size_t n = (size_t)snprintf(input, sizeof(input), "%s",
                                SEND "To: <a@x>\r\nX: ");

    memset(input + n, 'a', 2500);
    n += 2500;
    n += (size_t)snprintf(input + n, sizeof(input) - n,
                          "\r\n folded\r\nFrom: <x@y.z>\r\n\r\ntext\r\n.\r\n");
    dialogue_init(&whole, SERVER_SUBMISSION, NULL);
    dialogue_run(&whole, input, n, n, 0);
    dialogue_free(&whole);
    cr_expect_eq(whole.messages, 1);
    cr_expect(memmem(whole.stored, whole.stored_n, "a\r\n folded\r\nFrom", 16));
    cr_expect(memmem(whole.stored, whole.stored_n, "Sender: <tester@", 16));
    for (size_t piece = 1; piece < 8; piece++) {
        dialogue_init(&cut, SERVER_SUBMISSION, NULL);
        dialogue_run(&cut, input, n, piece, 0);
        dialogue_free(&cut);
        cr_expect_eq(cut.stored_n, whole.stored_n, "%zu", piece);
        cr_expect_eq(memcmp(cut.stored, whole.stored, whole.stored_n), 0,
                     "%zu", piece);
    }
}

/* Who gets a notification, and what is in it. */
Test(faults_rows, reports)
{
    static const struct {
        const char *input;
        size_t messages;
    } CASES[] = {
        {SELF ASKED BODY, 2},
        {SELF TO BODY, 1},
        {EHLO "MAIL FROM:<>\r\n" ASKED BODY, 1},
        {EHLO FROM ASKED BODY, 1},       /* not ours to reach */
        {SELF "RCPT TO:<nosuch@example.test> NOTIFY=SUCCESS\r\n" TO BODY, 1},
        {SELF ASKED "RSET\r\n" FROM TO BODY, 1},
        {SELF ASKED BODY SELF TO BODY, 3},
    };
    static const char *const parts[] = {
        "Return-Path: <>\r\n", "To: <b@example.test>\r\n",
        "\r\nReporting-MTA: dns; ref.example.test\r\n",
        "\r\nOriginal-Envelope-Id: xyz\r\n\r\n",
        "\r\nFinal-Recipient: rfc822; b@example.test\r\n",
        "\r\nAction: delivered\r\nStatus: 2.0.0\r\n--=report--\r\n",
    };
    static struct dialogue d;

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        size_t n = strlen(CASES[i].input);
        dialogue_init(&d, SERVER_MX, NULL);
        dialogue_run(&d, CASES[i].input, n, n, 0);
        dialogue_free(&d);
        cr_expect_eq(d.messages, CASES[i].messages, "%zu: %zu", i,
                     d.messages);
        for (size_t k = 0; i == 0 && k < sizeof(parts) / sizeof(*parts); k++)
            cr_expect(memmem(d.stored, d.stored_n, parts[k],
                             strlen(parts[k])), "%s", parts[k]);
    }
}
