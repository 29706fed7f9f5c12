/*
 * feed: gives a parser its input in every way that a network can.
 *
 * The input is run whole, byte by byte, and cut in two at every offset, and
 * each time the octets given end at a page that cannot be read, so that a
 * parser that looks one octet too far dies. All runs must end alike. What
 * "alike" means is the caller's: `show` writes the outcome as text, and the
 * texts are compared.
 */
#ifndef HARNESS_FEED_H
#define HARNESS_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FEED_TEXT 4096 /* octets of an outcome, with its NUL */
#define FEED_ROOM 8192 /* octets of the text of feed_all: two of them */

/* Memory that ends at an unreadable page. */
struct feed_guard {
    char *base; /* the mapping */
    size_t map; /* its octets, the unreadable page included */
    char *end;  /* the first unreadable octet */
};

/* Maps room for n octets. False when the system refuses. */
bool feed_guard_open(struct feed_guard *g, size_t n);
void feed_guard_close(struct feed_guard *g);

/* A copy of p[0..n) that ends at the unreadable page; n <= the room. */
char *feed_guard_put(struct feed_guard *g, const void *p, size_t n);

enum feed_mode {
    FEED_GROW,  /* each step sees all so far: replies, commands */
    FEED_PIECES /* each step sees the new octets only: content */
};

/* A parser under test. */
struct feed {
    enum feed_mode mode;
    size_t state_size; /* octets of `state`, zeroed before each run */
    /*
     * One call of the parser. GROW: 0 asks for more, all else ends the run.
     * PIECES: the octets used; fewer than len ends the run.
     */
    ssize_t (*step)(void *state, const char *buf, size_t len);
    /*
     * Writes the outcome to text[0..FEED_TEXT), NUL-terminated. `ret` is
     * what the last step returned (GROW) or the sum (PIECES); buf is what
     * the last step saw, still in place; spans are to be shown as offsets
     * from it.
     */
    void (*show)(const void *state, ssize_t ret, const char *buf,
                 char *text);
};

/*
 * Runs in[0..n) in all ways. True when all agree; then text is the common
 * outcome. False: text says which cut differed, and both outcomes. text has
 * room for FEED_ROOM octets.
 * The time grows with the square of n: for inputs up to some thousands.
 */
bool feed_all(const struct feed *f, const void *in, size_t n,
              char *text);

/* Only whole, and in pieces of `piece` octets: for long inputs. */
bool feed_some(const struct feed *f, const void *in, size_t n, size_t piece,
               char *text);

#endif
