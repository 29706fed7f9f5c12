/*
 * print: a transcript as a script, and back.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "net/transcript.h"
#include "script/run.h"

struct entry {
    enum transcript_kind kind;
    unsigned conn;
    const char *p;
    size_t n; /* 0: strlen */
};

#define SENT     TRANSCRIPT_SENT, 0
#define RECEIVED TRANSCRIPT_RECEIVED, 0

static const struct {
    const char *name;
    struct entry entries[12];
    const char *want;
} rows[] = {
    {"session",
     {{TRANSCRIPT_OPENED, 0, "127.0.0.1:25", 0}, {RECEIVED, "220 h x\r\n", 0},
      {SENT, "EHLO c\r\n", 0}, {RECEIVED, "250-h\r\n250-SI", 0},
      {RECEIVED, "ZE <5>\r\n250 X\r\n", 0}, {SENT, "QUIT\r\n", 0},
      {RECEIVED, "221\r\n", 0}, {TRANSCRIPT_EOF, 0, "", 0},
      {TRANSCRIPT_CLOSED, 0, "", 0}},
     "# connected: 127.0.0.1:25\nC: <open>\nS: 220 h x\nC: EHLO c\n"
     "S: 250-h\nS: 250-SIZE <5>\nS: 250 X\nC: QUIT\nS: 221\nS: <close>\n"
     "C: <close>\n"},
    {"writes", {{TRANSCRIPT_OPENED, 0, "x", 0}, {SENT, "A\r\nB\r\n", 0},
                {SENT, "C\r\n", 0}, {SENT, "D", 0}, {SENT, " \r\n", 0},
                {SENT, "<x>\r\n", 0}, {SENT, "\\$ $${a}\r\n", 0},
                {SENT, "\r\n", 0}, {SENT, "a\0\xff\"${b}\n", 9}},
     "# connected: x\nC: <open>\nC: A\nC: B\nC: <pause 0>\nC: C\n"
     "C: <pause 0>\nC= \"D\"\nC: <pause 0>\nC= \" \\r\\n\"\nC: <pause 0>\n"
     "C= \"<x>\\r\\n\"\nC: <pause 0>\nC: \\$ $$$${a}\nC: <pause 0>\nC:\n"
     "C: <pause 0>\nC= \"a\\0\\xFF\\\"$${b}\\n\"\n"},
    {"drip", {{TRANSCRIPT_OPENED, 0, "x", 0}, {SENT, "N", 0}, {SENT, "O", 0},
              {SENT, "\r", 0}, {SENT, "\n", 0}, {RECEIVED, "250 a\r\n", 0}},
     "# connected: x\nC: <open>\nC: <drip 0ms>\nC: NO\nS: 250 a\n"},
    {"replies", {{TRANSCRIPT_OPENED, 0, "x", 0},
                 {RECEIVED, "250 550 a\r\n250 <b> ->\r\n250 \\ $${x}\r\n"
                  "250 \xc3\xa9\r\n", 0}},
     "# connected: x\nC: <open>\nS: 250 \\x3550 a\nS: 250 \\<b> \\x2D>\n"
     "S: 250 \\\\ $$$${x}\nS: 250 \\xC3\\xA9\n"},
    {"no clean replies", {{TRANSCRIPT_OPENED, 0, "x", 0},
                          {RECEIVED, "250 a\nhello\r\n250-a\r\n251 b\r\n"
                           "250\ta\r\n999 x\r\n25", 0},
                          {TRANSCRIPT_RESET, 0, "reset by \x1b[1m", 0}},
     "# connected: x\nC: <open>\nS= \"250 a\\n\"\nS= \"hello\\r\\n\"\n"
     "S= \"250-a\\r\\n251 b\\r\\n\"\nS= \"250\\ta\\r\\n\"\n"
     "S= \"999 x\\r\\n\"\nS= \"25\"\n# reset by \\x1B[1m\nS: <close>\n"},
    {"TLS", {{TRANSCRIPT_OPENED, 1, "x", 0}, {TRANSCRIPT_TLS, 1, "1.3", 0},
             {TRANSCRIPT_OPENED, 2, "x", 0}, {TRANSCRIPT_SENT, 2, "A\r\n", 0},
             {TRANSCRIPT_TLS, 2, "1.2", 0}, {TRANSCRIPT_TIMEOUT, 2, "r", 0},
             {TRANSCRIPT_NOTE, 1, "n", 0}},
     "# connected: x\n# TLS: 1.3\nC1: <open>\n# connected: x\nC2: <open>\n"
     "C2: A\n# TLS: 1.2\nC2: <tls>\n# time is over: r\n# n\n"},
};

