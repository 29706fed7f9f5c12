/*
 * options: the command line; see options.h.
 */
#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "net/clock.h"
#include "report/escape.h"

#define ROWS_MAX     64
#define FIRST_VALUE  256 /* what getopt returns for row 0 */
#define PASSWORD_MAX 1024

static const char *const command_names[] = {
    [CLI_FOR_CHECK] = "check",
    [CLI_FOR_REPLAY] = "replay",
    [CLI_FOR_LIST] = "list",
    [CLI_FOR_LINT] = "lint",
    [CLI_FOR_REPORT] = "report",
    [CLI_FOR_FUZZ] = "fuzz",
};

char *cli_options_keep(struct cli_options *o, const char *s)
{
    char *copy = NULL;

    if (o->n_owned < sizeof o->owned / sizeof *o->owned)
        copy = strdup(s);
    if (copy)
        o->owned[o->n_owned++] = copy;
    return copy;
}

const char *cli_options_set(struct cli_options *o,
                            const struct cli_option *row, const char *value,
                            bool from_file)
{
    const char *expected = "fewer options";

    if (o->n_settings < CLI_SETTINGS_MAX)
        expected = row->set(o, row, value);
    if (!expected)
        o->settings[o->n_settings++] =
            (struct cli_setting){row, value, from_file};
    return expected;
}

/* What getopt wants: the rows of the command. */
struct grammar {
    struct option rows[ROWS_MAX + 1];
    char letters[2 * ROWS_MAX];
};

static void grammar_build(struct grammar *g, unsigned commands)
{
    const struct cli_option *row;
    size_t n = 0, at = 0;

    memset(g, 0, sizeof *g);
    g->letters[at++] = ':'; /* a missing value is told apart */
    for (size_t i = 0; (row = cli_option_at(i)) && n < ROWS_MAX; i++) {
        if (!(row->commands & commands))
            continue;
        g->rows[n++] = (struct option){
            row->name, row->arg ? required_argument : no_argument, NULL,
            FIRST_VALUE + (int)i};
        if (row->letter)
            g->letters[at++] = row->letter;
    }
}

static const struct cli_option *row_of(int value)
{
    const struct cli_option *row;

    if (value >= FIRST_VALUE)
        return cli_option_at((size_t)value - FIRST_VALUE);
    for (size_t i = 0; (row = cli_option_at(i)); i++)
        if (row->letter == value)
            return row;
    return NULL;
}

/* One line: "smtpspec check: --jobs: expected …, not "abc"". */
static int wrong_value(const char *command, const struct cli_option *row,
                       const char *value, const char *expected, FILE *err)
{
    char *shown = report_clean(value);

    fprintf(err, "smtpspec %s: --%s: expected %s", command, row->name,
            expected);
    if (row->arg)
        fprintf(err, ", not \"%s\"", shown);
    fputc('\n', err);
    free(shown);
    return CLI_USAGE;
}

/* getopt met something that the command does not know. */
static int wrong_word(const char *command, int got, char *const *argv,
                      FILE *err)
{
    const struct cli_option *row = optopt ? row_of(optopt) : NULL;
    char *word = report_clean(argv[optind > 1 ? optind - 1 : 1]);

    if (got == ':' && row)
        fprintf(err, "smtpspec %s: --%s: expected %s behind it\n", command,
                row->name, row->arg);
    else if (row && optopt >= FIRST_VALUE)
        fprintf(err, "smtpspec %s: --%s takes no value\n", command, row->name);
    else
        fprintf(err,
                "smtpspec %s: unknown option %s; smtpspec %s --help lists "
                "them\n",
                command, word, command);
    free(word);
    return CLI_USAGE;
}

static bool given(const struct cli_options *o, const struct cli_option *row)
{
    for (size_t i = 0; i < o->n_settings; i++)
        if (o->settings[i].row == row)
            return true;
    return false;
}

static int read_words(struct cli_options *o, const char *command,
                      const struct grammar *g, int argc, FILE *err)
{
    int got;

    optind = 0; /* getopt starts over */
    opterr = 0;
    while ((got = getopt_long(argc, o->argv, g->letters, g->rows, NULL)) >= 0) {
        const struct cli_option *row = row_of(got);
        const char *expected, *value = optarg ? optarg : "";

        if (got == '?' || got == ':' || !row)
            return wrong_word(command, got, o->argv, err);
        if (given(o, row) && row->arg && !(row->flags & CLI_MANY))
            expected = "to be given once";
        else
            expected = cli_options_set(o, row, value, false);
        if (expected)
            return wrong_value(command, row, value, expected, err);
    }
    o->args = o->argv + optind;
    o->n_args = argc - optind;
    return CLI_OK;
}

