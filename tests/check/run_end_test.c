#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "tests/check/table.h"

/* ---- servers that end
 * ------------------------------------------------------------- */

static const char *act_dies(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "NOOP", 4) == 0 && atomic_fetch_add(&f->n, 1) == 10)
        fake_refuse(f);
    return FAKE_POLITE;
}

/* Accepts and says nothing, from the 12th connection on. */
static const char *act_hangs(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)line;
    return conn >= 12 ? FAKE_SILENT : FAKE_POLITE;
}

/* The same, but it closes. */
static const char *act_closes(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)line;
    return conn >= 12 ? FAKE_CLOSE : FAKE_POLITE;
}

Test(run, dead_server_mid_run_ends_quickly)
{
    static fake_act *const acts[] = {act_dies, act_hangs, act_closes};

    for (size_t i = 0; i < 3; i++) {
        for (unsigned jobs = 1; jobs <= 8; jobs += 7) {
            struct fake f = {.act = acts[i]};
            struct table t = {0};

            fake_start(&f);
            t.cfg = fake_config(&f);
            t.cfg.jobs = jobs;
            if (acts[i] == act_hangs)
                t.cfg.timeout = FAKE_BRIEF;
            table_run(&t, table_many);
            cr_assert_eq(t.rc, 0, "%s", t.err);
            cr_expect_lt(t.ms, FAKE_HANGS, "%zu %u", i, jobs);
            cr_expect_lt(atomic_load(&f.conns), 40, "%zu %u: %u", i, jobs,
                         atomic_load(&f.conns)); /* not each case */
            cr_assert_not_null(t.r.failure, "%zu %u", i, jobs);
            cr_expect_not_null(
                strstr(t.r.failure, "the server no longer answers: "), "%s",
                t.r.failure);
            cr_expect_eq(t.progress, 40, "%zu %u", i, jobs);
            cr_expect_gt(result_count(&t.r, VERDICT_BLOCKED), 20);
            cr_expect_gt(result_count(&t.r, VERDICT_PASS), 3);
            cr_expect_eq(result_count(&t.r, VERDICT_FAIL), 0);
            cr_expect_eq(result_exit(&t.r, true), 3);
            table_stop(&t);
            fake_stop(&f);
        }
    }
}

/* Ends at the first MAIL. */
static const char *act_dies_of_mail(struct fake *f, unsigned conn,
                                    const char *line)
{
    (void)conn;
    if (strncmp(line, "MAIL", 4) != 0)
        return FAKE_POLITE;
    fake_refuse(f);
    return FAKE_CLOSE;
}

Test(run, what_the_probe_ends_is_named)
{
    struct fake f = {.act = act_dies_of_mail};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    table_run(&t, table_many);
    cr_assert_not_null(t.r.failure);
    cr_expect_not_null(strstr(t.r.failure, "before that, a session broke off: "
                                           "MAIL: the server closed"),
                       "%s", t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    table_stop(&t);
    fake_stop(&f);
}

/* A server that takes two sessions at once and greets more with 421: nothing
 * is lost for that. */
static const char *act_two(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (line[0] == '\0' && atomic_load(&f->active) > 2)
        return "421 too many\r\n";
    if (strncmp(line, "NOOP", 4) == 0)
        usleep(3000);
    return FAKE_POLITE;
}

Test(run, busy_server_is_waited_for)
{
    struct fake f = {.act = act_two};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 8;
    table_run(&t, table_many);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_null(t.r.failure, "%s", t.r.failure);
    for (size_t i = 0; i < t.r.n_cases; i++)
        if (!t.r.cases[i].passive)
            cr_expect_eq(t.r.cases[i].verdict, VERDICT_PASS, "%s: %s",
                         t.r.cases[i].id, t.r.cases[i].reason);
    table_stop(&t);
    fake_stop(&f);
}

/* ---- hostile cases
 * ------------------------------------------------------------------ */

static const char hostile[] = "case: rfc5321/1/noop\n" META(
    "MUST",
    "R-1") "start: ehlo\n\n"
           "C: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n"
           "case: rfc5321/2/kill\n" META(
               "MUST",
               "R-2") "start: ehlo\nhostile: yes\n\n"
                      "C: VRFY x\nS!: 252\nC: QUIT\nS: 221\n\n"
                      "case: rfc5321/3/after\n" META(
                          "MUST",
                          "R-4") "start: ehlo\nhostile: yes\n"
                                 "\nC: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n";

static const char *act_killed(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "VRFY", 4) == 0)
        fake_refuse(f);
    return FAKE_POLITE;
}

