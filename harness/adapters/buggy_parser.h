/*
 * buggy_parser: a small SMTP parser with ten bugs, one of which can be
 * switched on; without it there is none that we know. It is how the fuzzer
 * is tested. harness/adapters/buggy.c is its adapter.
 *
 *    1  the octet behind a CR at the end of the buffer is read
 *    2  a code alone does not end a reply of several lines
 *    3  199 and other codes out of range are taken
 *    4  the closing quote of a local part is looked for without an end
 *    5  chunk sizes are kept in 32 bits
 *    6  xtext may end within an octet
 *    7  the last octet of base64 with one "=" is lost
 *    8  a dot at the start of a piece is not seen to be at a line start
 *    9  "::" may stand twice in an IPv6 address
 *   10  long keywords of parameters overrun their buffer
 */
#ifndef BUGGY_PARSER_H
#define BUGGY_PARSER_H

#include <stdint.h>

#include "smtp/span.h"

extern int buggy_bug; /* 0: none */

enum buggy_answer { BUGGY_BAD, BUGGY_OK, BUGGY_MORE, BUGGY_UNKNOWN };

struct buggy_reply {
    unsigned code, lines;
    struct smtp_span text; /* of the first line */
    size_t used;
};

/* One reply from the start of p[0..n). */
enum buggy_answer buggy_reply(const char *p, size_t n,
                              struct buggy_reply *out);

struct buggy_address {
    struct smtp_span local, domain;
};

/* Octets that are not read yet. */
struct buggy_cursor {
    const char *p, *end;
};

bool buggy_take(struct buggy_cursor *c, char what);
size_t buggy_take_all(struct buggy_cursor *c, bool (*is)(int));
int buggy_peek(const struct buggy_cursor *c); /* -1 at the end */
bool buggy_digit(int c);
bool buggy_let_dig(int c);
bool buggy_same(struct smtp_span s, const char *word); /* in any case */

/* "<...>"; `null` and `postmaster`: whether "<>" and "<postmaster>" will do. */
bool buggy_path(struct buggy_cursor *c, bool null, bool postmaster,
                struct buggy_address *out);

/* The name in HELO; in EHLO it may be an address literal. */
bool buggy_host(struct buggy_cursor *c, bool literal);

enum { BUGGY_PARAMS = 2 };

struct buggy_param {
    struct smtp_span keyword, value;
};

struct buggy_command {
    struct smtp_span verb;
    struct buggy_address path; /* MAIL, RCPT */
    struct buggy_param params[BUGGY_PARAMS];
    size_t n_params;
    uint64_t size; /* BDAT */
    bool last;
    bool has_path, has_size;
    size_t used;
};

/* One command from the start of p[0..n). UNKNOWN: one of those that it does
 * not know, or a parameter other than SIZE and BODY. */
enum buggy_answer buggy_command(const char *p, size_t n,
                                struct buggy_command *out);

/* Decoders: to out, which has room for n octets. False: not valid. */
bool buggy_xtext(const char *p, size_t n, char *out, size_t *out_n);
bool buggy_base64(const char *p, size_t n, char *out, size_t *out_n);

/* Content of a message, in pieces; zero at the start. */
struct buggy_data {
    int state;
    bool begun, done;
};

/* Takes p[0..n), writes what is content to out (room for n + 1 octets) and
 * returns how much was used. */
size_t buggy_data(struct buggy_data *d, const char *p, size_t n, char *out,
                  size_t *out_n);

#endif
