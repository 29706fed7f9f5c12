/*
 * progress: one live line on a terminal while a run goes on.
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "net/clock.h"
#include "report/result.h"

struct progress {
    FILE *out;      /* a terminal, or NULL: nothing is shown */
    bool color;
    unsigned width;
    uint64_t drawn; /* net_now() of the last drawing, 0: none yet */
};

/* How far a run is. */
struct progress_state {
    size_t done, total;
    const size_t *count; /* by verdict */
    uint64_t left;       /* nanoseconds to go, about; 0: not known */
    const char *id;      /* of the last case */
};

/* Draws done of total, what is wrong so far, how long it will take and the
 * last case's id; at most ten times a second. */
void progress_draw(struct progress *p, const struct progress_state *s);

/* Takes the line away. */
void progress_erase(struct progress *p);

#endif
