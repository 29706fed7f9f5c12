#include "smtp/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/feed.h"

#define S(literal)  literal, sizeof(literal) - 1
#define A13         "aaaaaaaaaaaaa"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { U = SMTP_COMMAND_UTF8, E = SMTP_COMMAND_STRICT_END };

struct state {
    struct smtp_command_scan scan;
    struct smtp_command command;
};

static ssize_t step_with(void *state, unsigned opts, const char *buf,
                         size_t len)
{
    struct state *s = state;
    return smtp_command_parse(&s->scan, opts, buf, len, &s->command);
}

static ssize_t step_plain(void *state, const char *buf, size_t len)
{
    return step_with(state, 0, buf, len);
}

static ssize_t step_utf8(void *state, const char *buf, size_t len)
{
    return step_with(state, U, buf, len);
}

static ssize_t step_strict(void *state, const char *buf, size_t len)
{
    return step_with(state, E, buf, len);
}

static size_t put_span(char *text, size_t at, const char *name,
                       struct smtp_span s)
{
    if (s.n == 0)
        return at;
    return at + (size_t)snprintf(text + at, FEED_TEXT - at, " %s[%.*s]", name,
                                 s.n < 200 ? (int)s.n : 200, s.p);
}

static size_t put_flaws(char *text, size_t at, const struct smtp_flaws *fs)
{
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, FEED_TEXT - at, " %s",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        at += (size_t)snprintf(text + at, FEED_TEXT - at, " @%zu",
                               fs->first_at);
    return at;
}

static bool within(struct smtp_span s, const char *buf, ssize_t n)
{
    return s.n == 0 || (s.p >= buf && s.p + s.n <= buf + n);
}

/* What the parser read, the empty parts left out. */
static void show(const void *state, ssize_t ret, const char *buf, char *text)
{
    const struct state *s = state;
    const struct smtp_command *c = &s->command;
    static const struct smtp_command_scan zero;
    size_t at = (size_t)snprintf(text, FEED_TEXT, "%zd", ret);
    if (ret <= 0)
        return;
    at += (size_t)snprintf(text + at, FEED_TEXT - at, " %s",
                           smtp_verb_name(c->id));
    at = put_span(text, at, "arg", c->arg);
    at = put_span(text, at, "path", c->path.raw);
    at = put_span(text, at, "params", c->params);
    at = put_span(text, at, "mech", c->mech);
    at = put_span(text, at, "initial", c->initial);
    at = put_span(text, at, "uri", c->uri);
    if (c->id == SMTP_VERB_BDAT)
        at += (size_t)snprintf(text + at, FEED_TEXT - at, " %llu",
                               (unsigned long long)c->size);
    at += (size_t)snprintf(text + at, FEED_TEXT - at, "%s",
                           c->last ? " last" : "");
    put_flaws(text, at, &c->flaws);
    if (c->raw.p != buf || (ssize_t)c->raw.n != ret ||
        !within(c->verb, buf, ret) || !within(c->arg, buf, ret) ||
        !within(c->path.raw, buf, ret) || !within(c->params, buf, ret) ||
        s->scan.at != zero.at || s->scan.classes != zero.classes ||
        s->scan.bare_lf_at != zero.bare_lf_at)
        snprintf(text, FEED_TEXT, "a span or the scan is wrong");
}

static struct feed feed_for(unsigned opts)
{
    struct feed f = {FEED_GROW, sizeof(struct state), step_plain, show};
    if (opts & U)
        f.step = step_utf8;
    if (opts & E)
        f.step = step_strict;
    return f;
}

struct row {
    const char *in;
    size_t n;
    unsigned opts;
    const char *want;
};

