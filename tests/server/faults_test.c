/*
 * The faults that show in the session alone: what each does, and that the
 * strict server does not. Those of the listening side: listen_faults_test.c.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "server/faults.h"
#include "tests/server/dialogue.h"

struct row {
    const char *fault;
    const char *input; /* "tls: " in front: inside TLS from the start */
    const char *want;  /* dialogue_short */
};

#define EHLO  "EHLO client.example\r\n"
#define FROM  "MAIL FROM:<a@client.example>\r\n"
#define TO    "RCPT TO:<b@example.test>\r\n"
#define FAR   "RCPT TO:<b@other.test>\r\n"
#define PLAIN "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n"
#define WRONG "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAd3Jvbmc=\r\n"
#define DATA  "DATA\r\nx\r\n.\r\n"
#define SERVED "250/2.1.0 250/2.1.5 354 250/2.0.0"
#define NO_RCPT "250/2.1.0 530/5.7.0 530/5.7.0 "

static const struct row ROWS[] = {
    {"auth-530-after", EHLO PLAIN FROM "VRFY x\r\nNOOP\r\nRSET\r\nQUIT\r\n",
     "220 250 235/2.7.0 530/5.7.0 530/5.7.0 250/2.0.0 250/2.0.0 221/2.0.0 "
     "<close>"},
    {"auth-530-ehlo", EHLO "HELO a.example\r\n", "220 530/5.7.0 530/5.7.0"},
    {"auth-530-enhanced", EHLO FROM, "220 250 530/5.5.1"},
    {"auth-530-exempt", EHLO "NOOP\r\nRSET\r\n" PLAIN "STARTTLS\r\nQUIT\r\n",
     "220 250 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0"},
    {"auth-again", EHLO PLAIN PLAIN "AUTH PLAIN\r\n*\r\n" FROM PLAIN,
     "220 250 235/2.7.0 235/2.7.0 334 501/5.7.0 250/2.1.0 503/5.5.1"},
    {"auth-all-accepted",
     "DATA\r\nx\r\n.\r\nBDAT 1\r\nxRSET\r\n" FAR "RSET\r\n" EHLO FROM TO
     "BDAT 0 LAST\r\nVRFY x\r\nEXPN x\r\nHELP\r\nETRN a.b\r\nFOO\r\n",
     "220 354 250/2.0.0 250/2.0.0 250/2.0.0 250/2.1.5 250/2.0.0 250 "
     "250/2.1.0 250/2.1.5 250/2.0.0 252/2.0.0 250/2.0.0 214/2.0.0 250/2.0.0 "
     "500/5.5.1"},
    {"auth-any-password", EHLO WRONG, "220 250 235/2.7.0"},
    {"auth-bad-base64", EHLO "AUTH PLAIN\r\n!\r\nAUTH PLAIN\r\n*\r\n",
     "220 250 334 535/5.7.8 334 501/5.7.0"},
    {"auth-bypass-after-cancelled-auth",
     EHLO FROM "AUTH PLAIN\r\nA=\r\n" FROM "AUTH PLAIN\r\n*\r\n" FROM FAR DATA,
     "220 250 530/5.7.0 334 501/5.5.2 530/5.7.0 334 501/5.7.0 " SERVED},
    {"auth-bypass-after-ehlo", EHLO FROM EHLO FROM FAR DATA,
     "220 250 530/5.7.0 250 " SERVED},
    {"auth-bypass-after-failed-auth", EHLO FROM WRONG FROM FAR DATA PLAIN,
     "220 250 530/5.7.0 535/5.7.8 " SERVED " 235/2.7.0"},
    {"auth-bypass-after-mail", EHLO FROM FROM FAR DATA,
     "220 250 530/5.7.0 " SERVED},
    {"auth-bypass-after-rset", EHLO FROM "RSET\r\n" FROM FAR DATA "VRFY x\r\n",
     "220 250 530/5.7.0 250/2.0.0 " SERVED " 252/2.0.0"},
    {"auth-bypass-after-starttls", EHLO PLAIN "STARTTLS\r\n\f" EHLO FROM,
     "220 250 235/2.7.0 220/2.0.0 <tls> 250 250/2.1.0"},
    {"auth-bypass-bad-base64", EHLO FROM "AUTH PLAIN\r\n!\r\n" FROM FAR DATA,
     "220 250 530/5.7.0 334 501/5.5.2 " SERVED},
    {"auth-bypass-bdat", EHLO FROM FAR "DATA\r\nBDAT 1 LAST\r\nxVRFY x\r\n",
     "220 250 250/2.1.0 250/2.1.5 530/5.7.0 250/2.0.0 530/5.7.0"},
    {"auth-bypass-ehlo", EHLO FROM FAR DATA, "220 250 " SERVED},
    {"auth-bypass-helo", EHLO FROM "HELO a.example\r\n" FROM FAR DATA,
     "220 250 530/5.7.0 250 " SERVED},
    {"auth-bypass-null-sender",
     EHLO FROM "MAIL FROM:<>\r\n" FAR DATA FROM,
     "220 250 530/5.7.0 " SERVED " 530/5.7.0"},
    {"auth-bypass-tls", EHLO FROM "STARTTLS\r\n\f" EHLO FROM FAR DATA,
     "220 250 530/5.7.0 220/2.0.0 <tls> 250 " SERVED},
    {"auth-bypass-tls-port", "tls: " EHLO FROM FAR DATA, "220 250 " SERVED},
    {"auth-bypass-tls-port", EHLO FROM, "220 250 530/5.7.0"},
    {"auth-cancel-535", EHLO "AUTH PLAIN\r\n!\r\nAUTH PLAIN\r\n*\r\n",
     "220 250 334 501/5.5.2 334 535/5.7.8"},
    {"auth-drop-first", EHLO WRONG "NOOP\r\n", "220 250 535/5.7.8 <close>"},
    {"auth-drop-first-421", EHLO WRONG "NOOP\r\n",
     "220 250 535/5.7.8 421/4.7.0 <close>"},
    {"auth-in-transaction", EHLO FROM PLAIN PLAIN,
     "220 250 250/2.1.0 235/2.7.0 503/5.5.1"},
    {"auth-late-data", EHLO FROM FAR "DATA\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n",
     "220 250 250/2.1.0 250/2.1.5 530/5.7.0 530/5.7.0 250/2.0.0"},
    {"auth-late-rcpt", EHLO FROM TO "DATA\r\nNOOP\r\n",
     "220 250 " NO_RCPT "250/2.0.0"},
    {"auth-lost-after-message", EHLO PLAIN FROM TO DATA FROM,
     "220 250 235/2.7.0 " SERVED " 530/5.7.0"},
    {"auth-lost-in-transaction", EHLO PLAIN FROM TO,
     "220 250 235/2.7.0 250/2.1.0 530/5.7.0"},
    {"auth-lost-on-ehlo", EHLO PLAIN EHLO FROM,
     "220 250 235/2.7.0 250 530/5.7.0"},
    {"auth-lost-on-other", EHLO PLAIN "NOOP\r\n" FROM,
     "220 250 235/2.7.0 250/2.0.0 530/5.7.0"},
    {"auth-lost-on-rset", EHLO PLAIN "RSET\r\n" FROM,
     "220 250 235/2.7.0 250/2.0.0 530/5.7.0"},
    {"auth-not-enforced", "RCPT TO:<a@b.c>\r\n" EHLO FROM FAR DATA PLAIN PLAIN,
     "220 503/5.5.1 250 " SERVED " 235/2.7.0 503/5.5.1"},
    {"auth-not-offered", EHLO PLAIN, "220 250 235/2.7.0"},
    {"auth-once", EHLO PLAIN "STARTTLS\r\n\f" EHLO PLAIN,
     "220 250 235/2.7.0 220/2.0.0 <tls> 250 503/5.5.1"},
    {"auth-other-code", EHLO FROM, "220 250 550/5.7.1"},
    {"auth-unusable-after-failure", EHLO WRONG EHLO PLAIN "FOO\r\nQUIT\r\n",
     "220 250 535/5.7.8 503/5.5.1 503/5.5.1 503/5.5.1 221/2.0.0 <close>"},
    {"auth-unusable-after-failure", EHLO "AUTH PLAIN\r\n*\r\nNOOP\r\n",
     "220 250 334 501/5.7.0 503/5.5.1"},
    {"close-421-open", EHLO "NOOP\r\n" FROM,
     "220 250 421/4.3.2 250/2.1.0"},
    {"close-after-greeting", EHLO, "220 <close>"},
    {"close-after-harmless", EHLO "VRFY x\r\nNOOP\r\n",
     "220 250 252/2.0.0 <close>"},
    {"close-after-harmless", EHLO EHLO "NOOP\r\n", "220 250 250 <close>"},
    {"close-after-message", EHLO FROM TO DATA "\fNOOP\r\n",
     "220 250 " SERVED " <close>"},
    {"close-after-message", EHLO FROM TO DATA "NOOP\r\n",
     "220 250 " SERVED " 250/2.0.0"},
    {"close-on-error", EHLO "MAIL\r\nNOOP\r\n", "220 250 501/5.5.4 <close>"},
    {"close-on-error", EHLO FROM TO "DATA\r\na\nb\r\n.\r\nNOOP\r\n",
     "220 250 250/2.1.0 250/2.1.5 354 554/5.6.0 250/2.0.0"},
    {"close-on-http", "FOO\r\nGET / HTTP/1.0\r\nNOOP\r\n",
     "220 500/5.5.1 221/2.7.0 <close>"},
    {"close-on-rset", EHLO "RSET\r\nNOOP\r\n", "220 250 250/2.0.0 <close>"},
    {"close-on-unknown", EHLO "FOO\r\nNOOP\r\n",
     "220 250 500/5.5.1 <close>"},
    {"close-on-unknown-421", EHLO "FOO\r\nNOOP\r\n",
     "220 250 421/4.7.0 <close>"},
    {"close-third-unknown", "FOO\r\nFOO\r\nNOOP\r\nFOO\r\nNOOP\r\n",
     "220 500/5.5.1 500/5.5.1 250/2.0.0 500/5.5.1 <close>"},
    {"code-mail-354", EHLO FROM TO, "220 250 354 250/2.1.5"},
    {"code-noop-550", "NOOP\r\n", "220 550/5.7.1"},
    {"code-rset-299", "RSET\r\n", "220 299/2.0.0!"},
    {"code-vrfy-220", "VRFY x\r\n", "220 220/2.0.0"},
    {"enhanced-354", EHLO FROM TO "DATA\r\n",
     "220 250 250/2.1.0 250/2.1.5 354/2.0.0"},
    {"enhanced-changed", "NOOP\r\n", "220 250/2.0.0!"},
    {"enhanced-class", "NOOP\r\n", "220 250/5.0.0!"},
    {"enhanced-ehlo", EHLO, "220 250/2.0.0!"},
    {"enhanced-missing", "NOOP\r\n", "220 250!"},
    {"enhanced-syntax", "NOOP\r\n", "220 250!"},
    {"greeting-250", EHLO, "250 250"},
    {"greeting-421-open", "NOOP\r\nQUIT\r\n", "421"},
    {"greeting-450", "NOOP\r\n", "450 250/2.0.0"},
    {"greeting-521-commands", EHLO FROM "QUIT\r\n",
     "521 250 250/2.1.0 221/2.0.0 <close>"},
    {"greeting-521-quit", "QUIT\r\nNOOP\r\n", "521 521/5.3.2 521/5.3.2"},
    {"greeting-521-submission", "NOOP\r\nQUIT\r\n",
     "521 521/5.3.2 221/2.0.0 <close>"},
    {"greeting-554-close", "QUIT\r\n", "554 <close>"},
    {"greeting-554-commands", EHLO FROM TO DATA, "554 250 " SERVED},
    {"greeting-554-quit", "QUIT\r\nNOOP\r\n", "554 503/5.5.1 503/5.5.1"},
    {"greeting-enhanced", "NOOP\r\n", "220/2.0.0 250/2.0.0"},
    {"greeting-twice", "NOOP\r\n", "220 220 250/2.0.0"},
    {"greeting-twice", "tls: NOOP\r\n", "220 220 250/2.0.0"},
    {"quit-250", "QUIT\r\n", "220 250/2.0.0 <close>"},
    {"quit-503-before-ehlo", "QUIT\r\n" EHLO "QUIT\r\n",
     "220 503/5.5.1 250 221/2.0.0 <close>"},
    {"quit-503-before-ehlo", EHLO "STARTTLS\r\n\fQUIT\r\n" EHLO "QUIT\r\n",
     "220 250 220/2.0.0 <tls> 503/5.5.1 250 221/2.0.0 <close>"},
    {"quit-503-in-transaction", EHLO FROM "QUIT\r\nRSET\r\nQUIT\r\n",
     "220 250 250/2.1.0 503/5.5.1 250/2.0.0 221/2.0.0 <close>"},
    {"quit-after-error-close", "FOO\r\nQUIT\r\n", "220 500/5.5.1 <close>"},
    {"quit-after-error-close", EHLO "QUIT\r\n", "220 250 221/2.0.0 <close>"},
    {"quit-after-failed-auth-250", EHLO WRONG "QUIT\r\n",
     "220 250 535/5.7.8 250/2.0.0 <close>"},
    {"quit-after-failed-auth-250", EHLO "AUTH PLAIN\r\n*\r\nQUIT\r\n",
     "220 250 334 501/5.7.0 250/2.0.0 <close>"},
    {"quit-after-message-close", EHLO FROM TO DATA "QUIT\r\n",
     "220 250 " SERVED " <close>"},
    {"quit-between-chunks", EHLO FROM TO "BDAT 1\r\nxQUIT\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.0.0 503/5.5.1"},
    {"quit-argument-250", "QUIT now\r\nQUIT \r\n",
     "220 250/2.0.0 221/2.0.0 <close>"},
    {"quit-argument-ignored", "QUIT now\r\n", "220 221/2.0.0 <close>"},
    {"quit-case-sensitive", "quit\r\nQuit\r\nqUiT\r\nQUIT\r\n",
     "220 500/5.5.1 500/5.5.1 500/5.5.1 221/2.0.0 <close>"},
    {"quit-extra-reply", "QUIT\r\n", "220 221/2.0.0 250/2.0.0 <close>"},
    {"quit-in-auth", EHLO "AUTH PLAIN\r\nQUIT\r\n",
     "220 250 334 221/2.0.0 <close>"},
    {"quit-in-bdat", EHLO FROM TO "BDAT 6\r\nQUIT\r\nNOOP\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.0.0 221/2.0.0 <close>"},
    {"quit-in-bdat", EHLO FROM TO "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.0.0 221/2.0.0 <close>"},
    {"quit-in-data", EHLO FROM TO "DATA\r\nx\r\nQUIT\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 354 221/2.0.0 <close>"},
    {"quit-no-close", "QUIT\r\nNOOP\r\n\fQUIT\r\n", "220 221/2.0.0"},
    {"quit-no-host", "QUIT\r\n", "220 221/2.0.0 <close>"},
    {"quit-no-reply", "QUIT\r\n", "220 <close>"},
    {"quit-pipelined-first", EHLO "\f" FROM "NOOP\r\nQUIT\r\n",
     "220 250 221/2.0.0 <close>"},
    {"quit-pipelined-lost", EHLO "\fNOOP\r\nQUIT\r\nNOOP\r\n\fQUIT\r\n",
     "220 250 250/2.0.0 250/2.0.0 221/2.0.0 <close>"},
    {"quit-split", "NO\fOP\r\nQU\fIT\r\nQUIT\r\n",
     "220 250/2.0.0 500/5.5.1 221/2.0.0 <close>"},
    {"quit-trailing-space", "NOOP \r\nQUIT \r\nQUIT\t\r\nQUIT\r\n",
     "220 250/2.0.0 501/5.5.4 501/5.5.4 221/2.0.0 <close>"},
    {"reply-8bit", "NOOP\r\n", "220 250/2.0.0!"},
    {"reply-again-late", "NOOP\r\nRSET\r\n",
     "220 250/2.0.0 <wait> 250/2.0.0 250/2.0.0 <wait> 250/2.0.0"},
    {"reply-bare-cr", "NOOP\r\n", "220 250/2.0.0!"},
    {"reply-bare-lf", "NOOP\r\n", "220 250/2.0.0!"},
    {"reply-code-changed", "NOOP\r\n", "220 251/2.0.0!"},
    {"reply-code-first-digit", "NOOP\r\n", "220 650/2.0.0!"},
    {"reply-code-second-digit", "NOOP\r\n", "220 260/2.0.0!"},
    {"reply-control", "NOOP\r\n", "220 250/2.0.0!"},
    {"reply-double", "NOOP\r\n", "220 250/2.0.0 250/2.0.0"},
    {"reply-empty-line", "NOOP\r\n", "220 0! 250/2.0.0"},
    {"reply-line-length", "NOOP\r\n", "220 250/2.0.0!"},
    {"reply-no-code", "NOOP\r\n", "220 0!"},
    {"reply-no-separator", "NOOP\r\n", "220 250!"},
    {"reply-nul", "NOOP\r\n", "220 250/2.0.0!"},
    {"reply-quit-221-early", "RSET\r\nNOOP\r\n", "220 221/2.0.0 <close>"},
    {"reply-unsolicited", EHLO "NOOP\r\nNOOP\r\n" EHLO,
     "220 250 <wait> 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 250"},
    {"tls-530-ehlo", EHLO, "220 530/5.7.0"},
    {"tls-530-ehlo", "tls: " EHLO, "220 250"},
    {"tls-530-enhanced", EHLO FROM "STARTTLS\r\n\f" EHLO FROM,
     "220 250 530/5.5.1 220/2.0.0 <tls> 250 530/5.7.0"},
    {"tls-530-exempt", EHLO "NOOP\r\nSTARTTLS\r\nQUIT\r\nRSET\r\n",
     "220 250 530/5.7.0 530/5.7.0 530/5.7.0 530/5.7.0"},
    {"tls-530-inside", EHLO "STARTTLS\r\n\f" EHLO PLAIN "RSET\r\nNOOP\r\n",
     "220 250 220/2.0.0 <tls> 250 530/5.7.0 530/5.7.0 250/2.0.0"},
    {"tls-all-accepted",
     "HELO a.example\r\nRSET\r\n" TO "DATA\r\nx\r\n.\r\nBDAT 1\r\nxRSET\r\n"
     FROM "VRFY x\r\nEXPN x\r\nHELP\r\nETRN a.b\r\nRSET\r\nAUTH PLAIN\r\n",
     "220 250 250/2.0.0 250/2.1.5 354 250/2.0.0 250/2.0.0 250/2.0.0 250/2.1.0 "
     "252/2.0.0 250/2.0.0 214/2.0.0 250/2.0.0 250/2.0.0 334"},
    {"tls-bypass-after-ehlo", EHLO FROM EHLO FROM FAR DATA,
     "220 250 530/5.7.0 250 " SERVED},
    {"tls-bypass-after-noop", EHLO FROM "NOOP\r\n" FROM FAR DATA,
     "220 250 530/5.7.0 250/2.0.0 " SERVED},
    {"tls-bypass-helo", EHLO FROM "HELO a.example\r\n" FROM FAR DATA,
     "220 250 530/5.7.0 250 " SERVED},
    {"tls-not-enforced", EHLO PLAIN FROM FAR DATA "RSET\r\nVRFY x\r\nHELP\r\n",
     "220 250 530/5.7.0 " SERVED " 250/2.0.0 252/2.0.0 530/5.7.0"},
    {"tls-other-code", EHLO FROM "STARTTLS\r\n\f" EHLO FROM,
     "220 250 554/5.7.0 220/2.0.0 <tls> 250 530/5.7.0"},
    {"tls-port-silent", "tls: NOOP\r\n", "250/2.0.0"},
    {"tls-port-silent", "NOOP\r\n", "220 250/2.0.0"},
    {"tls-quit-no-reply", "tls: QUIT\r\n", "220 <close>"},
    {"tls-quit-no-reply", EHLO "STARTTLS\r\n\fQUIT\r\n",
     "220 250 220/2.0.0 <tls> <close>"},
    {"tls-second-greeting", EHLO "STARTTLS\r\n\fNOOP\r\n",
     "220 250 220/2.0.0 <tls> 220 250/2.0.0"},
};

