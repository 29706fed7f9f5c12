/*
 * mutate_session: mutations of whole sessions: of their commands, of how
 * they are sent, and of what stands in them.
 */
#ifndef FUZZ_LIVE_MUTATE_SESSION_H
#define FUZZ_LIVE_MUTATE_SESSION_H

#include <stddef.h>
#include <stdint.h>

/* Changes the input in data[0..size), which has room for max octets; returns
 * its new size. The same seed does the same. */
size_t mutate_session(uint8_t *data, size_t size, size_t max, unsigned seed);

/* The first units of one input and the last ones of another, in out. */
size_t mutate_session_cross(const uint8_t *a, size_t a_n, const uint8_t *b,
                            size_t b_n, uint8_t *out, size_t max,
                            unsigned seed);

#endif
