/*
 * Inputs of the live fuzzer: every string of octets is one, and units are
 * cut where a server would cut them.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "live/input.h"

Test(input, header_there_and_back)
{
    for (unsigned i = 0; i < 65536; i += 7) {
        uint8_t data[6] = {(uint8_t)(i & 15u), (uint8_t)(i >> 4),
                           (uint8_t)(i >> 8), (uint8_t)i, 'a', 'b'};
        uint8_t head[LIVE_INPUT_HEADER];
        struct live_input in;

        live_input_read(&in, data, sizeof data);
        live_input_header(&in, head);
        cr_assert_arr_eq(head, data, sizeof head, "%u", i);
        cr_assert(in.stream.n == 2 && in.stream.p == (char *)data + 4);
    }
}

Test(input, short_ones_are_headers)
{
    static const uint8_t data[3] = {6, 1, 2};

    for (size_t n = 0; n <= sizeof data; n++) {
        struct live_input in;

        live_input_read(&in, data, n);
        cr_expect(in.stream.n == 0);
        cr_expect(in.tls == (n > 0));
        cr_expect(in.groups == (n > 1 ? 1 : 0));
    }
}

Test(input, streams_are_bounded)
{
    static uint8_t data[LIVE_INPUT_MAX + 100];
    struct live_input in;

    live_input_read(&in, data, sizeof data);
    cr_expect(in.stream.n == LIVE_INPUT_MAX);
}

/* "c9" is a command of 9 octets, "d" content, "a" an answer, "t" a tail; "!"
 * behind it: odd. */
static void describe(struct smtp_span s, enum live_phase phase, char *out,
                     size_t cap)
{
    static const char kinds[] = "cdat";
    struct live_unit u;
    size_t at = 0, n = 0;

    out[0] = '\0';
    while (live_unit_next(smtp_span_from(s, at), phase, &u)) {
        cr_assert(u.octets.n > 0, "a unit takes at least an octet");
        cr_assert(u.octets.p == s.p + at);
        n += (size_t)snprintf(out + n, cap - n, "%c%zu%s ", kinds[u.kind],
                              u.octets.n, u.odd ? "!" : "");
        at += u.octets.n;
        if (u.kind == LIVE_CONTENT)
            phase = LIVE_READY;
    }
    cr_assert(at == s.n, "nothing is left");
}

Test(input, units)
{
#define ROW(octets, phase, want) {SMTP_SPAN(octets), phase, want}
    static const struct {
        struct smtp_span octets;
        enum live_phase phase;
        const char *want;
    } rows[] = {
        ROW("NOOP\r\nQUIT\r\n", LIVE_READY, "c6 c6 "),
        ROW("NOOP\r\nQUI", LIVE_READY, "c6 t3! "),
        ROW("NOOP\nRSET\r\n", LIVE_READY, "c11! "),
        ROW("NO\rOP\r\n", LIVE_READY, "c7! "),
        ROW("NO\0OP\r\n", LIVE_READY, "c7! "),
        ROW("\r\n", LIVE_READY, "c2 "),
        ROW("BDAT 3\r\nabcNOOP\r\n", LIVE_READY, "c11 c6 "),
        ROW("BDAT 0 LAST\r\nNOOP\r\n", LIVE_READY, "c13 c6 "),
        ROW("BDAT 30\r\nabc", LIVE_READY, "t12! "),
        ROW("BDAT 99999999999999999999999\r\nabc", LIVE_READY, "t33! "),
        ROW("BDAT x\r\nNOOP\r\n", LIVE_READY, "c8! c6 "),
        ROW("x\r\n.\r\nNOOP\r\n", LIVE_IN_DATA, "d6 c6 "),
        ROW(".\r\nNOOP\r\n", LIVE_IN_DATA, "d3 c6 "),
        ROW("x\n.\r\nNOOP\r\n", LIVE_IN_DATA, "t11! "),
        ROW("x\n.\ny\r\n.\r\n", LIVE_IN_DATA, "d10! "),
        ROW("dGVz\r\n*\r\n", LIVE_IN_AUTH, "a6 a3 "),
    };
    char got[200];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        describe(rows[i].octets, rows[i].phase, got, sizeof got);
        cr_expect_str_eq(got, rows[i].want, "row %zu", i);
    }
}
