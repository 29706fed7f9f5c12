/*
 * mutate_session: see mutate_session.h.
 *
 * What a server will answer is not known here, so units are cut as if it
 * accepted everything: content follows DATA, and an answer AUTH.
 */
#include "mutate_session.h"

#include <stdio.h>
#include <string.h>

#include "../mutate.h"
#include "live/input.h"

#define UNITS 256u

struct work {
    uint8_t *data;  /* with the header */
    size_t n, max;
    size_t ends[UNITS]; /* of the units, offsets in data */
    enum smtp_verb verbs[UNITS];
    unsigned units;
    uint32_t seed;
};

static uint32_t next(struct work *w)
{
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 17;
    w->seed ^= w->seed << 5;
    return w->seed;
}

static uint32_t below(struct work *w, size_t n)
{
    return n ? next(w) % (uint32_t)n : 0;
}

/* ---- units ------------------------------------------------------------- */

static void cut(struct work *w)
{
    enum live_phase phase = LIVE_READY;
    size_t at = LIVE_INPUT_HEADER;
    struct live_unit u;

    w->units = 0;
    while (w->units < UNITS && at < w->n &&
           live_unit_next(smtp_span_of((const char *)w->data + at,
                                       w->n - at),
                          phase, &u)) {
        at += u.octets.n;
        w->verbs[w->units] = u.verb;
        w->ends[w->units++] = at;
        phase = u.verb == SMTP_VERB_DATA   ? LIVE_IN_DATA
                : u.verb == SMTP_VERB_AUTH ? LIVE_IN_AUTH
                                           : LIVE_READY;
    }
}

static size_t begin_of(const struct work *w, unsigned i)
{
    return i == 0 ? LIVE_INPUT_HEADER : w->ends[i - 1];
}

/* Puts n octets in the place of [from, to). What does not fit is not put. */
static void replace(struct work *w, size_t from, size_t to, const void *p,
                    size_t n)
{
    uint8_t copy[4096];

    if (n > sizeof copy || w->n - (to - from) + n > w->max)
        return;
    memcpy(copy, p, n);
    memmove(w->data + from + n, w->data + to, w->n - to);
    memcpy(w->data + from, copy, n);
    w->n = w->n - (to - from) + n;
}

static void put(struct work *w, size_t at, const char *text)
{
    replace(w, at, at, text, strlen(text));
}

static size_t some_place(struct work *w)
{
    return begin_of(w, below(w, w->units + 1u));
}

/* ---- mutations ----------------------------------------------------------- */

static void drop(struct work *w)
{
    unsigned i = below(w, w->units);

    if (w->units > 1)
        replace(w, begin_of(w, i), w->ends[i], "", 0);
}

static void repeat(struct work *w)
{
    unsigned i = below(w, w->units);
    size_t from = begin_of(w, i), to = some_place(w);

    if (w->units)
        replace(w, to, to, w->data + from, w->ends[i] - from);
}

static void swap(struct work *w)
{
    uint8_t copy[4096];
    unsigned i = below(w, w->units ? w->units - 1u : 0);
    size_t from, mid, to;

    if (w->units < 2)
        return;
    from = begin_of(w, i);
    mid = w->ends[i];
    to = w->ends[i + 1];
    if (to - mid > sizeof copy)
        return;
    memcpy(copy, w->data + mid, to - mid);
    memmove(w->data + from + (to - mid), w->data + from, mid - from);
    memcpy(w->data + from, copy, to - mid);
}

/* Some units in a row, once more behind themselves: what goes wrong the
 * second time, and an exchange stays one. */
static void again(struct work *w)
{
    unsigned i = below(w, w->units), n = 2 + below(w, 3);
    size_t from = begin_of(w, i), to;

    if (w->units < 2)
        return;
    to = w->ends[i + n <= w->units ? i + n - 1 : w->units - 1u];
    replace(w, to, to, w->data + from, to - from);
}

/* Moves a unit to any other place. */
static void move(struct work *w)
{
    uint8_t copy[4096];
    unsigned i = below(w, w->units);
    size_t n = w->units ? w->ends[i] - begin_of(w, i) : 0;
    size_t to;

    if (w->units < 2 || n > sizeof copy)
        return;
    memcpy(copy, w->data + begin_of(w, i), n);
    replace(w, begin_of(w, i), w->ends[i], "", 0);
    cut(w);
    to = some_place(w);
    replace(w, to, to, copy, n);
}

