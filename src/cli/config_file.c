/*
 * config_file: "name = value" lines.
 *
 * Blank lines and lines that begin with "#" say nothing. An option without
 * a value has "yes" or "no". The name of a file that does not begin with "/"
 * counts from the folder of the config file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "report/escape.h"

struct config_file {
    struct cli_options *options;
    const char *path;
    unsigned line;
    unsigned command;
    size_t before; /* settings of the command line */
    FILE *err;
};

static int wrong(const struct config_file *f, const char *name,
                 const char *expected, const char *value)
{
    char *clean_name = report_clean(name), *clean = report_clean(value);

    fprintf(f->err, "%s:%u: %s%sexpected %s, not \"%s\"\n", f->path, f->line,
            clean_name, name[0] ? ": " : "", expected, clean);
    free(clean_name);
    free(clean);
    return CLI_USAGE;
}

/* Cuts white space off both ends. */
static char *trim(char *s)
{
    size_t n;

    s += strspn(s, " \t\r\n");
    n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        s[--n] = '\0';
    return s;
}

/* The value as it is kept: whole file names for relative ones. */
static char *keep_value(const struct config_file *f,
                        const struct cli_option *row, const char *value)
{
    const char *slash = strrchr(f->path, '/');
    char *joined, *kept;

    if (!(row->flags & CLI_PATH) || value[0] == '/' || value[0] == '\0' ||
        strcmp(value, "-") == 0 || !slash)
        return cli_options_keep(f->options, value);
    if (asprintf(&joined, "%.*s/%s", (int)(slash - f->path), f->path,
                 value) < 0)
        return NULL;
    kept = cli_options_keep(f->options, joined);
    free(joined);
    return kept;
}

/* True when the setting was made in the settings [from, to). */
static bool set_in(const struct config_file *f, const struct cli_option *row,
                   size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (f->options->settings[i].row == row)
            return true;
    return false;
}

static int set_flag(struct config_file *f, const struct cli_option *row,
                    const char *value)
{
    if (strcmp(value, "no") == 0)
        return CLI_OK;
    if (strcmp(value, "yes") != 0)
        return wrong(f, row->name, "yes or no", value);
    cli_options_set(f->options, row, "", true);
    return CLI_OK;
}

/* Keys of the format that are no mistake but change nothing here: those of
 * another subcommand. */
static bool is_passed_over(const struct config_file *f, const char *name)
{
    const struct cli_option *row = cli_option_find(name, ~f->command);

    return row && !(row->flags & CLI_NO_CONFIG);
}

static int set(struct config_file *f, const char *name, const char *value)
{
    const struct cli_option *row = cli_option_find(name, f->command);
    size_t now = f->options->n_settings;
    const char *expected;
    char *kept;

    if (!row && is_passed_over(f, name))
        return CLI_OK;
    if (!row || (row->flags & CLI_NO_CONFIG))
        return wrong(f, "", "the name of an option of check", name);
    if (set_in(f, row, 0, f->before))
        return CLI_OK; /* the command line wins */
    if (!(row->flags & CLI_MANY) && set_in(f, row, f->before, now))
        return wrong(f, row->name, "it once", value);
    if (!row->arg)
        return set_flag(f, row, value);
    kept = keep_value(f, row, value);
    if (!kept)
        return wrong(f, row->name, "fewer or shorter lines", value);
    expected = cli_options_set(f->options, row, kept, true);
    return expected ? wrong(f, row->name, expected, value) : CLI_OK;
}

static int read_line(struct config_file *f, char *line)
{
    char *text = trim(line), *equals = strchr(text, '=');

    if (text[0] == '\0' || text[0] == '#')
        return CLI_OK;
    if (!equals)
        return wrong(f, "", "\"name = value\"", text);
    *equals = '\0';
    return set(f, trim(text), trim(equals + 1));
}

/* The next line without its end; *why says what is wrong with it. False at
 * the end of the file. */
static bool next_line(FILE *in, char *line, size_t cap, const char **why)
{
    size_t n = 0;
    int c;

    *why = NULL;
    while ((c = getc(in)) != EOF && c != '\n') {
        if (n + 1 == cap || c == '\0') {
            *why = c ? "a line of fewer than 4095 octets" : "text without NUL";
            return true;
        }
        line[n++] = (char)c;
    }
    line[n] = '\0';
    return c != EOF || n > 0;
}

int cli_config_read(struct cli_options *o, const char *path,
                    enum cli_command_bit command, FILE *err)
{
    struct config_file f = {o, path, 0, command, o->n_settings, err};
    FILE *in = fopen(path, "re");
    char line[4095];
    const char *why;
    int rc = CLI_OK;

    if (!in) {
        fprintf(err, "%s: %s\n", path, strerror(errno));
        return CLI_USAGE;
    }
    while (rc == CLI_OK && next_line(in, line, sizeof line, &why)) {
        f.line++;
        if (why) {
            fprintf(err, "%s:%u: expected %s\n", path, f.line, why);
            rc = CLI_USAGE;
        } else {
            rc = read_line(&f, line);
        }
    }
    if (rc == CLI_OK && ferror(in)) {
        fprintf(err, "%s: %s\n", path, strerror(errno));
        rc = CLI_USAGE;
    }
    fclose(in);
    return rc;
}
