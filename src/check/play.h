/*
 * play: one case, as often as it takes to be sure of its verdict.
 */
#ifndef CHECK_PLAY_H
#define CHECK_PLAY_H

#include "check/gate.h"
#include "check/passive.h"
#include "check/plan.h"
#include "report/result.h"

struct health;
struct tempo;

/* What all plays of a run share. */
struct play {
    const struct check_config *cfg;
    struct gate *gate;
    struct health *health;   /* or NULL */
    struct tempo *tempo;     /* or NULL */
    struct passive *passive; /* or NULL */
    struct result *result;   /* owns the strings of the cases */
    uint64_t start;          /* net_now() of the run's start */
    size_t log_limit;        /* octets of a case's transcript, 0: default */
    size_t *log_kept;        /* octets that all transcripts take, counted
                                atomically; NULL: no bound */
    uint32_t seed;           /* of the tokens: differs from run to run */
};

#define PLAY_LOGS_MAX                                                          \
    ((size_t)20 << 20) /* of *log_kept; the transcripts of                     \
                          the cases behind are cut short */

/* Fills *out with what is known before a case is played: id, title, … */
void play_describe(const struct play *p, const struct script_case *c,
                   struct result_case *out);

/*
 * Plays a planned case and judges it (DESIGN: Verdicts); *out was filled by
 * play_describe.
 *
 * - A session that ends before the point under test is tried again.
 * - A FAIL or WARN is confirmed on fresh connections. The other verdict
 *   there: BLOCKED as unstable. The point not reached there: BLOCKED.
 * - What did not come in time is waited for longer when it is played again:
 *   servers hold replies back. What comes then is judged in its place.
 * - A 421, a close or a timeout under test is tried again as well. At the
 *   same point in every confirming run, while the canary passes, it is the
 *   server's answer and is judged. If it does not come again, two further
 *   runs that agree decide.
 */
void play_case(const struct play *p, const struct plan_case *planned,
               struct result_case *out);

/* Records why a planned case is not played. */
void play_not(const struct play *p, enum verdict verdict, const char *why,
              struct result_case *out);

#endif
