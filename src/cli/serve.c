/*
 * serve: options, and the server between two signals.
 */
#include "cli/serve.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/stop.h"
#include "net/clock.h"
#include "net/target.h"
#include "server/server.h"

struct serve_options {
    struct server_config cfg;
    char host[256], tls_host[256];
    size_t faults;
    bool mode_named, remote, list;
    const char *ca_path;
    FILE *err;
};

static const char USAGE[] =
    "usage: smtpspec serve [options]\n"
    "\n"
    "The reference server: strict, and able to be wrong in one respect.\n"
    "It relays nothing. Mail for example.test is accepted and dropped.\n"
    "\n"
    "  --listen HOST:PORT      where to listen (127.0.0.1:2525; port 0: any)\n"
    "  --tls-listen HOST:PORT  implicit TLS on a second port, same host\n"
    "  --mode MODE             mx, submission, tls-required, lmtp, refuse,\n"
    "                          null or busy (mx, or the first fault's)\n"
    "  --fault NAME            switch a fault on; repeatable\n"
    "  --list-faults           print the faults and what they break\n"
    "  --store DIR             keep messages, one file each\n"
    "  --split N               send replies N octets at a time\n"
    "  --idle SECONDS          idle timeout (300)\n"
    "  --max-sessions N        sessions at a time (64); over it: 421\n"
    "  --write-ca FILE         write the certificate to trust, as PEM\n"
    "  --remote                allow an address that is not loopback\n"
    "  --help                  this\n";

static int usage_error(struct serve_options *o, const char *what,
                       const char *got, const char *expected)
{
    fprintf(o->err, "smtpspec serve: %s \"%s\": expected %s\n", what, got,
            expected);
    return CLI_USAGE;
}

/* ---- values ----------------------------------------------------------- */

/* Digits only, within the bounds. */
static bool read_number(const char *text, unsigned long min,
                        unsigned long max, unsigned long *out)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoul(text, &end, 10);
    return errno == 0 && *end == '\0' && *out >= min && *out <= max;
}

/* "HOST:PORT", "[IPV6]:PORT". */
static bool read_address(const char *text, char *host, size_t cap,
                         uint16_t *port)
{
    const char *colon = strrchr(text, ':');
    unsigned long number;
    if (!colon || !read_number(colon + 1, 0, 65535, &number))
        return false;
    size_t n = (size_t)(colon - text);
    bool bracket = n >= 2 && text[0] == '[' && text[n - 1] == ']';
    if (bracket) {
        text++;
        n -= 2;
    }
    if (n == 0 || n >= cap || (!bracket && memchr(text, ':', n)))
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    *port = (uint16_t)number;
    return true;
}

/* ---- options, one function each --------------------------------------- */

static int set_listen(struct serve_options *o, const char *value)
{
    if (read_address(value, o->host, sizeof(o->host), &o->cfg.port))
        return CLI_OK;
    return usage_error(o, "--listen", value, "HOST:PORT");
}

static int set_tls_listen(struct serve_options *o, const char *value)
{
    o->cfg.implicit_tls = true;
    if (read_address(value, o->tls_host, sizeof(o->tls_host),
                     &o->cfg.tls_port))
        return CLI_OK;
    return usage_error(o, "--tls-listen", value, "HOST:PORT");
}

static int set_mode(struct serve_options *o, const char *value)
{
    int mode = server_mode_find(value, strlen(value));
    if (mode < 0)
        return usage_error(o, "--mode", value,
                           "mx, submission, tls-required, lmtp, refuse, "
                           "null or busy");
    o->cfg.mode = (enum server_mode)mode;
    o->mode_named = true;
    return CLI_OK;
}

static int set_fault(struct serve_options *o, const char *value)
{
    const struct server_fault *f = server_fault_find(value, strlen(value));
    if (!f)
        return usage_error(o, "--fault", value,
                           "a name of smtpspec serve --list-faults");
    if (o->faults == SERVER_FAULTS_MAX)
        return usage_error(o, "--fault", value, "no more than 8 faults");
    o->cfg.faults[o->faults++] = f;
    return CLI_OK;
}

