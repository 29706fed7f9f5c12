/*
 * transcript: what passed on the connections of one session, with times.
 *
 * Bounded: behind the limit only a count of octets is kept, so a server that
 * floods costs no memory. No side takes all of the room, and neither does one
 * long entry: the reply to a megabyte is seen, too. A little room is kept for
 * events (all kinds but SENT and RECEIVED), so that the end of a flood is.
 */
#ifndef NET_TRANSCRIPT_H
#define NET_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/span.h"

enum transcript_kind {
    TRANSCRIPT_SENT,     /* octets of ours, one entry a write */
    TRANSCRIPT_RECEIVED, /* octets of the peer, one entry a read */
    TRANSCRIPT_OPENED,   /* connection established; text says to where */
    TRANSCRIPT_TLS,      /* handshake done; text: version and cipher */
    TRANSCRIPT_EOF,      /* the peer closed */
    TRANSCRIPT_RESET,    /* the peer reset, or an error; text says which */
    TRANSCRIPT_CLOSED,   /* we closed */
    TRANSCRIPT_TIMEOUT,  /* a wait ended; text says for what */
    TRANSCRIPT_NOTE      /* anything else worth a line */
};

struct transcript_entry {
    uint64_t at;   /* nanoseconds since the transcript began */
    uint32_t off;  /* into the octets */
    uint32_t len;
    uint8_t kind;  /* enum transcript_kind */
    uint8_t conn;  /* connection number, 0 for the only or first one */
    bool tls;      /* inside TLS */
};

struct transcript {
    struct transcript_entry *entries;
    size_t n, cap;
    char *octets;
    size_t used, octets_cap;
    size_t data[2]; /* octets of SENT and of RECEIVED */
    size_t limit;   /* of octets; 0: TRANSCRIPT_LIMIT */
    uint64_t start;
    uint64_t lost;  /* octets and events that were not kept */
};

#define TRANSCRIPT_LIMIT   65536u
#define TRANSCRIPT_ENTRIES 2048u

/* Starts an empty transcript now. limit 0 is TRANSCRIPT_LIMIT. */
void transcript_init(struct transcript *t, size_t limit);

/* Frees what it holds; the struct may be initialised again. */
void transcript_free(struct transcript *t);

/* Empties it and starts the clock again, but keeps the memory: for many
 * sessions one after the other. */
void transcript_reset(struct transcript *t);

/* Adds an entry with its octets (or text). Adjacent SENT or RECEIVED entries
 * stay apart: the boundaries are evidence. Never fails: what has no room is
 * counted in `lost` (an entry that half fits keeps its first octets, and a
 * NOTE behind it says how many are left out). t may be NULL. */
void transcript_add(struct transcript *t, enum transcript_kind kind,
                    unsigned conn, bool tls, const char *p, size_t n);

/* The octets of an entry. */
struct smtp_span transcript_octets(const struct transcript *t,
                                   const struct transcript_entry *e);

#endif
