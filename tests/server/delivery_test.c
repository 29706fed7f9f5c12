/*
 * What the faults of delivery do to a message and its trace lines; without
 * them it is stored as it was sent.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/server/dialogue.h"

#define EHLO "EHLO client.example\r\n"
#define FROM "MAIL FROM:<a@client.example>\r\n"
#define TO   "RCPT TO:<b@example.test>\r\n"
#define OPEN EHLO FROM TO
#define BYTES(x) x, sizeof(x) - 1

struct row {
    const char *fault;  /* NULL: strict */
    const char *input;
    size_t n;
    const char *has;    /* in what was stored */
    const char *lacks;  /* or NULL */
    size_t messages;    /* committed */
};

static const struct row ROWS[] = {
    {NULL, BYTES(OPEN "DATA\r\n..a\r\n.b\r\n.\r\n"), "\r\n.a\r\nb\r\n", NULL,
     1},
    {NULL, BYTES(OPEN "BDAT 5\r\n.a\r\n\tRSET\r\n"), "\t", NULL, 0},
    {NULL, BYTES(OPEN "BDAT 5\r\n.a\r\n\tQUIT\r\n"), "\t", NULL, 0},
    {NULL, BYTES(OPEN "DATA\r\nhalf\r\n"), "half", NULL, 0},
    {NULL, BYTES(OPEN "DATA\r\na\nb\r\n.\r\n"), "a\nb", NULL, 0},
    {"deliver-7bit", BYTES(OPEN "DATA\r\nx\xe9y\r\n.\r\n"), "xiy", "\xe9", 1},
    {"deliver-fields-changed", BYTES(OPEN "DATA\r\nReply-To: a\r\n\r\nR\r\n"
                                          ".\r\n"),
     "reply-To: a\r\n\r\nR", NULL, 1},
    {"deliver-never", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "x", NULL, 0},
    {"deliver-no-bcc", BYTES(OPEN "DATA\r\nBcc: x\r\n\r\n.\r\n"), "Xcc: x",
     "Bcc", 1},
    {"deliver-no-controls", BYTES(OPEN "DATA\r\nx\x01\ty\x7f\r\n.\r\n"),
     "x\ty\r\n", NULL, 1},
    {"deliver-no-nul", BYTES(OPEN "BDAT 3 LAST\r\nx\0y"), "xy", NULL, 1},
    {"deliver-nobody", BYTES(EHLO FROM "DATA\r\nx\r\n.\r\n"), "x", NULL, 1},
    {"deliver-old-chunks", BYTES(OPEN "BDAT 6\r\nx: y\r\nRSET\r\n" FROM TO
     "DATA\r\nz\r\n.\r\n"), "x: y\r\nz\r\n", NULL, 1},
    {"deliver-on-loss", BYTES(OPEN "DATA\r\nhalf\r\n"), "half", NULL, 1},
    {"deliver-on-rset", BYTES(OPEN "BDAT 2\r\nxyRSET\r\n"), "xy", NULL, 1},
    {"deliver-pairs", BYTES(OPEN "DATA\r\n.x\r\n..y\r\n.\r\n"),
     ".x\r\n.y\r\n", NULL, 1},
    {"deliver-refused", BYTES(OPEN "DATA\r\na\nb\r\n.\r\n"), "a\nb", NULL, 1},
    {"deliver-segment-dot", BYTES(OPEN "DATA\r\nx\r\n\f..y\r\nz\r\n.\r\n"),
     "x\r\n..y", NULL, 1},
    {"deliver-stuffed", BYTES(OPEN "DATA\r\n..x\r\n.\r\n"), "\r\n..x", NULL,
     1},
    {"deliver-tabs", BYTES(OPEN "DATA\r\nx\ty\r\n.\r\n"), "x y", NULL, 1},
    {"deliver-undot", BYTES(OPEN "DATA\r\n...x\r\n.\r\n"), "\r\n.x", NULL, 1},
    {"deliver-undot-chunk", BYTES(OPEN "BDAT 6 LAST\r\n..x\r\n."),
     "\r\n.x\r\n", NULL, 1},
    {"quit-delivers", BYTES(OPEN "BDAT 2\r\nxyQUIT\r\n"), "xy", NULL, 1},
    {"trace-apparently-to", BYTES(OPEN "DATA\r\nx\r\n.\r\n"),
     "Apparently-To: <tester@example.test>\r\n", NULL, 1},
    {"trace-esmtp", BYTES(OPEN "STARTTLS\r\n\f" OPEN "DATA\r\nx\r\n.\r\n"),
     " with ESMTP id", NULL, 1},
    {"trace-for-many", BYTES(OPEN TO "DATA\r\nx\r\n.\r\n"),
     "for <b@example.test>, <another@example.test>;", NULL, 1},
    {"trace-low", BYTES(OPEN "DATA\r\nA: b\r\nC: d\r\n.\r\n"),
     "A: b\r\nReturn-Path: ", NULL, 1},
    {"trace-name", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "from unknown.invalid ([",
     "client.example (", 1},
    {"trace-no-address", BYTES(OPEN "DATA\r\nx\r\n.\r\n"),
     "from client.example by", "[", 1},
    {"trace-no-from", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "Received: by ref",
     "from", 1},
    {"trace-no-path", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "Received: from",
     "Return-Path", 1},
    {"trace-none", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "x", "Received", 1},
    {"trace-order", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "id id-1 with ESMTP",
     NULL, 1},
    {"trace-path", BYTES(OPEN "DATA\r\nx\r\n.\r\n"),
     "Return-Path: <nobody@example.test>", "a@client", 1},
    {"trace-path-behind", BYTES(OPEN "DATA\r\nReturn-Path: <x@y>\r\nA: b\r\n"
     "To: c\r\n\r\n.\r\n"), "To: c", "A: b", 1},
    {"trace-smtps", BYTES(EHLO "STARTTLS\r\n\fHELO client.example\r\n" FROM TO
     "DATA\r\nx\r\n.\r\n"), "with SMTPS id", NULL, 1},
    {"trace-with", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), "with XMTP id", NULL, 1},
    {"trace-year", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), " Nov 26 ", NULL, 1},
    {"trace-zone", BYTES(OPEN "DATA\r\nx\r\n.\r\n"), " GMT\r\n", NULL, 1},
};

