/*
 * player: plays the suite against mutants of the reference server, all of
 * which are in this program (schema.py).
 */
#ifndef MUTANTS_PLAYER_H
#define MUTANTS_PLAYER_H

#include <pthread.h>
#include <stdio.h>

#include "check/catalogue.h"
#include "check/passive.h"
#include "check/plan.h"
#include "prove/rig.h"
#include "report/result.h"
#include "script/script.h"

#define SERVICES ((size_t)SERVER_MODE_COUNT * 2)
#define WORKERS  20 /* most of them wait most of the time */

/* One case on one strict server, on which it passes. */
struct task {
    const struct script_case *script; /* NULL: the tour */
    unsigned service;    /* mode * 2 + implicit TLS */
    const struct server_fault *fault; /* NULL, but while recording */
    enum verdict clean;  /* without a mutant */
    uint64_t took;       /* nanoseconds */
    unsigned kills;      /* mutants it has found so far */
    unsigned char *seen; /* places its sessions come to, an octet each */
};

struct player {
    struct script_set *suite;
    struct catalogue *catalogue;
    struct result result;
    struct probe clean[SERVICES];     /* what the strict ones offer */
    enum verdict *passive[SERVICES];  /* what the rules say of them */
    struct task *tasks;
    size_t n;
    unsigned char *faulty; /* places that servers with a fault come to */
    int places; /* numbered 1..places */
};

/* What one play of a task showed; called by one thread at a time. */
struct crew;
typedef void crew_done_fn(struct crew *c, struct task *t,
                          const struct result_case *found);
/* Asked before a play: false when no more is to be played. */
typedef bool crew_go_fn(struct crew *c);

/* Some tasks of one service, played at the same time. */
struct crew {
    struct player *pl;
    unsigned service;     /* of all tasks, where it matters */
    struct probe *facts;  /* found here first; NULL: those of pl->clean */
    struct passive *passive;
    struct task **tasks;
    size_t n, next;
    size_t finished;
    bool record; /* fills the tasks' seen */
    crew_go_fn *go;
    crew_done_fn *done;
    void *ctx;
    pthread_mutex_t lock;
    pthread_cond_t more; /* finished has grown */
};

struct service player_service(unsigned i);

/* Plays them all; false: no server could be started. */
bool crew_play(struct crew *c);

/* Plays everything on the strict servers: which tasks there are, what they
 * come to, how long they take. */
bool player_record(struct player *pl);

/* Appends the row of a mutant that makes no difference to any session, so that
 * nothing needs to be played; false: it does. */
bool player_settled(struct player *pl, int mutant, FILE *out);

/* How many tasks a mutant makes a difference to. */
size_t player_reach(const struct player *pl, int mutant);

/* Plays one mutant and appends a row to out; in a process of its own. Pass 1
 * plays each case once, without those that wait; pass 2 these; pass 3 all of
 * them again, on the other services. */
void player_mutant(struct player *pl, int mutant, int passes, FILE *out);

#endif
