/* terminal, page: nothing wider than the page, nothing raw. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/progress.h"
#include "report/terminal.h"
#include "tests/report/sample.h"

/* Columns of the line, our own colours left out; -1: something raw in it. */
static int columns_of(const char *line, size_t n)
{
    int columns = 0;

    for (size_t i = 0; i < n;) {
        size_t c;
        if (line[i] == '\033') {
            const char *m = memchr(line + i, 'm', n - i);
            if (!m || m - (line + i) > 7)
                return -1;
            i = (size_t)(m - line) + 1;
            continue;
        }
        c = report_character(smtp_span_of(line + i, n - i));
        if (c == 0)
            return -1;
        i += c;
        columns++;
    }
    return columns;
}

static char *render(const struct result *r, const struct report_options *o,
                    int status)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    cr_assert(out);
    cr_expect_eq(report_terminal_write(r, o, status, out), 0);
    fclose(out);
    return text;
}

static void expect_width(const char *text, int width, const char *name)
{
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        int n = columns_of(text, (size_t)(end - text));
        cr_expect(n >= 0 && n <= width, "%s: %d columns: %.*s", name, n,
                  (int)(end - text), text);
    }
    cr_expect_eq(*text, '\0', "%s: the last line has no end", name);
}

Test(terminal, width)
{
    static const struct {
        const char *name;
        struct report_options o;
        int width;
    } rows[] = {
        {"plain", {0}, 80},
        {"colour", {.color = true}, 80},
        {"verbose", {.verbose = true, .color = true}, 80},
        {"narrow", {.width = 40}, 40},
        {"too narrow", {.width = 1}, 40},
        {"wide", {.width = 132, .verbose = true}, 132},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result r;
        char *text;
        sample_result(&r);
        text = render(&r, &rows[i].o, 1);
        expect_width(text, rows[i].width, rows[i].name);
        cr_expect_eq(strchr(text, '\033') != NULL, rows[i].o.color, "%s",
                     rows[i].name);
        free(text);
        result_free(&r);
    }
}

Test(terminal, says)
{
    static const struct {
        const char *name, *want;
        bool verbose, quiet;
        bool absent;
    } rows[] = {
        {"the verdict and the id", "FAIL  rfc5321/4.1/FAIL-", false, false,
         false},
        {"level and section", "MUST NOT: RFC5321 3.8, 4.1.1.10", false, false,
         false},
        {"what was expected", "Expected    S!: 221", false, false, false},
        {"the code explained", "250 Requested mail action", false, false,
         false},
        {"exploit apart", "Exploit     one can", false, false, false},
        {"to fix", "To fix      fix it", false, false, false},
        {"how to see it again", "smtpspec check --select", false, false,
         false},
        {"a cut session", "lines (-v shows them)", false, false, false},
        {"no cut when verbose", "(-v shows them)", true, false, true},
        {"the line that decided", "  > ", false, false, false},
        {"passed cases not listed", "PASS  rfc5321", false, false, true},
        {"passed cases when verbose", "PASS  rfc5321", true, false, false},
        {"counts", "PASS 1   FAIL 1   WARN 1", false, false, false},
        {"what the exit status means", "Exit status 1: the server breaks",
         false, false, false},
        {"one line when quiet", "PASS 1, INFO 1, SKIP 1, WARN 1, BLOCKED 1, "
         "FAIL 1, ERROR 1 (exit status 1)\n", false, true, false},
        {"nothing else when quiet", "RFC5321", false, true, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_options o = {.verbose = rows[i].verbose,
                                   .quiet = rows[i].quiet};
        struct result r;
        char *text;
        sample_result(&r);
        text = render(&r, &o, 1);
        cr_expect_eq(strstr(text, rows[i].want) == NULL, rows[i].absent, "%s",
                     rows[i].name);
        free(text);
        result_free(&r);
    }
}

Test(terminal, like_findings_are_one)
{
    struct report_options o = {0};
    struct result r;
    char *text;

    sample_result(&r);
    for (int v = 0; v < 3; v++) {
        transcript_free(&r.cases[v].log);
        r.cases[v] = r.cases[VERDICT_FAIL];
        r.cases[v].id = result_textf(&r, "like/%d", v);
        memset(&r.cases[v].log, 0, sizeof r.cases[v].log);
    }
    text = render(&r, &o, 1);
    cr_expect(strstr(text, "The same in like/1"), "%s", text);
    cr_expect(!strstr(text, "FAIL  like/1\n      a title"));
    cr_expect(strstr(text, "FAIL  like/2\n"), "it stands in the last lines");
    free(text);
    result_free(&r);
}

Test(page, words)
{
    static const struct {
        const char *name, *in, *want;
    } rows[] = {
        {"nothing", "", "\n"},
        {"a word", "a", "  a\n"},
        {"wrapped", "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii",
         "  aaaa bbbb cccc dddd eeee ffff gggg\n  hhhh iiii\n"},
        {"broken", "01234567890123456789012345678901234567890123456789",
         "  01234567890123456789012345678901234567\n  890123456789\n"},
        {"spaces and line ends", " a \n b ", "  a b\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = NULL;
        size_t n;
        FILE *out = open_memstream(&text, &n);
        struct page p = {.out = out, .width = 40};
        page_words(&p, PAGE_PLAIN, 2, rows[i].in);
        fclose(out);
        cr_expect_str_eq(text, rows[i].want, "%s", rows[i].name);
        free(text);
    }
}

Test(progress, one_line_and_gone)
{
    static const size_t count[VERDICT_COUNT] = {[VERDICT_FAIL] = 2};
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    struct progress p = {.out = out, .width = 79};
    struct progress none = {0};

    struct progress_state state = {.done = 3,
                                   .total = 9,
                                   .count = count,
                                   .id = "an/id\x1b[2J"};

    progress_draw(&p, &state);
    state.id = "too/soon";
    progress_draw(&p, &state);
    progress_erase(&p);
    progress_draw(&none, &state);
    progress_erase(&none);
    fclose(out);
    cr_expect_str_eq(text,
                     "\r\033[K3/9  FAIL 2  an/id\\x1B[2J\r\033[K");
    free(text);
}

Test(progress, time_left)
{
    static const size_t count[VERDICT_COUNT] = {0};
    static const struct {
        uint64_t left;
        const char *want;
    } rows[] = {
        {0,           "\r\033[K1/2  x"              },
        {1,           "\r\033[K1/2  1 s left  x"    },
        {9 * NET_S,   "\r\033[K1/2  9 s left  x"    },
        {11 * NET_S,  "\r\033[K1/2  15 s left  x"   },
        {90 * NET_S,  "\r\033[K1/2  90 s left  x"   },
        {91 * NET_S,  "\r\033[K1/2  2 min left  x"  },
        {900 * NET_S, "\r\033[K1/2  15 min left  x" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = NULL;
        size_t n;
        FILE *out = open_memstream(&text, &n);
        struct progress p = {.out = out, .width = 79};

        progress_draw(&p, &(struct progress_state){.done = 1,
                                                   .total = 2,
                                                   .count = count,
                                                   .left = rows[i].left,
                                                   .id = "x"});
        fclose(out);
        cr_expect_str_eq(text, rows[i].want, "%zu: %s", i, text);
        free(text);
    }
}
