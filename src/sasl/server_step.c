/*
 * server_step: what the library asks a server, and the mechanisms that are
 * not the library's on this side.
 *
 * PLAIN (RFC 4616 2): message = [authzid] NUL authcid NUL passwd. The
 * library refuses a password that SASLprep refuses before it asks us; here
 * equal octets are equal.
 *
 * CRAM-MD5 (RFC 2195 2): the challenge is "a presumptively arbitrary string
 * of random digits, a timestamp, and the fully-qualified primary host name
 * of the server", in the form of an RFC 822 msg-id. The library's names
 * "localhost" whatever the host.
 *
 * SCRAM (RFC 5802 7): the library lets pass a channel binding that the
 * mechanism does not have, and any escape in the user's name.
 *
 * LOGIN (draft-murchison-sasl-login): "User Name" and "Password" there, but
 * clients look for "Username:" and "Password:".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sasl/sasl_impl.h"

/* Time depends on the lengths only. */
static bool same(struct smtp_span a, struct smtp_span b)
{
    unsigned diff = 0;

    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        diff |= (unsigned char)a.p[i] ^ (unsigned)(unsigned char)b.p[i];
    return diff == 0;
}

static struct smtp_span text(const char *p)
{
    return smtp_span_of(p, strlen(p));
}

static bool keep_user(struct sasl *s, const char *user)
{
    free(s->user);
    s->user = strdup(user ? user : "");
    return s->user != NULL;
}

/* ---- the library's questions ------------------------------------------- */

/* Equal as octets, or after SASLprep (RFC 4616 2). */
static bool same_password(const char *a, const char *b)
{
    char *pa = NULL, *pb = NULL;
    bool ok = same(text(a), text(b));

    if (!ok &&
        gsasl_saslprep(a, GSASL_ALLOW_UNASSIGNED, &pa, NULL) == GSASL_OK &&
        gsasl_saslprep(b, GSASL_ALLOW_UNASSIGNED, &pb, NULL) == GSASL_OK)
        ok = same(text(pa), text(pb));
    gsasl_free(pa);
    gsasl_free(pb);
    return ok;
}

/* LOGIN. */
static int check_password(struct sasl *s, Gsasl_session *session)
{
    const char *user = gsasl_property_fast(session, GSASL_AUTHID);
    const char *given = gsasl_property_fast(session, GSASL_PASSWORD);
    const char *want = user ? s->lookup(s->ctx, user) : NULL;

    if (want == NULL || given == NULL || !same_password(given, want))
        return GSASL_AUTHENTICATION_ERROR;
    return keep_user(s, user) ? GSASL_OK : GSASL_MALLOC_ERROR;
}

static int give_password(struct sasl *s, Gsasl_session *session)
{
    const char *user = gsasl_property_fast(session, GSASL_AUTHID);
    const char *want = user ? s->lookup(s->ctx, user) : NULL;

    if (want == NULL)
        return GSASL_NO_PASSWORD;
    if (!keep_user(s, user))
        return GSASL_MALLOC_ERROR;
    return gsasl_property_set(session, GSASL_PASSWORD, want);
}

static int check_external(struct sasl *s, Gsasl_session *session)
{
    const char *user = gsasl_property_fast(session, GSASL_AUTHZID);

    if (s->lookup(s->ctx, user ? user : "") == NULL)
        return GSASL_AUTHENTICATION_ERROR;
    return keep_user(s, user) ? GSASL_OK : GSASL_MALLOC_ERROR;
}

static int check_anonymous(struct sasl *s, Gsasl_session *session)
{
    const char *trace = gsasl_property_fast(session, GSASL_ANONYMOUS_TOKEN);

    return keep_user(s, trace) ? GSASL_OK : GSASL_MALLOC_ERROR;
}

static int give_host(struct sasl *s, Gsasl_session *session)
{
    return gsasl_property_set(session, GSASL_HOSTNAME, s->host);
}

static int give_realm(struct sasl *s, Gsasl_session *session)
{
    return gsasl_property_set(session, GSASL_REALM, s->host);
}

static int give_service(struct sasl *s, Gsasl_session *session)
{
    (void)s;
    return gsasl_property_set(session, GSASL_SERVICE, "smtp");
}

