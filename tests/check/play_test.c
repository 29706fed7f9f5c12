#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check/health.h"
#include "check/play.h"
#include "tests/check/fake.h"

#define META "title: t\nspec: RFC5321 1\ncovers: R-1\nfault: f\n"
#define STEPS "\nC: <open>\nS: 220\nC: EHLO ${helo}\nS: 250\n"                \
              "C: NOOP\nS!: 250\nC: QUIT\nS: 221\n"

static const char must[] = "case: rfc5321/1/c\n" META "level: MUST\n" STEPS;
static const char should[] = "case: rfc5321/1/c\n" META "level: SHOULD\n" STEPS;
static const char may[] = "case: rfc5321/1/c\n" META "level: MAY\n" STEPS;
static const char arrow[] = "case: rfc5321/1/c\n" META "level: MUST\n"
                            "\nC: <open>\nS: 220\nC: EHLO ${helo}\nS: 250\n"
                            "C: NOOP\nS!: 250\n"
                            " | <timeout> -> fail \"no reply\"\n";
static const char greets[] = "case: rfc5321/1/c\n" META "level: MUST\n"
                             "\nC: <open>\nS!: 220\nC: QUIT\nS: 221\n";

#define BAD "550 no\r\n"
#define BYE "421 bye\r\n"

/* What a server does to that line when it gets it for the n-th time; the last
 * one goes for all that follow. A canary sends no NOOP. */
struct script {
    const char *line;
    const char *reply[6];
};

static const struct script *playing;

/* A reply that comes later than one may take, but not three times as late. */
#define LATE     "late"
#define LATE_BAD "late, and wrong"

static const char *act_script(struct fake *f, unsigned conn, const char *line)
{
    unsigned n;

    (void)conn;
    if (strcmp(line, playing->line) != 0)
        return FAKE_POLITE;
    n = atomic_fetch_add(&f->n, 1);
    while (n > 0 && (n > 5 || !playing->reply[n]))
        n--;
    if (strncmp(playing->reply[n], LATE, strlen(LATE)) == 0) {
        fake_ends(f, (int)(2 * FAKE_BRIEF / NET_MS));
        return strcmp(playing->reply[n], LATE) == 0 ? FAKE_POLITE : BAD;
    }
    return strcmp(playing->reply[n], "ok") == 0 ? FAKE_POLITE
                                                : playing->reply[n];
}

