/* options, config_file: every value strictly, one line for each mistake. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "net/clock.h"
#include "tests/cli/capture.h"

static struct cli_options options; /* of the command line read last */

static int read_check(int argc, char **argv, FILE *out, FILE *err)
{
    (void)out;
    return cli_options_read(&options, CLI_FOR_CHECK, argc, argv, err);
}

Test(options, mistakes)
{
    static const struct {
        const char *line, *want; /* behind "smtpspec check: " */
    } rows[] = {
        {"--shard 0/4",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"0/4\""},
        {"--shard 5/4",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"5/4\""},
        {"--shard 1",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"1\""},
        {"--shard 1/",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"1/\""},
        {"--shard /4",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"/4\""},
        {"--shard 1/4x",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"1/4x\""},
        {"--shard 1/1001",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"1/1001\""},
        {"--shard 000000000001/4",
         "--shard: expected I/N, such as 1/4, N at most 1000, not \"000000000001/4\""},
        {"--jobs 0", "--jobs: expected a number from 1 to 64, not \"0\""},
        {"--jobs 65", "--jobs: expected a number from 1 to 64, not \"65\""},
        {"--jobs -1", "--jobs: expected a number from 1 to 64, not \"-1\""},
        {"--jobs 8x", "--jobs: expected a number from 1 to 64, not \"8x\""},
        {"--jobs 1e1", "--jobs: expected a number from 1 to 64, not \"1e1\""},
        {"--jobs ''", "--jobs: expected a number from 1 to 64, not \"\""},
        {"--jobs 99999999999999999999",
         "--jobs: expected a number from 1 to 64, not "
         "\"99999999999999999999\""},
        {"--timeout 0", "--timeout: expected seconds from 0.1 to 3600, not "
         "\"0\""},
        {"--timeout 1.5.", "--timeout: expected seconds from 0.1 to 3600, "
         "not \"1.5.\""},
        {"--timeout inf", "--timeout: expected seconds from 0.1 to 3600, not "
         "\"inf\""},
        {"--max-rate 0", "--max-rate: expected connections a second from "
         "0.01 to 100000, not \"0\""},
        {"--max-rate 5/m", "--max-rate: expected connections a second from "
         "0.01 to 100000, not \"5/m\""},
        {"--confirm 11", "--confirm: expected a number from 0 to 10, not "
         "\"11\""},
        {"--tls-port 65536", "--tls-port: expected a number from 1 to 65535, "
         "not \"65536\""},
        {"--server-pid 1", "--server-pid: expected the number of the "
         "server's process, not \"1\""},
        {"--server-pid 4194304", "--server-pid: expected the number of a "
         "process that exists, not \"4194304\""},
        {"--profile msa", "--profile: expected auto, mx, submission or lmtp, "
         "not \"msa\""},
        {"--level all", "--level: expected must, should or may, not \"all\""},
        {"--color yes", "--color: expected auto, always or never, not "
         "\"yes\""},
        {"--helo under_score", "--helo: expected a domain or an address "
         "literal (RFC 5321 4.1.2), not \"under_score\""},
        {"--from nobody", "--from: expected an address such as "
         "user@example.com, without brackets, not \"nobody\""},
        {"--rcpt <a@b.example>", "--rcpt: expected an address such as "
         "user@example.com, without brackets, not \"<a@b.example>\""},
        {"--rcpt a@b\r\nDATA", "--rcpt: expected an address such as "
         "user@example.com, without brackets, not \"a@b\\x0D\nDATA\""},
        {"--user ''", "--user: expected a value that is not empty, not \"\""},
        {"--select ''", "--select: expected an id, the beginning of one, or a "
         "glob, not \"\""},
        {"--json ''", "--json: expected a file's name, or - for standard "
         "output, not \"\""},
        {"--user a --user b", "--user: expected to be given once, not \"b\""},
        {"--bogus", "unknown option --bogus; smtpspec check --help lists "
         "them"},
        {"-x", "unknown option -x; smtpspec check --help lists them"},
        {"--case x", "unknown option --case; smtpspec check --help lists "
         "them"},
        {"--jobs", "--jobs: expected N behind it"},
        {"--slow=1", "--slow takes no value"},
        {"--password-file /no/such/file",
         "--password-file: /no/such/file: No such file or directory"},
        {"--password-file /dev/null", "--password-file: /dev/null: expected "
         "a password in its first line"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        char want[400];
        capture_run(&c, read_check, rows[i].line);
        snprintf(want, sizeof want, "smtpspec check: %s\n", rows[i].want);
        cr_expect_eq(c.status, CLI_USAGE, "%s: %d", rows[i].line, c.status);
        cr_expect_str_eq(c.err, want, "%s", rows[i].line);
        cli_options_free(&options);
        capture_free(&c);
    }
}

Test(options, values)
{
    struct capture c;

    capture_run(&c, read_check,
                "--jobs 64 --timeout 2.5 --max-rate 5/s --level should "
                "--profile lmtp --select a --select b* --exclude c "
                "--json x --junit - -q --strict --no-delivery "
                "--foreign-rcpt a@b.example target");
    cr_assert_eq(c.status, CLI_OK, "%s", c.err);
    cr_expect_eq(options.cfg.jobs, 64);
    cr_expect_eq(options.cfg.timeout, 5 * NET_S / 2);
    cr_expect_eq(options.cfg.max_rate, 5);
    cr_expect_eq(options.cfg.level, SMTP_LEVEL_SHOULD);
    cr_expect_eq(options.cfg.profile, CHECK_PROFILE_LMTP);
    cr_expect_eq(options.cfg.select.n, 2);
    cr_expect_eq(options.cfg.exclude.n, 1);
    cr_expect_eq(options.n_outputs, 2);
    cr_expect_str_eq(options.outputs[1].format, "junit");
    cr_expect(options.quiet && options.cfg.strict && !options.cfg.complete);
    cr_expect_str_eq(options.cfg.foreign_rcpt, "a@b.example");
    cr_expect_eq(options.n_args, 1);
    cr_expect_str_eq(options.args[0], "target");
    cli_options_free(&options);
    capture_free(&c);
}

Test(options, defaults)
{
    struct capture c;

    unsetenv("SMTPSPEC_PASSWORD");
    capture_run(&c, read_check, "");
    cr_expect_eq(options.cfg.jobs, 8);
    cr_expect_eq(options.cfg.timeout, 10 * NET_S);
    cr_expect_eq(options.cfg.confirm, 1);
    cr_expect_eq(options.cfg.level, SMTP_LEVEL_MAY);
    cr_expect(options.cfg.complete && !options.cfg.slow);
    cr_expect_null(options.cfg.password);
    cli_options_free(&options);
    capture_free(&c);
}

Test(options, again)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        {"", "ref:"},
        {"--user joe --jobs 3 --json x", "--user joe ref:"},
        {"--helo [127.0.0.1]", "--helo '[127.0.0.1]' ref:"},
        {"--user it's --strict", "--user 'it'\\''s' --strict ref:"},
        {"--select a/b -v", "ref:"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        capture_run(&c, read_check, rows[i].line);
        cr_assert_eq(c.status, CLI_OK, "%s", c.err);
        cr_expect_str_eq(cli_options_again(&options, "ref:"), rows[i].want,
                         "%s", rows[i].line);
        cli_options_free(&options);
        capture_free(&c);
    }
}