int sasl_server_callback(Gsasl *lib, Gsasl_session *session,
                         Gsasl_property prop)
{
    static const struct {
        Gsasl_property prop;
        int (*answer)(struct sasl *, Gsasl_session *);
    } rows[] = {
        {GSASL_VALIDATE_SIMPLE,    check_password},
        {GSASL_VALIDATE_EXTERNAL,  check_external},
        {GSASL_VALIDATE_ANONYMOUS, check_anonymous},
        {GSASL_PASSWORD,           give_password},
        {GSASL_HOSTNAME,           give_host},
        {GSASL_REALM,              give_realm},
        {GSASL_SERVICE,            give_service},
    };
    struct sasl *s = gsasl_callback_hook_get(lib);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].prop == prop)
            return rows[i].answer(s, session);
    return GSASL_NO_CALLBACK;
}

bool sasl_server_allows(struct sasl *s)
{
    const char *as = gsasl_property_fast(s->session, GSASL_AUTHZID);

    if (s->user == NULL)
        return false;
    return as == NULL || *as == '\0' || strcmp(as, s->user) == 0;
}

/* ---- PLAIN ------------------------------------------------------------- */

/* The password of a name as it was sent, or else prepared. */
static const char *prepared_lookup(struct sasl *s)
{
    const char *want = s->lookup(s->ctx, s->user);
    char *p = NULL;

    if (want || gsasl_saslprep(s->user, GSASL_ALLOW_UNASSIGNED, &p, NULL) !=
                    GSASL_OK)
        return want;
    want = s->lookup(s->ctx, p);
    if (want && !keep_user(s, p))
        want = NULL;
    gsasl_free(p);
    return want;
}

static enum sasl_status plain_check(struct sasl *s, const char *authzid,
                                    const char *user, const char *given)
{
    const char *want;
    int rc = GSASL_OK;

    if (!*user || !*given || !keep_user(s, user))
        return SASL_FAILED;
    want = prepared_lookup(s);
    if (want == NULL || !same_password(given, want))
        return SASL_FAILED;
    if (*authzid)
        rc = gsasl_property_set(s->session, GSASL_AUTHZID, authzid);
    return rc == GSASL_OK ? SASL_DONE : SASL_FAILED;
}

enum sasl_status sasl_plain_server(struct sasl *s, struct smtp_span in,
                                   struct smtp_span *out)
{
    const char *user, *password;
    char *copy;
    enum sasl_status st;

    (void)out;
    user = in.n ? memchr(in.p, '\0', in.n) : NULL;
    if (user == NULL)
        return SASL_FAILED;
    user++;
    password = memchr(user, '\0', (size_t)(in.p + in.n - user));
    if (password == NULL)
        return SASL_FAILED;
    password++;
    if (memchr(password, '\0', (size_t)(in.p + in.n - password)))
        return SASL_FAILED;
    copy = malloc(in.n + 1); /* the password has no NUL behind it */
    if (copy == NULL)
        return SASL_FAILED;
    memcpy(copy, in.p, in.n);
    copy[in.n] = '\0';
    st = plain_check(s, copy, copy + (user - in.p), copy + (password - in.p));
    free(copy);
    return st;
}

/* ---- CRAM-MD5 ---------------------------------------------------------- */

#define DIGEST 32 /* hex digits of HMAC-MD5 */

static enum sasl_status cram_challenge(struct sasl *s, struct smtp_span *out)
{
    unsigned char r[8];
    unsigned long long v = 0;
    int n;

    if (gsasl_nonce((char *)r, sizeof(r)) != GSASL_OK)
        return SASL_FAILED;
    for (size_t i = 0; i < sizeof(r); i++)
        v = v << 8 | r[i];
    n = snprintf(s->challenge, sizeof(s->challenge), "<%llu.%lld@%s>", v,
                 (long long)time(NULL), s->host);
    *out = smtp_span_of(s->challenge, (size_t)n);
    return SASL_MORE;
}

/* What a client with this password would have answered: *digest, from
 * gsasl. */
static int cram_expected(struct sasl *s, const char *user,
                         const char *password, char **answer, size_t *n)
{
    Gsasl_session *client;
    int rc = gsasl_client_start(s->lib, "CRAM-MD5", &client);

    if (rc != GSASL_OK)
        return rc;
    rc = gsasl_property_set(client, GSASL_AUTHID, user);
    if (rc == GSASL_OK)
        rc = gsasl_property_set(client, GSASL_PASSWORD, password);
    if (rc == GSASL_OK)
        rc = gsasl_step(client, s->challenge, strlen(s->challenge), answer,
                        n);
    gsasl_finish(client);
    return rc;
}

