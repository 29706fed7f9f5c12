#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/check.h"
#include "server/server.h"
#include "tests/check/fake.h"

#define META(level, covers)                                                   \
    "title: t\nspec: RFC5321 1\ncovers: " covers "\nfault: f\nlevel: " level  \
    "\n"

static const char preambles[] =
    "case: start/ehlo\n\nC: <open>\nS: 220\nC: EHLO ${helo}\nS: 250\n\n"
    "case: start/auth\nneeds: ehlo:AUTH, account\n\nC: <open>\nS: 220\n"
    "C: EHLO ${helo}\nS: 250\nC: <auth PLAIN>\nS: 235\n\n"
    "case: start/tour\n\nC: <open>\nS: xyz\nC: EHLO ${helo}\nS: xyz\n"
    "C: HELP\nS: xyz\nC: QUIT\nS: xyz\n\n";

static const char good[] =
    "case: rfc5321/1/noop\n" META("MUST", "R-1") "start: ehlo\n\n"
    "C: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n"
    "case: rfc5321/1/rset\n" META("SHOULD", "R-2") "start: ehlo\n\n"
    "C: RSET\nS!: 250\nC: QUIT\nS: 221\n\n"
    "case: rfc5321/2/mail\n" META("MUST", "R-1") "start: ehlo\n"
    "each: n = a \"1\", b \"2\", c \"3\"\n\n"
    "C: MAIL FROM:<${from}>\nS!: 250\nC: NOOP ${n}\nS: 250\n"
    "C: QUIT\nS: 221\n\n"
    "case: rfc5321/3/size\n" META("MUST", "R-4") "needs: ehlo:NOSUCH\n"
    "start: ehlo\n\nC: NOOP\nS!: 250\n\n";

/* One run against one server. */
struct table {
    struct check_config cfg;
    struct script_set *suite;
    struct catalogue *catalogue;
    struct result r;
    char err[256];
    int rc;
    unsigned progress;
    size_t done, total;
    unsigned ms;
};

static void count(void *ctx, const struct check_progress *p)
{
    struct table *t = ctx;

    t->progress++;
    t->done = p->done;
    t->total = p->total;
    cr_expect_not_null(p->last);
}

static void table_run(struct table *t, const char *suite)
{
    char *all = malloc(strlen(preambles) + strlen(suite) + 1);
    uint64_t begin = net_now();

    strcpy(all, preambles);
    strcat(all, suite);
    t->suite = fake_suite(all);
    free(all);
    t->catalogue = fake_catalogue();
    cr_assert(result_init(&t->r));
    t->rc = check_run(&t->cfg, t->suite, t->catalogue, count, t, &t->r, t->err,
                      sizeof t->err);
    t->ms = fake_ms(begin);
}

static void table_stop(struct table *t)
{
    result_free(&t->r);
    catalogue_free(t->catalogue);
    script_set_free(t->suite);
}

static const struct result_case *find(const struct table *t, const char *id)
{
    for (size_t i = 0; i < t->r.n_cases; i++)
        if (strcmp(t->r.cases[i].id, id) == 0)
            return &t->r.cases[i];
    cr_assert_fail("no case %s", id);
    return NULL;
}

static enum result_status status(const struct table *t, const char *id)
{
    for (size_t i = 0; i < t->r.n_requirements; i++)
        if (strcmp(t->r.requirements[i].id, id) == 0)
            return t->r.requirements[i].status;
    cr_assert_fail("no requirement %s", id);
    return RESULT_UNTESTABLE;
}

/* ---- the reference server ---------------------------------------------------- */

static struct server *ref_start(struct table *t, const char *text)
{
    struct server_config sc = {.bind = "127.0.0.1"};
    struct fake none = {0};
    struct server *s;

