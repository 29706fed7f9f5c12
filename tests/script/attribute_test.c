/*
 * attribute: which reply answers what, as the passive rules are told; how
 * sessions end; preambles.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "script/escape.h"
#include "tests/script/fake.h"

struct heard {
    char text[4096];
    size_t n;
};

static void on_reply(void *ctx, const struct script_reply *r)
{
    static const char *const stages[] = {
        [SCRIPT_GREETING] = "greeting",     [SCRIPT_COMMAND] = "command",
        [SCRIPT_END_OF_DATA] = "end",       [SCRIPT_AUTH_STEP] = "auth",
        [SCRIPT_ODD] = "odd",               [SCRIPT_UNSOLICITED] = "nothing",
    };
    struct heard *h = ctx;
    char line[200];
    size_t n = 0;

    line[0] = '\0';
    script_escape(line, sizeof(line), &n, r->line, "");
    h->n += (size_t)snprintf(
        h->text + h->n, sizeof(h->text) - h->n, "%u %s %s%s%s%s%s%s;",
        r->reply->code, stages[r->stage], smtp_verb_name(r->verb),
        *line ? " " : "", line, r->pipelined ? " piped" : "",
        r->authenticated ? " auth" : "", r->enhanced ? " enh" : "");
}

static void on_end(void *ctx, unsigned conn, uint16_t last,
                   enum net_status how)
{
    struct heard *h = ctx;

    h->n += (size_t)snprintf(h->text + h->n, sizeof(h->text) - h->n,
                             "end %u %u %s;", conn, last,
                             how == NET_EOF       ? "eof"
                             : how == NET_TIMEOUT ? "timeout"
                                                  : "other");
}

struct row {
    const char *name, *steps;
    const char *acts[16];
    const char *heard;
};

#define GREET "C: <open>\nS: 220\n"
#define G "220 greeting ;"

static const struct row rows[] = {
    {"lockstep", GREET "C: NOOP\nS!: 250\nC: rset\nS: 250\n",
     {">220 h\r\n", "<", ">250 a\r\n", "<", ">250 b\r\n"},
     G "250 command NOOP NOOP\\r\\n;250 command RSET rset\\r\\n;"},
    {"group", GREET "C: NOOP\nC: XX\nS!: 250\nS: 500\n",
     {">220 h\r\n", "<", "<", ">250 a\r\n500 b\r\n"},
     G "250 command NOOP NOOP\\r\\n piped;500 command  XX\\r\\n piped;"},
    {"data", GREET "C: DATA\nS!: 354\nC: NOOP\nC: .\nS: 250\nC: NOOP\nS: 250\n",
     {">220 h\r\n", "<", ">354 a\r\n", ".", ">250 b\r\n", "<",
      ">250 c\r\n"},
     G "354 command DATA DATA\\r\\n;250 end DATA;"
     "250 command NOOP NOOP\\r\\n;"},
    {"data in the group", GREET "C: DATA\nC: x\nC: .\nC: QUIT\n"
     "S!: 354\nS: 250\nS: 221\n",
     {">220 h\r\n", "<", ".", "<", ">354 a\r\n250 b\r\n221 c\r\n"},
     G "354 command DATA DATA\\r\\n piped;250 end DATA;"
     "221 command QUIT QUIT\\r\\n piped;"},
    {"data refused in the group", GREET "C: DATA\nC: NOOP\n"
     "S!: 503\nS: 250\n",
     {">220 h\r\n", "<", "<", ">503 a\r\n250 b\r\n"},
     G "503 command DATA DATA\\r\\n piped;"
     "250 command NOOP NOOP\\r\\n piped;"},
    {"chunks", GREET "C: BDAT 4\nC= \"a\\n\\nb\"\nC: BDAT 0 LAST\n"
     "S!: 250\nS: 250\n",
     {">220 h\r\n", "<", "<", "<", "<", ">250 a\r\n250 b\r\n"},
     G "250 command BDAT BDAT 4\\r\\n piped;"
     "250 end BDAT BDAT 0 LAST\\r\\n piped;"},
    {"auth", GREET "C: EHLO x\nS: 250\nC: AUTH LOGIN\nS: 334\nC: dQ==\n"
     "S: 235\nC: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">250-h\r\n250 ENHANCEDSTATUSCODES\r\n", "<",
      ">334 \r\n", "<", ">235 ok\r\n", "<", ">250 a\r\n"},
     G "250 command EHLO EHLO x\\r\\n;"
     "334 command AUTH AUTH LOGIN\\r\\n enh;"
     "235 auth AUTH dQ==\\r\\n enh;"
     "250 command NOOP NOOP\\r\\n auth enh;"},
    {"odd", GREET "C= \"NOOP\\nNOOP\\r\\n\"\nS!: 250\nC: NOOP\nS: 250\n"
     "S: <silent 20ms>\nC: NOOP\nS: 250\n",
     {">220 h\r\n", "<", "<", ">250 a\r\n", "<", ">250 b\r\n", "<",
      ">250 c\r\n"},
     G "250 odd ;250 odd ;250 odd ;"},
    {"half a line", GREET "C= \"NOOP\\n\"\nS!: 250\nC: NOOP\nS: 250\n",
     {">220 h\r\n", "<", ">250 a\r\n", "<", ">250 b\r\n"},
     G "250 odd ;250 odd ;"},
    {"odd octets",
     GREET "C= \"NOOP \\x0b\\r\\n\"\nS!: 250\nC: NOOP\nS: 250\n",
     {">220 h\r\n", "<", ">250 a\r\n", "<", ">250 b\r\n"},
     G "250 odd ;250 odd ;"},
    {"octets that are no UTF-8",
     GREET "C= \"NOOP \\xff\\r\\n\"\nS!: 250\n",
     {">220 h\r\n", "<", ">250 a\r\n250 b\r\n"}, G "250 odd ;"},
    {"content up to a CR",
     GREET "C: DATA\nS: 354\nC= \"a\\r\\n.\\r\"\nS!: 250\n",
     {">220 h\r\n", "<", ">354 a\r\n", "<", ">250 b\r\n"},
     G "354 command DATA DATA\\r\\n;250 odd ;"},
    {"content up to a line's end",
     GREET "C: DATA\nS: 354\nC: a\nS!: 250\n",
     {">220 h\r\n", "<", ">354 a\r\n", "<", ">250 b\r\n"},
     G "354 command DATA DATA\\r\\n;250 nothing ;"},
    {"behind STARTTLS, unasked", GREET "C: STARTTLS\nS!: 220\nC: <tls>\n"
     " | <fail>\n | <close>\n",
     {">220 h\r\n", "<", ">220 go\r\n250 b\r\n", "~50", "x"},
     G "220 command STARTTLS STARTTLS\\r\\n;250 nothing ;"},
    {"behind STARTTLS, injected",
     GREET "C= \"STARTTLS\\r\\nNOOP\\r\\n\"\nS!: 220\nC: <tls>\n"
     " | <fail>\n | <close>\n",
     {">220 h\r\n", "<", "<", ">220 go\r\n250 b\r\n", "~50", "x"},
     G "220 command STARTTLS STARTTLS\\r\\n piped;"},
    {"a second reply, later", GREET "C: NOOP\nS!: 250\nC: QUIT\nS!: 221\n",
     {">220 h\r\n", "<", ">250 a\r\n", "<", ">250 b\r\n", "~50",
      ">221 c\r\n"},
     G "250 command NOOP NOOP\\r\\n;250 command QUIT QUIT\\r\\n;"
     "221 nothing ;"},
    {"a second reply, later, in pieces",
     GREET "C: NOOP\nS!: 250\nC: QUIT\nS!: 221\n",
     {">220 h\r\n", "<", ">250 a\r\n", "<", ">250 b\r\n", "~20", ">22",
      "~5", ">1 c", "~5", ">\r\n"},
     G "250 command NOOP NOOP\\r\\n;250 command QUIT QUIT\\r\\n;"
     "221 nothing ;"},
    {"odd content stays odd", GREET "C: DATA\nS: 354\nC= \"a\\n.\\n\"\n"
     "S!: <silent 20ms>\nC: NOOP\nS: 250\n",
     {">220 h\r\n", "<", ">354 a\r\n", "<", "<", "<", ">250 b\r\n"},
     G "354 command DATA DATA\\r\\n;250 odd ;"},
    {"lmtp", GREET "C: LHLO x\nS: 250\nC: RCPT TO:<a>\nC: RCPT TO:<b>\n"
     "C: RCPT TO:<c>\nC: DATA\nS: 250\nS: 550\nS: 250\nS: 354\nC: .\n"
     "S!: 250\nS: 450\nC: NOOP\nS: 250\n",
     {">220 h\r\n", "<", ">250 h\r\n", "<", "<", "<", "<",
      ">250 a\r\n550 b\r\n250 c\r\n354 d\r\n", "<",
      ">250 a\r\n450 c\r\n", "<", ">250 e\r\n"},
     G "250 command LHLO LHLO x\\r\\n;"
     "250 command RCPT RCPT TO:<a>\\r\\n piped;"
     "550 command RCPT RCPT TO:<b>\\r\\n piped;"
     "250 command RCPT RCPT TO:<c>\\r\\n piped;"
     "354 command DATA DATA\\r\\n piped;"
     "250 end DATA;450 end DATA;250 command NOOP NOOP\\r\\n;"},
    {"unsolicited, before a command", GREET "C: <pause 30ms>\nC: NOOP\n"
     "S!: 250 b\n",
     {">220 h\r\n", ">250 a\r\n", "<", ">250 b\r\n"},
     G "250 nothing ;250 command NOOP NOOP\\r\\n;"},
    {"unsolicited, at the end", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">250 a\r\n250 b\r\n"},
     G "250 command NOOP NOOP\\r\\n;250 nothing ;"},
    {"unsolicited, at the end, in pieces", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">250 a\r\n2", "~20", ">50 b\r\n"},
     G "250 command NOOP NOOP\\r\\n;250 nothing ;"},
    {"421 and close", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">421 a\r\n", "x"},
     G "421 command NOOP NOOP\\r\\n;end 0 421 eof;"},
    {"421 and no close", GREET "C: NOOP\nS[300ms]: 250\nS!: 250\n",
     {">220 h\r\n", "<", ">421 a\r\n", "e"},
     G "421 command NOOP NOOP\\r\\n;end 0 421 timeout;"},
    {"close", GREET "C: NOOP\nS!: 250\n", {">220 h\r\n", "<", "x"},
     G "end 0 220 eof;"},
};

static void check_row(const struct row *r)
{
    struct script_set *set = fake_script("MUST", r->steps);
    struct heard h = {.n = 0};
    struct script_env env = {.on_reply = on_reply, .on_end = on_end,
                             .ctx = &h, .timeout = 500 * NET_MS};
    struct net_target target;
    struct script_outcome o;
    struct fake f = {0};

    /* The text of "g" in expectations is G. */
    fake_start(&f, r->acts, &env, &target);
    script_run(script_at(set, 0), NULL, &env, &o);
    fake_stop(&f);
    cr_expect_str_eq(h.text, r->heard, "%s:\n  %s\n  %s\n  (%s)", r->name,
                     h.text, r->heard, o.reason);
    script_set_free(set);
}

