/*
 * gate: how many sessions run at once, and how fast new ones start.
 *
 * Servers slow down, answer 421 or refuse connections when there are too
 * many, or too many a second: then fewer sessions run, the next ones wait,
 * and they start further apart until it goes well for a while.
 */
#ifndef CHECK_GATE_H
#define CHECK_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned active, limit;
    uint64_t tickets, turn; /* who waits to start goes in the order it came, */
    unsigned returning;     /* behind those that come back */
    unsigned max;        /* the limit may grow up to it */
    unsigned strikes;    /* back-offs in a row */
    unsigned clean;      /* sessions since the limit last changed */
    uint64_t struck;     /* when the last back-off began */
    uint64_t not_before; /* no start earlier: back-off */
    uint64_t waited;     /* all back-offs together, and all paces */
    uint64_t interval;   /* between starts: --max-rate */
    uint64_t pace;       /* the same, found out by back-offs */
    uint64_t next;
    bool shut; /* nobody enters any more */
    int stop_fd;
};

/* What a session that ended says of the server. */
enum gate_end {
    GATE_WELL,
    GATE_STRAINED, /* it refused the session, or ended it as too much */
    GATE_CROWDED   /* it let the session wait behind others */
};

/* At most `max` sessions (0 counts as 1), at most `rate` starts a second (0:
 * no limit). */
void gate_init(struct gate *g, unsigned max, double rate, int stop_fd);
void gate_free(struct gate *g);

/* Waits for leave to start a session, behind those that wait already; *since
 * is when it started. False: stopped or shut, do not start. */
bool gate_enter(struct gate *g, uint64_t *since);

/* The same for one that had its turn, and tries again: in front of those. */
bool gate_again(struct gate *g, uint64_t *since);

/*
 * The session that started at `since` has ended. Strained: fewer sessions run,
 * and none starts for a while. Sessions that ran side by side count as one
 * strain: those that started before the last back-off say nothing new. All
 * back-offs of a run together have a bound; behind it only the shortest are
 * made. Crowded: one session less runs.
 */
void gate_leave(struct gate *g, uint64_t since, enum gate_end how);

/* The session has no connection for now: its place is another's. */
void gate_away(struct gate *g);

/* It is about to have one again, or to leave. in_line: as soon as there is a
 * place, in front of those that wait to start; else at once. */
void gate_back(struct gate *g, bool in_line);

/* True once the back-offs are used up, and no session has gone well for a
 * while: to try again is in vain. */
bool gate_tired(struct gate *g);

/* Waits for the rate alone, not for other sessions: for a canary, which must
 * not stand in line behind those that wonder about the server as well.
 * False: stopped. */
bool gate_pace(struct gate *g);

/* Ends all waits: there is nothing left to wait for. */
void gate_shut(struct gate *g);

/* True once stop_fd is readable. */
bool gate_stopped(const struct gate *g);

#endif