static void insert(struct work *w)
{
    static const char *const commands[] = {
        "EHLO client.example\r\n", "HELO client.example\r\n",
        "LHLO client.example\r\n", "MAIL FROM:<>\r\n",
        "MAIL FROM:<sender@example.com>\r\n",
        "MAIL FROM:<sender@example.com> SIZE=1000 BODY=8BITMIME\r\n",
        "MAIL FROM:<sender@example.com> RET=HDRS ENVID=a+2Bb SMTPUTF8\r\n",
        "RCPT TO:<tester@example.test>\r\n", "RCPT TO:<postmaster>\r\n",
        "RCPT TO:<postmaster> NOTIFY=NEVER ORCPT=rfc822;a+40b\r\n",
        "DATA\r\n", "Subject: x\r\n\r\nbody\r\n.\r\n", "RSET\r\n",
        "NOOP\r\n", "QUIT\r\n", "VRFY postmaster\r\n", "EXPN staff\r\n",
        "HELP\r\n", "HELP MAIL\r\n", "STARTTLS\r\n", "ETRN example.test\r\n",
        "BDAT 4\r\nabc\n", "BDAT 0 LAST\r\n", "BDAT 6 LAST\r\nabcd\r\n",
        "BDAT 4294967296\r\n", "BDAT 99999999999999999999 LAST\r\n",
        "AUTH PLAIN AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n",
        "AUTH PLAIN\r\n", "AUTH LOGIN\r\n", "AUTH CRAM-MD5\r\n",
        "AUTH SCRAM-SHA-256 biwsbj10LHI9YQ==\r\n", "AUTH PLAIN =\r\n",
        "AHRlc3RlckBleGFtcGxlLnRlc3QAc2VjcmV0LXB3\r\n", "*\r\n", "=\r\n",
        "dGVzdGVyQGV4YW1wbGUudGVzdA==\r\n", "c2VjcmV0LXB3\r\n", "\r\n",
    };

    put(w, some_place(w),
        commands[below(w, sizeof commands / sizeof *commands)]);
}

/* Where the argument of the line at `from` begins, and where it ends. */
static size_t argument_of(const struct work *w, size_t from, size_t *end)
{
    size_t at = from;

    for (*end = from; *end < w->n && w->data[*end] != '\r'; (*end)++)
        ;
    while (at < *end && w->data[at] != ' ' && w->data[at] != ':')
        at++;
    return at < *end ? at + 1 : at;
}

/* What means something to whom an argument is handed on. */
static const char *some_token(struct work *w)
{
    static const char *const tokens[] = {
        "%s%s%n", "%n", "%99999d", "${x}", "$(x)", "`x`", "'", "\"", "\"\"",
        "\\", "@", "@@", "@@@@@@@@", "<>", "<", ">", "<@>", "=", ";", "*",
        "+00", "+0A", "+", "[", "[]", "[IPv6:]", "[127.0.0.1]", ":", ",",
        "..", "/", "|", "!", "(", "\t", "  ", "\x80", "\xc3\xa9", "-1", "0"};

    return tokens[below(w, sizeof tokens / sizeof *tokens)];
}

/* Such, put into an argument or in its place. */
static void token(struct work *w)
{
    const char *t = some_token(w);
    unsigned i = below(w, w->units);
    size_t at, end;

    if (w->units == 0)
        return;
    at = argument_of(w, begin_of(w, i), &end);
    if (below(w, 3) == 0) {
        replace(w, at, end, t, strlen(t));
        return;
    }
    at += below(w, end - at + 1);
    put(w, at, t);
}

/* Any command with such an argument: those that sessions seldom have. */
static void command(struct work *w)
{
    enum smtp_verb verb = (enum smtp_verb)(1 + below(w, SMTP_VERB_COUNT - 1));
    const char *name = smtp_verb_name(verb);
    char line[64];
    int n = snprintf(line, sizeof line, "%s %s\r\n", name, some_token(w));
    size_t at = some_place(w);

    replace(w, at, at, line, (size_t)n);
}

/* A command by the grammar, or nearly. */
static void rewrite(struct work *w)
{
    uint8_t line[4096];
    unsigned i = below(w, w->units);
    size_t n = w->units ? w->ends[i] - begin_of(w, i) : 0;

    if (w->units == 0 || n > sizeof line / 2)
        return;
    memcpy(line, w->data + begin_of(w, i), n);
    n = mutate(&mutate_commands, line, n, sizeof line, next(w));
    replace(w, begin_of(w, i), w->ends[i], line, n);
}

/* The argument of a line as long as limits are. */
static void stretch(struct work *w)
{
    static const uint16_t lengths[] = {63,   64,   65,   254,  255,  256, 257,
                                       510,  511,  512,  513,  998,  999,
                                       1000, 1001, 2048, 3900};
    char fill[4096];
    unsigned i = below(w, w->units);
    size_t want = lengths[below(w, sizeof lengths / sizeof *lengths)];
    size_t from, n, at;

    if (w->units == 0)
        return;
    from = begin_of(w, i);
    n = w->ends[i] - from;
    if (n >= want || n < 4)
        return;
    at = from + 4 + below(w, n - 4);
    memset(fill, "aA0.@=\"<+\\ \t\200"[below(w, 13)], sizeof fill);
    replace(w, at, at, fill, want - n);
}

