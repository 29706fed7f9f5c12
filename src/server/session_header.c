/*
 * session_header: the header of a message on its way into the store. Counts
 * Received fields (RFC 5321 6.3), drops a Return-Path that was sent (4.4) and
 * does what a submission service may do (RFC 6409 4.2, 8).
 */
#include <string.h>

#include "server/session_int.h"
#include "smtp/path.h"

enum {
    HAS_DATE = 1,
    HAS_ID = 2,
    HAS_SENDER = 4,
    HAS_OTHER_FROM = 8 /* From names somebody else than the user */
};

static bool fixes(const struct session *s, uint32_t what)
{
    return (s->policy->fix & what) != 0;
}

static void put(struct session *s, const char *text)
{
    session_store_content(s, text, strlen(text));
}

/* Where the octet is, or n. */
static size_t find(const char *p, size_t n, char c)
{
    const char *at = memchr(p, c, n);
    return at ? (size_t)(at - p) : n;
}

/* ---- fields ------------------------------------------------------------ */

static bool is_incomplete(struct smtp_span domain)
{
    return domain.n > 0 && domain.p[0] != '[' &&
           !memchr(domain.p, '.', domain.n);
}

bool session_completes(const struct session *s, struct smtp_span domain)
{
    return fixes(s, FIX_DOMAIN) && is_incomplete(domain);
}

/* Stores a field with the addresses in its angle brackets completed (RFC 6409
 * 4.2), and notes when one of them is malformed (5.1). */
static void put_addresses(struct session *s, struct smtp_span line)
{
    for (;;) {
        size_t at = find(line.p, line.n, '<');
        struct smtp_span rest = smtp_span_from(line, at);
        struct smtp_flaws flaws = {{0, 0}, 0, (enum smtp_flaw)0};
        struct smtp_path path;
        size_t n = smtp_path_parse(rest, SMTP_PATH_UTF8 | SMTP_PATH_NULL,
                                   &path, &flaws);
        if (n == 0 || at == line.n)
            break;
        if (fixes(s, FIX_SYNTAX) && smtp_flaws_any(&flaws))
            s->header.bad = true;
        bool add = session_completes(s, path.domain) && rest.p[n - 1] == '>';
        session_store_content(s, line.p, at + n - add);
        if (add)
            put(s, "." SERVER_DOMAIN ">");
        line = smtp_span_from(line, at + n);
    }
    session_store_content(s, line.p, line.n);
}

static void take_received(struct session *s, struct smtp_span line)
{
    s->header.received++;
    session_store_content(s, line.p, line.n);
}

static void take_path(struct session *s, struct smtp_span line)
{
    s->header.drop = fixes(s, FIX_PATH);
    if (!s->header.drop)
        session_store_content(s, line.p, line.n);
}

static void take_date(struct session *s, struct smtp_span line)
{
    s->header.has |= HAS_DATE;
    session_store_content(s, line.p, line.n);
}

static void take_id(struct session *s, struct smtp_span line)
{
    s->header.has |= HAS_ID;
    session_store_content(s, line.p, line.n);
}

static void take_sender(struct session *s, struct smtp_span line)
{
    s->header.has |= HAS_SENDER;
    put_addresses(s, line);
}

static void take_from(struct session *s, struct smtp_span line)
{
    if (!memmem(line.p, line.n, SERVER_USER, sizeof(SERVER_USER) - 1))
        s->header.has |= HAS_OTHER_FROM;
    put_addresses(s, line);
}

static const struct {
    const char *name;
    void (*take)(struct session *, struct smtp_span line);
} FIELDS[] = {
    {"Received",    take_received},
    {"Return-Path", take_path    },
    {"Date",        take_date    },
    {"Message-ID",  take_id      },
    {"Sender",      take_sender  },
    {"From",        take_from    },
    {"To",          put_addresses},
    {"Cc",          put_addresses},
    {"Reply-To",    put_addresses},
};

/* ---- its end ----------------------------------------------------------- */

/* RFC 6409 8.1 to 8.3: what is missing is added. */
static void put_missing(struct session *s)
{
    uint32_t has = s->header.has;
    char date[64];
    if (fixes(s, FIX_DATE) && !(has & HAS_DATE)) {
        session_date(s, date, sizeof(date));
        put(s, "Date: ");
        put(s, date);
        put(s, "\r\n");
    }
    if (fixes(s, FIX_ID) && !(has & HAS_ID) && s->storing) {
        put(s, "Message-ID: <");
        put(s, s->store_id);
        put(s, "@" SERVER_HOST ">\r\n");
    }
    if ((s->facts & FACT_AUTH) && (has & HAS_OTHER_FROM) &&
        !(has & HAS_SENDER) && fixes(s, FIX_SENDER | FIX_BAD_SENDER))
        put(s, fixes(s, FIX_SENDER) ? "Sender: <" SERVER_USER ">\r\n"
                                    : "Sender: nobody at all\r\n");
}

/* ---- lines ------------------------------------------------------------- */

static void take_line(struct session *s, struct smtp_span line)
{
    struct session_header *h = &s->header;
    size_t name = find(line.p, line.n, ':');
    bool folded = line.p[0] == ' ' || line.p[0] == '\t';
    if (!folded)
        h->drop = h->drop && fixes(s, FIX_BEHIND);
    if (!folded && name == line.n) {
        h->body = true;
        put_missing(s);
    }
    for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++) {
        if (!folded && name < line.n &&
            smtp_span_ieq(smtp_span_of(line.p, name),
                          smtp_span_of(FIELDS[i].name,
                                       strlen(FIELDS[i].name)))) {
            FIELDS[i].take(s, line);
            return;
        }
    }
    if (!h->drop)
        session_store_content(s, line.p, line.n);
}

/* Takes the line that is there, its end or not. */
static void flush(struct session *s)
{
    struct session_header *h = &s->header;
    size_t n = h->n;
    h->n = 0;
    if (n > 0 && h->cut && !h->drop)
        session_store_content(s, h->line, n);
    else if (n > 0 && !h->cut)
        take_line(s, smtp_span_of(h->line, n));
}

void session_header_content(struct session *s, const char *p, size_t n)
{
    struct session_header *h = &s->header;
    while (n > 0 && !h->body) {
        size_t k = find(p, n, '\n');
        bool whole = k < n;
        k += whole;
        if (k > sizeof(h->line) - h->n)
            k = sizeof(h->line) - h->n;
        whole = whole && p[k - 1] == '\n';
        memcpy(h->line + h->n, p, k);
        h->n = (uint16_t)(h->n + k);
        p += k;
        n -= k;
        if (!whole && h->n < sizeof(h->line))
            return;
        flush(s);
        h->cut = !whole; /* what follows belongs to the same line */
    }
    if (n > 0)
        session_store_content(s, p, n);
}

void session_header_end(struct session *s)
{
    if (s->header.body)
        return;
    flush(s);
}
