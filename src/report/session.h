/*
 * session: a case's session and finding as text, for several formats.
 */
#ifndef REPORT_SESSION_H
#define REPORT_SESSION_H

#include <stddef.h>

#include "report/result.h"

/* The transcript in script notation, with times; from malloc. What was not
 * kept is told in a last line. Ends the program when memory runs out. */
char *report_session(const struct transcript *t);

/* What was expected and what came, in lines, into out[0..cap). */
void report_findings_text(const struct result_case *c, char *out, size_t cap);

#endif
