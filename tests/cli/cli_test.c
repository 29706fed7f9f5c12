/* cli: commands, help, and what wrong usage gets. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "tests/cli/capture.h"

Test(cli, usage)
{
    static const struct {
        const char *line;
        int status;
        const char *out, *err; /* begin with that */
    } rows[] = {
        {"smtpspec", 2, "", "smtpspec: expected a command; smtpspec --help"},
        {"smtpspec frob", 2, "", "smtpspec: unknown command frob; expected "
         "check list replay lint serve parse explain"},
        {"smtpspec frob ref:", 2, "", "smtpspec: unknown command frob"},
        {"smtpspec \033[2J", 2, "", "smtpspec: unknown command \\x1B[2J;"},
        {"smtpspec --version", 0, "smtpspec ", ""},
        {"smtpspec --help", 0, "smtpspec tests how SMTP is spoken", ""},
        {"smtpspec help check", 0, "smtpspec check [options] TARGET", ""},
        {"smtpspec check --help", 0, "smtpspec check [options] TARGET", ""},
        {"smtpspec check -h", 0, "smtpspec check [options] TARGET", ""},
        {"smtpspec list --help", 0, "smtpspec list [options]", ""},
        {"smtpspec replay --help", 0, "smtpspec replay [options] FILE", ""},
        {"smtpspec lint --help", 0, "smtpspec lint FILE...", ""},
        {"smtpspec parse --help", 0, "smtpspec parse reply|command|path", ""},
        {"smtpspec explain --help", 0, "smtpspec explain CODE [CODE]", ""},
        {"smtpspec check", 2, "", "smtpspec check: expected one TARGET"},
        {"smtpspec check a b", 2, "", "smtpspec check: expected one TARGET"},
        {"smtpspec replay x", 2, "", "smtpspec replay: expected a FILE and"},
        {"smtpspec lint", 2, "", "smtpspec lint: expected at least one FILE"},
        {"smtpspec list x", 2, "", "smtpspec list: expected options only"},
        {"smtpspec parse", 2, "", "smtpspec parse: expected reply, command"},
        {"smtpspec parse mail", 2, "", "smtpspec parse: expected reply"},
        {"smtpspec parse reply /no/such", 2, "", "smtpspec parse: /no/such: "
         "No such file or directory"},
        {"smtpspec check --suite /tmp ref:", 2, "",
         "smtpspec check: --suite: expected preambles.smtp in /tmp"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        capture_run(&c, cli_run, rows[i].line);
        cr_expect_eq(c.status, rows[i].status, "%s: %d", rows[i].line,
                     c.status);
        cr_expect_eq(strncmp(c.out, rows[i].out, strlen(rows[i].out)), 0,
                     "%s: %s", rows[i].line, c.out);
        cr_expect_eq(strncmp(c.err, rows[i].err, strlen(rows[i].err)), 0,
                     "%s: %s", rows[i].line, c.err);
        cr_expect(c.status == 0 || (strchr(c.err, '\n') &&
                                    strchr(c.err, '\n')[1] == '\0'),
                  "%s: not one line: %s", rows[i].line, c.err);
        capture_free(&c);
    }
}

Test(cli, help_is_80_columns)
{
    static const char *const rows[] = {
        "smtpspec --help",        "smtpspec check --help",
        "smtpspec list --help",   "smtpspec replay --help",
        "smtpspec lint --help",   "smtpspec serve --help",
        "smtpspec parse --help",  "smtpspec explain --help",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        capture_run(&c, cli_run, rows[i]);
        cr_expect_eq(c.status, 0, "%s", rows[i]);
        for (char *line = strtok(c.out, "\n"); line; line = strtok(NULL, "\n"))
            cr_expect(strlen(line) <= 80, "%s: %s", rows[i], line);
        capture_free(&c);
    }
}
