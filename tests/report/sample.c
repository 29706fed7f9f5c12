#include "tests/report/sample.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define LONG_WORD                                                             \
    "a-word-that-is-much-wider-than-a-page-a-word-that-is-much-wider-than-"   \
    "a-page-a-word-that-is-much-wider-than-a-page"

static const char *const covers[] = {"RFC5321-4.1.1.10-a", LONG_WORD};
static const char *const ehlo[] = {"SIZE 10", "X\\x80\\x1B", LONG_WORD};
static const struct result_tls tls = {
    .version = "TLSv1.3", .cipher = LONG_WORD, .subject = "CN=\x1b[31m\xff",
    .fingerprint = "00", .verify_error = "self-signed"};
static const struct result_note notes[] = {{VERDICT_INFO, "noted \x01 this"},
                                           {VERDICT_WARN, LONG_WORD}};
static const struct result_pair options[] = {{"user", "a\xc3\xa9\xff"}};
static const struct result_requirement requirements[] = {
    {"RFC5321-4.1.1.10-a", "RFC5321", "4.1.1.10", "MUST", "QUIT gets 221", "",
     RESULT_FAIL},
    {"RFC5321-x", "RFC5321", "1", "MAY", "not seen", "nobody sees it",
     RESULT_UNTESTABLE}};

static const struct result_stale stale[] = {
    {"rfc5321/4.1/" LONG_WORD, "it passes now ]]> <&"}};

static void add_session(struct transcript *t)
{
    char all[256 + 2];

    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    memcpy(all + 256, "\r\n", 2);
    transcript_init(t, 0);
    transcript_add(t, TRANSCRIPT_OPENED, 0, false, "127.0.0.1:25", 12);
    transcript_add(t, TRANSCRIPT_SENT, 0, false, "QUIT\r\n", 6);
    transcript_add(t, TRANSCRIPT_RECEIVED, 0, false, all, sizeof all);
    for (int i = 0; i < 60; i++)
        transcript_add(t, TRANSCRIPT_RECEIVED, 0, true, "250-x\r\n", 7);
    transcript_add(t, TRANSCRIPT_RECEIVED, 0, true, "250 last\r\n", 10);
    transcript_add(t, TRANSCRIPT_EOF, 0, true, "", 0);
}

static void fill(struct result *r, struct result_case *c, enum verdict v)
{
    *c = (struct result_case){
        .id = result_textf(r, "rfc5321/4.1/%s-%s", verdict_name(v), LONG_WORD),
        .title = "a title with an umlaut \xc3\xa4, an escape \x1b[2J and \xfe",
        .spec = "RFC5321 3.8, 4.1.1.10; RFC2920 3.1",
        .level = "MUST NOT",
        .covers = covers,
        .n_covers = 2,
        .verdict = v,
        .runs = 2,
        .reason = v == VERDICT_PASS ? "" : LONG_WORD " \x07 because ]]> <&\"'",
        .expected = "S!: 221",
        .got = "250 last",
        .where = "cases/x.smtp:3",
        .code = 250,
        .explain = LONG_WORD,
        .exploit = "one can",
        .fix = "fix it",
        .reproduce = "smtpspec check --select '" LONG_WORD "' ref:",
        .notes = notes,
        .n_notes = 2,
        .duration = 1500000000,
    };
    add_session(&c->log);
}

void sample_result(struct result *r)
{
    cr_assert(result_init(r));
    r->tool = "smtpspec test";
    r->target = "unix:/tmp/\xff\x1b[m" LONG_WORD;
    r->started = 1795208644123;
    r->ended = 1795208646623;
    r->options = options;
    r->n_options = 1;
    r->server.greeting = SMTP_SPAN("220-a\xff\0b\r\n220 " LONG_WORD "\r\n");
    r->server.profile = "mx";
    r->server.profile_why = "as asked for";
    r->server.ehlo = ehlo;
    r->server.n_ehlo = 3;
    r->server.tls = &tls;
    r->cases = result_alloc(r, VERDICT_COUNT * sizeof *r->cases);
    r->n_cases = VERDICT_COUNT;
    for (int v = 0; v < VERDICT_COUNT; v++)
        fill(r, &r->cases[v], (enum verdict)v);
    r->cases[VERDICT_ERROR].known = "known <b>\x1b ]]> `x` | y";
    r->cases[VERDICT_ERROR].until = "2027-02-20";
    r->suite = "0123456789abcdef";
    r->stale = stale;
    r->n_stale = 1;
    r->requirements = requirements;
    r->n_requirements = 2;
}

char *sample_write(const struct result *r, const char *format, size_t *n)
{
    const struct report_format *f = report_format_find(format);
    struct report_options o = {0};
    char *text = NULL;
    FILE *out = open_memstream(&text, n);

    cr_assert(f && out);
    cr_expect_eq(f->write(r, &o, out), 0, "%s", format);
    fclose(out);
    return text;
}
