/* baseline: read strictly, applied, written so that it is read back. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/baseline.h"
#include "report/format.h"

#define ROWS(a) (sizeof(a) / sizeof *(a))

static struct baseline *load(const char *text, char err[400])
{
    char path[] = "/tmp/smtpspec-baseline-XXXXXX";
    int fd = mkstemp(path);
    struct baseline *b;

    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    err[0] = '\0';
    b = baseline_load(path, err, 400);
    unlink(path);
    return b;
}

Test(baseline, entries)
{
    char err[400];
    struct baseline *b = load("# a comment\n\n"
                              "a/b FAIL 250 2027-02-20 why # not\n"
                              "\tc/d\tBLOCKED\t-\t2028-02-29\tx y  z\r\n"
                              "e FAIL - 2027-01-01 no line end",
                              err);
    const struct baseline_entry *e;

    cr_assert(b, "%s", err);
    cr_expect_eq(b->n, 3);
    e = baseline_find(b, "a/b");
    cr_assert(e);
    cr_expect_eq(e->verdict, VERDICT_FAIL);
    cr_expect_eq(e->code, 250);
    cr_expect_str_eq(e->until, "2027-02-20");
    cr_expect_str_eq(e->reason, "why # not");
    cr_expect_eq(e->line, 3);
    e = baseline_find(b, "c/d");
    cr_assert(e);
    cr_expect_eq(e->verdict, VERDICT_BLOCKED);
    cr_expect_eq(e->code, 0);
    cr_expect_eq(strncmp(e->reason, "x y  z", 6), 0);
    cr_expect_null(baseline_find(b, "a"));
    baseline_free(b);
}

Test(baseline, mistakes)
{
    static const struct {
        const char *text, *say;
    } rows[] = {
        {"a\n",                                            ":1: expected FAIL or BLOCKED behind the id, not \"\""},
        {"a PASS - 2027-01-01 x\n",                        "expected FAIL or BLOCKED"                            },
        {"a WARN - 2027-01-01 x\n",                        "expected FAIL or BLOCKED"                            },
        {"\na FAIL 25 2027-01-01 x\n",                     ":2: expected a reply code or -"                      },
        {"a FAIL 099 2027-01-01 x\n",                      "expected a reply code or -"                          },
        {"a FAIL 25x 2027-01-01 x\n",                      "expected a reply code or -"                          },
        {"a FAIL - 2027-02-29 x\n",                        "expected a day such as 2027-02-20"                   },
        {"a FAIL - 2027-2-9 x\n",                          "expected a day such as"                              },
        {"a FAIL - 2027-01-01x x\n",                       "expected a day such as"                              },
        {"a FAIL - tomorrow x\n",                          "expected a day such as"                              },
        {"a FAIL - 2027-01-01\n",                          "expected a reason behind the day"                    },
        {"a FAIL - 2027-01-01  \n",                        "expected a reason behind the day"                    },
        {"a FAIL - 2027-01-01 x\na FAIL - 2027-01-01 x\n",
         ":2: expected each id once, not \"a\""                                                                  },
        {"\x1b[2J\n",                                      "not \"\""                                            },
        {"a \x1b[2J\n",                                    "not \"\\x1B[2J\""                                    },
        {"{\"schema\": 1}\n",                              "expected FAIL or BLOCKED"                            },
    };
    char err[400];

    for (size_t i = 0; i < ROWS(rows); i++) {
        cr_expect_null(load(rows[i].text, err), "%s", rows[i].text);
        cr_expect(strstr(err, rows[i].say), "%s: %s", rows[i].text, err);
        cr_expect_null(strpbrk(err, "\n\x1b"), "%s", err);
    }
    cr_expect_null(baseline_load("/nonexistent", err, sizeof err));
    cr_expect(strstr(err, "No such file"), "%s", err);
}

/* A result of one case on 2027-01-15. */
static struct result_case *one(struct result *r, enum verdict v, unsigned code)
{
    cr_assert(result_init(r));
    r->started = 1800000000000;
    r->cases = result_alloc(r, sizeof *r->cases);
    r->cases[0] = (struct result_case){
        .id = "a", .verdict = v, .code = code, .reason = "because"};
    r->n_cases = 1;
    return r->cases;
}

