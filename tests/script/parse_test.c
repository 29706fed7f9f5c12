/*
 * parse: the notation, right and wrong.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/script/dump.h"

#define HEAD "case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\nlevel: MUST\n"

struct messages {
    char text[8192];
    size_t n;
};

static void on_error(void *ctx, const struct script_error *e)
{
    struct messages *m = ctx;
    int n = snprintf(m->text + m->n, sizeof(m->text) - m->n, "%s:%u:%u: %s\n",
                     e->file, e->line, e->column, e->message);

    m->n += (size_t)n < sizeof(m->text) - m->n ? (size_t)n : 0;
}

/* ---- steps ------------------------------------------------------------- */

static const struct {
    const char *name, *steps, *dump; /* steps begin in line 5 */
} valid[] = {
    {"one", "C: NOOP\nS: 250\n",
     "5:0 send 'NOOP\\r\\n'\n6:0 expect reply 250\n"},
    {"CRLF file", "C: NOOP\r\nS: 250\r\n",
     "5:0 send 'NOOP\\r\\n'\n6:0 expect reply 250\n"},
    {"no last line end", "C: NOOP\nS: 250",
     "5:0 send 'NOOP\\r\\n'\n6:0 expect reply 250\n"},
    {"comments and blank lines", "# a\n\nC: A\n # b\n\t\nC: B\nS: 250\n",
     "7:0 send 'A\\r\\nB\\r\\n'\n11:0 expect reply 250\n"},
    {"groups", "C: A\nC= \"B\"\nC: C\nC: <pause 0>\nC: D\nC1: E\nC: F\nS: 250\n"
     "C: G\n",
     "5:0 send 'A\\r\\nBC\\r\\n'\n8:0 pause 0ms\n9:0 send 'D\\r\\n'\n"
     "10:1 send 'E\\r\\n'\n11:0 send 'F\\r\\n'\n12:0 expect reply 250\n"
     "13:0 send 'G\\r\\n'\n"},
    {"variables", "C: a${helo}b${x}$$${date}\n",
     "5:0 send 'a'$helo'b'$x?'$'$date'\\r\\n'\n"},
    {"functions", "C: ${rep 3 x}${b64 \\0${user}}${xtext ${rep 2 \\}}}\n",
     "5:0 send 3*('x')b64('\\0'$user)xtext(2*('}'))'\\r\\n'\n"},
    {"halves of a mailbox", "C: ${local ${rcpt}}@${upper ${domain ${rcpt}}}\n",
     "5:0 send local($rcpt)'@'upper(domain($rcpt))'\\r\\n'\n"},
    {"quotes in an argument", "C= \"${b64 a\\\"b}\"\n",
     "5:0 send b64('a\"b')\n"},
    {"stages", "C: <open>\nC1: <open plain>\nC2: <open tls>\nC: <tls>\n"
     "C: <auth plain>\nC: <auth ${m} joe a>b>\nC: <pause 1s>\n"
     "C: <drip 20ms>\nC: X\nC: <shutdown>\nC: <close>\nC: <terminate>\n",
     "5:0 open done\n6:1 open-plain done\n7:2 open-tls done\n8:0 tls done\n"
     "9:0 auth 'plain'\n10:0 auth $m? 'joe' 'a>b'\n11:0 pause 1000ms\n"
     "12:0 drip 20ms\n13:0 send 'X\\r\\n'\n14:0 shutdown\n15:0 close\n"
     "16:0 terminate\n"},
    {"stages with alternatives", "C: <open>\n | <fail>\nC: <tls>\n"
     " | <close> -> pass \"p\"\n | <timeout> -> blocked \"b\"\n"
     " | <fail> -> fail \"f\"\n",
     "5:0 open done | fail\n7:0 tls done | close -> PASS 'p' | "
     "timeout -> BLOCKED 'b' | fail -> FAIL 'f'\n"},
    {"server", "S1!: 250 5yz x5z xyz\nS[2m]: <close>\nS9![0]: <timeout>\n"
     "S: <silent 300ms>\nS: <close notify>\n",
     "5:1 expect! reply 250 5yz x5z xyz\n6:0 expect 120000ms close\n"
     "7:9 expect! 0ms timeout\n8:0 expect silent 300ms\n9:0 expect notify\n"},
    {"alternatives", "S!: 250 -> info \"i\"\n"
     " | 251   252 a b -> warn \"w\\\"\"\n"
     "\t| <close>\n | 4yz -> skip \"s -> t\"\n",
     "5:0 expect! reply 250 -> INFO 'i' | reply 251 252 'a' 'b' -> WARN "
     "'w\"' | close | reply 4yz -> SKIP 's -> t'\n"},
    {"tokens", "S: 250 <domain> <enh:e> <number> <path:p> <word> a\\x2d$${b} "
     "\\<c> ${e}d <text:t>\n",
     "5:0 expect reply 250 <domain> <enh=e> <number> <path=p> <word> "
     "'a-${b}' '<c>' $e?'d' <text=t>\n"},
    {"wants", "S: 250\n + SIZE <number:n>\n - AUTH plain ${x}\n | 5yz\n"
     " + 8BITMIME\n",
     "5:0 expect reply 250 | reply 5yz +SIZE <number=n> -AUTH 'plain' $x? "
     "+8BITMIME\n"},
    {"octets", "S= \"250 a\\n\"\nS2![1s]= \"${helo}\" -> warn \"w\"\n",
     "5:0 expect octets '250 a\\n'\n"
     "6:2 expect! 1000ms octets $helo -> WARN 'w'\n"},
    {"pasted", "S: 250-h hello <x> \"\nS: 250-SIZE 1\nS: 250 AUTH\nS: 250\n",
     "7:0 expect reply 250\n8:0 expect reply 250\n"},
};

