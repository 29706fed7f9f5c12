/*
 * Every kind of rule by itself: what it does to the octets of a dialogue,
 * and to nothing else.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/server/dialogue.h"

#define V(verb) AT(SMTP_VERB_##verb)
#define HELLO   "220 ref.example.test ESMTP ready\r\n"
#define OK      "250 2.0.0 OK\r\n"
#define BYE     "221 2.0.0 ref.example.test Closing channel\r\n"
#define RESET   "250 2.0.0 Reset\r\n"

static const struct {
    struct server_rule rule;
    const char *input, *want;
} ROWS[] = {
    {{.at = V(NOOP), .op = OP_CODE, .value = 251},
     "NOOP\r\n", HELLO "251 2.0.0 OK\r\n"},
    {{.at = V(HELP), .op = OP_CODE_LAST, .value = 211},
     "HELP\r\n", HELLO
     "214-2.0.0 This server follows RFC 5321 to the letter\r\n"
     "214-2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT\r\n"
     "211 2.0.0 VRFY EXPN HELP STARTTLS AUTH\r\n"},
    {{.at = V(NOOP), .op = OP_ENHANCED, .text = ""},
     "NOOP\r\n", HELLO "250 OK\r\n"},
    {{.at = V(NOOP), .op = OP_ENHANCED, .text = "2.1.0"},
     "NOOP\r\n", HELLO "250 2.1.0 OK\r\n"},
    {{.at = V(HELP), .op = OP_ENHANCED_LAST, .text = "2.1.0"},
     "HELP\r\n", HELLO
     "214-2.0.0 This server follows RFC 5321 to the letter\r\n"
     "214-2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT\r\n"
     "214 2.1.0 VRFY EXPN HELP STARTTLS AUTH\r\n"},
    {{.at = V(NOOP), .op = OP_TEXT, .text = "a\nb %h\n%d%%\nc"},
     "NOOP\r\n", HELLO "250-2.0.0 a\r\n250-2.0.0 b ref.example.test\r\n"
     "250-2.0.0 %d%%\r\n250 2.0.0 c\r\n"},
    {{.at = V(NOOP), .op = OP_FIRST, .text = "x"},
     "NOOP\r\n", HELLO "250 2.0.0 x\r\n"},
    {{.at = V(NOOP), .op = OP_ADD, .text = "x"},
     "NOOP\r\n", HELLO "250-2.0.0 OK\r\n250 2.0.0 x\r\n"},
    {{.at = V(NOOP), .op = OP_SEPARATOR, .text = "_"},
     "NOOP\r\n", HELLO "250_2.0.0 OK\r\n"},
    {{.at = V(HELO), .op = OP_SEPARATOR_LAST, .text = "-"},
     "HELO a.example\r\n", HELLO "250-ref.example.test\r\n"},
    {{.at = AT_REPLIES, .op = OP_EOL, .text = "\n"},
     "NOOP\r\n", "220 ref.example.test ESMTP ready\n250 2.0.0 OK\n"},
    {{.at = V(NOOP), .op = OP_EOL_LAST, .text = "\r\r\n"},
     "NOOP\r\n", HELLO "250 2.0.0 OK\r\r\n"},
    {{.at = V(NOOP), .op = OP_BEFORE, .text = "x\r\n"},
     "NOOP\r\n", HELLO "x\r\n" OK},
    {{.at = V(NOOP), .op = OP_AFTER, .text = "\0x", .text_n = 2},
     "NOOP\r\n", HELLO OK "\0x"},
    {{.at = V(NOOP), .op = OP_INSTEAD, .text = ""},
     "NOOP\r\nRSET\r\n", HELLO RESET},
    {{.at = V(NOOP), .op = OP_TWICE, .value = 2},
     "NOOP\r\n", HELLO OK OK OK},
    {{.at = V(NOOP), .op = OP_DROP}, "NOOP\r\nRSET\r\n", HELLO RESET},
    {{.at = V(NOOP), .op = OP_HOLD}, "NOOP\r\n", HELLO},
    {{.at = V(NOOP), .op = OP_HOLD}, "NOOP\r\nRSET\r\n", HELLO OK RESET},
    {{.at = V(QUIT), .op = OP_UNSAY},
     "RSET\r\nRSET\r\nQUIT\r\n", HELLO BYE "<close>"},
    {{.at = V(NOOP), .op = OP_CUT, .value = 5},
     "NOOP\r\nRSET\r\n", HELLO "250 2" RESET},
    {{.at = V(NOOP), .op = OP_CUT, .value = 500}, "NOOP\r\n", HELLO OK},
    {{.at = V(NOOP), .op = OP_DELAY, .value = 9},
     "RSET\r\nNOOP\r\nRSET\r\n", HELLO RESET "<wait>" OK RESET},
    {{.at = V(NOOP), .op = OP_AFTER_LATE, .value = 9, .text = "x\r\n"},
     "NOOP\r\nRSET\r\n", HELLO OK "<wait>x\r\n" RESET},
    {{.at = V(NOOP), .op = OP_CLOSE}, "NOOP\r\nRSET\r\n", HELLO "<close>"},
    {{.at = V(NOOP), .op = OP_CLOSE_AFTER},
     "NOOP\r\nRSET\r\n", HELLO OK "<close>"},
    {{.at = V(NOOP), .op = OP_RESET}, "NOOP\r\nRSET\r\n", HELLO "<reset>"},
    {{.at = V(QUIT), .op = OP_OPEN}, "QUIT\r\nNOOP\r\n", HELLO BYE OK},
    {{.at = V(QUIT), .op = OP_MUTE}, "QUIT\r\nNOOP\r\n", HELLO BYE},
    {{.at = V(NOOP), .op = OP_LOSE}, "NOOP\r\nRSET\r\n\fRSET\r\n",
     HELLO OK RESET},
    {{.at = V(NOOP), .op = OP_SET, .value = FACT_AUTH | FACT_EHLO},
     "NOOP\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.c>\r\n",
     HELLO OK "250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n"},
    {{.at = V(NOOP), .op = OP_CLEAR, .value = FACT_HELO},
     "HELO a.example\r\nNOOP\r\nMAIL FROM:<>\r\n",
     HELLO "250 ref.example.test\r\n" OK "503 5.5.1 EHLO first\r\n"},
    {{.at = V(MAIL), .op = OP_PASS, .code = 503},
     "MAIL FROM:<>\r\n", HELLO "250 2.1.0 Sender OK\r\n"},
    {{.at = V(MAIL), .op = OP_PASS, .code = 530},
     "MAIL FROM:<>\r\n", HELLO "503 5.5.1 EHLO first\r\n"},
    {{.at = V(NOOP), .op = OP_REFUSE, .value = 450, .text = "4.7.0 later"},
     "NOOP\r\n", HELLO "450 4.7.0 later\r\n"},
    /* where they match */
    {{.at = V(NOOP), .op = OP_CODE, .code = 251, .value = 550},
     "NOOP\r\n", HELLO OK},
    {{.at = V(NOOP), .op = OP_CODE, .code = 2, .value = 550},
     "NOOP\r\n", HELLO "550 2.0.0 OK\r\n"},
    {{.at = V(NOOP), .op = OP_DROP, .from = 2, .to = 3},
     "NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n", HELLO OK OK},
    {{.at = V(NOOP), .op = OP_DROP, .need = FACT_HELO},
     "NOOP\r\nHELO a.example\r\nNOOP\r\n",
     HELLO OK "250 ref.example.test\r\n"},
    {{.at = V(NOOP), .op = OP_DROP, .without = FACT_HELO},
     "NOOP\r\nHELO a.example\r\nNOOP\r\n",
     HELLO "250 ref.example.test\r\n" OK},
    {{.at = V(NOOP), .op = OP_DROP, .word = "noop|Noop"},
     "NOOP\r\nnoop\r\nNoop\r\nnOOP\r\n", HELLO OK OK},
    {{.at = V(NOOP), .op = OP_DROP, .word = "!noop|Noop"},
     "NOOP\r\nnoop\r\nNoop\r\nnOOP\r\n", HELLO OK OK},
    {{.at = AT_UNKNOWN, .op = OP_DROP}, "FOO\r\nNOOP\r\n", HELLO OK},
};

