#include "smtp/enhanced.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "harness/feed.h"

static struct smtp_span span(const char *s)
{
    return smtp_span_of(s, strlen(s));
}

Test(enhanced, parse_valid)
{
    static const struct {
        const char *in;
        size_t n;
        unsigned class;
        unsigned subject;
        unsigned detail;
    } rows[] = {
        {"2.0.0 Ok", 5, 2, 0, 0},        {"5.7.26 x", 6, 5, 7, 26},
        {"4.999.999 x", 9, 4, 999, 999}, {"2.1.5", 5, 2, 1, 5},
        {"5.10.100 ", 8, 5, 10, 100},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_enhanced e = {0, 0, 0};
        cr_expect_eq(smtp_enhanced_parse(span(rows[i].in), &e), rows[i].n,
                     "%s", rows[i].in);
        cr_expect_eq(e.class, rows[i].class, "%s", rows[i].in);
        cr_expect_eq(e.subject, rows[i].subject, "%s", rows[i].in);
        cr_expect_eq(e.detail, rows[i].detail, "%s", rows[i].in);
    }
}

Test(enhanced, parse_invalid)
{
    static const char *const rows[] = {
        "",        "2",        "2.",       "2.0",      "2.0.",    "Ok",
        "3.0.0 x", "1.0.0 x",  "6.0.0 x",  "0.0.0 x",  "22.0.0",  "2.00.0 x",
        "2.0.00 x", "2.01.0 x", "2.0.01 x", "2.1000.0", "2.0.1000 x",
        "2.0.0\tx", "2.0.0:x", "2.0.0. x", "2.0.0-x",  " 2.0.0 x", "2..0 x",
        "2.x.0 x", "2,0,0 x",  "2.0.x",    "2.0 0 x",  "2.-1.0",
    };
    struct feed_guard g;
    cr_assert(feed_guard_open(&g, 64));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_enhanced e = {7, 7, 7};
        size_t n = strlen(rows[i]);
        struct smtp_span in = {feed_guard_put(&g, rows[i], n), n};
        cr_expect_eq(smtp_enhanced_parse(in, &e), 0, "%s", rows[i]);
        cr_expect_eq(e.class, 7, "%s: *out was touched", rows[i]);
    }
    feed_guard_close(&g);
}

static void describe(const struct smtp_flaws *fs, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, 256 - at, "%s ",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        snprintf(text + at, 256 - at, "%s@%zu",
                 smtp_flaw_info(fs->first)->id, fs->first_at);
}

Test(enhanced, check)
{
    static const struct {
        const char *name;
        const char *in;
        const char *want;
    } rows[] = {
        {"good", "250 2.1.0 Ok\r\n", ""},
        {"good, many lines", "550-5.7.1 a\r\n550-5.7.1 \r\n550 5.7.1 b\r\n",
         ""},
        {"3yz needs none", "354 go\r\n", ""},
        {"out of range, nothing to agree with", "650 x\r\n", ""},
        {"missing", "250 Ok\r\n", "enhanced-missing enhanced-missing@4"},
        {"no text", "250 \r\n", "enhanced-missing enhanced-missing@4"},
        {"a number is no attempt", "250 2 messages\r\n",
         "enhanced-missing enhanced-missing@4"},
        {"missing in the second line", "250-2.0.0 a\r\n250 b\r\n",
         "enhanced-missing enhanced-missing@17"},
        {"two numbers", "250 2.0 Ok\r\n",
         "enhanced-syntax enhanced-syntax@4"},
        {"leading zero", "250 2.00.0 Ok\r\n",
         "enhanced-syntax enhanced-syntax@4"},
        {"class 3", "250 3.0.0 Ok\r\n", "enhanced-syntax enhanced-syntax@4"},
        {"no space behind", "250 2.0.0\r\n",
         "enhanced-syntax enhanced-syntax@9"},
        {"another class", "550 4.1.1 x\r\n",
         "enhanced-class enhanced-class@4"},
        {"changed", "550-5.1.1 x\r\n550 5.1.2 y\r\n",
         "enhanced-changed enhanced-changed@17"},
        {"changed subject", "550-5.1.1 x\r\n550 5.2.1 y\r\n",
         "enhanced-changed enhanced-changed@17"},
        {"changed class", "550-5.1.1 x\r\n550 2.1.1 y\r\n",
         "enhanced-class enhanced-changed enhanced-class@17"},
        {"code and class of the last line", "450-4.1.1 x\r\n550 4.1.1 y\r\n",
         "enhanced-class enhanced-class@4"},
        {"a line without a code ends it", "250-2.0.0 x\r\nhello\r\n", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct smtp_reply_scan scan = {0};
        struct smtp_reply r;
        struct smtp_flaws fs = {0};
        char text[256];
        cr_assert_gt(smtp_reply_parse(&scan, rows[i].in, strlen(rows[i].in),
                                      &r), 0, "%s", rows[i].name);
        smtp_enhanced_check(&r, &fs);
        describe(&fs, text);
        cr_expect_str_eq(text, rows[i].want, "%s: %s", rows[i].name, text);
    }
}

Test(enhanced, meaning)
{
    static const struct {
        struct smtp_enhanced e;
        const char *want;
    } rows[] = {
        {{2, 0, 0},   "Other undefined status"},
        {{5, 1, 1},   "Bad destination mailbox address"},
        {{4, 2, 2},   "Mailbox full"},
        {{5, 7, 8},   "Authentication credentials invalid"},
        {{5, 7, 30},  "REQUIRETLS support required"},
        {{5, 7, 31},  NULL},
        {{5, 8, 0},   NULL},
        {{5, 1, 11},  NULL},
        {{5, 0, 1},   NULL},
        {{5, 999, 999}, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *got = smtp_enhanced_meaning(&rows[i].e);
        if (rows[i].want)
            cr_expect(got && strcmp(got, rows[i].want) == 0, "%zu: %s", i,
                      got ? got : "none");
        else
            cr_expect_null(got, "%zu: %s", i, got);
    }
}

/* In ascending order, none twice, each found by the search. */
Test(enhanced, registry)
{
    const struct smtp_enhanced_info *last = NULL;
    size_t n = 0;
    for (const struct smtp_enhanced_info *row;
         (row = smtp_enhanced_at(n)) != NULL; n++, last = row) {
        struct smtp_enhanced e = {5, row->subject, row->detail};
        cr_expect(!last || row->subject > last->subject ||
                  (row->subject == last->subject &&
                   row->detail > last->detail), "row %zu", n);
        cr_expect_eq(smtp_enhanced_meaning(&e), row->meaning, "row %zu", n);
        cr_expect(strncmp(row->rfc, "RFC", 3) == 0 ||
                  strcmp(row->rfc, "registry") == 0, "%s", row->rfc);
    }
    cr_expect_eq(n, 81);
}
