#include "tests/check/table.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char preambles[] =
    "case: start/ehlo\n\nC: <open>\nS: 220\nC: EHLO ${helo}\nS: 250\n\n"
    "case: start/auth\nneeds: ehlo:AUTH, account\n\nC: <open>\nS: 220\n"
    "C: EHLO ${helo}\nS: 250\nC: <auth PLAIN>\nS: 235\n\n"
    "case: start/tour\n\nC: <open>\nS: xyz\nC: EHLO ${helo}\nS: xyz\n"
    "C: HELP\nS: xyz\nC: QUIT\nS: xyz\n\n";

const char table_good[] = "case: rfc5321/1/noop\n" META(
    "MUST",
    "R-1") "start: ehlo\n\n"
           "C: NOOP\nS!: 250\nC: QUIT\nS: 221\n\n"
           "case: rfc5321/1/rset\n" META(
               "SHOULD",
               "R-2") "start: ehlo\n\n"
                      "C: RSET\nS!: 250\nC: QUIT\nS: 221\n\n"
                      "case: rfc5321/2/mail\n" META(
                          "MUST",
                          "R-1") "start: ehlo\n"
                                 "each: n = a \"1\", b \"2\", c \"3\"\n\n"
                                 "C: MAIL FROM:<${from}>\nS!: 250\nC: NOOP "
                                 "${n}\nS: 250\n"
                                 "C: QUIT\nS: 221\n\n"
                                 "case: rfc5321/3/size\n" META(
                                     "MUST", "R-4") "needs: ehlo:NOSUCH\n"
                                                    "start: ehlo\n\nC: "
                                                    "NOOP\nS!: 250\n\n";

const char table_many[] = "case: rfc5321/1/many\n" META(
    "MUST",
    "R-1") "start: ehlo\n"
           "each: n = a \"1\", b \"2\", c \"3\", d \"4\", e \"5\", f \"6\", g "
           "\"7\", "
           "h \"8\"\neach: m = a \"1\", b \"2\", c \"3\", d \"4\", e \"5\"\n\n"
           "C: NOOP ${n}${m}\nS!: 250\nC: QUIT\nS: 221\n\n";

static void count(void *ctx, const struct check_progress *p)
{
    struct table *t = ctx;

    t->progress++;
    t->done = p->done;
    t->total = p->total;
    cr_expect_not_null(p->last);
}

void table_run(struct table *t, const char *suite)
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

void table_stop(struct table *t)
{
    result_free(&t->r);
    catalogue_free(t->catalogue);
    script_set_free(t->suite);
}

const struct result_case *table_find(const struct table *t, const char *id)
{
    for (size_t i = 0; i < t->r.n_cases; i++)
        if (strcmp(t->r.cases[i].id, id) == 0)
            return &t->r.cases[i];
    cr_assert_fail("no case %s", id);
    return NULL;
}
