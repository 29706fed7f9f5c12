/*
 * session_syntax: flaws of a command line, and what is said to them.
 */
#include "server/session_int.h"

/* In order of what is said first. The codes are those of RFC 5321 4.1.1.11,
 * 4.1.2, 4.1.4 and 4.5.3.1.9, the status codes those of RFC 3463. */
static const struct {
    enum smtp_flaw flaw;
    unsigned code;
    const char *enhanced;
    const char *enhanced_rcpt; /* for RCPT, where it differs */
    const char *text;
} ANSWERS[] = {
    {SMTP_FLAW_COMMAND_BARE_LF,        501, "5.5.2", NULL,
     "Bare LF in a command"},
    {SMTP_FLAW_COMMAND_BARE_CR,        501, "5.5.2", NULL,
     "Bare CR in a command"},
    {SMTP_FLAW_COMMAND_NUL,            501, "5.5.2", NULL,
     "NUL in a command"},
    {SMTP_FLAW_COMMAND_CONTROL,        501, "5.5.2", NULL,
     "Control character in a command"},
    {SMTP_FLAW_COMMAND_8BIT,           501, "5.5.2", NULL,
     "Non-ASCII octet in a command"},
    {SMTP_FLAW_COMMAND_SEPARATOR,      501, "5.5.2", NULL,
     "One space, no more, no less"},
    {SMTP_FLAW_COMMAND_ARG_MISSING,    501, "5.5.4", NULL,
     "Argument missing"},
    {SMTP_FLAW_COMMAND_ARG_UNEXPECTED, 501, "5.5.4", NULL,
     "No argument allowed"},
    {SMTP_FLAW_COMMAND_ARG_SYNTAX,     501, "5.5.4", NULL,
     "Syntax error in the argument"},
    {SMTP_FLAW_PATH_KEYWORD,           501, "5.5.4", NULL,
     "FROM: or TO: expected"},
    {SMTP_FLAW_PATH_SPACE,             501, "5.5.4", NULL,
     "No space around the colon"},
    {SMTP_FLAW_PATH_BRACKETS,          501, "5.1.7", "5.1.3",
     "Angle brackets expected"},
    {SMTP_FLAW_PATH_NULL,              501, "5.1.7", "5.1.3",
     "Mailbox expected"},
    {SMTP_FLAW_PATH_LOCAL_PART,        501, "5.1.7", "5.1.3",
     "Local part malformed"},
    {SMTP_FLAW_PATH_QUOTED,            501, "5.1.7", "5.1.3",
     "Quoted string malformed"},
    {SMTP_FLAW_PATH_DOMAIN,            501, "5.1.7", "5.1.3",
     "Domain malformed"},
    {SMTP_FLAW_PATH_LITERAL,           501, "5.1.7", "5.1.3",
     "Address literal malformed"},
    {SMTP_FLAW_PATH_ROUTE,             501, "5.1.7", "5.1.3",
     "Source route malformed"},
    {SMTP_FLAW_PATH_LENGTH,            501, "5.1.7", "5.1.3",
     "Path too long"},
    {SMTP_FLAW_PATH_LOCAL_LENGTH,      501, "5.1.7", "5.1.3",
     "Local part too long"},
    {SMTP_FLAW_PATH_DOMAIN_LENGTH,     501, "5.1.7", "5.1.3",
     "Domain too long"},
    {SMTP_FLAW_PATH_UTF8,              501, "5.1.7", "5.1.3",
     "Address is not UTF-8"},
    {SMTP_FLAW_PARAM_KEYWORD,          501, "5.5.4", NULL,
     "Parameter malformed"},
    {SMTP_FLAW_PARAM_UNKNOWN,          555, "5.5.4", NULL,
     "Parameter not recognized"},
    {SMTP_FLAW_PARAM_VALUE,            501, "5.5.4", NULL,
     "Parameter value malformed"},
    {SMTP_FLAW_PARAM_DUPLICATE,        501, "5.5.4", NULL,
     "Parameter given twice"},
    {SMTP_FLAW_XTEXT,                  501, "5.5.4", NULL,
     "Parameter value is not xtext"},
    {SMTP_FLAW_BASE64,                 501, "5.5.2", NULL,
     "Not base64"},
};

/* RFC 5321 4.1.1.9 and 4.1.1.8: the argument of NOOP is ignored, that of
 * HELP too; 4.1.1.1: address literals behind HELO are common. AUTH has codes
 * of its own for a bad response. */
static bool excused(const struct smtp_command *c, enum smtp_flaw f)
{
    switch (c->id) {
    case SMTP_VERB_NOOP:
    case SMTP_VERB_HELP:
        return f >= SMTP_FLAW_COMMAND_ARG_MISSING &&
               f <= SMTP_FLAW_COMMAND_ARG_SYNTAX;
    case SMTP_VERB_HELO:
        return f == SMTP_FLAW_COMMAND_ARG_SYNTAX &&
               smtp_domain_kind(c->arg, false) != SMTP_DOMAIN_NONE;
    case SMTP_VERB_AUTH:
        return f == SMTP_FLAW_BASE64;
    default:
        return false;
    }
}

bool session_bad_syntax(struct session *s, const struct smtp_command *c)
{
    if (!smtp_flaws_any(&c->flaws))
        return false;
    for (size_t i = 0; i < sizeof(ANSWERS) / sizeof(ANSWERS[0]); i++) {
        enum smtp_flaw f = ANSWERS[i].flaw;
        if (!smtp_flaws_has(&c->flaws, f) || excused(c, f))
            continue;
        /* Under the policy that takes LF as a line end it is none. */
        if (f == SMTP_FLAW_COMMAND_BARE_LF && s->policy->bare_lf)
            continue;
        const char *enhanced = ANSWERS[i].enhanced;
        if (c->id == SMTP_VERB_RCPT && ANSWERS[i].enhanced_rcpt)
            enhanced = ANSWERS[i].enhanced_rcpt;
        if (session_refuse(s, c->id, ANSWERS[i].code, enhanced,
                           ANSWERS[i].text))
            return true;
    }
    return false;
}

unsigned session_line_ext(const struct session *s)
{
    static const struct {
        uint32_t ext;
        unsigned line;
    } PAIRS[] = {
        {EXT_SIZE,       SMTP_EXT_SIZE      },
        {EXT_8BITMIME,   SMTP_EXT_8BITMIME  },
        {EXT_BINARYMIME, SMTP_EXT_BINARYMIME},
        {EXT_AUTH,       SMTP_EXT_AUTH      },
        {EXT_DSN,        SMTP_EXT_DSN       },
        {EXT_SMTPUTF8,   SMTP_EXT_SMTPUTF8  },
        {EXT_REQUIRETLS, SMTP_EXT_REQUIRETLS},
        {EXT_MT_PRIORITY, SMTP_EXT_MT_PRIORITY},
        {EXT_DELIVERBY,  SMTP_EXT_DELIVERBY },
        {EXT_FUTURERELEASE, SMTP_EXT_HOLD   },
    };
    unsigned set = 0;
    for (size_t i = 0; i < sizeof(PAIRS) / sizeof(PAIRS[0]); i++)
        if (s->policy->extensions & PAIRS[i].ext)
            set |= PAIRS[i].line;
    return set;
}