/* A number as those that do not fit somewhere. */
static void number(struct work *w)
{
    static const char *const numbers[] = {
        "0", "1", "00000000000000000001", "511", "512", "65535", "65536",
        "2147483647", "2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616",
        "99999999999999999999999999", "-1", "+1", "0x10", "1e9"};
    size_t at = LIVE_INPUT_HEADER + below(w, w->n - LIVE_INPUT_HEADER), to;
    const char *text;

    while (at < w->n && (w->data[at] < '0' || w->data[at] > '9'))
        at++;
    for (to = at; to < w->n && w->data[to] >= '0' && w->data[to] <= '9';)
        to++;
    text = numbers[below(w, sizeof numbers / sizeof *numbers)];
    if (to > at)
        replace(w, at, to, text, strlen(text));
}

/* Line ends that are none, and ends of data that are none. */
static void line_end(struct work *w)
{
    static const char *const ends[] = {
        "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "\0\r\n", "\n.\n",
        "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\n.\r", "\r.\r\n",
        "\r\n.\r\r\n", "\r\n..\r\n", ".\r\n"};
    static const uint8_t sizes[] = {1, 1, 3, 2, 4, 3, 3, 4, 4, 4, 3, 3, 4, 6,
                                    6, 3};
    size_t at = LIVE_INPUT_HEADER + below(w, w->n - LIVE_INPUT_HEADER);
    uint32_t i = below(w, sizeof sizes);

    while (at + 1 < w->n && !(w->data[at] == '\r' && w->data[at + 1] == '\n'))
        at++;
    if (at + 1 < w->n)
        replace(w, at, at + 2, ends[i], sizes[i]);
    else
        replace(w, w->n, w->n, ends[i], sizes[i]);
}

/* A letter of base64 gone, doubled, or another one, in a line of AUTH. */
static void base64(struct work *w)
{
    unsigned i = below(w, w->units), tries = w->units;
    size_t at;
    uint8_t c;

    while (tries-- && w->verbs[i] != SMTP_VERB_AUTH)
        i = (i + 1) % w->units;
    if (w->units == 0 || w->ends[i] < begin_of(w, i) + 8)
        return;
    at = w->ends[i] - 3 - below(w, w->ends[i] - begin_of(w, i) - 6);
    c = (uint8_t)"=A/+-_*\0 "[below(w, 9)];
    replace(w, at, at + below(w, 2), &c, below(w, 2));
}

/* How it is sent. */
static void header(struct work *w)
{
    static const uint8_t pacing[] = {0, 0, 1, 1, 2, 3, 4, 5, 6, 8, 9, 10};
    static const uint8_t pieces[] = {0, 0, 0, 1, 2, 5, 64, 255};

    w->data[0] = pacing[below(w, sizeof pacing)];
    w->data[1] = (uint8_t)next(w);
    w->data[2] = pieces[below(w, sizeof pieces)];
    w->data[3] = below(w, 8) ? 0 : 4;
}

static void octets(struct work *w)
{
    size_t n = w->n - LIVE_INPUT_HEADER;

    n = LLVMFuzzerMutate(w->data + LIVE_INPUT_HEADER, n,
                         w->max - LIVE_INPUT_HEADER);
    w->n = LIVE_INPUT_HEADER + n;
}

static void (*const mutations[])(struct work *) = {
    drop,   repeat, swap,    move,   insert,   insert, rewrite, rewrite,
    rewrite, stretch, number, line_end, base64, header, octets,  octets,
    again,   token,   command, command};

size_t mutate_session(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct work w = {.data = data, .n = size, .max = max,
                     .seed = seed | 1u};

    if (max < LIVE_INPUT_HEADER + 64)
        return LLVMFuzzerMutate(data, size, max);
    if (w.n < LIVE_INPUT_HEADER) {
        memset(data + w.n, 0, LIVE_INPUT_HEADER - w.n);
        w.n = LIVE_INPUT_HEADER;
    }
    for (uint32_t i = 1 + below(&w, 4); i; i--) {
        cut(&w);
        mutations[below(&w, sizeof mutations / sizeof *mutations)](&w);
    }
    return w.n;
}

size_t mutate_session_cross(const uint8_t *a, size_t a_n, const uint8_t *b,
                            size_t b_n, uint8_t *out, size_t max,
                            unsigned seed)
{
    struct work first = {.data = (uint8_t *)a, .n = a_n, .seed = seed | 1u};
    struct work second = {.data = (uint8_t *)b, .n = b_n};
    size_t head, from;

    if (a_n < LIVE_INPUT_HEADER || b_n < LIVE_INPUT_HEADER)
        return 0;
    cut(&first);
    cut(&second);
    head = some_place(&first);
    from = begin_of(&second, below(&first, second.units + 1u));
    if (head + (b_n - from) > max)
        return 0;
    memcpy(out, a, head);
    memcpy(out + head, b + from, b_n - from);
    return head + (b_n - from);
}