/* The first line of the file. NULL, or what is wrong. */
static const char *read_password(struct cli_options *o)
{
    char line[PASSWORD_MAX + 2] = "";
    FILE *f = fopen(o->password_file, "re");
    bool read = f && fgets(line, sizeof line, f);
    int saved = errno;

    if (f)
        fclose(f);
    if (!f)
        return strerror(saved);
    line[strcspn(line, "\r\n")] = '\0';
    if (!read || line[0] == '\0')
        return "expected a password in its first line";
    if (strlen(line) > PASSWORD_MAX)
        return "expected a password of at most 1024 octets";
    o->cfg.password = cli_options_keep(o, line);
    return NULL;
}

static int find_password(struct cli_options *o, const char *command, FILE *err)
{
    const char *wrong;

    if (!o->password_file) {
        o->cfg.password = getenv("SMTPSPEC_PASSWORD");
        return CLI_OK;
    }
    wrong = read_password(o);
    if (!wrong)
        return CLI_OK;
    fprintf(err, "smtpspec %s: --password-file: %s: %s\n", command,
            o->password_file, wrong);
    return CLI_USAGE;
}

static void defaults(struct cli_options *o, enum cli_command_bit command)
{
    memset(o, 0, sizeof *o);
    o->cfg.level = SMTP_LEVEL_MAY;
    o->cfg.helo = "client.example";
    o->cfg.jobs = command == CLI_FOR_CHECK ? 8 : 1;
    o->cfg.timeout = 10 * NET_S;
    o->cfg.confirm = command == CLI_FOR_CHECK ? 1 : 0;
    o->cfg.slow = command == CLI_FOR_REPLAY;
    o->cfg.stop_fd = -1;
}

int cli_options_read(struct cli_options *o, enum cli_command_bit command,
                     int argc, char **argv, FILE *err)
{
    const char *name = command_names[command];
    struct grammar g;
    int rc;

    defaults(o, command);
    o->argv = calloc((size_t)argc + 2, sizeof *o->argv);
    if (!o->argv) {
        fprintf(err, "smtpspec %s: out of memory\n", name);
        return CLI_USAGE;
    }
    o->argv[0] = cli_options_keep(o, name);
    for (int i = 0; i < argc; i++)
        o->argv[i + 1] = argv[i];
    grammar_build(&g, command);
    rc = read_words(o, name, &g, argc + 1, err);
    if (rc == CLI_OK && o->config && !o->help)
        rc = cli_config_read(o, o->config, command, err);
    if (rc == CLI_OK && !o->help)
        rc = find_password(o, name, err);
    o->cfg.complete = !o->no_delivery;
    return rc;
}

void cli_options_free(struct cli_options *o)
{
    for (size_t i = 0; i < o->n_owned; i++)
        free(o->owned[i]);
    free(o->argv);
    memset(o, 0, sizeof *o);
}

/* Characters that no shell takes for anything but themselves. */
static bool is_plain_word(const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_./:@%+=,";
    return s[0] != '\0' && s[strspn(s, plain)] == '\0';
}

static void put_word(FILE *out, const char *s)
{
    if (is_plain_word(s)) {
        fputs(s, out);
        return;
    }
    fputc('\'', out);
    for (; *s; s++) {
        if (*s == '\'')
            fputs("'\\''", out);
        else
            fputc(*s, out);
    }
    fputc('\'', out);
}

const char *cli_options_again(struct cli_options *o, const char *target)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    const char *kept;

    if (!f)
        return NULL;
    for (size_t i = 0; i < o->n_settings; i++) {
        const struct cli_setting *s = &o->settings[i];
        if (s->from_file || !(s->row->flags & CLI_AGAIN))
            continue;
        fprintf(f, "--%s ", s->row->name);
        if (s->row->arg) {
            put_word(f, s->value);
            fputc(' ', f);
        }
    }
    put_word(f, target);
    fclose(f);
    kept = text ? cli_options_keep(o, text) : NULL;
    free(text);
    return kept;
}
