/*
 * session_int: what the files of the session share; nobody else's business.
 */
#ifndef SERVER_SESSION_INT_H
#define SERVER_SESSION_INT_H

#include "sasl/sasl.h"
#include "server/session.h"
#include "smtp/command.h"
#include "smtp/data.h"

#define OUT_MAX  4096 /* replies waiting for one write */
#define PATH_MAX_OCTETS 260 /* a path with its brackets, RFC 5321 4.5.3.1.3 */

enum session_state {
    STATE_COMMAND, /* a command line is next */
    STATE_SKIP,    /* inside a line that is too long */
    STATE_AUTH,    /* a line of an AUTH exchange is next */
    STATE_DATA,    /* content up to CRLF.CRLF */
    STATE_CHUNK,   /* content, chunk octets of it */
    STATE_TLS,     /* between 220 and the end of the handshake */
    STATE_END      /* nothing is read any more */
};

/* A reply before any rule has seen it. */
struct reply {
    unsigned point;       /* enum smtp_verb or enum server_point */
    unsigned code;
    const char *enhanced; /* "2.1.0" or NULL */
    const char *text;     /* lines parted by \n; "%h" is the host */
};

/* A mailbox as it came. */
struct mailbox {
    uint16_t n;
    char text[PATH_MAX_OCTETS];
};

/* What faults of delivery have to know of the content so far. */
struct session_kept {
    bool start;      /* the next octet begins a line */
    bool header;     /* the header goes on */
    bool low;        /* the trace lines stand below the first line */
    uint32_t column; /* octets of the line so far */
};

/* session_header: the header of a message, line by line. */
struct session_header {
    bool body;         /* it has ended */
    bool cut;          /* its line was longer than there is room */
    bool drop;         /* the field at hand is left out */
    bool bad;          /* it has an address that is none */
    uint16_t n;        /* octets in line */
    uint32_t has;      /* which fields there were */
    uint32_t received; /* Received fields so far */
    char line[1000];   /* RFC 5321 4.5.3.1.6 */
};

struct session {
    const struct server_policy *policy;
    struct session_config cfg;
    uint64_t facts;      /* FACT_…, now */
    uint64_t seen;       /* the same when this command came, and its own */
    struct smtp_span word; /* its verb, while it is obeyed */
    struct smtp_span arg;  /* its argument, likewise */
    uint8_t state;       /* enum session_state */
    uint8_t want;        /* enum session_want */
    bool closing;        /* CLOSE once all is sent and waited for */
    bool lose;           /* drop the rest of the input */
    bool behind;         /* this read has had a command already */
    bool partial;        /* this line began in an earlier read */
    bool late;           /* the wait ends when the client says something */
    uint32_t wait_ms;    /* > 0: WAIT before anything else is sent */
    uint32_t commands;   /* lines read so far */
    uint16_t hits[SERVER_RULES]; /* matches of each rule */
    struct smtp_command_scan scan;
    uint8_t skip_cr;     /* STATE_SKIP: the last octet was CR */
    struct reply after;  /* SKIP, CHUNK: what is said behind the octets */
    /* transaction */
    uint32_t rcpts;
    struct mailbox sender, rcpt; /* rcpt: the first one */
    struct mailbox envid;        /* ENVID= of MAIL */
    bool notify;                 /* NOTIFY=SUCCESS for some recipient */
    struct mailbox helo;
    /* content */
    struct smtp_data data;
    bool storing;        /* a message was begun in the store */
    bool store_failed;
    const char *store_id;
    struct session_kept kept;
    struct session_header header;
    bool bare, over_text;/* content has a bare CR or LF; a line too long */
    uint8_t last_cr;     /* content so far ends in CR */
    uint32_t text_line;  /* octets of its unfinished line */
    uint64_t size;       /* of the content so far */
    uint64_t chunk;      /* octets of the chunk still to come */
    uint8_t tail_n;      /* session_eod: the last octets as they came */
    char tail[8];
    uint64_t declared;   /* SIZE= of this message, 0: none */
    uint8_t head_n;      /* a line of content, up to its 12th octet */
    char head[12];
    bool chunk_last, chunk_bad;
    /* AUTH */
    struct sasl *sasl;
    uint8_t oauth;       /* OAUTHBEARER: enum oauth_step */
    bool sasl_done;      /* only the client's empty line is missing */
    int64_t seconds;
    int east;
    size_t ready, used;  /* out[0..ready) may go, out[ready..used) waits */
    char out[OUT_MAX];
};

/* ---- session_reply.c -------------------------------------------------- */
/* Gives a reply, through the rules. */
void session_reply(struct session *s, unsigned point, unsigned code,
                   const char *enhanced, const char *text);
