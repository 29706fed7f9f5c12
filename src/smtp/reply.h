/*
 * reply: the server's replies (RFC 5321 4.2).
 *
 *   Reply-line = *( Reply-code "-" [ textstring ] CRLF )
 *                Reply-code [ SP textstring ] CRLF
 *   Reply-code = %x32-35 %x30-35 %x30-39
 *   textstring = 1*(%d09 / %d32-126)
 *
 * Whole replies are parsed out of the caller's buffer; the scan offset is
 * kept between calls, so a reply that drips in is scanned once.
 */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include <stdint.h>
#include <sys/types.h>

#include "smtp/flaw.h"
#include "smtp/span.h"

/* Errors of our own limits, negative. */
enum smtp_reply_err {
    SMTP_REPLY_TOO_LONG = -1 /* over SMTP_REPLY_MAX without an end */
};

#define SMTP_REPLY_MAX 65536 /* octets of one reply, all lines */

/* State between calls for one reply. Zero it to start a reply; a call that
 * returns > 0 has zeroed it again. All offsets count from the reply's start. */
struct smtp_reply_scan {
    size_t at;        /* octets already scanned */
    size_t line;      /* start of the unfinished line */
    uint32_t lines;   /* finished ones */
    uint32_t text_at; /* text of the first line */
    uint32_t text_n;
    uint16_t code;    /* of the line before */
    bool odd;         /* the unfinished line is not all SP to "~" */
    struct smtp_flaws flaws;
};

struct smtp_reply {
    struct smtp_span raw;  /* all lines with their ends */
    struct smtp_span text; /* of the first line, as in smtp_reply_line */
    uint16_t code;         /* of the last line; 0 if it has no 3 digits */
    uint32_t lines;        /* >= 1 */
    struct smtp_flaws flaws;
};

/*
 * One line of a reply. Its text is what stands behind the code and its SP or
 * "-"; behind the code alone when something else follows it; the whole line
 * when it has no code.
 */
struct smtp_reply_line {
    struct smtp_span raw;  /* with its line end */
    struct smtp_span text; /* without it */
    uint16_t code;         /* 0 when the line has none */
    bool last;             /* no "-" behind the code */
};

/*
 * Reads one reply from buf[0..len). Between calls for the same reply the
 * caller may append to the buffer or move it, but keeps what is in it.
 *
 * > 0: octets of the reply (its last line end included); *out is set, its
 *      spans point into buf.
 *   0: needs more octets; *scan remembers what was seen.
 * < 0: enum smtp_reply_err.
 *
 * A line ends at LF. The CR right before it belongs to the line end; without
 * it the line has the flaw REPLY_BARE_LF, at the LF. Any other CR is part of
 * the line and its flaw is REPLY_BARE_CR; it never ends a line.
 *
 * A line without a code, or with something else than "-" behind it, ends the
 * reply. An empty line (CRLF or LF alone) has the flaw REPLY_EMPTY_LINE only.
 * "250 " CRLF has no flaw: RFC 5321 4.2.1 asks for that space.
 *
 * A reply of SMTP_REPLY_MAX octets is read; one whose end is not in them is
 * TOO_LONG, however much of it was given, and stays so until *scan is zeroed.
 */
ssize_t smtp_reply_parse(struct smtp_reply_scan *scan, const char *buf,
                         size_t len, struct smtp_reply *out);

/*
 * Takes the next line of a parsed reply. *at is 0 for the first line and is
 * moved on. False behind the last line.
 */
bool smtp_reply_next(const struct smtp_reply *r, size_t *at,
                     struct smtp_reply_line *line);

/* First digit of the code (RFC 5321 4.2.1): 2..5, or 0 if none of them. */
static inline unsigned smtp_reply_class(const struct smtp_reply *r)
{
    unsigned c = r->code / 100u;
    return c >= 2 && c <= 5 ? c : 0;
}

#endif
