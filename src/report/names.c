/*
 * names: what formats have in common.
 */
#include <time.h>

#include "report/formats.h"

const char *report_event_name(unsigned kind)
{
    static const char *const names[] = {
        [TRANSCRIPT_SENT] = "sent",       [TRANSCRIPT_RECEIVED] = "received",
        [TRANSCRIPT_OPENED] = "opened",   [TRANSCRIPT_TLS] = "tls",
        [TRANSCRIPT_EOF] = "eof",         [TRANSCRIPT_RESET] = "reset",
        [TRANSCRIPT_CLOSED] = "closed",   [TRANSCRIPT_TIMEOUT] = "timeout",
        [TRANSCRIPT_NOTE] = "note",
    };

    return kind < sizeof names / sizeof *names ? names[kind] : "note";
}

const char *report_status_name(enum result_status s)
{
    static const char *const names[] = {
        [RESULT_UNTESTABLE] = "untestable", [RESULT_UNCOVERED] = "uncovered",
        [RESULT_NOT_RUN] = "not-run",       [RESULT_PASS] = "pass",
        [RESULT_INFO] = "info",             [RESULT_WARN] = "warn",
        [RESULT_FAIL] = "fail",
    };

    return names[s];
}

void report_time(int64_t unix_ms, char *out, size_t cap)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm tm;
    size_t n;

    gmtime_r(&seconds, &tm);
    n = strftime(out, cap, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, cap - n, ".%03dZ", (int)(unix_ms % 1000));
}

unsigned long report_sessions(const struct result *r)
{
    unsigned long n = 0;

    for (size_t i = 0; i < r->n_cases; i++)
        if (!r->cases[i].passive)
            n += r->cases[i].runs;
    return n;
}
