/*
 * verb: the names of the commands. All have four letters but STARTTLS.
 */
#include "smtp/verb.h"

#define ROW(a, b, c, d, verb)                                                 \
    [SMTP_VERB_SLOT(SMTP_VERB_WORD(a, b, c, d))] = {                          \
        SMTP_VERB_WORD(a, b, c, d), SMTP_VERB_##verb}

const struct smtp_verb_slot smtp_verb_slots[1 << SMTP_VERB_SLOTS_LOG2] = {
    ROW('H', 'E', 'L', 'O', HELO), ROW('E', 'H', 'L', 'O', EHLO),
    ROW('L', 'H', 'L', 'O', LHLO), ROW('M', 'A', 'I', 'L', MAIL),
    ROW('R', 'C', 'P', 'T', RCPT), ROW('D', 'A', 'T', 'A', DATA),
    ROW('B', 'D', 'A', 'T', BDAT), ROW('B', 'U', 'R', 'L', BURL),
    ROW('R', 'S', 'E', 'T', RSET), ROW('N', 'O', 'O', 'P', NOOP),
    ROW('Q', 'U', 'I', 'T', QUIT), ROW('V', 'R', 'F', 'Y', VRFY),
    ROW('E', 'X', 'P', 'N', EXPN), ROW('H', 'E', 'L', 'P', HELP),
    ROW('S', 'T', 'A', 'R', STARTTLS), ROW('A', 'U', 'T', 'H', AUTH),
    ROW('E', 'T', 'R', 'N', ETRN), ROW('A', 'T', 'R', 'N', ATRN),
    ROW('T', 'U', 'R', 'N', TURN), ROW('S', 'E', 'N', 'D', SEND),
    ROW('S', 'O', 'M', 'L', SOML), ROW('S', 'A', 'M', 'L', SAML),
};

static const char *const names[SMTP_VERB_COUNT] = {
    [SMTP_VERB_UNKNOWN] = "",
    [SMTP_VERB_HELO] = "HELO",
    [SMTP_VERB_EHLO] = "EHLO",
    [SMTP_VERB_LHLO] = "LHLO",
    [SMTP_VERB_MAIL] = "MAIL",
    [SMTP_VERB_RCPT] = "RCPT",
    [SMTP_VERB_DATA] = "DATA",
    [SMTP_VERB_BDAT] = "BDAT",
    [SMTP_VERB_BURL] = "BURL",
    [SMTP_VERB_RSET] = "RSET",
    [SMTP_VERB_NOOP] = "NOOP",
    [SMTP_VERB_QUIT] = "QUIT",
    [SMTP_VERB_VRFY] = "VRFY",
    [SMTP_VERB_EXPN] = "EXPN",
    [SMTP_VERB_HELP] = "HELP",
    [SMTP_VERB_STARTTLS] = "STARTTLS",
    [SMTP_VERB_AUTH] = "AUTH",
    [SMTP_VERB_ETRN] = "ETRN",
    [SMTP_VERB_ATRN] = "ATRN",
    [SMTP_VERB_TURN] = "TURN",
    [SMTP_VERB_SEND] = "SEND",
    [SMTP_VERB_SOML] = "SOML",
    [SMTP_VERB_SAML] = "SAML",
};

enum smtp_verb smtp_verb_find(struct smtp_span s)
{
    if (s.n != 4 && s.n != 8)
        return SMTP_VERB_UNKNOWN;
    enum smtp_verb v = smtp_verb_at(s.p);
    if ((s.n == 8) != (v == SMTP_VERB_STARTTLS))
        return SMTP_VERB_UNKNOWN;
    if (s.n == 8 && smtp_verb_word(s.p + 4) !=
                        SMTP_VERB_WORD('T', 'T', 'L', 'S'))
        return SMTP_VERB_UNKNOWN;
    return v;
}

const char *smtp_verb_name(enum smtp_verb v)
{
    return (unsigned)v < SMTP_VERB_COUNT ? names[v] : "";
}
