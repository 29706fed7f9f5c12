/*
 * config: the options of a run, from the command line and --config files.
 */
#ifndef CHECK_CONFIG_H
#define CHECK_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/conn.h"
#include "net/target.h"
#include "smtp/flaw.h"

struct delivery; /* check/delivery.h */

enum check_profile {
    CHECK_PROFILE_AUTO,
    CHECK_PROFILE_MX,
    CHECK_PROFILE_SUBMISSION,
    CHECK_PROFILE_LMTP
};

#define CHECK_PATTERNS_MAX 128

struct check_patterns {
    const char *at[CHECK_PATTERNS_MAX]; /* id prefixes or globs */
    size_t n;
};

struct check_config {
    struct net_target target;
    struct net_target tls_target; /* --tls-port; tls_port_given says so */
    bool tls_port_given;
    const char *target_text; /* as the user wrote it */
    const char *again;       /* options and target as shell words, to
                                stand behind --select in the lines
                                that reproduce a case; or NULL */
    struct net_tls *tls;     /* NULL: no TLS at all */
    enum check_profile profile;
    enum smtp_level level; /* cases below it are left out */
    struct check_patterns select, exclude;
    unsigned shard, shards; /* --shard I/N; shards 0: all cases */
    const char *helo, *from, *rcpt, *bad_rcpt, *foreign_rcpt; /* or NULL */
    const char *user, *password;                              /* or NULL */
    unsigned jobs;                                            /* 1..64 */
    uint64_t timeout; /* of a reply, nanoseconds */
    unsigned confirm;
    double max_rate;             /* connections a second; 0: no limit */
    bool slow;                   /* --slow */
    bool complete;               /* not --no-delivery */
    struct delivery *delivery;   /* --delivery; NULL: not watched */
    bool strict;                 /* --strict: WARN is FAIL */
    unsigned hurry;              /* as in script/run.h */
    bool forced;                 /* go on whatever the canary says: for
                                    proving cases on a faulty server */
    int (*terminate)(void *ctx); /* ends the server: --server-pid; NULL */
    void *terminate_ctx;
    int stop_fd; /* readable: interrupted */
};

#endif