/* Faults whose octets say more than a code does. */
static const struct {
    const char *fault, *input, *octets; /* octets: somewhere in the output */
} OCTETS[] = {
    {"auth-mechanism-name", EHLO, "250 AUTH plain\r\n"},
    {"ehlo-duplicate", EHLO, "250 SIZE 10485760\r\n"},
    {"ehlo-keyword", EHLO, "250 _BAD_KEYWORD\r\n"},
    {"ehlo-no-domain", EHLO, "\r\n250-*** hello\r\n250-PIPELINING"},
    {"ehlo-param", EHLO, "250 XPARAM a\tb\r\n"},
    {"ehlo-spacing", EHLO, "250 XSPACE  a\r\n"},
    {"ehlo-unregistered", EHLO, "250 VENDOREXT\r\n"},
    {"close-on-unknown-reset", "FOO\r\n", "ready\r\n<reset>"},
    {"enhanced-last", "HELP\r\n", "QUIT\r\n214 2.1.0 VRFY"},
    {"enhanced-unregistered", "NOOP\r\n", "250 2.9.9 ok\r\n"},
    {"greeting-421-no-domain", "", "421 *** busy ***\r\n"},
    {"greeting-521-no-domain", "", "521 *** no mail here ***\r\n"},
    {"greeting-554-bare", "", "554 \r\n"},
    {"greeting-554-no-domain", "", "554 *** go away ***\r\n"},
    {"greeting-8bit", "", "220 ref.example.test ESMTP caf\xC3\xA9\r\n"},
    {"greeting-bare", "", "220 \r\n"},
    {"greeting-multiline-codes", "",
     "220-ref.example.test ESMTP\r\n250 ready\r\n"},
    {"greeting-multiline-no-domain", "",
     "220-\r\n220 ref.example.test ESMTP\r\n"},
    {"greeting-no-domain", "", "220 *** Welcome ***\r\n"},
    {"greeting-preceded", "",
     "Welcome to ref.example.test\r\n220 ref.example.test ESMTP ready\r\n"},
    {"greeting-second-421", NULL, NULL},
    {"limits-unregistered", EHLO, "250 LIMITS MAILMAX=100 FOOMAX=3\r\n"},
    {"quit-no-host", "QUIT\r\n", "221 2.0.0 Bye\r\n"},
    {"quit-serves-on", "QUIT\r\nNOOP\r\n", "channel\r\n250 2.0.0 OK\r\n"},
    {"reply-code-last", "HELP\r\n", "QUIT\r\n211 2.0.0 VRFY"},
    {"reply-cut", "HELP\r\n", "letter\r\n214-2.<close>"},
    {"reply-endless", "HELP\r\n", "QUIT\r\n214-2.0.0 VRFY"},
    {"reply-last-end", "HELP\r\n", "QUIT\r\n214 2.0.0 VRFY EXPN HELP "
     "STARTTLS AUTH\r\r\n"},
    {"reply-line-ends", "HELP\r\n", "QUIT\n214 2.0.0 VRFY"},
    {"reply-no-hyphen", "HELP\r\n", "QUIT\r\n214 2.0.0 VRFY"},
    {"reply-separator", "NOOP\r\n", "250_2.0.0 ok\r\n"},
    {"tls-offers-starttls", "tls: " EHLO, "250 STARTTLS\r\n"},
};

