/*
 * trial_int: what trial.c, which runs inputs, and trial_report.c, which keeps
 * account of what was found, have in common.
 */
#ifndef HARNESS_TRIAL_INT_H
#define HARNESS_TRIAL_INT_H

#include "trial.h"

/* An input on its way. */
struct trial_entry {
    enum adapter_kind kind;
    size_t n;
    char octets[ORACLE_INPUT];
};

/* A difference, and what was seen. */
struct trial_found {
    const struct trial_entry *entry;
    struct oracle_hit hit;
    char core[ORACLE_TEXT];
    char parser[ORACLE_TEXT];
};

/* Runs one input by itself. True when a difference with that id shows; then
 * *found is it. */
bool trial_again(const struct trial_entry *e, const char *id,
                 struct trial_found *found);

/* Reads the lists. False: one cannot be read. */
bool trial_report_open(const struct trial_settings *settings);

/* Counts a difference; one that is new is minimised and reported. */
void trial_report(const struct trial_found *found);

/* What was found and is not known: findings, notes, and how often known ones
 * were met. */
struct trial_counts {
    unsigned findings;
    unsigned notes;
    unsigned known;
};

struct trial_counts trial_report_counts(void);

#endif
