/*
 * argument: what follows the verb, one grammar a verb. smtp/command.h is
 * what callers use.
 */
#ifndef SMTP_ARGUMENT_H
#define SMTP_ARGUMENT_H

#include "smtp/command.h"

#pragma GCC visibility push(hidden)

/*
 * Reads c->arg by the grammar of c->id into the fields of *c; raw, verb, id
 * and arg are set, the others are zero. Flaws are added to c->flaws.
 */
void smtp_argument_parse(struct smtp_command *c, unsigned opts);

/* True when octets over 127 can be valid in that command with SMTPUTF8 (RFC
 * 6531 3.4, 3.7.4.2). */
bool smtp_argument_utf8(enum smtp_verb v);

/* The pieces that the grammars are made of. */

/* Notes f at p, an octet of the line. */
void smtp_argument_flaw(struct smtp_command *c, enum smtp_flaw f,
                        const char *p);

/*
 * The next word of the argument from offset *at on, up to a blank or the
 * end; *at is moved behind it. Empty at the end. Blanks before it other than
 * one SP are a flaw.
 */
struct smtp_span smtp_argument_word(struct smtp_command *c, size_t *at);

/* From offset `at` of the argument on there must be nothing. */
void smtp_argument_end(struct smtp_command *c, size_t at);

/* Those of extensions. The argument is not empty. */
void smtp_argument_bdat(struct smtp_command *c, unsigned opts);
void smtp_argument_burl(struct smtp_command *c, unsigned opts);
void smtp_argument_auth(struct smtp_command *c, unsigned opts);
void smtp_argument_etrn(struct smtp_command *c, unsigned opts);
void smtp_argument_atrn(struct smtp_command *c, unsigned opts);

#pragma GCC visibility pop

#endif
