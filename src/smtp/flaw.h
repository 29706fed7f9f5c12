/*
 * flaw: what is wrong in the peer's bytes.
 *
 * A tester has to describe bad input, not to stop at it: parsers return what
 * they could read, and a set of flaws. Each flaw is one row of one table:
 * its id, the RFC clause it breaks, the level of that clause, one sentence.
 */
#ifndef SMTP_FLAW_H
#define SMTP_FLAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of the table, in the order of the modules that report them.
 * The order is not part of the interface; the ids (strings) are. */
enum smtp_flaw {
    /* replies, RFC 5321 4.2 */
    SMTP_FLAW_REPLY_BARE_LF,       /* line ended by LF alone */
    SMTP_FLAW_REPLY_BARE_CR,       /* CR inside a line */
    SMTP_FLAW_REPLY_NO_CODE,       /* line does not begin with 3 digits */
    SMTP_FLAW_REPLY_CODE_RANGE,    /* first digit not 2-5 or second not 0-5 */
    SMTP_FLAW_REPLY_SEPARATOR,     /* neither SP nor "-" behind the code */
    SMTP_FLAW_REPLY_NO_SEPARATOR,  /* "250" CRLF: SP left out (SHOULD NOT) */
    SMTP_FLAW_REPLY_CODE_CHANGED,  /* lines of one reply differ in code */
    SMTP_FLAW_REPLY_NUL,           /* NUL in the text */
    SMTP_FLAW_REPLY_CONTROL,       /* other control but HT in the text */
    SMTP_FLAW_REPLY_8BIT,          /* octet over 127 in the text */
    SMTP_FLAW_REPLY_LINE_LENGTH,   /* line over 512 octets with CRLF */
    SMTP_FLAW_REPLY_EMPTY_LINE,    /* line without any octet */
    /* greeting, RFC 5321 4.2 */
    SMTP_FLAW_GREETING_NO_DOMAIN,  /* first word is no Domain or literal */
    SMTP_FLAW_GREETING_NO_TEXT,    /* nothing behind the code */
    /* EHLO reply, RFC 5321 4.1.1.1 */
    SMTP_FLAW_EHLO_NO_DOMAIN,
    SMTP_FLAW_EHLO_KEYWORD,        /* not ALPHA/DIGIT *(ALPHA/DIGIT/"-") */
    SMTP_FLAW_EHLO_PARAM,          /* ehlo-param holds SP or a control */
    SMTP_FLAW_EHLO_SPACING,        /* empty parameter: SP SP or trailing SP */
    SMTP_FLAW_EHLO_DUPLICATE,      /* the same keyword twice */
    /* enhanced status codes, RFC 2034 and RFC 3463 */
    SMTP_FLAW_ENHANCED_MISSING,
    SMTP_FLAW_ENHANCED_SYNTAX,
    SMTP_FLAW_ENHANCED_CLASS,      /* class differs from the reply code's */
    SMTP_FLAW_ENHANCED_CHANGED,    /* lines of one reply differ */
    /* commands, RFC 5321 4.1 */
    SMTP_FLAW_COMMAND_BARE_LF,
    SMTP_FLAW_COMMAND_BARE_CR,
    SMTP_FLAW_COMMAND_NUL,
    SMTP_FLAW_COMMAND_8BIT,
    SMTP_FLAW_COMMAND_CONTROL,
    SMTP_FLAW_COMMAND_LENGTH,
    SMTP_FLAW_COMMAND_VERB,
    SMTP_FLAW_COMMAND_SPACING,     /* before the line end: to be tolerated */
    SMTP_FLAW_COMMAND_SEPARATOR,   /* elsewhere: not one SP where one is due */
    SMTP_FLAW_COMMAND_ARG_MISSING,
    SMTP_FLAW_COMMAND_ARG_UNEXPECTED,
    SMTP_FLAW_COMMAND_ARG_SYNTAX,
    /* paths, RFC 5321 4.1.2 and 4.1.3 */
    SMTP_FLAW_PATH_KEYWORD,        /* FROM: or TO: missing */
    SMTP_FLAW_PATH_SPACE,          /* SP between the colon and the path */
    SMTP_FLAW_PATH_BRACKETS,
    SMTP_FLAW_PATH_NULL,           /* "<>" where a mailbox is needed */
    SMTP_FLAW_PATH_LOCAL_PART,
    SMTP_FLAW_PATH_QUOTED,
    SMTP_FLAW_PATH_DOMAIN,
    SMTP_FLAW_PATH_LITERAL,
    SMTP_FLAW_PATH_ROUTE,
    SMTP_FLAW_PATH_LENGTH,         /* over 256 octets with brackets */
    SMTP_FLAW_PATH_LOCAL_LENGTH,   /* over 64 */
    SMTP_FLAW_PATH_DOMAIN_LENGTH,  /* over 255 */
    SMTP_FLAW_PATH_UTF8,           /* not well-formed UTF-8 (RFC 6531) */
    SMTP_FLAW_PATH_8BIT,           /* non-ASCII without SMTPUTF8 */
    /* parameters, RFC 5321 4.1.2 and the extensions */
    SMTP_FLAW_PARAM_KEYWORD,
    SMTP_FLAW_PARAM_VALUE,
    SMTP_FLAW_PARAM_DUPLICATE,
    SMTP_FLAW_PARAM_UNKNOWN,
    SMTP_FLAW_XTEXT,               /* RFC 3461 4 */
    SMTP_FLAW_BASE64,              /* RFC 4648 4, strict */
    /* content, RFC 5321 2.3.8 and 4.1.1.4 */
    SMTP_FLAW_DATA_BARE_LF,
    SMTP_FLAW_DATA_BARE_CR,
    SMTP_FLAW_DATA_NUL,
    SMTP_FLAW_DATA_8BIT,
    SMTP_FLAW_DATA_LINE_LENGTH,    /* over 1000 octets with CRLF */
    SMTP_FLAW_COUNT
};

