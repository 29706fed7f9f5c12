/*
 * The strict state machine: input octets, and what comes of them. Each row
 * whole, octet by octet and with one cut at every place.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/server/dialogue.h"

struct row {
    const char *name; /* "tls: " inside TLS from the start; "whole: " uncut */
    enum server_mode mode;
    const char *input;
    size_t n;
    const char *want; /* dialogue_short */
};

#define IN(x) (x), sizeof(x) - 1
#define X50   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X500  X50 X50 X50 X50 X50 X50 X50 X50 X50 X50
#define EHLO  "EHLO client.example\r\n"
#define LHLO  "LHLO client.example\r\n"
#define FROM  "MAIL FROM:<a@client.example>\r\n"
#define TO    "RCPT TO:<b@example.test>\r\n"
#define PLAIN "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n"
#define WRONG "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAd3Jvbmc=\r\n"
#define BODY  "Subject: x\r\n\r\nhello\r\n"
#define MAIL3 "250 250/2.1.0 250/2.1.5 "

static const struct row SESSIONS[] = {
    {"a message", SERVER_MX, IN(EHLO FROM TO "DATA\r\n" BODY ".\r\nQUIT\r\n"),
     "220 " MAIL3 "354 250/2.0.0 221/2.0.0 <close>"},
    {"helo", SERVER_MX, IN("HELO client.example\r\n" FROM TO "QUIT\r\n"),
     "220 " MAIL3 "221/2.0.0 <close>"},
    {"helo with a literal", SERVER_MX, IN("HELO [127.0.0.1]\r\n"), "220 250"},
    {"ehlo with a literal", SERVER_MX,
     IN("EHLO [IPv6:::1]\r\nEHLO [127.0.0.1]\r\n"), "220 250 250"},
    {"ehlo without a host", SERVER_MX,
     IN("EHLO\r\nEHLO a_b\r\nEHLO a b\r\nHELO\r\n"),
     "220 501/5.5.4 501/5.5.4 501/5.5.4 501/5.5.4"},
    {"lhlo is no smtp", SERVER_MX, IN(LHLO), "220 500/5.5.1"},
    {"any case", SERVER_MX, IN("ehlo X.example\r\nMail From:<A@b.example>\r\n"
                               "rCpT tO:<c@EXAMPLE.Test>\r\nqUiT\r\n"),
     "220 " MAIL3 "221/2.0.0 <close>"},
    {"before ehlo", SERVER_MX,
     IN(FROM TO "DATA\r\nBDAT 0 LAST\r\n" PLAIN "STARTTLS\r\nRSET\r\nNOOP\r\n"
        "VRFY x\r\nEXPN x\r\nHELP\r\nQUIT\r\n"),
     "220 503/5.5.1 503/5.5.1 503/5.5.1 503/5.5.1 503/5.5.1 503/5.5.1 "
     "250/2.0.0 250/2.0.0 252/2.0.0 252/2.0.0 214/2.0.0 221/2.0.0 <close>"},
    {"second mail keeps the first", SERVER_MX, IN(EHLO FROM FROM TO),
     "220 250 250/2.1.0 503/5.5.1 250/2.1.5"},
    {"rset", SERVER_MX, IN(EHLO FROM TO "RSET\r\n" TO "DATA\r\n"),
     "220 " MAIL3 "250/2.0.0 503/5.5.1 503/5.5.1"},
    {"ehlo resets", SERVER_MX, IN(EHLO FROM TO EHLO TO FROM),
     "220 " MAIL3 "250 503/5.5.1 250/2.1.0"},
    {"a bad ehlo does not", SERVER_MX, IN(EHLO FROM "EHLO\r\n" TO),
     "220 250 250/2.1.0 501/5.5.4 250/2.1.5"},
    {"data without recipients", SERVER_MX, IN(EHLO FROM "DATA\r\n" TO),
     "220 250 250/2.1.0 503/5.5.1 250/2.1.5"},
    {"recipients", SERVER_MX,
     IN(EHLO FROM "RCPT TO:<nosuch@example.test>\r\n"
        "RCPT TO:<\"nosuch\"@example.test>\r\nRCPT TO:<x@other.test>\r\n"
        "RCPT TO:<Postmaster>\r\nRCPT TO:<@a.test,@b.test:c@example.test>\r\n"
        "RCPT TO:<>\r\nRCPT TO:x@example.test\r\nRCPT TO:<a..b@c.d>\r\n"),
     "220 250 250/2.1.0 550/5.1.1 550/5.1.1 550/5.7.1 250/2.1.5 250/2.1.5 "
     "501/5.1.3 501/5.1.3 501/5.1.3"},
    {"senders", SERVER_MX,
     IN(EHLO "MAIL FROM:<>\r\nRSET\r\nMAIL\r\nMAIL FROM:\r\nMAIL TO:<a@b>\r\n"
        "MAIL FROM:a@b.example\r\nMAIL FROM: <a@b.example>\r\n"
        "MAIL FROM:<a@b_c.example>\r\n" "MAIL  FROM:<a@b.example>\r\n"),
     "220 250 250/2.1.0 250/2.0.0 501/5.5.4 501/5.5.4 501/5.5.4 501/5.1.7 "
     "501/5.5.4 501/5.1.7 501/5.5.2"},
    {"relaying after auth", SERVER_MX,
     IN(EHLO PLAIN FROM "RCPT TO:<x@other.test>\r\n"),
     "220 250 235/2.7.0 250/2.1.0 250/2.1.5"},
    {"arguments that are not", SERVER_MX,
     IN(EHLO "QUIT now\r\nRSET x\r\nDATA x\r\nSTARTTLS x\r\nVRFY\r\nEXPN\r\n"
        "NOOP a b c\r\nHELP mail\r\nAUTH\r\nQUIT \t\r\n"),
     "220 250 501/5.5.4 501/5.5.4 501/5.5.4 501/5.5.4 501/5.5.4 501/5.5.4 "
     "250/2.0.0 214/2.0.0 501/5.5.4 221/2.0.0 <close>"},
    {"unknown", SERVER_MX,
     IN("GET / HTTP/1.1\r\nHost: x\r\n\r\nXFOO\r\nTURN\r\nSEND FROM:<a@b.c>\r\n"
        "SOML FROM:<a@b.c>\r\nSAML FROM:<a@b.c>\r\nBURL x\r\nNOOP\r\n"),
     "220 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 502/5.5.1 502/5.5.1 "
     "502/5.5.1 502/5.5.1 502/5.5.1 250/2.0.0"},
    {"line ends", SERVER_MX,
     IN("NOOP\nNOOP\r\nNOOP a\rb\r\nNO\0OP\r\nRSET\0\r\nRSET\x01\r\n"
        "EHLO caf\xC3\xA9.example\r\nNOOP\r\n"),
     "220 500/5.5.1 501/5.5.2 500/5.5.1 500/5.5.1 500/5.5.1 501/5.5.2 "
     "250/2.0.0"},
    {"a line of 512 octets", SERVER_MX, IN("NOOP " X500 "xxxxx\r\nNOOP\r\n"),
     "220 250/2.0.0 250/2.0.0"},
    {"a line of 513 octets", SERVER_MX, IN("NOOP " X500 "xxxxxx\r\nNOOP\r\n"),
     "220 500/5.5.6 250/2.0.0"},
    {"parameters", SERVER_MX,
     IN(EHLO "MAIL FROM:<a@b.c> SIZE=1 BODY=8BITMIME RET=HDRS ENVID=x AUTH=<> "
        "SMTPUTF8\r\nRCPT TO:<a@example.test> NOTIFY=NEVER ORCPT=rfc822;a\r\n"
        "RSET\r\nMAIL FROM:<a@b.c> FOO=1\r\nMAIL FROM:<a@b.c> SIZE=x\r\n"
        "MAIL FROM:<a@b.c> SIZE=1 SIZE=1\r\nMAIL FROM:<a@b.c> HOLDFOR=1\r\n"
        "MAIL FROM:<a@b.c> SIZE=10485761\r\nMAIL FROM:<a@b.c> BODY=9BIT\r\n"
        "MAIL FROM:<a@b.c> NOTIFY=NEVER\r\nMAIL FROM:<a@b.c> =\r\n"),
     "220 250 250/2.1.0 250/2.1.5 250/2.0.0 555/5.5.4 501/5.5.4 501/5.5.4 "
     "555/5.5.4 552/5.3.4 501/5.5.4 555/5.5.4 501/5.5.4"},
    {"no parameters behind helo", SERVER_MX,
     IN("HELO a.example\r\nMAIL FROM:<a@b.c> SIZE=1\r\nMAIL FROM:<a@b.c>\r\n"),
     "220 250 555/5.5.4 250/2.1.0"},
    {"smtputf8", SERVER_MX,
     IN(EHLO "MAIL FROM:<\xC3\xA9@b.example>\r\n" FROM
        "RCPT TO:<\xC3\xA9@example.test>\r\nRSET\r\n"
        "MAIL FROM:<\xC3\xA9@b.example> SMTPUTF8\r\n"
        "RCPT TO:<\xC3\xA9@example.test>\r\nRCPT TO:<\xC3@example.test>\r\n"),
     "220 250 550/5.6.7 250/2.1.0 553/5.6.7 250/2.0.0 250/2.1.0 250/2.1.5 "
     "501/5.1.3"},
    {"end of data", SERVER_MX,
     IN(EHLO FROM TO "DATA\r\nQUIT\r\n..\r\n.x\r\n. \r\n.\r\nNOOP\r\n"),
     "220 " MAIL3 "354 250/2.0.0 250/2.0.0"},
    {"an empty message", SERVER_MX, IN(EHLO FROM TO "DATA\r\n.\r\nNOOP\r\n"),
     "220 " MAIL3 "354 250/2.0.0 250/2.0.0"},
    {"bare LF in content", SERVER_MX,
     IN(EHLO FROM TO "DATA\r\na\n.\nb\n.\r\nc\r\n.\r\n" TO FROM),
     "220 " MAIL3 "354 554/5.6.0 503/5.5.1 250/2.1.0"},
    {"bare CR in content", SERVER_MX,
     IN(EHLO FROM TO "DATA\r\na\r.\rb\r\n.\r\r\n.\r\n"),
     "220 " MAIL3 "354 554/5.6.0"},
    {"NUL, long lines and 8 bits in content", SERVER_MX,
     IN(EHLO FROM TO "DATA\r\n\0\xFF" X500 X500 X500 "\r\n.\r\n"),
     "220 " MAIL3 "354 250/2.0.0"},
    {"bdat", SERVER_MX,
     IN(EHLO FROM TO "BDAT 4\r\na\r\n.BDAT 3\r\n\r\n\nBDAT 0 LAST\r\nNOOP\r\n"),
     "220 " MAIL3 "250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0"},
    {"binarymime", SERVER_MX,
     IN(EHLO "MAIL FROM:<a@b.c> BODY=BINARYMIME\r\n" TO
        "DATA\r\nBDAT 3 LAST\r\n\r\0\n" FROM),
     "220 " MAIL3 "503/5.5.1 250/2.0.0 250/2.1.0"},
    {"bdat out of place", SERVER_MX,
     IN(EHLO "BDAT 6\r\nNOOP\r\n" FROM "BDAT 6\r\nQUIT\r\n" TO
        "BDAT 2\r\nabMAIL FROM:<x@y.z>\r\n" TO "DATA\r\nRSET\r\n"
        "BDAT 2 LAST\r\nabNOOP\r\n"),
     "220 250 503/5.5.1 250/2.1.0 503/5.5.1 250/2.1.5 250/2.0.0 503/5.5.1 "
     "503/5.5.1 503/5.5.1 250/2.0.0 503/5.5.1 250/2.0.0"},
    {"bdat badly said", SERVER_MX,
     IN(EHLO FROM TO "BDAT\r\nBDAT x\r\nBDAT -1\r\nBDAT 1 FOO\r\n"
        "BDAT 99999999999999999999 LAST\r\nBDAT 0 LAST x\r\n"),
     "220 " MAIL3 "501/5.5.4 501/5.5.4 501/5.5.4 501/5.5.4 501/5.5.4 "
     "501/5.5.4"},
    {"etrn", SERVER_MX,
     IN(EHLO "ETRN example.test\r\nETRN\r\n" FROM
        "ETRN example.test\r\nRSET\r\n" PLAIN "ETRN example.test\r\n"),
     "220 250 459/4.7.1 501/5.5.4 250/2.1.0 503/5.5.1 250/2.0.0 235/2.7.0 "
     "251/2.0.0"},
    {"auth", SERVER_MX,
     IN(EHLO WRONG "AUTH PLAIN *\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\nQUIT\r\n"
        "AUTH FOO\r\nAUTH PLAIN\r\nA=\r\nAUTH LOGIN\r\n"
        "dGVzdGVyQGV4YW1wbGUudGVzdA==\r\nc2VjcmV0LXB3\r\n" PLAIN),
     "220 250 535/5.7.8 501/5.5.2 334 501/5.7.0 334 535/5.7.8 504/5.5.4 334 "
     "501/5.5.2 334 334 235/2.7.0 503/5.5.1"},
    {"auth out of place", SERVER_MX,
     IN("HELO a.example\r\n" PLAIN EHLO FROM PLAIN "RSET\r\n"
        "AUTH CRAM-MD5 AAAA\r\nAUTH PLAIN =\r\nNOOP\r\n"
        "AUTH SCRAM-SHA-256 =\r\nAUTH PLAIN\r\n\r\nNOOP\r\n"),
     "220 250 503/5.5.1 250 250/2.1.0 503/5.5.1 250/2.0.0 501/5.7.0 "
     "535/5.7.8 250/2.0.0 535/5.7.8 334 535/5.7.8 250/2.0.0"},
    {"auth survives rset, ehlo and a message", SERVER_SUBMISSION,
     IN(EHLO PLAIN "RSET\r\n" EHLO FROM TO "DATA\r\n" BODY ".\r\n" FROM),
     "220 250 235/2.7.0 250/2.0.0 " MAIL3 "354 250/2.0.0 250/2.1.0"},
    {"starttls", SERVER_MX,
     IN(EHLO PLAIN "STARTTLS\r\n\fSTARTTLS\r\n" FROM EHLO "STARTTLS\r\n" FROM
        "RCPT TO:<x@other.test>\r\nQUIT\r\n"),
     "220 250 235/2.7.0 220/2.0.0 <tls> 503/5.5.1 503/5.5.1 250 503/5.5.1 "
     "250/2.1.0 550/5.7.1 221/2.0.0 <close>"},
    {"whole: octets behind starttls", SERVER_MX,
     IN(EHLO "STARTTLS\r\nNOOP\r\nQUIT\r\n\fNOOP\r\n"),
     "220 250 220/2.0.0 <tls> 250/2.0.0"},
    {"starttls in a transaction", SERVER_MX, IN(EHLO FROM "STARTTLS\r\n" TO),
     "220 250 250/2.1.0 503/5.5.1 250/2.1.5"},
    {"tls: implicit", SERVER_MX, IN(EHLO "STARTTLS\r\nQUIT\r\n"),
     "220 250 503/5.5.1 221/2.0.0 <close>"},
    {"submission", SERVER_SUBMISSION,
     IN(EHLO FROM TO "DATA\r\nBDAT 6\r\nQUIT\r\nVRFY x\r\nEXPN x\r\nHELP\r\n"
        "MAIL\r\nGET\r\nRSET\r\nNOOP\r\nHELO a.example\r\n" EHLO WRONG FROM
        PLAIN FROM "RCPT TO:<x@other.test>\r\nVRFY x\r\nETRN a.b\r\n"
        "QUIT\r\n"),
     "220 250 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0 "
     "530/5.7.0 530/5.7.0 500/5.5.1 250/2.0.0 250/2.0.0 250 250 535/5.7.8 "
     "530/5.7.0 235/2.7.0 250/2.1.0 250/2.1.5 252/2.0.0 502/5.5.1 221/2.0.0 "
     "<close>"},
    {"tls required", SERVER_TLS_REQUIRED,
     IN(EHLO FROM "HELO a.example\r\nRSET\r\n" PLAIN "VRFY x\r\nNOOP\r\nFOO\r\n"
        "STARTTLS\r\n\f" EHLO FROM PLAIN FROM "QUIT\r\n"),
     "220 250 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0 250/2.0.0 "
     "500/5.5.1 220/2.0.0 <tls> 250 530/5.7.0 235/2.7.0 250/2.1.0 221/2.0.0 "
     "<close>"},
    {"lmtp", SERVER_LMTP,
     IN(EHLO "HELO a.example\r\n" LHLO FROM TO TO
        "RCPT TO:<nosuch@example.test>\r\nDATA\r\n" BODY ".\r\nNOOP\r\n" FROM
        "DATA\r\nBDAT 2 LAST\r\nabNOOP\r\nRSET\r\n" FROM TO
        "BDAT 1\r\naBDAT 1 LAST\r\nbQUIT\r\n"),
     "220 500/5.5.1 500/5.5.1 250 250/2.1.0 250/2.1.5 250/2.1.5 550/5.1.1 354 "
     "250/2.0.0 250/2.0.0 250/2.0.0 250/2.1.0 503/5.5.1 250/2.0.0 250/2.0.0 "
     "250/2.1.0 250/2.1.5 250/2.0.0 250/2.0.0 221/2.0.0 <close>"},
    {"refuse", SERVER_REFUSE, IN(EHLO "NOOP\r\nFOO\r\nQUIT\r\n"),
     "554 503/5.5.1 503/5.5.1 503/5.5.1 221/2.0.0 <close>"},
    {"null", SERVER_NULL, IN(EHLO "NOOP\r\nFOO\r\nQUIT\r\n"),
     "521 521/5.3.2 521/5.3.2 521/5.3.2 221/2.0.0 <close>"},
    {"busy", SERVER_BUSY, IN("NOOP\r\n"), "421 <close>"},
};

