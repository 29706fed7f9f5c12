/*
 * print: a transcript in script notation.
 *
 * What is printed without times can be pasted into a case: writes keep their
 * boundaries, replies that are no clean lines become S= "...", and what is
 * no step becomes a comment.
 */
#include "script/escape.h"
#include "script/expect.h"
#include "script/run.h"

#define DRIP_MIN 3 /* single octets in a row that are called a drip */

struct printer {
    FILE *out;
    const struct transcript *t;
    bool times;
    int sent;       /* connection of the write printed last, or -1 */
    bool ended[256]; /* the end of the connection was printed */
};

/* The column of times, then "C1: " or so. */
static void begin(struct printer *p, const struct transcript_entry *e,
                  char side, const char *sep)
{
    if (p->times)
        fprintf(p->out, "%8.3f ", (double)e->at / 1e9);
    if (!side)
        return;
    fputc(side, p->out);
    if (e->conn)
        fprintf(p->out, "%u", e->conn);
    fputs(sep, p->out);
}

static void put_octet(struct printer *p, char c, const char *also)
{
    char e[4];

    fwrite(e, 1, script_escape_octet(e, c, also), p->out);
}

/* "$" means something in front of "{" and "$". */
static void put_text(struct printer *p, struct smtp_span s, const char *also)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '$' && i + 1 < s.n &&
            (s.p[i + 1] == '{' || s.p[i + 1] == '$'))
            fputc('$', p->out);
        put_octet(p, s.p[i], also);
    }
}

static void comment(struct printer *p, const struct transcript_entry *e,
                    const char *what)
{
    struct smtp_span s = transcript_octets(p->t, e);

    begin(p, e, '\0', "");
    fputs(what, p->out);
    put_text(p, s, "");
    fputc('\n', p->out);
}

static void stage(struct printer *p, const struct transcript_entry *e,
                  char side, const char *text)
{
    begin(p, e, side, ": ");
    fprintf(p->out, "%s\n", text);
}

static void quoted(struct printer *p, const struct transcript_entry *e,
                   char side, struct smtp_span s)
{
    begin(p, e, side, "= ");
    fputc('"', p->out);
    put_text(p, s, "\"");
    fputs("\"\n", p->out);
}

/* ---- what we sent ------------------------------------------------------- */

/* True when s is lines that C: can write. */
static bool is_lines(struct smtp_span s)
{
    bool start = true;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n') {
            if (i && s.p[i - 1] == ' ')
                return false;
            i++;
            start = true;
            continue;
        }
        if (c < ' ' || c > '~' || (start && (c == ' ' || c == '<')))
            return false;
        start = false;
    }
    return start;
}

/* In the text of C: a backslash is only a backslash. */
static void put_line(struct printer *p, struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '$' && i + 1 < s.n &&
            (s.p[i + 1] == '{' || s.p[i + 1] == '$'))
            fputc('$', p->out);
        fputc(s.p[i], p->out);
    }
    fputc('\n', p->out);
}

static void print_octets(struct printer *p, const struct transcript_entry *e,
                         struct smtp_span s)
{
    if (!is_lines(s)) {
        quoted(p, e, 'C', s);
        return;
    }
    while (s.n) {
        const char *cr = memchr(s.p, '\r', s.n);
        size_t n = cr ? (size_t)(cr - s.p) : s.n;
        begin(p, e, 'C', n ? ": " : ":");
        put_line(p, smtp_span_of(s.p, n));
        s = smtp_span_from(s, n + 2);
    }
}

/* Writes of one octet that begin at entry i. */
static size_t drip_length(const struct printer *p, size_t i)
{
    const struct transcript_entry *e = p->t->entries;
    size_t n = 0;

    while (i + n < p->t->n && e[i + n].kind == TRANSCRIPT_SENT &&
           e[i + n].conn == e[i].conn && e[i + n].len == 1 &&
           e[i + n].off == e[i].off + n)
        n++;
    return n >= DRIP_MIN ? n : 1;
}

/* Returns the entries used. */
static size_t print_sent(struct printer *p, size_t i)
{
    const struct transcript_entry *e = &p->t->entries[i];
    size_t n = drip_length(p, i);
    struct smtp_span s = transcript_octets(p->t, e);

    if (p->sent == e->conn)
        stage(p, e, 'C', "<pause 0>");
    if (n > 1) {
        uint64_t took = p->t->entries[i + n - 1].at - e->at;
        begin(p, e, 'C', ": ");
        fprintf(p->out, "<drip %llums>\n",
                (unsigned long long)(took / (n - 1) / NET_MS));
        s.n = n;
    }
    print_octets(p, e, s);
    p->sent = e->conn;
    return n;
}

/* ---- what the peer sent ------------------------------------------------ */

/* True when the reply can be written as S: lines: framed by CRLF, one code,
 * nothing that the notation reads otherwise. */
static bool is_clean_reply(const struct smtp_reply *r)
{
    struct smtp_reply_line line;
    size_t at = 0;

    while (smtp_reply_next(r, &at, &line)) {
        size_t n = line.raw.n;
        if (line.code != r->code || n < 5 ||
            !script_is_code(smtp_span_of(line.raw.p, 3)) ||
            line.raw.p[n - 2] != '\r' || memchr(line.raw.p, '\t', n))
            return false;
        if (n > 5 && line.raw.p[3] != (line.last ? ' ' : '-'))
            return false;
    }
    return r->code != 0;
}

