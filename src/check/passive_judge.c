/*
 * passive_judge: what each kind of passive rule looks at.
 */
#include <stdio.h>

#include "check/passive_int.h"
#include "smtp/ehlo.h"
#include "smtp/enhanced.h"

bool passive_is_ehlo(const struct script_reply *r)
{
    return r->stage == SCRIPT_COMMAND && smtp_reply_class(r->reply) == 2 &&
           (r->verb == SMTP_VERB_EHLO || r->verb == SMTP_VERB_LHLO);
}

static bool is_hello(const struct script_reply *r)
{
    return r->stage == SCRIPT_COMMAND &&
           (r->verb == SMTP_VERB_EHLO || r->verb == SMTP_VERB_LHLO ||
            r->verb == SMTP_VERB_HELO);
}

/* The first flaw of the row that is in the set, said in a sentence. */
static enum passive_finding find(const struct passive_look *l,
                                 const struct smtp_flaws *seen)
{
    for (size_t i = 0; i < l->row->n_flaws; i++) {
        if (!smtp_flaws_has(seen, l->row->flaws[i]))
            continue;
        snprintf(l->why, l->cap, "%s",
                 smtp_flaw_info(l->row->flaws[i])->sentence);
        return PASSIVE_CONTRADICTS;
    }
    return PASSIVE_AGREES;
}

enum passive_finding passive_grammar(const struct passive_look *l)
{
    return find(l, &l->r->reply->flaws);
}

/* The texts of VRFY, EXPN, MAIL and RCPT replies may hold a mailbox, and in
 * an SMTPUTF8 session that may be UTF-8 (RFC 6531 3.7.4.2). */
enum passive_finding passive_ascii(const struct passive_look *l)
{
    if (l->r->stage == SCRIPT_COMMAND &&
        (l->r->verb == SMTP_VERB_VRFY || l->r->verb == SMTP_VERB_EXPN ||
         l->r->verb == SMTP_VERB_MAIL || l->r->verb == SMTP_VERB_RCPT))
        return PASSIVE_NOT_APPLICABLE;
    return passive_grammar(l);
}

enum passive_finding passive_multiline(const struct passive_look *l)
{
    if (l->r->reply->lines < 2 &&
        !smtp_flaws_has(&l->r->reply->flaws, SMTP_FLAW_REPLY_CODE_CHANGED))
        return PASSIVE_NOT_APPLICABLE;
    return passive_grammar(l);
}

enum passive_finding passive_greeting(const struct passive_look *l)
{
    struct smtp_flaws seen = {0};

    if (l->r->stage != SCRIPT_GREETING || l->r->reply->code != 220)
        return PASSIVE_NOT_APPLICABLE;
    smtp_greeting_host(l->r->reply, &seen);
    return find(l, &seen);
}

enum passive_finding passive_ehlo(const struct passive_look *l)
{
    struct smtp_flaws seen = {0};

    if (!passive_is_ehlo(l->r))
        return PASSIVE_NOT_APPLICABLE;
    smtp_ehlo_check(l->r->reply, &seen);
    return find(l, &seen);
}

bool passive_owes_status(const struct script_reply *r)
{
    unsigned class = smtp_reply_class(r->reply);

    return r->enhanced && class != 0 && class != 3 && !is_hello(r) &&
           r->stage != SCRIPT_GREETING;
}

enum passive_finding passive_enhanced(const struct passive_look *l)
{
    struct smtp_flaws seen = {0};

    if (!passive_owes_status(l->r))
        return PASSIVE_NOT_APPLICABLE;
    smtp_enhanced_check(l->r->reply, &seen);
    return find(l, &seen);
}

/* RFC 2034 4: none in the greeting, the replies to HELO and EHLO, and 3yz
 * replies. */
enum passive_finding passive_no_enhanced(const struct passive_look *l)
{
    struct smtp_enhanced e;
    unsigned class = smtp_reply_class(l->r->reply);
    bool opening = l->r->stage == SCRIPT_GREETING || is_hello(l->r);

    if (!(class == 2 && opening) && class != 3)
        return PASSIVE_NOT_APPLICABLE;
    if (smtp_enhanced_parse(l->r->reply->text, &e) == 0)
        return PASSIVE_AGREES;
    snprintf(l->why, l->cap, "a %u reply begins with a status code",
             l->r->reply->code);
    return PASSIVE_CONTRADICTS;
}

/* The catalogue's name for what a reply answers; NULL: no claim. */
static const char *command_of(const struct script_reply *r)
{
    switch (r->stage) {
    case SCRIPT_GREETING:
        return "(connect)";
    case SCRIPT_END_OF_DATA:
        return "(end of data)";
    case SCRIPT_AUTH_STEP:
        return "AUTH";
    case SCRIPT_COMMAND:
        return r->verb == SMTP_VERB_UNKNOWN ? NULL : smtp_verb_name(r->verb);
    case SCRIPT_ODD:
    case SCRIPT_UNSOLICITED:
        break;
    }
    return NULL;
}

/* False for a command line that is not by the grammar: a server may take it
 * for another command, or for none. */
static bool well_formed(const struct script_reply *r)
{
    struct smtp_command_scan scan = {0};
    struct smtp_command c;

    if (r->stage != SCRIPT_COMMAND)
        return true;
    return smtp_command_parse(&scan, SMTP_COMMAND_UTF8, r->line.p, r->line.n,
                              &c) > 0 &&
           !smtp_flaws_any(&c.flaws);
}

enum passive_finding passive_codes(const struct passive_look *l)
{
    const char *command = command_of(l->r);

    if (!command || l->r->reply->code == 0 || !well_formed(l->r))
        return PASSIVE_NOT_APPLICABLE;
    switch (catalogue_code(l->codes, command, l->r->reply->code)) {
    case CATALOGUE_LISTED:
        return PASSIVE_AGREES;
    case CATALOGUE_NOTED:
        snprintf(l->why, l->cap,
                 "%u to %s is not listed, but known and harmless",
                 l->r->reply->code, command);
        return PASSIVE_NOTED;
    case CATALOGUE_UNLISTED:
        break;
    }
    snprintf(l->why, l->cap, "%u is no answer to %s that an RFC lists",
             l->r->reply->code, command);
    return PASSIVE_CONTRADICTS;
}

/* 421 may come at any time (RFC 5321 3.8); anything else may not. */
enum passive_finding passive_solicited(const struct passive_look *l)
{
    if (l->r->stage != SCRIPT_UNSOLICITED || l->r->reply->code == 421)
        return PASSIVE_AGREES;
    snprintf(l->why, l->cap,
             "a reply came although no command was outstanding");
    return PASSIVE_CONTRADICTS;
}

/* RFC 5802 5, and RFC 2831 2.1.3 before it. */
enum passive_finding passive_proof(const struct passive_look *l)
{
    switch (l->r->proof) {
    case SCRIPT_PROOF_GIVEN:
        return PASSIVE_AGREES;
    case SCRIPT_PROOF_MISSING:
        snprintf(l->why, l->cap, "success without the server's last message");
        return PASSIVE_CONTRADICTS;
    case SCRIPT_PROOF_WRONG:
        snprintf(l->why, l->cap, "the server's proof is not that of the "
                                 "password");
        return PASSIVE_CONTRADICTS;
    case SCRIPT_PROOF_NONE:
        break;
    }
    return PASSIVE_NOT_APPLICABLE;
}