Test(parse, steps)
{
    for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
        struct script_set *s = script_set_new();
        struct messages m = {.n = 0};
        char *text, *dump;
        size_t len;
        int n = asprintf(&text, HEAD "%s", valid[i].steps);
        FILE *out = open_memstream(&dump, &len);
        cr_expect_eq(script_parse(s, "f", smtp_span_of(text, (size_t)n),
                                  on_error, &m), 0, "%s: %s", valid[i].name,
                     m.text);
        if (script_count(s) == 1)
            dump_steps(out, script_at(s, 0));
        fclose(out);
        cr_expect_str_eq(dump, valid[i].dump, "%s:\n%s", valid[i].name, dump);
        free(dump);
        free(text);
        script_set_free(s);
    }
}

/* ---- metadata and each ------------------------------------------------- */

static const struct {
    const char *name, *text, *dump;
} metas[] = {
    {"all", "case: rfc5321/4.1.1.10/quit-221 \ntitle:  a title\n  goes on\n"
     "spec: RFC5321 3.8, 4.1;\n RFC2920 3.1\nlevel: MUST NOT\n"
     "covers: A-1, B-2,\n C-3\nneeds: ehlo:SIZE, !ehlo:AUTH=LOGIN,\n"
     "  tls-ehlo:AUTH, tls:on, tls-port, policy:open, profile:mx,\n"
     "  greeting:554, account, rcpt, bad-rcpt, foreign-rcpt, delivery,\n"
     "  complete, slow, server-pid\nstart: ehlo\nexploit: e\nexplain: x\n"
     "fix: f\nfault: one, two\nhostile: yes\nalone: yes\nC: A\n",
     "id=rfc5321/4.1.1.10/quit-221\ntitle=a title goes on\n"
     "spec=RFC5321 3.8, 4.1; RFC2920 3.1\nlevel=MUST NOT\ncovers=A-1\n"
     "covers=B-2\ncovers=C-3\nneed=ehlo:SIZE\nneed=!ehlo:AUTH=LOGIN\n"
     "need=tls-ehlo:AUTH\nneed=tls:on\nneed=tls-port:\nneed=policy:open\n"
     "need=profile:mx\nneed=greeting:554\nneed=account:\nneed=rcpt:\n"
     "need=bad-rcpt:\nneed=foreign-rcpt:\nneed=delivery:\nneed=complete:\n"
     "need=slow:\nneed=server-pid:\nstart=ehlo\nexploit=e\nexplain=x\n"
     "fix=f\nfault=one\nfault=two\nhostile=1 alone=1\n"
     "20:0 send 'A\\r\\n'\n"},
    {"each", "case: rfc5321/1/x\ntitle: t ${w}\nspec: RFC5321 1\nlevel: MUST\n"
     "each: w = a \"A${helo}\\n\", b \"<close>\"\n"
     "each: c, s = x \"250\" \"one\",\n  y \"5yz 250\" \"two\"\n"
     "start: ${s}\nC: ${w}\nS!: ${c} k\n",
     "id=rfc5321/1/x/a/x\ntitle=t A${helo}\\n\nspec=RFC5321 1\nlevel=MUST\n"
     "start=one\n9:0 send 'A'$helo'\\n\\r\\n'\n10:0 expect! reply 250 'k'\n"
     "id=rfc5321/1/x/a/y\ntitle=t A${helo}\\n\nspec=RFC5321 1\nlevel=MUST\n"
     "start=two\n9:0 send 'A'$helo'\\n\\r\\n'\n"
     "10:0 expect! reply 5yz 250 'k'\n"
     "id=rfc5321/1/x/b/x\ntitle=t <close>\nspec=RFC5321 1\nlevel=MUST\n"
     "start=one\n9:0 close\n10:0 expect! reply 250 'k'\n"
     "id=rfc5321/1/x/b/y\ntitle=t <close>\nspec=RFC5321 1\nlevel=MUST\n"
     "start=two\n9:0 close\n10:0 expect! reply 5yz 250 'k'\n"},
    {"each in each", "case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\n"
     "level: MUST\neach: a = p \"x${b}\"\neach: b = q \"\\\"3\\\"\", r \"\"\n"
     "C= \"${a}${rep 2 ${b}}\"\n",
     "id=rfc5321/1/x/p/q\ntitle=t\nspec=RFC5321 1\nlevel=MUST\n"
     "7:0 send 'x\"3\"'2*('\"3\"')\n"
     "id=rfc5321/1/x/p/r\ntitle=t\nspec=RFC5321 1\nlevel=MUST\n"
     "7:0 send 'x'2*()\n"},
    {"each as a count", "case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\n"
     "level: MUST\neach: n = p \"7\"\nC: ${rep ${n} ab}\n",
     "id=rfc5321/1/x/p\ntitle=t\nspec=RFC5321 1\nlevel=MUST\n"
     "6:0 send 7*('ab')'\\r\\n'\n"},
};