static void expect(const struct row *r, size_t piece, size_t cut)
{
    static struct dialogue d;
    static char got[8192];
    dialogue_init(&d, r->mode, NULL);
    d.implicit_tls = strncmp(r->name, "tls: ", 5) == 0;
    dialogue_run(&d, r->input, r->n, piece, cut);
    dialogue_short(&d, got, sizeof(got));
    cr_expect_str_eq(got, r->want, "%s, pieces of %zu, cut at %zu:\n got %s\n"
                     "want %s", r->name, piece, cut, got, r->want);
    dialogue_free(&d);
}

static bool whole_only(const struct row *r)
{
    return strncmp(r->name, "whole: ", 7) == 0;
}

#define ROWS (sizeof(SESSIONS) / sizeof(SESSIONS[0]))

/* A hang ends as a crash (the framework's own timeout leaks memory). */
static void guard(void)
{
    alarm(120);
}

TestSuite(session, .init = guard);

Test(session, whole)
{
    for (size_t i = 0; i < ROWS; i++)
        expect(&SESSIONS[i], SESSIONS[i].n, 0);
}

Test(session, octet_by_octet)
{
    for (size_t i = 0; i < ROWS; i++)
        if (!whole_only(&SESSIONS[i]))
            expect(&SESSIONS[i], 1, 0);
}

