/*
 * model: what a client knows about the server's state, from what it sent and
 * what was answered; and what must not have been answered so.
 */
#ifndef LIVE_MODEL_H
#define LIVE_MODEL_H

#include <stdbool.h>

#include "live/input.h"

/* What can be wrong in a session, one row of a table each. */
enum live_oracle {
    LIVE_ORACLE_CRASH,       /* the server died by a signal */
    LIVE_ORACLE_SANITIZER,   /* it left a sanitizer's report */
    LIVE_ORACLE_HANG,        /* no reply, and no end, in time */
    LIVE_ORACLE_GONE,        /* new connections fail */
    LIVE_ORACLE_LOST,        /* the session ended where a reply was due */
    LIVE_ORACLE_GRAMMAR,     /* a reply has a flaw */
    LIVE_ORACLE_COUNT,       /* more replies than commands */
    LIVE_ORACLE_FLOOD,       /* replies without end */
    LIVE_ORACLE_AUTH,        /* content taken before AUTH */
    LIVE_ORACLE_ORDER,       /* RCPT, DATA or BDAT accepted too early */
    LIVE_ORACLE_SMUGGLED,    /* content was taken for commands */
    LIVE_ORACLE_INJECTED,    /* what was sent in clear behind STARTTLS was
                                answered inside TLS */
    LIVE_ORACLE_MEMORY,      /* the server takes more and more of it */
    LIVE_ORACLES
};

struct live_oracle_info {
    const char *name; /* "crash": for --no-oracle and findings */
    const char *what; /* one sentence */
    const char *spec; /* the clause, or "" */
};

/* Static. */
const struct live_oracle_info *live_oracle_info(enum live_oracle o);
/* The oracle of that name, or -1. */
int live_oracle_find(const char *name);

struct live_model {
    enum live_phase phase;
    bool lmtp;
    bool must_auth;     /* submission: no mail without AUTH */
    bool extended;      /* EHLO, not HELO */
    bool hello, tls, authenticated, mail, chunks;
    unsigned rcpts;     /* accepted in this transaction */
    bool closing;       /* 221 or 421 was sent: an end is no surprise */
};

/* Steps that are no command, behind the verbs. */
enum live_step {
    LIVE_STEP_GREETING = SMTP_VERB_COUNT,
    LIVE_STEP_CONTENT,
    LIVE_STEP_ANSWER,
    LIVE_STEP_NONE, /* an unsolicited reply */
    LIVE_STEPS
};

/* The verb of a unit, or its step. */
unsigned live_step_of(const struct live_unit *u);
/* "MAIL", "content". Static. */
const char *live_step_name(unsigned step);

/* How many states there are, and the number of the one that m is in. */
#define LIVE_STATES 512u
unsigned live_model_state(const struct live_model *m);
/* Its name: "mail+auth+tls"; in out. */
void live_state_name(unsigned state, char *out, size_t cap);

/* How many replies are due for u: 0 for a tail, one a recipient for content
 * in LMTP (RFC 2033 4.2). */
unsigned live_model_due(const struct live_model *m, const struct live_unit *u);

/*
 * Takes the reply code to u. Returns the set of oracles (1 << …) that it
 * contradicts.
 */
unsigned live_model_reply(struct live_model *m, const struct live_unit *u,
                          unsigned code);

#endif
