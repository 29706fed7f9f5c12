/*
 * help: see help.h.
 */
#include "cli/help.h"

#include <string.h>

#include "cli/options.h"
#include "report/page.h"

#define WIDTH   79
#define OPTIONS 28 /* column of what an option does */

static const struct {
    const char *name, *args, *what, *more;
    unsigned options; /* enum cli_command_bit, or 0 */
} commands[] = {
    {"check", "[options] TARGET", "test a server: run the conformance suite",
     "Plays every case of the suite that applies to the server and judges "
     "it. A failing case is played again before it is reported.",
     CLI_FOR_CHECK},
    {"list", "[options]", "the cases, or the requirements and their cases",
     "One case a line: id, level, title; parted by tabs when the output is "
     "no terminal.",
     CLI_FOR_LIST},
    {"replay", "[options] FILE TARGET", "play one script, print the session",
     "Plays the cases of a script file, prints each session and its verdict. "
     "It begins and ends with a short session of its own that shows whether "
     "the server serves.",
     CLI_FOR_REPLAY},
    {"lint", "FILE...", "check scripts without a server",
     "Prints each mistake with its file, line and column and what was "
     "expected. FILE may be a folder.",
     CLI_FOR_LINT},
    {"report", "[options] RESULT.json...",
     "render, merge or compare results",
     "Writes any report from what check --json wrote. The shards of one run "
     "are merged into one result; other files are set side by side, a column "
     "each. The exit status is that of check: with --compare, only what is "
     "new counts.",
     CLI_FOR_REPORT},
    {"fuzz", "[options] TARGET", "fuzz a running server",
     "Plays sessions that change from one to the next, keeps those that "
     "bring the server into a new state (or to new code, when it was built "
     "for that), and watches for crashes, hangs and answers that must not "
     "be. Findings are made small and written as scripts.",
     CLI_FOR_FUZZ},
    {"serve", "[options]", "run the reference server", NULL, 0},
    {"parse", "reply|command|path [FILE]",
     "parse FILE or standard input, show parts and flaws",
     "Reads octets as they are: a line that ends in LF alone has that flaw. "
     "reply and command read one after the other; path reads one a line. "
     "The exit status is 1 when there was any flaw.",
     0},
    {"explain", "CODE [CODE]", "what a reply code means; how two differ",
     "CODE is a reply code such as 530, or an enhanced status code such as "
     "5.7.1. Two are set side by side.",
     0},
};

static const char *const targets[][2] = {
    {"HOST[:PORT]", "plain SMTP, port 25"},
    {"smtp://HOST[:PORT]", "the same, as a mail exchanger"},
    {"submission://HOST[:PORT]", "message submission, port 587"},
    {"smtps://HOST[:PORT]", "implicit TLS, port 465"},
    {"lmtp://HOST[:PORT]", "LMTP, port 24"},
    {"unix:PATH", "a Unix socket"},
    {"exec:COMMAND", "a child that speaks SMTP on stdin and stdout"},
    {"ref:[MODE|FAULT,...]", "the reference server, started for this run"},
};

static const char *const statuses[][2] = {
    {"0", "nothing failed"},
    {"1", "a case FAILed; parse: there are flaws; fuzz: there are findings"},
    {"2", "wrong usage, configuration or script; nothing was tested"},
    {"3", "could not test: no connection, no usable greeting, or cases are "
          "BLOCKED or ERROR (--allow-blocked accepts those)"},
    {"130", "interrupted; the reports were still written"},
};

static void put_rows(struct page *p, const char *const rows[][2], size_t n,
                     unsigned column)
{
    for (size_t i = 0; i < n; i++) {
        page_put(p, PAGE_PLAIN, "  ");
        page_cell(p, PAGE_PLAIN, rows[i][0], column);
        page_words(p, PAGE_PLAIN, column, rows[i][1]);
    }
}

static void put_targets(struct page *p)
{
    fputs("\nTARGET\n", p->out);
    put_rows(p, targets, sizeof targets / sizeof *targets, OPTIONS);
}

static void put_statuses(struct page *p)
{
    fputs("\nExit status\n", p->out);
    put_rows(p, statuses, sizeof statuses / sizeof *statuses, 8);
}

void cli_help(FILE *out)
{
    struct page p = {.out = out, .width = WIDTH};

    page_words(&p, PAGE_PLAIN, 0,
               "smtpspec tests how SMTP is spoken: it plays sessions against "
               "a server and holds every answer against the RFCs.");
    page_end(&p);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        page_put(&p, PAGE_PLAIN, "  smtpspec ");
        page_cell(&p, PAGE_PLAIN, commands[i].name, 19);
        page_put(&p, PAGE_PLAIN, commands[i].args);
        page_end(&p);
        page_words(&p, PAGE_PLAIN, 19, commands[i].what);
    }
    page_end(&p);
    page_words(&p, PAGE_PLAIN, 0,
               "smtpspec COMMAND --help tells more. Try: smtpspec check "
               "ref:quit-250");
    put_targets(&p);
    put_statuses(&p);
}

/* "-q, --quiet" or "--jobs N" and what it does, behind or below it. */
static void put_option(struct page *p, const struct cli_option *row)
{
    char text[64];

    page_put(p, PAGE_PLAIN, "  ");
    if (row->letter)
        snprintf(text, sizeof text, "-%c, --%s", row->letter, row->name);
    else
        snprintf(text, sizeof text, "--%s%s%s", row->name,
                 row->arg ? " " : "", row->arg ? row->arg : "");
    page_put(p, PAGE_PLAIN, text);
    if (p->column >= OPTIONS)
        page_end(p);
    page_words(p, PAGE_PLAIN, OPTIONS, row->help);
}

void cli_options_help(FILE *out, enum cli_command_bit command)
{
    struct page p = {.out = out, .width = WIDTH};
    const struct cli_option *row;

    for (size_t i = 0; (row = cli_option_at(i)); i++)
        if (row->commands & command)
            put_option(&p, row);
}

bool cli_help_command(FILE *out, const char *name)
{
    struct page p = {.out = out, .width = WIDTH};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        if (!commands[i].more)
            return false;
        fprintf(out, "smtpspec %s %s\n\n", name, commands[i].args);
        page_words(&p, PAGE_PLAIN, 0, commands[i].more);
        if (commands[i].options) {
            fputs("\nOptions\n", out);
            cli_options_help(out, (enum cli_command_bit)commands[i].options);
        }
        if (commands[i].options & (CLI_FOR_CHECK | CLI_FOR_REPLAY |
                                   CLI_FOR_FUZZ))
            put_targets(&p);
        put_statuses(&p);
        return true;
    }
    return false;
}
