/*
 * resolve: addresses of a name, with a deadline.
 *
 * The system's resolver cannot be told when to stop, so a name is looked up
 * in a thread of its own that is left behind when the deadline passes.
 * Addresses in digits take no thread.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "net/status.h"

#define NET_ADDRS_MAX 16u /* of one name; more are not tried */
#define NET_ADDR_TEXT 80u /* room for any address and port in print */

struct net_addr {
    socklen_t len;
    struct sockaddr_storage sa;
};

struct net_addrs {
    unsigned n;
    struct net_addr a[NET_ADDRS_MAX];
};

/*
 * Every address of host (a name or digits, IPv6 without brackets) with that
 * port. NET_OK with out->n > 0; NET_LOOKUP, NET_TIMEOUT, NET_STOPPED or
 * NET_SYSTEM with one line in err.
 */
enum net_status net_resolve(const char *host, uint16_t port,
                            uint64_t deadline, int stop_fd,
                            struct net_addrs *out, char *err, size_t err_cap);

/* True for 127/8, ::1 and ::ffff:127/8. */
bool net_addr_is_loopback(const struct net_addr *a);

/* "127.0.0.1:25" or "[::1]:25" into text (NET_ADDR_TEXT octets). */
void net_addr_print(const struct net_addr *a, char *text);

/* Its port, and a way to set it. */
uint16_t net_addr_port(const struct net_addr *a);
void net_addr_set_port(struct net_addr *a, uint16_t port);

#endif