Test(options, password, .fini = capture_clean)
{
    const char *file = capture_file("password", "from file\r\nmore\n", 16);
    struct capture c;
    char line[200];

    setenv("SMTPSPEC_PASSWORD", "from environment", 1);
    capture_run(&c, read_check, "--user joe");
    cr_expect_str_eq(options.cfg.password, "from environment");
    cli_options_free(&options);
    capture_free(&c);
    snprintf(line, sizeof line, "--user joe --password-file %s", file);
    capture_run(&c, read_check, line);
    cr_expect_str_eq(options.cfg.password, "from file");
    cli_options_free(&options);
    capture_free(&c);
}

/* ---- --config ---- */

static int read_config(struct capture *c, const char *text, size_t n,
                       const char *more)
{
    char line[300];

    snprintf(line, sizeof line, "--config %s %s",
             capture_file("a.conf", text, n), more);
    capture_run(c, read_check, line);
    return c->status;
}

Test(config, mistakes, .fini = capture_clean)
{
    static const struct {
        const char *text, *want; /* behind the file's name */
    } rows[] = {
        {"jobs = 0\n", ":1: jobs: expected a number from 1 to 64, not \"0\""},
        {"# x\n\n  jobs = x\n", ":3: jobs: expected a number from 1 to 64, "
         "not \"x\""},
        {"jobs\n", ":1: expected \"name = value\", not \"jobs\""},
        {"= 3\n", ":1: expected the name of an option of check, not \"\""},
        {"bogus = 3\n", ":1: expected the name of an option of check, not "
         "\"bogus\""},
        {"config = x\n", ":1: expected the name of an option of check, not "
         "\"config\""},
        {"requirements = yes\n", ":1: expected the name of an option of "
         "check, not \"requirements\""},
        {"server-pid = 7\n", ":1: expected the name of an option of check, "
         "not \"server-pid\""},
        {"slow = maybe\n", ":1: slow: expected yes or no, not \"maybe\""},
        {"user = a\nuser = b\n", ":2: user: expected it once, not \"b\""},
        {"user =\n", ":1: user: expected a value that is not empty, not "
         "\"\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capture c;
        char want[300];
        int status = read_config(&c, rows[i].text, strlen(rows[i].text), "");
        snprintf(want, sizeof want, "%s/a.conf%s\n", capture_folder(),
                 rows[i].want);
        cr_expect_eq(status, CLI_USAGE, "%s", rows[i].text);
        cr_expect_str_eq(c.err, want, "%s", rows[i].text);
        cli_options_free(&options);
        capture_free(&c);
    }
}

Test(config, odd_files, .fini = capture_clean)
{
    static char text[20000];
    struct capture c;

    memset(text, 'x', sizeof text);
    cr_expect_eq(read_config(&c, text, sizeof text, ""), CLI_USAGE);
    cr_expect(strstr(c.err, ":1: expected a line of fewer than 4095"), "%s",
              c.err);
    cli_options_free(&options);
    capture_free(&c);
    cr_expect_eq(read_config(&c, "slow = yes\n\0", 12, ""), CLI_USAGE);
    cr_expect(strstr(c.err, ":2: expected text without NUL"), "%s", c.err);
    cli_options_free(&options);
    capture_free(&c);
    capture_run(&c, read_check, "--config /no/such/file");
    cr_expect_eq(c.status, CLI_USAGE);
    cr_expect_str_eq(c.err, "/no/such/file: No such file or directory\n");
    cli_options_free(&options);
    capture_free(&c);
    capture_run(&c, read_check, "--config /tmp");
    cr_expect_eq(c.status, CLI_USAGE);
    cr_expect_str_eq(c.err, "/tmp: Is a directory\n");
    cli_options_free(&options);
    capture_free(&c);
}

Test(config, values, .fini = capture_clean)
{
    static const char text[] = "# a comment\n"
                               "profile = submission\r\n"
                               "  user=joe  \n"
                               "tls-ca = ca.pem\n"
                               "json = /abs/x.json\n"
                               "junit = -\n"
                               "slow = yes\n"
                               "strict = no\n"
                               "timeout = 3";
    struct capture c;
    char want[200];

    cr_assert_eq(read_config(&c, text, sizeof text - 1, ""), CLI_OK, "%s",
                 c.err);
    cr_expect_eq(options.cfg.profile, CHECK_PROFILE_SUBMISSION);
    cr_expect_str_eq(options.cfg.user, "joe");
    snprintf(want, sizeof want, "%s/ca.pem", capture_folder());
    cr_expect_str_eq(options.tls_ca, want);
    cr_expect_str_eq(options.outputs[0].path, "/abs/x.json");
    cr_expect_str_eq(options.outputs[1].path, "-");
    cr_expect(options.cfg.slow && !options.cfg.strict);
    cr_expect_eq(options.cfg.timeout, 3 * NET_S);
    cli_options_free(&options);
    capture_free(&c);
}

Test(config, command_line_wins, .fini = capture_clean)
{
    static const char text[] = "user = joe\nselect = a\nselect = b\njobs = 2\n";
    struct capture c;

    cr_assert_eq(read_config(&c, text, sizeof text - 1,
                             "--user ann --select c"),
                 CLI_OK, "%s", c.err);
    cr_expect_str_eq(options.cfg.user, "ann");
    cr_expect_eq(options.cfg.select.n, 1);
    cr_expect_str_eq(options.cfg.select.at[0], "c");
    cr_expect_eq(options.cfg.jobs, 2);
    cli_options_free(&options);
    capture_free(&c);
}

Test(config, too_many_settings, .fini = capture_clean)
{
    char text[8000] = "";
    struct capture c;

    for (int i = 0; i < 129; i++)
        strcat(text, "select = a\n");
    cr_expect_eq(read_config(&c, text, strlen(text), ""), CLI_USAGE);
    cr_expect(strstr(c.err,
                     ":129: select: expected no more than 128 patterns"),
              "%s", c.err);
    cli_options_free(&options);
    capture_free(&c);
}
