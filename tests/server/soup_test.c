/*
 * Soups of commands and junk from a fixed generator: the session neither
 * crashes nor says anything else when the same octets come in other pieces,
 * and every reply keeps to the grammar.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "tests/server/dialogue.h"

static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* STARTTLS is not among them: octets behind it in one piece are dropped. */
static const char *const PIECES[] = {
    "EHLO client.example", "HELO client.example", "LHLO client.example",
    "MAIL FROM:<a@client.example>", "MAIL FROM:<>", "mail from:<a@b.c> SIZE=9",
    "MAIL FROM:<a@b.c> BODY=BINARYMIME", "MAIL FROM:<\xC3\xA9@b.c> SMTPUTF8",
    "RCPT TO:<b@example.test>", "RCPT TO:<Postmaster>", "RCPT TO:<x@y.z>",
    "RCPT TO:<nosuch@example.test>", "RCPT TO:<\xC3\xA9@example.test>",
    "DATA", "DATA", "DATA", ".", ".", "..", "x", "BDAT 3\r\nabc", "BDAT 0",
    "BDAT 7 LAST\r\nQUIT\r\n.", "BDAT 0 LAST", "BDAT x", "RSET", "NOOP",
    "VRFY x", "EXPN x", "HELP", "ETRN a.b", "AUTH PLAIN", "*", "AUTH LOGIN",
    "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3", "AA==", "AUTH FOO",
    "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAd3Jvbmc=", "AUTH PLAIN =",
    "QUIT now", "FOO", "", "\r", "\n", "\n.\n", "GET / HTTP/1.1", " NOOP",
    "NOOP\t", "NO OP", "MAIL", "RCPT TO:<", "BURL x LAST", "DATA x",
};
#define COUNT (sizeof(PIECES) / sizeof(PIECES[0]))

static size_t cook(uint32_t *state, char *out, size_t cap)
{
    size_t n = 0;
    unsigned lines = 4 + next(state) % 40;
    while (lines-- > 0 && n + 300 < cap) {
        const char *piece = PIECES[next(state) % COUNT];
        size_t k = strlen(piece);
        memcpy(out + n, piece, k);
        n += k;
        uint32_t dice = next(state) % 64;
        if (dice == 0)
            out[n++] = (char)next(state);
        memcpy(out + n, dice == 1 ? "\n" : "\r\n", dice == 1 ? 1 : 2);
        n += dice == 1 ? 1 : 2;
    }
    /* A form feed is the tests' own mark. */
    for (char *p = out; (p = memchr(p, '\f', n - (size_t)(p - out)));)
        *p = ' ';
    return n;
}

/* A hang ends as a crash (the framework's own timeout leaks memory). */
static void guard(void)
{
    alarm(120);
}

TestSuite(soup, .init = guard);

Test(soup, pieces_do_not_matter)
{
    static struct dialogue whole, split;
    static char input[20000], text[DIALOGUE_MAX];
    static const enum server_mode MODES[] = {SERVER_MX, SERVER_SUBMISSION,
                                             SERVER_LMTP, SERVER_TLS_REQUIRED};
    uint32_t state = 20261121;
    for (int i = 0; i < 4000; i++) {
        size_t n = cook(&state, input, sizeof(input));
        enum server_mode mode = MODES[i % 4];
        dialogue_init(&whole, mode, NULL);
        dialogue_run(&whole, input, n, n, 0);
        dialogue_init(&split, mode, NULL);
        dialogue_run(&split, input, n, 1 + next(&state) % 30, 0);
        bool same = whole.n == split.n &&
                    memcmp(whole.octets, split.octets, whole.n) == 0 &&
                    whole.stored_n == split.stored_n &&
                    memcmp(whole.stored, split.stored, whole.stored_n) == 0;
        cr_expect(same, "soup %d:\n%.*s\n--- whole:\n%.*s\n--- split:\n%.*s", i,
                  (int)n, input, (int)whole.n, whole.octets, (int)split.n,
                  split.octets);
        dialogue_short(&whole, text, sizeof(text));
        cr_expect_not(strchr(text, '!') || strstr(text, "..."), "soup %d: %s",
                      i, text);
        dialogue_free(&whole);
        dialogue_free(&split);
    }
}

/* Every fault at work on soup: nothing to compare, but nothing may break. */
Test(soup, faults_survive)
{
    static struct dialogue d;
    static char input[20000];
    uint32_t state = 7504;
    const struct server_fault *f;
    for (size_t i = 0; (f = server_fault_at(i)); i++)
        for (int k = 0; k < 6; k++) {
            size_t n = cook(&state, input, sizeof(input));
            dialogue_init(&d, f->mode, f->name);
            d.implicit_tls = k % 2;
            dialogue_run(&d, input, n, 1 + next(&state) % 30, 0);
            cr_expect_gt(d.n, 0, "%s", f->name);
            dialogue_free(&d);
        }
}