Test(parse, metadata)
{
    for (size_t i = 0; i < sizeof(metas) / sizeof(*metas); i++) {
        struct script_set *s = script_set_new();
        struct messages m = {.n = 0};
        char *dump;
        size_t len;
        FILE *out = open_memstream(&dump, &len);
        struct smtp_span text = {metas[i].text, strlen(metas[i].text)};
        cr_expect_eq(script_parse(s, "f", text, on_error, &m), 0, "%s: %s",
                     metas[i].name, m.text);
        for (size_t k = 0; k < script_count(s); k++) {
            dump_meta(out, script_at(s, k));
            dump_steps(out, script_at(s, k));
        }
        fclose(out);
        cr_expect_str_eq(dump, metas[i].dump, "%s:\n%s", metas[i].name, dump);
        free(dump);
        script_set_free(s);
    }
}

Test(parse, preambles)
{
    static const char text[] =
        "case: start/ehlo\nneeds: tls:off\nC: <open>\nS: 220\n"
        "case: start/ehlo/tls\nC: <open>\nS: 220\n"
        "case: start/ehl\nC: <open>\nS: 220\n";
    struct script_set *s = script_set_new();

    cr_expect_eq(script_parse(s, "f", SMTP_SPAN(text), NULL, NULL), 0);
    cr_expect_eq(script_count(s), 0);
    cr_expect_str_eq(script_preamble(s, "ehlo", 0)->id, "start/ehlo");
    cr_expect_str_eq(script_preamble(s, "ehlo", 1)->id, "start/ehlo/tls");
    cr_expect_null(script_preamble(s, "ehlo", 2));
    cr_expect_str_eq(script_preamble(s, "ehl", 0)->id, "start/ehl");
    cr_expect_null(script_preamble(s, "eh", 0));
    script_set_free(s);
}

