/*
 * verdict: what a case came to (DESIGN: Verdicts).
 */
#ifndef SCRIPT_VERDICT_H
#define SCRIPT_VERDICT_H

/* In ascending weight: of several findings in one case the heaviest counts. */
enum verdict {
    VERDICT_PASS,
    VERDICT_INFO,    /* a MAY, or an observation worth a line */
    VERDICT_SKIP,    /* a need is not met */
    VERDICT_WARN,    /* contradicts a SHOULD */
    VERDICT_BLOCKED, /* the point under test was never reached */
    VERDICT_FAIL,    /* contradicts a MUST, MUST NOT, or grammar */
    VERDICT_ERROR,   /* our own fault */
    VERDICT_COUNT
};

/* "PASS" and so on. Static. */
const char *verdict_name(enum verdict v);

#endif
