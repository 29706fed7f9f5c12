/*
 * The rows of faults_security: each changes what the strict server says to
 * some input here, and to nothing but that.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "server/faults.h"
#include "smtp/base64.h"
#include "tests/server/dialogue.h"

#define EHLO  "EHLO client.example\r\n"
#define FROM  "MAIL FROM:<a@client.example>\r\n"
#define TO    "RCPT TO:<b@example.test>\r\n"
#define PLAIN "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n"
#define WRONG "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAd3Jvbmc=\r\n"
#define X50  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define X100 X50 X50
#define X600 X100 X100 X100 X100 X100 X100

static const struct {
    const char *fault;
    const char *input;
    const char *want;   /* dialogue_short, or "+" and octets of the output */
} ROWS[] = {
    {"auth-param-long",
     EHLO "MAIL FROM:<a@client.example> AUTH=" X100 X100 X100 "\r\n",
     "220 250 500/5.5.6"},
    {"auth-param-refused", EHLO "MAIL FROM:<a@client.example> AUTH=<>\r\n",
     "220 250 555/5.5.4"},
    {"auth-param-xtext", EHLO "MAIL FROM:<a@client.example> AUTH=+ZZ\r\n",
     "220 250 250/2.1.0"},
    {"burl-fetches-anything",
     EHLO PLAIN FROM TO "BURL imap://a@b/c;uid=1 LAST\r\nDATA\r\n",
     "220 250 235/2.7.0 250/2.1.0 250/2.1.5 250/2.5.0 503/5.5.1"},
    {"burl-no-transaction", EHLO PLAIN "BURL imap://a@b/c;uid=1 LAST\r\n",
     "220 250 235/2.7.0 250/2.5.0"},
    {"burl-syntax", EHLO PLAIN "BURL what\r\n",
     "220 250 235/2.7.0 503/5.5.0"},
    {"burl-unauthenticated", EHLO "BURL imap://a@b/c;uid=1 LAST\r\n",
     "220 250 250/2.5.0"},
    {"sasl-any-password", EHLO WRONG, "220 250 235/2.7.0"},
    {"sasl-bare-334", EHLO "AUTH\r\n", "220 250 334"},
    {"sasl-bare-504", EHLO "AUTH\r\n", "220 250 504/5.5.4"},
    {"sasl-bare-lf", EHLO "AUTH PLAIN\r\nAGEA\nYgBj\r\n",
     "220 250 334 535/5.7.8 500/5.5.1"},
    {"sasl-base64-535", EHLO "AUTH PLAIN !!!!\r\n", "220 250 535/5.7.8"},
    {"sasl-base64-close", EHLO "AUTH PLAIN !!!!\r\nNOOP\r\n",
     "220 250 501/5.5.2 <close>"},
    {"sasl-base64-lax",
     EHLO "AUTH PLAIN !AHRlc3RlckBleGFtcGxlLnRlc3Q AABBB\r\nAUTH PLAIN\r\n"
          "AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3!\r\n",
     "220 250 501/5.5.4 334 235/2.7.0"},
    {"sasl-base64-lax", EHLO "AUTH PLAIN\r\n!!!!\r\nAUTH PLAIN\r\nAA\r\n",
     "220 250 334 535/5.7.8 334 535/5.7.8"},
    {"sasl-before-ehlo", PLAIN, "220 235/2.7.0"},
    {"sasl-cancel-535", EHLO "AUTH PLAIN\r\n*\r\n", "220 250 334 535/5.7.0"},
    {"sasl-case", EHLO "auth plain\r\nAUTH PLAIN\r\n",
     "220 250 504/5.5.4 334"},
    {"sasl-challenge-bare", EHLO "AUTH PLAIN\r\n", "+334\r\n"},
    {"sasl-challenge-same", EHLO "AUTH CRAM-MD5\r\n",
     "+334 PDEuMkByZWYuZXhhbXBsZS50ZXN0Pg==\r\n"},
    {"sasl-challenge-text", EHLO "AUTH PLAIN\r\n", "+334 Go on\r\n"},
    {"sasl-clear-passwords", EHLO, "+250 AUTH PLAIN LOGIN\r\n"},
    {"sasl-command-inside", EHLO "AUTH PLAIN\r\nNOOP\r\n",
     "220 250 334 250/2.0.0 535/5.7.8"},
    {"sasl-empty-absent", EHLO "AUTH PLAIN =\r\n", "220 250 334"},
    {"sasl-enhanced", EHLO "AUTH FOO\r\nAUTH PLAIN !\r\n" WRONG PLAIN,
     "220 250 504/5.0.0 501/5.0.0 535/5.0.0 235/2.0.0"},
    {"sasl-failure-550", EHLO WRONG, "220 250 550/5.7.1"},
    {"sasl-initial-334", EHLO "AUTH CRAM-MD5 AAAA\r\n", "220 250 334"},
    {"sasl-initial-553", EHLO "AUTH CRAM-MD5 AAAA\r\n", "220 250 553/5.7.0"},
    {"sasl-listed-538", EHLO PLAIN, "220 250 538/5.7.11"},
    {"sasl-lists-empty", EHLO, "+250 AUTH\r\n"},
    {"sasl-lists-external", EHLO, "+250 AUTH EXTERNAL PLAIN\r\n"},
    {"sasl-long-limit", EHLO "AUTH PLAIN\r\n" X600 "\r\nNOOP\r\n",
     "220 250 334 500/5.5.6 250/2.0.0"},
    {"sasl-no-challenge", EHLO "AUTH PLAIN\r\n", "220 250 501/5.5.4"},
    {"sasl-no-plain", EHLO "STARTTLS\r\n\f" EHLO "AUTH PLAIN\r\n",
     "220 250 220/2.0.0 <tls> 250 504/5.5.4"},
    {"sasl-plus-alone", EHLO, "+250 AUTH SCRAM-SHA-256-PLUS\r\n"},
    {"sasl-success-250", EHLO PLAIN, "220 250 250/2.7.0"},
    {"sasl-unknown-334", EHLO "AUTH FOO\r\n", "220 250 334"},
    {"sasl-unknown-535", EHLO "AUTH FOO\r\n", "220 250 535/5.7.8"},
    {"sasl-verb-case", EHLO "Auth PLAIN\r\nAUTH PLAIN\r\n",
     "220 250 500/5.5.1 334"},
    {"starttls-argument", EHLO "STARTTLS now\r\n",
     "220 250 220/2.0.0 <tls>"},
    {"starttls-argument-500", EHLO "STARTTLS now\r\n", "220 250 500/5.5.2"},
    {"starttls-before-ehlo", "STARTTLS\r\n", "220 220/2.0.0 <tls>"},
    {"starttls-closes", EHLO "STARTTLS\r\n", "220 250 220/2.0.0 <close>"},
    {"starttls-in-content",
     EHLO FROM TO "BDAT 10\r\nSTARTTLS\r\nRSET\r\n" FROM TO
          "DATA\r\nSTARTTLS\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 220/2.0.0 250/2.0.0 250/2.0.0 250/2.1.0 "
     "250/2.1.5 354 220/2.0.0 250/2.0.0"},
    {"starttls-injection", EHLO "STARTTLS\r\nNOOP\r\n",
     "220 250 220/2.0.0 <tls> 250/2.0.0"},
    {"starttls-keeps-ehlo", EHLO "STARTTLS\r\n\f" FROM,
     "220 250 220/2.0.0 <tls> 250/2.1.0"},
    {"starttls-keeps-transaction", EHLO FROM "STARTTLS\r\n\f" TO,
     "220 250 250/2.1.0 220/2.0.0 <tls> 250/2.1.5"},
    {"starttls-parameter", EHLO, "+250 STARTTLS OPTIONAL\r\n"},
    {"starttls-repeated", EHLO "STARTTLS\r\n\f" EHLO "STARTTLS\r\n",
     "220 250 220/2.0.0 <tls> 250 220/2.0.0 <tls>"},
    {"submission-address-lax", EHLO PLAIN "MAIL FROM:<a..b@c.example>\r\n",
     "220 250 235/2.7.0 250/2.1.0"},
    {"submission-lists-atrn", EHLO, "+250 ATRN\r\n"},
    {"submission-lists-etrn", EHLO, "+250-ETRN\r\n"},
    {"submission-null-refused", EHLO PLAIN "MAIL FROM:<>\r\n" FROM,
     "220 250 235/2.7.0 550/5.7.1 503/5.5.1"},
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What is not listed any more. */
static const struct {
    const char *fault, *gone;
} GONE[] = {
    {"submission-no-8bitmime",   "8BITMIME"           },
    {"submission-no-dsn",        "DSN"                },
    {"submission-no-enhanced",   "ENHANCEDSTATUSCODES"},
    {"submission-no-pipelining", "PIPELINING"         },
    {"submission-no-starttls",   "STARTTLS"           },
};

/* Long lines, delays and handshakes: shown by tests of their own below. */
static const char *const ALONE[] = {
    "sasl-iterations", "sasl-long-close", "sasl-long-commands",
    "starttls-falls-back", "starttls-injection-late",
    "sasl-no-proof", "sasl-wrong-proof", /* server_test.c */
};

static struct dialogue d;
static char got[8192];

static const char *play(const char *fault, bool with, const char *input)
{
    dialogue_init(&d, server_fault_find(fault, strlen(fault))->mode,
                  with ? fault : NULL);
    dialogue_run(&d, input, strlen(input), strlen(input) + 1, 0);
    dialogue_free(&d);
    dialogue_short(&d, got, sizeof(got));
    return got;
}

static bool says(const char *octets)
{
    return memmem(d.octets, d.n, octets, strlen(octets)) != NULL;
}

Test(faults_security, rows)
{
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const char *want = ROWS[i].want;
        bool exact = *want == '+';
        const char *is = play(ROWS[i].fault, true, ROWS[i].input);
        cr_expect(exact ? says(want + 1) : strcmp(is, want) == 0,
                  "%s:\n got %s\nwant %s", ROWS[i].fault, is, want);
        is = play(ROWS[i].fault, false, ROWS[i].input);
        cr_expect_not(exact ? says(want + 1) : strcmp(is, want) == 0,
                      "%s: no other without it", ROWS[i].fault);
    }
}