Test(session, every_cut)
{
    for (size_t i = 0; i < ROWS; i++)
        for (size_t cut = 1; cut < SESSIONS[i].n; cut++)
            if (!whole_only(&SESSIONS[i]))
                expect(&SESSIONS[i], SESSIONS[i].n, cut);
}

/* ---- what a table of octets does not show ----------------------------- */

static void run(struct dialogue *d, const char *text)
{
    dialogue_run(d, text, strlen(text), strlen(text), 0);
}

static void expect_short(const struct dialogue *d, const char *want)
{
    static char got[65536];
    dialogue_short(d, got, sizeof(got));
    cr_expect_str_eq(got, want, "got %.4000s, want %s", got, want);
}

Test(session, stores_with_trace)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    run(&d, EHLO "MAIL FROM:<@relay.test:a@b.example>\r\n" TO
            "DATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\n");
    const char *want = "Return-Path: <a@b.example>\r\n"
                       "Received: from client.example ([127.0.0.1])\r\n"
                       "\tby ref.example.test with ESMTP id id-1\r\n"
                       "\tfor <b@example.test>;\r\n"
                       "\tSat, 21 Nov 2026 21:30:00 +0100\r\n"
                       "Subject: x\r\n\r\n.dot\r\n";
    cr_expect_eq(d.messages, 1);
    cr_expect_eq(d.stored_n, strlen(want));
    cr_expect_arr_eq(d.stored, want, strlen(want), "%.*s", (int)d.stored_n,
                     d.stored);
    dialogue_free(&d);
}

