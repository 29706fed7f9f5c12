/*
 * code_rows: the rows of the reply-code registry, by class. Only for code.c;
 * the public interface is code.h. Each array is in ascending order and ends
 * with a row whose code is 0.
 */
#ifndef SMTP_CODE_ROWS_H
#define SMTP_CODE_ROWS_H

#include "smtp/code.h"

#pragma GCC visibility push(hidden)

extern const struct smtp_code smtp_code_rows_positive[];  /* 2yz, 3yz */
extern const struct smtp_code smtp_code_rows_transient[]; /* 4yz */
extern const struct smtp_code smtp_code_rows_command[];   /* 50z */
extern const struct smtp_code smtp_code_rows_channel[];   /* 52z, 53z */
extern const struct smtp_code smtp_code_rows_mail[];      /* 55z */

#pragma GCC visibility pop

#endif