/* ---- mistakes ---------------------------------------------------------- */

/* Each row's text follows HEAD when it begins with a step or "+"; the "+"
 * is left out. */
static const struct {
    const char *text, *want;
} invalid[] = {
    {"x\n", "1:1: expected \"case: id\""},
    {"case:\nC: A\n", "1:6: expected an id"},
    {"case: rfc5321/1\nC: A\n", "1:7: expected an id"},
    {"case: rfc5321/1/A\nC: A\n", "1:7: expected an id"},
    {"case: rfc5321/1/a/b\nC: A\n", "1:7: expected an id"},
    {"case: rfc5321/1/a/\nC: A\n", "1:7: expected an id"},
    {"case: start/\nC: A\n", "1:7: expected an id"},
    {"case: start/a/b/c\nC: A\n", "1:7: expected an id"},
    {"case: rfc5321/1/x\nspec: RFC5321 1\nlevel: MUST\nC: A\n",
     "1:7: case rfc5321/1/x has no title: (one sentence)"},
    {"case: rfc5321/1/x\ntitle: t\nlevel: MUST\nC: A\n",
     "1:7: case rfc5321/1/x has no spec: (RFC5321 4.2)"},
    {"case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\nC: A\n",
     "1:7: case rfc5321/1/x has no level: (MUST, SHOULD, ...)"},
    {"+foo: x\nC: A\n", "5:1: unknown key \"foo\": expected title, spec"},
    {"+title: x\nC: A\n", "5:1: \"title\" is given twice (first in line 2)"},
    {"+start:\nC: A\n", "5:7: expected a value for \"start\""},
    {"case: rfc5321/1/x\ntitle: t\nspec: 5321\nlevel: MUST\nC: A\n",
     "3:7: expected RFC and section"},
    {"case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1; x\nlevel: MUST\nC: A\n",
     "3:18: expected RFC and section"},
    {"case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\nlevel: must\nC: A\n",
     "4:8: expected MUST, MUST NOT, SHOULD, SHOULD NOT, MAY or GRAMMAR"},
    {"+needs: ehlo:SIZE, foo\nC: A\n", "5:19: unknown need \"foo\""},
    {"+needs: account,\n  tls:maybe\nC: A\n",
     "6:3: expected tls:on or tls:off"},
    {"+needs: account:x\nC: A\n", "5:8: expected account"},
    {"+needs: ehlo\nC: A\n", "5:8: expected ehlo:KEYWORD[=PARAM]"},
    {"+covers: A,,B\nC: A\n", "5:11: expected requirement ids"},
    {"+start: A B\nC: A\n", "5:8: expected the name of a preamble"},
    {"+hostile: maybe\nC: A\n", "5:10: expected yes or no"},
    {"+each: x\nC: A\n", "5:8: expected \"=\" behind the variable"},
    {"+each: X = a \"b\"\nC: A\n", "5:7: expected a variable's name"},
    {"+each: x = a\nC: A\n",
     "5:12: expected a value in double quotes"},
    {"+each: x = a \"b\nC: A\n",
     "5:13: expected the closing quote of this value"},
    {"+each: x = a \"b\" c\nC: A\n", "5:17: expected the end of the line"},
    {"+each: x = A \"b\"\nC: A\n", "5:11: expected an id"},
    {"+each: x = a \"${x}\"\nC: A\nS: ${x}\n",
     "5:14: each-variables nested too deep, or too many"},
    {"+each: x = a \"${x}\"\nC: ${x}\n",
     "5:14: each-variables nested too deep, or too many"},
    {"+each: x = a \"250\",\n  b \"999\"\nS: ${x} a\n",
     "7:4: expected a reply code"},
    {"+each: x = a \"250\"\nS: ${x} <bad>\n", "6:10: expected <domain>"},
    {"+  \nfoo\nC: A\n", "6:1: expected \"key: value\", C: or S:"},
    {"+", "1:1: case rfc5321/1/x has no steps"},
    {"C\n", "5:2: expected C: or C= (C1: to C9: for more connections)"},
    {"C0: A\n", "5:2: expected C: or C="},
    {"C12: A\n", "5:3: expected C: or C="},
    {"C:A\n", "5:3: expected a space here"},
    {"C:  A\n", "5:4: expected no white space at the ends of the text"},
    {"C: A \n", "5:5: expected no white space at the ends of the text"},
    {"C= A\n", "5:4: expected a string in double quotes"},
    {"C= \"A\n", "5:4: expected the closing quote of this string"},
    {"C= \"A\" B\n", "5:8: expected the end of the line, not \"B\""},
    {"C= \"\\q\"\n", "5:5: expected an escape: \\r \\n"},
    {"C= \"\\x4\"\n", "5:5: expected an escape"},
    {"C: a\tb\n", "5:5: expected no control octet: write it as \\x09"},
    {"C: a\001\n", "5:5: expected no control octet: write it as \\x01"},
    {"C: ${\n", "5:4: expected ${name}, ${rep N text}"},
    {"C: ${foo bar}\n", "5:4: expected ${name}, ${rep N text}"},
    {"C: ${rep x y}\n", "5:10: expected a number up to 4194304"},
    {"C: ${rep 4194305 y}\n", "5:10: expected a number up to 4194304"},
    {"C: ${rep 5}\n", "5:10: expected a number up to 4194304"},
    {"C: ${b64 y\n", "5:4: expected \"}\" at the end of this function"},
    {"C: ${b64 ${b64 ${b64 ${b64 ${b64 ${b64 ${b64 ${b64 ${b64 a}}}}}}}}}\n",
     "5:52: variables and functions are nested deeper than 8"},
    {"C: <foo>\n", "5:4: expected <open>, <tls>, <auth MECH>"},
    {"C: <open\n", "5:4: expected \">\" at the end of this stage"},
    {"C: <open> x\n", "5:11: expected the end of the line, not \"x\""},
    {"C: <tls 0.9>\n", "5:9: expected <tls>, or behind it 1.0, 1.1, 1.2, "
     "1.3, weak, no-sni or other-sni"},
    {"C: A\nS{0}: 250\n", "6:3: expected a number from 1 to 10000 and \"}\""},
    {"C: A\nS![5s]{10001}: 250\n", "6:8: expected a number from 1 to 10000"},
    {"C: A\nS{2: 250\n", "6:3: expected a number from 1 to 10000"},
    {"C: A\nS{2}: <close>\n", "6:1: expected a reply behind {2}"},
    {"C: <open ssl>\n", "5:10: expected <open>, <open plain> or <open tls>"},
    {"C: <close now>\n", "5:11: expected nothing behind the name"},
    {"C: <auth>\n", "5:9: expected a mechanism"},
    {"C: <auth plain joe>\n", "5:19: expected a password behind the user"},
    {"C: <pause>\n", "5:10: expected a time up to an hour"},
    {"C: <pause 5>\n", "5:11: expected a time up to an hour"},
    {"C: <pause 61m>\n", "5:11: expected a time up to an hour"},
    {"C: <drip 1s>\nS: 250\n",
     "5:1: expected a C: line with text behind <drip>"},
    {"C: <drip 1s>\n", "5:1: expected a C: line with text behind <drip>"},
    {"S 250\n", "5:2: expected S:, S!:, S[5s]: or S![5s]:"},
    {"S[5s]!: 250\n", "5:6: expected S:, S!:, S[5s]: or S![5s]:"},
    {"S[5: 250\n", "5:3: expected a time up to an hour"},
    {"S: \n", "5:4: expected a reply code (250, 5yz, x5z, xyz)"},
    {"S: 650\n", "5:4: expected a reply code"},
    {"S: 25\n", "5:4: expected a reply code"},
    {"S: <open>\n", "5:4: expected <close>, <close notify>, <silent T>, "
     "<timeout>, <delivered>, <not delivered T>, <content same> or "
     "<trace WHAT> here"},
    {"S: <silent>\n", "5:11: expected a time up to an hour"},
    {"S[5s]: <silent 1s>\n", "5:1: expected the time in <silent T> or "
     "<not delivered T> only"},
    {"S: 250 <foo>\n", "5:9: expected <domain>, <enh>, <number>"},
    {"S: 250 <word\n", "5:8: expected \">\" at the end of this type"},
    {"S: 250 <word:X>\n", "5:14: expected the name of a new variable"},
    {"S: 250 <word:helo>\n", "5:14: expected the name of a new variable"},
    {"S: 334 <iterations>\n", "5:9: expected <iterations:N>, N a number"},
    {"S: 334 <iterations:a>\n", "5:9: expected <iterations:N>, N a number"},
    {"S: 250 <text> a\n", "5:15: expected nothing behind <text>"},
    {"S: 250 -> maybe \"x\"\n", "5:11: expected pass, fail, skip, blocked"},
    {"S: 250 -> warn\n", "5:15: expected a string in double quotes"},
    {"S: 250 -> warn \"\"\n", "5:16: expected a sentence without variables"},
    {"S: 250 -> warn \"a\" b\n", "5:20: expected the end of the line"},
    {" | 250\n", "5:1: unknown"},
    {"C: A\n | 250\n", "6:2: expected a server line, <open> or <tls> in "
     "front of an alternative"},
    {"S: 250\n | <silent 1s>\n", "6:4: expected <close>, <close notify>, "
     "<timeout>, <delivered>, <not delivered> or <differs> here"},
    {"S: <delivered 0>\n", "5:15: expected a number of messages"},
    {"S: <delivered 101>\n", "5:15: expected a number of messages"},
    {"S: <not delivered>\n", "5:18: expected a time"},
    {"S: <not delivered 2>\n", "5:19: expected a time"},
    {"S[5s]: <not delivered 1s>\n", "5:1: expected the time in"},
    {"S: <content>\n", "5:4: expected <close>"},
    {"S: <differs>\n", "5:4: expected <close>"},
    {"S: <trace>\n", "5:10: expected added, from,"},
    {"S: <trace from x>\n", "5:11: expected added, from,"},
    {"S: 250\n | <content same>\n", "6:4: expected <close>"},
    {"C: <open>\n | <delivered>\n", "6:4: expected <close>"},
    {"C: <open>\n | 250\n", "6:4: expected <close>, <timeout> or <fail>"},
    {"S: 250\n 251\n", "6:2: expected \"|\" with an alternative"},
    {"S: <close>\n + X\n", "6:2: expected a reply (S: 250) in front of"},
    {"S: 250\n +X\n", "6:3: expected SP and an EHLO keyword"},
    {"S: 250-a\nC: B\n", "6:1: expected the last line of the reply"},
    {"S: 250-a\nS: 251 b\n", "6:4: expected the next line of the reply 250-"},
    {"S: 250-a\n", "5:4: expected the last line of the reply behind this"},
    {"S: 250\ntitle: x\n", "6:1: expected C: or S: (metadata stands in "
     "front of the first step)"},
    {"case: start/x\nC: <open>\nS: 220 -> pass \"x\"\n",
     "3:1: expected skip, blocked, warn or info"},
    {"case: start/x\nC: <open>\nS: 220\n | 5yz -> fail \"x\"\n",
     "4:1: expected skip, blocked, warn or info"},
};