Test(session, stores_nothing_unfinished)
{
    static const char *const ENDS[] = {
        EHLO FROM TO "DATA\r\nabc\r\n", EHLO FROM TO "BDAT 3\r\nabcRSET\r\n",
        EHLO FROM TO "BDAT 3\r\nabcQUIT\r\n",
        EHLO FROM TO "BDAT 3\r\nabcEHLO x.example\r\n",
        EHLO FROM TO "DATA\r\na\nb\r\n.\r\n",
    };
    static struct dialogue d;
    for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++) {
        dialogue_init(&d, SERVER_MX, NULL);
        run(&d, ENDS[i]);
        dialogue_free(&d);
        cr_expect_eq(d.messages, 0, "%s", ENDS[i]);
        cr_expect_eq(d.cancelled, 1, "%s", ENDS[i]);
        cr_expect_not(d.storing, "%s", ENDS[i]);
    }
}

Test(session, store_that_fails)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    d.store_fails = true;
    run(&d, EHLO FROM TO "DATA\r\nRSET\r\n" FROM TO "BDAT 1\r\naBDAT 1\r\nb");
    expect_short(&d, "220 " MAIL3 "451/4.3.0 250/2.0.0 250/2.1.0 250/2.1.5 "
                     "451/4.3.0 503/5.5.1");
    dialogue_free(&d);
}

