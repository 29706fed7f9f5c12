/*
 * trace: the time-stamp line of RFC 5321 4.4, clause by clause.
 *
 *   Stamp      = From-domain By-domain Opt-info [CFWS] ";" FWS date-time
 *   Opt-info   = [Via] [With] [ID] [For] [Additional-Registered-Clauses]
 *
 * Comments have been taken out; the address of the peer is one.
 */
#include "script/trace.h"

#include "script/escape.h"
#include "script/mail.h"
#include "script/text.h"
#include "smtp/path.h"

struct trace {
    struct smtp_span field; /* its body as it came */
    struct smtp_span words; /* without comments */
    struct smtp_span clauses, date; /* in front of and behind the last ";" */
    bool on_top;            /* it stands in front of all that was sent */
    char room[SCRIPT_FIELD_MAX];
};

typedef bool trace_fn(const struct trace *t);

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word; empty at the end. */
static struct smtp_span next_word(struct smtp_span *s)
{
    size_t n = 0;

    while (s->n && is_space(s->p[0]))
        *s = smtp_span_from(*s, 1);
    while (n < s->n && !is_space(s->p[n]))
        n++;
    struct smtp_span word = smtp_span_of(s->p, n);
    *s = smtp_span_from(*s, n);
    return word;
}

/* Takes a clause's name when it stands here. */
static bool take_name(struct smtp_span *s, const char *name)
{
    struct smtp_span rest = *s, word = next_word(&rest);

    if (!smtp_span_ieq(word, smtp_span_of(name, strlen(name))))
        return false;
    *s = rest;
    return true;
}

/* The value of the first clause with this name; empty: there is none. */
static struct smtp_span value_of(struct smtp_span s, const char *name)
{
    struct smtp_span word;

    while (s.n) {
        if (take_name(&s, name))
            return next_word(&s);
        word = next_word(&s);
        if (!word.n)
            break;
    }
    return smtp_span_of(NULL, 0);
}

/* ---- the date (RFC 5322 3.3) ------------------------------------------- */

struct date {
    struct smtp_span day, month, year, time, zone;
    bool more; /* words behind the zone */
};

static struct date read_date(struct smtp_span s)
{
    struct smtp_span rest = s, first = next_word(&rest);
    struct date d;

    if (first.n && !script_is_digit(first.p[0]))
        s = rest; /* the day of the week */
    d.day = next_word(&s);
    d.month = next_word(&s);
    d.year = next_word(&s);
    d.time = next_word(&s);
    d.zone = next_word(&s);
    d.more = next_word(&s).n > 0;
    return d;
}

static bool all_digits(struct smtp_span s, size_t from, size_t to)
{
    uint64_t v;

    return s.n >= from && s.n <= to && script_number(s, 9999, &v);
}

static bool is_month(struct smtp_span s)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (size_t i = 0; i < 12; i++)
        if (smtp_span_eq(s, smtp_span_of(names + 3 * i, 3)))
            return true;
    return false;
}

/* hour ":" minute [ ":" second ] */
static bool is_time(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (i % 3 == 2 ? s.p[i] != ':' : !script_is_digit(s.p[i]))
            return false;
    return s.n == 5 || s.n == 8;
}

static bool zone_is_right(const struct trace *t)
{
    struct smtp_span z = read_date(t->date).zone;

    return z.n == 5 && (z.p[0] == '+' || z.p[0] == '-') &&
           all_digits(smtp_span_from(z, 1), 4, 4);
}

static bool year_is_right(const struct trace *t)
{
    return all_digits(read_date(t->date).year, 4, 4);
}

static bool date_is_right(const struct trace *t)
{
    struct date d = read_date(t->date);

    return all_digits(d.day, 1, 2) && is_month(d.month) &&
           year_is_right(t) && is_time(d.time) && d.zone.n && !d.more;
}

/* ---- the clauses ------------------------------------------------------- */

static bool is_domain(struct smtp_span s)
{
    return smtp_domain_kind(s, true) != SMTP_DOMAIN_NONE;
}

static bool added_is_right(const struct trace *t)
{
    return t->on_top;
}

static bool from_is_right(const struct trace *t)
{
    struct smtp_span s = t->clauses;

    return take_name(&s, "from") && next_word(&s).n > 0;
}

/* An address literal between FROM and BY (RFC 5321 4.4: TCP-info). */
static bool literal_is_right(const struct trace *t)
{
    struct smtp_span s = t->field;
    const char *by = memmem(s.p, s.n, "by ", 3);

    if (by)
        s.n = (size_t)(by - s.p);
    for (const char *p; s.n && (p = memchr(s.p, '[', s.n));) {
        s = smtp_span_from(s, (size_t)(p - s.p));
        const char *end = memchr(s.p, ']', s.n);
        if (!end)
            return false;
        if (is_domain(smtp_span_of(s.p, (size_t)(end - s.p) + 1)))
            return true;
        s = smtp_span_from(s, 1);
    }
    return false;
}

