/*
 * code: the registry of reply codes (RFC 5321 4.2.1 to 4.2.3, extensions).
 *
 * Everything here is constant: rows and strings live as long as the program.
 * All sentences stand alone, so that a report can print any one of them.
 */
#ifndef SMTP_CODE_H
#define SMTP_CODE_H

#include <stddef.h>
#include <stdint.h>

/* What a code may answer: a set of bits. Names: smtp_code_event_name(). */
enum smtp_code_event {
    SMTP_ON_CONNECT  = 1 << 0,  /* the greeting */
    SMTP_ON_EHLO     = 1 << 1,  /* HELO and LHLO too */
    SMTP_ON_STARTTLS = 1 << 2,
    SMTP_ON_AUTH     = 1 << 3,  /* AUTH and the lines of its exchange */
    SMTP_ON_MAIL     = 1 << 4,
    SMTP_ON_RCPT     = 1 << 5,
    SMTP_ON_DATA     = 1 << 6,  /* the command itself */
    SMTP_ON_MESSAGE  = 1 << 7,  /* the end of the message data */
    SMTP_ON_BDAT     = 1 << 8,
    SMTP_ON_BURL     = 1 << 9,
    SMTP_ON_RSET     = 1 << 10,
    SMTP_ON_NOOP     = 1 << 11,
    SMTP_ON_VRFY     = 1 << 12,
    SMTP_ON_EXPN     = 1 << 13,
    SMTP_ON_HELP     = 1 << 14,
    SMTP_ON_ETRN     = 1 << 15,
    SMTP_ON_ATRN     = 1 << 16,
    SMTP_ON_UNKNOWN  = 1 << 17, /* a command the server does not know */
    SMTP_ON_QUIT     = 1 << 18,
    SMTP_ON_ANY      = 1 << 19  /* any command */
};

/* What happens to the connection behind the reply. */
enum smtp_code_link {
    SMTP_LINK_STAYS,     /* it stays open */
    SMTP_LINK_CLOSES,    /* the server closes it */
    SMTP_LINK_MAY_CLOSE, /* depends on where the code comes */
    SMTP_LINK_LINKS      /* number of values */
};

/* Whether to ask again. */
enum smtp_code_retry {
    SMTP_RETRY_DONE,      /* the request is done */
    SMTP_RETRY_GO_ON,     /* not done yet: send what is asked for */
    SMTP_RETRY_LATER,     /* the same request may succeed later */
    SMTP_RETRY_CHANGED,   /* only after the request or a setting changed */
    SMTP_RETRY_ELSEWHERE, /* never with this host or for this address */
    SMTP_RETRY_RETRIES    /* number of values */
};

/* What the reply decides on. */
enum smtp_code_scope {
    SMTP_SCOPE_SESSION,
    SMTP_SCOPE_COMMAND,
    SMTP_SCOPE_LOGIN,
    SMTP_SCOPE_ADDRESS,
    SMTP_SCOPE_MESSAGE,
    SMTP_SCOPE_QUEUE, /* mail waiting for the client: ETRN, ATRN */
    SMTP_SCOPE_SCOPES /* number of values */
};

/* One reply code, with what a person needs to act on it. All static. */
struct smtp_code {
    uint16_t code;
    uint8_t link;  /* enum smtp_code_link */
    uint8_t retry; /* enum smtp_code_retry */
    uint8_t scope; /* enum smtp_code_scope */
    uint32_t events;      /* set of enum smtp_code_event */
    const char *name;     /* short: "Service ready" */
    const char *role;     /* finishes "220 ...": "opens the session" */
    const char *meaning;  /* what the server says with it */
    const char *seen;     /* when it is met, and by whom */
    const char *action;   /* what the client's side does about it */
    const char *operate;  /* what the server's administrator looks at */
    const char *enhanced; /* codes often sent with it: "5.7.1 5.1.1", or "" */
    const char *spec;     /* "RFC5321 4.2.2, 4.3.1; RFC3207 4" */
};

/* The row of a code, or NULL for one that no RFC in the registry defines. */
const struct smtp_code *smtp_code_find(unsigned code);

/* The i-th row in ascending order of the code; NULL behind the last. */
const struct smtp_code *smtp_code_at(size_t i);

/* What the first digit says: "Positive completion"; NULL for none of 2..5. */
const char *smtp_code_class(unsigned first_digit);

/* What the first digit says, in a sentence or two, and what a client does. */
const char *smtp_code_class_meaning(unsigned first_digit);

/* What the second digit says: "Connections"; NULL for an unspecified one. */
const char *smtp_code_category(unsigned second_digit);

/* The same in a sentence; for an unspecified digit it says that. */
const char *smtp_code_category_meaning(unsigned second_digit);

/* Name of the event with bit 1 << i ("MAIL"); NULL behind the last. */
const char *smtp_code_event_name(unsigned i);

/* What happens to the connection, in a clause: "the connection stays open".
 * NULL for a value out of range; so do the next two. */
const char *smtp_code_link_text(unsigned link);

/* Whether to ask again, in a clause: "there is nothing to repeat". */
const char *smtp_code_retry_text(unsigned retry);

/* What the reply decides on: "one address". */
const char *smtp_code_scope_text(unsigned scope);

#endif
