/*
 * trace: the Received line that a server put in front of a message
 * (RFC 5321 4.4).
 */
#ifndef SCRIPT_TRACE_H
#define SCRIPT_TRACE_H

#include "script/run.h"

/* What <trace WHAT> looks at: its number. False: no such. */
bool script_trace_find(struct smtp_span name, unsigned *what);

/*
 * Judges the lowest of the Received lines that were not sent: that of the
 * server that was spoken to; those above it are of who took it from there.
 * text gets the line, or why there is none.
 */
bool script_trace_judge(unsigned what, const struct script_mail *m,
                        struct smtp_span sent, char *text, size_t cap);

#endif
