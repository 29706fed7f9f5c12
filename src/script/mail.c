/*
 * mail: a delivered message.
 */
#include "script/mail.h"

#include <stdlib.h>

#include "script/escape.h"

/* Octets of the line that s begins with, its end included. */
static size_t line_length(struct smtp_span s)
{
    const char *lf = s.n ? memchr(s.p, '\n', s.n) : NULL;

    return lf ? (size_t)(lf - s.p) + 1 : s.n;
}

static struct smtp_span without_end(struct smtp_span s)
{
    if (s.n && s.p[s.n - 1] == '\n')
        s.n--;
    if (s.n && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

/* ---- the header -------------------------------------------------------- */

bool script_field_next(struct smtp_span *rest, struct smtp_span *name,
                       struct smtp_span *body)
{
    size_t n = line_length(*rest), colon = 0;

    while (colon < n && rest->p[colon] > ' ' && rest->p[colon] < 127 &&
           rest->p[colon] != ':')
        colon++;
    if (colon == 0 || colon == n || rest->p[colon] != ':')
        return false;
    while (n < rest->n && (rest->p[n] == ' ' || rest->p[n] == '\t'))
        n += line_length(smtp_span_from(*rest, n));
    *name = smtp_span_of(rest->p, colon);
    *body = without_end(smtp_span_of(rest->p + colon + 1, n - colon - 1));
    *rest = smtp_span_from(*rest, n);
    return true;
}

struct smtp_span script_field_words(struct smtp_span body, char *room,
                                    size_t cap)
{
    unsigned depth = 0;
    bool quoted = false;
    size_t n = 0;

    for (size_t i = 0; i < body.n && n + 2 < cap; i++) {
        char c = body.p[i];
        bool pair = c == '\\' && i + 1 < body.n && (quoted || depth);
        if (c == '"' && !depth)
            quoted = !quoted;
        if (c == '(' && !quoted)
            depth++;
        if (!depth && pair)
            room[n++] = c;
        if (pair)
            c = body.p[++i];
        if (!depth && c != '\r' && c != '\n')
            room[n++] = c;
        if (c == ')' && depth && !pair && --depth == 0)
            room[n++] = ' ';
    }
    return smtp_span_of(room, n);
}

/* ---- what was sent ----------------------------------------------------- */

static bool has_crlf(struct smtp_span s)
{
    size_t n = line_length(s);

    return n > 1 && s.p[n - 2] == '\r';
}

/* True when both lines are the same but for their ends. */
static bool same_line(struct smtp_span a, struct smtp_span b)
{
    a.n = line_length(a);
    b.n = line_length(b);
    return smtp_span_eq(without_end(a), without_end(b));
}

bool script_mail_added(const struct script_mail *m, struct smtp_span sent,
                       struct smtp_span *added)
{
    struct smtp_span rest = {m->p, m->n}, name, body;

    for (;;) {
        *added = smtp_span_of(m->p, m->n - rest.n);
        if (same_line(rest, sent))
            return true;
        if (!script_field_next(&rest, &name, &body))
            return false;
    }
}

/* Both sides from where they differ. */
static void tell(struct smtp_span sent, size_t i, struct smtp_span got,
                 size_t k, char *why, size_t cap)
{
    char a[64], b[64];
    size_t na = 0, nb = 0;

    a[0] = b[0] = '\0';
    script_escape(a, sizeof(a), &na, smtp_span_from(sent, i), "\"");
    script_escape(b, sizeof(b), &nb, smtp_span_from(got, k), "\"");
    snprintf(why, cap, "differs at octet %zu of what was sent: sent \"%s\", "
             "delivered \"%s\"", i, a, b);
}

/* ">From " at got[k], where one ">" less was sent (mboxrd; mboxo for one). */
static bool quoted_from(struct smtp_span sent, size_t i, struct smtp_span got,
                        size_t k)
{
    struct smtp_span a = smtp_span_from(sent, i), b = smtp_span_from(got, k);
    size_t na = 0, nb = 0;

    while (na < a.n && a.p[na] == '>')
        na++;
    while (nb < b.n && b.p[nb] == '>')
        nb++;
    return nb == na + 1 && b.n - nb >= 5 && memcmp(b.p + nb, "From ", 5) == 0;
}

static bool compare(struct smtp_span sent, struct smtp_span got, bool crlf,
                    bool mbox, char *why, size_t cap)
{
    size_t i = 0, k = 0;
    bool start = true;

    while (i < sent.n) {
        if (start && mbox && quoted_from(sent, i, got, k))
            k++;
        if (!crlf && sent.p[i] == '\r' && i + 1 < sent.n &&
            sent.p[i + 1] == '\n')
            i++;
        if (k == got.n || got.p[k] != sent.p[i]) {
            tell(sent, i, got, k, why, cap);
            return false;
        }
        start = sent.p[i] == '\n';
        i++;
        k++;
    }
    struct smtp_span end = smtp_span_from(got, k);
    if (end.n == 0 || (!start && without_end(end).n == 0))
        return true;
    tell(sent, i, got, k, why, cap);
    return false;
}

bool script_mail_same(const struct script_mail *m, struct smtp_span sent,
                      char *why, size_t cap)
{
    struct smtp_span added, got;

    if (!script_mail_added(m, sent, &added)) {
        tell(sent, 0, smtp_span_of(m->p, m->n), 0, why, cap);
        return false;
    }
    /* The line ends of what was added are somebody else's. */
    got = smtp_span_of(m->p + added.n, m->n - added.n);
    return compare(sent, got, has_crlf(got), m->mbox, why, cap);
}
