/*
 * run: plays one case against a server and judges it.
 */
#ifndef SCRIPT_RUN_H
#define SCRIPT_RUN_H

#include "net/conn.h"
#include "script/script.h"
#include "script/verdict.h"
#include "smtp/command.h"
#include "smtp/reply.h"

/* What a reply answers. */
enum script_stage {
    SCRIPT_GREETING,    /* the first reply of a connection */
    SCRIPT_COMMAND,     /* a command: verb says which */
    SCRIPT_END_OF_DATA, /* the final dot, or the last chunk's reply */
    SCRIPT_AUTH_STEP,   /* a client's line inside an AUTH exchange */
    SCRIPT_ODD,         /* octets that are no command line: no claim is made
                           about what is answered */
    SCRIPT_UNSOLICITED  /* nothing was outstanding */
};

/* What the server said of itself in the AUTH exchange that a reply ends, by a
 * mechanism in which it has to prove that it knows the password. */
enum script_proof {
    SCRIPT_PROOF_NONE,    /* no such reply */
    SCRIPT_PROOF_GIVEN,
    SCRIPT_PROOF_MISSING, /* 235 comes without its last message */
    SCRIPT_PROOF_WRONG    /* the proof is not that of the password */
};

/* One reply, as the passive rules see it. */
struct script_reply {
    const struct smtp_reply *reply;
    enum script_stage stage;
    enum smtp_verb verb;     /* of SCRIPT_COMMAND */
    struct smtp_span line;   /* the command line as sent, or empty */
    unsigned conn;
    bool tls;                /* it came inside TLS */
    bool authenticated;      /* a 235 came before */
    bool enhanced;           /* ENHANCEDSTATUSCODES was offered */
    bool pipelined;          /* its command was sent in a group */
    enum script_proof proof;
    uint64_t waited;         /* for it, nanoseconds */
};
typedef void script_reply_fn(void *ctx, const struct script_reply *r);

/* How a connection ended, when it was not expected. */
typedef void script_end_fn(void *ctx, unsigned conn, uint16_t last_code,
                           enum net_status how);

/* Tells the server under test to end, as its operator would (SIGTERM). False:
 * it could not be told. */
typedef bool script_terminate_fn(void *ctx);

/* The run waits with no connection open (away), or is about to open one again:
 * meanwhile it takes nobody's place at the server. */
typedef void script_away_fn(void *ctx, bool away);

/* A delivered message. */
struct script_mail {
    char *p;   /* the heap's, or NULL */
    size_t n;
    bool mbox; /* "From " at a line start may have got a ">" in front */
};

/* How many messages that hold the token have been delivered so far. */
typedef size_t script_count_fn(void *ctx, const char *token);

/* Reads the i-th of them, to be freed by the caller. False: it is gone. */
typedef bool script_fetch_fn(void *ctx, const char *token, size_t i,
                             struct script_mail *out);

struct script_env {
    const struct net_target *target;
    const struct net_target *tls_target; /* <open tls>, or NULL */
    struct net_tls *tls;      /* or NULL: <tls> is then BLOCKED */
    const char *helo;         /* none of these is NULL */
    const char *from;
    const char *rcpt;
    const char *bad_rcpt;
    const char *foreign_rcpt;
    const char *user;
    const char *password;
    const char *token;        /* ${case}: unique to this run of this case */
    uint64_t timeout;         /* of a reply without [T], nanoseconds */
    uint64_t lag;             /* so long this server takes to answer: a reply
                                 is waited for longer by it, and silence
                                 counts only when it lasts longer by it */
    unsigned patience;        /* so many times the timeout more a reply or a
                                 delivery is waited for */
    int stop_fd;              /* or -1 */
    unsigned hurry;           /* waits of a minute and more are divided by
                                 this: for servers of our own whose timeouts
                                 are as much shorter; 0 is 1 */
    bool judge_ends;          /* 421, close and timeout are the server's
                                 answer: confirmed before (DESIGN) */
    struct transcript *log;   /* initialised by the caller, or NULL */
    script_reply_fn *on_reply;
    script_end_fn *on_end;
    script_terminate_fn *terminate; /* or NULL: <terminate> is BLOCKED */
    script_away_fn *away;     /* or NULL */
    script_count_fn *count;   /* or NULL: <delivered> is BLOCKED */
    script_fetch_fn *fetch;   /* set when count is */
    void *ctx;                /* of these */
};

/* Why a case was BLOCKED; what decides whether to try again. */
enum script_cause {
    SCRIPT_CAUSE_NONE,
    SCRIPT_CAUSE_REPLY,   /* a reply that set-up did not expect */
    SCRIPT_CAUSE_421,
    SCRIPT_CAUSE_CLOSED,
    SCRIPT_CAUSE_RESET,
    SCRIPT_CAUSE_TIMEOUT,
    SCRIPT_CAUSE_CONNECT, /* no connection */
    SCRIPT_CAUSE_TLS,     /* no handshake */
    SCRIPT_CAUSE_STOPPED, /* stop_fd */
    SCRIPT_CAUSE_LIMIT    /* the server sent more than we keep */
};

#define SCRIPT_NOTES 8

struct script_note {
    enum verdict verdict; /* INFO or WARN */
    unsigned line;
    char why[200];
};

struct script_outcome {
    enum verdict verdict;
    enum script_cause cause;
    bool under_test;       /* the step that decided was an S!: */
    bool timed_out;        /* on the way, or at the end, something did not come
                              in time */
    unsigned line;         /* of that step in its file; 0: none */
    const char *file;      /* of that step (a preamble has another) */
    char expected[256];    /* that step, as written */
    char got[512];         /* what came, escaped: "550 5.7.1 denied" */
    char reason[512];      /* one sentence for a person */
    uint16_t code;         /* of the reply that decided, 0: none */
    struct script_note notes[SCRIPT_NOTES];
    size_t n_notes;
};

/*
 * Plays preamble (or NULL) and then c. The outcome is always set; the
 * connections are closed. Mismatches in the preamble BLOCK. The verdict of a
 * mismatch at S!: follows from c->level: GRAMMAR and MUST fail, SHOULD
 * warns, MAY informs; an arrow overrides.
 */
void script_run(const struct script_case *c,
                const struct script_case *preamble,
                const struct script_env *env, struct script_outcome *out);

/* Prints a transcript in script notation, a line an entry, with times in
 * front when `times`. Octets are escaped: nothing from the wire reaches a
 * terminal raw. */
void script_print(FILE *out, const struct transcript *t, bool times);

#endif