static bool holds(const struct dialogue *d, const char *what)
{
    return memmem(d->stored, d->stored_n, what, strlen(what)) != NULL;
}

Test(delivery, faults)
{
    static struct dialogue d;

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        const struct row *r = &ROWS[i];
        const char *name = r->fault ? r->fault : "strict";
        dialogue_init(&d, SERVER_MX, r->fault);
        dialogue_run(&d, r->input, r->n, r->n, 0);
        dialogue_free(&d);
        cr_expect_eq(d.messages, r->messages, "%s (%zu): %zu messages", name,
                     i, d.messages);
        cr_expect(holds(&d, r->has), "%s (%zu): %.*s", name, i,
                  (int)d.stored_n, d.stored);
        cr_expect(!r->lacks || !holds(&d, r->lacks), "%s (%zu): %.*s", name,
                  i, (int)d.stored_n, d.stored);
    }
}

/* Broken where a line has 500 octets, with the limit and without. */
Test(delivery, wrap)
{
    static struct dialogue d;
    static char input[2000];
    const char *const faults[] = {"deliver-wrap", "deliver-wrap-long"};

    for (size_t i = 0; i < 2; i++) {
        size_t length = i ? 1200 : 600;
        size_t n = (size_t)sprintf(input, "%s", OPEN "DATA\r\n");
        memset(input + n, 'a', length);
        n += length;
        n += (size_t)sprintf(input + n, "\r\n.\r\n");
        dialogue_init(&d, SERVER_MX, faults[i]);
        dialogue_run(&d, input, n, n, 0);
        dialogue_free(&d);
        cr_expect_eq(d.messages, 1, "%s", faults[i]);
        cr_expect(holds(&d, "aaaa\r\naaaa"), "%s", faults[i]);
    }
}
