/*
 * option_value: see option_value.h.
 */
#include "cli/option_value.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "net/clock.h"
#include "smtp/path.h"

static void *field(struct cli_options *o, const struct cli_option *row)
{
    return (char *)o + row->offset;
}

static struct smtp_span span(const char *s)
{
    return smtp_span_of(s, strlen(s));
}

bool cli_number(const char *text, bool fraction, double low, double high,
                double *out)
{
    static const char digits[] = "0123456789";
    size_t n = strspn(text, digits);

    if (n == 0 || n > 15)
        return false;
    if (fraction && text[n] == '.' && strspn(text + n + 1, digits) > 0)
        n += 1 + strspn(text + n + 1, digits);
    if (text[n] != '\0')
        return false;
    *out = strtod(text, NULL);
    return *out >= low && *out <= high;
}

/* "a number from 1 to 64", in words that live as long as o. */
static const char *expected_number(struct cli_options *o,
                                   const struct cli_option *row,
                                   const char *what)
{
    char text[160];

    snprintf(text, sizeof text, "%s from %.15g to %.15g", what, row->low,
             row->high);
    return cli_options_keep(o, text);
}

const char *cli_set_flag(struct cli_options *o, const struct cli_option *row,
                         const char *value)
{
    (void)value;
    *(bool *)field(o, row) = true;
    return NULL;
}

const char *cli_set_text(struct cli_options *o, const struct cli_option *row,
                         const char *value)
{
    if (value[0] == '\0')
        return "a value that is not empty";
    *(const char **)field(o, row) = value;
    return NULL;
}

const char *cli_set_count(struct cli_options *o, const struct cli_option *row,
                          const char *value)
{
    double n;

    if (!cli_number(value, false, row->low, row->high, &n))
        return expected_number(o, row, "a number");
    *(unsigned *)field(o, row) = (unsigned)n;
    return NULL;
}

const char *cli_set_number(struct cli_options *o, const struct cli_option *row,
                           const char *value)
{
    double n;

    if (!cli_number(value, false, row->low, row->high, &n))
        return expected_number(o, row, "a number");
    *(uint64_t *)field(o, row) = (uint64_t)n;
    return NULL;
}

const char *cli_set_seconds(struct cli_options *o,
                            const struct cli_option *row, const char *value)
{
    double n;

    if (!cli_number(value, true, row->low, row->high, &n))
        return expected_number(o, row, "seconds");
    *(uint64_t *)field(o, row) = (uint64_t)(n * (double)NET_S);
    return NULL;
}

const char *cli_set_rate(struct cli_options *o, const struct cli_option *row,
                         const char *value)
{
    char text[32];
    size_t n = strlen(value);
    double rate;

    if (n > 2 && strcmp(value + n - 2, "/s") == 0)
        n -= 2;
    if (n < sizeof text) {
        memcpy(text, value, n);
        text[n] = '\0';
        if (cli_number(text, true, row->low, row->high, &rate)) {
            *(double *)field(o, row) = rate;
            return NULL;
        }
    }
    return expected_number(o, row, "connections a second");
}

const char *cli_set_patterns(struct cli_options *o,
                             const struct cli_option *row, const char *value)
{
    struct check_patterns *set = field(o, row);

    if (value[0] == '\0')
        return "an id, the beginning of one, or a glob";
    if (set->n == CHECK_PATTERNS_MAX)
        return "no more than 128 patterns";
    set->at[set->n++] = value;
    return NULL;
}

const char *cli_set_shard(struct cli_options *o, const struct cli_option *row,
                          const char *value)
{
    static const char expected[] = "I/N, such as 1/4, N at most 1000";
    size_t n = strcspn(value, "/");
    double part, parts;
    char text[8];

    (void)row;
    if (n >= sizeof text || value[n] != '/' ||
        !cli_number(value + n + 1, false, 1, 1000, &parts))
        return expected;
    memcpy(text, value, n);
    text[n] = '\0';
    if (!cli_number(text, false, 1, parts, &part))
        return expected;
    o->cfg.shard = (unsigned)part;
    o->cfg.shards = (unsigned)parts;
    return NULL;
}

/* Finds value in names[0..n); -1 for none. */
static int choose(const char *value, const char *const names[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(value, names[i]) == 0)
            return (int)i;
    return -1;
}

const char *cli_set_profile(struct cli_options *o,
                            const struct cli_option *row, const char *value)
{
    static const char *const names[] = {"auto", "mx", "submission", "lmtp"};
    int i = choose(value, names, sizeof names / sizeof *names);

    if (i < 0)
        return "auto, mx, submission or lmtp";
    *(enum check_profile *)field(o, row) = (enum check_profile)i;
    return NULL;
}

const char *cli_set_level(struct cli_options *o, const struct cli_option *row,
                          const char *value)
{
    static const char *const names[] = {"must", "should", "may"};
    int i = choose(value, names, sizeof names / sizeof *names);

    if (i < 0)
        return "must, should or may";
    *(enum smtp_level *)field(o, row) =
        (enum smtp_level)((int)SMTP_LEVEL_MUST + i);
    return NULL;
}

const char *cli_set_color(struct cli_options *o, const struct cli_option *row,
                          const char *value)
{
    static const char *const names[] = {"auto", "always", "never"};
    int i = choose(value, names, sizeof names / sizeof *names);

    if (i < 0)
        return "auto, always or never";
    *(enum cli_color *)field(o, row) = (enum cli_color)i;
    return NULL;
}

const char *cli_set_domain(struct cli_options *o,
                           const struct cli_option *row, const char *value)
{
    if (smtp_domain_kind(span(value), false) == SMTP_DOMAIN_NONE)
        return "a domain or an address literal (RFC 5321 4.1.2)";
    *(const char **)field(o, row) = value;
    return NULL;
}

static bool is_mailbox(const char *value, unsigned opts)
{
    struct smtp_path path;
    struct smtp_flaws flaws = {0};

    smtp_mailbox_parse(span(value), opts, &path, &flaws);
    return value[0] != '\0' && !smtp_flaws_any(&flaws);
}

const char *cli_set_mailbox(struct cli_options *o,
                            const struct cli_option *row, const char *value)
{
    if (!is_mailbox(value, SMTP_PATH_UTF8))
        return "an address such as user@example.com, without brackets";
    *(const char **)field(o, row) = value;
    return NULL;
}

const char *cli_set_rcpt(struct cli_options *o, const struct cli_option *row,
                         const char *value)
{
    if (!is_mailbox(value, SMTP_PATH_UTF8 | SMTP_PATH_LOCAL))
        return "an address such as user@example.com, without brackets";
    *(const char **)field(o, row) = value;
    return NULL;
}

const char *cli_set_output(struct cli_options *o, const struct cli_option *row,
                           const char *value)
{
    if (value[0] == '\0')
        return "a file's name, or - for standard output";
    if (o->n_outputs == CLI_OUTPUTS_MAX)
        return "no more than 32 reports";
    o->outputs[o->n_outputs++] = (struct cli_output){row->name, value};
    return NULL;
}

const char *cli_set_pid(struct cli_options *o, const struct cli_option *row,
                        const char *value)
{
    double n;

    if (!cli_number(value, false, row->low, row->high, &n))
        return "the number of the server's process";
    if (kill((pid_t)n, 0) != 0 && errno == ESRCH)
        return "the number of a process that exists";
    *(uint64_t *)field(o, row) = (uint64_t)n;
    return NULL;
}
