/*
 * line: finding line ends, the one scan that replies and commands share.
 *
 * One pass finds the next LF and says what kinds of octet stand before it,
 * by vector instructions where the machine has them (chosen at run time).
 */
#ifndef SMTP_LINE_H
#define SMTP_LINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What was seen in the octets before the LF, or before the end.
 *
 * BARE_CR comes on top of CR when a CR is followed by anything but that LF.
 * A CR that is the last octet of buf is not yet judged: a caller that keeps
 * its scan offset goes back by that one octet and ORs the classes.
 */
enum smtp_line_class {
    SMTP_LINE_NUL = 1,     /* NUL */
    SMTP_LINE_CR = 2,      /* CR, the one right before the LF included */
    SMTP_LINE_CONTROL = 4, /* any other octet below SP but HT; DEL */
    SMTP_LINE_8BIT = 8,    /* over 127 */
    SMTP_LINE_BARE_CR = 16 /* a CR with another octet than the LF behind */
};

/* Which scan to use. AUTO asks the processor: a load and a test. */
enum smtp_line_isa {
    SMTP_LINE_AUTO,
    SMTP_LINE_SCALAR,
    SMTP_LINE_SSE2,
    SMTP_LINE_AVX2
};

/*
 * The offset of the first octet in buf[0..len) that is not SP to "~", or
 * len. In most lines that is the CR of their CRLF, so this is the quick way
 * to a line's end; where it is not, smtp_line_scan goes on from there.
 */
size_t smtp_line_plain(const char *buf, size_t len);

/*
 * The offset of the first LF in buf[0..len), or len when there is none.
 * *classes gets the set of enum smtp_line_class of the octets before it.
 */
size_t smtp_line_scan(const char *buf, size_t len, unsigned *classes);

/* The same with one implementation, for tests and benchmarks. One that the
 * build or the machine lacks falls back to the next smaller one. */
size_t smtp_line_plain_isa(enum smtp_line_isa isa, const char *buf,
                           size_t len);
size_t smtp_line_scan_isa(enum smtp_line_isa isa, const char *buf, size_t len,
                          unsigned *classes);

/* The class of one octet: 0 for HT, LF and what is printable. */
unsigned smtp_line_class_of(char c);

/* Whether the build has that implementation and the machine can run it. */
bool smtp_line_isa_usable(enum smtp_line_isa isa);

#endif
