#include "mutate.h"

#include <stdbool.h>
#include <string.h>

#include "abnf.h"

#define PIECE 2048 /* octets of what is put in at once */

struct edit {
    const struct mutate_kind *kind;
    struct abnf_dice dice;
    uint8_t *data;
    size_t n, max;
};

static uint32_t roll(struct edit *e, size_t n)
{
    return abnf_roll(&e->dice, (uint32_t)n);
}

/* Puts p[0..n) in the place of data[at..at+old), cut to what fits. */
static void replace(struct edit *e, size_t at, size_t old, const void *p,
                    size_t n)
{
    size_t rest = e->n - at - old;
    if (n > e->max - at)
        n = e->max - at;
    if (rest > e->max - at - n)
        rest = e->max - at - n;
    memmove(e->data + at + n, e->data + at + old, rest);
    memcpy(e->data + at, p, n);
    e->n = at + n + rest;
}

struct range {
    size_t at, n;
};

/* A line of the input, with its LF; empty at the end of it. */
static struct range some_line(struct edit *e)
{
    struct range r = {0, 0};
    size_t at = roll(e, e->n + 1);
    while (at > 0 && e->data[at - 1] != '\n')
        at--;
    r.at = at;
    while (at < e->n && e->data[at] != '\n')
        at++;
    r.n = at + (at < e->n) - r.at;
    return r;
}

static bool parts_words(uint8_t c)
{
    return c != '\0' && strchr(" <>@:;,=.\"[]\r\n-+\\\t", c) != NULL;
}

/* A word, or what stands between two. */
static struct range some_word(struct edit *e)
{
    struct range r = {0, 0};
    if (e->n == 0)
        return r;
    size_t at = roll(e, e->n);
    size_t end = at;
    bool parts = parts_words(e->data[at]);
    while (at > 0 && !parts && !parts_words(e->data[at - 1]))
        at--;
    while (end < e->n && parts_words(e->data[end]) == parts &&
           (!parts || end == at))
        end++;
    r.at = at;
    r.n = end - at;
    return r;
}

static size_t write_rule(struct edit *e, const char *const *rules, char *out)
{
    size_t count = 0;
    while (rules[count])
        count++;
    e->dice.faults = roll(e, 2) ? 0 : 1 + roll(e, 3);
    return abnf_write(abnf_rule(rules[roll(e, count)]), &e->dice, out, PIECE);
}

/* ---- the mutations ------------------------------------------------------ */

static void anew(struct edit *e)
{
    char piece[PIECE];
    size_t n = write_rule(e, e->kind->lines, piece);
    replace(e, 0, e->n, piece, n);
}

static void put_line(struct edit *e)
{
    char piece[PIECE];
    struct range line = some_line(e);
    size_t n = write_rule(e, e->kind->lines, piece);
    replace(e, line.at, roll(e, 2) ? line.n : 0, piece, n);
}

static void put_word(struct edit *e)
{
    char piece[PIECE];
    struct range word = some_word(e);
    size_t n = write_rule(e, e->kind->words, piece);
    replace(e, word.at, roll(e, 4) ? word.n : 0, piece, n);
}

static void drop_line(struct edit *e)
{
    struct range line = some_line(e);
    if (line.n < e->n)
        replace(e, line.at, line.n, "", 0);
}

/* Repeats a line, or moves it: it comes before another one. */
static void copy_line(struct edit *e)
{
    uint8_t piece[PIECE];
    struct range line = some_line(e);
    size_t n = line.n < PIECE ? line.n : PIECE;
    memcpy(piece, e->data + line.at, n);
    if (roll(e, 2))
        replace(e, line.at, line.n, "", 0);
    replace(e, some_line(e).at, 0, piece, n);
}

static void drop_word(struct edit *e)
{
    struct range word = some_word(e);
    if (word.n < e->n)
        replace(e, word.at, word.n, "", 0);
}

/* A word becomes as long as a limit, or longer by one. */
static void stretch(struct edit *e)
{
    static const uint16_t LIMITS[] = {63,  64,  65,  100,  101,  254, 255,
                                      256, 257, 511, 512,  513,  998, 999,
                                      1000, 1001, 1025, 2000};
    uint8_t piece[PIECE];
    struct range word = some_word(e);
    size_t n = LIMITS[roll(e, sizeof(LIMITS) / sizeof(LIMITS[0]))];
    if (word.n == 0)
        return;
    for (size_t i = 0; i < n; i++)
        piece[i] = e->data[word.at + i % word.n];
    replace(e, word.at, word.n, piece, n);
}

