/*
 * session_store: a message on its way into the store, and what faults of
 * delivery do to it there (policy.h: DELIVER_…).
 */
#include <string.h>

#include "server/session_int.h"

#define PIECE 512 /* octets changed at a time */

static bool does(const struct session *s, uint32_t what)
{
    return (s->policy->deliver & what) != 0;
}

static void put(struct session *s, const char *p, size_t n)
{
    const struct session_store *store = s->cfg.store;
    if (!s->storing || store->write(store->ctx, p, n))
        return;
    store->cancel(store->ctx);
    s->storing = false;
    s->store_failed = true;
}

static void put_trace(struct session *s)
{
    char trace[1536];
    put(s, trace, session_trace(s, s->store_id, trace, sizeof(trace)));
}

void session_store_begin(struct session *s)
{
    const struct session_store *store = s->cfg.store;
    s->header = (struct session_header){.n = 0};
    /* RFC 2920 3.2: a message to nobody goes nowhere. */
    if (!store || s->storing ||
        !(s->facts & FACT_RCPT || does(s, DELIVER_NOBODY)))
        return;
    s->store_id = store->begin(store->ctx);
    s->storing = s->store_id != NULL;
    s->store_failed = s->store_id == NULL;
    s->kept = (struct session_kept){.start = true, .header = true};
    if (s->storing && s->policy->trace != TRACE_LOW)
        put_trace(s);
}

bool session_store_end(struct session *s)
{
    const struct session_store *store = s->cfg.store;
    if (!s->storing)
        return !s->store_failed;
    s->storing = false;
    if (!does(s, DELIVER_NEVER)) {
        bool ok = store->commit(store->ctx);
        if (ok)
            session_report(s);
        return ok;
    }
    store->cancel(store->ctx);
    return true;
}

void session_store_drop(struct session *s, uint32_t unless)
{
    const struct session_store *store = s->cfg.store;
    if (s->storing && does(s, unless))
        session_header_end(s); /* the line that was begun */
    if (s->storing && does(s, unless))
        store->commit(store->ctx);
    else if (s->storing)
        store->cancel(store->ctx);
    s->storing = s->store_failed = false;
}

/* ---- changes ------------------------------------------------------------ */

static bool is_control(char c)
{
    return (c > 0 && c < ' ' && c != '\t' && c != '\r' && c != '\n') ||
           c == 127;
}

/* What an octet is stored as; -1: not at all. */
static int change(const struct session *s, char c)
{
    const struct session_kept *k = &s->kept;
    bool chunk = (s->facts & FACT_BDAT) != 0;
    if (c == '.' && k->start &&
        does(s, chunk ? DELIVER_UNDOT_CHUNK : DELIVER_UNDOT))
        return -1;
    if (does(s, DELIVER_NO_CONTROLS) && is_control(c))
        return -1;
    if (does(s, DELIVER_NO_NUL) && c == '\0')
        return -1;
    if (does(s, DELIVER_TABS) && c == '\t')
        return ' ';
    if (does(s, DELIVER_FIELDS) && k->header && k->start && c == 'R')
        return 'r';
    if (does(s, DELIVER_NO_BCC) && k->header && k->start && c == 'B')
        return 'X';
    if (does(s, DELIVER_7BIT))
        return c & 0x7f;
    return (unsigned char)c;
}

/* Whether the first octet of a line ends the header. */
static void note_octet(struct session *s, char c)
{
    struct session_kept *k = &s->kept;
    if (k->start && c == '\r')
        k->header = false;
    k->start = c == '\n';
    k->column = c == '\n' ? 0 : k->column + 1;
}

static size_t change_octet(struct session *s, char c, char *out)
{
    struct session_kept *k = &s->kept;
    size_t n = 0;
    int to = change(s, c);
    if (does(s, DELIVER_STUFFED) && k->start && c == '.' &&
        !(s->facts & FACT_BDAT))
        out[n++] = '.';
    if (does(s, DELIVER_WRAP) && k->column == 500 && c != '\r') {
        out[n++] = '\r';
        out[n++] = '\n';
    }
    if (to >= 0)
        out[n++] = (char)to;
    note_octet(s, c);
    return n;
}

void session_store_content(struct session *s, const char *p, size_t n)
{
    char out[PIECE + 4];
    size_t used = 0;
    bool low = s->policy->trace == TRACE_LOW;
    if (!s->policy->deliver && !low) {
        put(s, p, n);
        return;
    }
    for (size_t i = 0; i < n && s->storing; i++) {
        bool first = low && p[i] == '\n' && !s->kept.low;
        used += change_octet(s, p[i], out + used);
        if (used >= PIECE || first || i + 1 == n) {
            put(s, out, used);
            used = 0;
        }
        if (first) {
            s->kept.low = true;
            put_trace(s);
        }
    }
}
