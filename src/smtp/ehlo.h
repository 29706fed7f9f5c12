/*
 * ehlo: the greeting and the reply to EHLO (RFC 5321 4.2, 4.1.1.1).
 *
 *   Greeting    = ( "220 " (Domain / address-literal) [ SP textstring ] CRLF )
 *               / ( "220-" (Domain / address-literal) [ SP textstring ] CRLF
 *                   *( "220-" [ textstring ] CRLF )
 *                   "220" [ SP textstring ] CRLF )
 *   ehlo-ok-rsp = ( "250" SP Domain [ SP ehlo-greet ] CRLF )
 *               / ( "250-" Domain [ SP ehlo-greet ] CRLF
 *                   *( "250-" ehlo-line CRLF ) "250" SP ehlo-line CRLF )
 *   ehlo-line   = ehlo-keyword *( SP ehlo-param )
 */
#ifndef SMTP_EHLO_H
#define SMTP_EHLO_H

#include "smtp/reply.h"

/*
 * The host that a greeting, or the first line of an EHLO or HELO reply,
 * names: its first word, leading spaces passed over. Empty when there is no
 * word; then p is still the place in r->raw where it was looked for.
 *
 * Flaws of that word are added to *flaws if that is not NULL, offsets
 * relative to r->raw: GREETING_* for code 220, EHLO_NO_DOMAIN for code 250,
 * where the ABNF allows a Domain only and no address literal. For any other
 * code there are none: RFC 5321 4.2 has such replies follow the syntax of
 * Reply-line only. An underscore makes a word no Domain (4.1.2).
 */
struct smtp_span smtp_greeting_host(const struct smtp_reply *r,
                                    struct smtp_flaws *flaws);

/* One extension line of an EHLO reply. */
struct smtp_ehlo_line {
    struct smtp_span keyword; /* as the server wrote it */
    struct smtp_span params;  /* all behind the first SP, may be empty */
};

/*
 * Takes the next extension line (the first line, the host's, and lines
 * without a reply code are passed over). *at is 0 at the start. False behind
 * the last. Flaws of the line are added to *flaws if that is not NULL, offsets
 * relative to r->raw: EHLO_KEYWORD, also for "AUTH=LOGIN" as servers before
 * RFC 2554 wrote it; EHLO_SPACING; EHLO_PARAM. Such a keyword is handed out
 * as it is, "=" and all.
 */
bool smtp_ehlo_next(const struct smtp_reply *r, size_t *at,
                    struct smtp_ehlo_line *line, struct smtp_flaws *flaws);

/*
 * Finds the extension `keyword`, in any case. False when it is not offered.
 * *line may be NULL.
 */
bool smtp_ehlo_find(const struct smtp_reply *r, struct smtp_span keyword,
                    struct smtp_ehlo_line *line);

/* Takes the next parameter of line->params; *at starts at 0. Spaces too many
 * are passed over. */
bool smtp_ehlo_param(const struct smtp_ehlo_line *line, size_t *at,
                     struct smtp_span *param);

/* All flaws of a positive EHLO reply as such: host, keywords, parameters,
 * duplicates. None for a code other than 250. Those of the reply grammar are
 * in r->flaws already. */
void smtp_ehlo_check(const struct smtp_reply *r, struct smtp_flaws *flaws);

#endif
