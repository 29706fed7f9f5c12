/*
 * value: what the values of the known MAIL and RCPT parameters look like.
 * smtp/param.h is what callers use.
 */
#ifndef SMTP_VALUE_H
#define SMTP_VALUE_H

#include "smtp/param.h"

#pragma GCC visibility push(hidden)

/*
 * Judges p->value, or that there is none, by the rule of p->id, which is not
 * SMTP_PARAM_OTHER, and sets p->number. 0: it is valid. Otherwise 1 + the
 * offset in the value of what is wrong; *flaw says what. The octets are those
 * of an esmtp-value already, and one at least if p->has_value.
 */
size_t smtp_value_check(struct smtp_param *p, enum smtp_flaw *flaw);

#pragma GCC visibility pop

#endif
