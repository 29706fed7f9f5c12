/*
 * oracle: holds what a parser made of an input against what RFC 5321 and the
 * extensions say of it, as the core reads them.
 *
 * Where the grammar leaves no choice, a difference is a finding; where it
 * does (SHOULD, MAY, an extension that need not be there), it is a note. What
 * a parser reads out of an input that breaks a rule is not looked at, and how
 * it refuses one neither.
 */
#ifndef HARNESS_ORACLE_H
#define HARNESS_ORACLE_H

#include "adapter.h"
#include "smtp/flaw.h"

#define ORACLE_INPUT 8192 /* octets of an input that is judged */
#define ORACLE_TEXT  2048 /* octets of a result as text, with its NUL */
#define ORACLE_ID    80   /* octets of an id, with its NUL */

enum oracle_weight { ORACLE_NOTE, ORACLE_FINDING };

/* What can differ. */
enum oracle_what {
    ORACLE_ACCEPTS, /* takes what breaks a rule */
    ORACLE_REJECTS, /* refuses what is valid */
    ORACLE_EARLY,   /* takes it for complete, and it is not */
    ORACLE_LATE,    /* waits for more behind the end */
    ORACLE_USED,
    ORACLE_CODE,
    ORACLE_LINES,
    ORACLE_REPLY_TEXT,
    ORACLE_VERB,
    ORACLE_LOCAL,
    ORACLE_DOMAIN,
    ORACLE_PARAMS,
    ORACLE_SIZE,
    ORACLE_LAST,
    ORACLE_CONTENT,
    ORACLE_SPLIT,   /* in pieces, another result than whole */
    ORACLE_FAULT,   /* ADAPTER_FAULT */
    ORACLE_WHATS
};

/* One difference. */
struct oracle_hit {
    enum oracle_weight weight;
    enum oracle_what what;
    char id[ORACLE_ID]; /* "reply/accepts/reply-code-range": what `known`
                           lists hold; stable */
    const char *rfc;    /* "RFC5321" */
    const char *section;
    const char *sentence;
    unsigned flaws;     /* how many the input has: fewer say more */
};

/* What the core says of an input. */
struct oracle_view {
    enum adapter_verdict verdict; /* ACCEPTED, or MORE */
    struct smtp_flaws flaws;      /* of an accepted one: none if valid */
    bool prefix;                  /* of MORE: it can still become valid */
    bool optional;                /* valid, but of an extension, or in a form
                                     that a parser need not know */
    char shape[40];               /* for ids: what kind of valid input */
    struct adapter_result parts;  /* of an accepted one */
};

/* Reads the input as the core does; `utf8` as in struct adapter. False: too
 * long to be judged. */
bool oracle_look(const struct adapter_input *in, bool utf8,
                 struct oracle_view *view);

/* Compares; false when nothing differs. Of several differences the first by
 * enum oracle_what is given. */
bool oracle_judge(const struct adapter_input *in,
                  const struct oracle_view *view,
                  const struct adapter_result *got, struct oracle_hit *hit);

/* Fills a hit for results that differ between whole and in pieces. */
void oracle_split(enum adapter_kind kind, struct oracle_hit *hit);

/* The result as one line of text to text[0..ORACLE_TEXT): for people, and to
 * tell whether two results are the same. */
void oracle_show(const struct adapter_result *r, char *text);

/* p[0..n) in printable US-ASCII, as a string of C; cut off at `room`, which
 * counts the NUL. */
void oracle_escape(const char *p, size_t n, char *text, size_t room);

/* "reply" and 'r' for ADAPTER_REPLY. */
const char *oracle_kind_name(enum adapter_kind kind);
char oracle_kind_letter(enum adapter_kind kind);

/* The kind of that letter; ADAPTER_KINDS for none. */
enum adapter_kind oracle_kind_of(char letter);

#endif
