/*
 * fork_server: a server that was started once, stopped just before its first
 * session, and forks a process for each.
 *
 * It speaks the protocol of AFL's fork servers: four octets on descriptor
 * 198 ask for a process, its number and then its wait status come on 199. A
 * session's socket cannot be handed to a process that is already there, so
 * the new process takes one connection from a listening socket, descriptor
 * 197, as its standard input and output: harness/live/runtime.c does that,
 * linked in or preloaded.
 */
#ifndef LIVE_FORK_SERVER_H
#define LIVE_FORK_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "live/exec.h"

struct fork_server;

/* Starts o->fork_server by /bin/sh. NULL with one line in err. */
struct fork_server *fork_server_start(const struct live_exec_options *o,
                                      char *err, size_t err_cap);
/* Ends it and the process of the session, if there is one. NULL allowed. */
void fork_server_stop(struct fork_server *f);

/* A new process, and a connection to it. A fork server that has died is
 * started again. */
enum net_status fork_server_open(struct fork_server *f,
                                 const struct net_conn_options *co,
                                 struct net_conn **out, char *err,
                                 size_t err_cap);
/* The process of the session, or 0; and the fork server's own. */
pid_t fork_server_session(const struct fork_server *f);
pid_t fork_server_pid(const struct fork_server *f);
/* The wait status of the session's process; it is killed at the deadline,
 * and -1 comes back. */
int fork_server_end(struct fork_server *f, uint64_t deadline);

#endif