/* Shown by listen_faults_test.c: there is no socket here. */
static const char *const ELSEWHERE[] = {
    "auth-global", "close-idle-421-early", "close-idle-early",
    "close-idle-silent", "close-shutdown-silent", "greeting-second-421",
    "tls-clear-answers", "tls-clear-greeting", "tls-no-close-notify",
};

/* Need a dialogue that only cases have: make prove shows them. */
static const char *const BY_CASES[] = {
    "close-on-unknown-421", "quit-after-failed-auth-250",
    "quit-between-chunks",
};

/* The name begins a theme that has its own file: delivery_test.c. */
static bool of_delivery(const char *name)
{
    return strncmp(name, "deliver-", 8) == 0 ||
           strncmp(name, "trace-", 6) == 0 ||
           strcmp(name, "quit-delivers") == 0;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void play(struct dialogue *d, enum server_mode mode, const char *fault,
                 const char *input)
{
    dialogue_init(d, mode, fault);
    d->implicit_tls = strncmp(input, "tls: ", 5) == 0;
    if (d->implicit_tls)
        input += 5;
    dialogue_run(d, input, strlen(input), strlen(input) + 1, 0);
    dialogue_free(d);
}

static enum server_mode mode_of(const char *fault)
{
    return server_fault_find(fault, strlen(fault))->mode;
}

Test(faults, rows)
{
    static struct dialogue d;
    static char got[8192];
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        play(&d, mode_of(ROWS[i].fault), ROWS[i].fault, ROWS[i].input);
        dialogue_short(&d, got, sizeof(got));
        cr_expect_str_eq(got, ROWS[i].want, "%s:\n got %s\nwant %s",
                         ROWS[i].fault, got, ROWS[i].want);
    }
}

