/* several: the join of runs, and what became of a case. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "report/several.h"

#define ROWS(a) (sizeof(a) / sizeof *(a))

static struct result_case one(const char *id, enum verdict v)
{
    return (struct result_case){.id = id, .verdict = v, .expected = ""};
}

Test(several, changes)
{
    static const struct {
        int was, is; /* -1: not there */
        enum several_change want;
    } rows[] = {
        {VERDICT_PASS,    VERDICT_PASS,    SEVERAL_SAME   },
        {VERDICT_FAIL,    VERDICT_FAIL,    SEVERAL_SAME   },
        {VERDICT_SKIP,    VERDICT_SKIP,    SEVERAL_SAME   },
        {VERDICT_PASS,    VERDICT_FAIL,    SEVERAL_NEW    },
        {VERDICT_PASS,    VERDICT_WARN,    SEVERAL_NEW    },
        {VERDICT_WARN,    VERDICT_FAIL,    SEVERAL_NEW    },
        {VERDICT_BLOCKED, VERDICT_FAIL,    SEVERAL_NEW    },
        {VERDICT_SKIP,    VERDICT_FAIL,    SEVERAL_NEW    },
        {-1,              VERDICT_FAIL,    SEVERAL_NEW    },
        {VERDICT_FAIL,    VERDICT_PASS,    SEVERAL_FIXED  },
        {VERDICT_WARN,    VERDICT_INFO,    SEVERAL_FIXED  },
        {VERDICT_FAIL,    VERDICT_WARN,    SEVERAL_CHANGED},
        {VERDICT_FAIL,    VERDICT_SKIP,    SEVERAL_CHANGED},
        {VERDICT_FAIL,    VERDICT_BLOCKED, SEVERAL_CHANGED},
        {VERDICT_PASS,    VERDICT_SKIP,    SEVERAL_CHANGED},
        {VERDICT_BLOCKED, VERDICT_PASS,    SEVERAL_CHANGED},
        {VERDICT_FAIL,    -1,              SEVERAL_CHANGED},
        {-1,              VERDICT_PASS,    SEVERAL_CHANGED},
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct result_case was = one("x", (enum verdict)rows[i].was);
        struct result_case is = one("x", (enum verdict)rows[i].is);
        cr_expect_eq(several_change_of(rows[i].was < 0 ? NULL : &was,
                                       rows[i].is < 0 ? NULL : &is),
                     rows[i].want, "row %zu", i);
    }
}

Test(several, another_finding_is_a_change)
{
    struct result_case was = one("x", VERDICT_FAIL), is = was;

    is.code = 250;
    cr_expect_eq(several_change_of(&was, &is), SEVERAL_CHANGED);
    is = was;
    is.expected = "S!: 221";
    cr_expect_eq(several_change_of(&was, &is), SEVERAL_CHANGED);
    is = was;
    is.got = "other text";
    cr_expect_eq(several_change_of(&was, &is), SEVERAL_SAME);
    was.verdict = is.verdict = VERDICT_PASS;
    is.code = 250;
    cr_expect_eq(several_change_of(&was, &is), SEVERAL_SAME);
}

/* "id/", and for each run which of its cases it is, or "-". */
static void print(const struct several *s, const struct result *r, char *out,
                  size_t cap)
{
    size_t at = 0;

    for (size_t i = 0; i < s->n_rows; i++) {
        const struct several_row *row = &s->rows[i];
        at += (size_t)snprintf(out + at, cap - at, "%s/", row->id);
        for (size_t k = 0; k < s->n; k++)
            at += (size_t)snprintf(
                out + at, cap - at, "%c",
                row->in[k] ? (char)('0' + (row->in[k] - r[k].cases)) : '-');
        at += (size_t)snprintf(out + at, cap - at, " ");
    }
}

Test(several, union_in_order)
{
    struct result_case a[] = {one("a", VERDICT_PASS), one("c", VERDICT_FAIL),
                              one("b", VERDICT_PASS)};
    struct result_case b[] = {one("b2", VERDICT_FAIL), one("c", VERDICT_PASS),
                              one("b", VERDICT_WARN)};
    struct result_requirement qa[] = {{.id = "q1"}, {.id = "q2"}},
                              qb[] = {{.id = "q2"}};
    struct result r[] = {
        {.cases = a, .n_cases = 3, .requirements = qa, .n_requirements = 2},
        {.cases = b, .n_cases = 3, .requirements = qb, .n_requirements = 1}
    };
    const struct result *runs[] = {&r[0], &r[1]};
    char got[100] = "";
    struct several s;

    a[2].passive = b[2].passive = true; /* rules stand behind */
    cr_assert(several_init(&s, SEVERAL_COMPARE, runs, 2));
    print(&s, r, got, sizeof got);
    cr_expect_str_eq(got, "a/0- b2/-0 c/11 b/22 ");
    cr_expect_eq(s.rows[0].any, &a[0]);
    cr_expect_eq(s.rows[2].any, &b[1]);
    cr_expect_eq(several_count(&s, SEVERAL_NEW), 2);
    cr_expect_eq(several_count(&s, SEVERAL_FIXED), 1);
    cr_expect_eq(several_count(&s, SEVERAL_CHANGED), 1);
    cr_expect_null(s.requirements[0].in[1]);
    cr_expect_eq(s.requirements[1].in[1], &qb[0]);
    several_free(&s);
}

Test(several, names_of_servers)
{
    static const struct {
        const char *target, *greeting, *profile, *want;
    } rows[] = {
        {"h:1", "220 h ESMTP Exim 4.96 Sun, 22 Nov 2026 03:00:00 +0000\r\n",
         "mx", "h:1 Exim 4.96"},
        {"h:2", "220 h ESMTP Postfix (Debian/GNU)\r\n", "mx",
         "h:2 Postfix (Debian/GNU)"},
        {"h:3", "220-h.example ESMTP Sendmail 8.17.1.9/8.17.1.9/Debian-2;\r\n"
                "220 more\r\n", "mx",
         "h:3 Sendmail 8.17.1.9/8.17.1.9/Debian"},
        {"h:4", "220 h ESMTP\r\n", "mx", "h:4, mx"},
        {"h:5", "220 h\r\n", "lmtp", "h:5, lmtp"},
        {"h:6", "", NULL, "h:6"},
        {"h:7", "no reply", "mx", "h:7, mx"},
        {"h:8", "220 h \x1b[2J\r\n", "mx", "h:8 \\x1B[2J"},
        {"h:9", "220 *** Welcome ***\r\n", "mx", "h:9 Welcome"},
        /* the same port twice */
        {"h", "220 h ESMTP Same 1 a\r\n", "mx", "h Same 1, mx"},
        {"h", "220 h ESMTP Same 1 b\r\n", "submission",
         "h Same 1, submission"},
    };
    struct result runs[ROWS(rows)] = {0};
    const struct result *list[ROWS(rows)];
    struct several s;

    for (size_t i = 0; i < ROWS(rows); i++) {
        runs[i].target = rows[i].target;
        runs[i].server.greeting =
            smtp_span_of(rows[i].greeting, strlen(rows[i].greeting));
        runs[i].server.profile = rows[i].profile;
        list[i] = &runs[i];
    }
    cr_assert(several_init(&s, SEVERAL_SERVERS, list, ROWS(rows)));
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_str_eq(s.names[i], rows[i].want, "%s", s.names[i]);
    several_free(&s);
    cr_assert(several_init(&s, SEVERAL_COMPARE, list, 2));
    cr_expect_str_eq(s.names[0], "h:1");
    several_free(&s);
}
