/*
 * xtext: RFC 3461 4.
 *
 *   xtext   = *( xchar / hexchar )
 *   xchar   = any ASCII CHAR between "!" (33) and "~" (126) but "+" and "="
 *   hexchar = "+" 2( "0"-"9" / "A"-"F" )    ; upper case only
 */
#ifndef SMTP_XTEXT_H
#define SMTP_XTEXT_H

#include <sys/types.h>

#include "smtp/span.h"

/* Encodes in to out (room for 3 * in.n); returns its length. */
size_t smtp_xtext_encode(struct smtp_span in, char *out);

/*
 * Decodes the whole of in to out (room for in.n; out may be in).
 * >= 0: octets written. -1 - i: the octet at offset i is wrong (offset in.n:
 * the input is too short); out holds what was decoded before it.
 */
ssize_t smtp_xtext_decode(struct smtp_span in, char *out);

#endif
