/*
 * process_answer: the text of an answer, as process.c says it looks.
 */
#ifndef PROCESS_ANSWER_H
#define PROCESS_ANSWER_H

#include "adapter.h"

/* Reads text[0..n) to *out, which is zero. False: a line of it is none that
 * there may be; out->note says which. */
bool process_answer_read(const char *text, size_t n,
                         struct adapter_result *out);

#endif
