/*
 * option_value: reads the values of options, strictly.
 */
#ifndef CLI_OPTION_VALUE_H
#define CLI_OPTION_VALUE_H

#include "cli/options.h"

/* Each stores into the field at row->offset; see cli_set_fn. */
cli_set_fn cli_set_flag;     /* bool: true */
cli_set_fn cli_set_text;     /* const char *, not empty */
cli_set_fn cli_set_count;    /* unsigned, row->low to row->high */
cli_set_fn cli_set_number;   /* uint64_t, the same */
cli_set_fn cli_set_seconds;  /* uint64_t nanoseconds, given in seconds */
cli_set_fn cli_set_rate;     /* double, "5" or "5/s" */
cli_set_fn cli_set_patterns; /* struct check_patterns: one more */
cli_set_fn cli_set_shard;    /* cfg.shard and cfg.shards */
cli_set_fn cli_set_profile;
cli_set_fn cli_set_level;
cli_set_fn cli_set_color;
cli_set_fn cli_set_domain;   /* const char *: a Domain or address literal */
cli_set_fn cli_set_mailbox;  /* const char *: local@domain */
cli_set_fn cli_set_rcpt;     /* the same, or a local part alone */
cli_set_fn cli_set_output;   /* one more report; row->name is its format */
cli_set_fn cli_set_pid;      /* uint64_t: of a process that exists */

/*
 * Reads a decimal number without a sign; no white space, no exponent. False
 * when it is none, or not from low to high.
 */
bool cli_number(const char *text, bool fraction, double low, double high,
                double *out);

#endif
