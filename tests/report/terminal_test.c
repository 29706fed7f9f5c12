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
         "FAIL 1, ERROR 1 and 1 stale in the baseline (exit status 1)\n",
         false, true, false},
        {"what is known", "1 of them known: the baseline has them", false,
         false, false},
        {"what is stale", "Stale  rfc5321/4.1/", false, false, false},
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

/* The first n cases become values of one case, like/0 and so on. */
static void make_alike(struct result *r, size_t n)
{
    struct result_case *cases =
        result_alloc(r, (n + r->n_cases) * sizeof *cases);

    memcpy(cases + n, r->cases, r->n_cases * sizeof *cases);
    r->cases = cases;
    r->n_cases += n;
    for (size_t i = 0; i < n; i++) {
        cases[i] = cases[n + VERDICT_FAIL];
        cases[i].id = result_textf(r, "rfc1/2/like/%zu", i);
        cases[i].where = "cases/like.smtp:7";
        memset(&cases[i].log, 0, sizeof cases[i].log);
    }
}

Test(terminal, one_cause_is_one_finding)
{
    static const struct {
        const char *name, *text;
        size_t alike;
        bool there;
    } rows[] = {
        {"the others are named", "Also in     rfc1/2/like/1\n", 3, true},
        {"and stand nowhere else", "FAIL  rfc1/2/like/1\n", 3, false},
        {"what else came", "rfc1/2/like/2\n                250 other\n", 3,
         true},
        {"one line at the end", "FAIL  rfc1/2/like/* (3)\n", 3, true},
        {"alone it has its name", "FAIL  rfc1/2/like/0\n", 1, true},
        {"and no star", "like/*", 1, false},
        {"nine are all named", "rfc1/2/like/9\n", 10, true},
        {"more are counted", "and 2 more (-v shows each)\n", 11, true},
        {"and not named", "rfc1/2/like/9\n", 11, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_options o = {0};
        struct result r;
        char *text;

        sample_result(&r);
        make_alike(&r, rows[i].alike);
        if (rows[i].alike > 2)
            r.cases[2].got = "250 other";
        text = render(&r, &o, 1);
        cr_expect_eq(strstr(text, rows[i].text) != NULL, rows[i].there,
                     "%s:\n%s", rows[i].name, text);
        free(text);
        result_free(&r);
    }
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
