/*
 * server: the reference server. Strict, small, and able to be wrong on
 * purpose in one respect at a time. A test instrument, not an MTA: it
 * relays nothing.
 *
 * session.h has its state machine (pure: octets in, octets out); this is the
 * listening side, threads and TLS.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kind of service is spoken; each is a correct one. */
enum server_mode {
    SERVER_MX,           /* takes mail for its domain, AUTH offered */
    SERVER_SUBMISSION,   /* requires AUTH (RFC 6409 4.3, RFC 4954 6) */
    SERVER_TLS_REQUIRED, /* the same, and STARTTLS first (RFC 3207 4) */
    SERVER_LMTP,         /* RFC 2033 */
    SERVER_REFUSE,       /* greets with 554 (RFC 5321 3.1) */
    SERVER_NULL,         /* greets with 521 (RFC 7504) */
    SERVER_BUSY,         /* greets with 421 and closes */
    SERVER_MODE_COUNT
};

/* "mx", "submission", "tls-required", "lmtp", "refuse", "null", "busy". */
const char *server_mode_name(enum server_mode m);
/* -1 for no such mode. */
int server_mode_find(const char *name, size_t n);

/* One switchable fault. Static. */
struct server_fault {
    const char *name;      /* slug: "quit-250" */
    enum server_mode mode; /* in which it shows */
    const char *title;     /* what the server does wrong */
    const char *spec;      /* what that breaks: "RFC5321 4.1.1.10" */
};

/* The i-th fault in order of name; NULL behind the last. */
const struct server_fault *server_fault_at(size_t i);
/* NULL for no such fault. */
const struct server_fault *server_fault_find(const char *name, size_t n);

#define SERVER_USER     "tester@example.test"
#define SERVER_PASSWORD "secret-pw"
#define SERVER_DOMAIN   "example.test"      /* any local part but nosuch */
#define SERVER_HOST     "ref.example.test"
#define SERVER_FAULTS_MAX 8

struct server_config {
    enum server_mode mode;
    const struct server_fault *faults[SERVER_FAULTS_MAX]; /* NULL-ended */
    const char *bind;       /* "127.0.0.1" */
    uint16_t port;          /* 0: a free one */
    bool implicit_tls;      /* listen on a second port as well */
    uint16_t tls_port;      /* 0: a free one */
    const char *store;      /* folder for messages, one file each, or NULL */
    size_t split;           /* 0: a reply is one write; n: n octets a write */
    unsigned max_sessions;  /* 0: 64; over it: 421 */
    uint64_t idle_ns;       /* 0: 5 minutes (RFC 5321 4.5.3.2.7) */
};

struct server;

/* Starts listening, in threads of its own. NULL with one line in err. */
struct server *server_start(const struct server_config *cfg, char *err,
                            size_t err_cap);
uint16_t server_port(const struct server *s);
uint16_t server_tls_port(const struct server *s); /* 0: none */
/* The certificate in use, PEM; the server's own. */
const char *server_ca_pem(const struct server *s);
/* Idle sessions get 421 and are closed (RFC 5321 3.8); the others end after
 * their reply. Returns when all threads have ended, within 2 s. */
void server_shutdown(struct server *s);
/* server_shutdown and free. */
void server_stop(struct server *s);

/*
 * Reads what is behind "ref:": modes and faults separated by commas, "" is
 * mx. A fault brings its mode when none is named. -1 with err.
 */
int server_parse_ref(const char *text, struct server_config *cfg, char *err,
                     size_t err_cap);

#endif
