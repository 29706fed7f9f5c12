/*
 * mail: a delivered message: its header, and whether it is what was sent.
 */
#ifndef SCRIPT_MAIL_H
#define SCRIPT_MAIL_H

#include "script/run.h"

#define SCRIPT_FIELD_MAX 8192 /* of the words of a field */

/* Takes the next field of a header. *body is without the last line end, and
 * folded as it came. False at the end of the header. Lines end in LF or
 * CRLF: files have either. */
bool script_field_next(struct smtp_span *rest, struct smtp_span *name,
                       struct smtp_span *body);

/* The body of a field without comments and folding (RFC 5322 3.2.2), in
 * room[0..cap); what does not fit is left out. */
struct smtp_span script_field_words(struct smtp_span body, char *room,
                                    size_t cap);

/* What stands in front of the first header field that was sent: what was
 * added on the way. False: that field is not there. */
bool script_mail_added(const struct script_mail *m, struct smtp_span sent,
                       struct smtp_span *added);

/*
 * Compares what stands behind that with what was sent, octet by octet. Only
 * three things may differ: CRLF may have become LF everywhere, "From " may
 * have got ">" in an mbox, and a last line without an end may have got one.
 * why gets where it differs, and both sides, escaped.
 */
bool script_mail_same(const struct script_mail *m, struct smtp_span sent,
                      char *why, size_t cap);

#endif