static const struct row {
    const char *name, *suite;
    struct script script;
    unsigned confirm;
    bool strict;
    enum verdict want;
    bool unstable;
    unsigned runs;
    const char *why; /* a part of the reason */
} rows[] = {
    {"pass", must, {"NOOP", {"ok"}}, 1, false, VERDICT_PASS, false, 1, ""},
    {"fail", must, {"NOOP", {BAD}}, 1, false, VERDICT_FAIL, false, 2, "550"},
    {"fail, more sure", must, {"NOOP", {BAD}}, 3, false, VERDICT_FAIL, false,
     4, "550"},
    {"fail, unsure", must, {"NOOP", {BAD}}, 0, false, VERDICT_FAIL, false, 1,
     "550"},
    {"fail with another code", must, {"NOOP", {BAD, "450 no\r\n"}}, 1, false,
     VERDICT_FAIL, false, 2, "550"},
    {"warn", should, {"NOOP", {BAD}}, 1, false, VERDICT_WARN, false, 2, "550"},
    {"strict", should, {"NOOP", {BAD}}, 1, true, VERDICT_FAIL, false, 2,
     "550"},
    {"info", may, {"NOOP", {BAD}}, 1, false, VERDICT_INFO, false, 1, "550"},
    {"unstable", must, {"NOOP", {BAD, "ok"}}, 1, false, VERDICT_BLOCKED, true,
     2, "unstable: FAIL, then PASS: "},
    {"late doubt", must, {"NOOP", {BAD, BAD, "ok"}}, 2, false,
     VERDICT_BLOCKED, true, 3, "unstable: FAIL, then PASS: "},
    {"fail, then an end", must, {"NOOP", {BAD, FAKE_CLOSE}}, 1, false,
     VERDICT_BLOCKED, false, 2, "not confirmed: "},
    {"421 once", must, {"NOOP", {BYE, "ok"}}, 1, false, VERDICT_PASS, false, 3,
     ""},
    {"421 once, then wrong", must, {"NOOP", {BYE, BAD}}, 1, false,
     VERDICT_FAIL, false, 3, "550"},
    {"421 each time", must, {"NOOP", {BYE}}, 1, false, VERDICT_FAIL, false, 3,
     "421"},
    {"closes each time", must, {"NOOP", {FAKE_CLOSE}}, 1, false, VERDICT_FAIL,
     false, 3, "closed"},
    {"resets each time", must, {"NOOP", {FAKE_RESET}}, 1, false, VERDICT_FAIL,
     false, 3, ""},
    {"closes, resets", must, {"NOOP", {FAKE_CLOSE, FAKE_RESET}}, 1, false,
     VERDICT_FAIL, false, 3, ""},
    {"silent each time", must, {"NOOP", {FAKE_SILENT}}, 1, false,
     VERDICT_FAIL, false, 3, ""},
    {"silent each time, by an arrow", arrow, {"NOOP", {FAKE_SILENT}}, 1,
     false, VERDICT_FAIL, false, 2, "no reply"},
    {"late each time", must, {"NOOP", {LATE}}, 1, false, VERDICT_PASS, false,
     3, ""},
    {"late and wrong each time", must, {"NOOP", {LATE_BAD}}, 1, false,
     VERDICT_FAIL, false, 3, "550"},
    {"late each time, by an arrow", arrow, {"NOOP", {LATE}}, 1, false,
     VERDICT_PASS, false, 3, ""},
    {"late once", must, {"NOOP", {LATE, "ok"}}, 1, false, VERDICT_PASS, false,
     3, ""},
    {"late, wrong, ok", must, {"NOOP", {LATE, BAD, "ok"}}, 1, false,
     VERDICT_BLOCKED, true, 3, "unstable"},
    {"late in set-up", must, {"EHLO client.example.test", {LATE}}, 1, false,
     VERDICT_PASS, false, 2, ""},
    {"closes, a SHOULD", should, {"NOOP", {FAKE_CLOSE}}, 1, false,
     VERDICT_WARN, false, 3, "closed"},
    {"closes, not confirmed", must, {"NOOP", {FAKE_CLOSE}}, 0, false,
     VERDICT_BLOCKED, false, 1, "closed"},
    {"closes, then silent", must, {"NOOP", {FAKE_CLOSE, FAKE_SILENT}}, 1,
     false, VERDICT_BLOCKED, true, 2, "unstable: BLOCKED, then BLOCKED"},
    {"closes, ok, wrong", must, {"NOOP", {FAKE_CLOSE, "ok", BAD}}, 1, false,
     VERDICT_BLOCKED, true, 3, "unstable: BLOCKED, then PASS"},
    {"closes but when judged", must, {"NOOP", {FAKE_CLOSE, FAKE_CLOSE, "ok"}},
     1, false, VERDICT_BLOCKED, true, 3, "unstable"},
    {"busy in set-up, then fine", must,
     {"EHLO client.example.test", {BYE, BYE, "ok"}}, 1, false, VERDICT_PASS,
     false, 3, ""},
    {"busy in set-up", must, {"EHLO client.example.test", {BYE}}, 1, false,
     VERDICT_BLOCKED, false, 6, "421"},
    {"4yz in set-up, then fine", must,
     {"EHLO client.example.test", {"451 wait\r\n", "ok"}}, 1, false,
     VERDICT_PASS, false, 2, ""},
    {"4yz in set-up", must, {"EHLO client.example.test", {"451 wait\r\n"}}, 1,
     false, VERDICT_BLOCKED, false, 3, "451"},
    {"5yz in set-up", must, {"EHLO client.example.test", {BAD}}, 1, false,
     VERDICT_BLOCKED, false, 1, "550"},
    {"closes in set-up", must, {"EHLO client.example.test", {FAKE_CLOSE}}, 1,
     false, VERDICT_BLOCKED, false, 3, "closed"},
    {"silent in set-up", must, {"EHLO client.example.test", {FAKE_SILENT}}, 1,
     false, VERDICT_BLOCKED, false, 2, ""},
    {"fail, then busy", must,
     {"EHLO client.example.test", {"ok", BYE, "ok"}}, 1, false, VERDICT_PASS,
     false, 1, ""},
    {"no greeting ever", greets, {"", {FAKE_CLOSE}}, 1, false,
     VERDICT_BLOCKED, false, 2, "the canary failed as well: "},
    {"421 greeting once", greets, {"", {BYE, "ok"}}, 1, false, VERDICT_PASS,
     false, 3, ""},
};

