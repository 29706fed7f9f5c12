#include "harness/oracle.h"

#include <criterion/criterion.h>

#define S(literal) {literal, sizeof(literal) - 1}


#define ACCEPTED(...) {.verdict = ADAPTER_ACCEPTED, __VA_ARGS__}
#define REJECTED      {.verdict = ADAPTER_REJECTED}
#define MORE          {.verdict = ADAPTER_MORE}
#define FAULT(why)    {.verdict = ADAPTER_FAULT, .note = (why)}

struct row {
    const char *name;
    enum adapter_kind kind;
    struct smtp_span in;
    struct adapter_result got;
    const char *id; /* NULL: nothing differs */
    enum oracle_weight weight;
};

/* Runs the oracle over a row; "" when nothing differs. */
static const char *judge(const struct row *r, struct oracle_hit *hit)
{
    static struct oracle_view view;
    const struct adapter_input in = {r->kind, r->in.p, r->in.n, 0, NULL};
    cr_assert(oracle_look(&in, false, &view), "%s", r->name);
    return oracle_judge(&in, &view, &r->got, hit) ? hit->id : "";
}

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct oracle_hit hit = {.weight = ORACLE_NOTE};
        const char *id = judge(&rows[i], &hit);
        const char *want = rows[i].id ? rows[i].id : "";
        cr_expect_str_eq(id, want, "%s: got %s, want %s", rows[i].name, id,
                         want);
        if (*want && strcmp(id, want) == 0)
            cr_expect_eq(hit.weight, rows[i].weight, "%s: weight",
                         rows[i].name);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

Test(oracle, replies)
{
    const enum adapter_kind r = ADAPTER_REPLY;
    const struct row rows[] = {
        {"agree", r, S("250 ok\r\n"),
         ACCEPTED(.has = ADAPTER_CODE | ADAPTER_LINES | ADAPTER_USED,
                  .code = 250, .lines = 1, .used = 8), NULL, 0},
        {"code", r, S("250 ok\r\n"),
         ACCEPTED(.has = ADAPTER_CODE, .code = 251), "reply/code/single",
         ORACLE_FINDING},
        {"a field that is not filled is not compared", r, S("250 ok\r\n"),
         ACCEPTED(.code = 251), NULL, 0},
        {"lines", r, S("250-a\r\n250 b\r\n"),
         ACCEPTED(.has = ADAPTER_LINES, .lines = 1), "reply/lines/multi",
         ORACLE_FINDING},
        {"text", r, S("250 ok\r\n"),
         ACCEPTED(.has = ADAPTER_TEXT, .text = S("o")), "reply/text/single",
         ORACLE_FINDING},
        {"used", r, S("250 ok\r\nx"),
         ACCEPTED(.has = ADAPTER_USED, .used = 9), "reply/used/single",
         ORACLE_FINDING},
        {"refused", r, S("250 ok\r\n"), REJECTED, "reply/rejects/single",
         ORACLE_FINDING},
        {"the code alone has to do", r, S("250\r\n"), REJECTED,
         "reply/rejects/single-no-text", ORACLE_FINDING},
        {"waits", r, S("250 ok\r\n"), MORE, "reply/late/single",
         ORACLE_FINDING},
        {"too early", r, S("250-a\r\n"), ACCEPTED(.has = 0),
         "reply/early/multi", ORACLE_FINDING},
        {"needs more", r, S("250-a\r\n"), MORE, NULL, 0},
        {"a good start refused", r, S("25"), REJECTED,
         "reply/rejects/single", ORACLE_FINDING},
        {"a good start refused, at its CR", r, S("250-a\r\n250-b\r"),
         REJECTED, "reply/rejects/multi", ORACLE_FINDING},
        {"a bad start refused", r, S("2x"), REJECTED, NULL, 0},
        {"199 taken", r, S("199 x\r\n"), ACCEPTED(.has = 0),
         "reply/accepts/reply-code-range", ORACLE_FINDING},
        {"199 refused", r, S("199 x\r\n"), REJECTED, NULL, 0},
        {"bare LF taken", r, S("250 x\n"), ACCEPTED(.has = 0),
         "reply/accepts/reply-bare-lf", ORACLE_FINDING},
        {"a client may rely on any line's code", r,
         S("250-a\r\n251 b\r\n"), ACCEPTED(.has = 0),
         "reply/accepts/reply-code-changed", ORACLE_NOTE},
        {"text need not be examined", r, S("250 \200\r\n"),
         ACCEPTED(.has = 0), "reply/accepts/reply-8bit", ORACLE_NOTE},
        {"what weighs most speaks for all", r, S("250 \200\n"),
         ACCEPTED(.has = 0), "reply/accepts/reply-bare-lf", ORACLE_FINDING},
        {"fault", r, S("250 ok\r\n"), FAULT("KeyError: 3"),
         "reply/fault/KeyError", ORACLE_FINDING},
        {"skipped", r, S("250 ok\r\n"), {.verdict = ADAPTER_SKIPPED}, NULL,
         0},
    };
    CHECK(rows);
}

