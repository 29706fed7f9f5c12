/*
 * order: in which order the cases are played, and how long the rest of them
 * will take.
 */
#ifndef CHECK_ORDER_H
#define CHECK_ORDER_H

#include "check/plan.h"
#include "check/tempo.h"

enum order_phase {
    ORDER_TOGETHER, /* side by side */
    ORDER_ALONE,    /* those that may hurt the server, or are to be alone */
    ORDER_LAST,     /* those that end it */
    ORDER_PHASES
};

/* The work of a phase, in nanoseconds that its cases are expected to take. */
struct order_work {
    uint64_t planned, done;
    uint64_t begun; /* net_now(), 0: it has not */
    unsigned jobs;
};

struct order {
    uint64_t *expected; /* one a case of the plan; the caller's */
    bool planned;
    struct order_work of[ORDER_PHASES];
};

enum order_phase order_phase(const struct script_case *c);

/* Expects of plan[0..n) what the tempo says, with `jobs` side by side. */
void order_plan(struct order *o, const struct plan_case *plan, size_t n,
                struct tempo *t, unsigned jobs);

/* The cases of a phase that are to be played, to queue, which has room for
 * all: side by side those that take longest first, so that no worker waits
 * alone at the end; else as they are planned. Returns how many. */
size_t order_queue(struct order *o, enum order_phase phase,
                   const struct plan_case *plan, size_t n, size_t *queue);

/* Case i was played, or will not be. */
void order_done(struct order *o, const struct plan_case *plan, size_t i);

/* How long the rest will take, going by how long it took so far; 0: nothing is
 * planned yet. */
uint64_t order_left(const struct order *o);

#endif