Test(session, size_and_recipient_limits)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    d.policy.max_size = 10;
    d.policy.max_rcpt = 2;
    run(&d, EHLO FROM TO TO TO "DATA\r\n12345678\r\n.\r\n" FROM TO
            "DATA\r\n123456789\r\n.\r\n" FROM TO
            "BDAT 8\r\n12345678BDAT 8\r\n12345678BDAT 1 LAST\r\nxRSET\r\n");
    expect_short(&d, "220 " MAIL3 "250/2.1.5 452/4.5.3 354 250/2.0.0 250/2.1.0 "
                     "250/2.1.5 354 552/5.3.4 250/2.1.0 250/2.1.5 250/2.0.0 "
                     "552/5.3.4 503/5.5.1 250/2.0.0");
    cr_expect_eq(d.messages, 1);
    dialogue_free(&d);
}

Test(session, a_thousand_recipients)
{
    static struct dialogue d;
    static char input[1100 * sizeof(TO)], want[1100 * 10];
    strcpy(input, EHLO FROM);
    strcpy(want, "220 250 250/2.1.0");
    for (int i = 0; i < 1001; i++) {
        strcat(input, TO);
        strcat(want, i < 1000 ? " 250/2.1.5" : " 452/4.5.3");
    }
    dialogue_init(&d, SERVER_MX, NULL);
    run(&d, input);
    expect_short(&d, want);
    dialogue_free(&d);
}

