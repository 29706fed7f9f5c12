#include "smtp/param.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/feed.h"

#define S(literal)  literal, sizeof(literal) - 1
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { TEXT = 4096, M = SMTP_PARAM_OF_MAIL, R = SMTP_PARAM_OF_RCPT };

static struct feed_guard guard;

static void open_guard(void)
{
    cr_assert(feed_guard_open(&guard, 8192));
}

static void close_guard(void)
{
    feed_guard_close(&guard);
}

TestSuite(param, .init = open_guard, .fini = close_guard);

/* "<flaw>@<offset of the first> ..." of all parameters, "" for none. */
static void show_flaws(const struct smtp_flaws *fs, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
        if (smtp_flaws_has(fs, (enum smtp_flaw)f))
            at += (size_t)snprintf(text + at, TEXT - at, "%s ",
                                   smtp_flaw_info((enum smtp_flaw)f)->id);
    if (smtp_flaws_any(fs))
        snprintf(text + at, TEXT - at, "@%zu", fs->first_at);
}

static void check(const char *in, size_t n, unsigned of, char *text)
{
    struct smtp_flaws flaws = {0};
    const char *p = feed_guard_put(&guard, in, n);
    smtp_params_check(smtp_span_of(p, n), (enum smtp_param_of)of, &flaws);
    show_flaws(&flaws, text);
}

struct row {
    const char *in;
    size_t n;
    unsigned of;
    const char *want;
};

static const struct row valid[] = {
    {S(""), M, ""},
    {S("SIZE=0"), M, ""},
    {S("size=12345678901234567890"), M, ""},
    {S("SIZE=99999999999999999999"), M, ""},
    {S("BODY=7BIT"), M, ""},
    {S("BODY=8bitmime"), M, ""},
    {S("body=BINARYMIME"), M, ""},
    {S("SMTPUTF8"), M, ""},
    {S("smtputf8"), M, ""},
    {S("AUTH=<>"), M, ""},
    {S("AUTH=e+3Dmc2@example.com"), M, ""},
    {S("AUTH=\"a+20b\"@[192.0.2.1]"), M, ""},
    {S("RET=FULL"), M, ""},
    {S("RET=hdrs"), M, ""},
    {S("ENVID=QQ314159"), M, ""},
    {S("ENVID=a+20b+09c"), M, ""},
    {S("ENVID=1234567890123456789012345678901234567890123456789012345678901234"
       "567890123456789012345678901234567890"),
     M, ""},
    {S("NOTIFY=NEVER"), R, ""},
    {S("NOTIFY=never"), R, ""},
    {S("NOTIFY=SUCCESS"), R, ""},
    {S("NOTIFY=SUCCESS,FAILURE,delay"), R, ""},
    {S("ORCPT=rfc822;Bob@Example.COM"), R, ""},
    {S("ORCPT=rfc822;"), R, ""},
    {S("ORCPT=x-400;a+2Bb+3Dc"), R, ""},
    {S("ORCPT=utf-8;bob@example.com"), R, ""},
    {S("ORCPT=UTF-8;\\x{E9}t\\x{20}\\x{1F600}\\x{10FFFF}\\x{20AC}\\x{5C}@x"),
     R, ""},
    {S("ORCPT=utf-8;\xc3\xa9@x"), R, ""},
    {S("REQUIRETLS"), M, ""},
    {S("MT-PRIORITY=0"), M, ""},
    {S("MT-PRIORITY=9"), M, ""},
    {S("mt-priority=-9"), M, ""},
    {S("HOLDFOR=1"), M, ""},
    {S("HOLDFOR=999999999"), M, ""},
    {S("HOLDUNTIL=2026-11-21T10:20:30Z"), M, ""},
    {S("HOLDUNTIL=2024-02-29t23:59:60.123z"), M, ""},
    {S("HOLDUNTIL=2000-02-29T00:00:00+23:59"), M, ""},
    {S("HOLDUNTIL=2026-12-31T00:00:00-00:30"), M, ""},
    {S("BY=120;R"), M, ""},
    {S("BY=+120;rt"), M, ""},
    {S("BY=-120;N"), M, ""},
    {S("BY=0;NT"), M, ""},
    {S("BY=999999999;n"), M, ""},
    {S("RRVS=2014-04-03T23:01:00Z"), R, ""},
    {S("RRVS=2014-04-03T23:01:00Z;C"), R, ""},
    {S("RRVS=2014-04-03T23:01:00Z;r"), R, ""},
    {S("MTRK=YWJj"), M, ""},
    {S("MTRK=a+/b:60"), M, ""},
    {S("TRANSID=<12345@claremont.edu>"), M, ""},
    {S("TRANSID=<a.b@c>"), M, ""},
    {S("SUBMITTER=alice@example.com"), M, ""},
    {S("CONPERM"), M, ""},
    {S("CONNEG"), R, ""},
    {S("SOLICIT=org.example:ADV:ADLT"), M, ""},
    {S("SOLICIT=a,b-1.c_d"), M, ""},
    {S("SIZE=1 BODY=8BITMIME RET=HDRS ENVID=x AUTH=<>"), M, ""},
    {S("NOTIFY=FAILURE ORCPT=rfc822;a@b RRVS=2014-04-03T23:01:00Z"), R, ""},
};