Test(attribute, replies)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check_row(&rows[i]);
}

/* ---- preambles --------------------------------------------------------- */

static const char preambles[] =
    "case: start/greeted\nC: <open>\nS: 220 <domain:host>\n"
    " | 554 -> skip \"no mail here\"\n"
    "case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\nlevel: MUST\n"
    "start: greeted\nC: VRFY ${host}\nS!: 250\n";

static struct script_outcome with_preamble(const char *const *acts,
                                           struct fake *f)
{
    struct script_set *s = script_set_new();
    struct script_env env = {0};
    struct net_target target;
    struct script_outcome o;

    cr_assert_eq(script_parse(s, "p", SMTP_SPAN(preambles), NULL, NULL), 0);
    cr_assert_eq(script_lint(s, NULL, NULL, NULL, NULL, NULL), 0);
    fake_start(f, acts, &env, &target);
    script_run(script_at(s, 0), script_preamble(s, "greeted", 0), &env, &o);
    fake_stop(f);
    cr_expect_str_eq(o.file ? "p" : "", "p");
    script_set_free(s);
    return o;
}

Test(preamble, verdicts)
{
    struct fake f = {0};
    struct script_outcome o = with_preamble(
        (const char *const[]){">220 h.x y\r\n", "<", ">250 a\r\n", NULL}, &f);

    cr_expect_eq(o.verdict, VERDICT_PASS, "%s", o.reason);
    cr_expect_eq(strncmp(f.got, "VRFY h.x\r\n", 10), 0);
    o = with_preamble((const char *const[]){">554 h\r\n", NULL}, &f);
    cr_expect_eq(o.verdict, VERDICT_SKIP);
    cr_expect_str_eq(o.reason, "no mail here");
    o = with_preamble((const char *const[]){">500 h\r\n", NULL}, &f);
    cr_expect_eq(o.verdict, VERDICT_BLOCKED);
    cr_expect_eq(o.cause, SCRIPT_CAUSE_REPLY);
    cr_expect_eq(o.line, 3);
    cr_expect(!o.under_test);
    cr_expect_str_eq(o.reason, "start/greeted: expected 220 <domain:host>, "
                     "but the server answered: 500 h");
}