Test(oracle, commands)
{
    const enum adapter_kind c = ADAPTER_COMMAND;
    const struct row rows[] = {
        {"agree", c, S("MAIL FROM:<a@b>\r\n"),
         ACCEPTED(.has = ADAPTER_VERB | ADAPTER_LOCAL | ADAPTER_DOMAIN,
                  .verb = S("mail"), .local = S("a"), .domain = S("B")),
         NULL, 0},
        {"domain", c, S("MAIL FROM:<a@b>\r\n"),
         ACCEPTED(.has = ADAPTER_DOMAIN, .domain = S("c")),
         "command/domain/MAIL-name", ORACLE_FINDING},
        {"verb", c, S("RSET\r\n"),
         ACCEPTED(.has = ADAPTER_VERB, .verb = S("NOOP")),
         "command/verb/RSET", ORACLE_FINDING},
        {"parameters", c, S("MAIL FROM:<> SIZE=1\r\n"),
         ACCEPTED(.has = ADAPTER_PARAMS, .n_params = 1,
                  .params = {{S("size"), S("10")}}),
         "command/params/MAIL-null-params", ORACLE_FINDING},
        {"extensions need not be there", c, S("MAIL FROM:<> SIZE=1\r\n"),
         REJECTED, "command/rejects/MAIL-null-params", ORACLE_NOTE},
        {"BDAT in 32 bits", c, S("BDAT 4294967297\r\n"),
         ACCEPTED(.has = ADAPTER_SIZE, .size = 1), "command/size/BDAT",
         ORACLE_FINDING},
        {"BDAT over 64 bits, another number", c,
         S("BDAT 18446744073709551617\r\n"),
         ACCEPTED(.has = ADAPTER_SIZE, .size = 1), "command/size/BDAT",
         ORACLE_FINDING},
        {"BDAT over 64 bits, at its limit", c,
         S("BDAT 18446744073709551617\r\n"),
         ACCEPTED(.has = ADAPTER_SIZE, .size = UINT64_MAX), NULL, 0},
        {"LAST", c, S("BDAT 1 LAST\r\n"),
         ACCEPTED(.has = ADAPTER_LAST, .last = false), "command/last/BDAT",
         ORACLE_FINDING},
        {"bare LF", c, S("RSET\n"), ACCEPTED(.has = 0),
         "command/accepts/command-bare-lf", ORACLE_FINDING},
        {"before the line end", c, S("RSET\r"), ACCEPTED(.has = 0),
         "command/early", ORACLE_FINDING},
        {"white space at the end taken", c, S("RSET \r\n"),
         ACCEPTED(.has = 0), NULL, 0},
        {"white space at the end refused", c, S("RSET \r\n"), REJECTED,
         "command/rejects/RSET", ORACLE_NOTE},
        {"any name in EHLO", c, S("EHLO a_b\r\n"), ACCEPTED(.has = 0),
         "command/accepts/command-arg-syntax", ORACLE_NOTE},
        {"a private verb", c, S("XYZZ\r\n"), ACCEPTED(.has = 0),
         "command/accepts/command-verb", ORACLE_NOTE},
    };
    CHECK(rows);
}

Test(oracle, paths)
{
    const enum adapter_kind p = ADAPTER_PATH;
    const unsigned parts = ADAPTER_LOCAL | ADAPTER_DOMAIN;
    const struct row rows[] = {
        {"quotes kept", p, S("<\"a b\"@c>"),
         ACCEPTED(.has = parts, .local = S("\"a b\""), .domain = S("c")),
         NULL, 0},
        {"quotes removed", p, S("<\"a\\b\"@c>"),
         ACCEPTED(.has = parts, .local = S("ab"), .domain = S("c")), NULL,
         0},
        {"quoted anew", p, S("<\"a\\ b\"@c>"),
         ACCEPTED(.has = parts, .local = S("\"a b\""), .domain = S("c")),
         NULL, 0},
        {"another local part", p, S("<\"a b\"@c>"),
         ACCEPTED(.has = parts, .local = S("a"), .domain = S("c")),
         "path/local/quoted", ORACLE_FINDING},
        {"literal without brackets", p, S("<a@[192.0.2.1]>"),
         ACCEPTED(.has = parts, .local = S("a"), .domain = S("192.0.2.1")),
         NULL, 0},
        {"address written anew", p, S("<a@[IPv6:2001:0db8::0:1]>"),
         ACCEPTED(.has = parts, .local = S("a"),
                  .domain = S("[IPv6:2001:db8::1]")), NULL, 0},
        {"another address", p, S("<a@[IPv6:2001:db8::1]>"),
         ACCEPTED(.has = parts, .local = S("a"),
                  .domain = S("[IPv6:2001:db8::2]")), "path/domain/ipv6",
         ORACLE_FINDING},
        {"unknown tags need not be known", p, S("<a@[x:y]>"), REJECTED,
         "path/rejects/general", ORACLE_NOTE},
        {"route refused", p, S("<@x:a@b>"), REJECTED, "path/rejects/route",
         ORACLE_FINDING},
        {"something behind it", p, S("<a@b>x"), ACCEPTED(.has = 0),
         "path/accepts/path-brackets", ORACLE_FINDING},
        {"nothing", p, S(""), ACCEPTED(.has = 0),
         "path/accepts/path-brackets", ORACLE_FINDING},
    };
    CHECK(rows);
}