Test(run, hostile_case_that_kills_the_server)
{
    struct fake f = {.act = act_killed};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    table_run(&t, hostile);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_eq(table_find(&t, "rfc5321/1/noop")->verdict, VERDICT_PASS);
    cr_expect_eq(table_find(&t, "rfc5321/2/kill")->verdict, VERDICT_FAIL);
    cr_expect_not_null(strstr(table_find(&t, "rfc5321/2/kill")->reason,
                              "the server no longer answers after it: "),
                       "%s", table_find(&t, "rfc5321/2/kill")->reason);
    /* What it did is not the fault of the next one. */
    cr_expect_eq(table_find(&t, "rfc5321/3/after")->verdict, VERDICT_BLOCKED);
    cr_expect_not_null(t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    cr_expect_eq(t.progress, 3);
    cr_expect_lt(t.ms, FAKE_HANGS, "%u ms", t.ms);
    table_stop(&t);
    fake_stop(&f);
}

/* One hostile case, and the server has gone: only in the last canary. */
static const char *act_last(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "QUIT", 4) == 0 && atomic_load(&f->n) == 1)
        fake_refuse(f);
    if (strncmp(line, "NOOP", 4) == 0)
        atomic_store(&f->n, 1);
    return FAKE_POLITE;
}

Test(run, canary_fails_at_the_end)
{
    struct fake f = {.act = act_last};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.select.at[0] = "rfc5321/1/noop";
    t.cfg.select.n = 1;
    table_run(&t, hostile);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_eq(table_find(&t, "rfc5321/1/noop")->verdict, VERDICT_PASS);
    cr_assert_not_null(t.r.failure);
    cr_expect_not_null(strstr(t.r.failure,
                              "the server no longer serves at the end of the "
                              "run: "),
                       "%s", t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    table_stop(&t);
    fake_stop(&f);
}

/* ---- interrupted
 * ---------------------------------------------------------------- */

static const char *act_slow(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "NOOP", 4) == 0) {
        atomic_fetch_add(&f->n, 1);
        fake_ends(f, 100);
    }
    return FAKE_POLITE;
}

struct interruption {
    struct fake *f;
    int fd;
    uint64_t at;
};

/* In the middle of the fifth case: two at a time, so some are done. */
static void *interrupt(void *arg)
{
    struct interruption *i = arg;

    while (atomic_load(&i->f->n) < 5)
        usleep(5 * 1000);
    i->at = net_now();
    cr_assert_eq(write(i->fd, "x", 1), 1);
    return NULL;
}

Test(run, interrupted)
{
    struct fake f = {.act = act_slow};
    struct table t = {0};
    pthread_t thread;
    struct interruption i = {.f = &f};
    unsigned took;
    int fd[2];

    fake_start(&f);
    cr_assert_eq(pipe(fd), 0);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 2;
    t.cfg.stop_fd = fd[0];
    i.fd = fd[1];
    pthread_create(&thread, NULL, interrupt, &i);
    table_run(&t, table_many);
    took = fake_ms(i.at);
    pthread_join(thread, NULL);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_lt(took, FAKE_PATIENCE / NET_MS, "%u ms", took);
    cr_expect(t.r.interrupted);
    cr_expect_null(t.r.failure, "%s", t.r.failure);
    cr_expect_eq(result_exit(&t.r, false), 130);
    cr_expect_gt(result_count(&t.r, VERDICT_PASS), 0);
    cr_expect_gt(result_count(&t.r, VERDICT_BLOCKED), 10);
    cr_expect_eq(t.progress, 40); /* everything is recorded */
    table_stop(&t);
    fake_stop(&f);
}

/* ---- what a server sends is not kept without bound
 * -------------------------------- */

static void raw_flood(struct fake *f, unsigned conn, int fd)
{
    char x[16384];

    memset(x, 'x', sizeof x);
    if (conn >= 2) { /* the canary, and the tour, are served */
        while (fake_send(fd, x, sizeof x) && !fake_ends(f, 0))
            ;
        return;
    }
    fake_send(fd, "220 h.example\r\n", 15);
    for (;;) {
        char line[256];
        ssize_t n = read(fd, line, sizeof line);

        if (n <= 0)
            return;
        if (line[0] == 'Q') {
            fake_send(fd, "221 bye\r\n", 9);
            return;
        }
        fake_send(fd, "250 h.example\r\n", 15);
    }
}

Test(run, flood)
{
    struct fake f = {.raw = raw_flood};
    struct table t = {0};
    size_t kept = 0;

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 8;
    table_run(&t, table_many);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    for (size_t i = 0; i < t.r.n_cases; i++)
        kept += t.r.cases[i].log.octets_cap;
    cr_expect_leq(kept, 40 * (64 + 8) * 1024, "%zu", kept);
    cr_expect_not_null(t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    table_stop(&t);
    fake_stop(&f);
}
