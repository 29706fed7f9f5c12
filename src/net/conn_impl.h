/*
 * conn_impl: what the files of conn share. Private to src/net.
 */
#ifndef NET_CONN_IMPL_H
#define NET_CONN_IMPL_H

#include <sys/types.h>

#include "net/buffer.h"
#include "net/conn.h"

struct net_conn {
    int fd;
    int stop_fd;
    unsigned number;
    struct transcript *log;
    struct net_tls *tls;          /* settings, or NULL */
    struct tls_session *session;  /* NULL in clear */
    struct net_buffer in;
    enum net_status end;     /* of the inbound stream; NET_OK: none yet */
    enum net_status broken;  /* of the outbound one; NET_OK: usable */
    bool reset;              /* the peer's RST was seen */
    bool close_notify;
    bool shut;               /* our direction was ended */
    size_t written;
    struct smtp_span cover;  /* what the transcript shows of the next write */
    short want;              /* poll() events the last try waits for */
    pid_t child;             /* or 0 */
    int child_status;        /* -1: not reaped */
    char host[256];          /* to verify, or "" */
    char error[256];
};

/* Keeps one line for net_conn_error; returns s. */
enum net_status conn_fail(struct net_conn *c, enum net_status s,
                          const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* An event in the transcript, with a text. */
void conn_event(struct net_conn *c, enum transcript_kind kind,
                const char *text);

/*
 * One try to receive or send, never waiting. NET_OK with *done octets;
 * *done 0: it would wait for c->want. Else NET_EOF, NET_RESET, NET_TLS or
 * NET_SYSTEM.
 */
enum net_status conn_recv(struct net_conn *c, char *p, size_t n,
                          size_t *done);
enum net_status conn_send(struct net_conn *c, const char *p, size_t n,
                          size_t *done);

/* net_wait on the connection; says in the transcript what timed out. */
enum net_status conn_wait(struct net_conn *c, short events,
                          uint64_t deadline, const char *what,
                          short *revents);

/* ---- child.c --------------------------------------------------------- */

/* Starts COMMAND on one end of a socketpair. 0 and the other end, or -1
 * with errno. */
int child_start(const char *command, pid_t *pid, int *fd);

/* Its wait status if it has ended (then reaped), else -1. */
int child_poll(pid_t pid);

/* The same, after waiting for its end until the deadline. */
int child_wait(pid_t pid, uint64_t deadline);

/* Ends and reaps it and what is left of its process group. */
int child_end(pid_t pid);

/* ---- tls.c ----------------------------------------------------------- */

struct tls_session;

/* A session over fd, before its handshake; host "" verifies no name. NULL
 * when memory ran out, or when the library cannot offer that. */
struct tls_session *tls_session_new(struct net_tls *t, int fd,
                                    const char *host,
                                    enum net_tls_offer offer);
/* True when the peer has sent anything. */
bool tls_session_answered(const struct tls_session *s);
void tls_session_free(struct tls_session *s);

/* One try each, as conn_recv and conn_send; *want gets poll() events. The
 * handshake has *done 1 when it is complete. A failure leaves one line in
 * tls_session_error. */
enum net_status tls_session_handshake(struct tls_session *s, size_t *done,
                                      short *want);
enum net_status tls_session_recv(struct tls_session *s, char *p, size_t n,
                                 size_t *done, short *want);
enum net_status tls_session_send(struct tls_session *s, const char *p,
                                 size_t n, size_t *done, short *want);

/* Sends close_notify; *done 1 when it is out. */
enum net_status tls_session_close(struct tls_session *s, size_t *done,
                                  short *want);

/* True when octets may be had without the socket. */
bool tls_session_pending(const struct tls_session *s);

bool tls_session_close_notify(const struct tls_session *s);
const char *tls_session_error(const struct tls_session *s);
const struct net_tls_info *tls_session_info(const struct tls_session *s);

/* The first octets that came in the handshake: evidence when it was not TLS
 * that the peer spoke. Empty when it was. */
struct smtp_span tls_session_not_tls(const struct tls_session *s);

#endif