enum smtp_level {
    SMTP_LEVEL_GRAMMAR, /* the ABNF */
    SMTP_LEVEL_MUST,    /* MUST and MUST NOT */
    SMTP_LEVEL_SHOULD,  /* SHOULD and SHOULD NOT */
    SMTP_LEVEL_MAY
};

struct smtp_flaw_info {
    const char *id;       /* stable slug, as "reply-bare-lf" */
    const char *rfc;      /* "RFC5321" */
    const char *section;  /* "2.3.8" */
    enum smtp_level level;
    const char *sentence; /* what is wrong, for a person */
};

/* A set of flaws and the first of them in the input. Zero is "none". */
struct smtp_flaws {
    uint64_t set[2];
    size_t first_at;       /* offset of the first flaw in the input */
    enum smtp_flaw first;  /* valid when the set is not empty */
};

/* The row of a flaw; never NULL for a value below SMTP_FLAW_COUNT. Static. */
const struct smtp_flaw_info *smtp_flaw_info(enum smtp_flaw f);

/* Adds f, found at offset `at` of the input. The smallest offset stays
 * `first`; at the same offset the one added earlier stays. */
void smtp_flaws_add(struct smtp_flaws *fs, enum smtp_flaw f, size_t at);

/* Adds all of `from`, whose offsets are moved by `shift` octets. */
void smtp_flaws_merge(struct smtp_flaws *fs, const struct smtp_flaws *from,
                      size_t shift);

static inline bool smtp_flaws_any(const struct smtp_flaws *fs)
{
    return (fs->set[0] | fs->set[1]) != 0;
}

static inline bool smtp_flaws_has(const struct smtp_flaws *fs,
                                  enum smtp_flaw f)
{
    return (fs->set[(unsigned)f / 64] >> ((unsigned)f % 64) & 1) != 0;
}

#endif
