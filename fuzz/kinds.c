/*
 * kinds: what the inputs of each target are made of, in terms of rules.c,
 * and shapes that have broken servers and clients before.
 */
#include "mutate.h"

#define LIST(...) (const char *const[]){__VA_ARGS__, NULL}

const struct mutate_kind mutate_replies = {
    LIST("reply", "reply-line"),
    LIST("code", "enhanced", "text", "status-text", "reply-line"),
    LIST("250-", "250 ", "199 x\r\n", "600 x\r\n", "25\r\n", "250\r\n",
         "250-\r\n", "\r\n", "999-", "250x", "354 ", "334 ", "421 ", " 250 ",
         "2.1.5 ", "5.7.1 ", "2.01.0 ", "2.0.1000 ", "-250 ", "0250 "),
};

const struct mutate_kind mutate_greetings = {
    LIST("greeting", "ehlo-reply", "reply"),
    LIST("domain", "literal", "ehlo-line", "ehlo-param", "esmtp-keyword",
         "text", "code", "mechanism"),
    LIST("250-", "250 ", "220 ", "220-", "250-SIZE 10240000\r\n",
         "250-AUTH PLAIN LOGIN\r\n", "250-AUTH=LOGIN\r\n", "250 STARTTLS\r\n",
         "250-SIZE\r\n", "250-  \r\n", "250-PIPELINING \r\n", "foo\r\n"),
};

const struct mutate_kind mutate_commands = {
    LIST("command", "x-command", "mail", "rcpt", "auth", "bdat"),
    LIST("path", "mailbox", "domain", "literal", "mail-param", "rcpt-param",
         "esmtp-param", "x-param", "x-path", "quoted", "route", "utf8",
         "xtext", "base64", "mechanism", "date-time", "ipv6"),
    LIST("MAIL FROM:", "RCPT TO:", "<>", "FROM:<", "TO: <", " \r\n", "\t",
         "FROM;<",
         "  ", "=\r\n", "<@a.b,@c.d:", ">> ", "\"", "\\", "BDAT 4294967296",
         "BDAT 18446744073709551616 LAST\r\n", "BDAT 18446744073709551615",
         "AUTH PLAIN =\r\n", "+3", "+3D", "+GG", "=\xC3", " SMTPUTF8"),
};

const struct mutate_kind mutate_sessions = {
    LIST("command", "mail", "rcpt", "auth", "bdat", "base64"),
    LIST("path", "mailbox", "mail-param", "rcpt-param", "domain", "base64",
         "digit", "mechanism"),
    LIST("EHLO client.example\r\n", "LHLO client.example\r\n",
         "HELO client.example\r\n", "MAIL FROM:<a@client.example>\r\n",
         "MAIL FROM:<> BODY=BINARYMIME\r\n", "MAIL FROM:<a@b.c> SMTPUTF8\r\n",
         "RCPT TO:<b@example.test>\r\n", "RCPT TO:<nosuch@example.test>\r\n",
         "RCPT TO:<c@other.example>\r\n", "DATA\r\n", ".\r\n", "..\r\n",
         "DATA\r\nSubject: x\r\n\r\nx\r\n.\r\n", "BDAT 3\r\nabc",
         "BDAT 5 LAST\r\nab\r\nc", "BDAT 0 LAST\r\n", "RSET\r\n", "NOOP\r\n",
         "QUIT\r\n", "STARTTLS\r\n", "*\r\n", "\r\n", "AUTH LOGIN\r\n",
         "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n",
         "AUTH PLAIN\r\n", "AUTH CRAM-MD5\r\n", "AUTH SCRAM-SHA-256\r\n",
         "AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n",
         "dGVzdGVyQGV4YW1wbGUudGVzdA==\r\n", "c2VjcmV0LXB3\r\n",
         "VRFY b@example.test\r\n", "HELP\r\n", "ETRN example.test\r\n",
         "\n.\nMAIL FROM:<s@m.u>\r\n", "BDAT 2147483648\r\n",
         "BDAT 18446744073709551617\r\n"),
};