static const struct row valid[] = {
    {S("HELO a.example\r\n"), 0, "16 HELO arg[a.example]"},
    {S("EHLO a.example\r\n"), 0, "16 EHLO arg[a.example]"},
    {S("ehlo [192.0.2.1]\r\nX"), 0, "18 EHLO arg[[192.0.2.1]]"},
    {S("LHLO [IPv6:::1]\r\n"), 0, "17 LHLO arg[[IPv6:::1]]"},
    {S("MAIL FROM:<a@b>\r\n"), 0, "17 MAIL arg[FROM:<a@b>] path[<a@b>]"},
    {S("mail from:<> SIZE=1\r\n"), 0,
     "21 MAIL arg[from:<> SIZE=1] path[<>] params[SIZE=1]"},
    {S("Mail From:<\"a b\"@c> BODY=8BITMIME RET=FULL\r\n"), 0,
     "44 MAIL arg[From:<\"a b\"@c> BODY=8BITMIME RET=FULL] "
     "path[<\"a b\"@c>] params[BODY=8BITMIME RET=FULL]"},
    {S("RCPT TO:<a@b>\r\n"), 0, "15 RCPT arg[TO:<a@b>] path[<a@b>]"},
    {S("rcpt to:<postmaster>\r\n"), 0,
     "22 RCPT arg[to:<postmaster>] path[<postmaster>]"},
    {S("RCPT TO:<@a,@b:c@d> NOTIFY=NEVER\r\n"), 0,
     "34 RCPT arg[TO:<@a,@b:c@d> NOTIFY=NEVER] path[<@a,@b:c@d>] "
     "params[NOTIFY=NEVER]"},
    {S("DATA\r\n"), 0, "6 DATA"},
    {S("data\r\n.\r\n"), 0, "6 DATA"},
    {S("RSET\r\n"), 0, "6 RSET"},
    {S("QUIT\r\n"), 0, "6 QUIT"},
    {S("NOOP\r\n"), 0, "6 NOOP"},
    {S("NOOP hello\r\n"), 0, "12 NOOP arg[hello]"},
    {S("NOOP \"hello world\"\r\n"), 0, "20 NOOP arg[\"hello world\"]"},
    {S("HELP\r\n"), 0, "6 HELP"},
    {S("HELP MAIL\r\n"), 0, "11 HELP arg[MAIL]"},
    {S("VRFY Smith\r\n"), 0, "12 VRFY arg[Smith]"},
    {S("VRFY a.b@c\r\n"), 0, "12 VRFY arg[a.b@c]"},
    {S("VRFY \"J. Smith\"\r\n"), 0, "17 VRFY arg[\"J. Smith\"]"},
    {S("EXPN Example-People\r\n"), 0, "21 EXPN arg[Example-People]"},
    {S("STARTTLS\r\n"), 0, "10 STARTTLS"},
    {S("StartTls\r\n"), 0, "10 STARTTLS"},
    {S("AUTH PLAIN\r\n"), 0, "12 AUTH arg[PLAIN] mech[PLAIN]"},
    {S("AUTH PLAIN =\r\n"), 0, "14 AUTH arg[PLAIN =] mech[PLAIN] initial[=]"},
    {S("AUTH plain AGEAYg==\r\n"), 0,
     "21 AUTH arg[plain AGEAYg==] mech[plain] initial[AGEAYg==]"},
    {S("AUTH SCRAM-SHA-256_PLUSX\r\n"), 0,
     "26 AUTH arg[SCRAM-SHA-256_PLUSX] mech[SCRAM-SHA-256_PLUSX]"},
    {S("BDAT 0\r\n"), 0, "8 BDAT arg[0] 0"},
    {S("BDAT 1000 LAST\r\n"), 0, "16 BDAT arg[1000 LAST] 1000 last"},
    {S("bdat 18446744073709551615 last\r\n"), 0,
     "32 BDAT arg[18446744073709551615 last] 18446744073709551615 last"},
    {S("BURL imap://a@b/c;uidvalidity=1/;uid=2%20 LAST\r\n"), 0,
     "48 BURL arg[imap://a@b/c;uidvalidity=1/;uid=2%20 LAST] "
     "uri[imap://a@b/c;uidvalidity=1/;uid=2%20] last"},
    {S("BURL x+1-.:\r\n"), 0, "13 BURL arg[x+1-.:] uri[x+1-.:]"},
    {S("ETRN a.example\r\n"), 0, "16 ETRN arg[a.example]"},
    {S("ETRN @a.example\r\n"), 0, "17 ETRN arg[@a.example]"},
    {S("ETRN #uucp\r\n"), 0, "12 ETRN arg[#uucp]"},
    {S("ATRN\r\n"), 0, "6 ATRN"},
    {S("ATRN a.b,c.d\r\n"), 0, "14 ATRN arg[a.b,c.d]"},
    {S("TURN\r\n"), 0, "6 TURN"},
    {S("SEND FROM:<a@b>\r\n"), 0, "17 SEND arg[FROM:<a@b>] path[<a@b>]"},
    {S("SOML FROM:<>\r\n"), 0, "14 SOML arg[FROM:<>] path[<>]"},
    {S("SAML FROM:<a@b>\r\n"), 0, "17 SAML arg[FROM:<a@b>] path[<a@b>]"},
    {S("QUIT\r\n"), E, "6 QUIT"},
    /* SMTPUTF8 */
    {S("MAIL FROM:<\xc3\xa9@x> SMTPUTF8\r\n"), U,
     "27 MAIL arg[FROM:<\xc3\xa9@x> SMTPUTF8] path[<\xc3\xa9@x>] "
     "params[SMTPUTF8]"},
    {S("RCPT TO:<\xc3\xa9@x> ORCPT=utf-8;\xc3\xa9@x\r\n"), U,
     "33 RCPT arg[TO:<\xc3\xa9@x> ORCPT=utf-8;\xc3\xa9@x] path[<\xc3\xa9@x>]"
     " params[ORCPT=utf-8;\xc3\xa9@x]"},
    {S("VRFY \xc3\xa9 SMTPUTF8\r\n"), U,
     "18 VRFY arg[\xc3\xa9 SMTPUTF8]"},
    {S("EXPN list smtputf8\r\n"), U, "20 EXPN arg[list smtputf8]"},
    {S("VRFY SMTPUTF8\r\n"), U, "15 VRFY arg[SMTPUTF8]"},
    /* Not there yet. */
    {S(""), 0, "0"},
    {S("QUIT"), 0, "0"},
    {S("QUIT\r"), 0, "0"},
    {S("QUIT\n"), E, "0"},
};

