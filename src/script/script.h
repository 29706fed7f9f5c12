/*
 * script: session scripts, parsed (docs/SCRIPT.md has the notation).
 *
 * A file holds cases; `each:` lines are expanded while loading, so what is
 * here are the cases that run. Everything lives as long as the script_set.
 */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "smtp/flaw.h"
#include "smtp/span.h"

/* What a case needs; where one is not met the case is skipped. */
enum script_need_kind {
    SCRIPT_NEED_EHLO,         /* ehlo:KEY[=PARAM]: offered in clear (or on
                                 implicit TLS: in the first EHLO reply) */
    SCRIPT_NEED_TLS_EHLO,     /* tls-ehlo:KEY[=PARAM]: offered inside TLS */
    SCRIPT_NEED_TLS,          /* tls:on|off: implicit TLS or not */
    SCRIPT_NEED_TLS_PORT,     /* tls-port: --tls-port, or implicit TLS */
    SCRIPT_NEED_POLICY,       /* policy:auth-required|tls-required|open */
    SCRIPT_NEED_PROFILE,      /* profile:mx|submission|lmtp */
    SCRIPT_NEED_GREETING,     /* greeting:220|554|521 */
    SCRIPT_NEED_ACCOUNT,      /* account: --user and a password */
    SCRIPT_NEED_RCPT,         /* rcpt: --rcpt */
    SCRIPT_NEED_RCPT_DOMAIN,  /* rcpt-domain: it is a plain local part at a
                                 domain */
    SCRIPT_NEED_BAD_RCPT,     /* bad-rcpt */
    SCRIPT_NEED_FOREIGN_RCPT, /* foreign-rcpt */
    SCRIPT_NEED_DELIVERY,     /* delivery: --delivery */
    SCRIPT_NEED_COMPLETE,     /* complete: not under --no-delivery */
    SCRIPT_NEED_SLOW,         /* slow: --slow */
    SCRIPT_NEED_PID,          /* server-pid: --server-pid */
    SCRIPT_NEED_COUNT
};

struct script_need {
    enum script_need_kind kind;
    bool not;          /* written "!ehlo:KEY" */
    const char *arg;   /* behind the colon, or "" */
    const char *text;  /* as written */
};

struct script_step; /* script/step.h */

struct script_case {
    const char *id;     /* "rfc5321/4.1.1.10/quit-221-close", with each-ids */
    const char *title;
    const char *spec;   /* "RFC5321 3.8, 4.1.1.10; RFC2920 3.1" */
    enum smtp_level level;
    const char *level_text;         /* "MUST NOT", as written */
    const char *const *covers;      /* requirement ids */
    size_t n_covers;
    const struct script_need *needs;
    size_t n_needs;
    const char *start;              /* preamble, or NULL */
    const char *exploit;            /* or NULL */
    const char *explain;            /* what a failure means, or NULL */
    const char *fix;                /* how to fix it, or NULL */
    const char *const *faults;      /* of the reference server: its proof */
    size_t n_faults;
    bool hostile;                   /* liveness is checked afterwards */
    bool alone;                     /* runs with no other session */
    uint64_t waits;                 /* nanoseconds that its steps take at
                                       least: <silent>, <pause>, ... */
    unsigned replies, refusals;     /* that it waits for; those that are to be
                                       4yz or 5yz */
    const char *file;
    unsigned line;                  /* of its "case:" */
    const struct script_step *steps;
    size_t n_steps;
};

struct script_set;

/* A mistake in a script. */
struct script_error {
    const char *file;
    unsigned line, column; /* from 1 */
    const char *message;   /* what was expected, no newline */
};
typedef void script_error_fn(void *ctx, const struct script_error *e);

struct script_set *script_set_new(void);
void script_set_free(struct script_set *s);

/*
 * Parses text[0..n) as the file `name` and adds its cases. Returns the
 * number of mistakes, each reported to on_error; the set then still holds
 * the cases without a mistake. -1: memory.
 */
int script_parse(struct script_set *s, const char *name, struct smtp_span text,
                 script_error_fn *on_error, void *ctx);

/* Reads the file, or every *.smtp below the folder, in sorted order. As
 * above; a file that cannot be read is a mistake with line 0. */
int script_load(struct script_set *s, const char *path,
                script_error_fn *on_error, void *ctx);

/*
 * What only the whole set shows: double ids, unknown preambles, unknown
 * variables, unreachable alternatives, missing metadata, a case without a
 * point under test. `requirements`/`faults` say whether an id exists; NULL
 * leaves that out. Returns the number of mistakes.
 */
typedef bool script_known_fn(void *ctx, const char *id);
int script_lint(const struct script_set *s, script_known_fn *requirement,
                script_known_fn *fault, void *known_ctx,
                script_error_fn *on_error, void *ctx);

/* The cases, in order of loading; preambles ("case: start/NAME[/VARIANT]")
 * are not among them. */
size_t script_count(const struct script_set *s);
const struct script_case *script_at(const struct script_set *s, size_t i);

/* The variants of preamble NAME, in order; the first whose needs are met is
 * the one to use. NULL behind the last. */
const struct script_case *script_preamble(const struct script_set *s,
                                          const char *name, size_t i);

/* Name of a need's kind as scripts write it: "ehlo". */
const char *script_need_name(enum script_need_kind k);

#endif
