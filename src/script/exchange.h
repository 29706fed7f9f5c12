/*
 * exchange: which reply answers what (RFC 2920 3.1: by counting).
 *
 * Keeps the commands that were sent and not yet answered. What is behind a
 * DATA, AUTH or STARTTLS is read only when its reply is in, for only that
 * says whether it is content, a response or a command. Octets that are no
 * clean command lines make the exchange odd: from there on no claim is made
 * about what is answered. A silence does not end that: servers that slow
 * down clients which err answer the rest of such octets seconds later.
 */
#ifndef SCRIPT_EXCHANGE_H
#define SCRIPT_EXCHANGE_H

#include "script/run.h"
#include "smtp/data.h"

enum script_mode_of {
    SCRIPT_IN_COMMANDS,
    SCRIPT_IN_DATA,  /* content behind 354 */
    SCRIPT_IN_CHUNK, /* octets behind BDAT */
    SCRIPT_IN_AUTH   /* a response behind 334 */
};

struct script_sent {
    uint32_t off, len; /* of its line in octets */
    uint8_t stage;     /* enum script_stage */
    uint8_t verb;      /* enum smtp_verb */
    bool pipelined;
};

#define SCRIPT_CONTENT_MAX   ((size_t)8 * 1024 * 1024) /* that is kept */
#define SCRIPT_SENT_INLINE   16
#define SCRIPT_OCTETS_INLINE 512
#define SCRIPT_SENT_MAX      ((size_t)65536)       /* unanswered commands */
#define SCRIPT_PENDING_MAX   ((size_t)1024 * 1024) /* octets kept of them */

/* The inline parts are not initialised: a session costs no memset of them. */
struct script_exchange {
    enum script_mode_of mode;
    bool odd;
    bool waits;        /* for the reply that says how to go on */
    bool lmtp;         /* one reply per recipient (RFC 2033 4.2) */
    bool multi;        /* inside such a row of replies */
    uint32_t rcpts;    /* accepted in this transaction */
    uint32_t left;     /* replies of the row */
    struct smtp_data data;
    char last;         /* octet of content, to find bare CR and LF in it */
    uint64_t chunk;    /* octets of the chunk still to be sent */
    bool keeps;        /* content is kept; set behind _open */
    bool ended;        /* what is kept is a whole message */
    bool chunking;     /* the message's last chunk is still to come */
    bool last_chunk;   /* this chunk is the last */
    bool lost;         /* it is not: no memory, too long, or odd */
    char *content;     /* of the last message, without dot-stuffing */
    size_t n_content, cap_content;
    struct smtp_command_scan scan;
    size_t parsed, n_octets, cap_octets;
    size_t head, n, cap;
    char *octets;               /* NULL: the inline ones */
    struct script_sent *sent;   /* NULL: the inline ones */
    char octets_inline[SCRIPT_OCTETS_INLINE];
    struct script_sent sent_inline[SCRIPT_SENT_INLINE];
};

/* A connection is open: the greeting is outstanding. Initialises *x. */
void script_exchange_open(struct script_exchange *x);

/* TLS began: what was sent in clear is not answered any more. */
void script_exchange_tls(struct script_exchange *x);

/* These octets are sent in one write. */
void script_exchange_sent(struct script_exchange *x, struct smtp_span s);

/* True when all is answered and the next thing sent begins a command, or a
 * handshake. */
bool script_exchange_quiet(const struct script_exchange *x);

/* The content of the last message that was sent whole. False: there is
 * none, or what of the octets was its content is not known. */
bool script_exchange_content(const struct script_exchange *x,
                             struct smtp_span *out);

/* No claim any more, until TLS begins. */
void script_exchange_odd(struct script_exchange *x);

/* A reply came: sets stage, verb, line and pipelined of *r, whose reply is
 * set. r->line is valid until octets are sent. */
void script_exchange_reply(struct script_exchange *x, struct script_reply *r);

void script_exchange_free(struct script_exchange *x);

#endif
