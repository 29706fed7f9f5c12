/*
 * passive_rules: see passive_rules.h. One row a rule; most look for flaws
 * that the parsers in src/smtp report, so a row names the flaws.
 */
#include "check/passive_rules.h"

#include <stdio.h>

#include "smtp/ehlo.h"
#include "smtp/enhanced.h"

struct row;
typedef enum passive_finding judge_fn(const struct row *row,
                                      const struct catalogue *codes,
                                      const struct script_reply *r, char *why,
                                      size_t cap);

struct row {
    struct passive_rule rule;
    judge_fn *judge;
    enum smtp_flaw flaws[4];
    size_t n_flaws;
};

/* clang-format off */
#define FLAWS(...)                                                            \
    .flaws = {__VA_ARGS__},                                                   \
    .n_flaws = sizeof((enum smtp_flaw[]){__VA_ARGS__}) / sizeof(enum smtp_flaw)
/* clang-format on */

static bool is_ehlo_reply(const struct script_reply *r)
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
static enum passive_finding find(const struct row *row,
                                 const struct smtp_flaws *seen, char *why,
                                 size_t cap)
{
    for (size_t i = 0; i < row->n_flaws; i++) {
        if (!smtp_flaws_has(seen, row->flaws[i]))
            continue;
        snprintf(why, cap, "%s", smtp_flaw_info(row->flaws[i])->sentence);
        return PASSIVE_CONTRADICTS;
    }
    return PASSIVE_AGREES;
}

static enum passive_finding judge_grammar(const struct row *row,
                                          const struct catalogue *codes,
                                          const struct script_reply *r,
                                          char *why, size_t cap)
{
    (void)codes;
    return find(row, &r->reply->flaws, why, cap);
}

/* The texts of VRFY, EXPN, MAIL and RCPT replies may hold a mailbox, and in
 * an SMTPUTF8 session that may be UTF-8 (RFC 6531 3.7.4.2). */
static enum passive_finding judge_ascii(const struct row *row,
                                        const struct catalogue *codes,
                                        const struct script_reply *r, char *why,
                                        size_t cap)
{
    if (r->stage == SCRIPT_COMMAND &&
        (r->verb == SMTP_VERB_VRFY || r->verb == SMTP_VERB_EXPN ||
         r->verb == SMTP_VERB_MAIL || r->verb == SMTP_VERB_RCPT))
        return PASSIVE_NOT_APPLICABLE;
    return judge_grammar(row, codes, r, why, cap);
}

static enum passive_finding judge_multiline(const struct row *row,
                                            const struct catalogue *codes,
                                            const struct script_reply *r,
                                            char *why, size_t cap)
{
    if (r->reply->lines < 2 &&
        !smtp_flaws_has(&r->reply->flaws, SMTP_FLAW_REPLY_CODE_CHANGED))
        return PASSIVE_NOT_APPLICABLE;
    return judge_grammar(row, codes, r, why, cap);
}

static enum passive_finding judge_greeting(const struct row *row,
                                           const struct catalogue *codes,
                                           const struct script_reply *r,
                                           char *why, size_t cap)
{
    struct smtp_flaws seen = {0};

    (void)codes;
    if (r->stage != SCRIPT_GREETING || r->reply->code != 220)
        return PASSIVE_NOT_APPLICABLE;
    smtp_greeting_host(r->reply, &seen);
    return find(row, &seen, why, cap);
}

static enum passive_finding judge_ehlo(const struct row *row,
                                       const struct catalogue *codes,
                                       const struct script_reply *r, char *why,
                                       size_t cap)
{
    struct smtp_flaws seen = {0};

    (void)codes;
    if (!is_ehlo_reply(r))
        return PASSIVE_NOT_APPLICABLE;
    smtp_ehlo_check(r->reply, &seen);
    return find(row, &seen, why, cap);
}

static enum passive_finding judge_enhanced(const struct row *row,
                                           const struct catalogue *codes,
                                           const struct script_reply *r,
                                           char *why, size_t cap)
{
    struct smtp_flaws seen = {0};
    unsigned class = smtp_reply_class(r->reply);

    (void)codes;
    if (!r->enhanced || class == 0 || class == 3 || is_hello(r) ||
        r->stage == SCRIPT_GREETING)
        return PASSIVE_NOT_APPLICABLE;
    smtp_enhanced_check(r->reply, &seen);
    return find(row, &seen, why, cap);
}

/* RFC 2034 4: none in the greeting, the replies to HELO and EHLO, and 3yz
 * replies. */
