/*
 * runtime: what a server that is fuzzed may call itself. See runtime.c.
 */
#ifndef LIVE_RUNTIME_H
#define LIVE_RUNTIME_H

/* Where sessions begin: becomes a fork server when one is asked for, and
 * returns in each of its processes; else returns at once. */
void smtpspec_live_start(void);

#endif