Test(faults, octets)
{
    static struct dialogue d;
    for (size_t i = 0; i < COUNT(OCTETS); i++) {
        if (!OCTETS[i].input)
            continue;
        play(&d, mode_of(OCTETS[i].fault), OCTETS[i].fault, OCTETS[i].input);
        cr_expect(memmem(d.octets, d.n, OCTETS[i].octets,
                         strlen(OCTETS[i].octets)),
                  "%s: %.*s", OCTETS[i].fault, (int)d.n, d.octets);
    }
}

/* Whether some row of the tests has another output without the fault. */
static bool seen_in_rows(const char *fault)
{
    static struct dialogue with, without;
    for (size_t i = 0; i < COUNT(ROWS) + COUNT(OCTETS); i++) {
        bool row = i < COUNT(ROWS);
        const char *name = row ? ROWS[i].fault : OCTETS[i - COUNT(ROWS)].fault;
        const char *input = row ? ROWS[i].input
                                : OCTETS[i - COUNT(ROWS)].input;
        if (strcmp(name, fault) != 0 || !input)
            continue;
        play(&with, mode_of(fault), fault, input);
        play(&without, mode_of(fault), NULL, input);
        if (with.n != without.n || memcmp(with.octets, without.octets, with.n))
            return true;
    }
    return false;
}

