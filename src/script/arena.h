/*
 * arena: memory that is freed all at once, and growing arrays.
 */
#ifndef SCRIPT_ARENA_H
#define SCRIPT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "smtp/span.h"

#define SCRIPT_ARENA_MAX ((size_t)128 * 1024 * 1024) /* octets of one arena */

struct script_arena_block;

/* Zero-initialise. */
struct script_arena {
    struct script_arena_block *head;
    size_t used, total;
};

/* n zeroed octets, aligned for anything. NULL: no memory, or over the
 * limit. n 0 is allowed. */
void *script_arena_alloc(struct script_arena *a, size_t n);

/* A copy, with a NUL behind it that does not count. */
char *script_arena_copy(struct script_arena *a, struct smtp_span s);

void script_arena_free(struct script_arena *a);

/* An array that grows. Zero-initialise with .item = sizeof(element). */
struct script_vec {
    void *p;
    size_t n, cap, item;
};

/* Room for one more, zeroed; NULL: no memory. Moves the others. */
void *script_vec_push(struct script_vec *v);

/* Appends n elements from p. False: no memory. */
bool script_vec_append(struct script_vec *v, const void *p, size_t n);

/* A copy of the elements in the arena; NULL: no memory. */
void *script_vec_keep(const struct script_vec *v, struct script_arena *a);

void script_vec_free(struct script_vec *v);

#endif
