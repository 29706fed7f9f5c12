/*
 * sasl: one exchange. A library context each, so that threads share nothing
 * (making one takes about a microsecond).
 */
#include "sasl/sasl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sasl/sasl_impl.h"

/* Strongest first: sasl_choose goes down the rows. */
static const struct sasl_mech mechs[] = {
    {"SCRAM-SHA-256", true,  true,  true,  sasl_scram_server},
    {"SCRAM-SHA-1",   true,  true,  true,  sasl_scram_server},
    {"DIGEST-MD5",    false, true,  true,  NULL},
    {"CRAM-MD5",      false, true,  false, sasl_cram_md5_server},
    {"PLAIN",         true,  true,  false, sasl_plain_server},
    {"LOGIN",         false, true,  false, sasl_login_server},
    {"EXTERNAL",      true,  false, false, NULL},
    {"ANONYMOUS",     true,  false, false, NULL},
};

#define MECHS (sizeof(mechs) / sizeof(mechs[0]))

const struct sasl_mech *sasl_mech_find(struct smtp_span name)
{
    for (size_t i = 0; i < MECHS; i++)
        if (smtp_span_ieq(name, smtp_span_of(mechs[i].name,
                                             strlen(mechs[i].name))))
            return &mechs[i];
    return NULL;
}

static struct sasl *begin(const char *name, const char *host,
                          enum sasl_status *status)
{
    const struct sasl_mech *m =
        sasl_mech_find(smtp_span_of(name, strlen(name)));
    struct sasl *s = m ? calloc(1, sizeof(*s)) : NULL;

    *status = m ? SASL_FAILED : SASL_UNKNOWN;
    if (s == NULL)
        return NULL;
    s->mech = m;
    s->step = sasl_library_step;
    (void)snprintf(s->host, sizeof(s->host), "%s",
                   host && *host ? host : "localhost");
    if (gsasl_init(&s->lib) == GSASL_OK)
        return s;
    free(s);
    return NULL;
}

/* A library without the mechanism, or out of memory. */
static struct sasl *give_up(struct sasl *s, int rc, enum sasl_status *status)
{
    *status = rc == GSASL_UNKNOWN_MECHANISM ? SASL_UNKNOWN : SASL_FAILED;
    sasl_free(s);
    return NULL;
}

/* The name of what `user` is in a mechanism: ANONYMOUS has a trace. */
static int set_client(struct sasl *s, const struct sasl_client *c)
{
    const struct {
        Gsasl_property prop;
        const char *value;
    } rows[] = {
        {GSASL_AUTHID,          c->user},
        {GSASL_ANONYMOUS_TOKEN, c->user},
        {GSASL_AUTHZID,         c->authzid},
        {GSASL_PASSWORD,        c->password},
        {GSASL_SERVICE,         "smtp"},
        {GSASL_HOSTNAME,        s->host},
    };
    int rc = GSASL_OK;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].value && rc == GSASL_OK)
            rc = gsasl_property_set(s->session, rows[i].prop,
                                    rows[i].value);
    return rc;
}

struct sasl *sasl_client_new(const struct sasl_client *c,
                             enum sasl_status *status)
{
    struct sasl *s = begin(c->mech, c->host, status);
    int rc;

    if (s == NULL)
        return NULL;
    rc = gsasl_client_start(s->lib, s->mech->name, &s->session);
    if (rc == GSASL_OK)
        rc = set_client(s, c);
    if (rc != GSASL_OK)
        return give_up(s, rc, status);
    *status = SASL_MORE;
    return s;
}

struct sasl *sasl_server_new(const char *mech, const char *host,
                             sasl_password_fn *password, void *ctx,
                             enum sasl_status *status)
{
    struct sasl *s = begin(mech, host, status);
    int rc;

    if (s == NULL)
        return NULL;
    s->lookup = password;
    s->ctx = ctx;
    if (s->mech->server)
        s->step = s->mech->server;
    gsasl_callback_hook_set(s->lib, s);
    gsasl_callback_set(s->lib, sasl_server_callback);
    rc = gsasl_server_start(s->lib, s->mech->name, &s->session);
    if (rc != GSASL_OK)
        return give_up(s, rc, status);
    *status = SASL_MORE;
    return s;
}

bool sasl_server_iterations(struct sasl *s, unsigned n)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", n);
    return !s->session || gsasl_property_set(s->session, GSASL_SCRAM_ITER,
                                             text) == GSASL_OK;
}

bool sasl_client_first(const char *mech)
{
    const struct sasl_mech *m =
        sasl_mech_find(smtp_span_of(mech, strlen(mech)));

    return m && m->client_first;
}

bool sasl_mutual(const struct sasl *s)
{
    return s->mech->mutual;
}

enum sasl_status sasl_library_step(struct sasl *s, struct smtp_span in,
                                   struct smtp_span *out)
{
    char *p = NULL;
    size_t n = 0;
    int rc = gsasl_step(s->session, in.n ? in.p : "", in.n, &p, &n);

    if (rc != GSASL_OK && rc != GSASL_NEEDS_MORE) {
        gsasl_free(p);
        return SASL_FAILED;
    }
    s->out = p;
    *out = smtp_span_of(n ? p : NULL, n);
    return rc == GSASL_OK ? SASL_DONE : SASL_MORE;
}

enum sasl_status sasl_step(struct sasl *s, struct smtp_span in,
                           struct smtp_span *out)
{
    enum sasl_status st;

    *out = smtp_span_of(NULL, 0);
    if (s->over)
        return SASL_FAILED;
    gsasl_free(s->out);
    s->out = NULL;
    st = s->step(s, in, out);
    /* The client speaks first and said nothing: RFC 4954 4 makes "=" a
     * message of its own, and it is not for the server to ask again. */
    if (st == SASL_MORE && s->lookup && s->mech->client_first &&
        s->steps == 0 && in.n == 0)
        st = SASL_FAILED;
    if (st == SASL_DONE && s->lookup && !sasl_server_allows(s)) {
        *out = smtp_span_of(NULL, 0);
        st = SASL_FAILED;
    }
    s->steps++;
    s->over = st != SASL_MORE;
    s->done = st == SASL_DONE;
    return st;
}

const char *sasl_user(const struct sasl *s)
{
    return s->done ? s->user : NULL;
}

/* True when the space-separated list has the name. */
static bool listed(struct smtp_span list, struct smtp_span name)
{
    size_t i = 0;

    while (i < list.n) {
        size_t from = i;

        while (i < list.n && list.p[i] != ' ')
            i++;
        if (smtp_span_ieq(smtp_span_of(list.p + from, i - from), name))
            return true;
        i++;
    }
    return false;
}

const char *sasl_choose(struct smtp_span offered)
{
    for (size_t i = 0; i < MECHS; i++) {
        const char *name = mechs[i].name;

        if (mechs[i].password &&
            listed(offered, smtp_span_of(name, strlen(name))))
            return name;
    }
    return NULL;
}

void sasl_free(struct sasl *s)
{
    if (s == NULL)
        return;
    gsasl_free(s->out);
    free(s->user);
    if (s->session)
        gsasl_finish(s->session);
    gsasl_done(s->lib);
    free(s);
}
