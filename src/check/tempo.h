/*
 * tempo: how long the server under test takes to answer.
 *
 * Many servers sleep before a reply to a client that erred (a tarpit), some
 * before each reply. What they take is learned from the replies of all
 * sessions: later ones wait longer by it for a reply, and hold as long before
 * they take silence for one.
 */
#ifndef CHECK_TEMPO_H
#define CHECK_TEMPO_H

#include <pthread.h>

#include "script/run.h"

/* So many replies must have been as late: a hiccup is none of the server's
 * habits. */
#define TEMPO_LATEST 4

/* Of the replies to commands, by whether they are 4yz or 5yz. */
struct tempo_kind {
    uint64_t latest[TEMPO_LATEST]; /* nanoseconds, the longest first */
    uint64_t sum;
    unsigned long n;
};

struct tempo {
    pthread_mutex_t lock;
    struct tempo_kind of[2];
    unsigned vain; /* sessions that were patient, and for nothing */
    bool late;     /* another was not */
    uint64_t calm; /* the shortest wait for a greeting; 0: none yet */
};

void tempo_init(struct tempo *t);
void tempo_free(struct tempo *t);

/* Any thread may report a reply. */
void tempo_reply(struct tempo *t, const struct script_reply *r);

/* What script_env calls lag: 0 for a server without such habits. */
uint64_t tempo_lag(struct tempo *t);

/* A session that waited longer than a reply may take has ended. late: what it
 * waited for came. */
void tempo_waited(struct tempo *t, bool late);

/* False once it is clear that what does not come in time never does: a server
 * that hangs must not cost each case that patience. */
bool tempo_patient(struct tempo *t);

/* What a case of so many replies, with so many refusals among them, is
 * likely to wait for them. */
uint64_t tempo_expect(struct tempo *t, unsigned replies, unsigned refusals);

/* True when a greeting took so long that the server seems to have more
 * sessions than it serves at a time. `timeout` is what a reply may take. */
bool tempo_crowded(struct tempo *t, uint64_t greeted, uint64_t timeout);

#endif