Test(session, endless_line_gets_one_reply)
{
    static struct dialogue d;
    static char input[60000];
    memset(input, 'x', sizeof(input));
    memcpy(input + sizeof(input) - 8, "\r\nNOOP\r\n", 8);
    for (size_t piece = 997; piece <= sizeof(input); piece *= 3) {
        dialogue_init(&d, SERVER_MX, NULL);
        dialogue_run(&d, input, sizeof(input), piece, 0);
        expect_short(&d, "220 500/5.5.6 250/2.0.0");
        dialogue_free(&d);
    }
}

Test(session, auth_line_limits)
{
    static struct dialogue d;
    static char input[40000];
    for (int n = 12284; n <= 12288 + 4; n += 4) {
        int at = snprintf(input, sizeof(input), EHLO "AUTH PLAIN\r\n");
        memset(input + at, 'A', (size_t)n);
        strcpy(input + at + n, "\r\nNOOP\r\n");
        for (size_t piece = 1; piece < 40000; piece += 13000) {
            dialogue_init(&d, SERVER_MX, NULL);
            dialogue_run(&d, input, strlen(input), piece, 0);
            expect_short(&d, n <= 12288 ? "220 250 334 535/5.7.8 250/2.0.0"
                                        : "220 250 334 500/5.5.6 250/2.0.0");
            dialogue_free(&d);
        }
    }
}