static void fill(struct transcript *t, const struct entry *e)
{
    transcript_init(t, 0);
    for (size_t i = 0; i < 12 && e[i].p; i++)
        transcript_add(t, e[i].kind, e[i].conn, false, e[i].p,
                       e[i].n ? e[i].n : strlen(e[i].p));
}

static char *printed(const struct transcript *t, bool times)
{
    char *p;
    size_t n;
    FILE *out = open_memstream(&p, &n);

    script_print(out, t, times);
    fclose(out);
    return p;
}

static void on_error(void *ctx, const struct script_error *e)
{
    cr_expect(false, "%s: %u:%u: %s", (const char *)ctx, e->line, e->column,
              e->message);
}

/* What is printed is a case's steps. */
static void parses(const char *name, const char *steps)
{
    struct script_set *s = script_set_new();
    char *text;
    int n = asprintf(&text, "case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\n"
                     "level: MUST\n%s", steps);

    cr_expect_eq(script_parse(s, "f", smtp_span_of(text, (size_t)n), on_error,
                              (void *)name), 0);
    cr_expect_eq(script_count(s), 1);
    free(text);
    script_set_free(s);
}

Test(print, rows)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct transcript t;
        fill(&t, rows[i].entries);
        char *p = printed(&t, false);
        cr_expect_str_eq(p, rows[i].want, "%s:\n%s", rows[i].name, p);
        parses(rows[i].name, p);
        free(p);
        transcript_free(&t);
    }
}

Test(print, times)
{
    struct transcript t;

    fill(&t, rows[0].entries);
    for (size_t i = 0; i < t.n; i++)
        t.entries[i].at = i * 12345678;
    char *p = printed(&t, true);
    cr_expect(strncmp(p, "   0.000 # connected: 127.0.0.1:25\n"
                      "   0.000 C: <open>\n   0.012 S: 220 h x\n", 70) == 0,
              "%s", p);
    cr_expect(strstr(p, "   0.037 S: 250-SIZE <5>\n   0.037 S: 250 X\n"),
              "%s", p);
    free(p);
    t.lost = 7;
    p = printed(&t, false);
    cr_expect(strstr(p, "# 7 octets or events in all were not kept\n"), "%s",
              p);
    free(p);
    transcript_free(&t);
}

/* Any octets: printable, and a script. */
Test(print, random)
{
    unsigned seed = 1;

    for (int round = 0; round < 2000; round++) {
        static const char some[] = "250-\r\n <>$\\{}\"|ab\t\0\x80\x1b";
        struct transcript t;
        transcript_init(&t, 0);
        transcript_add(&t, TRANSCRIPT_OPENED, 0, false, "x", 1);
        for (int e = 0; e < 6; e++) {
            char p[24];
            size_t n = (size_t)rand_r(&seed) % sizeof(p) + 1;
            for (size_t i = 0; i < n; i++)
                p[i] = some[(size_t)rand_r(&seed) % (sizeof(some) - 1)];
            transcript_add(&t, rand_r(&seed) % 2 ? TRANSCRIPT_SENT
                                                 : TRANSCRIPT_RECEIVED,
                           0, false, p, n);
        }
        char *p = printed(&t, false);
        for (char *c = p; *c; c++)
            cr_assert((*c >= ' ' && *c <= '~') || *c == '\n', "%s", p);
        parses(p, p);
        free(p);
        transcript_free(&t);
    }
}