    cr_assert_eq(server_parse_ref(text, &sc, t->err, sizeof t->err), 0, "%s",
                 t->err);
    s = server_start(&sc, t->err, sizeof t->err);
    cr_assert_not_null(s, "%s", t->err);
    t->cfg = fake_config(&none);
    t->cfg.target.port = server_port(s);
    t->cfg.from = t->cfg.rcpt = SERVER_USER;
    t->cfg.jobs = 8;
    t->cfg.timeout = 3 * NET_S;
    return s;
}

Test(run, strict_server, .timeout = 20)
{
    struct table t = {0};
    struct server *s = ref_start(&t, "");

    table_run(&t, good);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_null(t.r.failure, "%s", t.r.failure);
    cr_expect_not(t.r.interrupted);
    for (size_t i = 0; i < t.r.n_cases; i++)
        cr_expect(t.r.cases[i].verdict == VERDICT_PASS ||
                      t.r.cases[i].verdict == VERDICT_SKIP ||
                      t.r.cases[i].passive,
                  "%s: %s", t.r.cases[i].id, t.r.cases[i].reason);
    cr_expect_eq(result_exit(&t.r, false), 0);
    cr_expect_str_eq(t.r.cases[0].id, "rfc5321/1/noop"); /* in order */
    cr_expect_str_eq(t.r.cases[2].id, "rfc5321/2/mail/a");
    cr_expect_eq(find(&t, "rfc5321/3/size")->verdict, VERDICT_SKIP);
    cr_expect_eq(t.progress, 6);
    cr_expect_eq(t.done, 6);
    cr_expect_eq(t.total, 6);
    cr_expect_gt(t.r.server.greeting.n, 0);
    cr_expect_gt(t.r.server.n_ehlo, 3);
    cr_expect_eq(t.r.n_requirements, 4); /* none of the client's */
    cr_expect_eq(status(&t, "R-1"), RESULT_PASS);
    cr_expect_eq(status(&t, "R-2"), RESULT_PASS);
    cr_expect_eq(status(&t, "R-3"), RESULT_UNTESTABLE);
    cr_expect_eq(status(&t, "R-4"), RESULT_NOT_RUN);
    cr_expect_geq(t.r.ended, t.r.started);
    table_stop(&t);
    server_stop(s);
}

/* The tour has seen a HELP, which is in no case. */
Test(run, tour, .timeout = 20)
{
    static const struct {
        const char *select;
        bool toured;
    } rows[] = {{NULL, true}, {"rfc5321/2.3.8", true}, {"rfc5321/1", false}};

    for (size_t i = 0; i < 3; i++) {
        struct table t = {0};
        struct server *s = ref_start(&t, "");

        t.cfg.select.at[0] = rows[i].select;
        t.cfg.select.n = rows[i].select != NULL;
        table_run(&t, good);
        cr_assert_eq(t.rc, 0, "%s", t.err);
        if (rows[i].toured)
            cr_expect_eq(find(&t, "rfc5321/2.3.8/reply-line-ends")->verdict,
                         VERDICT_PASS, "%zu", i);
        else
            cr_expect_eq(t.r.n_cases, 2);
        cr_expect_eq(result_exit(&t.r, false), 0, "%zu", i);
        table_stop(&t);
        server_stop(s);
    }
}

/* ---- wrong usage: no connection is made ----------------------------------------- */