Test(session, failed_handshake_closes)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    d.no_tls = true;
    run(&d, EHLO "STARTTLS\r\n\fQUIT\r\n");
    expect_short(&d, "220 250 220/2.0.0 <no tls> <close>");
    dialogue_free(&d);
}

Test(session, idle_and_shutdown)
{
    static const char *const WHERE[] = {
        "", EHLO, EHLO FROM TO "DATA\r\nabc", EHLO "AUTH PLAIN\r\n",
        EHLO FROM TO "BDAT 10\r\nabc", "NOOP",
    };
    static struct dialogue d;
    for (size_t i = 0; i < sizeof(WHERE) / sizeof(WHERE[0]); i++)
        for (int idle = 0; idle < 2; idle++) {
            dialogue_init(&d, SERVER_MX, NULL);
            run(&d, WHERE[i]);
            d.n = 0;
            enum session_want want = idle ? session_idle(d.session)
                                          : session_shutdown(d.session);
            cr_expect_eq(want, SESSION_CLOSE);
            expect_short(&d, idle ? "421/4.4.2" : "421/4.3.2");
            dialogue_free(&d);
        }
}

Test(session, too_many_sessions)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    d.busy = true;
    run(&d, EHLO);
    expect_short(&d, "421 <close>");
    dialogue_free(&d);
}

/* RFC 2920 3.2: replies to MAIL and RCPT go together, that to DATA at once
 * with them, that to NOOP never waits. */
Test(session, replies_are_grouped)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    run(&d, EHLO FROM TO TO "DATA\r\n" BODY ".\r\nRSET\r\nNOOP\r\nNOOP\r\n");
    /* greeting; EHLO; MAIL RCPT RCPT DATA; dot RSET NOOP; NOOP */
    cr_expect_eq(d.writes, 5, "%zu writes", d.writes);
    dialogue_free(&d);
}
