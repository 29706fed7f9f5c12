/*
 * trial: runs inputs through an adapter in all ways, has the oracle judge
 * them, and reports each difference once, with a minimised input.
 */
#ifndef HARNESS_TRIAL_H
#define HARNESS_TRIAL_H

#include <stdio.h>

#include "adapter.h"
#include "oracle.h"

struct trial_settings {
    const char *out;   /* directory for findings.tsv and inputs; NULL: none */
    const char *known; /* file of ids that are not reported; NULL: none */
    bool stop;         /* the first finding ends the process, status 1 */
    bool replay;       /* every input is shown, and what became of it */
    FILE *report;      /* where findings are told */
};

/*
 * Opens the adapter, and reads what is known and what an earlier run in the
 * same directory found. False: it has said why on stderr.
 */
bool trial_open(struct adapter *a, const struct trial_settings *settings);

/*
 * One input: the letter of its kind, then its octets. Others, and kinds that
 * the adapter does not read, are passed over. An adapter with parse_all is
 * given inputs when some have come together, or by trial_flush.
 */
void trial_input(const char *p, size_t n);

/* Runs what waits. */
void trial_flush(void);

/* Runs what waits, and tells how much was done. Returns the findings that
 * are not known. */
unsigned trial_close(void);

#endif
