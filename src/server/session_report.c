/*
 * session_report: the notification that a message was delivered (RFC 3461
 * 5.2.3, 6; RFC 3464), for senders at our own domain: no other one can be
 * reached from here.
 */
#include <stdio.h>
#include <string.h>

#include "server/session_int.h"

static bool does(const struct session *s, uint32_t what)
{
    return (s->policy->report & what) != 0;
}

/* RFC 3461 5.2: never to the null reverse-path; 5.2.3: when asked for. */
static bool is_wanted(const struct session *s)
{
    if (s->facts & FACT_NULL)
        return does(s, REPORT_NULL);
    if (!(s->facts & FACT_OUR_SENDER))
        return false;
    return does(s, REPORT_ALWAYS) ||
           (s->notify && does(s, REPORT_SUCCESS));
}

/* Header and first part. */
static size_t write_head(const struct session *s, const char *id, char *out,
                         size_t cap)
{
    const struct mailbox *to = &s->sender;
    char date[64] = "";
    if (!does(s, REPORT_NO_DATE))
        session_date(s, date, sizeof(date));
    int n = snprintf(out, cap,
                     "Return-Path: %s\r\n"
                     "From: <postmaster@" SERVER_DOMAIN ">\r\n"
                     "To: %.*s\r\n"
                     "Date: %s\r\n"
                     "Message-ID: <%s@" SERVER_HOST ">\r\n"
                     "Subject: Delivered\r\n"
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: %s\r\n"
                     "\r\n"
                     "--=report\r\n"
                     "Content-Type: text/plain\r\n"
                     "\r\n"
                     "The message was delivered.\r\n",
                     does(s, REPORT_PATH) ? "<" SERVER_USER ">" : "<>", to->n,
                     to->text, date, id,
                     does(s, REPORT_PLAIN)
                         ? "text/plain"
                         : "multipart/report; report-type=delivery-status;"
                           "\r\n boundary=\"=report\"");
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

/* The part for programs (RFC 3464 2): of the message, of the recipient. */
static size_t write_status(const struct session *s, char *out, size_t cap)
{
    const struct mailbox *e = &s->envid, *to = &s->rcpt;
    bool known = e->n > 0 && !does(s, REPORT_NO_ENVID);
    int n = snprintf(out, cap,
                     "--=report\r\n"
                     "Content-Type: message/delivery-status\r\n"
                     "\r\n"
                     "Reporting-MTA: dns; " SERVER_HOST "\r\n"
                     "%s%.*s%s"
                     "\r\n"
                     "Final-Recipient: rfc822; %.*s\r\n"
                     "Action: delivered\r\n"
                     "Status: 2.0.0\r\n"
                     "--=report--\r\n",
                     known ? "Original-Envelope-Id: " : "",
                     known ? e->n : 0, e->text, known ? "\r\n" : "",
                     to->n > 2 ? to->n - 2 : 0, to->text + 1);
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

void session_report(struct session *s)
{
    const struct session_store *store = s->cfg.store;
    char text[4096];
    if (!store || !is_wanted(s))
        return;
    const char *id = store->begin(store->ctx);
    if (!id)
        return;
    size_t n = write_head(s, id, text, sizeof(text));
    n += write_status(s, text + n, sizeof(text) - n);
    if (store->write(store->ctx, text, n))
        store->commit(store->ctx);
    else
        store->cancel(store->ctx);
}