/* A word of a reply's text, so that it is read as that word. */
static void put_word(struct printer *p, struct smtp_span w, bool first)
{
    static const char hex[] = "0123456789ABCDEF";
    bool odd = (first && script_is_code(w)) ||
               (w.n == 2 && w.p[0] == '-' && w.p[1] == '>');
    size_t skip = 1;

    if (odd)
        fprintf(p->out, "\\x%c%c", hex[w.p[0] >> 4], hex[w.p[0] & 15]);
    else if (w.n && w.p[0] == '<')
        fputs("\\<", p->out);
    else
        skip = 0;
    put_text(p, smtp_span_from(w, skip), "");
}

static void put_words(struct printer *p, struct smtp_span s)
{
    bool first = true;

    while (s.n) {
        const char *sp = memchr(s.p, ' ', s.n);
        size_t n = sp ? (size_t)(sp - s.p) : s.n;
        fputc(' ', p->out);
        put_word(p, smtp_span_of(s.p, n), first);
        first = n == 0 && first;
        s = smtp_span_from(s, n + 1);
    }
}

static void print_reply(struct printer *p, const struct transcript_entry *e,
                        const struct smtp_reply *r)
{
    struct smtp_reply_line line;
    size_t at = 0;

    while (smtp_reply_next(r, &at, &line)) {
        begin(p, e, 'S', ": ");
        fprintf(p->out, "%.3s", line.raw.p);
        if (!line.last) {
            fputc('-', p->out);
            put_text(p, line.text, "");
        } else {
            put_words(p, line.text);
        }
        fputc('\n', p->out);
    }
}

/* One reply, or what is there of one, from the octets at s. */
static size_t print_next(struct printer *p, const struct transcript_entry *e,
                         struct smtp_span s)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    ssize_t n = smtp_reply_parse(&scan, s.p, s.n, &r);

    if (n > 0 && is_clean_reply(&r)) {
        print_reply(p, e, &r);
        return (size_t)n;
    }
    if (n > 0)
        s.n = (size_t)n;
    quoted(p, e, 'S', s);
    return s.n;
}

/* Reads that follow each other are one stream. Returns the entries used. */
static size_t print_received(struct printer *p, size_t i)
{
    const struct transcript_entry *e = &p->t->entries[i];
    struct smtp_span s = transcript_octets(p->t, e);
    size_t n = 1, at = 0;

    while (i + n < p->t->n && e[n].kind == TRANSCRIPT_RECEIVED &&
           e[n].conn == e->conn && e[n].off == e->off + s.n)
        s.n += e[n++].len;
    while (at < s.n) {
        /* The entry that brought the octet at `at`. */
        const struct transcript_entry *by = e;
        while (by + 1 < e + n && by[1].off - e->off <= at)
            by++;
        at += print_next(p, by, smtp_span_from(s, at));
    }
    p->sent = -1;
    return n;
}

/* ---- what happened -------------------------------------------------- */

/* An implicit handshake is part of <open>. */
static size_t print_opened(struct printer *p, size_t i)
{
    const struct transcript_entry *e = &p->t->entries[i];
    bool tls = i + 1 < p->t->n && e[1].kind == TRANSCRIPT_TLS &&
               e[1].conn == e->conn;

    p->ended[e->conn] = false;
    comment(p, e, "# connected: ");
    if (tls)
        comment(p, &e[1], "# TLS: ");
    stage(p, e, 'C', "<open>");
    return tls ? 2 : 1;
}

static size_t print_tls(struct printer *p, size_t i)
{
    const struct transcript_entry *e = &p->t->entries[i];

    comment(p, e, "# TLS: ");
    stage(p, e, 'C', "<tls>");
    return 1;
}

static size_t print_end(struct printer *p, size_t i)
{
    const struct transcript_entry *e = &p->t->entries[i];

    if (e->len)
        comment(p, e, "# ");
    if (!p->ended[e->conn])
        stage(p, e, 'S', "<close>");
    p->ended[e->conn] = true;
    return 1;
}

static size_t print_closed(struct printer *p, size_t i)
{
    stage(p, &p->t->entries[i], 'C', "<close>");
    return 1;
}

static size_t print_timeout(struct printer *p, size_t i)
{
    comment(p, &p->t->entries[i], "# time is over: ");
    return 1;
}

static size_t print_note(struct printer *p, size_t i)
{
    comment(p, &p->t->entries[i], "# ");
    return 1;
}

typedef size_t print_fn(struct printer *p, size_t i);

static print_fn *const by_kind[] = {
    [TRANSCRIPT_SENT] = print_sent,
    [TRANSCRIPT_RECEIVED] = print_received,
    [TRANSCRIPT_OPENED] = print_opened,
    [TRANSCRIPT_TLS] = print_tls,
    [TRANSCRIPT_EOF] = print_end,
    [TRANSCRIPT_RESET] = print_end,
    [TRANSCRIPT_CLOSED] = print_closed,
    [TRANSCRIPT_TIMEOUT] = print_timeout,
    [TRANSCRIPT_NOTE] = print_note,
};

void script_print(FILE *out, const struct transcript *t, bool times)
{
    struct printer p = {.out = out, .t = t, .times = times, .sent = -1};

    for (size_t i = 0; i < t->n;) {
        const struct transcript_entry *e = &t->entries[i];
        bool keeps = e->kind == TRANSCRIPT_SENT ||
                     e->kind == TRANSCRIPT_TIMEOUT ||
                     e->kind == TRANSCRIPT_NOTE;
        i += by_kind[e->kind](&p, i);
        if (!keeps)
            p.sent = -1;
    }
    if (t->lost)
        fprintf(out, "%s# %llu octets or events in all were not kept\n",
                times ? "         " : "", (unsigned long long)t->lost);
}
