/*
 * path: reverse-path, forward-path and mailbox (RFC 5321 4.1.2, 4.1.3;
 * RFC 6531 3.3 for SMTPUTF8).
 *
 *   Reverse-path = Path / "<>"
 *   Forward-path = Path          ; RCPT also knows "<Postmaster>"
 *   Path         = "<" [ A-d-l ":" ] Mailbox ">"
 *   A-d-l        = At-domain *( "," At-domain )
 *   Mailbox      = Local-part "@" ( Domain / address-literal )
 *   Local-part   = Dot-string / Quoted-string
 */
#ifndef SMTP_PATH_H
#define SMTP_PATH_H

#include <sys/types.h>

#include "smtp/flaw.h"
#include "smtp/span.h"

enum smtp_path_opt {
    SMTP_PATH_UTF8 = 1,      /* SMTPUTF8 is in force */
    SMTP_PATH_NULL = 2,      /* "<>" is valid: a reverse-path */
    SMTP_PATH_POSTMASTER = 4,/* "<Postmaster>" is valid: a forward-path */
    SMTP_PATH_LOCAL = 8      /* a Local-part alone is valid: VRFY, EXPN */
};

enum smtp_domain_kind {
    SMTP_DOMAIN_NONE, /* none, or not valid */
    SMTP_DOMAIN_NAME,
    SMTP_DOMAIN_IPV4,   /* "[192.0.2.1]" */
    SMTP_DOMAIN_IPV6,   /* "[IPv6:2001:db8::1]" */
    SMTP_DOMAIN_GENERAL /* "[" Standardized-tag ":" 1*dcontent "]" */
};

struct smtp_path {
    struct smtp_span raw;    /* with its angle brackets */
    struct smtp_span route;  /* "@a,@b" of a source route, or empty */
    struct smtp_span local;  /* with its quotes, if any */
    struct smtp_span domain; /* with its brackets, if a literal */
    enum smtp_domain_kind kind;
    bool null;               /* "<>" */
    bool quoted;             /* the local part is a Quoted-string */
    bool utf8;               /* octets over 127 occur */
};

/*
 * Reads a path at the start of in, brackets included, with as much leniency
 * as is needed to name what is wrong. > 0: octets read, up to and with ">"
 * (or, without brackets, up to SP or the end). 0: there is nothing to read.
 * Offsets of flaws are relative to in.
 */
size_t smtp_path_parse(struct smtp_span in, unsigned opts,
                       struct smtp_path *out, struct smtp_flaws *flaws);

/* A mailbox without brackets, the whole of in. Offsets as above. */
void smtp_mailbox_parse(struct smtp_span in, unsigned opts,
                        struct smtp_path *out, struct smtp_flaws *flaws);

/* What the whole of in is: a Domain, an address literal, or NONE. */
enum smtp_domain_kind smtp_domain_kind(struct smtp_span in, bool utf8);

/*
 * Writes the local part without quotes and quoted-pairs to out[0..cap).
 * Returns its length; a length over cap means that it did not fit, and
 * nothing was written.
 */
size_t smtp_local_unquote(struct smtp_span local, char *out, size_t cap);

#endif
