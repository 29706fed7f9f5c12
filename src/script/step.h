/*
 * step: what a parsed script is made of; the interpreter's input.
 *
 * All of it lives in the arena of the script_set.
 */
#ifndef SCRIPT_STEP_H
#define SCRIPT_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/tls.h"
#include "script/verdict.h"
#include "smtp/span.h"

#define SCRIPT_CONNS      10   /* C: is connection 0, C1: to C9: the others */
#define SCRIPT_CAPTURES   16   /* variables set in one run */
#define SCRIPT_EXPAND_MAX ((size_t)4 * 1024 * 1024) /* octets of one write */

/* Text with variables: what it comes to is known when it is sent. */
enum script_part_kind {
    SCRIPT_PART_TEXT,  /* text, as it is */
    SCRIPT_PART_VAR,   /* the variable `text` */
    SCRIPT_PART_REP,   /* inner, count times */
    SCRIPT_PART_B64,   /* inner in base64 */
    SCRIPT_PART_XTEXT, /* inner in xtext (RFC 3461 4) */
    SCRIPT_PART_LOCAL, /* of the mailbox inner: its local part, unquoted */
    SCRIPT_PART_DOMAIN, /* and its domain */
    SCRIPT_PART_UPPER, /* inner in capitals */
    SCRIPT_PART_LINES, /* text lines, inner says how many octets: "A-B" */
    SCRIPT_PART_DATE   /* now, as RFC 5322 3.3 writes it */
};

/* The variables that are always there; the others are captured. */
enum script_var {
    SCRIPT_VAR_HELO,
    SCRIPT_VAR_FROM,
    SCRIPT_VAR_RCPT,
    SCRIPT_VAR_BAD_RCPT,
    SCRIPT_VAR_FOREIGN_RCPT,
    SCRIPT_VAR_USER,
    SCRIPT_VAR_PASS,
    SCRIPT_VAR_CASE,
    SCRIPT_VAR_CAPTURE /* by name */
};

struct script_part;

struct script_template {
    const struct script_part *parts;
    size_t n;
};

struct script_part {
    enum script_part_kind kind;
    enum script_var var;
    struct smtp_span text; /* TEXT: octets; VAR: its name */
    size_t count;          /* REP */
    struct script_template inner;
    unsigned line, column; /* VAR: where it is written */
};

/* A word of a reply that is expected. */
enum script_token_kind {
    SCRIPT_TOKEN_LITERAL, /* this word, in any case */
    SCRIPT_TOKEN_DOMAIN,  /* Domain or address literal */
    SCRIPT_TOKEN_ENH,     /* enhanced status code */
    SCRIPT_TOKEN_NUMBER,  /* 1*DIGIT */
    SCRIPT_TOKEN_PATH,    /* "<" mailbox ">" */
    SCRIPT_TOKEN_WORD,    /* any word */
    SCRIPT_TOKEN_ITERATIONS, /* SCRAM's first message, with i= not below
                                `least` (RFC 5802 5.1) */
    SCRIPT_TOKEN_TEXT     /* all that is left of the line */
};

struct script_token {
    enum script_token_kind kind;
    struct script_template literal;
    const char *capture; /* the variable that gets it, or NULL */
    uint64_t least;      /* ITERATIONS */
};

enum script_expect_kind {
    SCRIPT_EXPECT_REPLY,
    SCRIPT_EXPECT_OCTETS,  /* S=: exactly these octets */
    SCRIPT_EXPECT_CLOSE,   /* <close>: end of stream */
    SCRIPT_EXPECT_NOTIFY,  /* <close notify>: the same behind close_notify */
    SCRIPT_EXPECT_SILENT,  /* <silent T> */
    SCRIPT_EXPECT_TIMEOUT, /* <timeout>: no reply in time */
    SCRIPT_EXPECT_DONE,    /* a client's stage worked */
    SCRIPT_EXPECT_FAIL,    /* <fail>: it did not */
    /* of deliveries; no connection is needed for them */
    SCRIPT_EXPECT_DELIVERED, /* <delivered N>: so many messages came */
    SCRIPT_EXPECT_NOTHING,   /* <not delivered T>: none came for T */
    SCRIPT_EXPECT_SAME,      /* <content same>: they are what was sent */
    SCRIPT_EXPECT_TRACE,     /* <trace WHAT>: their Received line is right */
    SCRIPT_EXPECT_DIFFERS    /* <differs>: neither is so */
};

/* A pattern of a reply code: digits, or 'x' 'y' 'z' in their places. */
struct script_code {
    char c[3];
};

struct script_expect {
    enum script_expect_kind kind;
    const struct script_code *codes;
    size_t n_codes;
    const struct script_token *tokens;
    size_t n_tokens;
    struct script_template octets;
    uint64_t time;        /* SILENT and NOTHING, nanoseconds */
    unsigned count;       /* DELIVERED: so many; 0: one or more */
    unsigned trace;       /* TRACE: what of it, see script/trace.h */
    bool arrow;           /* "-> verdict why" follows */
    enum verdict verdict;
    const char *why;
    bool varied;          /* written with an each-variable */
    struct smtp_span text; /* for reports, see script_show() */
    unsigned line, column;
};

#define SCRIPT_DELIVERED_MAX 100 /* N of <delivered N> */

/* True for what is expected of deliveries. */
static inline bool script_of_delivery(enum script_expect_kind k)
{
    return k >= SCRIPT_EXPECT_DELIVERED;
}

/* True for what compares them with what was sent. */
static inline bool script_of_content(enum script_expect_kind k)
{
    return k == SCRIPT_EXPECT_SAME || k == SCRIPT_EXPECT_TRACE;
}

/* An EHLO line that the reply must have ("+") or lack ("-"); or a field of
 * the header of what was delivered. */
struct script_want {
    bool present;
    struct smtp_span keyword;
    const struct script_token *tokens;
    size_t n_tokens;
    struct smtp_span text;
    unsigned line;
};

#define SCRIPT_TIMES_MAX 10000 /* N of S{N} */

enum script_op {
    SCRIPT_OP_SEND,       /* data: one write */
    SCRIPT_OP_OPEN,
    SCRIPT_OP_OPEN_TLS,   /* the implicit-TLS port */
    SCRIPT_OP_OPEN_PLAIN, /* the same, without a handshake */
    SCRIPT_OP_TLS,
    SCRIPT_OP_AUTH,       /* data: mechanism; user, password */
    SCRIPT_OP_PAUSE,      /* time */
    SCRIPT_OP_DRIP,       /* time: between the octets of the next SEND */
    SCRIPT_OP_SHUTDOWN,
    SCRIPT_OP_CLOSE,
    SCRIPT_OP_TERMINATE,  /* the server is told to end */
    SCRIPT_OP_EXPECT      /* a server line */
};

struct script_step {
    enum script_op op;
    unsigned conn;
    bool under_test;      /* S!: */
    bool timed;           /* [T] was given */
    uint64_t time;        /* nanoseconds */
    unsigned times;       /* EXPECT: that many replies, each; 0: one */
    enum net_tls_offer offer; /* TLS */
    struct script_template data;
    struct script_template user, password;
    bool account;         /* AUTH: user and password are given */
    /* EXPECT, OPEN, TLS: the main expectation and then the alternatives */
    const struct script_expect *expects;
    size_t n_expects;
    const struct script_want *wants;
    size_t n_wants;
    struct smtp_span text; /* the line, for reports: script_show() */
    unsigned line, column;
};

#endif
