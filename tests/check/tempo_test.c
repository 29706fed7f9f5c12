#include <criterion/criterion.h>
#include <string.h>

#include "check/tempo.h"
#include "tests/check/table.h"

/* One reply of that code, so many milliseconds after what it answers. */
static void heard(struct tempo *t, enum script_stage stage,
                  enum smtp_verb verb, uint16_t code, unsigned ms)
{
    struct smtp_reply r = {.code = code};
    struct script_reply s = {
        .reply = &r, .stage = stage, .verb = verb, .waited = ms * NET_MS};

    tempo_reply(t, &s);
}

Test(tempo, lag)
{
    static const struct {
        const char *name;
        enum script_stage stage;
        enum smtp_verb verb;
        uint16_t code;
        unsigned ms, times, want;
    } rows[] = {
        {"late refusals", SCRIPT_COMMAND, SMTP_VERB_VRFY, 550, 1000, 4, 1000},
        {"too few of them", SCRIPT_COMMAND, SMTP_VERB_VRFY, 550, 1000, 3, 0},
        {"late replies", SCRIPT_COMMAND, SMTP_VERB_NOOP, 250, 400, 9, 400},
        {"as soon as usual", SCRIPT_COMMAND, SMTP_VERB_NOOP, 250, 60, 9, 0},
        {"minutes", SCRIPT_COMMAND, SMTP_VERB_NOOP, 500, 300000, 4, 60000},
        {"AUTH", SCRIPT_COMMAND, SMTP_VERB_AUTH, 535, 3000, 9, 0},
        {"421", SCRIPT_COMMAND, SMTP_VERB_NOOP, 421, 3000, 9, 0},
        {"content", SCRIPT_END_OF_DATA, SMTP_VERB_DATA, 250, 3000, 9, 0},
        {"no command", SCRIPT_ODD, SMTP_VERB_UNKNOWN, 500, 3000, 9, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tempo t;

        tempo_init(&t);
        for (unsigned k = 0; k < rows[i].times; k++)
            heard(&t, rows[i].stage, rows[i].verb, rows[i].code, rows[i].ms);
        for (unsigned k = 0; k < 20; k++)
            heard(&t, SCRIPT_COMMAND, SMTP_VERB_RSET, 250, 2);
        cr_expect_eq(tempo_lag(&t) / NET_MS, rows[i].want, "%s: %lu", rows[i].name,
                     (unsigned long)(tempo_lag(&t) / NET_MS));
        tempo_free(&t);
    }
}

/* The longest of all in any order. */
Test(tempo, the_fourth_longest_counts)
{
    static const unsigned orders[][6] = {{600, 500, 400, 300, 200, 150},
                                         {150, 200, 300, 400, 500, 600},
                                         {300, 600, 150, 500, 200, 400}};

    for (size_t i = 0; i < 3; i++) {
        struct tempo t;

        tempo_init(&t);
        for (size_t k = 0; k < 6; k++)
            heard(&t, SCRIPT_COMMAND, SMTP_VERB_RCPT, 550, orders[i][k]);
        cr_expect_eq(tempo_lag(&t) / NET_MS, 300, "%zu: %lu", i,
                     (unsigned long)(tempo_lag(&t) / NET_MS));
        tempo_free(&t);
    }
}

Test(tempo, expects_what_it_saw)
{
    struct tempo t;

    tempo_init(&t);
    cr_expect_gt(tempo_expect(&t, 3, 1), 0);
    heard(&t, SCRIPT_COMMAND, SMTP_VERB_NOOP, 250, 10);
    heard(&t, SCRIPT_COMMAND, SMTP_VERB_NOOP, 250, 30);
    heard(&t, SCRIPT_COMMAND, SMTP_VERB_NOOP, 500, 1000);
    cr_expect_eq(tempo_expect(&t, 3, 1) / NET_MS, 1040);
    tempo_free(&t);
}

Test(tempo, crowded)
{
    static const struct {
        unsigned calm, now;
        bool want;
    } rows[] = {{1, 10, false}, /* of 1000 */
                {1, 300, true},
                {200, 300, false}, /* it always takes so long */
                {60, 300, true}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tempo t;

        tempo_init(&t);
        heard(&t, SCRIPT_GREETING, SMTP_VERB_UNKNOWN, 220, rows[i].calm);
        heard(&t, SCRIPT_GREETING, SMTP_VERB_UNKNOWN, 220, rows[i].now);
        cr_expect_eq(tempo_crowded(&t, rows[i].now * NET_MS, NET_S),
                     rows[i].want, "%zu", i);
        tempo_free(&t);
    }
}

/* ---- a run against such servers ---------------------------------------- */

static const char refused[] = "case: rfc5321/1/refused\n" META(
    "MUST", "R-1") "start: ehlo\n"
                   "each: n = a \"1\", b \"2\", c \"3\", d \"4\", e \"5\", "
                   "f \"6\"\neach: m = a \"1\", b \"2\", c \"3\", d \"4\"\n\n"
                   "C: XYZZY ${n}${m}\nS!: 500\nC: QUIT\nS: 221\n\n";

/* Holds each refusal back for longer than a reply may take, and serves two
 * sessions at a time. */
#define HELD_BACK (13 * (int)(FAKE_BRIEF / NET_MS) / 8)

static const char *act_tarpit(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (line[0] == '\0' && atomic_load(&f->active) > 2)
        return "421 too many\r\n";
    if (line[0] == 'X')
        fake_ends(f, HELD_BACK);
    return FAKE_POLITE;
}

Test(tempo, refusals_held_back_and_two_at_a_time)
{
    struct fake f = {.act = act_tarpit};
    struct table t = {0};
    unsigned once = 0, n = 0;

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 8;
    t.cfg.timeout = FAKE_BRIEF;
    table_run(&t, refused);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_null(t.r.failure, "%s", t.r.failure);
    for (size_t i = 0; i < t.r.n_cases; i++) {
        const struct result_case *c = &t.r.cases[i];
        if (c->passive)
            continue;
        cr_expect_eq(c->verdict, VERDICT_PASS, "%s: %s", c->id, c->reason);
        cr_expect_leq(c->runs, 9, "%s: %u runs", c->id, c->runs);
        once += c->runs == 1;
        n++;
    }
    cr_expect_eq(n, 24);
    /* It has learned: most were waited for in their first run. */
    cr_expect_geq(once, 10, "%u of %u", once, n);
    cr_expect_lt(t.ms, 4 * FAKE_HANGS, "%u ms", t.ms);
    table_stop(&t);
    fake_stop(&f);
}