const struct mutate_kind mutate_paths = {
    LIST("path", "x-path", "mailbox", "x-mailbox", "any-path", "literal",
         "local-part"),
    LIST("domain", "literal", "atom", "quoted", "route", "utf8", "qpair",
         "ipv4", "ipv6", "general", "h16", "snum", "dot-string"),
    LIST("<", ">", "@", "\"", "\\", "[", "]", "::", "IPv6:", "[IPv6:::]",
         "256", "<>", "postmaster", "\\\"", "..", "-.", "\xED\xA0\x80",
         "\xC0\xAF", "\xF4\x90\x80\x80", "@a,@b:", ",", ":"),
};

const struct mutate_kind mutate_params = {
    LIST("mail-params", "rcpt-params", "x-params", "xtext", "base64"),
    LIST("mail-param", "rcpt-param", "esmtp-param", "x-param", "date-time",
         "xtext", "base64", "notify", "mailbox", "digit", "utf8", "b64"),
    LIST("SIZE=", "BODY=", "AUTH=", "RET=", "ENVID=", "NOTIFY=", "ORCPT=",
         "MT-PRIORITY=", "HOLDFOR=", "HOLDUNTIL=", "BY=", "RRVS=", "MTRK=",
         "TRANSID=", "SUBMITTER=", "SOLICIT=", "CONNEG", "ORCPT=utf-8;\\x{",
         "\\x{10FFFF}", "\\x{5C}", "+2B", "=", "==", "99999999999999999999",
         "18446744073709551616", "2024-02-29T23:59:60Z", "-0", "NEVER,"),
};

const struct mutate_kind mutate_content = {
    LIST("text", "atom"),
    LIST("text", "utf8", "digit"),
    LIST(".", "..", ".\r\n", "\r\n.\r\n", "\n.\n", "\r.\r", "\r\n.\n",
         "\n.\r\n", "\r\n.\r", "\r\n.\r.\r\n", ".\n", ".\r.", "\r\r\n.\r\n",
         "\r\n..\r\n", "\r\n...", "\r\n.\r\r\n", "\r\n. \r\n"),
};

const struct mutate_kind mutate_exchanges = {
    LIST("sasl-plain", "scram-first", "scram-challenge", "scram-final",
         "digest-challenge"),
    LIST("base64", "digit", "atom", "scram-first", "utf8", "xchar"),
    LIST("S PLAIN\n", "S LOGIN\n", "S CRAM-MD5\n", "S SCRAM-SHA-1\n",
         "S EXTERNAL\n", "S ANONYMOUS\n", "S DIGEST-MD5\n", "C DIGEST-MD5\n",
         "C SCRAM-SHA-256\n", "C CRAM-MD5\n", "X PLAIN\n", "X LOGIN\n",
         "X CRAM-MD5\n", "X SCRAM-SHA-1\n", "tester@example.test\n",
         "secret-pw\n", "n,,", "y,,", "p=x,,", "n,a=", "r=", ",i=4096", "=2C",
         "=3D", "=2c", "\n"),
};

const struct mutate_kind mutate_scripts = {
    LIST("script-line"),
    LIST("script-octets", "code", "digit", "atom", "command", "reply-line"),
    LIST("case: rfc5321/4.1/a\n", "title: x\n", "spec: RFC5321 4.1\n",
         "level: MUST\n", "start: ready\n", "needs: ehlo:SIZE\n",
         "each: x = a \"A\", b \"B\"\n", "fault: a\n", "hostile\n", "C: ",
         "C= \"x\\r\\n\"\n", "C1: NOOP\n", "S: 250\n", "S!: 250\n",
         " | 5yz -> warn \"x\"\n", " + SIZE\n", " - STARTTLS\n", "${rep 3 x}",
         "${b64 x}", "${from}", "${date}", "$$", "S: <close>\n",
         "S!: <silent 1s>\n", "C: <open>\n", "C: <tls>\n", "C: <pause 1ms>\n",
         "S!: <delivered 1>\n", "${rep 4000000 ${rep 4000000 x}}", "[1s]",
         "\\x00", "-> info \"y\"", "start/ready/a"),
};

const struct mutate_kind mutate_results = {
    LIST("json-member"),
    LIST("json-value", "json-string", "digit", "utf8"),
    LIST("null", "true", "{}", "[]", "\"\"", "-1", "1e999", "0.5",
         "18446744073709551616", "\"\\u0000\"", "\"\\ud800\"", "\"\\x0a\"",
         "\"PASS\"", "\"FAIL\"", "\"schema\": 1", "\"cases\": []", ",", "[[",
         "{\"a\":"),
};
