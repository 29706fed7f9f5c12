/*
 * parse: "smtpspec parse reply|command|path [FILE]": what the parser core
 * makes of some octets.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/parse_print.h"
#include "report/escape.h"

#define INPUT_MAX ((size_t)1024 * 1024)

/* All of in, at most INPUT_MAX octets. NULL with a line in err. */
static char *read_all(FILE *in, const char *name, size_t *n, FILE *err)
{
    char *buf = malloc(INPUT_MAX + 1);

    *n = buf ? fread(buf, 1, INPUT_MAX + 1, in) : 0;
    if (buf && !ferror(in) && *n <= INPUT_MAX)
        return buf;
    if (!buf)
        fputs("smtpspec parse: out of memory\n", err);
    else if (*n > INPUT_MAX)
        fprintf(err, "smtpspec parse: %s: expected at most 1 MiB\n", name);
    else
        fprintf(err, "smtpspec parse: %s: %s\n", name, strerror(errno));
    free(buf);
    return NULL;
}

/* What is left has no end: the parser would wait for more. */
static int incomplete(struct parse_print *p, struct smtp_span rest,
                      const char *what)
{
    parse_head(p, what, rest);
    parse_field(p, "incomplete", SMTP_SPAN("no line end"));
    return CLI_FAILED;
}

static int too_long(struct parse_print *p, struct smtp_span rest,
                    const char *what)
{
    parse_head(p, what, rest);
    parse_field(p, "given up", SMTP_SPAN("over 65536 octets without an end"));
    return CLI_FAILED;
}

static int parse_replies(struct parse_print *p, struct smtp_span in)
{
    int status = CLI_OK;

    while (in.n) {
        struct smtp_reply_scan scan = {0};
        struct smtp_reply reply;
        ssize_t n = smtp_reply_parse(&scan, in.p, in.n, &reply);

        if (n == 0)
            return incomplete(p, in, "reply");
        if (n < 0)
            return too_long(p, in, "reply");
        parse_print_reply(p, &reply);
        if (smtp_flaws_any(&reply.flaws))
            status = CLI_FAILED;
        in = smtp_span_from(in, (size_t)n);
    }
    return status;
}

static int parse_commands(struct parse_print *p, struct smtp_span in)
{
    int status = CLI_OK;

    while (in.n) {
        struct smtp_command_scan scan = {0};
        struct smtp_command c;
        ssize_t n =
            smtp_command_parse(&scan, SMTP_COMMAND_UTF8, in.p, in.n, &c);

        if (n == 0)
            return incomplete(p, in, "command");
        if (n < 0)
            return too_long(p, in, "command");
        parse_print_command(p, &c);
        if (smtp_flaws_any(&c.flaws))
            status = CLI_FAILED;
        in = smtp_span_from(in, (size_t)n);
    }
    return status;
}

/* A path a line; the line end is not part of it. */
static int parse_paths(struct parse_print *p, struct smtp_span in)
{
    int status = CLI_OK;

    while (in.n) {
        const char *end = memchr(in.p, '\n', in.n);
        size_t n = end ? (size_t)(end - in.p) : in.n;
        struct smtp_span line = smtp_span_of(in.p, n);

        if (n && line.p[n - 1] == '\r')
            line.n--;
        if (parse_print_path(p, line))
            status = CLI_FAILED;
        in = smtp_span_from(in, n + 1);
    }
    return status;
}

static const struct {
    const char *name;
    int (*parse)(struct parse_print *p, struct smtp_span in);
} kinds[] = {
    {"reply", parse_replies},
    {"command", parse_commands},
    {"path", parse_paths},
};

static int parse_file(const char *name,
                      int (*parse)(struct parse_print *, struct smtp_span),
                      FILE *out, FILE *err)
{
    bool standard = strcmp(name, "-") == 0;
    FILE *in = standard ? stdin : fopen(name, "re");
    struct parse_print p = {.out = out};
    size_t n;
    char *buf;
    int status = CLI_USAGE;

    if (!in) {
        fprintf(err, "smtpspec parse: %s: %s\n", name, strerror(errno));
        return CLI_USAGE;
    }
    buf = read_all(in, standard ? "standard input" : name, &n, err);
    if (buf && n == 0)
        fputs("smtpspec parse: expected input\n", err);
    else if (buf)
        status = cli_flush(out, err, "parse", parse(&p, smtp_span_of(buf, n)));
    free(buf);
    if (!standard)
        fclose(in);
    return status;
}

int cli_parse(int argc, char **argv, FILE *out, FILE *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (argc >= 1 && argc <= 2 && strcmp(argv[0], kinds[i].name) == 0)
            return parse_file(argc == 2 ? argv[1] : "-", kinds[i].parse, out,
                              err);
    fputs("smtpspec parse: expected reply, command or path, and at most one "
          "FILE (smtpspec parse --help)\n",
          err);
    return CLI_USAGE;
}
