/*
 * finding: what a session showed, as files: the input, a script that
 * `smtpspec replay` plays, and a description as JSON.
 */
#ifndef LIVE_FINDING_H
#define LIVE_FINDING_H

#include <stdbool.h>

#include "live/dialogue.h"

struct live_finding {
    enum live_oracle oracle;
    char id[96];              /* "lost-mail-rcpt", "sanitizer-3f0a…" */
    const char *target;       /* as given */
    const char *tool;         /* "smtpspec 0.1.0" */
    struct live_input input;  /* minimised */
    struct live_outcome outcome;
    const char *report;       /* of a sanitizer, or "" */
    const struct transcript *log;
    unsigned confirmed;       /* how many of 3 further plays showed it */
};

/* The id: by the frames of a sanitizer's report where there is one, else by
 * oracle, state and step. Two inputs with one id show one fault. */
void live_finding_name(struct live_finding *f);

/* The frames of a report that name a place of the server, as a number: the
 * same for the same fault. 0: none. */
unsigned long long live_stack_hash(const char *report);

/* Whether that finding has been written, by this run or another. */
bool live_finding_exists(const char *folder, const char *id);
/* Writes FOLDER/ID.raw, whole or not at all. */
bool live_finding_keep(const char *folder, const char *id,
                       const struct live_input *in);
/* Removes what live_finding_keep wrote. */
void live_finding_drop(const char *folder, const char *id);
/* Writes ID.raw, ID.smtp and ID.json. False with errno. */
bool live_finding_write(const char *folder, const struct live_finding *f);

#endif