struct table {
    struct fake f;
    struct check_config cfg;
    struct gate gate;
    struct health health;
    struct result r;
    struct script_set *suite;
    struct play play;
    struct plan_case planned;
    struct result_case got;
};

static void table_start(struct table *t, const char *suite, fake_act *act)
{
    *t = (struct table){.f = {.act = act}};
    fake_start(&t->f);
    t->cfg = fake_config(&t->f);
    gate_init(&t->gate, 1, 0, -1);
    health_init(&t->health, &t->cfg, &t->gate);
    cr_assert(result_init(&t->r));
    t->suite = fake_suite(suite);
    t->play = (struct play){.cfg = &t->cfg, .gate = &t->gate,
                            .health = &t->health, .result = &t->r,
                            .start = net_now()};
    t->planned.script = script_at(t->suite, 0);
    play_describe(&t->play, t->planned.script, &t->got);
}

static void table_play(struct table *t)
{
    play_case(&t->play, &t->planned, &t->got);
}

static void table_stop(struct table *t)
{
    transcript_free(&t->got.log);
    fake_stop(&t->f);
    health_free(&t->health);
    gate_free(&t->gate);
    script_set_free(t->suite);
    result_free(&t->r);
}

/* True when the time has to run out for that row. */
static bool is_brief(const struct row *row)
{
    for (size_t i = 0; i < 6 && row->script.reply[i]; i++)
        if (strcmp(row->script.reply[i], FAKE_SILENT) == 0 ||
            strncmp(row->script.reply[i], LATE, strlen(LATE)) == 0)
            return true;
    return false;
}

static void play_row(const struct row *row)
{
    struct table t;

    playing = &row->script;
    table_start(&t, row->suite, act_script);
    t.cfg.confirm = row->confirm;
    t.cfg.strict = row->strict;
    if (is_brief(row))
        t.cfg.timeout = FAKE_BRIEF;
    table_play(&t);
    cr_expect_eq(t.got.verdict, row->want, "%s: %s %s", row->name,
                 verdict_name(t.got.verdict), t.got.reason);
    cr_expect_eq(t.got.unstable, row->unstable, "%s", row->name);
    cr_expect_eq(t.got.runs, row->runs, "%s: %u runs", row->name, t.got.runs);
    cr_expect_not_null(strstr(t.got.reason, row->why), "%s: %s", row->name,
                       t.got.reason);
    cr_expect_gt(t.got.log.n, 0, "%s", row->name);
    if (row->want == VERDICT_FAIL || row->want == VERDICT_WARN) {
        cr_expect(t.got.where[0], "%s", row->name);
        cr_expect(t.got.expected[0], "%s", row->name);
        cr_expect(t.got.got[0], "%s", row->name);
    }
    table_stop(&t);
}