static void check_invalid(const char *text, const char *want)
{
    struct script_set *s = script_set_new();
    struct messages m = {.n = 0};
    bool whole = text[0] != '+' && text[0] != 'C' && text[0] != 'S' &&
                 text[0] != ' ';
    char *full, *line;
    int n = asprintf(&full, "%s%s", whole ? "" : HEAD,
                     text + (text[0] == '+'));

    int errors = script_parse(s, "f", smtp_span_of(full, (size_t)n), on_error,
                              &m);
    line = strtok(m.text, "\n");
    if (strstr(want, "unknown") && text[0] == ' ') {
        /* A step line's alternative behind metadata goes on with it. */
        cr_expect_eq(errors, 2, "%s", text);
    } else {
        cr_expect_geq(errors, 1, "%s", text);
        cr_expect(line && strncmp(line, "f:", 2) == 0 &&
                  strncmp(line + 2, want, strlen(want)) == 0,
                  "%s\n  %s\n  f:%s", text, line ? line : "", want);
    }
    cr_expect_eq(script_count(s), 0, "%s", text);
    cr_expect_null(script_preamble(s, "x", 0), "%s", text);
    free(full);
    script_set_free(s);
}

Test(parse, mistakes)
{
    for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
        check_invalid(invalid[i].text, invalid[i].want);
}