/* Tables with a test file of their own: <table>_test.c. */
static const struct fault_table *const TESTED_ELSEWHERE[] = {
    &fault_address, &fault_content, &fault_envelope,
    &fault_rows, &fault_security, &fault_session,
};

static bool tested_elsewhere(const struct server_fault *f)
{
    const struct fault_row *row = fault_row_of(f);
    for (size_t t = 0; t < COUNT(TESTED_ELSEWHERE); t++)
        for (size_t i = 0; i < TESTED_ELSEWHERE[t]->n; i++)
            if (&TESTED_ELSEWHERE[t]->rows[i] == row)
                return true;
    for (size_t k = 0; k < COUNT(ELSEWHERE); k++)
        if (strcmp(ELSEWHERE[k], f->name) == 0)
            return true;
    for (size_t k = 0; k < COUNT(BY_CASES); k++)
        if (strcmp(BY_CASES[k], f->name) == 0)
            return true;
    return of_delivery(f->name);
}

Test(faults, each_changes_something)
{
    const struct server_fault *f;
    for (size_t i = 0; (f = server_fault_at(i)); i++)
        cr_expect(tested_elsewhere(f) || seen_in_rows(f->name), "%s",
                  f->name);
}

Test(faults, table)
{
    const struct server_fault *f, *before = NULL;
    size_t n = 0;
    for (; (f = server_fault_at(n)); n++) {
        cr_expect(!before || strcmp(before->name, f->name) < 0, "%s",
                  f->name);
        cr_expect_eq(server_fault_find(f->name, strlen(f->name)), f);
        cr_expect(strlen(f->name) <= 33 && f->title[0] &&
                      strncmp(f->spec, "RFC", 3) == 0 &&
                      f->mode < SERVER_MODE_COUNT, "%s", f->name);
        before = f;
    }
    cr_expect_gt(n, 100);
    cr_expect_null(server_fault_find("no-such-fault", 13));
    cr_expect_null(server_fault_find("quit-25", 7));
}

