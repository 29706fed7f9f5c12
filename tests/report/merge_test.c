/* merge: parts of one run become the run. */
#include <criterion/criterion.h>
#include <string.h>

#include "report/merge.h"

static const struct result_pair first[] = {
    {"shard", "1/2"      },
    {"helo",  "x.example"}
};
static const struct result_pair second[] = {
    {"helo",  "x.example"},
    {"shard", "2/2"      }
};
static const struct result_requirement uncovered[] = {
    {.id = "q1", .status = RESULT_UNCOVERED},
    {.id = "q2", .status = RESULT_NOT_RUN  }
};
static const struct result_requirement covered[] = {
    {.id = "q1", .status = RESULT_PASS},
    {.id = "q2", .status = RESULT_FAIL}
};

static void part(struct result *r, const char *id, enum verdict v,
                 enum verdict rule)
{
    cr_assert(result_init(r));
    r->tool = r->suite = "";
    r->target = "ref:";
    r->started = 1000;
    r->ended = 2000;
    r->options = first;
    r->n_options = 2;
    r->requirements = uncovered;
    r->n_requirements = 2;
    r->cases = result_alloc(r, 2 * sizeof *r->cases);
    r->n_cases = 2;
    r->cases[0] = (struct result_case){
        .id = id, .verdict = v, .at = 5, .reason = "so"};
    r->cases[1] = (struct result_case){
        .id = "a/rule",
        .passive = true,
        .verdict = rule,
        .reason = rule == VERDICT_PASS ? "" : "so (1 of 2 replies)"};
    transcript_init(&r->cases[0].log, 0);
    transcript_add(&r->cases[0].log, TRANSCRIPT_SENT, 0, false, id, strlen(id));
}

Test(merge, two_shards)
{
    struct result a, b, out, *parts[] = {&a, &b};

    part(&a, "m", VERDICT_PASS, VERDICT_PASS);
    part(&b, "c", VERDICT_FAIL, VERDICT_WARN);
    b.started = 1500;
    b.ended = 2700;
    b.options = second;
    b.requirements = covered;
    cr_expect_null(result_unlike(&a, &b, false));
    cr_assert(result_init(&out));
    cr_assert(result_merge(&out, parts, 2));
    cr_expect_eq(out.n_cases, 3);
    cr_expect_str_eq(out.cases[0].id, "c");
    cr_expect_eq(out.cases[0].at, 500000005, "it counts from the first");
    cr_expect_eq(out.cases[0].log.n, 1);
    cr_expect_eq(b.cases[0].log.n, 0, "the session has one owner");
    cr_expect_str_eq(out.cases[1].id, "m");
    cr_expect_eq(out.cases[2].verdict, VERDICT_WARN);
    cr_expect_not(out.cases[2].unstable, "a rule sees other sessions");
    cr_expect_eq(out.started, 1000);
    cr_expect_eq(out.ended, 2700);
    cr_expect_eq(out.n_options, 1);
    cr_expect_str_eq(out.options[0].name, "helo");
    cr_expect_eq(out.requirements[0].status, RESULT_PASS);
    cr_expect_eq(out.requirements[1].status, RESULT_FAIL);
    result_free(&out);
    result_free(&a);
    result_free(&b);
}

Test(merge, the_heaviest_verdict)
{
    static const struct {
        enum verdict a, b, want;
        bool unstable;
    } rows[] = {
        {VERDICT_PASS,    VERDICT_PASS, VERDICT_PASS, false},
        {VERDICT_SKIP,    VERDICT_PASS, VERDICT_PASS, true },
        {VERDICT_PASS,    VERDICT_SKIP, VERDICT_PASS, true },
        {VERDICT_FAIL,    VERDICT_PASS, VERDICT_FAIL, true },
        {VERDICT_BLOCKED, VERDICT_FAIL, VERDICT_FAIL, true },
        {VERDICT_WARN,    VERDICT_INFO, VERDICT_WARN, true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result a, b, out, *parts[] = {&a, &b};
        part(&a, "m", rows[i].a, rows[i].a);
        part(&b, "m", rows[i].b, rows[i].b);
        cr_assert(result_init(&out));
        cr_assert(result_merge(&out, parts, 2));
        cr_expect_eq(out.n_cases, 2);
        cr_expect_eq(out.cases[0].verdict, rows[i].want, "row %zu", i);
        cr_expect_eq(out.cases[0].unstable, rows[i].unstable, "row %zu", i);
        cr_expect_eq(out.cases[1].verdict, rows[i].want, "row %zu", i);
        cr_expect_eq(!!strstr(out.cases[1].reason, "; counted in 1 of 2 parts"),
                     out.cases[1].reason[0] && rows[i].want != VERDICT_SKIP,
                     "row %zu: %s", i, out.cases[1].reason);
        cr_expect_null(strstr(out.cases[0].reason, "parts"), "row %zu", i);
        result_free(&out);
        result_free(&a);
        result_free(&b);
    }
}

Test(merge, what_failed)
{
    struct result a, b, out, *parts[] = {&a, &b};

    part(&a, "m", VERDICT_BLOCKED, VERDICT_SKIP);
    part(&b, "n", VERDICT_PASS, VERDICT_PASS);
    a.failure = "gone";
    b.interrupted = true;
    cr_assert(result_init(&out));
    cr_assert(result_merge(&out, parts, 2));
    cr_expect_str_eq(out.failure, "gone");
    cr_expect(out.interrupted);
    result_free(&out);
    result_free(&a);
    result_free(&b);
}

Test(merge, no_parts_of_one_run)
{
    static const struct result_pair strict[] = {
        {"shard",  "2/2"},
        {"strict", "yes"}
    };
    static const struct result_pair select[] = {
        {"helo",   "x.example"},
        {"select", "rfc5321"  }
    };
    struct result a, b;

    part(&a, "m", VERDICT_PASS, VERDICT_PASS);
    part(&b, "n", VERDICT_PASS, VERDICT_PASS);
    b.options = strict;
    cr_expect(strstr(result_unlike(&a, &b, false), "--"));
    cr_expect(result_unlike(&a, &b, true));
    b.options = select;
    cr_expect(strstr(result_unlike(&a, &b, false), "--select"));
    cr_expect_null(result_unlike(&a, &b, true));
    b.options = first;
    a.server.profile = "mx";
    b.server.profile = "lmtp";
    cr_expect(strstr(result_unlike(&a, &b, true), "profiles"));
    b.target = "localhost";
    cr_expect(strstr(result_unlike(&a, &b, true), "targets"));
    result_free(&a);
    result_free(&b);
}

Test(merge, shard_option)
{
    static const struct {
        const char *value;
        unsigned i, n; /* 0: none */
    } rows[] = {
        {"1/4",                    1, 4},
        {"4/4",                    4, 4},
        {"0/4",                    0, 0},
        {"5/4",                    0, 0},
        {"1",                      0, 0},
        {"1/",                     0, 0},
        {"/4",                     0, 0},
        {"1/4x",                   0, 0},
        {"",                       0, 0},
        {"1/99999999999999999999", 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result_pair o = {"shard", rows[i].value};
        struct result r = {.options = &o, .n_options = 1};
        unsigned part_no = 0, parts = 0;
        bool is = result_shard(&r, &part_no, &parts);
        cr_expect_eq(is, rows[i].i > 0, "%s", rows[i].value);
        if (is)
            cr_expect(part_no == rows[i].i && parts == rows[i].n);
    }
}
