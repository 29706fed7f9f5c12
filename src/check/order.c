#include "check/order.h"

#include <stdlib.h>

#include "net/clock.h"

#define SESSION NET_MS /* to connect, and to leave */
/* So much is taken to have gone by as expected before the first case ends. */
#define PRIOR NET_S

enum order_phase order_phase(const struct script_case *c)
{
    if (plan_needs(c, SCRIPT_NEED_PID))
        return ORDER_LAST;
    return c->hostile || c->alone ? ORDER_ALONE : ORDER_TOGETHER;
}

static uint64_t expected(const struct plan_case *pc, struct tempo *t)
{
    const struct script_case *c = pc->script, *start = pc->preamble;
    uint64_t all = SESSION + c->waits +
                   tempo_expect(t, c->replies, c->refusals);

    if (start)
        all += start->waits +
               tempo_expect(t, start->replies, start->refusals);
    return all;
}

void order_plan(struct order *o, const struct plan_case *plan, size_t n,
                struct tempo *t, unsigned jobs)
{
    for (size_t i = 0; i < ORDER_PHASES; i++)
        o->of[i].jobs = i == ORDER_TOGETHER && jobs ? jobs : 1;
    for (size_t i = 0; i < n; i++) {
        if (plan[i].action != PLAN_PLAY)
            continue;
        o->expected[i] = expected(&plan[i], t);
        o->of[order_phase(plan[i].script)].planned += o->expected[i];
    }
    o->planned = true;
}

static int longest_first(const void *a, const void *b, void *ctx)
{
    const uint64_t *takes = ctx;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;

    if (takes[i] != takes[j])
        return takes[i] < takes[j] ? 1 : -1;
    return i > j ? 1 : -1; /* else in their order */
}

size_t order_queue(struct order *o, enum order_phase phase,
                   const struct plan_case *plan, size_t n, size_t *queue)
{
    size_t queued = 0;

    for (size_t i = 0; i < n; i++)
        if (plan[i].action == PLAN_PLAY &&
            order_phase(plan[i].script) == phase)
            queue[queued++] = i;
    if (phase == ORDER_TOGETHER)
        qsort_r(queue, queued, sizeof *queue, longest_first, o->expected);
    o->of[phase].begun = net_now();
    return queued;
}

void order_done(struct order *o, const struct plan_case *plan, size_t i)
{
    if (o->planned && plan[i].action == PLAN_PLAY)
        o->of[order_phase(plan[i].script)].done += o->expected[i];
}

/* Work done in the time that it took; before anything is done, what the
 * number of jobs promises. */
static uint64_t left_of(const struct order_work *w)
{
    uint64_t took = w->begun ? net_now() - w->begun : 0;
    double done = (double)w->done + (double)PRIOR * w->jobs;
    double rest = (double)w->planned - (double)w->done;

    return (uint64_t)(rest * (double)(took + PRIOR) / done);
}

uint64_t order_left(const struct order *o)
{
    uint64_t all = 0;

    for (size_t i = 0; o->planned && i < ORDER_PHASES; i++)
        all += left_of(&o->of[i]);
    return all;
}
