/*
 * data: mail content between 354 and end-of-data (RFC 5321 4.1.1.4, 4.5.2).
 *
 * End-of-data is CRLF "." CRLF and nothing else: not LF "." LF, LF "." CRLF,
 * CRLF "." LF, CR "." CR nor CRLF "." CR CRLF. A line begins behind a CRLF
 * and nowhere else, so a dot behind a bare LF or CR is an ordinary octet: it
 * is neither removed nor added to. The state is one octet, so content of any
 * size may come in any pieces.
 *
 * What a "." at a line start becomes, by the octets behind it:
 *
 *   . CRLF       end-of-data
 *   . LF         LF          "." CR x      CR x, and x is judged in turn
 *   . .          .           "." x         x
 */
#ifndef SMTP_DATA_H
#define SMTP_DATA_H

#include <stdint.h>

#include "smtp/flaw.h"
#include "smtp/span.h"

/* Where in a line the next octet stands. Zero-initialise: content begins at
 * a line start, behind the CRLF of the DATA command. */
enum smtp_data_state {
    SMTP_DATA_LINE_START,
    SMTP_DATA_TEXT,
    SMTP_DATA_CR,         /* behind a CR */
    SMTP_DATA_DOT,        /* behind a "." at a line start */
    SMTP_DATA_DOT_CR,     /* behind CRLF "." CR; the CR is held back */
    SMTP_DATA_DONE        /* behind end-of-data */
};

struct smtp_data {
    uint8_t state;    /* enum smtp_data_state */
};

/* The longest that unstuff may write for n octets of input: the CR that was
 * held back comes on top. */
#define SMTP_DATA_UNSTUFFED(n) ((n) + 1)

/*
 * Removes dot-stuffing from in[0..n) into out, which has room for
 * SMTP_DATA_UNSTUFFED(n) octets and is in itself or does not overlap it.
 * *written gets the octets of content. Returns the octets of input used: n,
 * or fewer when end-of-data was met in it; then the state is SMTP_DATA_DONE,
 * and further calls use nothing. The CRLF before the final dot is content
 * (RFC 5321 4.1.1.4). A "." at a line start is left out when another octet
 * follows (4.5.2), whatever that octet is.
 */
size_t smtp_data_unstuff(struct smtp_data *d, const char *in, size_t n,
                         char *out, size_t *written);

/*
 * Adds dot-stuffing: in[0..n) to out, which has room for
 * SMTP_DATA_STUFFED(n) octets and does not overlap in. Returns the octets
 * written. Behind the last piece, the state says what ends the content: at
 * SMTP_DATA_LINE_START "." CRLF is left to send, else CRLF "." CRLF.
 */
size_t smtp_data_stuff(struct smtp_data *d, const char *in, size_t n,
                       char *out);

/* The longest that stuff may write: a dot on every third octet, CRLF "." */
#define SMTP_DATA_STUFFED(n) ((n) + (n) / 3 + 1)

/*
 * Only finds end-of-data, as unstuff does but without a copy. Returns the
 * octets used; the state is SMTP_DATA_DONE when it was found.
 */
size_t smtp_data_scan(struct smtp_data *d, const char *in, size_t n);

/*
 * Judges complete content (unstuffed): bare LF, bare CR, NUL, octets over
 * 127, lines over 1000 octets with their CRLF (at the first octet too many).
 * Lines are counted from CRLF to CRLF. Offsets relative to content.
 */
void smtp_data_check(struct smtp_span content, struct smtp_flaws *flaws);

#endif
