/*
 * data_isa: the search that un-stuffing lives on. Not installed.
 *
 * A dot at a line start stands behind an LF, and that pair of octets is rare
 * in ordinary content; so content is searched for the pair and all between
 * two of them is copied at once.
 */
#ifndef SMTP_DATA_ISA_H
#define SMTP_DATA_ISA_H

#include "smtp/line_isa.h"

#pragma GCC visibility push(hidden)

/* The offset in p[from..n) of the first LF with "." behind it (both inside),
 * or n. AUTO is the best implementation; one that the build or the machine
 * lacks falls back to the next smaller one. */
size_t smtp_data_pair(enum smtp_line_isa isa, const char *p, size_t from,
                      size_t n);

size_t smtp_data_pair_scalar(const char *p, size_t from, size_t n);
size_t smtp_data_pair_sse2(const char *p, size_t from, size_t n);
size_t smtp_data_pair_avx2(const char *p, size_t from, size_t n);

#pragma GCC visibility pop

#endif
