/*
 * several: results side by side, joined by the ids of their cases.
 *
 * One result; several servers, a column each; or two runs against the same
 * server, the old one and the new one. The results belong to the caller and
 * outlive it.
 */
#ifndef REPORT_SEVERAL_H
#define REPORT_SEVERAL_H

#include <stdbool.h>
#include <stddef.h>

#include "report/result.h"

#define SEVERAL_MAX 64 /* results in one report */

enum several_mode {
    SEVERAL_SINGLE,  /* runs[0] */
    SEVERAL_SERVERS, /* each of runs is a server */
    SEVERAL_COMPARE  /* runs[0] is the old run, runs[1] the new one */
};

/* What became of a case between two runs. */
enum several_change {
    SEVERAL_SAME,
    SEVERAL_NEW,    /* it FAILs or WARNs, and it did not, or less: that
                       includes a case that the old run does not have */
    SEVERAL_FIXED,  /* it FAILed or WARNed, and is PASS or INFO now */
    SEVERAL_CHANGED /* anything else that differs: no longer tested, another
                       answer, WARN instead of FAIL */
};

/* One case in all runs. */
struct several_row {
    const char *id;
    const struct result_case *any;       /* of the last run that has it */
    const struct result_case *const *in; /* [n]; NULL: that run has it not */
    enum several_change change;          /* SEVERAL_SAME unless COMPARE */
};

/* One requirement in all runs. */
struct several_requirement {
    const struct result_requirement *any;
    const struct result_requirement *const *in; /* [n], or NULL */
};

struct several {
    enum several_mode mode;
    const struct result *const *runs;
    size_t n;
    const char *const *names; /* [n]; of SERVERS the target and what it says
                                 it is, or is tested as */
    const struct several_row *rows; /* in order of id, passive rules behind */
    size_t n_rows;
    const struct several_requirement *requirements; /* as runs[0] has them */
    size_t n_requirements;
    struct result memory; /* what the tables stand in; nothing else of it */
};

/* Joins runs[0..n), n at least 1, for COMPARE exactly 2; all of one suite.
 * False when memory ran out; freed by several_free either way. */
bool several_init(struct several *s, enum several_mode mode,
                  const struct result *const *runs, size_t n);
void several_free(struct several *s);

/* What became of a case; either may be NULL, not both. */
enum several_change several_change_of(const struct result_case *was,
                                      const struct result_case *is);

/* How many rows have that change. */
size_t several_count(const struct several *s, enum several_change change);

/* "same", "new", "fixed", "changed". */
const char *several_change_name(enum several_change change);

#endif