/* Rows whose octets hold NUL: their length cannot be taken by strlen. */
static size_t length(const char *want)
{
    static const char with_nul[] = HELLO OK "\0x";
    return memcmp(want, with_nul, strlen(want)) == 0 &&
                   strlen(want) == strlen(with_nul)
               ? sizeof(with_nul) - 1
               : strlen(want);
}

Test(rules, each)
{
    static struct dialogue d;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        size_t want = ROWS[i].rule.text_n ? length(ROWS[i].want)
                                          : strlen(ROWS[i].want);
        dialogue_init(&d, SERVER_MX, NULL);
        cr_assert(policy_add(&d.policy, &ROWS[i].rule));
        dialogue_run(&d, ROWS[i].input, strlen(ROWS[i].input), 1000, 0);
        cr_expect(d.n == want && memcmp(d.octets, ROWS[i].want, want) == 0,
                  "row %zu, op %u:\n%.*s", i, ROWS[i].rule.op, (int)d.n,
                  d.octets);
        dialogue_free(&d);
    }
}

/* A flood is bounded by the rule, not by the output buffer. */
Test(rules, more_than_the_buffer_holds)
{
    static struct dialogue d;
    static const struct server_rule flood = {
        .at = V(NOOP), .op = OP_TWICE, .value = 3999};
    dialogue_init(&d, SERVER_MX, NULL);
    cr_assert(policy_add(&d.policy, &flood));
    dialogue_run(&d, "NOOP\r\n", 6, 6, 0);
    cr_expect_eq(d.n, strlen(HELLO) + 4000 * strlen(OK));
    dialogue_free(&d);
}

Test(rules, room)
{
    static struct dialogue d;
    dialogue_init(&d, SERVER_MX, NULL);
    for (int i = 0; i < SERVER_RULES; i++)
        cr_expect(policy_add(&d.policy, &ROWS[0].rule));
    cr_expect_not(policy_add(&d.policy, &ROWS[0].rule));
}