Test(faults_security, not_listed)
{
    for (size_t i = 0; i < COUNT(GONE); i++) {
        (void)play(GONE[i].fault, false, EHLO);
        cr_expect(says(GONE[i].gone), "%s", GONE[i].fault);
        (void)play(GONE[i].fault, true, EHLO);
        cr_expect_not(says(GONE[i].gone), "%s", GONE[i].fault);
    }
}

/* The count stands at the end of the challenge, in base64. */
Test(faults_security, iterations)
{
    static const char input[] =
        EHLO "AUTH SCRAM-SHA-1 biwsbj11c2VyLHI9YWJjZGVm\r\n";
    for (int fault = 0; fault < 2; fault++) {
        char text[512];
        (void)play("sasl-iterations", fault, input);
        const char *from = memmem(d.octets, d.n, "334 ", 4);
        cr_assert_not_null(from, "%s", got);
        const char *to = strchr(from, '\r');
        cr_assert(to && to - from < 512);
        ssize_t n = smtp_base64_decode(
            smtp_span_of(from + 4, (size_t)(to - from) - 4), text);
        cr_assert_gt(n, 7);
        cr_expect_eq(strncmp(text + n - 7, fault ? ",i=1000" : ",i=4096", 7),
                     0, "%.*s", (int)n, text);
    }
}

