/*
 * passive_rules: the table of passive rules. Most look for flaws that the
 * parsers in src/smtp report, so a row names the flaws.
 */
#include "check/passive_int.h"

/* clang-format off */
#define FLAWS(...)                                                            \
    .flaws = {__VA_ARGS__},                                                   \
    .n_flaws = sizeof((enum smtp_flaw[]){__VA_ARGS__}) / sizeof(enum smtp_flaw)
/* clang-format on */

static const struct passive_row rows[] = {
    {.rule = {.id = "rfc5321/2.3.8/reply-line-ends",
              .title = "reply lines end with CRLF and hold no other CR or LF",
              .spec = "RFC5321 2.3.8",
              .level = "MUST NOT",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-2.3.8-a"},
              .faults = {"reply-bare-lf", "reply-bare-cr", "reply-line-ends",
                         "reply-last-end"},
              .explain = "A strict client never sees the end of such a line, "
                         "or sees two lines where the server meant one.",
              .fix = "Write CR LF, and nothing else, at the end of each "
                     "reply line."},
     .judge = passive_grammar,
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
     .judge = passive_grammar,
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
     .judge = passive_grammar,
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
     .judge = passive_grammar,
     FLAWS(SMTP_FLAW_REPLY_NO_SEPARATOR)},
    {.rule = {.id = "rfc5321/4.2.1/multiline-same-code",
              .title = "all lines of a reply carry the same code",
              .spec = "RFC5321 4.2.1",
              .level = "MUST",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.2.1-c", "RFC5321-4.2-f",
                         "RFC5321-4.1.1.1-l"},
              .faults = {"reply-code-changed", "reply-code-last",
                         "greeting-multiline-codes"},
              .explain = "Clients may act on any of the lines; which code "
                         "counts is then a matter of luck.",
              .fix = "Use one code for all lines of a reply."},
     .judge = passive_multiline,
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
     .judge = passive_grammar,
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
     .judge = passive_ascii,
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
     .judge = passive_grammar,
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
     .judge = passive_solicited                                       },
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
     .judge = passive_codes            },
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
     .judge = passive_greeting,
     FLAWS(SMTP_FLAW_GREETING_NO_DOMAIN, SMTP_FLAW_GREETING_NO_TEXT)},
    {.rule = {.id = "rfc5321/4.1.1.1/ehlo-host",
              .title = "the first line of the EHLO reply begins with the "
                       "server's domain",
              .spec = "RFC5321 4.1.1.1",
              .level = "GRAMMAR",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-4.1.1.1-i", "RFC6531-3.7.1-b"},
              .faults = {"ehlo-no-domain"},
              .explain = "A client may take the first extension for the "
                         "host's name, and miss it.",
              .fix = "Put the host name alone, or with a greeting behind "
                     "it, on the first line."},
     .judge = passive_ehlo,
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
     .judge = passive_ehlo,
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
     .judge = passive_ehlo,
     FLAWS(SMTP_FLAW_EHLO_DUPLICATE)},
    {.rule = {.id = "rfc2034/4/status-code-there",
              .title = "with ENHANCEDSTATUSCODES, 2yz, 4yz and 5yz replies "
                       "begin with a status code",
              .spec = "RFC2034 4; RFC3463 2",
              .level = "MUST",
              .grade = VERDICT_WARN,
              .covers = {"RFC2034-4-a", "RFC2034-4-g", "RFC3463-2-a"},
              .faults = {"enhanced-missing", "enhanced-syntax"},
              .explain = "A client that was promised status codes takes the "
                         "first word of the text for one.",
              .fix = "Put the status code behind the reply code on every "
                     "line, or do not offer the extension."},
     .judge = passive_enhanced,
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
     .judge = passive_enhanced,
     FLAWS(SMTP_FLAW_ENHANCED_CLASS)},
    {.rule = {.id = "rfc2034/4/status-code-same",
              .title = "all lines of a reply carry the same status code",
              .spec = "RFC2034 4",
              .level = "MUST",
              .grade = VERDICT_WARN,
              .covers = {"RFC2034-4-e"},
              .faults = {"enhanced-changed", "enhanced-last"},
              .explain = "Which of them counts is up to the client.",
              .fix = "Repeat one status code on all lines."},
     .judge = passive_enhanced,
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
     .judge = passive_no_enhanced                                             },
    {.rule = {.id = "rfc5321/2.2.2/keyword-registered",
              .title = "an extension is registered, or its keyword begins "
                       "with X",
              .spec = "RFC5321 2.2.2, 4.1.5",
              .level = "MUST NOT",
              .grade = VERDICT_INFO,
              .covers = {"RFC5321-2.2.2-b", "RFC5321-4.1.5-c"},
              .faults = {"ehlo-unregistered"},
              .explain = "Another extension may get that name one day; "
                         "clients that know it will take this one for it.",
              .fix = "Register the keyword (RFC 5321 2.2.2), or let it "
                     "begin with X."},
     .judge = passive_keywords                                              },
    {.rule = {.id = "rfc9422/3.1/limits-registered",
              .title = "the names of limits are registered",
              .spec = "RFC9422 3.1",
              .level = "MUST",
              .grade = VERDICT_INFO,
              .covers = {"RFC9422-3.1-a"},
              .faults = {"limits-unregistered"},
              .explain = "No client knows what such a limit is about.",
              .fix = "List MAILMAX, RCPTMAX and RCPTDOMAINMAX alone."},
     .judge = passive_limits                                                },
    {.rule = {.id = "rfc4422/3.1/mechanism-names",
              .title = "names of mechanisms are 1 to 20 of A-Z, 0-9, \"-\" "
                       "and \"_\"",
              .spec = "RFC4422 3.1; RFC4954 3",
              .level = "GRAMMAR",
              .grade = VERDICT_WARN,
              .covers = {"RFC4422-3.3-a"},
              .faults = {"auth-mechanism-name"},
              .explain = "A client that compares octets does not find the "
                         "mechanism, and cannot authenticate.",
              .fix = "Write the names as the registry of SASL mechanisms "
                     "has them, in capitals."},
     .judge = passive_mechanisms                                            },
    {.rule = {.id = "rfc5248/2.4/status-code-registered",
              .title = "enhanced status codes are registered ones",
              .spec = "RFC5248 2.4",
              .level = "SHOULD",
              .grade = VERDICT_INFO,
              .covers = {"RFC5248-2.4-a", "RFC3463-2-b"},
              .faults = {"enhanced-unregistered"},
              .explain = "Nobody but this server knows what the code means; "
                         "its class still does.",
              .fix = "Use a registered code: \"smtpspec explain 550\" "
                     "and RFC 3463 show which there are."},
     .judge = passive_status_codes                                          },
    {.rule = {.id = "rfc1870/3/keyword-parameter",
              .title = "SIZE has one number for its parameter, or none",
              .spec = "RFC1870 3",
              .level = "GRAMMAR",
              .grade = VERDICT_WARN,
              .covers = {"RFC1870-3-a"},
              .faults = {"ehlo-size-parameter"},
              .explain = "Clients do not know what the limit is.",
              .fix = "Write SIZE, or SIZE and the limit in octets."},
     .judge = passive_size},
    {.rule = {.id = "rfc2852/2/keyword-parameter",
              .title = "DELIVERBY has one number for its parameter, or none",
              .spec = "RFC2852 2",
              .level = "GRAMMAR",
              .grade = VERDICT_WARN,
              .covers = {"RFC2852-2-a"},
              .faults = {"ehlo-deliverby-parameter"},
              .explain = "Clients do not know the shortest time that they may "
                         "ask for.",
              .fix = "Write DELIVERBY, or DELIVERBY and the time in "
                     "seconds."},
     .judge = passive_deliverby},
    {.rule = {.id = "rfc3865/2/keyword-parameter",
              .title = "the parameters of NO-SOLICITING are classes of "
                       "solicitations",
              .spec = "RFC3865 2",
              .level = "GRAMMAR",
              .grade = VERDICT_WARN,
              .covers = {"RFC3865-2-a"},
              .faults = {"ehlo-soliciting-parameter"},
              .explain = "Clients do not know which mail is not wanted.",
              .fix = "Write the classes as \"net.example:ADV\", parted by "
                     "commas."},
     .judge = passive_soliciting},
    {.rule = {.id = "rfc5321/2.3.4/name-not-literal",
              .title = "the greeting gives a name, no address",
              .spec = "RFC5321 2.3.4",
              .level = "SHOULD NOT",
              .grade = VERDICT_INFO,
              .covers = {"RFC5321-2.3.4-a"},
              .faults = {"greeting-literal"},
              .explain = "Whoever reads logs and trace lines has to look the "
                         "address up. A host without a name may do so.",
              .fix = "Configure the name of the host."},
     .judge = passive_name},
    {.rule = {.id = "rfc5321/3.5.2/no-source-route",
              .title = "VRFY and EXPN return no source routes",
              .spec = "RFC5321 3.5.2",
              .level = "MUST NOT",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5321-3.5.2-d"},
              .faults = {"verify-source-route"},
              .explain = "Clients that use the address send by a way that "
                         "nobody serves any more.",
              .fix = "Return the mailbox alone: <local-part@domain>."},
     .judge = passive_no_route},
    {.rule = {.id = "rfc6531/3.7.4.2/verify-ascii",
              .title = "replies to VRFY and EXPN are ASCII unless the client "
                       "asked for UTF-8",
              .spec = "RFC6531 3.7.4.2",
              .level = "MUST NOT",
              .grade = VERDICT_FAIL,
              .covers = {"RFC6531-3.7.4.2-b"},
              .faults = {"verify-utf8"},
              .explain = "A client that did not send the parameter SMTPUTF8 "
                         "need not be able to read such a line.",
              .fix = "Answer 252, or 550 with X.6.8, or leave the mailbox "
                     "out."},
     .judge = passive_verify_ascii,
     FLAWS(SMTP_FLAW_REPLY_8BIT)},
    {.rule = {.id = "rfc3463/3.2/bad-address-permanent",
              .title = "X.1.1, X.1.2 and X.1.3 are permanent failures",
              .spec = "RFC3463 3.2",
              .level = "SHOULD",
              .grade = VERDICT_INFO,
              .covers = {"RFC3463-3.2-a"},
              .faults = {"enhanced-411"},
              .explain = "The address is wrong, and the client is told to try "
                         "it again.",
              .fix = "Use class 5, or another code for what may pass."},
     .judge = passive_permanent},
    {.rule = {.id = "rfc3463/3.3/mailbox-full-transient",
              .title = "X.2.2, a full mailbox, is a transient failure",
              .spec = "RFC3463 3.3",
              .level = "SHOULD",
              .grade = VERDICT_INFO,
              .covers = {"RFC3463-3.3-a"},
              .faults = {"enhanced-522"},
              .explain = "The sender gives up, though there may be room "
                         "tomorrow.",
              .fix = "Answer 452 4.2.2."},
     .judge = passive_transient},
    {.rule = {.id = "rfc3463/3.6/protocol-codes",
              .title = "500, 502, 503 and 504 carry a status code about "
                       "commands",
              .spec = "RFC3463 3.6",
              .level = "SHOULD",
              .grade = VERDICT_INFO,
              .covers = {"RFC3463-3.6-a"},
              .faults = {"enhanced-not-protocol"},
              .explain = "The status code names another reason than the reply "
                         "code does.",
              .fix = "Use X.5.1 for commands that are unknown or out of "
                     "order, X.5.2 for syntax and X.5.4 for arguments."},
     .judge = passive_protocol},
    {.rule = {.id = "rfc5802/5/server-proof",
              .title = "with SCRAM, the server proves that it knows the "
                       "password",
              .spec = "RFC5802 5, 5.1",
              .level = "MUST",
              .grade = VERDICT_FAIL,
              .covers = {"RFC5802-5-b"},
              .faults = {"sasl-no-proof", "sasl-wrong-proof"},
              .explain = "A client that follows the RFC takes the server for "
                         "an impostor and leaves; one that does not cannot "
                         "tell the two apart.",
              .fix = "Send the server-final-message (\"v=...\") as a last "
                     "334, and 235 when the client has answered it with an "
                     "empty line."},
     .judge = passive_proof},
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
    struct passive_look look = {&rows[i], codes, r, why, cap};

    return rows[i].judge(&look);
}
