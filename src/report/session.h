/*
 * session: a case's session, reply code and finding as text, for several
 * formats.
 */
#ifndef REPORT_SESSION_H
#define REPORT_SESSION_H

#include <stddef.h>

#include "report/result.h"

/* The transcript in script notation, with times; from malloc. What was not
 * kept is told in a last line. Ends the program when memory runs out. */
char *report_session(const struct transcript *t);

/* The line of such a text (from 0) that decided: the last one of the server
 * that says what came; SIZE_MAX when there is none. */
size_t report_session_decided(const char *text, const char *got);

/* What a reply code says, in a sentence, into out[0..cap). */
void report_code_text(unsigned code, char *out, size_t cap);

/* What was expected and what came, in lines, into out[0..cap). */
void report_findings_text(const struct result_case *c, char *out, size_t cap);

#endif
