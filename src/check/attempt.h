/*
 * attempt: one play of a case, and what its outcome says of the server.
 */
#ifndef CHECK_ATTEMPT_H
#define CHECK_ATTEMPT_H

#include "check/play.h"
#include "net/transcript.h"
#include "script/run.h"

struct attempt {
    struct script_outcome outcome;
    struct transcript log; /* to be freed */
    uint64_t at, took;     /* net_now(), nanoseconds */
};

/* How it is played. */
enum attempt_how {
    ATTEMPT_PLAIN,
    ATTEMPT_PATIENT, /* replies are waited for longer */
    ATTEMPT_JUDGE    /* judge_ends: see script_env */
};

/*
 * Plays once, as the run with that number. False when the run was stopped
 * before it began: *a is then not set.
 */
bool attempt_once(const struct play *p, const struct plan_case *planned,
                  unsigned *runs, enum attempt_how how, struct attempt *a);

/*
 * The same, and again, with pauses, when the server ended the session or was
 * busy before the point under test was reached. *a is the last play.
 */
bool attempt_reach(const struct play *p, const struct plan_case *planned,
                   unsigned *runs, enum attempt_how how, struct attempt *a);

/* A 421, a close or a timeout where a reply was under test. */
bool attempt_ended_under_test(const struct script_outcome *o);

/* Any of these before the point under test, no connection, or 4yz there. */
bool attempt_ended_in_setup(const struct script_outcome *o);

/* Both ended at the same point in the same way; a close and a reset are the
 * same, which of them is seen depends on what was on its way. */
bool attempt_same_end(const struct script_outcome *a,
                      const struct script_outcome *b);

/* Frees *a and puts *by in its place. */
void attempt_replace(struct attempt *a, struct attempt *by);

#endif
