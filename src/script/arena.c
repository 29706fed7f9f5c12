/*
 * arena: memory that is freed all at once, and growing arrays.
 */
#include "script/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#define BLOCK ((size_t)32 * 1024)

struct script_arena_block {
    struct script_arena_block *next;
    size_t cap;
    alignas(max_align_t) char octets[];
};

static size_t rounded(size_t n)
{
    return (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

void *script_arena_alloc(struct script_arena *a, size_t n)
{
    if (n > SCRIPT_ARENA_MAX)
        return NULL;
    n = rounded(n + !n);
    if (!a->head || a->head->cap - a->used < n) {
        size_t cap = n > BLOCK ? n : BLOCK;
        if (a->total + cap > SCRIPT_ARENA_MAX)
            return NULL;
        struct script_arena_block *b = calloc(1, sizeof(*b) + cap);
        if (!b)
            return NULL;
        b->next = a->head;
        b->cap = cap;
        a->head = b;
        a->used = 0;
        a->total += cap;
    }
    void *p = a->head->octets + a->used;
    a->used += n;
    return p;
}

char *script_arena_copy(struct script_arena *a, struct smtp_span s)
{
    char *p = script_arena_alloc(a, s.n + 1);

    if (p && s.n)
        memcpy(p, s.p, s.n);
    return p;
}

void script_arena_free(struct script_arena *a)
{
    while (a->head) {
        struct script_arena_block *b = a->head;
        a->head = b->next;
        free(b);
    }
    *a = (struct script_arena){0};
}

static bool grow(struct script_vec *v, size_t n)
{
    size_t cap = v->cap ? v->cap : 8;

    if (v->cap - v->n >= n)
        return true;
    while (cap - v->n < n) {
        if (cap > SCRIPT_ARENA_MAX)
            return false;
        cap *= 2;
    }
    void *p = reallocarray(v->p, cap, v->item);
    if (!p)
        return false;
    v->p = p;
    v->cap = cap;
    return true;
}

bool script_vec_append(struct script_vec *v, const void *p, size_t n)
{
    if (!grow(v, n))
        return false;
    if (n)
        memcpy((char *)v->p + v->n * v->item, p, n * v->item);
    v->n += n;
    return true;
}

void *script_vec_push(struct script_vec *v)
{
    if (!grow(v, 1))
        return NULL;
    void *at = (char *)v->p + v->n++ * v->item;
    memset(at, 0, v->item);
    return at;
}

void *script_vec_keep(const struct script_vec *v, struct script_arena *a)
{
    void *p = script_arena_alloc(a, v->n * v->item);

    if (p && v->n)
        memcpy(p, v->p, v->n * v->item);
    return p;
}

void script_vec_free(struct script_vec *v)
{
    free(v->p);
    v->p = NULL;
    v->n = v->cap = 0;
}