static const struct row invalid[] = {
    /* The line. */
    {S("\r\n"), 0, "2  command-verb @0"},
    {S("\n"), 0, "1  command-bare-lf command-verb @0"},
    {S("  \r\n"), 0, "4  command-verb command-spacing @0"},
    {S("QUIT\n"), 0, "5 QUIT command-bare-lf @4"},
    {S("QUIT\nNOOP\r\n"), E,
     "11  command-bare-lf command-verb @0"},
    {S("NOOP a\nb\r\n"), E,
     "10 NOOP arg[a\nb] command-bare-lf command-arg-syntax @5"},
    {S("NOOP \n\n\r\n"), E,
     "9 NOOP arg[\n\n] command-bare-lf command-arg-syntax @5"},
    {S("\n\r\n"), E, "3  command-bare-lf command-verb @0"},
    {S("QUIT\r\r\n"), 0,
     "7  command-bare-cr command-verb @0"},
    {S("NOOP a\rb\r\n"), 0,
     "10 NOOP arg[a\rb] command-bare-cr command-arg-syntax @5"},
    {S("NOOP a\0b\r\n"), 0,
     "10 NOOP arg[a] command-nul command-arg-syntax @5"},
    {S("NOOP a\x07\r\n"), 0,
     "9 NOOP arg[a\x07] command-control command-arg-syntax @5"},
    {S("NOOP a\x7f\r\n"), 0,
     "9 NOOP arg[a\x7f] command-control command-arg-syntax @5"},
    {S("NOOP \xc3\xa9\r\n"), U,
     "9 NOOP arg[\xc3\xa9] command-8bit command-arg-syntax @5"},
    {S("NOOP \"\xc3\xa9\"\r\n"), 0,
     "11 NOOP arg[\"\xc3\xa9\"] command-8bit @6"},
    {S("EHLO \xc3\xa9\r\n"), U,
     "9 EHLO arg[\xc3\xa9] command-8bit command-arg-syntax @5"},
    {S("QUIT \r\n"), 0, "7 QUIT command-spacing @4"},
    {S("QUIT \t \r\n"), 0, "9 QUIT command-spacing @4"},
    {S("MAIL FROM:<a@b> \r\n"), 0,
     "18 MAIL arg[FROM:<a@b>] path[<a@b>] command-spacing @15"},
    {S(" QUIT\r\n"), 0, "7 QUIT command-separator @0"},
    {S("NOOP  a\r\n"), 0, "9 NOOP arg[a] command-separator @4"},
    {S("NOOP\ta\r\n"), 0, "8 NOOP arg[a] command-separator @4"},
    /* The verb. */
    {S("XYZZY\r\n"), 0, "7  command-verb @0"},
    {S("GET / HTTP/1.1\r\n"), 0, "16  arg[/ HTTP/1.1] command-verb @0"},
    {S("MAI FROM:<a@b>\r\n"), 0, "16  arg[FROM:<a@b>] command-verb @0"},
    {S("MAILFROM:<a@b>\r\n"), 0, "16  command-verb @0"},
    {S("MAILFROM\r\n"), 0, "10  command-verb @0"},
    {S("STARTTLX\r\n"), 0, "10  command-verb @0"},
    {S("STAR\r\n"), 0, "6  command-verb @0"},
    {S("\x0d\x01IL\r\n"), 0,
     "6  command-bare-cr command-control command-verb @0"},
    {S("\x16\x03\x01\n"), 0,
     "4  command-bare-lf command-control command-verb @0"},
    /* Arguments missing, too many, or not what they have to be. */
    {S("HELO\r\n"), 0, "6 HELO command-arg-missing @4"},
    {S("EHLO \r\n"), 0, "7 EHLO command-spacing command-arg-missing @4"},
    {S("EHLO a b\r\n"), 0, "10 EHLO arg[a b] command-arg-unexpected @7"},
    {S("EHLO a_b\r\n"), 0, "10 EHLO arg[a_b] command-arg-syntax @5"},
    {S("EHLO [1.2.3]\r\n"), 0, "14 EHLO arg[[1.2.3]] command-arg-syntax @5"},
    {S("HELO [1.2.3.4]\r\n"), 0,
     "16 HELO arg[[1.2.3.4]] command-arg-syntax @5"},
    {S("LHLO .\r\n"), 0, "8 LHLO arg[.] command-arg-syntax @5"},
    {S("DATA x\r\n"), 0, "8 DATA arg[x] command-arg-unexpected @5"},
    {S("RSET x\r\n"), 0, "8 RSET arg[x] command-arg-unexpected @5"},
    {S("QUIT x\r\n"), 0, "8 QUIT arg[x] command-arg-unexpected @5"},
    {S("TURN x\r\n"), 0, "8 TURN arg[x] command-arg-unexpected @5"},
    {S("STARTTLS x\r\n"), 0, "12 STARTTLS arg[x] command-arg-unexpected @9"},
    {S("NOOP a b\r\n"), 0, "10 NOOP arg[a b] command-arg-syntax @5"},
    {S("HELP \"a\r\n"), 0, "9 HELP arg[\"a] command-arg-syntax @5"},
    {S("NOOP a.b\r\n"), 0, "10 NOOP arg[a.b] command-arg-syntax @5"},
    {S("VRFY\r\n"), 0, "6 VRFY command-arg-missing @4"},
    {S("EXPN\r\n"), 0, "6 EXPN command-arg-missing @4"},
    {S("HELP \"a\"b\r\n"), 0, "11 HELP arg[\"a\"b] command-arg-syntax @5"},
    /* Of lengths the grammar knows nothing. */
    {S("VRFY " A13 A13 A13 A13 A13 "\r\n"), 0,
     "72 VRFY arg[" A13 A13 A13 A13 A13 "] path-local-length @5"},
    {S("VRFY a b\r\n"), 0, "10 VRFY arg[a b] command-arg-syntax @6"},
    {S("VRFY a SMTPUTF8\r\n"), 0,
     "17 VRFY arg[a SMTPUTF8] command-arg-syntax @6"},
    {S("VRFY <a@b>\r\n"), 0, "12 VRFY arg[<a@b>] command-arg-syntax @5"},
    /* MAIL, RCPT */
    {S("MAIL\r\n"), 0, "6 MAIL command-arg-missing @4"},
    {S("MAIL FROM:\r\n"), 0, "12 MAIL arg[FROM:] command-arg-missing @10"},
    {S("MAIL FROM: \r\n"), 0,
     "13 MAIL arg[FROM:] command-spacing command-arg-missing @10"},
    {S("MAIL FROM: <a@b>\r\n"), 0,
     "18 MAIL arg[FROM: <a@b>] path[<a@b>] path-space @10"},
    {S("MAIL FROM:a@b SIZE=1\r\n"), 0,
     "22 MAIL arg[FROM:a@b SIZE=1] path[a@b] params[SIZE=1] "
     "path-brackets @10"},
    {S("MAIL <a@b>\r\n"), 0,
     "12 MAIL arg[<a@b>] path[<a@b>] path-keyword @5"},
    {S("MAIL TO:<a@b>\r\n"), 0,
     "15 MAIL arg[TO:<a@b>] path[<a@b>] path-keyword @5"},
    {S("MAIL FROM <a@b> SIZE=1\r\n"), 0,
     "24 MAIL arg[FROM <a@b> SIZE=1] path[<a@b>] params[SIZE=1] "
     "path-keyword @5"},
    {S("MAIL x\r\n"), 0,
     "8 MAIL arg[x] command-arg-missing path-keyword @5"},
    {S("MAIL F\r\n"), 0,
     "8 MAIL arg[F] command-arg-missing path-keyword @5"},
    {S("MAIL FROM:<a@b>SIZE=1\r\n"), 0,
     "23 MAIL arg[FROM:<a@b>SIZE=1] path[<a@b>] params[SIZE=1] "
     "command-separator @15"},
    {S("MAIL FROM:<a@b>  SIZE=1\r\n"), 0,
     "25 MAIL arg[FROM:<a@b>  SIZE=1] path[<a@b>] params[ SIZE=1] "
     "command-separator @16"},
    {S("MAIL FROM:<a@b>\tSIZE=1\r\n"), 0,
     "24 MAIL arg[FROM:<a@b>\tSIZE=1] path[<a@b>] params[\tSIZE=1] "
     "command-separator @15"},
    {S("MAIL FROM:<a@b> X=1 SIZE=1 SIZE=2\r\n"), 0,
     "35 MAIL arg[FROM:<a@b> X=1 SIZE=1 SIZE=2] path[<a@b>] "
     "params[X=1 SIZE=1 SIZE=2] param-duplicate param-unknown @16"},
    {S("MAIL FROM:<\xc3\xa9@x>\r\n"), 0,
     "18 MAIL arg[FROM:<\xc3\xa9@x>] path[<\xc3\xa9@x>] command-8bit "
     "path-8bit @11"},
    {S("MAIL FROM:<\xc3\xa9@x> SIZE=1\r\n"), U,
     "25 MAIL arg[FROM:<\xc3\xa9@x> SIZE=1] path[<\xc3\xa9@x>] "
     "params[SIZE=1] path-8bit @11"},
    {S("MAIL FROM:<a\xff@x> SMTPUTF8\r\n"), U,
     "27 MAIL arg[FROM:<a\xff@x> SMTPUTF8] path[<a\xff@x>] "
     "params[SMTPUTF8] path-utf8 @12"},
    {S("RCPT TO:<>\r\n"), 0, "12 RCPT arg[TO:<>] path[<>] path-null @8"},
    {S("RCPT FROM:<a@b>\r\n"), 0,
     "17 RCPT arg[FROM:<a@b>] path[<a@b>] path-keyword @5"},
    {S("RCPT TO:<a@b> SIZE=1\r\n"), 0,
     "22 RCPT arg[TO:<a@b> SIZE=1] path[<a@b>] params[SIZE=1] "
     "param-unknown @14"},
    {S("RCPT TO:<a@b\r\n"), 0,
     "14 RCPT arg[TO:<a@b] path[<a@b] path-brackets @12"},
    {S("SEND FROM:<a@b> SIZE=1\r\n"), 0,
     "24 SEND arg[FROM:<a@b> SIZE=1] path[<a@b>] "
     "command-arg-unexpected @16"},
    {S("SEND TO:<a@b>\r\n"), 0,
     "15 SEND arg[TO:<a@b>] path[<a@b>] path-keyword @5"},
    /* Extensions. */
    {S("AUTH\r\n"), 0, "6 AUTH command-arg-missing @4"},
    {S("AUTH PL*IN\r\n"), 0,
     "12 AUTH arg[PL*IN] mech[PL*IN] command-arg-syntax @5"},
    {S("AUTH ABCDEFGHIJKLMNOPQRSTU\r\n"), 0,
     "28 AUTH arg[ABCDEFGHIJKLMNOPQRSTU] mech[ABCDEFGHIJKLMNOPQRSTU] "
     "command-arg-syntax @5"},
    {S("AUTH PLAIN ==\r\n"), 0,
     "15 AUTH arg[PLAIN ==] mech[PLAIN] initial[==] base64 @11"},
    {S("AUTH PLAIN AAA\r\n"), 0,
     "16 AUTH arg[PLAIN AAA] mech[PLAIN] initial[AAA] base64 @14"},
    {S("AUTH PLAIN AA*A\r\n"), 0,
     "17 AUTH arg[PLAIN AA*A] mech[PLAIN] initial[AA*A] base64 @13"},
    {S("AUTH PLAIN AAAA x\r\n"), 0,
     "19 AUTH arg[PLAIN AAAA x] mech[PLAIN] initial[AAAA] "
     "command-arg-unexpected @16"},
    {S("AUTH PLAIN  AAAA\r\n"), 0,
     "18 AUTH arg[PLAIN  AAAA] mech[PLAIN] initial[AAAA] "
     "command-separator @10"},
    {S("BDAT\r\n"), 0, "6 BDAT 0 command-arg-missing @4"},
    {S("BDAT x\r\n"), 0, "8 BDAT arg[x] 0 command-arg-syntax @5"},
    {S("BDAT -1\r\n"), 0, "9 BDAT arg[-1] 0 command-arg-syntax @5"},
    {S("BDAT 10x\r\n"), 0, "10 BDAT arg[10x] 0 command-arg-syntax @7"},
    {S("BDAT LAST\r\n"), 0, "11 BDAT arg[LAST] 0 command-arg-syntax @5"},
    {S("BDAT 10 FOO\r\n"), 0, "13 BDAT arg[10 FOO] 10 command-arg-syntax @8"},
    {S("BDAT 10 LAST x\r\n"), 0,
     "16 BDAT arg[10 LAST x] 10 last command-arg-unexpected @13"},
    {S("BDAT 18446744073709551616\r\n"), 0,
     "27 BDAT arg[18446744073709551616] 18446744073709551615 "
     "command-arg-syntax @5"},
    {S("BDAT 99999999999999999999999 LAST\r\n"), 0,
     "35 BDAT arg[99999999999999999999999 LAST] 18446744073709551615 last "
     "command-arg-syntax @5"},
    {S("BURL\r\n"), 0, "6 BURL command-arg-missing @4"},
    {S("BURL x\r\n"), 0, "8 BURL arg[x] uri[x] command-arg-syntax @6"},
    {S("BURL 1:x\r\n"), 0, "10 BURL arg[1:x] uri[1:x] command-arg-syntax @5"},
    {S("BURL a:b#c\r\n"), 0,
     "12 BURL arg[a:b#c] uri[a:b#c] command-arg-syntax @8"},
    {S("BURL a:%2\r\n"), 0, "11 BURL arg[a:%2] uri[a:%2] "
                            "command-arg-syntax @7"},
    {S("BURL a:%2g\r\n"), 0, "12 BURL arg[a:%2g] uri[a:%2g] "
                             "command-arg-syntax @7"},
    {S("BURL a: LST\r\n"), 0,
     "13 BURL arg[a: LST] uri[a:] command-arg-syntax @8"},
    {S("ETRN\r\n"), 0, "6 ETRN command-arg-missing @4"},
    {S("ETRN #\r\n"), 0, "8 ETRN arg[#] command-arg-syntax @5"},
    {S("ETRN @\r\n"), 0, "8 ETRN arg[@] command-arg-syntax @5"},
    {S("ETRN a_b\r\n"), 0, "10 ETRN arg[a_b] command-arg-syntax @5"},
    {S("ETRN a b\r\n"), 0, "10 ETRN arg[a b] command-arg-unexpected @7"},
    {S("ATRN a\r\n"), 0, "8 ATRN arg[a] command-arg-syntax @5"},
    {S("ATRN a.b,\r\n"), 0, "11 ATRN arg[a.b,] command-arg-syntax @9"},
    {S("ATRN a.b, c.d\r\n"), 0,
     "15 ATRN arg[a.b, c.d] command-arg-unexpected command-arg-syntax @9"},
};

