/*
 * report_log: where sanitizers of the server write, and what they wrote.
 */
#ifndef LIVE_REPORT_LOG_H
#define LIVE_REPORT_LOG_H

#include <stdbool.h>
#include <stddef.h>

#define LIVE_REPORT_MAX 16384u

struct live_report_log {
    char folder[256];           /* ours, or "" */
    int news;                   /* readable when a file was made there; -1:
                                   the folder has to be looked at */
    char text[LIVE_REPORT_MAX]; /* the last report, NUL-terminated */
};

/* Makes the folder and sets ASAN_OPTIONS and its relatives for children, in
 * front of what the user has set. False: no folder could be made. */
bool live_report_log_open(struct live_report_log *l);
/* Takes a report into l->text and removes all: those of one session. False:
 * there is none. */
bool live_report_log_take(struct live_report_log *l);
/* Removes the folder and what is in it. */
void live_report_log_close(struct live_report_log *l);

#endif
