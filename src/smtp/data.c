#include "smtp/data.h"

#include "smtp/data_isa.h"

/* RFC 5321 4.5.3.1.6, with the CRLF. */
#define LINE_MAX_OCTETS 1000

/* So much is searched, then copied while it is still in the cache. */
#define BLOCK ((size_t)32 * 1024)

/*
 * The end of the octets from in[i] on that are content as they stand: the
 * next dot at a line start, or n. i < n; the state is LINE_START (and in[i]
 * no dot), TEXT or CR, and is moved on.
 */
static size_t run_end(struct smtp_data *d, const char *in, size_t i, size_t n)
{
    bool cr = d->state == SMTP_DATA_CR;
    for (size_t j = i;; j++) {
        j = smtp_data_pair(SMTP_LINE_AUTO, in, j, n);
        if (j == n)
            break;
        if (j > i ? in[j - 1] == '\r' : cr) {
            d->state = SMTP_DATA_LINE_START;
            return j + 1;
        }
    }
    if (n - i > 1)
        cr = in[n - 2] == '\r';
    d->state = SMTP_DATA_TEXT;
    if (in[n - 1] == '\r')
        d->state = SMTP_DATA_CR;
    else if (in[n - 1] == '\n' && cr)
        d->state = SMTP_DATA_LINE_START;
    return n;
}

static inline size_t block_end(size_t i, size_t n)
{
    return n - i > BLOCK ? i + BLOCK : n;
}

/* Copies to the same or a lower address, in the same buffer or another. */
static inline void move_down(char *to, const char *from, size_t n)
{
    if (to != from)
        memmove(to, from, n);
}

/* Removes dot-stuffing; out is NULL when only the end is wanted. */
static size_t remove_dots(struct smtp_data *d, const char *in, size_t n,
                          char *out, size_t *written)
{
    size_t i = 0;
    size_t o = 0;
    while (i < n && d->state != SMTP_DATA_DONE) {
        if (d->state == SMTP_DATA_LINE_START && in[i] == '.') {
            d->state = SMTP_DATA_DOT;
            i++;
        } else if (d->state == SMTP_DATA_DOT && in[i] == '\r') {
            d->state = SMTP_DATA_DOT_CR;
            i++;
        } else if (d->state == SMTP_DATA_DOT) {
            d->state = SMTP_DATA_TEXT;
        } else if (d->state == SMTP_DATA_DOT_CR && in[i] == '\n') {
            d->state = SMTP_DATA_DONE;
            i++;
        } else if (d->state == SMTP_DATA_DOT_CR) {
            d->state = SMTP_DATA_CR;
            if (out)
                out[o++] = '\r';
        } else {
            size_t end = run_end(d, in, i, block_end(i, n));
            if (out)
                move_down(out + o, in + i, end - i);
            o += end - i;
            i = end;
        }
    }
    *written = o;
    return i;
}

size_t smtp_data_unstuff(struct smtp_data *d, const char *in, size_t n,
                         char *out, size_t *written)
{
    /* In place, the CR that was held back needs a place of its own. */
    if (out == in && n > 0 && d->state == SMTP_DATA_DOT_CR && *in != '\n') {
        memmove(out + 1, in, n);
        in = out + 1;
    }
    return remove_dots(d, in, n, out, written);
}

size_t smtp_data_scan(struct smtp_data *d, const char *in, size_t n)
{
    size_t written;
    return remove_dots(d, in, n, NULL, &written);
}

size_t smtp_data_stuff(struct smtp_data *d, const char *in, size_t n,
                       char *out)
{
    size_t i = 0;
    size_t o = 0;
    while (i < n) {
        if (d->state == SMTP_DATA_LINE_START && in[i] == '.') {
            out[o++] = '.';
            d->state = SMTP_DATA_TEXT;
        }
        size_t end = run_end(d, in, i, block_end(i, n));
        memcpy(out + o, in + i, end - i);
        o += end - i;
        i = end;
    }
    return o;
}

/* Adds the flaws of single octets in p[from..end) that `classes` announces
 * and that are not known yet. */
static void check_octets(const char *p, size_t from, size_t end,
                         unsigned classes, struct smtp_flaws *flaws)
{
    static const enum smtp_flaw of[] = {
        [SMTP_LINE_NUL] = SMTP_FLAW_DATA_NUL,
        [SMTP_LINE_8BIT] = SMTP_FLAW_DATA_8BIT,
        [SMTP_LINE_BARE_CR] = SMTP_FLAW_DATA_BARE_CR,
    };
    unsigned want = 0;
    for (unsigned c = 1; c < sizeof(of) / sizeof(of[0]); c <<= 1)
        if ((classes & c) && of[c] && !smtp_flaws_has(flaws, of[c]))
            want |= c;
    for (size_t i = from; i < end && want; i++) {
        unsigned c = smtp_line_class_of(p[i]);
        if (c == SMTP_LINE_CR) /* the first one is bare, if any is */
            c = SMTP_LINE_BARE_CR;
        if ((c & want) == 0)
            continue;
        smtp_flaws_add(flaws, of[c], i);
        want &= ~c;
    }
}

static void check_length(size_t start, size_t end, struct smtp_flaws *flaws)
{
    if (end - start > LINE_MAX_OCTETS)
        smtp_flaws_add(flaws, SMTP_FLAW_DATA_LINE_LENGTH,
                       start + LINE_MAX_OCTETS);
}

void smtp_data_check(struct smtp_span content, struct smtp_flaws *flaws)
{
    const char *p = content.p;
    size_t line = 0; /* behind the last CRLF */
    for (size_t at = 0; at < content.n;) {
        unsigned classes;
        size_t lf = at + smtp_line_scan(p + at, content.n - at, &classes);
        check_octets(p, at, lf, classes, flaws);
        if (lf == content.n) {
            if (p[lf - 1] == '\r')
                smtp_flaws_add(flaws, SMTP_FLAW_DATA_BARE_CR, lf - 1);
        } else if (lf == at || p[lf - 1] != '\r') {
            smtp_flaws_add(flaws, SMTP_FLAW_DATA_BARE_LF, lf);
        } else {
            check_length(line, lf + 1, flaws);
            line = lf + 1;
        }
        at = lf + 1;
    }
    check_length(line, content.n, flaws);
}