/* Several tests, so that they run side by side. */
#define PART(k)                                                               \
    Test(play, table_##k)                                      \
    {                                                                         \
        for (size_t i = (k); i < sizeof rows / sizeof *rows; i += 4)          \
            play_row(&rows[i]);                                               \
    }
PART(0)
PART(1)
PART(2)
PART(3)

Test(play, a_note_says_how_the_first_run_ended)
{
    static const struct script once = {"NOOP", {BYE, "ok"}};
    struct table t;

    playing = &once;
    table_start(&t, must, act_script);
    table_play(&t);
    cr_assert_eq(t.got.n_notes, 1);
    cr_expect_eq(t.got.notes[0].verdict, VERDICT_INFO);
    cr_expect_not_null(strstr(t.got.notes[0].why, "in the first run: "), "%s",
                       t.got.notes[0].why);
    table_stop(&t);
}

Test(play, description)
{
    struct table t;

    table_start(&t, must, NULL);
    t.cfg.again = "--jobs 2 smtp://there";
    play_describe(&t.play, t.planned.script, &t.got);
    cr_expect_str_eq(t.got.id, "rfc5321/1/c");
    cr_expect_str_eq(t.got.title, "t");
    cr_expect_str_eq(t.got.level, "MUST");
    cr_expect_eq(t.got.n_covers, 1);
    cr_expect_str_eq(t.got.covers[0], "R-1");
    cr_expect_str_eq(t.got.reproduce, "smtpspec check --select 'rfc5321/1/c' "
                                      "--jobs 2 smtp://there");
    table_stop(&t);
}

Test(play, refused_connections_end)
{
    struct table t;
    uint64_t begin = net_now();

    table_start(&t, must, NULL);
    fake_refuse(&t.f);
    table_play(&t);
    cr_expect_eq(t.got.verdict, VERDICT_BLOCKED);
    cr_expect(t.got.reason[0]);
    cr_expect_lt(fake_ms(begin), FAKE_HANGS, "%u ms", fake_ms(begin));
    cr_expect(health_is_dead(&t.health));
    cr_expect_not_null(strstr(t.health.why, "refused"), "%s", t.health.why);
    table_stop(&t);
}

/* ---- interrupted ----------------------------------------------------------- */

struct interruption {
    struct fake *f;
    int fd;
};

/* Once the line that nobody answers has come. */
static void *interrupt(void *arg)
{
    struct interruption *i = arg;

    while (atomic_load(&i->f->n) == 0)
        usleep(1000);
    cr_assert_eq(write(i->fd, "x", 1), 1);
    return NULL;
}

Test(play, stopped_before_and_within)
{
    static const struct script mute = {"NOOP", {FAKE_SILENT}};

    playing = &mute;
    for (int early = 0; early < 2; early++) {
        struct interruption i;
        struct table t;
        int fd[2];
        uint64_t begin;
        pthread_t thread;

        table_start(&t, must, act_script);
        cr_assert_eq(pipe(fd), 0);
        t.cfg.stop_fd = t.gate.stop_fd = fd[0];
        i = (struct interruption){&t.f, fd[1]};
        if (early)
            cr_assert_eq(write(fd[1], "x", 1), 1);
        else
            pthread_create(&thread, NULL, interrupt, &i);
        begin = net_now();
        table_play(&t);
        cr_expect_lt(fake_ms(begin), FAKE_PATIENCE / NET_MS, "%d", early);
        if (!early)
            pthread_join(thread, NULL);
        cr_expect_eq(t.got.verdict, VERDICT_BLOCKED, "%d: %s", early,
                     t.got.reason);
        cr_expect_eq(t.got.runs, early ? 0 : 1, "%d: %u", early, t.got.runs);
        cr_expect(t.got.reason[0], "%d", early);
        table_stop(&t);
        close(fd[0]);
        close(fd[1]);
    }
}

/* ---- memory ------------------------------------------------------------------ */

Test(play, transcripts_are_cut_when_there_are_too_many)
{
    struct table t;
    size_t kept = 0, whole;

    table_start(&t, must, NULL);
    t.play.log_kept = &kept;
    table_play(&t);
    whole = kept;
    cr_expect_gt(whole, 100);
    cr_expect_eq(t.got.log.cap, t.got.log.n);
    cr_expect_eq(t.got.log.octets_cap, t.got.log.used);
    transcript_free(&t.got.log);
    kept = PLAY_LOGS_MAX;
    table_play(&t);
    cr_expect_eq(t.got.verdict, VERDICT_PASS, "%s", t.got.reason);
    cr_expect_leq(t.got.log.n, 48);
    cr_expect_leq(t.got.log.used, 2048);
    table_stop(&t);
}

/* ---- what a run's token is ----------------------------------------------------- */

static char heard[4][64];

static const char *act_token(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "NOOP ", 5) != 0)
        return FAKE_POLITE;
    snprintf(heard[atomic_fetch_add(&f->n, 1) % 4], 64, "%s", line + 5);
    return BAD;
}

Test(play, each_run_has_its_own_token)
{
    struct table t;

    table_start(&t,
                "case: rfc5321/1/c\n" META "level: MUST\n\nC: <open>\nS: 220\n"
                "C: NOOP ${case}\nS!: 250\n",
                act_token);
    t.play.seed = 0xabcd;
    table_play(&t);
    cr_expect_eq(strncmp(heard[0], "spec-0000abcd-", 14), 0, "%s", heard[0]);
    cr_expect_str_neq(heard[0], heard[1]);
    table_stop(&t);
}