/* "user SP 32 hex digits"; the user may hold spaces. */
enum sasl_status sasl_cram_md5_server(struct sasl *s, struct smtp_span in,
                                      struct smtp_span *out)
{
    const char *want;
    char *answer = NULL;
    size_t n = 0;
    bool ok;

    if (s->steps == 0)
        return in.n ? SASL_FAILED : cram_challenge(s, out);
    if (in.n < DIGEST + 2 || in.p[in.n - DIGEST - 1] != ' ' ||
        memchr(in.p, '\0', in.n))
        return SASL_FAILED;
    s->user = strndup(in.p, in.n - DIGEST - 1);
    want = s->user ? s->lookup(s->ctx, s->user) : NULL;
    if (want == NULL ||
        cram_expected(s, s->user, want, &answer, &n) != GSASL_OK)
        return SASL_FAILED;
    ok = n >= DIGEST && same(smtp_span_of(answer + n - DIGEST, DIGEST),
                             smtp_span_of(in.p + in.n - DIGEST, DIGEST));
    gsasl_free(answer);
    return ok ? SASL_DONE : SASL_FAILED;
}

/* ---- LOGIN ------------------------------------------------------------- */

/* The library counts its own challenge as a step even when the client has
 * sent its name with AUTH. */
enum sasl_status sasl_login_server(struct sasl *s, struct smtp_span in,
                                   struct smtp_span *out)
{
    bool early = s->steps == 0 && in.n > 0;
    enum sasl_status st = sasl_library_step(s, early ? SMTP_SPAN("") : in,
                                            out);

    if (st == SASL_MORE && early) {
        s->steps++;
        gsasl_free(s->out);
        s->out = NULL;
        st = sasl_library_step(s, in, out);
    }
    if (st == SASL_MORE)
        *out = s->steps == 0 ? SMTP_SPAN("Username:")
                             : SMTP_SPAN("Password:");
    return st;
}

/* ---- SCRAM ------------------------------------------------------------- */

/* A saslname: "=" stands in "=2C" and "=3D" only. Empty is none. */
static bool is_saslname(struct smtp_span name)
{
    for (size_t i = 0; i < name.n; i++) {
        struct smtp_span rest = smtp_span_from(name, i + 1);
        struct smtp_span two = smtp_span_of(rest.p, rest.n < 2 ? rest.n : 2);
        if (name.p[i] == '\0' ||
            (name.p[i] == '=' && !smtp_span_eq(two, SMTP_SPAN("2C")) &&
             !smtp_span_eq(two, SMTP_SPAN("3D"))))
            return false;
    }
    return name.n > 0;
}

/* The octets up to the next comma, which is taken, too. */
static struct smtp_span take_field(struct smtp_span *in)
{
    const char *comma = in->n ? memchr(in->p, ',', in->n) : NULL;
    size_t n = comma ? (size_t)(comma - in->p) : in->n;
    struct smtp_span field = smtp_span_of(in->p, n);

    *in = smtp_span_from(*in, n + (comma != NULL));
    return field;
}

/* True when the field is "X=saslname". */
static bool is_named(struct smtp_span field, char letter)
{
    return field.n > 2 && field.p[0] == letter && field.p[1] == '=' &&
           is_saslname(smtp_span_from(field, 2));
}

/* client-first-message of a mechanism without channel binding: the flag, an
 * authzid, no "m=", a name, a nonce. */
static bool is_scram_first(struct smtp_span in)
{
    struct smtp_span flag = take_field(&in), authzid = take_field(&in);
    struct smtp_span user = take_field(&in), nonce = take_field(&in);

    return (smtp_span_eq(flag, SMTP_SPAN("n")) ||
            smtp_span_eq(flag, SMTP_SPAN("y"))) &&
           (authzid.n == 0 || is_named(authzid, 'a')) &&
           is_named(user, 'n') && nonce.n > 2 && nonce.p[0] == 'r' &&
           nonce.p[1] == '=';
}

enum sasl_status sasl_scram_server(struct sasl *s, struct smtp_span in,
                                   struct smtp_span *out)
{
    if (s->steps == 0 && !is_scram_first(in))
        return SASL_FAILED;
    return sasl_library_step(s, in, out);
}
