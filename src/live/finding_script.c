/*
 * finding_script: see finding_script.h.
 *
 * The script expects the replies that came, by their number only, and marks
 * as under test what the oracle objected to.
 */
#include "live/finding_script.h"

#include "script/escape.h"

#define LITERAL 60u /* octets of a string on a line of the script */

struct printer {
    FILE *out;
    const struct live_finding *f;
    unsigned owed; /* replies of units that were sent and not yet expected */
};

/* Where the point under test is. */
enum point {
    AT_LAST,   /* the reply to the last unit */
    AT_REFUSAL,/* the same, which must refuse */
    AT_END     /* the end of the session: nothing more must come */
};

static enum point point_of(enum live_oracle o)
{
    switch (o) {
    case LIVE_ORACLE_COUNT:
    case LIVE_ORACLE_FLOOD:
    case LIVE_ORACLE_SMUGGLED:
    case LIVE_ORACLE_INJECTED:
        return AT_END;
    case LIVE_ORACLE_AUTH:
    case LIVE_ORACLE_ORDER:
        return AT_REFUSAL;
    default:
        return AT_LAST;
    }
}

/* A script expects codes and ends. It does not see how a reply is written,
 * what a server takes, and what comes behind the session. */
static bool is_seen(enum live_oracle o)
{
    return o != LIVE_ORACLE_GRAMMAR && o != LIVE_ORACLE_MEMORY &&
           o != LIVE_ORACLE_GONE;
}

static void put_head(const struct printer *p)
{
    const struct live_finding *f = p->f;
    const struct live_oracle_info *info = live_oracle_info(f->oracle);

    fprintf(p->out, "# Found by %s. A write of C= lines is one write.\n",
            f->tool);
    if (!is_seen(f->oracle))
        fprintf(p->out, "# A script passes, as it does not see this: use\n"
                        "# smtpspec fuzz --reproduce %s.raw TARGET\n",
                f->id);
    if (f->input.piece)
        fprintf(p->out, "# It was sent in writes of %u octets.\n",
                f->input.piece);
    fprintf(p->out, "case:    rfc5321/3.8/%s\n", f->id);
    fprintf(p->out, "title:   fuzzing: %s\n", info->what);
    fprintf(p->out, "spec:    %s\n",
            info->spec[0] ? info->spec : "RFC5321 3.8");
    fprintf(p->out, "level:   MUST\nhostile: yes\n\n");
    fprintf(p->out, "C: <open>\nS: xyz 421\n");
}

static void put_octets(const struct printer *p, struct smtp_span s)
{
    char e[4];

    for (size_t i = 0; i < s.n; i++) {
        if (i % LITERAL == 0)
            fputs("C= \"", p->out);
        if (s.p[i] == '$')
            fputc('$', p->out);
        fwrite(e, 1, script_escape_octet(e, s.p[i], "\""), p->out);
        if (i % LITERAL == LITERAL - 1 || i + 1 == s.n)
            fputs("\"\n", p->out);
    }
}

static void put_replies(struct printer *p, bool last, enum point at)
{
    const char *any = "xyz 421";

    for (; p->owed > 1 || (p->owed == 1 && !(last && at != AT_END));
         p->owed--)
        fprintf(p->out, "S: %s\n", any);
    if (last && at != AT_END) {
        fprintf(p->out, "S!: %s\n", at == AT_REFUSAL ? "4yz 5yz" : any);
        if (at == AT_LAST)
            fprintf(p->out, " | <close>   -> fail \"it ended instead of an "
                            "answer\"\n | <timeout> -> fail \"no answer\"\n");
        p->owed = 0;
    }
}

static struct smtp_span unit_at(const struct live_finding *f, unsigned i)
{
    size_t from = i == 0 ? 0 : f->outcome.cuts[i - 1];

    return smtp_span_of(f->input.stream.p + from,
                        f->outcome.cuts[i] - from);
}

/* Whether the replies to unit i are waited for before the next one goes. */
static bool waits(const struct live_finding *f, unsigned i)
{
    if (f->input.pacing == LIVE_WHOLE)
        return false;
    return f->input.pacing != LIVE_GROUPED ||
           !(f->input.groups >> (i & 7) & 1);
}

static void put_unit(struct printer *p, unsigned i, bool last, enum point at)
{
    const struct live_finding *f = p->f;

    put_octets(p, unit_at(f, i));
    p->owed += f->outcome.got[i];
    /* The reply that never came is the point. */
    if (last && f->outcome.got[i] == 0)
        p->owed++;
    if (last || waits(f, i))
        put_replies(p, last, at);
}

void finding_script_print(FILE *out, const struct live_finding *f)
{
    struct printer p = {out, f, 0};
    enum point at = point_of(f->oracle);
    unsigned n = f->outcome.units < LIVE_CUTS ? f->outcome.units : LIVE_CUTS;
    bool was_tls = false;

    put_head(&p);
    for (unsigned i = 0; i < n; i++) {
        struct live_unit u;

        put_unit(&p, i, i + 1 == n, at);
        (void)live_unit_next(unit_at(f, i), LIVE_READY, &u);
        if (f->input.tls && !was_tls && u.verb == SMTP_VERB_STARTTLS &&
            i + 1 < n) {
            fprintf(out, "C: <tls>\n");
            was_tls = true;
        }
    }
    if (n == 0 || at == AT_END)
        fprintf(out, "C: <shutdown>\nS!: <close>\n");
}
