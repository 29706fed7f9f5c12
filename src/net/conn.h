/*
 * conn: one connection, client or server side: TCP, Unix socket or child on
 * a socketpair, in clear or in TLS. Blocking calls with deadlines; each call
 * ends early with NET_STOPPED when stop_fd becomes readable. A connection
 * belongs to one thread at a time.
 *
 * Each write is one send() with TCP_NODELAY (or one TLS record sequence):
 * the boundaries on the wire are those of the caller. All octets both ways
 * go to the transcript.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "net/clock.h"
#include "net/listen.h"
#include "net/resolve.h"
#include "net/status.h"
#include "net/target.h"
#include "net/tls.h"
#include "net/transcript.h"
#include "smtp/span.h"

struct net_conn;

struct net_conn_options {
    struct net_tls *tls;      /* for implicit TLS and STARTTLS, or NULL */
    struct transcript *log;   /* or NULL */
    unsigned number;          /* of the connection in the transcript */
    int stop_fd;              /* or -1 */
    size_t buffer;            /* inbound, octets; 0: NET_BUFFER */
    const char *host;         /* to verify and for SNI; NULL: the target's
                                 host; "" (Unix, exec): only the chain is
                                 verified. Copied. */
    const struct net_addrs *addrs; /* of the target's host, looked up before
                                      (net_resolve); NULL: on each open */
};

#define NET_BUFFER 131072u

/*
 * Connects to t (every address of the name in turn) and, where t->tls, does
 * the handshake. NET_OK and *out, or a status and one line in err.
 *
 * `exec:` runs COMMAND by /bin/sh in its own process group, the socket as
 * its stdin and stdout, stderr to /dev/null. It is killed when the thread
 * that opened it ends (PR_SET_PDEATHSIG).
 */
enum net_status net_conn_open(const struct net_target *t,
                              const struct net_conn_options *o,
                              uint64_t deadline, struct net_conn **out,
                              char *err, size_t err_cap);

/* Takes over a connected stream socket (an accepted one, one end of a
 * socketpair). NULL when memory ran out; the descriptor is then closed. */
struct net_conn *net_conn_adopt(int fd, const struct net_conn_options *o);

/* Sends all n octets; reads what comes meanwhile into the buffer, so that
 * two full pipes cannot lock. NET_FULL when the peer takes no more and that
 * buffer is full: consume, then write on from net_conn_written(). */
enum net_status net_conn_write(struct net_conn *c, const char *p, size_t n,
                               uint64_t deadline);

/* How many octets of the last write went out, whatever its status. */
size_t net_conn_written(const struct net_conn *c);

/* The transcript gets `shown` in place of the octets of the next write: they
 * are a secret. shown lives until then. */
void net_conn_cover(struct net_conn *c, struct smtp_span shown);

/* Waits for at least one more octet and appends all there is (up to the
 * room) to the buffer. NET_OK, or why nothing came: what came before an end
 * is delivered first, and the end is then told again by every read. */
enum net_status net_conn_read(struct net_conn *c, uint64_t deadline);

/* The unread octets. Valid until the next call of read, write, consume. */
struct smtp_span net_conn_pending(const struct net_conn *c);

/* Drops the first n unread octets. */
void net_conn_consume(struct net_conn *c, size_t n);

/*
 * Does the TLS handshake on a clear connection, as client or server by the
 * context. Octets in the buffer that were read in clear stay there: what to
 * do with them is the caller's decision (RFC 3207 4.2).
 *
 * NET_TLS: refused by either side, see net_conn_error. NET_EOF, NET_RESET,
 * NET_TIMEOUT: the peer went away or kept silent during the handshake.
 * After a failure the connection can only be read (in clear) and closed.
 */
enum net_status net_conn_starttls(struct net_conn *c, uint64_t deadline);

/* The same with less to offer; for clients. NET_SYSTEM: it is this side that
 * cannot, and the peer has said nothing. */
enum net_status net_conn_starttls_with(struct net_conn *c,
                                       enum net_tls_offer offer,
                                       uint64_t deadline);

/* True in TLS. */
bool net_conn_in_tls(const struct net_conn *c);

/* NULL in clear. */
const struct net_tls_info *net_conn_tls_info(const struct net_conn *c);

/* True when the peer's close_notify came before its end of stream. */
bool net_conn_close_notify(const struct net_conn *c);

/* Ends our direction only (TLS: close_notify, then FIN). */
enum net_status net_conn_shutdown(struct net_conn *c, uint64_t deadline);

/* One line on the last failure; "" when there was none. */
const char *net_conn_error(const struct net_conn *c);

/* The descriptor, for options and for poll; the connection keeps it. In TLS
 * octets may be readable when poll sees none. */
int net_conn_fd(const struct net_conn *c);

/* exec: the child's process, 0 if none or once it was reaped. */
pid_t net_conn_child(const struct net_conn *c);

/* exec: the child's wait status once it has ended, -1 before or if none. */
int net_conn_child_status(struct net_conn *c);

/* The same, after waiting for its end until the deadline. */
int net_conn_child_wait(struct net_conn *c, uint64_t deadline);

/* Closes (in TLS after a close_notify, if it can be sent at once), ends and
 * reaps the child (SIGTERM, then SIGKILL after a second), and frees. NULL is
 * allowed. TCP resets the peer when octets were not read: a server that must
 * be heard to the end does shutdown and reads until NET_EOF first. */
void net_conn_close(struct net_conn *c);

#endif