/* A line over the limit of 12288 octets. */
Test(faults_security, long_lines)
{
    static const struct {
        const char *fault, *want;
    } rows[] = {
        {NULL, "220 250 334 500/5.5.6 250/2.0.0"},
        {"sasl-long-close", "220 250 334 500/5.5.6 <close>"},
        {"sasl-long-commands", "220 250 334 500/5.5.6 500/5.5.1 250/2.0.0"},
    };
    static char input[15000];
    size_t n = (size_t)snprintf(input, sizeof(input), EHLO "AUTH PLAIN\r\n");
    memset(input + n, 'A', 13000);
    n += 13000;
    n += (size_t)snprintf(input + n, sizeof(input) - n, "\r\nNOOP\r\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        dialogue_init(&d, SERVER_MX, rows[i].fault);
        dialogue_run(&d, input, n, n + 1, 0);
        dialogue_free(&d);
        dialogue_short(&d, got, sizeof(got));
        cr_expect_str_eq(got, rows[i].want, "%s: %s",
                         rows[i].fault ? rows[i].fault : "strict", got);
    }
}

Test(faults_security, failed_handshake)
{
    static const char input[] = EHLO "STARTTLS\r\n\fNOOP\r\n";
    for (int fault = 0; fault < 2; fault++) {
        dialogue_init(&d, SERVER_MX, fault ? "starttls-falls-back" : NULL);
        d.no_tls = true;
        dialogue_run(&d, input, sizeof(input) - 1, sizeof(input), 0);
        dialogue_free(&d);
        dialogue_short(&d, got, sizeof(got));
        cr_expect_eq(strstr(got, "250/2.0.0") != NULL, fault == 1, "%s",
                     got);
        cr_expect_eq(strstr(got, "<close>") != NULL, fault == 0, "%s", got);
    }
}

Test(faults_security, late_injection_waits)
{
    const struct server_fault *f = server_fault_find(
        "starttls-injection-late", strlen("starttls-injection-late"));
    struct server_policy p;
    cr_assert(f);
    policy_init(&p, f->mode);
    cr_expect(fault_apply(fault_row_of(f), &p));
    cr_expect_eq(p.clear_octets, CLEAR_EXECUTE);
    cr_expect_eq(p.n_rules, 1);
    cr_expect_eq(p.rules[0]->op, OP_DELAY);
    cr_expect_eq(p.points, AT(SMTP_VERB_STARTTLS));
}

static bool is_shown(const char *fault)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (strcmp(ROWS[i].fault, fault) == 0)
            return true;
    for (size_t i = 0; i < COUNT(GONE); i++)
        if (strcmp(GONE[i].fault, fault) == 0)
            return true;
    for (size_t i = 0; i < COUNT(ALONE); i++)
        if (strcmp(ALONE[i], fault) == 0)
            return true;
    return false;
}

Test(faults_security, each_is_shown)
{
    for (size_t i = 0; i < fault_security.n; i++)
        cr_expect(is_shown(fault_security.rows[i].info.name), "%s",
                  fault_security.rows[i].info.name);
}