static int set_list(struct serve_options *o, const char *value)
{
    (void)value;
    o->list = true;
    return CLI_OK;
}

static int set_store(struct serve_options *o, const char *value)
{
    o->cfg.store = value;
    return CLI_OK;
}

static int set_split(struct serve_options *o, const char *value)
{
    unsigned long n;
    if (!read_number(value, 0, 65536, &n))
        return usage_error(o, "--split", value, "0 to 65536 octets");
    o->cfg.split = n;
    return CLI_OK;
}

static int set_idle(struct serve_options *o, const char *value)
{
    unsigned long n;
    if (!read_number(value, 1, 86400, &n))
        return usage_error(o, "--idle", value, "1 to 86400 seconds");
    o->cfg.idle_ns = n * NET_S;
    return CLI_OK;
}

static int set_max_sessions(struct serve_options *o, const char *value)
{
    unsigned long n;
    if (!read_number(value, 1, 1000, &n))
        return usage_error(o, "--max-sessions", value, "1 to 1000");
    o->cfg.max_sessions = (unsigned)n;
    return CLI_OK;
}

static int set_ca(struct serve_options *o, const char *value)
{
    o->ca_path = value;
    return CLI_OK;
}

static int set_remote(struct serve_options *o, const char *value)
{
    (void)value;
    o->remote = true;
    return CLI_OK;
}

#define HELP 'h'
#define ROWS 1000 /* getopt_long's values: ROWS + row */

static const struct {
    const char *name;
    int argument;
    int (*set)(struct serve_options *o, const char *value);
} OPTIONS[] = {
    {"listen",       required_argument, set_listen      },
    {"tls-listen",   required_argument, set_tls_listen  },
    {"mode",         required_argument, set_mode        },
    {"fault",        required_argument, set_fault       },
    {"list-faults",  no_argument,       set_list        },
    {"store",        required_argument, set_store       },
    {"split",        required_argument, set_split       },
    {"idle",         required_argument, set_idle        },
    {"max-sessions", required_argument, set_max_sessions},
    {"write-ca",     required_argument, set_ca          },
    {"remote",       no_argument,       set_remote      },
};
#define OPTION_COUNT ((int)(sizeof(OPTIONS) / sizeof(OPTIONS[0])))

/* CLI_OK, CLI_USAGE, or -1: help was asked for. */
static int read_options(struct serve_options *o, int argc, char **argv)
{
    struct option table[sizeof(OPTIONS) / sizeof(OPTIONS[0]) + 2] = {0};
    for (int i = 0; i < OPTION_COUNT; i++)
        table[i] = (struct option){OPTIONS[i].name, OPTIONS[i].argument,
                                   NULL, ROWS + i};
    table[OPTION_COUNT] = (struct option){"help", no_argument, NULL, HELP};
    optind = 0; /* start afresh: this may be the second command line */
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, ":h", table, NULL)) != -1;) {
        if (c == HELP)
            return -1;
        if (c == '?' || c == ':')
            return usage_error(o, "option", argv[optind - 1],
                               c == ':' ? "a value behind it"
                                        : "an option of --help");
        int status = OPTIONS[c - ROWS].set(o, optarg);
        if (status != CLI_OK)
            return status;
    }
    if (optind < argc)
        return usage_error(o, "argument", argv[optind], "only options");
    return CLI_OK;
}

/* What only all options together show. */
static int check_options(struct serve_options *o)
{
    if (!o->mode_named && o->faults > 0)
        o->cfg.mode = o->cfg.faults[0]->mode;
    if (o->cfg.implicit_tls && strcmp(o->host, o->tls_host) != 0)
        return usage_error(o, "--tls-listen", o->tls_host,
                           "the host of --listen");
    struct net_target t = {.scheme = NET_PLAIN};
    char why[256];
    memcpy(t.host, o->host, sizeof(t.host));
    int local = net_target_is_local(&t, why, sizeof(why));
    if (local < 0) {
        fprintf(o->err, "smtpspec serve: --listen: %s\n", why);
        return CLI_USAGE;
    }
    if (!local && !o->remote)
        return usage_error(o, "--listen", o->host,
                           "a loopback address, or --remote as well");
    return CLI_OK;
}

