/*
 * options: what the subcommands are told, by one table that serves the
 * command line, --config files and --help.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "check/config.h"

#define CLI_OUTPUTS_MAX  32
#define CLI_SETTINGS_MAX 256

/* Which subcommands know an option. */
enum cli_command_bit {
    CLI_FOR_CHECK = 1,
    CLI_FOR_REPLAY = 2,
    CLI_FOR_LIST = 4,
    CLI_FOR_LINT = 8,
    CLI_FOR_REPORT = 16,
    CLI_FOR_FUZZ = 32
};

enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };

struct cli_options;
struct cli_option;

/* Stores a value. NULL, or what was expected: "a number from 1 to 64". */
typedef const char *cli_set_fn(struct cli_options *o,
                               const struct cli_option *row,
                               const char *value);

enum cli_option_flag {
    CLI_MANY = 1,     /* may be given more than once */
    CLI_PATH = 2,     /* its value is a file's name */
    CLI_AGAIN = 4,    /* matters when a case is reproduced */
    CLI_NO_CONFIG = 8, /* not in a --config file */
    CLI_SHOWS = 16     /* says how to report, not what to test: it is left
                          out of the options in a result */
};

struct cli_option {
    const char *name;    /* without "--"; the key in a --config file */
    char letter;         /* 'q' for -q, or 0 */
    unsigned flags;      /* enum cli_option_flag */
    unsigned commands;   /* enum cli_command_bit */
    const char *arg;     /* what stands for the value in --help; NULL: none */
    const char *help;
    cli_set_fn *set;
    size_t offset;       /* of the field in struct cli_options */
    double low, high;    /* of a number */
};

/* One option as it was given. */
struct cli_setting {
    const struct cli_option *row;
    const char *value;   /* "" for an option without a value */
    bool from_file;
};

struct cli_output {
    const char *format;
    const char *path;
};

/* What only `fuzz` is told. */
struct cli_fuzz_options {
    const char *corpus, *findings, *graph, *minimise, *reproduce;
    struct check_patterns seeds;   /* folders */
    struct check_patterns without; /* names of oracles */
    bool fork_server;
    uint64_t runs;                 /* 0: no limit */
    uint64_t time;                 /* nanoseconds; 0: no limit */
    uint64_t memory;               /* MiB; 0: not given */
    uint64_t disk;                 /* MiB; 0: not given */
    uint64_t pid;                  /* of the server; 0: not given */
    const char *server;            /* command that starts it, or NULL */
    uint64_t seed;                 /* of libFuzzer; 0: not given */
    unsigned workers;
};

struct cli_options {
    struct check_config cfg;
    struct cli_fuzz_options fuzz;
    const char *suite;       /* --suite, or NULL */
    const char *config;
    const char *password_file, *tls_ca, *delivery;
    const char *baseline, *verify;
    bool tls_insecure, allow_blocked, remote, no_delivery;
    bool quiet, verbose, help, requirements, merge, compare;
    uint64_t tls_port;       /* 0: not given */
    uint64_t server_pid;     /* 0: not given */
    enum cli_color color;
    const char *case_id;     /* replay --case, or NULL */
    struct cli_output outputs[CLI_OUTPUTS_MAX];
    size_t n_outputs;
    struct cli_setting settings[CLI_SETTINGS_MAX]; /* in the order given */
    size_t n_settings;
    char **args;             /* what is no option */
    int n_args;
    char *owned[CLI_SETTINGS_MAX * 2 + 8]; /* strings freed with it */
    size_t n_owned;
    char **argv;             /* a copy with a name in front, for getopt */
};

/*
 * Reads the command line of `command` and the --config file that it names,
 * then the password. 0; or CLI_USAGE with one line in err. o is freed by the
 * caller either way. What is in o points into argv or belongs to o.
 */
int cli_options_read(struct cli_options *o, enum cli_command_bit command,
                     int argc, char **argv, FILE *err);
void cli_options_free(struct cli_options *o);

/* Adds one setting. NULL, or what was expected. */
const char *cli_options_set(struct cli_options *o,
                            const struct cli_option *row, const char *value,
                            bool from_file);

/* A copy that lives as long as o; NULL when memory ran out. */
char *cli_options_keep(struct cli_options *o, const char *s);

/* The options that matter, and the target, as shell words. */
const char *cli_options_again(struct cli_options *o, const char *target);

/* The table: the i-th row, NULL behind the last; by name and commands. */
const struct cli_option *cli_option_at(size_t i);
const struct cli_option *cli_option_find(const char *name,
                                         unsigned commands);

/* Reads a --config file into o. 0, or CLI_USAGE with "FILE:LINE: …". What
 * was given on the command line stays. */
int cli_config_read(struct cli_options *o, const char *path,
                    enum cli_command_bit command, FILE *err);

/* Prints the options of a command, for --help. */
void cli_options_help(FILE *out, enum cli_command_bit command);

#endif
