/*
 * input: what a fuzzer plays against a server: four octets that say how,
 * and the client's octets.
 *
 *   octet 0   bits 0-1 pacing, bit 2 TLS, bit 3 abrupt end
 *   octet 1   groups: bit i says whether unit i (mod 8) is sent together
 *             with the next one
 *   octets 2-3  writes of at most that many octets (little-endian; 0: whole)
 *   the rest  commands, content and chunks, as they go over the wire
 *
 * Every string of octets is an input, so that any mutation of one is one. A
 * stream is cut into units: a command line, mail content up to end-of-data,
 * a chunk of BDAT, a line of an AUTH exchange. Where a unit ends depends on
 * what the server has said (content follows 354 only), so cutting and the
 * replies go hand in hand.
 */
#ifndef LIVE_INPUT_H
#define LIVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/command.h"
#include "smtp/span.h"

#define LIVE_INPUT_HEADER 4u
#define LIVE_INPUT_MAX    65536u /* octets of the stream that are played */

enum live_pacing {
    LIVE_LOCKSTEP, /* a unit, its reply, the next unit */
    LIVE_GROUPED,  /* several units at once where the groups say so */
    LIVE_WHOLE,    /* everything, then all replies */
    LIVE_SPLIT     /* lock-step, and two writes a unit */
};

struct live_input {
    enum live_pacing pacing;
    bool tls;        /* a handshake behind 220 to STARTTLS */
    bool abrupt;     /* close behind the last unit, without waiting */
    uint8_t groups;
    uint16_t piece;  /* octets a write; 0: whole */
    struct smtp_span stream;
};

/* Reads an input; the stream points into p. Fewer octets than a header are
 * a header whose rest is zero. */
void live_input_read(struct live_input *in, const void *p, size_t n);

/* Writes the header of `in` to out[0..LIVE_INPUT_HEADER). */
void live_input_header(const struct live_input *in, uint8_t *out);

enum live_unit_kind {
    LIVE_COMMAND, /* a line, with the chunk of BDAT behind it */
    LIVE_CONTENT, /* up to and including end-of-data */
    LIVE_ANSWER,  /* a line of an AUTH exchange */
    LIVE_TAIL     /* not complete: the stream ends in it; no reply is due */
};

struct live_unit {
    enum live_unit_kind kind;
    struct smtp_span octets;
    enum smtp_verb verb;  /* of a command */
    struct smtp_span arg; /* of a command: what is behind the verb */
    bool last;            /* BDAT … LAST */
    bool odd;             /* a server may see more lines, or fewer: bare CR
                             or LF, NUL, a line over the limit */
};

/* What the server is ready for. */
enum live_phase {
    LIVE_READY,     /* commands */
    LIVE_IN_DATA,   /* content */
    LIVE_IN_AUTH    /* an answer to a challenge */
};

/* The next unit of s in that phase; false when s is empty. */
bool live_unit_next(struct smtp_span s, enum live_phase phase,
                    struct live_unit *out);

/* True for a command that changes what the octets behind it are: nothing is
 * sent together with what follows it. */
bool live_unit_turns(const struct live_unit *u);

#endif