Test(oracle, octets)
{
    const enum adapter_kind x = ADAPTER_XTEXT;
    const enum adapter_kind b = ADAPTER_BASE64;
    const enum adapter_kind d = ADAPTER_DATA;
    const unsigned content = ADAPTER_CONTENT;
    const struct row rows[] = {
        {"xtext", x, S("a+2B"), ACCEPTED(.has = content, .content = S("a+")),
         NULL, 0},
        {"xtext, other octets", x, S("a+2B"),
         ACCEPTED(.has = content, .content = S("a+2B")),
         "xtext/content/hexchar", ORACLE_FINDING},
        {"odd xtext", x, S("a+2"), ACCEPTED(.has = 0),
         "xtext/accepts/xtext", ORACLE_FINDING},
        {"base64", b, S("QUI="),
         ACCEPTED(.has = content, .content = S("A")),
         "base64/content/pad-1", ORACLE_FINDING},
        {"base64, unused bits", b, S("QUJ="), ACCEPTED(.has = 0),
         "base64/accepts/unused-bits", ORACLE_NOTE},
        {"base64, padding", b, S("QQ="), ACCEPTED(.has = 0),
         "base64/accepts/base64", ORACLE_FINDING},
        {"base64, alphabet before padding", b, S("Q*=="),
         ACCEPTED(.has = 0), "base64/accepts/base64", ORACLE_FINDING},
        {"data", d, S("a\r\n..\r\n.\r\n"),
         ACCEPTED(.has = content, .content = S("a\r\n.\r\n")), NULL, 0},
        {"data, dot kept", d, S("..\r\n.\r\n"),
         ACCEPTED(.has = content, .content = S("..\r\n")),
         "data/content/dots", ORACLE_FINDING},
        {"data, smuggled", d, S("a\n.\n"), ACCEPTED(.has = 0),
         "data/early", ORACLE_FINDING},
        {"data, an end before the end", d, S("a\n.\nb\r\n.\r\n"),
         ACCEPTED(.has = ADAPTER_USED, .used = 4), "data/used/plain-odd",
         ORACLE_FINDING},
        {"data, not seen to end", d, S(".\r\n"), MORE, "data/late/empty",
         ORACLE_FINDING},
        {"data, bad content may be refused", d, S("a\n.\r\n"), REJECTED,
         NULL, 0},
        {"data, good content", d, S("a\r\n.\r\n"), REJECTED,
         "data/rejects/plain", ORACLE_FINDING},
    };
    CHECK(rows);
}

/* Every id of a rule has a clause and a sentence. */
Test(oracle, clauses)
{
    struct oracle_hit hit;
    for (unsigned k = 0; k < ADAPTER_KINDS; k++) {
        oracle_split((enum adapter_kind)k, &hit);
        cr_expect(hit.rfc && hit.section && hit.sentence, "%s", hit.id);
        cr_expect_eq(hit.weight, ORACLE_FINDING);
    }
}

Test(oracle, kinds)
{
    for (unsigned k = 0; k < ADAPTER_KINDS; k++)
        cr_expect_eq(oracle_kind_of(oracle_kind_letter((enum adapter_kind)k)),
                     k, "%s", oracle_kind_name((enum adapter_kind)k));
    cr_expect_eq(oracle_kind_of('z'), ADAPTER_KINDS);
    cr_expect_eq(oracle_kind_of('\0'), ADAPTER_KINDS);
}

Test(oracle, too_long)
{
    static char text[ORACLE_INPUT + 1];
    static struct oracle_view view;
    const struct adapter_input in = {ADAPTER_XTEXT, text, sizeof(text), 0,
                                     NULL};
    cr_expect_not(oracle_look(&in, false, &view));
}

Test(oracle, escape)
{
    char text[16];
    oracle_escape("a\r\n\"\\\0\x7f", 7, text, sizeof(text));
    cr_expect_str_eq(text, "a\\r\\n\\\"\\\\\\000", "%s", text);
}
