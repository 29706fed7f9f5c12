/*
 * hook: what a place asks at which a mutant of the reference server differs.
 */
#ifndef MUTANTS_HOOK_H
#define MUTANTS_HOOK_H

#include <stdbool.h>
#include <string.h>

/* The number of the mutant that is played; 0: none. */
extern int mutant_on;

/* What happened at a place. */
#define MUTANT_CAME    1 /* it was come to */
#define MUTANT_DIFFERS 2 /* and the mutant would make a difference at once */

/* Where a thread notes that, an octet a place, or NULL. */
extern _Thread_local unsigned char *mutant_seen;

static inline void mutant_note(int n, bool differs)
{
    if (mutant_seen)
        mutant_seen[n] |= differs ? MUTANT_CAME | MUTANT_DIFFERS : MUTANT_CAME;
}

/* Any place: coming there is the difference. */
static inline bool M(int n)
{
    mutant_note(n, true);
    return mutant_on == n;
}

/* One of two values. */
static inline bool mutant_choose(int n, bool mutant, bool normal)
{
    mutant_note(n, mutant != normal);
    return mutant_on == n ? mutant : normal;
}

#define M_IF(n, mutant, normal) mutant_choose(n, mutant, normal)
#define M_AND(n, operand)       mutant_choose(n, true, operand)
#define M_OR(n, operand)        mutant_choose(n, false, operand)

/* A statement that may be left out, and what it changes. */
#define M_KEEP(n, to, ...)                                                    \
    do {                                                                      \
        __typeof__(to) mutant_old;                                            \
        if (mutant_on == n)                                                   \
            break;                                                            \
        memcpy(&mutant_old, &(to), sizeof(to));                               \
        __VA_ARGS__;                                                          \
        mutant_note(n, memcmp(&mutant_old, &(to), sizeof(to)) != 0);          \
    } while (0);

#endif
