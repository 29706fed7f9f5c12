/*
 * session: the server's side of one SMTP or LMTP dialogue, as a state
 * machine: octets in, octets out. No sockets, no clock, no threads.
 *
 * The caller keeps the input: it feeds what it has, drops what was used and
 * feeds the rest again with what came since. It does what each call says it
 * wants. Memory is taken by session_new (and, inside an AUTH exchange, by
 * the SASL library); nothing grows with the input.
 */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/policy.h"

/* Octets that the caller's input buffer holds at least: the longest line of
 * an AUTH exchange (RFC 4954 4) with room to see that it is too long. */
#define SESSION_INPUT (16u * 1024)

/* What the caller is to do next. */
enum session_want {
    SESSION_READ,  /* feed more input */
    SESSION_WAIT,  /* nothing for session_wait_ms; then session_resume */
    SESSION_TLS,   /* the handshake now; then session_tls */
    SESSION_CLOSE, /* close in order */
    SESSION_RESET  /* reset the connection */
};

/* Where messages go. Any function may fail: the client then gets 451. */
struct session_store {
    void *ctx;
    /* A new message; its id, valid until commit or cancel, or NULL. */
    const char *(*begin)(void *ctx);
    bool (*write)(void *ctx, const char *p, size_t n);
    bool (*commit)(void *ctx);
    void (*cancel)(void *ctx);
};

struct session_config {
    const struct server_policy *policy; /* lives as long as the session */
    /* Sends n octets: one write on the wire. */
    void (*write)(void *ctx, const char *p, size_t n);
    void *ctx;
    /* The cipher suite in use, as IANA writes it; NULL: no TLS. */
    const char *(*suite)(void *ctx);
    const struct session_store *store; /* or NULL: content is discarded */
    const char *peer;   /* address for Received: "127.0.0.1" */
    bool tls_possible;  /* STARTTLS can be offered */
    bool implicit_tls;  /* already inside TLS */
    bool busy;          /* too many sessions: 421 */
};

struct session;

/* NULL: no memory. */
struct session *session_new(const struct session_config *cfg);
void session_free(struct session *s);

/* Greets. */
enum session_want session_start(struct session *s);

/* Takes octets from p[0..n); *used says how many. Complete lines are always
 * used, content at once. To be called again with what is left after WAIT
 * and TLS even when nothing new came. */
enum session_want session_feed(struct session *s, const char *p, size_t n,
                               size_t *used);

/* Behind WAIT: its milliseconds, and the call that goes on. */
uint32_t session_wait_ms(const struct session *s);
enum session_want session_resume(struct session *s);
/* Input came during the WAIT: what is wanted now. */
enum session_want session_interrupt(struct session *s);

/* Behind TLS: the handshake was done, or failed. */
enum session_want session_tls(struct session *s, bool done);

/* The client said nothing for too long: 421 4.4.2 (RFC 5321 4.5.3.2.7). */
enum session_want session_idle(struct session *s);

/* The server ends: 421 4.3.2 (RFC 5321 3.8). */
enum session_want session_shutdown(struct session *s);

/* FACT_…, now. */
uint64_t session_facts(const struct session *s);
/* Whether it is to be treated as authenticated inside TLS. */
void session_trust(struct session *s, bool trusted);

/* The time for Received: seconds since 1970 and minutes east of UTC. */
void session_set_time(struct session *s, int64_t seconds, int east);

#endif
