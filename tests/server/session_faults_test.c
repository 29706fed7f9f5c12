/*
 * The faults of faults_session.c: each of them changes what the strict server
 * answers, in a session that it is about.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "server/faults.h"
#include "tests/server/dialogue.h"

#define EHLO "EHLO client.example\r\n"
#define FROM "MAIL FROM:<a@client.example>\r\n"
#define TO   "RCPT TO:<b@example.test>\r\n"
#define FAR  "RCPT TO:<b@other.example>\r\n"

static const struct {
    const char *fault;
    const char *input;
} ROWS[] = {
    {"etrn-code", EHLO "ETRN x.example\r\n"},
    {"etrn-in-transaction", EHLO FROM "ETRN x.example\r\n"},
    {"etrn-no-node", EHLO "ETRN\r\n"},
    {"etrn-options", EHLO "ETRN @com\r\n"},
    {"limits-malformed", EHLO},
    {"limits-zero", EHLO},
    {"order-503-before-ehlo", "HELP\r\n"},
    {"order-data-250", EHLO FROM TO "DATA\r\n"},
    {"order-data-first", EHLO "DATA\r\n"},
    {"order-error-sticks", EHLO "X\r\n" FROM},
    {"order-message-stays", EHLO FROM TO "DATA\r\nx\r\n.\r\n" TO},
    {"order-nested-mail", EHLO FROM FROM},
    {"order-nested-mail-keeps", EHLO FROM TO FROM "DATA\r\nx\r\n.\r\n"},
    {"order-nested-mail-resets", EHLO FROM TO FROM "DATA\r\nx\r\n.\r\n"},
    {"order-rcpt-252", EHLO FROM TO},
    {"order-rcpt-550", EHLO TO},
    {"order-rcpt-first", EHLO TO},
    {"order-refused-mail-opens", EHLO "MAIL FROM\r\n" TO},
    {"order-refused-rcpt-resets", EHLO FROM "RCPT TO\r\n" TO},
    {"relay-554", EHLO FROM FAR},
    {"relay-hidden", EHLO FROM "RCPT TO:<b%other.example@example.test>\r\n"},
    {"relay-null-sender", EHLO "MAIL FROM:<>\r\n" FAR},
    {"relay-open", EHLO FROM FAR},
    {"relay-our-sender", EHLO "MAIL FROM:<a@example.test>\r\n" FAR},
    {"relay-source-route",
     EHLO FROM "RCPT TO:<@example.test:b@other.example>\r\n"},
    {"reset-252", "RSET\r\n"},
    {"reset-argument", "RSET x\r\n"},
    {"reset-by-expn", EHLO FROM "EXPN x\r\n" TO},
    {"reset-by-help", EHLO FROM "HELP\r\n" TO},
    {"reset-by-noop", EHLO FROM "NOOP\r\n" TO},
    {"reset-by-unknown", EHLO FROM "X\r\n" TO},
    {"reset-by-vrfy", EHLO FROM "VRFY x\r\n" TO},
    {"reset-data-argument", EHLO FROM TO "DATA x\r\n"},
    {"reset-forgets-ehlo", EHLO "RSET\r\n" FROM},
    {"reset-keeps-mail", EHLO FROM "RSET\r\n" TO},
    {"reset-keeps-rcpt", EHLO FROM TO "RSET\r\n" FROM "DATA\r\n"},
    {"reset-noop-252", "NOOP\r\n"},
    {"reset-noop-argument", "NOOP x\r\n"},
    {"session-any-name", "EHLO a..b\r\n"},
    {"session-auth-listed-only", EHLO "AUTH X\r\n"},
    {"session-bdat-listed-only", EHLO "BDAT 0 LAST\r\n"},
    {"session-ehlo-502", EHLO},
    {"session-ehlo-again", EHLO EHLO},
    {"session-ehlo-keeps-mail", EHLO FROM EHLO TO},
    {"session-ehlo-no-name", "EHLO\r\n"},
    {"session-etrn-listed-only", EHLO "ETRN x.example\r\n"},
    {"session-expn-listed-only", "EXPN x\r\n"},
    {"session-first-lost", EHLO},
    {"session-helo-502", "HELO a.example\r\n"},
    {"session-helo-extensions", "HELO a.example\r\n"},
    {"session-helo-no-name", "HELO\r\n"},
    {"session-help-listed-only", "HELP\r\n"},
    {"session-keyword-parameter", EHLO},
    {"session-localhost", EHLO},
    {"session-name-verified", EHLO FROM},
    {"session-no-8bitmime", EHLO},
    {"session-no-codes-after-helo", "HELO a.example\r\nNOOP\r\n"},
    {"session-no-literal", "EHLO [127.0.0.1]\r\n"},
    {"session-parameter-case", EHLO "MAIL FROM:<> size=1\r\n"},
    {"session-refused-ehlo-resets", EHLO FROM "EHLO\r\n" TO},
    {"session-starttls-listed-only", EHLO "STARTTLS\r\n"},
    {"session-trailing-space", "NOOP \r\n"},
    {"session-unlisted", EHLO},
    {"session-utf8smtp", EHLO},
    {"session-verb-case", "noop\r\n"},
    {"unknown-250", "X\r\n"},
    {"unknown-550", "X\r\n"},
    {"unknown-obsolete-250", "TURN\r\n"},
    {"verify-250", "VRFY x\r\n"},
    {"verify-500", "EXPN x\r\n"},
    {"verify-501", "VRFY x\r\n"},
    {"verify-502", "VRFY x\r\n"},
    {"verify-550-all", "VRFY x\r\n"},
    {"verify-enumerates", "VRFY x\r\nVRFY y\r\n"},
    {"verify-help-250", "HELP\r\n"},
    {"verify-no-name", "VRFY\r\n"},
    {"verify-no-postmaster", EHLO FROM "RCPT TO:<postmaster>\r\n"},
    {"verify-other", "VRFY x\r\n"},
    {"verify-rcpt-554", EHLO FROM "RCPT TO:<nosuch@example.test>\r\n"},
    {"verify-rcpt-any", EHLO FROM "RCPT TO:<nosuch@example.test>\r\n"},
};
#define COUNT (sizeof(ROWS) / sizeof(ROWS[0]))

static void play(struct dialogue *d, const char *fault, const char *input)
{
    dialogue_init(d, SERVER_MX, fault);
    dialogue_run(d, input, strlen(input), strlen(input) + 1, 0);
    dialogue_free(d);
}

Test(session_faults, each_changes_something)
{
    static struct dialogue with, without;
    cr_assert_eq(fault_session.n, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        cr_expect_str_eq(ROWS[i].fault, fault_session.rows[i].info.name);
        play(&with, ROWS[i].fault, ROWS[i].input);
        play(&without, NULL, ROWS[i].input);
        cr_expect(with.n != without.n ||
                      memcmp(with.octets, without.octets, with.n) != 0,
                  "%s: %.*s", ROWS[i].fault, (int)with.n, with.octets);
    }
}

/* RFC 5321 3.6.2, 7.9: what a local part hides is not relayed to; what only
 * looks a little like it is a mailbox. */
Test(session_faults, strict_relaying)
{
    static const struct {
        const char *to;
        const char *want;
    } rows[] = {
        {"<b@other.example>",                "550/5.7.1"},
        {"<@example.test:b@other.example>",  "550/5.7.1"},
        {"<b%other.example@example.test>",   "550/5.7.1"},
        {"<other.example!b@example.test>",   "550/5.7.1"},
        {"<\"b@other.example\"@example.test>", "550/5.7.1"},
        {"<b%other@example.test>",           "250/2.1.5"},
        {"<a!#$%&'*+-/=?^_`{|}~b@example.test>", "250/2.1.5"},
        {"<\"a@b\"@example.test>",           "250/2.1.5"},
        {"<@other.example:b@example.test>",  "250/2.1.5"},
    };
    static struct dialogue d;
    char input[256], got[256], want[64];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(input, sizeof(input), EHLO FROM "RCPT TO:%s\r\n",
                 rows[i].to);
        snprintf(want, sizeof(want), "220 250 250/2.1.0 %s", rows[i].want);
        play(&d, NULL, input);
        dialogue_short(&d, got, sizeof(got));
        cr_expect_str_eq(got, want, "%s: %s", rows[i].to, got);
    }
}