/* The same for a refusal by a check; false when a rule passes it. */
bool session_refuse(struct session *s, unsigned point, unsigned code,
                    const char *enhanced, const char *text);
/* A point without a reply. */
void session_event(struct session *s, unsigned point);
/* POINT_LINE. True: a rule closed the session over it. */
bool session_line_event(struct session *s, struct smtp_span line);
/* Sends what is ready. */
void session_flush(struct session *s);

/* ---- session_rule.c --------------------------------------------------- */
/* The next rule from *at on that matches; counts it. NULL: no more. */
const struct server_rule *session_rule(struct session *s, unsigned point,
                                       unsigned code, size_t *at);
/* Whether a rule with this op matches. */
const struct server_rule *session_rule_op(struct session *s, enum server_op op,
                                          unsigned point, unsigned code);

/* ---- session_command.c ------------------------------------------------ */
void session_command(struct session *s, const struct smtp_command *c);
/* Ends the transaction, with what was stored of it. */
void session_forget(struct session *s);

/* ---- session_fact.c --------------------------------------------------- */
/* The FACT_… of a command's argument. */
uint64_t session_argument_facts(const struct smtp_command *c);

/* ---- session_mail.c: MAIL, RCPT --------------------------------------- */
void session_mail(struct session *s, const struct smtp_command *c);
void session_rcpt(struct session *s, const struct smtp_command *c);
void mailbox_set(struct mailbox *m, struct smtp_span text);
/* "<local@domain>" of a path, its source route left out (RFC 5321 4.4). */
void mailbox_set_path(struct mailbox *m, const struct smtp_path *p);

/* ---- session_param.c: parameters of MAIL and RCPT ---------------------- */
/* Adds what EHLO says of them to out, at most 128 octets; returns how many. */
size_t session_list_params(const struct session *s, char *out);
/* Refuses the command for its parameters, or adds what they say to *facts.
 * True: refused. */
bool session_take_params(struct session *s, const struct smtp_command *c,
                         uint64_t *facts);

/* ---- session_syntax.c ------------------------------------------------- */
/* Refuses a line whose flaws matter; false: it may be obeyed. */
bool session_bad_syntax(struct session *s, const struct smtp_command *c);
/* The extensions in force, as smtp_command_limit wants them. */
unsigned session_line_ext(const struct session *s);

/* ---- session_content.c: DATA, BDAT ------------------------------------ */
void session_data(struct session *s, const struct smtp_command *c);
void session_bdat(struct session *s, const struct smtp_command *c);
/* Octets of STATE_DATA and STATE_CHUNK; returns those used. */
size_t session_feed_data(struct session *s, const char *p, size_t n);
size_t session_feed_chunk(struct session *s, const char *p, size_t n);
/* Reads and drops the chunk of a refused BDAT, then says r. */
void session_drop_chunk(struct session *s, uint64_t size,
                        const struct reply *r);

/* ---- session_eod.c ---------------------------------------------------- */
/* Content begins: what ended the DATA line is its first line end. */
void session_eod_begin(struct session *s);
/* The octets of p[0..n) up to where the policy ends the message, n if
 * nowhere; *met, false before, says which. */
size_t session_eod(struct session *s, const char *p, size_t n, bool *met);
/* ---- session_store.c: what becomes of content -------------------------- */
void session_store_begin(struct session *s);
void session_store_content(struct session *s, const char *p, size_t n);
/* A message is complete. False: it could not be stored. */
bool session_store_end(struct session *s);
/* The message begun is dropped, unless the policy has the DELIVER_ bits. */
void session_store_drop(struct session *s, uint32_t unless);

/* ---- session_header.c ------------------------------------------------- */
/* Content, through its header, into the store. */
void session_header_content(struct session *s, const char *p, size_t n);
/* The content ends. */
void session_header_end(struct session *s);
/* Whether a domain is to be completed (RFC 6409 4.2). */
bool session_completes(const struct session *s, struct smtp_span domain);

/* ---- session_report.c ------------------------------------------------- */
/* Stores the notification that the message was delivered, if one is due. */
void session_report(struct session *s);

/* ---- session_trace.c -------------------------------------------------- */
/* Return-Path and Received into out; octets, < cap. */
size_t session_trace(const struct session *s, const char *id, char *out,
                     size_t cap);
/* The time as RFC 5322 3.3 writes it. */
void session_date(const struct session *s, char *out, size_t cap);

/* ---- session_auth.c --------------------------------------------------- */
void session_auth(struct session *s, const struct smtp_command *c);
/* A line of the exchange, without its CRLF. */
void session_auth_line(struct session *s, struct smtp_span line);
void session_auth_long(struct session *s);
/* The mechanisms offered now: "PLAIN LOGIN"; "" for none. */
const char *session_mechs(const struct session *s, char *out, size_t cap);

#endif
