/*
 * dialogue: a simple lock-step conversation, for probes and canaries. What a
 * case needs goes through script_run; this is for what the runner itself
 * has to know of a server.
 */
#ifndef CHECK_DIALOGUE_H
#define CHECK_DIALOGUE_H

#include "check/config.h"
#include "smtp/reply.h"

struct dialogue {
    struct net_conn *conn;
    struct smtp_reply_scan scan;
    size_t used;        /* octets of the last reply, not consumed yet */
    enum net_scheme scheme; /* of the target */
    uint64_t timeout;   /* of each reply */
    bool lost;          /* something failed: no QUIT, only a close */
    enum net_status status; /* of what failed, NET_OK: a reply was no SMTP */
    bool unverified;    /* it was our verdict on the certificate */
    char why[320];      /* one line: what went wrong, and what to look at */
};

/*
 * Connects and reads the greeting, all of it within cfg->timeout. False,
 * with d->why, when there is none; d->conn may be open all the same.
 *
 * To a server that says nothing a QUIT is sent at the very end of that time:
 * those that wait for the client to speak first (HTTP, TLS) then show what
 * they are.
 */
bool dialogue_open(struct dialogue *d, const struct check_config *cfg,
                   const struct net_target *target, struct smtp_reply *out);

/* Sends one command line (without CRLF) and reads its reply, whose spans
 * live until the next call. False, with d->why, when none came. */
bool dialogue_say(struct dialogue *d, struct smtp_reply *out,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* STARTTLS's handshake. */
bool dialogue_tls(struct dialogue *d);

/* QUIT, politely but without insisting, and close. */
void dialogue_end(struct dialogue *d);

#endif
