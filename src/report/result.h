/*
 * result: what a run found. check fills it, every report format reads it,
 * and result JSON is read back into it.
 *
 * All strings and arrays belong to the result and live as long as it does.
 * Strings are UTF-8 or ASCII of ours; octets from the wire are spans.
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/transcript.h"
#include "script/verdict.h"
#include "smtp/span.h"

struct result_note {
    enum verdict verdict; /* INFO or WARN */
    const char *why;
};

struct result_case {
    const char *id;
    const char *title;
    const char *spec;   /* "RFC5321 3.8, 4.1.1.10" */
    const char *level;  /* "MUST NOT", as the case has it */
    const char *const *covers; /* requirement ids */
    size_t n_covers;
    enum verdict verdict;
    bool passive;       /* a rule over all sessions, not a session */
    bool unstable;      /* its runs disagreed */
    unsigned runs;      /* how often it was played */
    const char *reason; /* one sentence; the need for SKIP; "" for PASS */
    const char *expected;
    const char *got;
    const char *where;  /* "cases/rfc5321/closing.smtp:12", of the step */
    unsigned code;      /* of the reply that decided; 0: none */
    const char *exploit, *explain, *fix; /* or NULL */
    const char *known;  /* why --baseline accepts the verdict, or NULL */
    const char *until;  /* "2027-02-20", with known; the last day of it */
    const char *reproduce; /* one command line */
    const struct result_note *notes;
    size_t n_notes;
    uint64_t at;        /* nanoseconds since the run began */
    uint64_t duration;  /* nanoseconds, of the run that is shown */
    struct transcript log;
};

enum result_status { /* of a requirement */
    RESULT_UNTESTABLE, /* cannot be observed from outside */
    RESULT_UNCOVERED,  /* no case in this suite */
    RESULT_NOT_RUN,    /* its cases were skipped or blocked */
    RESULT_PASS,
    RESULT_INFO,
    RESULT_WARN,
    RESULT_FAIL
};

struct result_requirement {
    const char *id, *rfc, *section, *level, *text;
    const char *reason; /* why no case covers it, or "" */
    enum result_status status;
};

struct result_pair {
    const char *name, *value;
};

struct result_tls {
    const char *version, *cipher, *subject, *fingerprint;
    bool verified;
    const char *verify_error;
};

/* An entry of the baseline that is not right any more. */
struct result_stale {
    const char *id, *why;
};

/* Who was tested. */
struct result_server {
    struct smtp_span greeting; /* all its octets */
    const char *profile;       /* "mx", "submission", "lmtp": as used */
    const char *profile_why;   /* "scheme", "port", "asked for", "probe" */
    bool auth_required, tls_required;
    const char *const *ehlo;   /* extension lines in clear, escaped */
    size_t n_ehlo;
    const char *const *ehlo_tls;
    size_t n_ehlo_tls;
    const struct result_tls *tls; /* or NULL */
};

struct result {
    const char *tool;       /* "smtpspec 0.1.0" */
    const char *suite;      /* which cases: see cli/suite.h; "" unknown */
    const char *target;     /* as given */
    int64_t started, ended; /* Unix time, milliseconds */
    const struct result_pair *options; /* what differs from the defaults;
                                          never a password */
    size_t n_options;
    struct result_server server;
    struct result_case *cases; /* in order of id, passive rules behind */
    size_t n_cases;
    const struct result_requirement *requirements;
    size_t n_requirements;
    const struct result_stale *stale;
    size_t n_stale;
    bool interrupted;
    const char *failure;    /* why the run could not test, or NULL */
    struct result_heap *heap;
};

/* An empty result; false when memory ran out. */
bool result_init(struct result *r);
void result_free(struct result *r);

/* n zeroed octets of the result's own; they never move. Any thread may call
 * it. Ends the program with a message when memory runs out. */
void *result_alloc(struct result *r, size_t n);

/* Copies as NUL-terminated strings of the result's own. */
const char *result_text(struct result *r, const char *s);
const char *result_textf(struct result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Octets escaped as script strings are (\r \n \xHH), without quotes. */
const char *result_escaped(struct result *r, struct smtp_span octets);

/* Makes all times whole microseconds, which the JSON has: so a report of the
 * run and one of its JSON are the same, octet by octet. */
void result_settle(struct result *r);

/* How many cases have that verdict. */
size_t result_count(const struct result *r, enum verdict v);

/* How many of them the baseline does not list. */
size_t result_count_new(const struct result *r, enum verdict v);

/*
 * The exit status that the contract gives the result: 0, 1, 3 or 130
 * (DESIGN: Exit status). --strict has been applied to the verdicts already,
 * --baseline to the cases: what it lists does not count.
 */
int result_exit(const struct result *r, bool allow_blocked);

#endif