/* ---- output ----------------------------------------------------------- */

static void list_faults(FILE *out)
{
    const struct server_fault *f;
    for (size_t i = 0; (f = server_fault_at(i)); i++) {
        fprintf(out, "%-33s %-12s", f->name, server_mode_name(f->mode));
        /* Together they fit into 80 columns, or the clause has its own line. */
        fprintf(out, strlen(f->spec) <= 33 ? " %s\n" : "\n    %s\n", f->spec);
        fprintf(out, "    %s\n", f->title);
    }
}

static bool write_ca(const char *path, const char *pem)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    bool ok = fputs(pem, f) >= 0;
    return fclose(f) == 0 && ok;
}

static void print_listening(const struct serve_options *o,
                            const struct server *s, FILE *out)
{
    const char *format = strchr(o->host, ':') ? "[%s]:%u" : "%s:%u";
    fprintf(out, "listening on ");
    fprintf(out, format, o->host, (unsigned)server_port(s));
    if (o->cfg.implicit_tls) {
        fprintf(out, ", TLS on ");
        fprintf(out, format, o->host, (unsigned)server_tls_port(s));
    }
    fprintf(out, " (%s), user %s password %s\n",
            server_mode_name(o->cfg.mode), SERVER_USER, SERVER_PASSWORD);
    fflush(out);
}

/* ---- the server ------------------------------------------------------- */

static void wait_for(int stop_fd)
{
    struct pollfd p = {.fd = stop_fd, .events = POLLIN};
    while (poll(&p, 1, -1) <= 0)
        if (errno != EINTR)
            return;
}

static int serve(struct serve_options *o, FILE *out)
{
    char why[320] = "";
    int stop_fd = cli_stop_open();
    if (stop_fd < 0) {
        fprintf(o->err, "smtpspec serve: no pipe for signals\n");
        return CLI_UNABLE;
    }
    int status = CLI_OK;
    struct server *s = server_start(&o->cfg, why, sizeof(why));
    if (!s) {
        fprintf(o->err, "smtpspec serve: %s\n", why);
        status = CLI_UNABLE;
    } else if (o->ca_path && !write_ca(o->ca_path, server_ca_pem(s))) {
        fprintf(o->err, "smtpspec serve: cannot write %s: %s\n", o->ca_path,
                strerror(errno));
        status = CLI_UNABLE;
    } else {
        print_listening(o, s, out);
        wait_for(stop_fd);
    }
    server_stop(s);
    cli_stop_close();
    return status;
}

int cli_serve(int argc, char **argv, FILE *out, FILE *err)
{
    struct serve_options o = {.cfg = {.port = 2525}, .host = "127.0.0.1",
                              .err = err};
    char name[] = "serve";
    /* getopt_long passes over the first one: it is the program's name. */
    char **args = calloc((size_t)argc + 2, sizeof(*args));
    if (!args) {
        fprintf(err, "smtpspec serve: out of memory\n");
        return CLI_UNABLE;
    }
    args[0] = name;
    for (int i = 0; i < argc; i++)
        args[i + 1] = argv[i];
    int status = read_options(&o, argc + 1, args);
    o.cfg.bind = o.host;
    if (status == -1) {
        fputs(USAGE, out);
        status = cli_flush(out, err, "serve", CLI_OK);
    } else if (status == CLI_OK && o.list) {
        list_faults(out);
        status = cli_flush(out, err, "serve", CLI_OK);
    } else if (status == CLI_OK) {
        status = check_options(&o);
        if (status == CLI_OK)
            status = serve(&o, out);
    }
    free(args);
    return status;
}
