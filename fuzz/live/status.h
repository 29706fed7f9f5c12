/*
 * status: how far a fuzzing run is, and what it came to.
 */
#ifndef FUZZ_LIVE_STATUS_H
#define FUZZ_LIVE_STATUS_H

#include <stdio.h>

#include "worker.h"

struct status {
    const struct worker_shared *workers;
    unsigned n;
    FILE *out;      /* or NULL: nothing is shown */
    bool terminal;  /* one line that changes; else a line now and then */
    uint64_t started, next;
    uint64_t sessions, at; /* when it was last shown, for the rate */
};

void status_begin(struct status *s, const struct worker_shared *workers,
                  unsigned n, FILE *out);
/* Shows it when it is time, or in any case. */
void status_show(struct status *s, bool now);
/* Writes the states that all workers reached. False with a line on stderr. */
bool status_graph(const struct status *s, const char *path);
void status_sum_up(const struct status *s, FILE *out, const char *folder);
/* How many findings there were, the known ones included. */
unsigned status_findings(const struct status *s);

#endif
