#include "smtp/flaw.h"

_Static_assert(SMTP_FLAW_COUNT <= 128, "the set has 128 bits");

#define GRAMMAR SMTP_LEVEL_GRAMMAR
#define MUST    SMTP_LEVEL_MUST
#define SHOULD  SMTP_LEVEL_SHOULD
#define MAY     SMTP_LEVEL_MAY

/* Where an RFC gives the limit in prose without a keyword (RFC 5321
 * 4.5.3.1.x), the level is that of 4.5.3.1: larger objects "SHOULD be
 * avoided". RFC 2034 writes a lower-case "must", which predates RFC 2119. */
static const struct smtp_flaw_info flaws[SMTP_FLAW_COUNT] = {
    [SMTP_FLAW_REPLY_BARE_LF] = {
        "reply-bare-lf", "RFC5321", "2.3.8", MUST,
        "a reply line ends in LF alone; only CRLF ends a line"},
    [SMTP_FLAW_REPLY_BARE_CR] = {
        "reply-bare-cr", "RFC5321", "4.2", GRAMMAR,
        "a reply line holds a CR that is not part of its CRLF"},
    [SMTP_FLAW_REPLY_NO_CODE] = {
        "reply-no-code", "RFC5321", "4.2", GRAMMAR,
        "a reply line does not begin with a three-digit code"},
    [SMTP_FLAW_REPLY_CODE_RANGE] = {
        "reply-code-range", "RFC5321", "4.2", GRAMMAR,
        "the reply code is out of range: the first digit is 2 to 5, the "
        "second 0 to 5"},
    [SMTP_FLAW_REPLY_SEPARATOR] = {
        "reply-separator", "RFC5321", "4.2", GRAMMAR,
        "neither a space nor a hyphen follows the reply code"},
    [SMTP_FLAW_REPLY_NO_SEPARATOR] = {
        "reply-no-separator", "RFC5321", "4.2.1", SHOULD,
        "the reply code stands alone; its space should be sent even "
        "without a text"},
    [SMTP_FLAW_REPLY_CODE_CHANGED] = {
        "reply-code-changed", "RFC5321", "4.2.1", MUST,
        "the lines of one reply do not all have the same code"},
    [SMTP_FLAW_REPLY_NUL] = {
        "reply-nul", "RFC5321", "4.2", GRAMMAR,
        "a reply line holds a NUL octet"},
    [SMTP_FLAW_REPLY_CONTROL] = {
        "reply-control", "RFC5321", "4.2", GRAMMAR,
        "a reply line holds a control character other than a tab"},
    [SMTP_FLAW_REPLY_8BIT] = {
        "reply-8bit", "RFC5321", "4.2", GRAMMAR,
        "a reply line holds an octet over 127; its text is US-ASCII"},
    [SMTP_FLAW_REPLY_LINE_LENGTH] = {
        "reply-line-length", "RFC5321", "4.5.3.1.5", SHOULD,
        "a reply line is longer than 512 octets, CRLF included"},
    [SMTP_FLAW_REPLY_EMPTY_LINE] = {
        "reply-empty-line", "RFC5321", "4.2", GRAMMAR,
        "an empty line stands where a reply line is due"},

    [SMTP_FLAW_GREETING_NO_DOMAIN] = {
        "greeting-no-domain", "RFC5321", "4.2", GRAMMAR,
        "the 220 greeting does not begin with a domain name or an address "
        "literal"},
    [SMTP_FLAW_GREETING_NO_TEXT] = {
        "greeting-no-text", "RFC5321", "4.2", GRAMMAR,
        "the 220 greeting has no text; it has to name the host"},

    [SMTP_FLAW_EHLO_NO_DOMAIN] = {
        "ehlo-no-domain", "RFC5321", "4.1.1.1", GRAMMAR,
        "the first line of the 250 reply does not begin with a domain name"},
    [SMTP_FLAW_EHLO_KEYWORD] = {
        "ehlo-keyword", "RFC5321", "4.1.1.1", GRAMMAR,
        "an EHLO keyword is not made of letters, digits and hyphens, "
        "beginning with a letter or digit"},
    [SMTP_FLAW_EHLO_PARAM] = {
        "ehlo-param", "RFC5321", "4.1.1.1", GRAMMAR,
        "an EHLO parameter holds an octet that is not printable US-ASCII"},
    [SMTP_FLAW_EHLO_SPACING] = {
        "ehlo-spacing", "RFC5321", "4.1.1.1", GRAMMAR,
        "an EHLO line has an empty parameter: two spaces in a row, or one "
        "at its end"},
    [SMTP_FLAW_EHLO_DUPLICATE] = {
        "ehlo-duplicate", "RFC5321", "4.1.1.1", MAY,
        "the EHLO reply lists a keyword twice; clients differ in which line "
        "they use"},

    [SMTP_FLAW_ENHANCED_MISSING] = {
        "enhanced-missing", "RFC2034", "4", MUST,
        "a reply line has no enhanced status code although the server "
        "offers them"},
    [SMTP_FLAW_ENHANCED_SYNTAX] = {
        "enhanced-syntax", "RFC2034", "4", GRAMMAR,
        "an enhanced status code is not of the form class.subject.detail "
        "and a space"},
    [SMTP_FLAW_ENHANCED_CLASS] = {
        "enhanced-class", "RFC2034", "4", MUST,
        "the class of the enhanced status code differs from the first digit "
        "of the reply code"},
    [SMTP_FLAW_ENHANCED_CHANGED] = {
        "enhanced-changed", "RFC2034", "4", MUST,
        "the lines of one reply do not all have the same enhanced status "
        "code"},

    [SMTP_FLAW_COMMAND_BARE_LF] = {
        "command-bare-lf", "RFC5321", "2.3.8", MUST,
        "a command line holds or ends in an LF without its CR"},
    [SMTP_FLAW_COMMAND_BARE_CR] = {
        "command-bare-cr", "RFC5321", "2.3.8", MUST,
        "a command line holds a CR without its LF"},
    [SMTP_FLAW_COMMAND_NUL] = {
        "command-nul", "RFC5321", "4.1.2", GRAMMAR,
        "a command line holds a NUL octet"},
    [SMTP_FLAW_COMMAND_8BIT] = {
        "command-8bit", "RFC5321", "2.4", MUST,
        "a command line holds an octet over 127 where no extension allows "
        "it"},
    [SMTP_FLAW_COMMAND_CONTROL] = {
        "command-control", "RFC5321", "4.1.2", GRAMMAR,
        "a command line holds a control character"},
    [SMTP_FLAW_COMMAND_LENGTH] = {
        "command-length", "RFC5321", "4.5.3.1.4", SHOULD,
        "a command line is longer than 512 octets and what the offered "
        "extensions add"},
    [SMTP_FLAW_COMMAND_VERB] = {
        "command-verb", "RFC5321", "4.1.1", GRAMMAR,
        "the line does not begin with a known command"},
    [SMTP_FLAW_COMMAND_SPACING] = {
        "command-spacing", "RFC5321", "4.1.1", GRAMMAR,
        "white space stands before the line end of a command (a server "
        "should tolerate it)"},
    [SMTP_FLAW_COMMAND_SEPARATOR] = {
        "command-separator", "RFC5321", "4.1.1", GRAMMAR,
        "a command has a space too many or a tab, or no space where one is "
        "due"},
    [SMTP_FLAW_COMMAND_ARG_MISSING] = {
        "command-arg-missing", "RFC5321", "4.1.1", GRAMMAR,
        "a command lacks an argument that its syntax requires"},
    [SMTP_FLAW_COMMAND_ARG_UNEXPECTED] = {
        "command-arg-unexpected", "RFC5321", "4.1.1", GRAMMAR,
        "a command has an argument that its syntax does not allow"},
    [SMTP_FLAW_COMMAND_ARG_SYNTAX] = {
        "command-arg-syntax", "RFC5321", "4.1.1", GRAMMAR,
        "an argument of a command does not match its syntax"},

    [SMTP_FLAW_PATH_KEYWORD] = {
        "path-keyword", "RFC5321", "4.1.1", GRAMMAR,
        "FROM: is missing behind MAIL, or TO: behind RCPT"},
    [SMTP_FLAW_PATH_SPACE] = {
        "path-space", "RFC5321", "3.3", GRAMMAR,
        "a space stands beside the colon of FROM: or TO:"},
    [SMTP_FLAW_PATH_BRACKETS] = {
        "path-brackets", "RFC5321", "4.1.2", GRAMMAR,
        "a path is not enclosed in angle brackets"},
    [SMTP_FLAW_PATH_NULL] = {
        "path-null", "RFC5321", "4.1.2", GRAMMAR,
        "the path is empty where a mailbox is needed"},
    [SMTP_FLAW_PATH_LOCAL_PART] = {
        "path-local-part", "RFC5321", "4.1.2", GRAMMAR,
        "the local part is neither a dot-string nor a quoted string"},
    [SMTP_FLAW_PATH_QUOTED] = {
        "path-quoted", "RFC5321", "4.1.2", GRAMMAR,
        "a quoted local part does not end, or holds what it may not"},
    [SMTP_FLAW_PATH_DOMAIN] = {
        "path-domain", "RFC5321", "4.1.2", GRAMMAR,
        "the domain is not made of labels of letters, digits and inner "
        "hyphens"},
    [SMTP_FLAW_PATH_LITERAL] = {
        "path-literal", "RFC5321", "4.1.3", GRAMMAR,
        "the address literal is not a valid IPv4, IPv6 or tagged address"},
    [SMTP_FLAW_PATH_ROUTE] = {
        "path-route", "RFC5321", "4.1.2", GRAMMAR,
        "the source route is not a list of @domain, then a colon"},
    [SMTP_FLAW_PATH_LENGTH] = {
        "path-length", "RFC5321", "4.5.3.1.3", SHOULD,
        "a path is longer than 256 octets, punctuation included"},
    [SMTP_FLAW_PATH_LOCAL_LENGTH] = {
        "path-local-length", "RFC5321", "4.5.3.1.1", SHOULD,
        "a local part is longer than 64 octets"},
    [SMTP_FLAW_PATH_DOMAIN_LENGTH] = {
        "path-domain-length", "RFC5321", "4.5.3.1.2", SHOULD,
        "a domain is longer than 255 octets"},
    [SMTP_FLAW_PATH_UTF8] = {
        "path-utf8", "RFC6531", "3.3", GRAMMAR,
        "a path holds octets that are not well-formed UTF-8"},
    [SMTP_FLAW_PATH_8BIT] = {
        "path-8bit", "RFC5321", "4.1.2", MUST,
        "a path holds non-ASCII octets without SMTPUTF8"},

    [SMTP_FLAW_PARAM_KEYWORD] = {
        "param-keyword", "RFC5321", "4.1.2", GRAMMAR,
        "a parameter's keyword is not made of letters, digits and hyphens, "
        "beginning with a letter or digit"},
    [SMTP_FLAW_PARAM_VALUE] = {
        "param-value", "RFC5321", "4.1.2", GRAMMAR,
        "a parameter's value is missing, unexpected, or not of the form "
        "that its extension defines"},
    [SMTP_FLAW_PARAM_DUPLICATE] = {
        "param-duplicate", "RFC3461", "4.5", MUST,
        "a parameter is given twice"},
    [SMTP_FLAW_PARAM_UNKNOWN] = {
        "param-unknown", "RFC5321", "2.2.2", MUST,
        "no registered extension defines this parameter for this command"},
    [SMTP_FLAW_XTEXT] = {
        "xtext", "RFC3461", "4", GRAMMAR,
        "a value is not xtext: printable US-ASCII, with + and = and the "
        "rest as + and two upper-case hexadecimal digits"},
    [SMTP_FLAW_BASE64] = {
        "base64", "RFC4954", "4", MUST,
        "a value is not base64: a foreign octet, wrong padding, or set bits "
        "behind the end"},

    [SMTP_FLAW_DATA_BARE_LF] = {
        "data-bare-lf", "RFC5321", "2.3.8", MUST,
        "the content holds an LF without its CR"},
    [SMTP_FLAW_DATA_BARE_CR] = {
        "data-bare-cr", "RFC5321", "2.3.8", MUST,
        "the content holds a CR without its LF"},
    [SMTP_FLAW_DATA_NUL] = {
        "data-nul", "RFC5321", "4.1.1.4", SHOULD,
        "the content holds a NUL octet; control characters should be "
        "avoided"},
    [SMTP_FLAW_DATA_8BIT] = {
        "data-8bit", "RFC5321", "2.4", MUST,
        "the content holds octets over 127, which need an extension such as "
        "8BITMIME"},
    [SMTP_FLAW_DATA_LINE_LENGTH] = {
        "data-line-length", "RFC5321", "4.5.3.1.6", SHOULD,
        "a line of content is longer than 1000 octets, CRLF included"},
};

const struct smtp_flaw_info *smtp_flaw_info(enum smtp_flaw f)
{
    return &flaws[f];
}

void smtp_flaws_add(struct smtp_flaws *fs, enum smtp_flaw f, size_t at)
{
    if (!smtp_flaws_any(fs) || at < fs->first_at) {
        fs->first = f;
        fs->first_at = at;
    }
    fs->set[(unsigned)f / 64] |= (uint64_t)1 << ((unsigned)f % 64);
}

void smtp_flaws_merge(struct smtp_flaws *fs, const struct smtp_flaws *from,
                      size_t shift)
{
    if (!smtp_flaws_any(from))
        return;
    smtp_flaws_add(fs, from->first, from->first_at + shift);
    fs->set[0] |= from->set[0];
    fs->set[1] |= from->set[1];
}
