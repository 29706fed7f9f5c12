/*
 * The faults of faults_address.c and faults_envelope.c: what each does, and
 * that the strict server does not.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "server/faults.h"
#include "tests/server/dialogue.h"

struct row {
    const char *fault;
    const char *input; /* behind EHLO or LHLO; "tls: ": inside TLS */
    const char *want;  /* dialogue_short, behind the reply to that */
};

#define ONE   "RCPT TO:<postmaster>\r\n"
#define TEN   ONE ONE ONE ONE ONE ONE ONE ONE ONE ONE
#define X10   "aaaaaaaaaa"
#define PLAIN "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n"
#define OK1   "250/2.1.5 "
#define OK10  OK1 OK1 OK1 OK1 OK1 OK1 OK1 OK1 OK1 OK1

static const struct row ROWS[] = {
    {"address-8bit", "MAIL FROM:<us\303\251r@a.example>\r\n",
     "220 250 250/2.1.0"},
    {"address-atext-refused",
     "MAIL FROM:<-a@a.example>\r\nMAIL FROM:<a@a.example>\r\n",
     "220 250 501/5.5.4 250/2.1.0"},
    {"address-case-body", "MAIL FROM:<> BODY=8bitmime\r\n",
     "220 250 501/5.5.4"},
    {"address-case-from", "MAIL from:<>\r\n", "220 250 501/5.5.4"},
    {"address-case-mail", "mail FROM:<>\r\n", "220 250 500/5.5.1"},
    {"address-case-parameter", "MAIL FROM:<> size=1\r\n", "220 250 501/5.5.4"},
    {"address-case-rcpt", "MAIL FROM:<>\r\nrcpt TO:<postmaster>\r\n",
     "220 250 250/2.1.0 500/5.5.1"},
    {"address-case-to", "MAIL FROM:<>\r\nRCPT to:<postmaster>\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"address-colon-space", "MAIL FROM: <a@a.example>\r\n",
     "220 250 250/2.1.0"},
    {"address-comment",
     "MAIL FROM:<a(comment)@a.example>\r\nMAIL FROM:<Name <a@a.example>>\r\n",
     "220 250 250/2.1.0 503/5.5.1"},
    {"address-control", "MAIL FROM:<a\001b@a.example>\r\n",
     "220 250 250/2.1.0"},
    {"address-cr-command", "MAIL FROM:<a@a.example>\rRSET\rNOOP <b>\r\n",
     "220 250 501/5.5.2 250/2.0.0"},
    {"address-digit-label", "MAIL FROM:<a@3com.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-digits-refused", "MAIL FROM:<12345@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-dot-refused", "MAIL FROM:<a.b@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-domain-case",
     "MAIL FROM:<>\r\nRCPT TO:<user@EXAMPLE.TEST>\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"address-dots", "MAIL FROM:<.a@a.example>\r\n", "220 250 250/2.1.0"},
    {"address-half-brackets", "MAIL FROM:<a@a.example\r\n",
     "220 250 250/2.1.0"},
    {"address-half-open", "MAIL FROM:<\r\nMAIL FROM:<>\r\n",
     "220 250 501/5.1.7 503/5.5.1"},
    {"address-hyphens", "MAIL FROM:<a@b--c.example>\r\n", "220 250 501/5.5.4"},
    {"address-ipv6-refused", "MAIL FROM:<a@[IPv6:::1]>\r\n",
     "220 250 501/5.5.4"},
    {"address-ipv6-tag-case", "MAIL FROM:<a@[ipv6:::1]>\r\n",
     "220 250 501/5.5.4"},
    {"address-label", "MAIL FROM:<smtpspec@a..example>\r\n",
     "220 250 250/2.1.0"},
    {"address-literal-any", "MAIL FROM:<a@[256.1.1.1]>\r\n",
     "220 250 250/2.1.0"},
    {"address-literal-refused", "MAIL FROM:<a@[127.0.0.1]>\r\n",
     "220 250 501/5.5.4"},
    {"address-long-top", "MAIL FROM:<a@a.international>\r\n",
     "220 250 501/5.5.4"},
    {"address-no-brackets", "MAIL FROM:a@a.example\r\n", "220 250 250/2.1.0"},
    {"address-no-domain", "MAIL FROM:<a>\r\n", "220 250 250/2.1.0"},
    {"address-no-local", "MAIL FROM:<@a.example>\r\n", "220 250 250/2.1.0"},
    {"address-null-rcpt", "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\n",
     "220 250 250/2.1.0 550/5.7.1"},
    {"address-null-recipient", "MAIL FROM:<>\r\nRCPT TO:<>\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"address-null-refused", "MAIL FROM:<>\r\n", "220 250 550/5.7.1"},
    {"address-plus-refused", "MAIL FROM:<a+b@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-postmaster-domain",
     "MAIL FROM:<>\r\nRCPT TO:<Postmaster@example.test>\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"address-postmaster-refused", "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"address-quote-unclosed", "MAIL FROM:<\"a@a.example>\r\n",
     "220 250 250/2.1.0"},
    {"address-quoted-at", "MAIL FROM:<\"a@b\"@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-quoted-dots", "MAIL FROM:<\"a..b\"@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-quoted-greater", "MAIL FROM:<\"a>b\"@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-quoted-pair", "MAIL FROM:<\"a\\b\"@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-quoted-rcpt",
     "MAIL FROM:<>\r\nRCPT TO:<\"user\"@example.test>\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"address-quoted-refused", "MAIL FROM:<\"a\"@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-quoted-space", "MAIL FROM:<\"a b\"@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-route-malformed", "MAIL FROM:<@r.example:a@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"address-short-label", "MAIL FROM:<a@b.example>\r\n", "220 250 501/5.5.4"},
    {"address-special", "MAIL FROM:<a,b@a.example>\r\n", "220 250 250/2.1.0"},
    {"address-two-at", "MAIL FROM:<a@b@a.example>\r\n", "220 250 250/2.1.0"},
    {"address-two-paths", "MAIL FROM:<a@a.example><b@b.example>\r\n",
     "220 250 250/2.1.0"},
    {"argument-mail-any", "MAIL\r\n", "220 250 250/2.1.0"},
    {"argument-mail-code", "MAIL\r\n", "220 250 451/4.3.0"},
    {"argument-rcpt-any", "MAIL FROM:<>\r\nRCPT\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"argument-rcpt-code", "MAIL FROM:<>\r\nRCPT\r\n",
     "220 250 250/2.1.0 451/4.3.0"},
    {"argument-vrfy-quoted", "VRFY \"a b\"\r\n", "220 250 501/5.5.4"},
    {"deliverby-any", "MAIL FROM:<> BY=x\r\n", "220 250 250/2.1.0"},
    {"deliverby-late", "MAIL FROM:<> BY=0;R\r\n", "220 250 250/2.1.0"},
    {"deliverby-late-refused", "MAIL FROM:<> BY=0;N\r\n", "220 250 501/5.5.4"},
    {"deliverby-minimum", "MAIL FROM:<> BY=1;R\r\n", "220 250 250/2.1.0"},
    {"deliverby-minimum-refused", "MAIL FROM:<> BY=60;R\r\n",
     "220 250 555/5.5.4"},
    {"deliverby-refused", "MAIL FROM:<> BY=3600;R\r\n", "220 250 501/5.5.4"},
    {"dsn-envid-99",
     "MAIL FROM:<> ENVID=" X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 "\r\n",
     "220 250 501/5.5.4"},
    {"dsn-envid-any", "MAIL FROM:<> ENVID=+\r\n", "220 250 250/2.1.0"},
    {"dsn-envid-plus", "MAIL FROM:<> ENVID=a+2Bb\r\n", "220 250 501/5.5.4"},
    {"dsn-envid-refused", "MAIL FROM:<> ENVID=a\r\n", "220 250 555/5.5.4"},
    {"dsn-keyword", "EHLO a.example\r\n", "220 250"},
    {"dsn-line-512",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> NOTIFY=SUCCESS,FAILURE,DELAY "
     "ORCPT=rfc822;" X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
     X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
     X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 "\r\n",
     "220 250 250/2.1.0 500/5.5.6"},
    {"dsn-mail-code", "MAIL FROM:<> RET=x\r\n", "220 250 550/5.5.4"},
    {"dsn-notify-any", "MAIL FROM:<>\r\nRCPT TO:<postmaster> NOTIFY=x\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"dsn-notify-case",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> notify=delay\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"dsn-notify-list",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> NOTIFY=DELAY,FAILURE\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"dsn-notify-never",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> NOTIFY=NEVER,DELAY\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"dsn-notify-refused",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> NOTIFY=NEVER\r\n",
     "220 250 250/2.1.0 555/5.5.4"},
    {"dsn-orcpt-499",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> ORCPT=rfc822;" X10 X10 X10 X10 X10
     X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
     X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
     X10 X10 X10 X10 X10 X10 X10 "abcdefg\r\n", "220 250 250/2.1.0 501/5.5.4"},
    {"dsn-orcpt-any", "MAIL FROM:<>\r\nRCPT TO:<postmaster> ORCPT=x\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"dsn-orcpt-refused",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> ORCPT=rfc822;x\r\n",
     "220 250 250/2.1.0 555/5.5.4"},
    {"dsn-rcpt-anybody",
     "MAIL FROM:<>\r\nRCPT TO:<nosuch@example.test> NOTIFY=NEVER\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"dsn-rcpt-code", "MAIL FROM:<>\r\nRCPT TO:<postmaster> NOTIFY=x\r\n",
     "220 250 250/2.1.0 451/4.5.4"},
    {"dsn-ret-any", "MAIL FROM:<> RET=x\r\n", "220 250 250/2.1.0"},
    {"dsn-ret-case", "MAIL FROM:<> ret=full\r\n", "220 250 501/5.5.4"},
    {"dsn-ret-refused", "MAIL FROM:<> RET=FULL\r\n", "220 250 555/5.5.4"},
    {"dsn-twice", "MAIL FROM:<> RET=FULL RET=FULL\r\n", "220 250 250/2.1.0"},
    {"future-any", PLAIN "MAIL FROM:<> HOLDFOR=x\r\n",
     "220 250 235/2.7.0 250/2.1.0"},
    {"future-code", PLAIN "MAIL FROM:<> HOLDFOR=x\r\n",
     "220 250 235/2.7.0 550/5.5.4"},
    {"future-keyword", "EHLO a.example\r\n", "220 250"},
    {"future-longest-refused", PLAIN "MAIL FROM:<> HOLDFOR=864000\r\n",
     "220 250 235/2.7.0 501/5.5.4"},
    {"future-never-by", PLAIN "MAIL FROM:<> HOLDFOR=60 BY=3600;N\r\n",
     "220 250 235/2.7.0 501/5.5.4"},
    {"future-on-mx", "EHLO a.example\r\n", "220 250"},
    {"future-refused", PLAIN "MAIL FROM:<> HOLDFOR=60\r\n",
     "220 250 235/2.7.0 555/5.5.4"},
    {"future-too-long", PLAIN "MAIL FROM:<> HOLDFOR=999999999\r\n",
     "220 250 235/2.7.0 250/2.1.0"},
    {"lmtp-bdat-503", "MAIL FROM:<>\r\nBDAT 0 LAST\r\nNOOP\r\n",
     "220 250 250/2.1.0 503/5.5.1 250/2.0.0"},
    {"lmtp-chunk-each",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<postmaster>\r\nBDAT "
     "1\r\nx", "220 250 250/2.1.0 250/2.1.5 250/2.1.5 250/2.0.0 250/2.0.0"},
    {"lmtp-chunk-silent", "MAIL FROM:<>\r\nBDAT 1\r\nxNOOP\r\n",
     "220 250 250/2.1.0 250/2.0.0"},
    {"lmtp-data-354", "MAIL FROM:<>\r\nDATA\r\n", "220 250 250/2.1.0 354"},
    {"lmtp-data-code", "MAIL FROM:<>\r\nDATA\r\n",
     "220 250 250/2.1.0 554/5.5.1"},
    {"lmtp-ehlo", "EHLO a.example\r\n", "220 250"},
    {"lmtp-lhlo-case", "lhlo a.example\r\n", "220 500/5.5.1"},
    {"lmtp-lhlo-refused", "LHLO a.example\r\n", "220 500/5.5.1"},
    {"lmtp-no-8bitmime", "LHLO a.example\r\n", "220 250"},
    {"lmtp-no-pipelining", "LHLO a.example\r\n", "220 250"},
    {"lmtp-no-reply",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<postmaster>\r\n"
     "DATA\r\nx\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.1.5 354 250/2.0.0"},
    {"lmtp-no-status-codes", "LHLO a.example\r\n", "220 250"},
    {"lmtp-one-reply",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<postmaster>\r\n"
     "DATA\r\nx\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.1.5 354 250/2.0.0"},
    {"lmtp-reply-more",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<postmaster>\r\n"
     "DATA\r\nx\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.1.5 354 250/2.0.0 250/2.0.0 250/2.0.0"},
    {"lmtp-rset-counts",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nRSET\r\nMAIL FROM:<>\r\n"
     "RCPT TO:<postmaster>\r\nDATA\r\nx\r\n.\r\n",
     "220 250 250/2.1.0 250/2.1.5 250/2.0.0 250/2.1.0 250/2.1.5 354 250/2.0.0 "
     "250/2.0.0"},
    {"param-auth-refused", "MAIL FROM:<> AUTH=<>\r\n", "220 250 501/5.5.4"},
    {"param-half-open", "MAIL FROM:<> X=1\r\nMAIL FROM:<>\r\n",
     "220 250 555/5.5.4 503/5.5.1"},
    {"param-line-512",
     "MAIL FROM:<> SIZE=1 ENVID=" X10 X10 X10 X10 X10 X10 " AUTH=a@" X10 X10
     X10 X10 X10 X10 "." X10 X10 X10 X10 X10 X10 "." X10 X10 X10 X10 X10 X10
     ".b RET=FULL BODY=8BITMIME X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 "
     "X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 "
     "X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 "
     "X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1 X=1\r\n",
     "220 250 500/5.5.6"},
    {"param-mail-code", "MAIL FROM:<> X=1\r\n", "220 250 451/4.5.4"},
    {"param-mail-unknown", "MAIL FROM:<> X=1\r\n", "220 250 250/2.1.0"},
    {"param-not-offered", PLAIN "MAIL FROM:<> MTRK=abcd\r\n",
     "220 250 235/2.7.0 250/2.1.0"},
    {"param-no-space", "MAIL FROM:<a@a.example>SIZE=1\r\n",
     "220 250 250/2.1.0"},
    {"param-rcpt-code", "MAIL FROM:<>\r\nRCPT TO:<postmaster> X=1\r\n",
     "220 250 250/2.1.0 451/4.5.4"},
    {"param-rcpt-unknown", "MAIL FROM:<>\r\nRCPT TO:<postmaster> X=1\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"param-value-any", "MAIL FROM:<> SIZE=many\r\n", "220 250 250/2.1.0"},
    {"priority-any", "MAIL FROM:<> MT-PRIORITY=10\r\n", "220 250 250/2.1.0"},
    {"priority-raised", "MAIL FROM:<> MT-PRIORITY=9\r\n", "220 250 250/2.1.0"},
    {"priority-refused", "MAIL FROM:<> MT-PRIORITY=1\r\n", "220 250 555/5.5.4"},
    {"priority-twice", "MAIL FROM:<> MT-PRIORITY=1 MT-PRIORITY=2\r\n",
     "220 250 250/2.3.6"},
    {"rcpt-limit-10", "MAIL FROM:<>\r\n" TEN TEN,
     "220 250 250/2.1.0 " OK10
     "452/4.5.3 452/4.5.3 452/4.5.3 452/4.5.3 452/4.5.3 452/4.5.3 "
     "452/4.5.3 452/4.5.3 452/4.5.3 452/4.5.3"},
    {"rcpt-limit-99",
     "MAIL FROM:<>\r\n" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,
     "220 250 250/2.1.0 " OK10 OK10 OK10 OK10 OK10 OK10 OK10 OK10 OK10
     "250/2.1.5 250/2.1.5 250/2.1.5 250/2.1.5 250/2.1.5 250/2.1.5 "
     "250/2.1.5 250/2.1.5 250/2.1.5 452/4.5.3"},
    {"rcpt-limit-permanent", "MAIL FROM:<>\r\n" TEN TEN TEN TEN TEN,
     "220 250 250/2.1.0 " OK10 OK10 OK10 OK10
     "250/2.1.5 250/2.1.5 250/2.1.5 250/2.1.5 250/2.1.5 250/2.1.5 "
     "250/2.1.5 250/2.1.5 250/2.1.5 550/5.5.3"},
    {"requiretls-in-clear", "EHLO a.example\r\n", "220 250"},
    {"requiretls-keyword", "EHLO a.example\r\n", "220 250"},
    {"requiretls-refused", "tls: MAIL FROM:<> REQUIRETLS\r\n",
     "220 250 555/5.5.4"},
    {"requiretls-taken-in-clear", "MAIL FROM:<> REQUIRETLS\r\n",
     "220 250 250/2.1.0"},
    {"requiretls-value", "tls: MAIL FROM:<> REQUIRETLS=1\r\n",
     "220 250 250/2.1.0"},
    {"rrvs-any", "MAIL FROM:<>\r\nRCPT TO:<postmaster> RRVS=x\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
    {"rrvs-refused",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> RRVS=2026-11-01T00:00:00Z\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"rrvs-role",
     "MAIL FROM:<>\r\nRCPT TO:<postmaster> RRVS=2026-11-01T00:00:00Z\r\n",
     "220 250 250/2.1.0 550/5.7.17"},
    {"size-domain-250",
     "MAIL FROM:<a@" X10 X10 X10 X10 X10 X10 "." X10 X10 X10 X10 X10 X10 "."
     X10 X10 X10 X10 X10 X10 "." X10 X10 X10 X10 X10 X10 ".aaaaaaaa>\r\n",
     "220 250 501/5.1.7"},
    {"size-local-63",
     "MAIL FROM:<" X10 X10 X10 X10 X10 X10 "abcd@a.example>\r\n",
     "220 250 501/5.5.4"},
    {"size-path-255",
     "MAIL FROM:<" X10 X10 X10 X10 X10 X10 "abcd@" X10 X10 X10 X10 X10 X10
     "." X10 X10 X10 X10 X10 X10 "." X10 X10 X10 X10 X10 X10 ".abcdef>\r\n",
     "220 250 501/5.1.7"},
    {"size-wrong-code",
     "MAIL FROM:<" X10 X10 X10 X10 X10 X10 "abcde@a.example>\r\n",
     "220 250 451/4.3.0"},
    {"utf8-address-refused", "MAIL FROM:<\303\251@a.example> SMTPUTF8\r\n",
     "220 250 501/5.1.7"},
    {"utf8-bad", "MAIL FROM:<\303@a.example> SMTPUTF8\r\n",
     "220 250 250/2.1.0"},
    {"utf8-case", "MAIL FROM:<> smtputf8\r\n", "220 250 501/5.5.4"},
    {"utf8-keyword", "EHLO a.example\r\n", "220 250"},
    {"utf8-mail-code", "MAIL FROM:<\303\251@a.example>\r\n",
     "220 250 450/4.6.7"},
    {"utf8-not-needed", "MAIL FROM:<\303\251@a.example>\r\n",
     "220 250 250/2.1.0"},
    {"utf8-orcpt",
     "MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<postmaster> ORCPT=utf-8;a@b.c\r\n",
     "220 250 250/2.1.0 501/5.5.4"},
    {"utf8-rcpt-code", "MAIL FROM:<>\r\nRCPT TO:<\303\251@example.test>\r\n",
     "220 250 250/2.1.0 450/4.6.7"},
    {"utf8-rcpt-refused",
     "MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<\303\251@example.test>\r\n",
     "220 250 250/2.1.0 501/5.1.3"},
    {"utf8-refused", "MAIL FROM:<> SMTPUTF8\r\n", "220 250 555/5.5.4"},
    {"utf8-value", "MAIL FROM:<> SMTPUTF8=1\r\n", "220 250 250/2.1.0"},
    {"utf8-vrfy", "VRFY postmaster SMTPUTF8\r\n", "220 250 501/5.5.4"},
    {"utf8-without-8bitmime", "EHLO a.example\r\n", "220 250"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Plays the input, with a fault or without; out is the short form. */
static void run(struct dialogue *d, enum server_mode mode, const char *fault,
                const char *input, char *out, size_t cap)
{
    char text[8192];
    dialogue_init(d, mode, fault);
    d->implicit_tls = strncmp(input, "tls: ", 5) == 0;
    if (d->implicit_tls)
        input += 5;
    /* What tests the verb of the greeting brings its own. */
    const char *hello = mode == SERVER_LMTP ? "LHLO" : "EHLO";
    bool own = strncmp(input, "LHLO", 4) == 0 ||
               strncmp(input, "lhlo", 4) == 0 ||
               strncmp(input, "EHLO", 4) == 0;
    int n = snprintf(text, sizeof(text), "%s%s%s", own ? "" : hello,
                     own ? "" : " client.example\r\n", input);
    dialogue_run(d, text, (size_t)n, (size_t)n + 1, 0);
    dialogue_short(d, out, cap);
    dialogue_free(d);
}

static void play(struct dialogue *d, const struct row *row, bool with,
                 char *out, size_t cap)
{
    const struct server_fault *f =
        server_fault_find(row->fault, strlen(row->fault));
    run(d, f->mode, with ? row->fault : NULL, row->input, out, cap);
}

/* The strict server and the parameters of the extensions. */
static const struct {
    enum server_mode mode;
    const char *input, *want;
} STRICT[] = {
    {SERVER_MX, "MAIL FROM:<> MT-PRIORITY=-9\r\nRSET\r\n"
     "MAIL FROM:<> MT-PRIORITY=9\r\n",
     "220 250 250/2.1.0 250/2.0.0 250/2.3.6"},
    {SERVER_MX, PLAIN "MAIL FROM:<> MT-PRIORITY=9\r\n",
     "220 250 235/2.7.0 250/2.1.0"},
    {SERVER_MX, "MAIL FROM:<> REQUIRETLS\r\n", "220 250 555/5.5.4"},
    {SERVER_MX, "tls: MAIL FROM:<> REQUIRETLS\r\n", "220 250 250/2.1.0"},
    {SERVER_MX, "MAIL FROM:<> BY=59;R\r\nMAIL FROM:<> BY=59;rt\r\n"
     "MAIL FROM:<> BY=60;R\r\n",
     "220 250 555/5.5.4 555/5.5.4 250/2.1.0"},
    {SERVER_MX, "MAIL FROM:<> BY=-1;N\r\n", "220 250 250/2.1.0"},
    {SERVER_MX, "MAIL FROM:<> BY=-1;R\r\n", "220 250 501/5.5.4"},
    {SERVER_MX, "MAIL FROM:<> HOLDFOR=1\r\n", "220 250 555/5.5.4"},
    {SERVER_SUBMISSION, PLAIN "MAIL FROM:<> HOLDFOR=864001\r\n"
     "MAIL FROM:<> HOLDFOR=864000\r\n",
     "220 250 235/2.7.0 501/5.5.4 250/2.1.0"},
    /* The clock of these tests stands ten days before 2026-12-01T20:30:00Z. */
    {SERVER_SUBMISSION, PLAIN "MAIL FROM:<> HOLDUNTIL=2026-12-01T20:30:01Z"
     "\r\nMAIL FROM:<> HOLDUNTIL=2026-12-01T20:30:00Z\r\n",
     "220 250 235/2.7.0 501/5.5.4 250/2.1.0"},
    {SERVER_SUBMISSION, PLAIN
     "MAIL FROM:<> HOLDUNTIL=2026-12-01T20:00:00-01:00\r\n"
     "MAIL FROM:<> HOLDUNTIL=2026-12-01T21:00:00+01:00\r\n",
     "220 250 235/2.7.0 501/5.5.4 250/2.1.0"},
    {SERVER_SUBMISSION, PLAIN "MAIL FROM:<> HOLDFOR=3601 BY=3600;R\r\n"
     "MAIL FROM:<> BY=3600;N HOLDFOR=3600\r\n",
     "220 250 235/2.7.0 501/5.5.4 250/2.1.0"},
    {SERVER_SUBMISSION, PLAIN "MAIL FROM:<> HOLDFOR=1 "
     "HOLDUNTIL=2026-11-22T20:30:00Z\r\n",
     "220 250 235/2.7.0 501/5.5.4"},
    {SERVER_MX, "MAIL FROM:<>\r\n"
     "RCPT TO:<postmaster> RRVS=2026-01-01T00:00:00Z;C\r\n",
     "220 250 250/2.1.0 250/2.1.5"},
};

Test(faults_address, strict)
{
    static struct dialogue d;
    static char got[1024];
    for (size_t i = 0; i < COUNT(STRICT); i++) {
        run(&d, STRICT[i].mode, NULL, STRICT[i].input, got, sizeof(got));
        cr_expect_str_eq(got, STRICT[i].want, "%s\n got %s\nwant %s",
                         STRICT[i].input, got, STRICT[i].want);
    }
}

Test(faults_address, rows)
{
    static struct dialogue with, without;
    static char got[8192], strict[8192];
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        play(&with, &ROWS[i], true, got, sizeof(got));
        play(&without, &ROWS[i], false, strict, sizeof(strict));
        cr_expect_str_eq(got, ROWS[i].want, "%s:\n got %s\nwant %s",
                         ROWS[i].fault, got, ROWS[i].want);
        cr_expect(with.n != without.n ||
                  memcmp(with.octets, without.octets, with.n) != 0,
                  "%s: strict: %s", ROWS[i].fault, strict);
    }
}

/* Every fault of the two tables has its row. */
Test(faults_address, all)
{
    static const struct fault_table *const TABLES[] = {&fault_address,
                                                       &fault_envelope};
    for (size_t t = 0; t < COUNT(TABLES); t++)
        for (size_t i = 0; i < TABLES[t]->n; i++) {
            const char *name = TABLES[t]->rows[i].info.name;
            size_t k = 0;
            while (k < COUNT(ROWS) && strcmp(ROWS[k].fault, name) != 0)
                k++;
            cr_expect(k < COUNT(ROWS), "%s", name);
        }
}
