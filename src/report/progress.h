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

/* Draws done of total, what is wrong so far and the last case's id; at most
 * ten times a second. count[] is by verdict. */
void progress_draw(struct progress *p, size_t done, size_t total,
                   const size_t count[VERDICT_COUNT], const char *id);

/* Takes the line away. */
void progress_erase(struct progress *p);

#endif