Test(run, selections, .timeout = 10)
{
    static const struct {
        const char *name, *select, *exclude, *err;
        enum smtp_level level;
    } rows[] = {
        {"unknown", "rfc5321/9", NULL,
         "--select rfc5321/9: no case has such an id; \"smtpspec list\" shows "
         "them", SMTP_LEVEL_MAY},
        {"unknown exclude", NULL, "nosuch*",
         "--exclude nosuch*: no case has such an id; \"smtpspec list\" shows "
         "them", SMTP_LEVEL_MAY},
        {"all excluded", "rfc5321/1", "rfc5321",
         "--select, --exclude and --level leave no case to play",
         SMTP_LEVEL_MAY},
        {"none of the level", "rfc5321/1/rset", NULL,
         "--select, --exclude and --level leave no case to play",
         SMTP_LEVEL_MUST},
    };
    struct fake f = {0};

    fake_start(&f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct table t = {.cfg = fake_config(&f)};

        t.cfg.level = rows[i].level;
        t.cfg.select.at[0] = rows[i].select;
        t.cfg.select.n = rows[i].select != NULL;
        t.cfg.exclude.at[0] = rows[i].exclude;
        t.cfg.exclude.n = rows[i].exclude != NULL;
        table_run(&t, good);
        cr_expect_eq(t.rc, -1, "%s", rows[i].name);
        cr_expect_str_eq(t.err, rows[i].err, "%s: %s", rows[i].name, t.err);
        table_stop(&t);
    }
    cr_expect_eq(atomic_load(&f.conns), 0);
    fake_stop(&f);
}

/* ---- servers that end ------------------------------------------------------------- */

/* 40 cases. */
static const char many[] =
    "case: rfc5321/1/many\n" META("MUST", "R-1") "start: ehlo\n"
    "each: n = a \"1\", b \"2\", c \"3\", d \"4\", e \"5\", f \"6\", g \"7\", "
    "h \"8\"\neach: m = a \"1\", b \"2\", c \"3\", d \"4\", e \"5\"\n\n"
    "C: NOOP ${n}${m}\nS!: 250\nC: QUIT\nS: 221\n\n";

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

