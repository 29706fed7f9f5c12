/*
 * match: whether what came is what was expected.
 */
#ifndef SCRIPT_MATCH_H
#define SCRIPT_MATCH_H

#include "script/expand.h"
#include "script/session.h"

/*
 * True when the event is what expectation i of the step says; variables are
 * then captured. Codes: 421 is matched only where it is written, unless
 * env->judge_ends.
 */
bool script_match(const struct script_step *step, size_t i,
                  const struct script_event *ev, struct script_session *s,
                  struct script_vars *vars);

/* True when each message has, or lacks, the field; vars get what is
 * captured in the last of them. */
bool script_match_mails(const struct script_want *w,
                        const struct script_event *ev,
                        struct script_vars *vars);

#endif
