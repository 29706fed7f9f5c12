/*
 * command: the client's commands (RFC 5321 4.1 and the extensions).
 *
 * A command line is parsed whole, to its line end; the scan offset is kept
 * as for replies. What follows AUTH, DATA or BDAT is not a command: the
 * caller knows the state and reads those lines or octets itself.
 */
#ifndef SMTP_COMMAND_H
#define SMTP_COMMAND_H

#include <stdint.h>
#include <sys/types.h>

#include "smtp/flaw.h"
#include "smtp/path.h"
#include "smtp/span.h"

enum smtp_verb {
    SMTP_VERB_UNKNOWN,
    SMTP_VERB_HELO,     /* RFC 5321 4.1.1.1 */
    SMTP_VERB_EHLO,
    SMTP_VERB_LHLO,     /* RFC 2033 4.1 */
    SMTP_VERB_MAIL,
    SMTP_VERB_RCPT,
    SMTP_VERB_DATA,
    SMTP_VERB_BDAT,     /* RFC 3030 2 */
    SMTP_VERB_BURL,     /* RFC 4468 3 */
    SMTP_VERB_RSET,
    SMTP_VERB_NOOP,
    SMTP_VERB_QUIT,
    SMTP_VERB_VRFY,
    SMTP_VERB_EXPN,
    SMTP_VERB_HELP,
    SMTP_VERB_STARTTLS, /* RFC 3207 4 */
    SMTP_VERB_AUTH,     /* RFC 4954 4 */
    SMTP_VERB_ETRN,     /* RFC 1985 5 */
    SMTP_VERB_ATRN,     /* RFC 2645 5.2.1 */
    SMTP_VERB_TURN,     /* RFC 5321 F.1 and F.6: obsolete */
    SMTP_VERB_SEND,
    SMTP_VERB_SOML,
    SMTP_VERB_SAML,
    SMTP_VERB_COUNT
};

enum smtp_command_err {
    SMTP_COMMAND_TOO_LONG = -1 /* over SMTP_COMMAND_MAX without an end */
};

#define SMTP_COMMAND_MAX ((size_t)64 * 1024) /* octets of one command line */

enum smtp_command_opt {
    SMTP_COMMAND_UTF8 = 1,  /* SMTPUTF8 is offered */
    SMTP_COMMAND_STRICT_END = 2 /* only CRLF ends a line: a bare LF is an
                                   octet of the line, with its flaw */
};

/* State between calls for one line. Zero it at the start of a line; a call
 * that returns > 0 has zeroed it again. */
struct smtp_command_scan {
    size_t at;
    unsigned classes;  /* of the octets seen so far: smtp/line.h */
    size_t bare_lf_at; /* 1 + offset of the first bare LF, or 0 */
};

struct smtp_command {
    struct smtp_span raw;    /* the line with its end */
    struct smtp_span verb;   /* as written */
    enum smtp_verb id;
    struct smtp_span arg;    /* all behind the verb, without the white space
                                around it and the line end */
    struct smtp_path path;   /* MAIL, RCPT, SEND, SOML, SAML */
    struct smtp_span params; /* MAIL, RCPT: behind the path's SP */
    struct smtp_span mech;   /* AUTH: the mechanism */
    struct smtp_span initial;/* AUTH: initial response, "=" kept */
    struct smtp_span uri;    /* BURL */
    uint64_t size;           /* BDAT: chunk-size; UINT64_MAX: does not fit,
                                0 with COMMAND_ARG_SYNTAX: none was read */
    bool last;               /* BDAT, BURL: LAST */
    struct smtp_flaws flaws;
};

/*
 * Reads one command line from buf[0..len).
 * > 0: octets read, the line end included; *out is set, spans into buf.
 *   0: needs more. < 0: enum smtp_command_err.
 * A line that no rule covers is SMTP_VERB_UNKNOWN with SMTP_FLAW_COMMAND_VERB.
 *
 * Flaws of the path and the parameters are among out->flaws, at offsets of
 * the line. COMMAND_SPACING is white space before the line end, which a
 * receiver SHOULD tolerate (RFC 5321 4.1.1); COMMAND_SEPARATOR is white
 * space elsewhere that is not the one SP of the grammar. COMMAND_LENGTH is
 * for a line over smtp_command_limit with all extensions there are: which
 * are offered is not known here.
 */
ssize_t smtp_command_parse(struct smtp_command_scan *scan, unsigned opts,
                           const char *buf, size_t len,
                           struct smtp_command *out);

/* The verb that s is, in any case; SMTP_VERB_UNKNOWN for none. */
enum smtp_verb smtp_verb_find(struct smtp_span s);

/* "MAIL" for SMTP_VERB_MAIL; "" for UNKNOWN. Static. */
const char *smtp_verb_name(enum smtp_verb v);

enum smtp_line_ext {
    SMTP_EXT_SIZE = 1,         /* +26 on MAIL */
    SMTP_EXT_8BITMIME = 2,     /* +14 for BODY=8BITMIME with its SP */
    SMTP_EXT_BINARYMIME = 4,   /* +16 on MAIL */
    SMTP_EXT_AUTH = 8,         /* +500 on MAIL; 12288 for AUTH lines */
    SMTP_EXT_DSN = 16,         /* RFC 3461 5.4: 1036 for RCPT, +110 MAIL */
    SMTP_EXT_SMTPUTF8 = 32,    /* +10 on MAIL */
    SMTP_EXT_REQUIRETLS = 64,  /* +11 */
    SMTP_EXT_MT_PRIORITY = 128,/* +15 */
    SMTP_EXT_HOLD = 256,       /* +34 */
    SMTP_EXT_DELIVERBY = 512   /* +17 */
};

/*
 * The octets that a line with that verb may have at most, with CRLF (RFC
 * 5321 4.5.3.1.4), when the extensions in the set are offered: what a
 * server has to accept. BURL has no limit but SMTP_COMMAND_MAX.
 */
size_t smtp_command_limit(enum smtp_verb v, unsigned extensions);

#endif
