/*
 * adapter: what somebody else's SMTP parser looks like to the fuzzer.
 *
 * A parser's author writes one file: a function that hands an input to the
 * parser and says what became of it, and one `struct adapter`, named
 * `adapter`. docs/adapters.md is the way there, harness/adapters/ has
 * parsers that go it.
 *
 * The parser may be as it likes inside. What counts: the same input has the
 * same result each time, and nothing is kept from one input to the next.
 */
#ifndef HARNESS_ADAPTER_H
#define HARNESS_ADAPTER_H

#include <stdint.h>

#include "smtp/span.h"

/* What an input is. The letter is the first octet of a fuzzer's input. */
enum adapter_kind {
    ADAPTER_REPLY,   /* r: what a server sends, from the start of a reply */
    ADAPTER_COMMAND, /* c: what a client sends, from the start of a line */
    ADAPTER_PATH,    /* p: "<local@domain>" or "<>", and nothing else */
    ADAPTER_XTEXT,   /* x: the value of a parameter, to be decoded */
    ADAPTER_BASE64,  /* b: one line of AUTH without its CRLF, to be decoded */
    ADAPTER_DATA,    /* d: what a client sends behind 354 */
    ADAPTER_KINDS
};

#define ADAPTER_IS(kind) (1u << (kind)) /* for sets of kinds */

enum adapter_verdict {
    ADAPTER_SKIPPED,  /* nothing to say: this parser does not read that */
    ADAPTER_ACCEPTED, /* read to its end */
    ADAPTER_REJECTED, /* refused: it is not valid */
    ADAPTER_MORE,     /* not at its end yet: reply, command, data */
    ADAPTER_FAULT     /* an exception, or whatever a parser shall not do */
};

/* Which fields of a result are filled. The others are not looked at. */
enum adapter_has {
    ADAPTER_USED = 1,    /* used: octets of the input that were read */
    ADAPTER_CODE = 2,    /* code: of a reply */
    ADAPTER_LINES = 4,   /* lines: of a reply */
    ADAPTER_TEXT = 8,    /* text: of the reply's first line */
    ADAPTER_VERB = 16,   /* verb, in any case of its letters */
    ADAPTER_LOCAL = 32,  /* local part, with or without its quotes */
    ADAPTER_DOMAIN = 64, /* domain, with or without a literal's brackets */
    ADAPTER_PARAMS = 128,/* params and n_params: all of the command's */
    ADAPTER_SIZE = 256,  /* size: of BDAT */
    ADAPTER_LAST = 512,  /* last: of BDAT */
    ADAPTER_CONTENT = 1024 /* content: what was decoded, or the message */
};

enum { ADAPTER_PARAM_MAX = 16, ADAPTER_STORE = 16384 };

struct adapter_param {
    struct smtp_span keyword;
    struct smtp_span value; /* empty when there is no "=" */
};

/* What the parser made of an input; all zero when it is handed over. Spans
 * point into the whole input, at what adapter_keep returned, or at memory of
 * the adapter that stays as it is up to the next input. */
struct adapter_result {
    enum adapter_verdict verdict;
    unsigned has; /* set of enum adapter_has */
    size_t used;
    unsigned code;
    unsigned lines;
    struct smtp_span text;
    struct smtp_span verb;
    struct smtp_span local;
    struct smtp_span domain;
    struct adapter_param params[ADAPTER_PARAM_MAX];
    size_t n_params; /* may be over ADAPTER_PARAM_MAX: the rest is left out */
    uint64_t size;
    bool last;
    struct smtp_span content;
    char note[120]; /* for a person: the parser's own words; may be "". Of a
                       fault the first word names its kind ("KeyError: ...") */
    size_t kept;    /* of store */
    char store[ADAPTER_STORE];
};

/* One input. */
struct adapter_input {
    enum adapter_kind kind;
    const char *p;  /* the whole of it; p[n] cannot be read */
    size_t n;
    size_t piece;   /* octets of a piece; 0: in one piece */
    void *room;     /* the harness's */
};

struct adapter {
    const char *name;  /* "libesmtp 1.1.0" */
    unsigned kinds;    /* set of ADAPTER_IS(kind): what it reads */
    unsigned pieces;   /* those for which it takes pieces, by adapter_next */
    bool utf8;         /* octets over 127 are valid in addresses (SMTPUTF8) */
    /* Before the first input; may be NULL. False: it cannot work, and has
     * said why on stderr. kinds, pieces, utf8, name may be set by it. */
    bool (*open)(struct adapter *self);
    /* Reads one input; *out is zero. NULL with parse_all. */
    void (*parse)(const struct adapter_input *in, struct adapter_result *out);
    /* Reads many; for parsers that a round trip costs more than the parsing.
     * NULL with parse. */
    void (*parse_all)(const struct adapter_input *in, size_t count,
                      struct adapter_result *out);
};

/* The one symbol that the author defines. */
extern struct adapter adapter;

/*
 * Takes the next piece of an input; *at is 0 for the first. False behind the
 * last. The octet behind a piece cannot be read, and the piece is gone when
 * the next one is taken: what is to stay is kept by adapter_keep.
 */
bool adapter_next(const struct adapter_input *in, size_t *at,
                  struct smtp_span *piece);

/* A copy that lives as long as the result; cut off when the store is full. */
struct smtp_span adapter_keep(struct adapter_result *out, const char *p,
                              size_t n);

#endif
