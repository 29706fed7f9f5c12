#include "tests/server/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/faults.h"
#include "smtp/enhanced.h"
#include "smtp/reply.h"

static void take(void *ctx, const char *p, size_t n)
{
    struct dialogue *d = ctx;
    if (d->n + n > sizeof(d->octets))
        abort();
    memcpy(d->octets + d->n, p, n);
    d->n += n;
    d->writes++;
}

static void mark(struct dialogue *d, const char *text)
{
    size_t n = strlen(text);
    memcpy(d->octets + d->n, text, n);
    d->n += n;
}

static const char *begin(void *ctx)
{
    struct dialogue *d = ctx;
    d->storing = true;
    return d->store_fails ? NULL : "id-1";
}

static bool store(void *ctx, const char *p, size_t n)
{
    struct dialogue *d = ctx;
    if (d->stored_n + n > sizeof(d->stored))
        return false;
    memcpy(d->stored + d->stored_n, p, n);
    d->stored_n += n;
    return true;
}

static bool commit(void *ctx)
{
    struct dialogue *d = ctx;
    d->messages++;
    d->storing = false;
    return true;
}

static void cancel(void *ctx)
{
    struct dialogue *d = ctx;
    d->cancelled++;
    d->storing = false;
}

static const char *suite(void *ctx)
{
    (void)ctx;
    return "TLS_TEST";
}

void dialogue_init(struct dialogue *d, enum server_mode mode,
                   const char *faults)
{
    memset(d, 0, sizeof(*d));
    policy_init(&d->policy, mode);
    while (faults && *faults) {
        size_t n = strcspn(faults, ",");
        const struct server_fault *f = server_fault_find(faults, n);
        if (!f || !fault_apply(fault_row_of(f), &d->policy)) {
            fprintf(stderr, "no fault \"%s\"\n", faults);
            abort();
        }
        faults += n + (faults[n] == ',');
    }
    d->store = (struct session_store){d, begin, store, commit, cancel};
}

/* Does what the session wants until it wants input; true: it goes on. */
static bool obey(struct dialogue *d, enum session_want want)
{
    for (;;) {
        switch (want) {
        case SESSION_READ:
            return true;
        case SESSION_WAIT:
            mark(d, "<wait>");
            want = session_resume(d->session);
            break;
        case SESSION_TLS:
            mark(d, d->no_tls ? "<no tls>" : "<tls>");
            want = session_tls(d->session, !d->no_tls);
            break;
        case SESSION_CLOSE:
            mark(d, "<close>");
            return false;
        case SESSION_RESET:
            mark(d, "<reset>");
            return false;
        }
    }
}

/* One segment, in pieces; keeps what was not used, as a caller does. */
static bool feed(struct dialogue *d, const char *in, size_t n, size_t piece,
                 size_t cut)
{
    bool open = true;
    size_t used;
    for (size_t sent = 0; open && sent < n;) {
        size_t k = n - sent < piece ? n - sent : piece;
        if (sent < cut && sent + k > cut)
            k = cut - sent;
        if (d->have + k > sizeof(d->input))
            abort();
        memcpy(d->input + d->have, in + sent, k);
        d->have += k;
        sent += k;
        do {
            open = obey(d, session_feed(d->session, d->input, d->have, &used));
            memmove(d->input, d->input + used, d->have - used);
            d->have -= used;
        } while (open && used > 0 && d->have > 0);
    }
    return open;
}

void dialogue_run(struct dialogue *d, const char *input, size_t n,
                  size_t piece, size_t cut)
{
    const struct session_config cfg = {
        .policy = &d->policy,
        .write = take,
        .suite = suite,
        .ctx = d,
        .store = &d->store,
        .peer = "127.0.0.1",
        .tls_possible = true,
        .implicit_tls = d->implicit_tls,
        .busy = d->busy,
    };
    session_free(d->session);
    d->have = 0;
    d->session = session_new(&cfg);
    session_set_time(d->session, 1795293000, 60);
    bool open = obey(d, session_start(d->session));
    for (size_t at = 0; open && at < n;) {
        const char *end = memchr(input + at, '\f', n - at);
        size_t k = end ? (size_t)(end - input) - at : n - at;
        open = feed(d, input + at, k, piece, cut > at ? cut - at : 0);
        at += k + 1;
    }
}

void dialogue_free(struct dialogue *d)
{
    session_free(d->session);
    d->session = NULL;
}

/* One reply at p; its octets. */
static size_t put_reply(const struct dialogue *d, size_t at, char *out,
                        size_t cap)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    struct smtp_enhanced e;
    ssize_t n = smtp_reply_parse(&scan, d->octets + at, d->n - at, &r);
    if (n <= 0) {
        snprintf(out, cap, "... ");
        return d->n - at;
    }
    /* Greetings and the replies to EHLO and HELO begin with the host, and
     * have no status code (RFC 2034 4). */
    const struct smtp_span host = SMTP_SPAN(SERVER_HOST);
    if (r.text.n < host.n ||
        !smtp_span_eq(smtp_span_of(r.text.p, host.n), host))
        smtp_enhanced_check(&r, &r.flaws);
    bool has = smtp_enhanced_parse(r.text, &e) > 0;
    int k = snprintf(out, cap, "%u", r.code);
    if (has)
        k += snprintf(out + k, cap - (size_t)k, "/%u.%u.%u", e.class,
                      e.subject, e.detail);
    snprintf(out + k, cap - (size_t)k, "%s ",
             smtp_flaws_any(&r.flaws) ? "!" : "");
    return (size_t)n;
}

void dialogue_short(const struct dialogue *d, char *out, size_t cap)
{
    size_t at = 0;
    out[0] = '\0';
    while (at < d->n) {
        size_t used = strlen(out);
        if (d->octets[at] == '<') {
            const char *end = memchr(d->octets + at, '>', d->n - at);
            size_t k = (size_t)(end - d->octets) + 1 - at;
            snprintf(out + used, cap - used, "%.*s ", (int)k, d->octets + at);
            at += k;
        } else {
            at += put_reply(d, at, out + used, cap - used);
        }
    }
    if (out[0])
        out[strlen(out) - 1] = '\0';
}