Test(run, dead_server_mid_run_ends_quickly, .timeout = 30)
{
    static fake_act *const acts[] = {act_dies, act_hangs, act_closes};

    for (size_t i = 0; i < 3; i++) {
        for (unsigned jobs = 1; jobs <= 8; jobs += 7) {
            struct fake f = {.act = acts[i]};
            struct table t = {0};

            fake_start(&f);
            t.cfg = fake_config(&f);
            t.cfg.jobs = jobs;
            table_run(&t, many);
            cr_assert_eq(t.rc, 0, "%s", t.err);
            cr_expect_lt(t.ms, 5000, "%zu %u: %u ms", i, jobs, t.ms);
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

Test(run, busy_server_is_waited_for, .timeout = 30)
{
    struct fake f = {.act = act_two};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 8;
    table_run(&t, many);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_null(t.r.failure, "%s", t.r.failure);
    for (size_t i = 0; i < t.r.n_cases; i++)
        if (!t.r.cases[i].passive)
            cr_expect_eq(t.r.cases[i].verdict, VERDICT_PASS, "%s: %s",
                         t.r.cases[i].id, t.r.cases[i].reason);
    table_stop(&t);
    fake_stop(&f);
}

/* ---- hostile cases ------------------------------------------------------------------ */

static const char hostile[] =
    "case: rfc5321/1/noop\n" META("MUST", "R-1") "start: ehlo\n\n"
    "C: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n"
    "case: rfc5321/2/kill\n" META("MUST", "R-2") "start: ehlo\nhostile: yes\n\n"
    "C: VRFY x\nS!: 252\nC: QUIT\nS: 221\n\n"
    "case: rfc5321/3/after\n" META("MUST", "R-4") "start: ehlo\nhostile: yes\n"
    "\nC: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n";

static const char *act_killed(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "VRFY", 4) == 0)
        fake_refuse(f);
    return FAKE_POLITE;
}

Test(run, hostile_case_that_kills_the_server, .timeout = 20)
{
    struct fake f = {.act = act_killed};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    table_run(&t, hostile);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_eq(find(&t, "rfc5321/1/noop")->verdict, VERDICT_PASS);
    cr_expect_eq(find(&t, "rfc5321/2/kill")->verdict, VERDICT_FAIL);
    cr_expect_not_null(strstr(find(&t, "rfc5321/2/kill")->reason,
                              "the server no longer answers after it: "),
                       "%s", find(&t, "rfc5321/2/kill")->reason);
    /* What it did is not the fault of the next one. */
    cr_expect_eq(find(&t, "rfc5321/3/after")->verdict, VERDICT_BLOCKED);
    cr_expect_not_null(t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    cr_expect_eq(t.progress, 3);
    cr_expect_lt(t.ms, 8000, "%u ms", t.ms);
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

Test(run, canary_fails_at_the_end, .timeout = 20)
{
    struct fake f = {.act = act_last};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.select.at[0] = "rfc5321/1/noop";
    t.cfg.select.n = 1;
    table_run(&t, hostile);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_eq(find(&t, "rfc5321/1/noop")->verdict, VERDICT_PASS);
    cr_assert_not_null(t.r.failure);
    cr_expect_not_null(strstr(t.r.failure,
                              "the server no longer serves at the end of the "
                              "run: "),
                       "%s", t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    table_stop(&t);
    fake_stop(&f);
}

/* ---- no server, a busy one, one that takes no mail --------------------------------- */

static const char *act_421(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "421 later\r\n";
}

static const char *act_421_once(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f;
    return line[0] || conn ? FAKE_POLITE : "421 later\r\n";
}

static const char *act_554(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "554 no\r\n";
}

Test(run, first_canary, .timeout = 20)
{
    static const struct {
        const char *name;
        fake_act *act;
        bool refuses;
        const char *failure; /* NULL: none */
        int exit;
    } rows[] = {
        {"refuses", NULL, true, "Connection refused", 3},
        {"busy", act_421, false, "greets with 421", 3},
        {"busy once", act_421_once, false, NULL, 0},
        {"no mail", act_554, false, NULL, 3}, /* its cases are BLOCKED */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake f = {.act = rows[i].act};
        struct table t = {0};

        fake_start(&f);
        t.cfg = fake_config(&f);
        t.cfg.timeout = 100 * NET_MS;
        t.cfg.exclude.at[0] = "rfc5321/4.3.2"; /* not in the catalogue */
        t.cfg.exclude.n = 1;
        if (rows[i].refuses)
            fake_refuse(&f);
        table_run(&t, good);
        cr_assert_eq(t.rc, 0, "%s", t.err);
        cr_expect_eq(t.r.failure == NULL, rows[i].failure == NULL, "%s: %s",
                     rows[i].name, t.r.failure);
        if (rows[i].failure && t.r.failure)
            cr_expect_not_null(strstr(t.r.failure, rows[i].failure), "%s: %s",
                               rows[i].name, t.r.failure);
        cr_expect_eq(result_exit(&t.r, false), rows[i].exit, "%s: %d",
                     rows[i].name, result_exit(&t.r, false));
        cr_expect_eq(t.progress, 6, "%s: %u", rows[i].name, t.progress);
        cr_expect_lt(t.ms, 3000, "%s: %u ms", rows[i].name, t.ms);
        table_stop(&t);
        fake_stop(&f);
    }
}

/* ---- interrupted ---------------------------------------------------------------- */

static const char *act_slow(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "NOOP", 4) == 0)
        fake_ends(f, 100);
    return FAKE_POLITE;
}

static void *interrupt(void *arg)
{
    usleep(250 * 1000);
    cr_assert_eq(write(*(int *)arg, "x", 1), 1);
    return NULL;
}

Test(run, interrupted, .timeout = 10)
{
    struct fake f = {.act = act_slow};
    struct table t = {0};
    pthread_t thread;
    int fd[2];

    fake_start(&f);
    cr_assert_eq(pipe(fd), 0);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 2;
    t.cfg.timeout = 5 * NET_S;
    t.cfg.stop_fd = fd[0];
    pthread_create(&thread, NULL, interrupt, &fd[1]);
    table_run(&t, many);
    pthread_join(thread, NULL);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    cr_expect_lt(t.ms, 1500, "%u ms", t.ms);
    cr_expect(t.r.interrupted);
    cr_expect_null(t.r.failure, "%s", t.r.failure);
    cr_expect_eq(result_exit(&t.r, false), 130);
    cr_expect_gt(result_count(&t.r, VERDICT_PASS), 0);
    cr_expect_gt(result_count(&t.r, VERDICT_BLOCKED), 10);
    cr_expect_eq(t.progress, 40); /* everything is recorded */
    table_stop(&t);
    fake_stop(&f);
}

/* ---- the account ---------------------------------------------------------------- */

static const char account[] =
    "case: rfc4954/1/a\n" META("MUST", "R-1") "needs: account\n"
    "start: auth\neach: n = a \"1\", b \"2\", c \"3\"\n\n"
    "C: NOOP ${n}\nS!: 250\nC: QUIT\nS: 221\n\n"
    "case: rfc5321/1/noop\n" META("MUST", "R-1") "start: ehlo\n\n"
    "C: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n";

static const char *act_auth(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (strncmp(line, "AUTH PLAIN AHUAcA==", 19) == 0)
        return "235 yes\r\n";
    if (strncmp(line, "AUTH", 4) == 0) {
        atomic_fetch_add(&f->n, 1);
        return "535 no\r\n";
    }
    return FAKE_POLITE;
}

Test(run, account_is_tried_once, .timeout = 10)
{
    static const struct {
        const char *password;
        enum verdict want;
        unsigned refused;
        const char *why;
    } rows[] = {
        {"p", VERDICT_PASS, 0, ""},
        {"wrong", VERDICT_BLOCKED, 1, "the account cannot be used: AUTH as u"},
        {NULL, VERDICT_SKIP, 0, "no password is given"},
    };

    for (size_t i = 0; i < 3; i++) {
        struct fake f = {.act = act_auth,
                         .ehlo = "250-h.example\r\n250 AUTH PLAIN\r\n"};
        struct table t = {0};
        const struct result_case *c;

        fake_start(&f);
        t.cfg = fake_config(&f);
        t.cfg.user = "u";
        t.cfg.password = rows[i].password;
        table_run(&t, account);
        cr_assert_eq(t.rc, 0, "%s", t.err);
        c = find(&t, "rfc4954/1/a/b");
        cr_expect_eq(c->verdict, rows[i].want, "%zu: %s", i, c->reason);
        cr_expect_not_null(strstr(c->reason, rows[i].why), "%s", c->reason);
        cr_expect_eq(find(&t, "rfc5321/1/noop")->verdict, VERDICT_PASS);
        cr_expect_eq(atomic_load(&f.n), rows[i].refused, "%zu: %u", i,
                     atomic_load(&f.n));
        table_stop(&t);
        fake_stop(&f);
    }
}

/* No case needs it: it is not sent at all. */
Test(run, account_is_not_tried_for_nothing, .timeout = 10)
{
    struct fake f = {.act = act_auth,
                     .ehlo = "250-h.example\r\n250 AUTH PLAIN\r\n"};
    struct table t = {0};

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.user = "u";
    t.cfg.password = "wrong";
    t.cfg.select.at[0] = "rfc5321";
    t.cfg.select.n = 1;
    table_run(&t, account);
    cr_expect_eq(atomic_load(&f.n), 0);
    table_stop(&t);
    fake_stop(&f);
}

/* ---- what a server sends is not kept without bound -------------------------------- */

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

Test(run, flood, .timeout = 15)
{
    struct fake f = {.raw = raw_flood};
    struct table t = {0};
    size_t kept = 0;

    fake_start(&f);
    t.cfg = fake_config(&f);
    t.cfg.jobs = 8;
    table_run(&t, many);
    cr_assert_eq(t.rc, 0, "%s", t.err);
    for (size_t i = 0; i < t.r.n_cases; i++)
        kept += t.r.cases[i].log.octets_cap;
    cr_expect_leq(kept, 40 * (64 + 8) * 1024, "%zu", kept);
    cr_expect_not_null(t.r.failure);
    cr_expect_eq(result_exit(&t.r, true), 3);
    table_stop(&t);
    fake_stop(&f);
}