/* A mistake costs its own case only, and all are reported. */
Test(parse, goes_on)
{
    static const char text[] = HEAD "S: 25\nS: 26\n"
        "case: rfc5321/1/y\ntitle: t\nspec: RFC5321 1\nlevel: MUST\nC: A\n";
    struct script_set *s = script_set_new();
    struct messages m = {.n = 0};

    cr_expect_eq(script_parse(s, "f", SMTP_SPAN(text), on_error, &m), 2);
    cr_expect_eq(script_count(s), 1);
    cr_expect_str_eq(script_at(s, 0)->id, "rfc5321/1/y");
    script_set_free(s);
}

/* Variables that hold 200 others each, three times over; the last holds n
 * octets. */
static void bomb(struct script_set *s, struct messages *m, int n,
                 const char *step)
{
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    fputs(HEAD, out);
    for (int v = 0; v < 4; v++) {
        fprintf(out, "each: %c = x \"", 'a' + v);
        for (int i = 0; i < (v < 3 ? 200 : n); i++)
            fprintf(out, v < 3 ? "${%c}" : "x", 'b' + v);
        fputs("\"\n", out);
    }
    fputs(step, out);
    fclose(out);
    m->n = 0;
    cr_expect_eq(script_parse(s, "f", smtp_span_of(text, len), on_error, m),
                 1);
    free(text);
}