static const struct row invalid[] = {
    /* The form, RFC 5321 4.1.2. */
    {S("=x"), M, "param-keyword param-unknown @0"},
    {S("-SIZE=1"), M, "param-keyword param-unknown @0"},
    {S("SI_ZE=1"), M, "param-keyword param-unknown @0"},
    {S("SI\0ZE=1"), M, "param-keyword param-unknown @0"},
    {S("SIZE"), M, "param-value @4"},
    {S("SIZE="), M, "param-value @5"},
    {S("FOO="), M, "param-value param-unknown @0"},
    {S("FOO=a=b"), M, "param-value param-unknown @0"},
    {S("FOO=a\x01"), M, "param-value param-unknown @0"},
    {S("SIZE=1=2"), M, "param-value @6"},
    {S("SIZE=1\t"), M, "param-value @6"},
    {S("SIZE=1\x7f"), M, "param-value @6"},
    {S("ORCPT=utf-8;\xc3"), R, "param-value @12"},
    {S("SIZE=1  BODY=7BIT"), M, "command-separator @7"},
    {S("\tSIZE=1"), M, "command-separator @0"},
    {S("SIZE=1 "), M, "command-spacing @6"},
    {S("SIZE=1  "), M, "command-spacing @7"},
    {S(" "), M, "command-spacing @0"},
    {S("XFOO"), M, "param-unknown @0"},
    {S("SIZE=1 XFOO=y"), M, "param-unknown @7"},
    {S("XFOO=\xc3\xa9"), M, "param-unknown @0"},
    /* Another command's. */
    {S("SIZE=1"), R, "param-unknown @0"},
    {S("NOTIFY=NEVER"), M, "param-unknown @0"},
    {S("CONNEG"), M, "param-unknown @0"},
    /* Twice. */
    {S("SIZE=1 SIZE=2"), M, "param-duplicate @7"},
    {S("BODY=7BIT SIZE=1 body=7BIT"), M, "param-duplicate @17"},
    {S("SMTPUTF8 SMTPUTF8"), M, "param-duplicate @9"},
    {S("HOLDFOR=1 HOLDUNTIL=2026-11-21T10:20:30Z"), M, "param-duplicate @10"},
    /* The values. */
    {S("SIZE=-1"), M, "param-value @5"},
    {S("SIZE=1x"), M, "param-value @6"},
    {S("SIZE=0x10"), M, "param-value @6"},
    {S("SIZE=123456789012345678901"), M, "param-value @25"},
    {S("BODY=9BIT"), M, "param-value @5"},
    {S("BODY"), M, "param-value @4"},
    {S("SMTPUTF8=1"), M, "param-value @9"},
    {S("REQUIRETLS=1"), M, "param-value @11"},
    {S("CONPERM=1"), M, "param-value @8"},
    {S("CONNEG=1"), R, "param-value @7"},
    {S("AUTH=a+3"), M, "xtext @6"},
    {S("AUTH=a+3dx"), M, "xtext @6"},
    {S("AUTH=a+"), M, "xtext @6"},
    {S("AUTH=+g0"), M, "xtext @5"},
    {S("AUTH=+0g"), M, "xtext @5"},
    {S("AUTH=\xc3\xa9@x"), M, "xtext @5"},
    {S("AUTH=alice"), M, "param-value @5"},
    {S("AUTH=<a@b>"), M, "param-value @5"},
    {S("AUTH=a+20b@c"), M, "param-value @5"},
    {S("SUBMITTER=<>"), M, "param-value @10"},
    {S("RET=BODY"), M, "param-value @4"},
    {S("ENVID="), M, "param-value @6"},
    {S("ENVID=a+0Ab"), M, "param-value @6"},
    {S("ENVID=+FF"), M, "param-value @6"},
    {S("ENVID=a+b"), M, "xtext @7"},
    {S("ENVID=1234567890123456789012345678901234567890123456789012345678901234"
       "5678901234567890123456789012345678901"),
     M, "param-value @106"},
    {S("NOTIFY=NEVER,SUCCESS"), R, "param-value @7"},
    {S("NOTIFY=SUCCESS,NEVER"), R, "param-value @15"},
    {S("NOTIFY=SUCCESS,"), R, "param-value @15"},
    {S("NOTIFY=,SUCCESS"), R, "param-value @7"},
    {S("NOTIFY=MAYBE"), R, "param-value @7"},
    {S("ORCPT=rfc822"), R, "param-value @12"},
    {S("ORCPT=;a@b"), R, "param-value @6"},
    {S("ORCPT=rfc(822;a@b"), R, "param-value @9"},
    {S("ORCPT=rfc822;a+b"), R, "xtext @14"},
    {S("ORCPT=utf-8;"), R, "param-value @12"},
    {S("ORCPT=utf-8;a+2Bb"), R, "param-value @13"},
    {S("ORCPT=utf-8;a\\b"), R, "param-value @13"},
    {S("ORCPT=utf-8;\\x{41}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{00}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{0E9}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{e9}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{D800}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{110000}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{1000000}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{}"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\x{E9"), R, "param-value @12"},
    {S("ORCPT=utf-8;\\y{E9}"), R, "param-value @12"},
    {S("MT-PRIORITY=10"), M, "param-value @13"},
    {S("MT-PRIORITY=-10"), M, "param-value @14"},
    {S("MT-PRIORITY=-0"), M, "param-value @12"},
    {S("MT-PRIORITY=+1"), M, "param-value @12"},
    {S("MT-PRIORITY=x"), M, "param-value @12"},
    {S("MT-PRIORITY=-"), M, "param-value @12"},
    {S("MT-PRIORITY=1x"), M, "param-value @13"},
    {S("HOLDFOR=0"), M, "param-value @8"},
    {S("HOLDFOR=1234567890"), M, "param-value @17"},
    {S("HOLDFOR=x"), M, "param-value @8"},
    {S("HOLDUNTIL=2026-11-21"), M, "param-value @20"},
    {S("HOLDUNTIL=2026-13-01T00:00:00Z"), M, "param-value @15"},
    {S("HOLDUNTIL=2026-00-01T00:00:00Z"), M, "param-value @15"},
    {S("HOLDUNTIL=2026-02-29T00:00:00Z"), M, "param-value @18"},
    {S("HOLDUNTIL=1900-02-29T00:00:00Z"), M, "param-value @18"},
    {S("HOLDUNTIL=2026-04-31T00:00:00Z"), M, "param-value @18"},
    {S("HOLDUNTIL=2026-04-00T00:00:00Z"), M, "param-value @18"},
    {S("HOLDUNTIL=2026-04-01T24:00:00Z"), M, "param-value @21"},
    {S("HOLDUNTIL=2026-04-01T00:60:00Z"), M, "param-value @24"},
    {S("HOLDUNTIL=2026-04-01T00:00:61Z"), M, "param-value @27"},
    {S("HOLDUNTIL=2026-04-01T00:00:00.Z"), M, "param-value @30"},
    {S("HOLDUNTIL=2026-04-01T00:00:00"), M, "param-value @29"},
    {S("HOLDUNTIL=2026-04-01T00:00:00Zx"), M, "param-value @30"},
    {S("HOLDUNTIL=2026-04-01T00:00:00+1:00"), M, "param-value @31"},
    {S("HOLDUNTIL=2026-04-01T00:00:00+24:00"), M, "param-value @30"},
    {S("HOLDUNTIL=2026-04-01T00:00:00+00:60"), M, "param-value @30"},
    {S("HOLDUNTIL=2026-04-01T00:00:00+00:00Z"), M, "param-value @35"},
    {S("HOLDUNTIL=2026-04-01X00:00:00Z"), M, "param-value @20"},
    {S("BY=120"), M, "param-value @6"},
    {S("BY=;R"), M, "param-value @3"},
    {S("BY=x;R"), M, "param-value @3"},
    {S("BY=-;N"), M, "param-value @4"},
    {S("BY=1234567890;R"), M, "param-value @3"},
    {S("BY=120;Z"), M, "param-value @7"},
    {S("BY=120;"), M, "param-value @7"},
    {S("BY=120,R"), M, "param-value @6"},
    {S("BY=120;RTT"), M, "param-value @7"},
    {S("BY=0;R"), M, "param-value @3"},
    {S("BY=-1;RT"), M, "param-value @3"},
    {S("RRVS=2014-04-03T23:01:00Z;X"), R, "param-value @26"},
    {S("RRVS=2014-04-03T23:01:00Z;"), R, "param-value @26"},
    {S("RRVS=yesterday"), R, "param-value @5"},
    {S("MTRK=:60"), M, "param-value @5"},
    {S("MTRK=a!b"), M, "param-value @6"},
    {S("MTRK=ab:"), M, "param-value @8"},
    {S("MTRK=ab:x"), M, "param-value @8"},
    {S("MTRK=ab:1234567890"), M, "param-value @8"},
    {S("TRANSID=a@b"), M, "param-value @8"},
    {S("TRANSID=<a@b"), M, "param-value @11"},
    {S("TRANSID=<"), M, "param-value @8"},
    {S("TRANSID=<ab>"), M, "param-value @11"},
    {S("TRANSID=<@b>"), M, "param-value @9"},
    {S("TRANSID=<a@>"), M, "param-value @11"},
    {S("TRANSID=<a..b@c>"), M, "param-value @11"},
    {S("TRANSID=<a@b@c>"), M, "param-value @12"},
    {S("TRANSID=<a@b/c>"), M, "param-value @12"},
    {S("TRANSID=<1234567890123456789012345678901234567890@1234567890123456789"
       "012345678901234567890>"),
     M, "param-value @88"},
    {S("SOLICIT=1a"), M, "param-value @8"},
    {S("SOLICIT=a,"), M, "param-value @10"},
    {S("SOLICIT=a!b"), M, "param-value @9"},
};

static void run_rows(const struct row *rows, size_t count)
{
    char text[TEXT];
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        check(r->in, r->n, r->of, text);
        cr_expect_str_eq(text, r->want, "%s: got %s, want %s", r->in, text,
                         r->want);
        for (size_t n = 0; n < r->n; n++)
            check(r->in, n, r->of, text);
    }
}

Test(param, valid)
{
    run_rows(valid, COUNT(valid));
}

Test(param, invalid)
{
    run_rows(invalid, COUNT(invalid));
}

/* Values too long for what they may hold. */
Test(param, long_values)
{
    static const struct {
        const char *head, *tail;
        size_t n; /* of the whole parameter */
        unsigned of;
        const char *want;
    } rows[] = {
        {"ORCPT=rfc822;", "", 500, R, ""},
        {"ORCPT=rfc822;", "", 501, R, "param-value @12"},
        {"AUTH=", "", 4000, M, "param-value @5"},
        {"AUTH=", "@x", 100, M, "param-value @5"},
        {"SOLICIT=", "", 1008, M, ""},
        {"SOLICIT=", "", 1009, M, "param-value @1008"},
        {"XFOO=", "", 4000, M, "param-unknown @0"},
    };
    char in[4000];
    char text[TEXT];
    for (size_t i = 0; i < COUNT(rows); i++) {
        memset(in, 'a', sizeof(in));
        memcpy(in, rows[i].head, strlen(rows[i].head));
        memcpy(in + rows[i].n - strlen(rows[i].tail), rows[i].tail,
               strlen(rows[i].tail));
        check(in, rows[i].n, rows[i].of, text);
        cr_expect_str_eq(text, rows[i].want, "%s %zu: %s", rows[i].head,
                         rows[i].n, text);
    }
}

Test(param, parts)
{
    static const struct {
        const char *in;
        unsigned of;
        enum smtp_param_id id;
        const char *keyword, *value; /* value NULL: none */
        uint64_t number;
    } rows[] = {
        {"SIZE=1000", M, SMTP_PARAM_SIZE, "SIZE", "1000", 1000},
        {"SIZE=18446744073709551615", M, SMTP_PARAM_SIZE, "SIZE",
         "18446744073709551615", UINT64_MAX},
        {"SIZE=18446744073709551616", M, SMTP_PARAM_SIZE, "SIZE",
         "18446744073709551616", UINT64_MAX},
        {"SmtpUtf8", M, SMTP_PARAM_SMTPUTF8, "SmtpUtf8", NULL, 0},
        {"X-Y=z", M, SMTP_PARAM_OTHER, "X-Y", "z", 0},
        {"SIZE=5", R, SMTP_PARAM_OTHER, "SIZE", "5", 0},
        {"=5", M, SMTP_PARAM_OTHER, "", "5", 0},
        {"MT-PRIORITY=-3", M, SMTP_PARAM_MT_PRIORITY, "MT-PRIORITY", "-3",
         UINT64_MAX - 2},
        {"HOLDFOR=60", M, SMTP_PARAM_HOLDFOR, "HOLDFOR", "60", 60},
        {"BY=-60;N", M, SMTP_PARAM_BY, "BY", "-60;N", UINT64_MAX - 59},
        {"BY=+60;N", M, SMTP_PARAM_BY, "BY", "+60;N", 60},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_flaws flaws = {0};
        struct smtp_param p;
        size_t at = 0;
        struct smtp_span in = smtp_span_of(rows[i].in, strlen(rows[i].in));
        enum smtp_param_of of = (enum smtp_param_of)rows[i].of;
        const char *value = rows[i].value ? rows[i].value : "";
        cr_expect(smtp_param_next(in, of, &at, &p, &flaws), "%s", in.p);
        cr_expect_eq(at, in.n, "%s", in.p);
        cr_expect_eq(p.id, rows[i].id, "%s", in.p);
        cr_expect(smtp_span_eq(p.raw, in), "%s", in.p);
        cr_expect(smtp_span_eq(p.keyword,
                               smtp_span_of(rows[i].keyword,
                                            strlen(rows[i].keyword))),
                  "%s", in.p);
        cr_expect_eq(p.has_value, rows[i].value != NULL, "%s", in.p);
        cr_expect(smtp_span_eq(p.value, smtp_span_of(value, strlen(value))),
                  "%s", in.p);
        cr_expect_eq(p.number, rows[i].number, "%s", in.p);
        cr_expect_not(smtp_param_next(in, of, &at, &p, &flaws), "%s", in.p);
    }
}

Test(param, find)
{
    struct smtp_span in = SMTP_SPAN("X=1 SIZE=2 BODY=7BIT SIZE=3");
    struct smtp_param p;
    cr_expect(smtp_params_find(in, SMTP_PARAM_OF_MAIL, SMTP_PARAM_SIZE, &p));
    cr_expect_eq(p.number, 2);
    cr_expect(
        smtp_params_find(in, SMTP_PARAM_OF_MAIL, SMTP_PARAM_BODY, NULL));
    cr_expect_not(
        smtp_params_find(in, SMTP_PARAM_OF_MAIL, SMTP_PARAM_RET, &p));
    cr_expect_not(
        smtp_params_find(in, SMTP_PARAM_OF_RCPT, SMTP_PARAM_SIZE, &p));
}
