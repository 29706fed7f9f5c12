/*
 * code: looking up reply codes, classes and categories.
 *
 * RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39
 * 4.2.1: the first digit is the class, the second the category.
 */
#include "smtp/code.h"

#include "smtp/code_rows.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct smtp_code *const tables[] = {
    smtp_code_rows_positive, smtp_code_rows_transient, smtp_code_rows_command,
    smtp_code_rows_channel,  smtp_code_rows_mail,
};

struct digit {
    const char *name;
    const char *meaning;
};

static const struct digit classes[] = {
    [2] = {"Positive completion",
           "The request was carried out. The client goes on with its next "
           "command; there is nothing to repeat."},
    [3] = {"Positive intermediate",
           "The command was accepted, but the request waits for more input "
           "from the client. The client sends what the reply asks for and "
           "then gets the final reply."},
    [4] = {"Transient negative completion",
           "The request was refused for now and nothing was done. The "
           "condition is expected to pass: the client keeps the message and "
           "repeats the same request later."},
    [5] = {"Permanent negative completion",
           "The request was refused and nothing was done. Repeating it "
           "unchanged will fail again: the client reports the failure, and "
           "somebody must change the request, the account or the server "
           "first."},
};

static const struct digit categories[] = {
    [0] = {"Syntax",
           "It is about the command itself: its syntax, its place in the "
           "session, or whether the server has it at all."},
    [1] = {"Information",
           "It answers a request for information, such as help or status."},
    [2] = {"Connections", "It is about the connection or the session."},
    [3] = {NULL, "RFC 5321 leaves this digit open; the authentication and "
                 "TLS extensions use it."},
    [4] = {NULL, "RFC 5321 leaves this digit open."},
    [5] = {"Mail system",
           "It is about the receiving mail system and the address, message "
           "or other mail action that was asked of it."},
};

static const char *const event_names[] = {
    "a new connection", "EHLO/HELO", "STARTTLS",
    "AUTH",             "MAIL",      "RCPT",
    "DATA",             "the end of the message",
    "BDAT",             "BURL",      "RSET",
    "NOOP",             "VRFY",      "EXPN",
    "HELP",             "ETRN",      "ATRN",
    "unknown commands", "QUIT",      "any command",
};

static const char *const link_texts[] = {
    [SMTP_LINK_STAYS]     = "the connection stays open",
    [SMTP_LINK_CLOSES]    = "the server closes the connection",
    [SMTP_LINK_MAY_CLOSE] = "the server may close the connection",
};

static const char *const retry_texts[] = {
    [SMTP_RETRY_DONE]      = "there is nothing to repeat",
    [SMTP_RETRY_GO_ON]     = "the client sends what is asked for",
    [SMTP_RETRY_LATER]     = "the same request may succeed later",
    [SMTP_RETRY_CHANGED]   = "the same request fails until something changes",
    [SMTP_RETRY_ELSEWHERE] = "no such request will succeed here",
};

static const char *const scope_texts[] = {
    [SMTP_SCOPE_SESSION] = "the session",
    [SMTP_SCOPE_COMMAND] = "one command",
    [SMTP_SCOPE_LOGIN]   = "the login",
    [SMTP_SCOPE_ADDRESS] = "one address",
    [SMTP_SCOPE_MESSAGE] = "the message",
    [SMTP_SCOPE_QUEUE]   = "mail waiting for the client",
};

const struct smtp_code *smtp_code_at(size_t i)
{
    for (size_t t = 0; t < COUNT(tables); t++) {
        for (const struct smtp_code *row = tables[t]; row->code; row++) {
            if (i-- == 0)
                return row;
        }
    }
    return NULL;
}

const struct smtp_code *smtp_code_find(unsigned code)
{
    for (size_t t = 0; code && t < COUNT(tables); t++) {
        for (const struct smtp_code *row = tables[t]; row->code; row++) {
            if (row->code == code)
                return row;
        }
    }
    return NULL;
}

const char *smtp_code_class(unsigned first_digit)
{
    return first_digit < COUNT(classes) ? classes[first_digit].name : NULL;
}

const char *smtp_code_class_meaning(unsigned first_digit)
{
    return first_digit < COUNT(classes) ? classes[first_digit].meaning : NULL;
}

const char *smtp_code_category(unsigned second_digit)
{
    if (second_digit >= COUNT(categories))
        return NULL;
    return categories[second_digit].name;
}

const char *smtp_code_category_meaning(unsigned second_digit)
{
    if (second_digit >= COUNT(categories))
        return "The grammar of RFC 5321 has no second digit above 5.";
    return categories[second_digit].meaning;
}

const char *smtp_code_event_name(unsigned i)
{
    return i < COUNT(event_names) ? event_names[i] : NULL;
}

const char *smtp_code_link_text(unsigned link)
{
    return link < COUNT(link_texts) ? link_texts[link] : NULL;
}

const char *smtp_code_retry_text(unsigned retry)
{
    return retry < COUNT(retry_texts) ? retry_texts[retry] : NULL;
}

const char *smtp_code_scope_text(unsigned scope)
{
    return scope < COUNT(scope_texts) ? scope_texts[scope] : NULL;
}