/* Another line end: behind a line, or somewhere in it. */
static void end_line(struct edit *e)
{
    static const struct {
        uint8_t n;
        char octets[5];
    } ENDS[] = {{1, "\n"},     {1, "\r"},         {2, "\n\r"},  {3, "\r\r\n"},
                {4, "\r\n\r\n"}, {2, "\r\n"},     {3, "\r\n."}, {3, "\n.\n"},
                {4, "\n.\r\n"}, {5, "\r\n.\r\n"}, {3, "\r.\r"}, {4, "\r\n.\n"},
                {1, "\0"},     {3, " \r\n"}};
    struct range line = some_line(e);
    size_t i = roll(e, sizeof(ENDS) / sizeof(ENDS[0]));
    size_t end = line.at + line.n;
    size_t old = line.n > 1 && e->data[end - 2] == '\r' ? 2 : line.n > 0;
    if (roll(e, 4) == 0) {
        end -= line.n ? roll(e, line.n) : 0;
        old = 0;
    }
    replace(e, end - old, old, ENDS[i].octets, ENDS[i].n);
}

static void put_piece(struct edit *e)
{
    const char *const *all = e->kind->pieces;
    size_t count = 0;
    while (all[count])
        count++;
    if (count == 0)
        return;
    const char *piece = all[roll(e, count)];
    struct range line = some_line(e);
    struct range word = some_word(e);
    bool whole = roll(e, 2) != 0;
    replace(e, whole ? line.at : word.at, whole ? 0 : word.n, piece,
            strlen(piece));
}

/* libFuzzer itself is not built with the memory sanitizer, which would take
 * what it wrote for octets that nobody did. */
__attribute__((weak)) void __msan_unpoison(const volatile void *p, size_t n);

static void own(struct edit *e)
{
    size_t n = LLVMFuzzerMutate(e->data, e->n, e->max);
    if (__msan_unpoison) {
        __msan_unpoison(&n, sizeof(n));
        __msan_unpoison(e->data, n);
    }
    e->n = n;
}

/* Drawn by their shares. */
static const struct {
    void (*change)(struct edit *e);
    unsigned share;
} CHANGES[] = {
    {own,       40}, {put_word,  20}, {put_line, 10}, {put_piece, 8},
    {end_line,   6}, {copy_line,  5}, {drop_line, 3}, {drop_word, 3},
    {anew,       3}, {stretch,    2},
};
#define SHARES 100

size_t mutate(const struct mutate_kind *kind, uint8_t *data, size_t size,
              size_t max, unsigned seed)
{
    struct edit e = {kind, {seed * 2654435761u | 1u, 0}, data, size, max};
    roll(&e, 2);
    unsigned rounds = roll(&e, 4) ? 1 : 2 + roll(&e, 2);
    while (rounds-- > 0) {
        unsigned pick = roll(&e, SHARES);
        size_t i = 0;
        while (pick >= CHANGES[i].share)
            pick -= CHANGES[i++].share;
        CHANGES[i].change(&e);
    }
    if (e.n == 0)
        e.data[e.n++] = (uint8_t)roll(&e, 256);
    return e.n;
}

/* Copies one line, whichever comes at *at. */
static size_t take_line(const uint8_t *p, size_t n, size_t *at, uint8_t *out,
                        size_t room)
{
    const uint8_t *lf = *at < n ? memchr(p + *at, '\n', n - *at) : NULL;
    size_t k = (lf ? (size_t)(lf - p) + 1 : n) - *at;
    size_t copied = k < room ? k : room;
    memcpy(out, p + *at, copied);
    *at += k;
    return copied;
}

size_t mutate_cross(const uint8_t *a, size_t a_n, const uint8_t *b,
                    size_t b_n, uint8_t *out, size_t max, unsigned seed)
{
    struct abnf_dice dice = {seed * 2654435761u | 1u, 0};
    size_t at[2] = {0, 0};
    size_t n = 0;
    unsigned from = abnf_roll(&dice, 2);
    while (n < max && (at[0] < a_n || at[1] < b_n)) {
        /* Lines stay in their order, so that a dialogue still makes sense. */
        if (abnf_roll(&dice, 3) == 0)
            from = !from;
        if (at[from] >= (from ? b_n : a_n))
            from = !from;
        uint8_t skipped[1];
        bool skip = abnf_roll(&dice, 4) == 0;
        size_t k = take_line(from ? b : a, from ? b_n : a_n, &at[from],
                             skip ? skipped : out + n, skip ? 0 : max - n);
        n += k;
    }
    return n;
}