Test(baseline, applied)
{
    static const struct {
        const char *line;
        enum verdict verdict;
        unsigned code;
        bool known;
        const char *stale; /* NULL: not */
        int status;
    } rows[] = {
        {"a FAIL - 2027-01-15 x",    VERDICT_FAIL,    250, true,  NULL,    0},
        {"a FAIL 250 2027-02-01 x",  VERDICT_FAIL,    250, true,  NULL,    0},
        {"a FAIL 550 2027-02-01 x",  VERDICT_FAIL,    250, false, NULL,    1},
        {"a FAIL - 2027-01-14 x",    VERDICT_FAIL,    250, false, "until", 1},
        {"a FAIL - 2027-02-01 x",    VERDICT_PASS,    0,   false, "PASS",  1},
        {"a FAIL - 2027-02-01 x",    VERDICT_WARN,    0,   false, "WARN",  1},
        {"a FAIL - 2027-02-01 x",    VERDICT_SKIP,    0,   false, NULL,    0},
        {"a FAIL - 2027-02-01 x",    VERDICT_BLOCKED, 0,   false, NULL,    3},
        {"a BLOCKED - 2027-02-01 x", VERDICT_BLOCKED, 0,   true,  NULL,    0},
        {"a BLOCKED - 2027-02-01 x", VERDICT_FAIL,    0,   false, NULL,    1},
        {"a BLOCKED - 2027-02-01 x", VERDICT_PASS,    0,   false, "PASS",  1},
        {"b FAIL - 2020-01-01 x",    VERDICT_PASS,    0,   false, NULL,    0},
    };
    char err[400];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct baseline *b = load(rows[i].line, err);
        struct result r;
        const struct result_case *c = one(&r, rows[i].verdict, rows[i].code);
        cr_assert(b, "%s", err);
        baseline_apply(b, &r);
        cr_expect_eq(c->known != NULL, rows[i].known, "row %zu", i);
        cr_expect_eq(r.n_stale, rows[i].stale ? 1 : 0, "row %zu", i);
        if (r.n_stale && rows[i].stale)
            cr_expect(strstr(r.stale[0].why, rows[i].stale), "%s",
                      r.stale[0].why);
        cr_expect_eq(result_exit(&r, false), rows[i].status, "row %zu", i);
        result_free(&r);
        baseline_free(b);
    }
}

Test(baseline, pinned_reply_is_told)
{
    char err[400];
    struct baseline *b = load("a FAIL 550 2027-02-01 x", err);
    struct result r;
    const struct result_case *c = one(&r, VERDICT_FAIL, 250);

    baseline_apply(b, &r);
    cr_assert_eq(c->n_notes, 1);
    cr_expect(strstr(c->notes[0].why, "550"), "%s", c->notes[0].why);
    result_free(&r);
    baseline_free(b);
}

/* What report_baseline_write writes for r. */
static char *written(const struct result *r, const struct baseline *b)
{
    struct report_options o = {.baseline = b};
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    cr_assert(out);
    cr_expect_eq(report_format_find("write-baseline")->write(r, &o, out), 0);
    fclose(out);
    return text;
}

Test(baseline, written)
{
    char err[400], *text;
    struct baseline *old, *b;
    struct result r;
    struct result_case *c = one(&r, VERDICT_FAIL, 250);

    c->reason = "two\nlines \x1b[m";
    text = written(&r, NULL);
    b = load(text, err);
    cr_assert(b, "%s: %s", text, err);
    cr_expect_eq(b->n, 1);
    cr_expect_eq(b->entries[0].code, 250);
    cr_expect_str_eq(b->entries[0].until, "2027-04-15");
    cr_expect_str_eq(b->entries[0].reason, "two lines \\x1B[m");
    free(text);
    baseline_free(b);

    old = load("a FAIL - 2027-02-01 mine\nb FAIL - 2027-02-01 his\n", err);
    baseline_apply(old, &r);
    text = written(&r, old);
    b = load(text, err);
    cr_assert(b, "%s: %s", text, err);
    cr_expect_eq(b->n, 2, "%s", text);
    cr_expect_str_eq(b->entries[0].until, "2027-02-01");
    cr_expect_str_eq(b->entries[0].reason, "mine");
    cr_expect_str_eq(b->entries[1].id, "b", "it was not run: it stays");
    free(text);
    baseline_free(b);
    c->verdict = VERDICT_PASS;
    baseline_apply(old, &r);
    text = written(&r, old);
    cr_expect_null(strstr(text, "mine"), "%s", text);
    free(text);
    baseline_free(old);
    result_free(&r);
}