Test(faults, several_at_once)
{
    static struct dialogue d;
    static char got[512];
    play(&d, SERVER_MX, "greeting-250,quit-no-reply,code-rset-299",
         EHLO "RSET\r\nQUIT\r\n");
    dialogue_short(&d, got, sizeof(got));
    cr_expect_str_eq(got, "250 250 299/2.0.0! <close>", "%s", got);
}

Test(faults, interrupted_late_reply)
{
    static struct dialogue d;
    size_t used;
    dialogue_init(&d, SERVER_MX, "reply-unsolicited");
    dialogue_run(&d, "", 0, 1, 0);
    cr_expect_eq(session_feed(d.session, EHLO, sizeof(EHLO) - 1, &used),
                 SESSION_WAIT);
    cr_expect_eq(session_wait_ms(d.session), 100);
    size_t n = d.n;
    cr_expect_eq(session_interrupt(d.session), SESSION_READ);
    cr_expect_eq(session_feed(d.session, "RSET\r\n", 6, &used), SESSION_READ);
    cr_expect_eq(d.n - n, strlen("250 2.0.0 Reset\r\n"));
    dialogue_free(&d);
}

/* ---- what is behind ref: ---------------------------------------------- */

Test(ref, parse)
{
    static const struct {
        const char *text;
        int rc;
        enum server_mode mode;
        size_t faults;
    } CASES[] = {
        {"",                                     0,  SERVER_MX,         0},
        {"mx",                                   0,  SERVER_MX,         0},
        {"tls-required",                         0,  SERVER_TLS_REQUIRED, 0},
        {"quit-250",                             0,  SERVER_MX,         1},
        {"auth-late-rcpt",                       0,  SERVER_SUBMISSION, 1},
        {"quit-250,greeting-250",                0,  SERVER_MX,         2},
        {"submission,quit-250,auth-late-rcpt",   0,  SERVER_SUBMISSION, 2},
        {"quit-250,auth-late-rcpt",              -1, SERVER_MX,         0},
        {"nonsense",                             -1, SERVER_MX,         0},
        {"mx,",                                  -1, SERVER_MX,         0},
        {",",                                    -1, SERVER_MX,         0},
        {"quit-250,mx",                          -1, SERVER_MX,         0},
        {"mx,mx",                                -1, SERVER_MX,         0},
        {"quit-250,quit-250,quit-250,quit-250,quit-250,quit-250,quit-250,"
         "quit-250",                             0,  SERVER_MX,         8},
        {"quit-250,quit-250,quit-250,quit-250,quit-250,quit-250,quit-250,"
         "quit-250,quit-250",                    -1, SERVER_MX,         0},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct server_config cfg = {.mode = SERVER_BUSY};
        char err[200] = "";
        size_t n = 0;
        int rc = server_parse_ref(CASES[i].text, &cfg, err, sizeof(err));
        cr_expect_eq(rc, CASES[i].rc, "%s", CASES[i].text);
        cr_expect_eq(rc != 0, err[0] != '\0', "%s: %s", CASES[i].text, err);
        while (rc == 0 && n < SERVER_FAULTS_MAX && cfg.faults[n])
            n++;
        if (rc == 0)
            cr_expect(cfg.mode == CASES[i].mode && n == CASES[i].faults, "%s",
                      CASES[i].text);
    }
}

Test(ref, modes)
{
    for (int m = 0; m < SERVER_MODE_COUNT; m++) {
        const char *name = server_mode_name((enum server_mode)m);
        cr_expect_eq(server_mode_find(name, strlen(name)), m);
    }
}
