/*
 * result: memory of a result, and what it comes to.
 */
#include "report/result.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

#define BLOCK ((size_t)64 * 1024)

/* Octets follow the head; nothing in a block ever moves. */
struct block {
    struct block *next;
    size_t used, size;
    max_align_t octets[];
};

struct result_heap {
    pthread_mutex_t lock;
    struct block *head; /* the one that is being filled */
};

/* Nothing sensible can be reported without memory. */
static _Noreturn void out_of_memory(void)
{
    fputs("smtpspec: out of memory\n", stderr);
    _Exit(3);
}

bool result_init(struct result *r)
{
    memset(r, 0, sizeof *r);
    r->heap = calloc(1, sizeof *r->heap);
    if (!r->heap)
        return false;
    if (pthread_mutex_init(&r->heap->lock, NULL) != 0) {
        free(r->heap);
        r->heap = NULL;
        return false;
    }
    return true;
}

void result_free(struct result *r)
{
    if (!r->heap)
        return;
    for (size_t i = 0; i < r->n_cases; i++)
        transcript_free(&r->cases[i].log);
    while (r->heap->head) {
        struct block *b = r->heap->head;
        r->heap->head = b->next;
        free(b);
    }
    pthread_mutex_destroy(&r->heap->lock);
    free(r->heap);
    memset(r, 0, sizeof *r);
}

static struct block *block_new(size_t size)
{
    struct block *b = calloc(1, sizeof *b + size);

    if (!b)
        out_of_memory();
    b->size = size;
    return b;
}

/* A block with room for n octets; a large piece gets one of its own, behind
 * the head, so that the head's room is not given up. */
static struct block *block_for(struct result_heap *h, size_t n)
{
    struct block *b = h->head;

    if (b && n <= b->size - b->used)
        return b;
    b = block_new(n > BLOCK / 4 ? n : BLOCK);
    if (h->head && n > BLOCK / 4) {
        b->next = h->head->next;
        h->head->next = b;
    } else {
        b->next = h->head;
        h->head = b;
    }
    return b;
}

void *result_alloc(struct result *r, size_t n)
{
    const size_t align = _Alignof(max_align_t);
    struct block *b;
    void *p;

    if (n > SIZE_MAX / 2)
        out_of_memory();
    n = (n + align - 1) / align * align;
    pthread_mutex_lock(&r->heap->lock);
    b = block_for(r->heap, n);
    p = (char *)b->octets + b->used;
    b->used += n;
    pthread_mutex_unlock(&r->heap->lock);
    return p;
}

const char *result_text(struct result *r, const char *s)
{
    size_t n = strlen(s) + 1;

    return memcpy(result_alloc(r, n), s, n);
}

const char *result_textf(struct result *r, const char *format, ...)
{
    va_list args;
    const char *copy;
    char *text;
    int n;

    va_start(args, format);
    n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        out_of_memory();
    copy = result_text(r, text);
    free(text);
    return copy;
}

const char *result_escaped(struct result *r, struct smtp_span octets)
{
    size_t n = report_escape(octets, NULL, 0);
    char *p = result_alloc(r, n + 1);

    report_escape(octets, p, n + 1);
    return p;
}

static uint64_t whole(uint64_t nanoseconds)
{
    return nanoseconds / 1000 * 1000;
}

void result_settle(struct result *r)
{
    for (size_t i = 0; i < r->n_cases; i++) {
        struct result_case *c = &r->cases[i];

        c->at = whole(c->at);
        c->duration = whole(c->duration);
        for (size_t e = 0; e < c->log.n; e++)
            c->log.entries[e].at = whole(c->log.entries[e].at);
    }
}

size_t result_count(const struct result *r, enum verdict v)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_cases; i++)
        n += r->cases[i].verdict == v;
    return n;
}

size_t result_count_new(const struct result *r, enum verdict v)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_cases; i++)
        n += r->cases[i].verdict == v && !r->cases[i].known;
    return n;
}

int result_exit(const struct result *r, bool allow_blocked)
{
    size_t open = result_count_new(r, VERDICT_BLOCKED) +
                  result_count_new(r, VERDICT_ERROR);

    if (r->interrupted)
        return 130;
    if (r->failure)
        return 3;
    if (result_count_new(r, VERDICT_FAIL) || r->n_stale)
        return 1;
    return open && !allow_blocked ? 3 : 0;
}
