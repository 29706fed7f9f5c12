/*
 * passive: rules that every reply of every session is held against. Each
 * rule is a case of its own in the results.
 */
#ifndef CHECK_PASSIVE_H
#define CHECK_PASSIVE_H

#include "check/catalogue.h"
#include "check/config.h"
#include "report/result.h"
#include "script/run.h"

/* What a rule says of one reply. */
enum passive_finding {
    PASSIVE_NOT_APPLICABLE,
    PASSIVE_AGREES,
    PASSIVE_NOTED, /* worth a line, nothing wrong */
    PASSIVE_CONTRADICTS
};

struct passive_rule {
    const char *id; /* as a case's */
    const char *title;
    const char *spec;
    const char *level;     /* as cases write it */
    enum verdict grade;    /* of a contradiction: FAIL, WARN or INFO */
    const char *covers[4]; /* requirement ids, NULL-ended */
    const char *faults[9]; /* of the reference server, NULL-ended */
    const char *explain;
    const char *fix;
};

/* The i-th rule; NULL behind the last. */
const struct passive_rule *passive_rule_at(size_t i);

/* The evidence of all sessions of a run. Any thread may add to it. */
struct passive;
struct passive *passive_new(const struct catalogue *codes);
void passive_free(struct passive *p);

/* Holds one reply, seen while playing case `id`, against all rules. */
void passive_reply(struct passive *p, const char *id,
                   const struct script_reply *r);

/* Appends one result a rule that is selected; returns how many. `out` has
 * room for all rules. */
size_t passive_results(struct passive *p, const struct check_config *cfg,
                       struct result *r, struct result_case *out);

/* True when any rule is selected. */
bool passive_selected(const struct check_config *cfg);

/* How many rules there are. */
size_t passive_count(void);

#endif
