/*
 * buffer: octets that came and are not read yet. Grows on demand up to a
 * limit that is set at birth.
 */
#ifndef NET_BUFFER_H
#define NET_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "smtp/span.h"

struct net_buffer {
    char *p;
    size_t cap;   /* octets at p */
    size_t head;  /* first unread octet */
    size_t tail;  /* behind the last one */
    size_t limit; /* cap never grows past it */
};

/* An empty buffer that holds nothing yet. limit > 0. */
void net_buffer_init(struct net_buffer *b, size_t limit);

void net_buffer_free(struct net_buffer *b);

/* Room to write into behind the unread octets, *n > 0 octets of it; moves or
 * grows them for that. NULL when `limit` octets are unread or memory is
 * out (net_buffer_full tells which). Ends every span of the buffer. */
char *net_buffer_room(struct net_buffer *b, size_t *n);

/* Counts n octets as written into the room. */
void net_buffer_commit(struct net_buffer *b, size_t n);

/* True when `limit` octets are unread. */
bool net_buffer_full(const struct net_buffer *b);

/* The unread octets. */
struct smtp_span net_buffer_span(const struct net_buffer *b);

/* Drops the first n unread octets (or all, when there are fewer). */
void net_buffer_consume(struct net_buffer *b, size_t n);

#endif
