/* Names of verbs, the limits of their lines, and long arguments. */
#include "smtp/command.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Octets of a buffer that is no string. */
static void put(char *to, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = text[i];
}

/* The initial response is judged in pieces: faults at their edges. */
Test(verb, long_initial_response)
{
    static const struct {
        size_t n, at;
        const char *put, *flaws;
    } rows[] = {
        {256, 0, "A", ""},           {512, 0, "A", ""},
        {512, 510, "==", ""},        {260, 259, "=", ""},
        {260, 255, "=", "@266"},     {512, 254, "==", "@265"},
        {513, 0, "A", "@524"},       {512, 256, "=", "@267"},
        {512, 300, "*", "@311"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_command_scan scan = {0};
        struct smtp_command c;
        char in[600];
        char flaws[32] = "";
        memset(in, 'A', sizeof(in));
        put(in, "AUTH PLAIN ", 11);
        put(in + 11 + rows[i].at, rows[i].put, strlen(rows[i].put));
        put(in + 11 + rows[i].n, "\r\n", 2);
        ssize_t n = smtp_command_parse(&scan, 0, in, 13 + rows[i].n, &c);
        cr_expect_eq(n, (ssize_t)(13 + rows[i].n));
        if (smtp_flaws_has(&c.flaws, SMTP_FLAW_BASE64))
            snprintf(flaws, sizeof(flaws), "@%zu", c.flaws.first_at);
        cr_expect_str_eq(flaws, rows[i].flaws, "%zu %s at %zu: %s", rows[i].n,
                         rows[i].put, rows[i].at, flaws);
    }
}

/* A line over the limit, and the hosts and local parts that are. */
Test(verb, over_limits)
{
    static const struct {
        const char *head;
        size_t n;
        enum smtp_flaw flaw;
        bool want;
    } rows[] = {
        {"NOOP ", 512, SMTP_FLAW_COMMAND_LENGTH, false},
        {"NOOP ", 513, SMTP_FLAW_COMMAND_LENGTH, true},
        {"RCPT TO:<", 1036, SMTP_FLAW_COMMAND_LENGTH, false},
        {"RCPT TO:<", 1037, SMTP_FLAW_COMMAND_LENGTH, true},
        {"AUTH X ", 12288, SMTP_FLAW_COMMAND_LENGTH, false},
        {"AUTH X ", 12289, SMTP_FLAW_COMMAND_LENGTH, true},
        {"BURL x:", 60000, SMTP_FLAW_COMMAND_LENGTH, false},
        {"EHLO ", 262, SMTP_FLAW_PATH_DOMAIN_LENGTH, false},
        {"EHLO ", 263, SMTP_FLAW_PATH_DOMAIN_LENGTH, true},
    };
    static char in[SMTP_COMMAND_MAX];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_command_scan scan = {0};
        struct smtp_command c;
        memset(in, 'a', sizeof(in));
        put(in, rows[i].head, strlen(rows[i].head));
        put(in + rows[i].n - 2, "\r\n", 2);
        cr_expect_eq(smtp_command_parse(&scan, 0, in, rows[i].n, &c),
                     (ssize_t)rows[i].n);
        cr_expect_eq(smtp_flaws_has(&c.flaws, rows[i].flaw), rows[i].want,
                     "%s %zu", rows[i].head, rows[i].n);
    }
}

Test(verb, line_limits)
{
    static const struct {
        enum smtp_verb verb;
        unsigned extensions;
        size_t want;
    } rows[] = {
        {SMTP_VERB_NOOP, ~0u, 512},
        {SMTP_VERB_UNKNOWN, 0, 512},
        {SMTP_VERB_MAIL, 0, 512},
        {SMTP_VERB_MAIL, SMTP_EXT_SIZE, 538},
        {SMTP_VERB_MAIL, SMTP_EXT_8BITMIME, 526},
        {SMTP_VERB_MAIL, SMTP_EXT_BINARYMIME, 528},
        {SMTP_VERB_MAIL, SMTP_EXT_BINARYMIME | SMTP_EXT_8BITMIME, 528},
        {SMTP_VERB_MAIL, SMTP_EXT_AUTH | SMTP_EXT_SIZE, 1038},
        {SMTP_VERB_MAIL, SMTP_EXT_SMTPUTF8, 522},
        {SMTP_VERB_MAIL, SMTP_EXT_REQUIRETLS, 523},
        {SMTP_VERB_MAIL, SMTP_EXT_MT_PRIORITY, 527},
        {SMTP_VERB_MAIL, SMTP_EXT_HOLD, 546},
        {SMTP_VERB_MAIL, SMTP_EXT_DELIVERBY, 529},
        {SMTP_VERB_MAIL, SMTP_EXT_DSN, 622},
        {SMTP_VERB_RCPT, SMTP_EXT_SIZE, 512},
        {SMTP_VERB_RCPT, SMTP_EXT_DSN, 1036},
        {SMTP_VERB_AUTH, 0, 512},
        {SMTP_VERB_AUTH, SMTP_EXT_AUTH, 12288},
        {SMTP_VERB_BURL, 0, SMTP_COMMAND_MAX},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(smtp_command_limit(rows[i].verb, rows[i].extensions),
                     rows[i].want, "row %zu", i);
}

Test(verb, names)
{
    for (unsigned v = 0; v < SMTP_VERB_COUNT; v++) {
        char lower[16];
        const char *name = smtp_verb_name((enum smtp_verb)v);
        size_t n = strlen(name);
        for (size_t i = 0; i < n; i++)
            lower[i] = smtp_lower(name[i]);
        cr_expect_eq(smtp_verb_find(smtp_span_of(name, n)),
                     (enum smtp_verb)v);
        cr_expect_eq(smtp_verb_find(smtp_span_of(lower, n)),
                     (enum smtp_verb)v);
    }
    cr_expect_str_eq(smtp_verb_name(SMTP_VERB_COUNT), "");
    cr_expect_eq(smtp_verb_find(SMTP_SPAN("MAILMAIL")), SMTP_VERB_UNKNOWN);
    cr_expect_eq(smtp_verb_find(SMTP_SPAN("MA\x69\x0c")), SMTP_VERB_UNKNOWN);
}
