/*
 * clock: monotonic time and deadlines. Every wait in the program has one.
 */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdint.h>

#define NET_MS 1000000ull    /* nanoseconds in a millisecond */
#define NET_S  1000000000ull /* nanoseconds in a second */

/* Monotonic time in nanoseconds. */
uint64_t net_now(void);

/* The time `ns` from now: what the functions below take as a deadline. */
uint64_t net_deadline(uint64_t ns);

/* Milliseconds until the deadline, rounded up, 0 when it has passed, at most
 * INT_MAX: for poll(). */
int net_remaining_ms(uint64_t deadline);

/* Sleeps until the deadline, or less when stop_fd (or -1) becomes readable.
 * 0: slept whole; 1: stopped. */
int net_sleep_until(uint64_t deadline, int stop_fd);

#endif