static enum passive_finding judge_no_enhanced(const struct row *row,
                                              const struct catalogue *codes,
                                              const struct script_reply *r,
                                              char *why, size_t cap)
{
    struct smtp_enhanced e;
    unsigned class = smtp_reply_class(r->reply);
    bool opening = r->stage == SCRIPT_GREETING || is_hello(r);

    (void)row;
    (void)codes;
    if (!(class == 2 && opening) && class != 3)
        return PASSIVE_NOT_APPLICABLE;
    if (smtp_enhanced_parse(r->reply->text, &e) == 0)
        return PASSIVE_AGREES;
    snprintf(why, cap, "a %u reply begins with a status code", r->reply->code);
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

static enum passive_finding judge_codes(const struct row *row,
                                        const struct catalogue *codes,
                                        const struct script_reply *r, char *why,
                                        size_t cap)
{
    const char *command = command_of(r);

    (void)row;
    if (!command || r->reply->code == 0 || !well_formed(r))
        return PASSIVE_NOT_APPLICABLE;
    switch (catalogue_code(codes, command, r->reply->code)) {
    case CATALOGUE_LISTED:
        return PASSIVE_AGREES;
    case CATALOGUE_NOTED:
        snprintf(why, cap, "%u to %s is not listed, but known and harmless",
                 r->reply->code, command);
        return PASSIVE_NOTED;
    case CATALOGUE_UNLISTED:
        break;
    }
    snprintf(why, cap, "%u is no answer to %s that an RFC lists",
             r->reply->code, command);
    return PASSIVE_CONTRADICTS;
}

/* 421 may come at any time (RFC 5321 3.8); anything else may not. */
static enum passive_finding judge_solicited(const struct row *row,
                                            const struct catalogue *codes,
                                            const struct script_reply *r,
                                            char *why, size_t cap)
{
    (void)row;
    (void)codes;
    if (r->stage != SCRIPT_UNSOLICITED || r->reply->code == 421)
        return PASSIVE_AGREES;
    snprintf(why, cap, "a reply came although no command was outstanding");
    return PASSIVE_CONTRADICTS;
}

static const struct row rows[] = {
    {.rule = {.id = "rfc5321/2.3.8/reply-line-ends",
              .title = "reply lines end with CRLF and hold no other CR or LF",
              .spec = "RFC5321 2.3.8",
              .level = "MUST NOT",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-2.3.8-a"},
              .faults = {"reply-bare-lf", "reply-bare-cr"},
              .explain = "A strict client never sees the end of such a line, "
                         "or sees two lines where the server meant one.",
              .fix = "Write CR LF, and nothing else, at the end of each "
                     "reply line."},
     .judge = judge_grammar,
     FLAWS(SMTP_FLAW_REPLY_BARE_LF, SMTP_FLAW_REPLY_BARE_CR)},
    {.rule = {.id = "rfc5321/4.2/reply-code",
              .title = "each reply line begins with a code of three digits, "
                       "2-5 0-5 0-9",
              .spec = "RFC5321 4.2",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2-b", "RFC5321-4.2-c", "RFC5321-4.2-n",
                         "RFC5321-4.3.2-b"},
              .faults = {"reply-no-code", "reply-code-first-digit",
                         "reply-code-second-digit", "reply-empty-line",
                         "greeting-preceded"},
              .explain = "Clients act on these digits alone; without them "
                         "the session cannot go on.",
              .fix = "Begin each line with one of the codes of RFC 5321 "
                     "4.2.3 or of an extension that is offered."},
     .judge = judge_grammar,
     FLAWS(SMTP_FLAW_REPLY_NO_CODE, SMTP_FLAW_REPLY_CODE_RANGE,
     SMTP_FLAW_REPLY_EMPTY_LINE)},
    {.rule = {.id = "rfc5321/4.2/reply-separator",
              .title = "the code is followed by SP or \"-\"",
              .spec = "RFC5321 4.2, 4.2.1",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2-b"},
              .faults = {"reply-separator"},
              .explain = "The octet behind the code says whether the reply "
                         "goes on; with another one clients lose step.",
              .fix = "Write \"-\" behind the code on all lines but the last, "
                     "and SP there."},
     .judge = judge_grammar,
     FLAWS(SMTP_FLAW_REPLY_SEPARATOR)},
    {.rule = {.id = "rfc5321/4.2/reply-space",
              .title = "a reply is not sent as a bare code",
              .spec = "RFC5321 4.2",
              .level = "SHOULD NOT",
              .grade = VERDICT_WARN,
              .covers = {"RFC5321-4.2-j", "RFC5321-4.2.1-d"},
              .faults = {"reply-no-separator"},
              .explain = "Receivers have to accept it, but some do not.",
              .fix = "Send the code with SP and a text."},
     .judge = judge_grammar,
     FLAWS(SMTP_FLAW_REPLY_NO_SEPARATOR)},
    {.rule = {.id = "rfc5321/4.2.1/multiline-same-code",
              .title = "all lines of a reply carry the same code",
              .spec = "RFC5321 4.2.1",
              .level = "MUST",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2.1-c", "RFC5321-4.2-f",
                         "RFC5321-4.1.1.1-l"},
              .faults = {"reply-code-changed", "greeting-multiline-codes"},
              .explain = "Clients may act on any of the lines; which code "
                         "counts is then a matter of luck.",
              .fix = "Use one code for all lines of a reply."},
     .judge = judge_multiline,
     FLAWS(SMTP_FLAW_REPLY_CODE_CHANGED)},
    {.rule = {.id = "rfc5321/4.2/reply-text",
              .title = "reply text is HT and printable ASCII",
              .spec = "RFC5321 4.2",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2-d"},
              .faults = {"reply-nul", "reply-control"},
              .explain = "NUL cuts the text short in many clients, and "
                         "control octets reach logs and terminals.",
              .fix = "Escape or leave out such octets, above all in text "
                     "that repeats what the client sent."},
     .judge = judge_grammar,
     FLAWS(SMTP_FLAW_REPLY_NUL, SMTP_FLAW_REPLY_CONTROL)},
    {.rule = {.id = "rfc5321/4.2/reply-ascii",
              .title = "reply text is ASCII",
              .spec = "RFC5321 4.2, 2.4; RFC6531 3.7.4.2",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2-d", "RFC6531-3.7.1-c",
                         "RFC6531-3.7.4.2-c"},
              .faults = {"reply-8bit", "greeting-8bit"},
              .explain = "A client without SMTPUTF8 need not be able to read "
                         "such a line.",
              .fix = "Keep reply texts in ASCII."},
     .judge = judge_ascii,
     FLAWS(SMTP_FLAW_REPLY_8BIT)},
    {.rule = {.id = "rfc5321/4.5.3.1.5/reply-length",
              .title = "a reply line has at most 512 octets with its CRLF",
              .spec = "RFC5321 4.5.3.1.5",
              .level = "MUST",
              .grade = VERDICT_WARN,
              .covers = {"RFC5321-4.5.3.1.5-a"},
              .faults = {"reply-line-length"},
              .explain = "A client's line buffer may end there.",
              .fix = "Spread long texts over several lines."},
     .judge = judge_grammar,
     FLAWS(SMTP_FLAW_REPLY_LINE_LENGTH)},
    {.rule = {.id = "rfc5321/4.2/one-reply-per-command",
              .title = "a command gets one reply, and nothing comes unasked "
                       "but 421",
              .spec = "RFC5321 4.2, 3.8",
              .level = "MUST",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2-a"},
              .faults = {"reply-double", "reply-unsolicited", "greeting-twice"},
              .explain = "From the surplus reply on every answer is taken "
                         "for that of the next command.",
              .fix = "Send exactly one reply to each command."},
     .judge = judge_solicited                                       },
    {.rule = {.id = "rfc5321/4.3.2/reply-codes",
              .title = "commands are answered with the codes that the RFCs "
                       "list for them",
              .spec = "RFC5321 4.3.2",
              .level = "SHOULD",
              .grade = VERDICT_WARN,
              .covers = {"RFC5321-4.2-g", "RFC5321-4.2.1-f", "RFC5321-4.3.2-g",
                         "RFC5321-4.3.2-i", "RFC5321-4.3.1-d"},
              .faults = {"code-mail-354", "code-noop-550", "code-rset-299",
                         "code-vrfy-220", "reply-quit-221-early"},
              .explain = "Clients fall back to the first digit, and lose "
                         "what the code would have told them.",
              .fix = "Use a listed code, or one of the same class that an "
                     "offered extension defines."},
     .judge = judge_codes            },
    {.rule = {.id = "rfc5321/4.2/greeting-host",
              .title = "a 220 greeting begins with the server's domain",
              .spec = "RFC5321 4.2, 4.3.1",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2-e", "RFC5321-4.3.1-c"},
              .faults = {"greeting-no-domain", "greeting-bare"},
              .explain = "Clients and people use it to see whom they "
                         "reached; loops are found by it.",
              .fix = "Put the fully qualified host name, or an address "
                     "literal, first behind 220."},
     .judge = judge_greeting,
     FLAWS(SMTP_FLAW_GREETING_NO_DOMAIN, SMTP_FLAW_GREETING_NO_TEXT)},
    {.rule = {.id = "rfc5321/4.1.1.1/ehlo-host",
              .title = "the first line of the EHLO reply begins with the "
                       "server's domain",
              .spec = "RFC5321 4.1.1.1",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.1.1.1-i"},
              .faults = {"ehlo-no-domain"},
              .explain = "A client may take the first extension for the "
                         "host's name, and miss it.",
              .fix = "Put the host name alone, or with a greeting behind "
                     "it, on the first line."},
     .judge = judge_ehlo,
     FLAWS(SMTP_FLAW_EHLO_NO_DOMAIN)},
    {.rule = {.id = "rfc5321/4.1.1.1/ehlo-lines",
              .title = "EHLO lines are a keyword and parameters, one SP "
                       "between them",
              .spec = "RFC5321 4.1.1.1",
              .level = "GRAMMAR",
              .grade = VERDICT_WARN,
              .covers = {"RFC5321-4.1.1.1-j", "RFC5321-4.1.1.1-k"},
              .faults = {"ehlo-keyword", "ehlo-param", "ehlo-spacing"},
              .explain = "A client that reads by the grammar overlooks the "
                         "extension. \"AUTH=\" is a known relic for clients "
                         "of the last century.",
              .fix = "Write the keyword of letters, digits and \"-\", then "
                     "SP and each parameter."},
     .judge = judge_ehlo,
     FLAWS(SMTP_FLAW_EHLO_KEYWORD, SMTP_FLAW_EHLO_PARAM,
     SMTP_FLAW_EHLO_SPACING)},
    {.rule = {.id = "rfc5321/4.1.1.1/ehlo-once",
              .title = "an extension is listed once",
              .spec = "RFC5321 4.1.1.1",
              .level = "MAY",
              .grade = VERDICT_INFO,
              .covers = {NULL},
              .faults = {"ehlo-duplicate"},
              .explain = "Which of the two lines counts is up to the client.",
              .fix = "List each keyword once."},
     .judge = judge_ehlo,
     FLAWS(SMTP_FLAW_EHLO_DUPLICATE)},
    {.rule = {.id = "rfc2034/4/status-code-there",
              .title = "with ENHANCEDSTATUSCODES, 2yz, 4yz and 5yz replies "
                       "begin with a status code",
              .spec = "RFC2034 4; RFC3463 2",
              .level = "MUST",
              .grade = VERDICT_WARN,
              .covers = {"RFC2034-4-a", "RFC2034-4-g"},
              .faults = {"enhanced-missing", "enhanced-syntax"},
              .explain = "A client that was promised status codes takes the "
                         "first word of the text for one.",
              .fix = "Put the status code behind the reply code on every "
                     "line, or do not offer the extension."},
     .judge = judge_enhanced,
     FLAWS(SMTP_FLAW_ENHANCED_MISSING, SMTP_FLAW_ENHANCED_SYNTAX)},
    {.rule = {.id = "rfc2034/4/status-code-class",
              .title = "the status code's class is the reply code's",
              .spec = "RFC2034 4; RFC3463 2",
              .level = "MUST",
              .grade = VERDICT_FAIL,
              .covers = {"RFC2034-4-d"},
              .faults = {"enhanced-class"},
              .explain = "One half of the reply says \"try again\", the "
                         "other \"never\".",
              .fix = "Make both begin with the same digit."},
     .judge = judge_enhanced,
     FLAWS(SMTP_FLAW_ENHANCED_CLASS)},
    {.rule = {.id = "rfc2034/4/status-code-same",
              .title = "all lines of a reply carry the same status code",
              .spec = "RFC2034 4",
              .level = "MUST",
              .grade = VERDICT_WARN,
              .covers = {"RFC2034-4-e"},
              .faults = {"enhanced-changed"},
              .explain = "Which of them counts is up to the client.",
              .fix = "Repeat one status code on all lines."},
     .judge = judge_enhanced,
     FLAWS(SMTP_FLAW_ENHANCED_CHANGED)},
    {.rule = {.id = "rfc2034/4/status-code-not-there",
              .title = "the greeting, the replies to HELO and EHLO, and 3yz "
                       "replies need no status code",
              .spec = "RFC2034 3, 4",
              .level = "MAY",
              .grade = VERDICT_INFO,
              .covers = {"RFC2034-4-b", "RFC2034-4-c"},
              .faults = {"greeting-enhanced", "enhanced-ehlo", "enhanced-354"},
              .explain = "The first word of these is the host's name or a "
                         "challenge.",
              .fix = "Leave the status code out of these replies."},
     .judge = judge_no_enhanced                                             },
};

size_t passive_count(void)
{
    return sizeof rows / sizeof *rows;
}

const struct passive_rule *passive_rule_at(size_t i)
{
    return i < passive_count() ? &rows[i].rule : NULL;
}

enum passive_finding passive_judge(size_t i, const struct catalogue *codes,
                                   const struct script_reply *r, char *why,
                                   size_t cap)
{
    return rows[i].judge(&rows[i], codes, r, why, cap);
}
