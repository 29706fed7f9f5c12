/*
 * buffer: one flat piece of memory, so that a reply is one span.
 */
#include "net/buffer.h"

#include <stdlib.h>
#include <string.h>

#define FIRST  4096u /* enough for nearly every session */
#define LITTLE 1024u /* less room than this is worth moving for */

void net_buffer_init(struct net_buffer *b, size_t limit)
{
    *b = (struct net_buffer){.limit = limit};
}

void net_buffer_free(struct net_buffer *b)
{
    free(b->p);
    *b = (struct net_buffer){.limit = b->limit};
}

static void compact(struct net_buffer *b)
{
    if (b->head == 0)
        return;
    memmove(b->p, b->p + b->head, b->tail - b->head);
    b->tail -= b->head;
    b->head = 0;
}

static bool grow(struct net_buffer *b)
{
    size_t want = b->cap ? b->cap : FIRST / 2;
    char *p;

    want = want > b->limit / 2 ? b->limit : want * 2;
    p = realloc(b->p, want);
    if (p == NULL)
        return false;
    b->p = p;
    b->cap = want;
    return true;
}

char *net_buffer_room(struct net_buffer *b, size_t *n)
{
    if (b->cap - b->tail < LITTLE) {
        /* Moving less than half would make a slow reader quadratic. */
        bool half = b->cap > 0 && b->head >= b->cap / 2;

        if (half || b->cap == b->limit || !grow(b))
            compact(b);
    }
    *n = b->cap - b->tail;
    return *n ? b->p + b->tail : NULL;
}

void net_buffer_commit(struct net_buffer *b, size_t n)
{
    b->tail += n;
}

bool net_buffer_full(const struct net_buffer *b)
{
    return b->tail - b->head >= b->limit;
}

struct smtp_span net_buffer_span(const struct net_buffer *b)
{
    if (b->p == NULL)
        return smtp_span_of(NULL, 0);
    return smtp_span_of(b->p + b->head, b->tail - b->head);
}

void net_buffer_consume(struct net_buffer *b, size_t n)
{
    if (n >= b->tail - b->head) {
        b->head = b->tail = 0;
        return;
    }
    b->head += n;
}
