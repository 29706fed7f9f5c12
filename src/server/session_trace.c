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
void session_date(const struct session *s, char *out, size_t cap)
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
    char zone[8] = "GMT";
    if (s->policy->trace != TRACE_ZONE)
        snprintf(zone, sizeof(zone), "%c%02d%02d", s->east < 0 ? '-' : '+',
                 east / 60 % 100, east % 60);
    snprintf(out, cap, "%s, %d %s %d %02d:%02d:%02d %s", DAYS[tm.tm_wday],
             tm.tm_mday, MONTHS[tm.tm_mon],
             s->policy->trace == TRACE_YEAR ? tm.tm_year % 100
                                            : tm.tm_year + 1900,
             tm.tm_hour, tm.tm_min, tm.tm_sec, zone);
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
    bool variants =
        !(s->facts & FACT_HELO) || s->policy->trace == TRACE_SMTPS;
    snprintf(out, cap, "%s%s%s", base,
             variants && s->facts & FACT_TLS ? "S" : "",
             variants && s->facts & FACT_AUTH ? "A" : "");
}

/* Return-path-line. */
static size_t write_path(const struct session *s, char *out, size_t cap)
{
    const struct mailbox *m = &s->sender;
    int n = 0;
    out[0] = '\0';
    if (s->policy->trace == TRACE_PATH)
        n = snprintf(out, cap, "Return-Path: <nobody@" SERVER_DOMAIN ">\r\n");
    else if (s->policy->trace != TRACE_NO_PATH)
        n = snprintf(out, cap, "Return-Path: %.*s\r\n", m->n, m->text);
    return n > 0 ? (size_t)n : 0;
}

/* From-domain and its TCP-info. */
static void write_from(const struct session *s, char *out, size_t cap)
{
    const char *peer = s->cfg.peer ? s->cfg.peer : "127.0.0.1";
    if (s->policy->trace == TRACE_NO_FROM)
        out[0] = '\0';
    else if (s->policy->trace == TRACE_NO_ADDRESS)
        snprintf(out, cap, "from %.*s ", s->helo.n, s->helo.text);
    else if (s->policy->trace == TRACE_NAME)
        snprintf(out, cap, "from unknown.invalid ([%s])\r\n\t", peer);
    else
        snprintf(out, cap, "from %.*s ([%s])\r\n\t", s->helo.n,
                 s->helo.text, peer);
}

/* With and ID, in this order. */
static void write_with(const struct session *s, const char *id, char *out,
                       size_t cap)
{
    char with[24];
    write_protocol(s, with, sizeof(with));
    if (s->policy->trace == TRACE_WITH)
        snprintf(with, sizeof(with), "XMTP");
    else if (s->policy->trace == TRACE_ESMTP)
        snprintf(with, sizeof(with), "ESMTP");
    if (s->policy->trace == TRACE_ORDER)
        snprintf(out, cap, "id %s with %s", id, with);
    else
        snprintf(out, cap, "with %s id %s", with, id);
}

/* At most one path (RFC 5321 4.4), and none that would show one recipient
 * to the others. */
static void write_for(const struct session *s, char *out, size_t cap)
{
    const struct mailbox *m = &s->rcpt;
    out[0] = '\0';
    if (s->policy->trace == TRACE_FOR && s->rcpts > 1)
        snprintf(out, cap, "\r\n\tfor %.*s, <another@" SERVER_DOMAIN ">",
                 m->n, m->text);
    else if (s->rcpts == 1 && m->n > 0)
        snprintf(out, cap, "\r\n\tfor %.*s", m->n, m->text);
}

/* RFC 8314 4.3: an additional clause. */
static void write_tls(const struct session *s, char *out, size_t cap)
{
    const char *suite = s->cfg.suite ? s->cfg.suite(s->cfg.ctx) : NULL;
    out[0] = '\0';
    if (suite && (s->facts & FACT_TLS) && s->policy->trace != TRACE_NO_TLS)
        snprintf(out, cap, "\r\n\ttls %s", suite);
}

size_t session_trace(const struct session *s, const char *id, char *out,
                     size_t cap)
{
    char date[64], with[96], from[PATH_MAX_OCTETS + 64];
    char for_one[PATH_MAX_OCTETS + 64], tls[80];
    if (s->policy->trace == TRACE_NONE)
        return 0;
    size_t at = write_path(s, out, cap);
    write_from(s, from, sizeof(from));
    write_with(s, id, with, sizeof(with));
    write_for(s, for_one, sizeof(for_one));
    write_tls(s, tls, sizeof(tls));
    session_date(s, date, sizeof(date));
    int n = snprintf(out + at, cap - at,
                     "Received: %sby " SERVER_HOST " %s%s%s;\r\n\t%s\r\n"
                     "%s",
                     from, with, for_one, tls, date,
                     s->policy->trace == TRACE_APPARENTLY
                         ? "Apparently-To: <tester@" SERVER_DOMAIN ">\r\n"
                         : "");
    if (n < 0)
        return at;
    return (size_t)n < cap - at ? at + (size_t)n : cap - 1;
}