/* RFC 3848 2, RFC 6531 4.3 and the registry they began. */
static bool with_is_right(const struct trace *t)
{
    static const char *const names[] = {
        "SMTP", "ESMTP", "ESMTPA", "ESMTPS", "ESMTPSA", "LMTP", "LMTPA",
        "LMTPS", "LMTPSA", "UTF8SMTP", "UTF8SMTPA", "UTF8SMTPS",
        "UTF8SMTPSA", "UTF8LMTP", "UTF8LMTPA", "UTF8LMTPS", "UTF8LMTPSA",
        "MMS",
    };
    struct smtp_span v = value_of(t->clauses, "with");

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (smtp_span_ieq(v, smtp_span_of(names[i], strlen(names[i]))))
            return true;
    return v.n == 0;
}

/* One path, one clause. */
static bool for_is_right(const struct trace *t)
{
    struct smtp_span s = t->clauses, word;
    unsigned n = 0;

    while ((word = next_word(&s)).n) {
        if (!smtp_span_ieq(word, SMTP_SPAN("for")))
            continue;
        struct smtp_span rest = s, path = next_word(&rest);
        bool more = next_word(&rest).n && path.n &&
                    path.p[path.n - 1] == ',';
        n++;
        if (more || (path.n && memchr(path.p, ',', path.n) &&
                     !memchr(path.p, '"', path.n)))
            return false;
    }
    return n <= 1;
}

/* RFC 8314 4.3: names of cipher suites are those of IANA. */
static bool tls_is_right(const struct trace *t)
{
    struct smtp_span v = value_of(t->clauses, "tls");

    return v.n > 4 && memcmp(v.p, "TLS_", 4) == 0;
}

/* Clauses in their order; additional ones are pairs of words. */
static bool grammar_is_right(const struct trace *t)
{
    static const char *const optional[] = {"via", "with", "id", "for"};
    struct smtp_span s = t->clauses;

    if (!take_name(&s, "from") || !is_domain(next_word(&s)) ||
        !take_name(&s, "by") || !is_domain(next_word(&s)))
        return false;
    for (size_t i = 0; i < sizeof(optional) / sizeof(*optional); i++)
        if (take_name(&s, optional[i]) && !next_word(&s).n)
            return false;
    for (struct smtp_span name; (name = next_word(&s)).n;) {
        for (size_t i = 0; i < sizeof(optional) / sizeof(*optional); i++)
            if (smtp_span_ieq(name, smtp_span_of(optional[i],
                                                 strlen(optional[i]))))
                return false;
        if (!next_word(&s).n)
            return false;
    }
    return date_is_right(t);
}

static const struct {
    struct smtp_span name;
    trace_fn *right;
} checks[] = {
    {SCRIPT_NAME("added"),   added_is_right  },
    {SCRIPT_NAME("from"),    from_is_right   },
    {SCRIPT_NAME("literal"), literal_is_right},
    {SCRIPT_NAME("grammar"), grammar_is_right},
    {SCRIPT_NAME("with"),    with_is_right   },
    {SCRIPT_NAME("for"),     for_is_right    },
    {SCRIPT_NAME("year"),    year_is_right   },
    {SCRIPT_NAME("zone"),    zone_is_right   },
    {SCRIPT_NAME("tls"),     tls_is_right    },
};

bool script_trace_find(struct smtp_span name, unsigned *what)
{
    for (unsigned i = 0; i < sizeof(checks) / sizeof(*checks); i++)
        if (smtp_span_eq(name, checks[i].name))
            return *what = i, true;
    return false;
}

/* ---- the line ---------------------------------------------------------- */

static size_t count_received(struct smtp_span s)
{
    struct smtp_span name, body;
    size_t n = 0;

    while (script_field_next(&s, &name, &body))
        n += smtp_span_ieq(name, SMTP_SPAN("Received"));
    return n;
}

/* Finds the line; false: none was added. */
static bool find(const struct script_mail *m, struct smtp_span sent,
                 struct trace *t)
{
    struct smtp_span rest = {m->p, m->n}, name, body, added;
    size_t all = count_received(rest), ours = count_received(sent);
    size_t left = all > ours ? all - ours : 0;

    if (!left)
        return false;
    while (left && script_field_next(&rest, &name, &body))
        left -= smtp_span_ieq(name, SMTP_SPAN("Received"));
    t->field = body;
    t->on_top = script_mail_added(m, sent, &added) &&
                body.p < m->p + added.n;
    t->words = script_field_words(body, t->room, sizeof(t->room));
    const char *semi = memrchr(t->words.p, ';', t->words.n);
    size_t n = semi ? (size_t)(semi - t->words.p) : t->words.n;
    t->clauses = smtp_span_of(t->words.p, n);
    t->date = smtp_span_from(t->words, semi ? n + 1 : n);
    return true;
}

bool script_trace_judge(unsigned what, const struct script_mail *m,
                        struct smtp_span sent, char *text, size_t cap)
{
    struct trace t;
    size_t n = 0;

    text[0] = '\0';
    if (!find(m, sent, &t)) {
        snprintf(text, cap, "has no Received line but those that were sent");
        return false;
    }
    script_escape(text, cap, &n, SMTP_SPAN("has Received:"), "");
    script_escape(text, cap, &n, t.field, "");
    return checks[what].right(&t);
}
