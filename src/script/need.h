/*
 * need: one entry of "needs:".
 */
#ifndef SCRIPT_NEED_H
#define SCRIPT_NEED_H

#include "script/text.h"

/* Reads all of t as one need. */
bool script_need_parse(struct script_parser *ps, const struct script_text *t,
                       struct script_need *out);

#endif
