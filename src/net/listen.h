/*
 * listen: the accepting side of TCP.
 */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <stddef.h>
#include <stdint.h>

/*
 * A listening TCP socket on host:port (port 0: a free one; *port gets it).
 * Returns the descriptor, or -1 with err.
 */
int net_listen(const char *host, uint16_t *port, char *err, size_t err_cap);

/* A connected descriptor from a listening one; -1: timeout or stopped. */
int net_accept(int listen_fd, uint64_t deadline, int stop_fd);

#endif
