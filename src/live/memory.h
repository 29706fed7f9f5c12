/*
 * memory: how much of it a server takes: in one session, and more and more
 * over many.
 */
#ifndef LIVE_MEMORY_H
#define LIVE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What /proc says of the largest one of a process and those it started, in
 * octets: resident now, or at most since it began. 0: no such process. The
 * largest, not their sum: how many a server keeps depends on how many it was
 * asked for at a time, and they share pages. */
uint64_t live_memory_now(pid_t pid);
uint64_t live_memory_peak(pid_t pid);

/*
 * The growth of a process over a run. Samples are kept as points, each the
 * lowest of as many samples as any other; when there are too many, two
 * become one, so that the points span the run, however long it is.
 */
#define LIVE_MEMORY_POINTS 32u
#define LIVE_MEMORY_WARM   8u /* first samples that do not count */

struct live_memory {
    uint64_t points[LIVE_MEMORY_POINTS];
    unsigned n;
    unsigned per;  /* samples a point: 0 is 1 */
    unsigned have; /* of the point that is not complete */
    unsigned warm; /* samples that did not count */
    uint64_t low;  /* of the point that is not complete */
};

/* Takes a sample; zero-initialised is a start. */
void live_memory_add(struct live_memory *m, uint64_t octets);

/* By how much it grew, in octets, if it did so all the time: in each quarter
 * of the run by a thirty-second of it at least. 0: it did not, or nobody knows
 * yet. A cache that fills itself, or a jump, is no such growth. */
uint64_t live_memory_growth(const struct live_memory *m);

#endif
