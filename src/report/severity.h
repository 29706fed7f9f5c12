/*
 * severity: how bad a finding is, for who has to decide what to do first.
 *
 * Conformance and exploitability are two statements (DESIGN: Verdicts); the
 * severity is made of both: what level the rule has that was broken, and
 * whether the case names what an attacker gains.
 */
#ifndef REPORT_SEVERITY_H
#define REPORT_SEVERITY_H

#include "report/result.h"

enum report_severity {
    SEVERITY_NONE,   /* no finding: passed, or not tested */
    SEVERITY_NOTE,   /* allowed, and worth a line */
    SEVERITY_LOW,    /* against a SHOULD */
    SEVERITY_MEDIUM, /* against a MUST; or a SHOULD with an exploit */
    SEVERITY_HIGH,   /* against a MUST, with an exploit */
    SEVERITY_COUNT
};

enum report_severity report_severity_of(const struct result_case *c);

/* How many cases of a run have it. */
size_t report_severity_count(const struct result *r, enum report_severity s);

/* "High"; static. */
const char *report_severity_name(enum report_severity s);

/* What it means, for a reader who does not know SMTP: a sentence; static. */
const char *report_severity_meaning(enum report_severity s);

#endif