/* Too many cases, each-bombs: bounded. */
Test(parse, limits)
{
    struct script_set *s = script_set_new();
    struct messages m = {.n = 0};
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    fputs(HEAD "each: a = ", out);
    for (int i = 0; i < 65; i++)
        fprintf(out, "%s%d \"\"", i ? "," : "", i);
    fputs("\neach: b = ", out);
    for (int i = 0; i < 65; i++)
        fprintf(out, "%s%d \"\"", i ? "," : "", i);
    fputs("\nC: A\n", out);
    fclose(out);
    cr_expect_eq(script_parse(s, "f", smtp_span_of(text, len), on_error, &m),
                 1);
    cr_expect(strstr(m.text, "make at most 4096 cases"), "%s", m.text);
    free(text);

    bomb(s, &m, 0, "C= \"${a}\"\n");
    cr_expect(strstr(m.text, "nested too deep, or too many"), "%s", m.text);
    bomb(s, &m, 2000, "S: ${a}\n");
    cr_expect(strstr(m.text, "expected at most 65536 octets"), "%s", m.text);
    script_set_free(s);
}

/* No octet behind the end is read, wherever the text is cut. */
Test(parse, every_prefix)
{
    static const char text[] = HEAD
        "needs: ehlo:SIZE,\n account\neach: x = a \"250\"\n\n# c\nC: <open>\n"
        "S![5s]: ${x} <domain:d> a\\x41\n | 5yz -> warn \"w\"\n + A <word>\n"
        "C= \"${rep 3 \\r}${b64 ${d}}\"\nS: 250-a\nS: 250 b\nS= \"x\"\n"
        "C: <auth plain>\nC: <drip 1s>\nC: x\n";
    long page = sysconf(_SC_PAGESIZE);
    size_t n = sizeof(text) - 1;
    char *map = mmap(NULL, (size_t)page * 2, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(map, MAP_FAILED);
    cr_assert_eq(mprotect(map + page, (size_t)page, PROT_NONE), 0);
    for (size_t len = 0; len <= n; len++) {
        struct script_set *s = script_set_new();
        char *p = map + page - len;
        memcpy(p, text, len);
        int errors = script_parse(s, "f", smtp_span_of(p, len), NULL, NULL);
        cr_expect_geq(errors, 0, "%zu", len);
        if (len == n)
            cr_expect_eq(errors, 0);
        (void)script_lint(s, NULL, NULL, NULL, NULL, NULL);
        script_set_free(s);
    }
    munmap(map, (size_t)page * 2);
}
