/*
 * prove: the parts of the fault matrix. A job is one play of one case on one
 * server; what it must show is known before it is played.
 */
#ifndef PROVE_PROVE_H
#define PROVE_PROVE_H

#include <pthread.h>

#include "check/catalogue.h"
#include "check/passive.h"
#include "check/plan.h"
#include "prove/rig.h"
#include "report/result.h"
#include "script/script.h"

#define SERVICES (SERVER_MODE_COUNT * 2)

enum kind { CLEAN, FAULTY, RULE };

/* One play: a case (or a passive rule) on a server. */
struct job {
    enum kind kind;
    const struct script_case *script; /* NULL for RULE */
    const struct passive_rule *rule;
    const struct server_fault *fault; /* NULL for CLEAN */
    struct service service;
    size_t split;
    struct result_case found;
    bool played;     /* false: its needs are not met */
    char wrong[700]; /* what is not as it must be, or "" */
};

struct prove {
    struct script_set *suite;
    struct catalogue *catalogue;
    struct check_patterns select;
    struct result result;
    struct rig *rigs;    /* strict servers, SERVICES of them */
    struct probe *clean; /* what each of these is found to be */
    struct job *jobs;
    size_t n, next;
    bool verbose;
    size_t every; /* only each such case: a sample, for slow builds */
    pthread_mutex_t lock;
};

/* True when the case can be played on that server; *out says how. */
bool prove_plays(struct prove *pr, const struct rig *rig, struct service s,
                 const struct script_case *c, struct plan_case *out);

/* The strict server of a service, and what it was found to be. */
struct rig *prove_rig(struct prove *pr, struct service s);
struct probe *prove_facts(struct prove *pr, struct service s);

/* Adds the jobs of all cases and rules that are selected. */
void prove_add_all(struct prove *pr);

/* Plays a job and fills its found and wrong. From any thread. */
void prove_play(struct prove *pr, struct job *j);

/* Prints the matrix; returns the number of things that are wrong. */
size_t prove_report(const struct prove *pr);

#endif
