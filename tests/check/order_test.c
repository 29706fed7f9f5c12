#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

#include "check/order.h"
#include "tests/check/table.h"

#define NEXT(slug, keys, steps)                                                \
    "case: rfc5321/1/" slug "\n" META("MUST", "R-1") keys "\nC: <open>\n"      \
    "S: 220\n" steps "\n"

/* By what they wait for on purpose, and by how many replies. */
static const char suite[] =
    NEXT("a-short", "", "C: NOOP\nS!: 250\n")
    NEXT("b-silent", "", "C: NOOP\nS!: 250\nS!: <silent 700ms>\n")
    NEXT("c-refused", "", "C: XYZZY\nS!: 500\n")
    NEXT("d-pause", "", "C: <pause 2s>\nC: NOOP\nS!: 250\n")
    NEXT("e-mail", "needs: delivery\n", "S!: <not delivered 1s>\n")
    NEXT("f-skipped", "", "C: <pause 9s>\nC: NOOP\nS!: 250\n")
    NEXT("g-hostile", "hostile: yes\n", "C: <pause 5s>\nC: NOOP\nS!: 250\n")
    NEXT("h-alone", "alone: yes\n", "C: <pause 1s>\nC: NOOP\nS!: 250\n")
    NEXT("i-ends", "needs: server-pid\n", "C: NOOP\nS!: 250\n");

#define CASES 9

struct plan {
    struct script_set *suite;
    struct plan_case cases[CASES];
    uint64_t expected[CASES];
    struct tempo tempo;
    struct order order;
};

static void refusal(struct tempo *t, unsigned ms)
{
    struct smtp_reply r = {.code = 500};
    struct script_reply s = {
        .reply = &r, .stage = SCRIPT_COMMAND, .waited = ms * NET_MS};

    tempo_reply(t, &s);
}

static void plan_start(struct plan *p)
{
    *p = (struct plan){.suite = fake_suite(suite)};
    p->order.expected = p->expected;
    cr_assert_eq(script_count(p->suite), CASES);
    for (size_t i = 0; i < CASES; i++)
        p->cases[i] = (struct plan_case){.script = script_at(p->suite, i)};
    p->cases[5].action = PLAN_SKIP;
    tempo_init(&p->tempo);
    refusal(&p->tempo, 900);
    order_plan(&p->order, p->cases, CASES, &p->tempo, 2);
}

static void plan_stop(struct plan *p)
{
    tempo_free(&p->tempo);
    script_set_free(p->suite);
}

Test(order, phases)
{
    static const struct {
        enum order_phase phase;
        const char *want; /* the first letters of the slugs */
    } rows[] = {{ORDER_TOGETHER, "decba"}, {ORDER_ALONE, "gh"},
                {ORDER_LAST, "i"}};

    for (size_t i = 0; i < 3; i++) {
        struct plan p;
        size_t queue[CASES], n;
        char got[CASES + 1] = "";

        plan_start(&p);
        n = order_queue(&p.order, rows[i].phase, p.cases, CASES, queue);
        for (size_t k = 0; k < n; k++)
            got[k] = p.cases[queue[k]].script->id[strlen("rfc5321/1/")];
        cr_expect_str_eq(got, rows[i].want, "%zu: %s", i, got);
        plan_stop(&p);
    }
}

static uint64_t left_ms(const struct plan *p)
{
    return order_left(&p->order) / NET_MS;
}

/* The estimate follows what is done, and how long that took. */
Test(order, what_is_left)
{
    struct order none = {0};
    struct plan p;
    size_t queue[CASES], n;
    struct timespec half = {0, 500 * 1000 * 1000};
    uint64_t before, after;

    cr_expect_eq(order_left(&none), 0);
    plan_start(&p);
    /* 2 + 1 + 0.9 + 0.7 seconds for two at a time, and 5 + 1 for one. */
    before = left_ms(&p);
    cr_expect(before > 8200 && before < 8500, "%lu", (unsigned long)before);
    n = order_queue(&p.order, ORDER_TOGETHER, p.cases, CASES, queue);
    nanosleep(&half, NULL);
    order_done(&p.order, p.cases, 5); /* it was not to be played */
    after = left_ms(&p);
    cr_expect_gt(after, before, "%lu: nothing is done, and time went by",
                 (unsigned long)after);
    for (size_t k = 0; k < n; k++)
        order_done(&p.order, p.cases, queue[k]);
    after = left_ms(&p);
    cr_expect(after > 5900 && after < 6200, "%lu", (unsigned long)after);
    for (size_t i = 6; i < CASES; i++)
        order_done(&p.order, p.cases, i);
    cr_expect_eq(left_ms(&p), 0);
    plan_stop(&p);
}
