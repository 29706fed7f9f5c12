#include <criterion/criterion.h>
#include <string.h>

#include "server/server.h"
#include "tests/check/table.h"

static enum result_status status(const struct table *t, const char *id)
{
    for (size_t i = 0; i < t->r.n_requirements; i++)
        if (strcmp(t->r.requirements[i].id, id) == 0)
            return t->r.requirements[i].status;
    cr_assert_fail("no requirement %s", id);
    return RESULT_UNTESTABLE;
}

/* ---- the reference server
 * ---------------------------------------------------- */

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
    return s;
}

Test(run, strict_server)
{
    struct table t = {0};
    struct server *s = ref_start(&t, "");

    table_run(&t, table_good);
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
    cr_expect_eq(table_find(&t, "rfc5321/3/size")->verdict, VERDICT_SKIP);
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
Test(run, tour)
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
        table_run(&t, table_good);
        cr_assert_eq(t.rc, 0, "%s", t.err);
        if (rows[i].toured)
            cr_expect_eq(
                table_find(&t, "rfc5321/2.3.8/reply-line-ends")->verdict,
                VERDICT_PASS, "%zu", i);
        else
            cr_expect_eq(t.r.n_cases, 2);
        cr_expect_eq(result_exit(&t.r, false), 0, "%zu", i);
        table_stop(&t);
        server_stop(s);
    }
}

/* ---- wrong usage: no connection is made
 * ----------------------------------------- */

Test(run, selections)
{
    static const struct {
        const char *name, *select, *exclude, *err;
        enum smtp_level level;
    } rows[] = {
        {"unknown", "rfc5321/9", NULL,
         "--select rfc5321/9: no case has such an id; \"smtpspec list\" shows "
         "them",
         SMTP_LEVEL_MAY},
        {"unknown exclude", NULL, "nosuch*",
         "--exclude nosuch*: no case has such an id; \"smtpspec list\" shows "
         "them",
         SMTP_LEVEL_MAY},
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
        table_run(&t, table_good);
        cr_expect_eq(t.rc, -1, "%s", rows[i].name);
        cr_expect_str_eq(t.err, rows[i].err, "%s: %s", rows[i].name, t.err);
        table_stop(&t);
    }
    cr_expect_eq(atomic_load(&f.conns), 0);
    fake_stop(&f);
}

/* ---- no server, a busy one, one that takes no mail
 * --------------------------------- */

static const char *act_421(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "421 later\r\n";
}

static const char *act_421_once(struct fake *f, unsigned conn, const char *line)
{
    (void)f;
    return line[0] || conn ? FAKE_POLITE : "421 later\r\n";
}

static const char *act_554(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "554 no\r\n";
}

Test(run, first_canary)
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
        t.cfg.exclude.at[0] = "rfc5321/4.3.2"; /* not in the catalogue */
        t.cfg.exclude.n = 1;
        if (rows[i].refuses)
            fake_refuse(&f);
        table_run(&t, table_good);
        cr_assert_eq(t.rc, 0, "%s", t.err);
        cr_expect_eq(t.r.failure == NULL, rows[i].failure == NULL, "%s: %s",
                     rows[i].name, t.r.failure);
        if (rows[i].failure && t.r.failure)
            cr_expect_not_null(strstr(t.r.failure, rows[i].failure), "%s: %s",
                               rows[i].name, t.r.failure);
        cr_expect_eq(result_exit(&t.r, false), rows[i].exit, "%s: %d",
                     rows[i].name, result_exit(&t.r, false));
        cr_expect_eq(t.progress, 6, "%s: %u", rows[i].name, t.progress);
        cr_expect_lt(t.ms, FAKE_HANGS, "%s", rows[i].name);
        table_stop(&t);
        fake_stop(&f);
    }
}

/* ---- the account
 * ---------------------------------------------------------------- */

static const char account[] = "case: rfc4954/1/a\n" META(
    "MUST", "R-1") "needs: account\n"
                   "start: auth\neach: n = a \"1\", b \"2\", c \"3\"\n\n"
                   "C: NOOP ${n}\nS!: 250\nC: QUIT\nS: 221\n\n"
                   "case: rfc5321/1/noop\n" META(
                       "MUST", "R-1") "start: ehlo\n\n"
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

Test(run, account_is_tried_once)
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
        c = table_find(&t, "rfc4954/1/a/b");
        cr_expect_eq(c->verdict, rows[i].want, "%zu: %s", i, c->reason);
        cr_expect_not_null(strstr(c->reason, rows[i].why), "%s", c->reason);
        cr_expect_eq(table_find(&t, "rfc5321/1/noop")->verdict, VERDICT_PASS);
        cr_expect_eq(atomic_load(&f.n), rows[i].refused, "%zu: %u", i,
                     atomic_load(&f.n));
        table_stop(&t);
        fake_stop(&f);
    }
}

/* No case needs it: it is not sent at all. */
Test(run, account_is_not_tried_for_nothing)
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