static void run_rows(const struct row *rows, size_t count)
{
    static char text[FEED_ROOM];
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        struct feed f = feed_for(r->opts);
        bool same = feed_all(&f, r->in, r->n, text);
        cr_expect(same, "%s: %s", r->in, text);
        cr_expect_str_eq(text, r->want, "%s:\n got %s\nwant %s", r->in, text,
                         r->want);
    }
}

Test(command, valid)
{
    run_rows(valid, COUNT(valid));
}

Test(command, invalid)
{
    run_rows(invalid, COUNT(invalid));
}

/* Octets of a buffer that is no string. */
static void put(char *to, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = text[i];
}

/* Our own limit: a line of SMTP_COMMAND_MAX octets is read, one that has no
 * end by then is not, however it comes. */
Test(command, too_long)
{
    static char in[SMTP_COMMAND_MAX + 2];
    static char text[FEED_ROOM];
    struct feed f = feed_for(0);
    memset(in, 'a', sizeof(in));
    put(in, "NOOP ", 5);
    cr_expect(feed_some(&f, in, SMTP_COMMAND_MAX - 1, 4096, text));
    cr_expect_str_eq(text, "0");
    cr_expect(feed_some(&f, in, SMTP_COMMAND_MAX, 4096, text));
    cr_expect_str_eq(text, "-1");
    in[SMTP_COMMAND_MAX] = '\n';
    cr_expect(feed_some(&f, in, SMTP_COMMAND_MAX + 1, 4096, text));
    cr_expect_str_eq(text, "-1");
    in[SMTP_COMMAND_MAX - 1] = '\n';
    cr_expect(feed_some(&f, in, SMTP_COMMAND_MAX, 1000, text));
    cr_expect_eq(strncmp(text, "65536 NOOP", 10), 0, "%.40s", text);
    f = feed_for(E);
    cr_expect(feed_some(&f, in, SMTP_COMMAND_MAX, 1000, text));
    cr_expect_str_eq(text, "-1");
}
