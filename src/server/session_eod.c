/*
 * session_eod: what a lax server takes for the end of a message besides
 * CRLF.CRLF (RFC 5321 4.1.1.4). The strict policy has none of it.
 */
#include <string.h>

#include "server/session_int.h"

#define SEQUENCE(bit, octets) {bit, sizeof(octets) - 1, octets}

/* One that ends in CR ends the message unless LF follows: CRLF.CR is the
 * beginning of CRLF.CRLF. */
static const struct {
    uint32_t bit;
    uint8_t n;
    const char *octets;
} SEQUENCES[] = {
    SEQUENCE(EOD_LF_LF, "\n.\n"),
    SEQUENCE(EOD_LF_CR, "\n.\r"),
    SEQUENCE(EOD_LF_CRLF, "\n.\r\n"),
    SEQUENCE(EOD_CR_LF, "\r.\n"),
    SEQUENCE(EOD_CR_CR, "\r.\r"),
    SEQUENCE(EOD_CR_CRLF, "\r.\r\n"),
    SEQUENCE(EOD_CRLF_LF, "\r\n.\n"),
    SEQUENCE(EOD_CRLF_CR, "\r\n.\r"),
    SEQUENCE(EOD_NUL_DOT, "\r\n\0.\r\n"),
    SEQUENCE(EOD_DOT_NUL, "\r\n.\0\r\n"),
    SEQUENCE(EOD_CRLF_CRCRLF, "\r\n.\r\r\n"),
    SEQUENCE(EOD_CRCRLF_CRCRLF, "\r\r\n.\r\r\n"),
    SEQUENCE(EOD_DOT_SP, "\r\n. \r\n"),
    SEQUENCE(EOD_DOT_HT, "\r\n.\t\r\n"),
    SEQUENCE(EOD_DOT_DOT, "\r\n.."),
    SEQUENCE(EOD_LINE_DOT, "t.\r\n"),
    SEQUENCE(EOD_EMPTY, "\r\n\r\n"),
};

void session_eod_begin(struct session *s)
{
    memcpy(s->tail, "\r\n", 2);
    s->tail_n = 2;
}

static void push(struct session *s, char c)
{
    if (s->tail_n == sizeof(s->tail))
        memmove(s->tail, s->tail + 1, --s->tail_n);
    s->tail[s->tail_n++] = c;
}

/* Whether the tail ends in this sequence, with the next octet or none. */
static bool ends_in(const struct session *s, size_t i, bool next)
{
    size_t n = s->tail_n - (size_t)next;
    return n >= SEQUENCES[i].n &&
           memcmp(s->tail + n - SEQUENCES[i].n, SEQUENCES[i].octets,
                  SEQUENCES[i].n) == 0;
}

/* 1: the message ends behind the last octet; 0: in front of it; -1: no. */
static int ending(const struct session *s)
{
    for (size_t i = 0; i < sizeof(SEQUENCES) / sizeof(SEQUENCES[0]); i++) {
        if (!(s->policy->eod & SEQUENCES[i].bit))
            continue;
        bool cr = SEQUENCES[i].octets[SEQUENCES[i].n - 1] == '\r';
        if (cr && s->tail[s->tail_n - 1] == '\n')
            continue;
        if (ends_in(s, i, cr))
            return cr ? 0 : 1;
    }
    return -1;
}

size_t session_eod(struct session *s, const char *p, size_t n, bool *met)
{
    for (size_t i = 0; s->policy->eod && i < n; i++) {
        /* In text nothing can end that has not begun. */
        if (p[i] > '.' &&
            (s->tail_n == 0 || s->tail[s->tail_n - 1] != '\r'))
            s->tail_n = 0;
        push(s, p[i]);
        if (s->tail_n == 1)
            continue;
        int where = ending(s);
        *met = where >= 0;
        if (*met)
            return i + (size_t)where;
    }
    return n;
}
