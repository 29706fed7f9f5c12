/* parse: parts and flaws of octets in a file. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "tests/cli/capture.h"

TestSuite(parse, .fini = capture_clean);

static void run(struct capture *c, const char *kind, const char *in, size_t n)
{
    char line[200];

    snprintf(line, sizeof line, "%s %s", kind, capture_file("in", in, n));
    capture_run(c, cli_parse, line);
}

Test(parse, inputs)
{
    static const struct {
        const char *kind, *in;
        size_t n; /* 0: up to its NUL */
        int status;
        const char *want; /* in the output */
    } rows[] = {
        {"reply", "250 ok\r\n", 0, 0, "250 Requested mail action completed"},
        {"reply", "250-a\r\n250 2.1.0 b\r\n", 0, 0, "last line   250 2.1.0 b"},
        {"reply", "250 2.1.5 b\r\n", 0, 0, "enhanced    2.1.5 Destination"},
        {"reply", "250 ok\r\n220 x\r\n", 0, 0, "reply 2: 7 octets"},
        {"reply", "250 ok\n", 0, 1, "reply-bare-lf at octet 6"},
        {"reply", "250 \033[2J\r\n", 0, 1, "250 \\x1B[2J\\r\\n"},
        {"reply", "nonsense\r\n", 0, 1, "reply-no-code at octet 0"},
        {"reply", "250-a\r\n", 0, 1, "no line end"},
        {"reply", "250 a\0b\r\n", 9, 1, "reply-nul at octet 5"},
        {"command", "QUIT\r\n", 0, 0, "verb        QUIT"},
        {"command", "MAIL FROM:<a@b.example> SIZE=10 BODY=7BIT\r\n", 0, 0,
         "param       BODY=7BIT"},
        {"command", "RCPT TO:<a@[127.0.0.1]>\r\n", 0, 0, "IPv4 literal"},
        {"command", "MAIL FROM:<> X=1\r\n", 0, 1, "param (new) X=1"},
        {"command", "AUTH PLAIN AGEAYg==\r\n", 0, 0, "mechanism   PLAIN"},
        {"command", "BDAT 12 LAST\r\n", 0, 0, "12, the last"},
        {"command", "FROB\r\n", 0, 1, "command-verb at octet 0"},
        {"command", "QUIT", 0, 1, "no line end"},
        {"path", "<a@b.example>\r\n", 0, 0, "local part  a"},
        {"path", "<>", 0, 0, "the empty reverse-path"},
        {"path", "a@b.example\n<c@d.example>\n", 0, 0, "path 2: 13 octets"},
        {"path", "<a@b_c>\n", 0, 1, "path-domain"},
        {"path", "<a@b.example> x\n", 0, 1, "behind it    x"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        run(&c, rows[i].kind, rows[i].in,
            rows[i].n ? rows[i].n : strlen(rows[i].in));
        cr_expect_eq(c.status, rows[i].status, "%s: %d", rows[i].in, c.status);
        cr_expect(strstr(c.out, rows[i].want), "%s: %s", rows[i].in, c.out);
        cr_expect_str_eq(c.err, "", "%s", rows[i].in);
        capture_free(&c);
    }
}

Test(parse, limits)
{
    size_t n = (size_t)1024 * 1024 + 1;
    char *in = malloc(n);
    struct capture c;

    cr_assert(in);
    memset(in, 'a', n);
    run(&c, "reply", in, 100000);
    cr_expect_eq(c.status, 1);
    cr_expect(strstr(c.out, "over 65536 octets without an end"));
    capture_free(&c);
    run(&c, "command", in, n);
    cr_expect_eq(c.status, 2);
    cr_expect(strstr(c.err, "expected at most 1 MiB"), "%s", c.err);
    capture_free(&c);
    run(&c, "path", in, 0);
    cr_expect_eq(c.status, 2);
    cr_expect(strstr(c.err, "expected input"), "%s", c.err);
    capture_free(&c);
    free(in);
}
