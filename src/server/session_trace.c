/*
 * session_trace: the trace lines of an accepted message (RFC 5321 4.4).
 *
 *   Return-path-line = "Return-Path:" FWS Reverse-path CRLF
 *   Time-stamp-line  = "Received:" FWS From-domain By-domain [ With ] [ ID ]
 *                      [ For ] ";" FWS date-time CRLF
 */
#include <stdio.h>
#include <time.h>

#include "server/session_int.h"

/* RFC 5322 3.3. Names are English whatever the locale is. */
static void write_date(const struct session *s, char *out, size_t cap)
{
    static const char DAYS[][4] = {"Sun", "Mon", "Tue", "Wed",
                                   "Thu", "Fri", "Sat"};
    static const char MONTHS[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm;
    time_t local = (time_t)(s->seconds + s->east * 60L);
    if (!gmtime_r(&local, &tm)) {
        out[0] = '\0';
        return;
    }
    int east = s->east < 0 ? -s->east : s->east;
    snprintf(out, cap, "%s, %d %s %d %02d:%02d:%02d %c%02d%02d",
             DAYS[tm.tm_wday], tm.tm_mday, MONTHS[tm.tm_mon],
             tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec,
             s->east < 0 ? '-' : '+', east / 60 % 100, east % 60);
}

/* The registered protocol name: RFC 3848, RFC 6531 4.3. */
static void write_protocol(const struct session *s, char *out, size_t cap)
{
    const char *base = "ESMTP";
    if (s->policy->lmtp)
        base = s->facts & FACT_UTF8 ? "UTF8LMTP" : "LMTP";
    else if (s->facts & FACT_UTF8)
        base = "UTF8SMTP";
    else if (s->facts & FACT_HELO)
        base = "SMTP";
    /* Plain SMTP has no variants. */
    bool variants = !(s->facts & FACT_HELO);
    snprintf(out, cap, "%s%s%s", base,
             variants && s->facts & FACT_TLS ? "S" : "",
             variants && s->facts & FACT_AUTH ? "A" : "");
}

size_t session_trace(const struct session *s, const char *id, char *out,
                     size_t cap)
{
    char date[64], with[24], for_one[PATH_MAX_OCTETS + 8] = "";
    write_date(s, date, sizeof(date));
    write_protocol(s, with, sizeof(with));
    /* At most one path (RFC 5321 4.4), and none that would show one
     * recipient to the others. */
    if (s->rcpts == 1 && s->rcpt.n > 0)
        snprintf(for_one, sizeof(for_one), "\r\n\tfor %.*s", s->rcpt.n,
                 s->rcpt.text);
    int n = snprintf(out, cap,
                     "Return-Path: %.*s\r\n"
                     "Received: from %.*s ([%s])\r\n"
                     "\tby " SERVER_HOST " with %s id %s%s;\r\n"
                     "\t%s\r\n",
                     s->sender.n, s->sender.text, s->helo.n, s->helo.text,
                     s->cfg.peer ? s->cfg.peer : "127.0.0.1", with, id,
                     for_one, date);
    if (n < 0)
        return 0;
    return (size_t)n < cap ? (size_t)n : cap - 1;
}
