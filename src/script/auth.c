/*
 * auth: <auth MECH>, an AUTH exchange up to the reply that ends it
 * (RFC 4954 4).
 */
#include <stdlib.h>
#include <string.h>

#include "sasl/sasl.h"
#include "script/player.h"
#include "smtp/base64.h"

#define ROUNDS_MAX 16 /* of 334 and a response */

/* One exchange. */
struct exchange {
    struct script_player *p;
    const struct script_step *step;
    struct sasl *sasl;
    struct script_buffer mech, user, password;
    enum sasl_status status;
    unsigned answered; /* challenges */
    bool impostor;     /* the server's proof was wrong */
    size_t open;       /* octets of the line that are no secret */
    char shown[128]; /* the line without its secret, for the transcript */
};

#define SECRET "****"

static bool text_of(struct exchange *x, const struct script_template *t,
                    struct script_buffer *out)
{
    /* The NUL makes it a string; a NUL inside would cut it short. */
    return script_expand_step(x->p, x->step, t, out) &&
           (script_buffer_add(out, smtp_span_of("", 1)) ||
            script_error(x->p, x->step, "out of memory"));
}

/* A script's made-up account is any other than the user's: without a
 * mechanism there is nothing to try it with. That the user's own cannot be
 * used is no such thing. */
static bool no_mechanism(struct exchange *x)
{
    script_blocked(x->p, x->step, SCRIPT_CAUSE_NONE,
                   "no mechanism that the server offers is known here");
    if (x->step->account)
        x->p->out->verdict = VERDICT_SKIP;
    return false;
}

static bool start(struct exchange *x)
{
    const struct script_env *env = x->p->env;
    const struct script_session *s = &x->p->sessions[x->step->conn];
    enum sasl_status status = SASL_UNKNOWN;

    if (!text_of(x, &x->step->data, &x->mech) ||
        !text_of(x, &x->step->user, &x->user) ||
        !text_of(x, &x->step->password, &x->password))
        return false;
    const char *mech = x->mech.p;
    if (strcasecmp(mech, "best") == 0)
        mech = sasl_choose(smtp_span_of(s->mechs, s->n_mechs));
    if (!mech)
        return no_mechanism(x);
    struct sasl_client c = {
        .mech = mech,
        .user = x->step->account ? x->user.p : env->user,
        .password = x->step->account ? x->password.p : env->password,
        .host = env->target->host,
    };
    x->sasl = sasl_client_new(&c, &status);
    if (!x->sasl)
        return script_blocked(x->p, x->step, SCRIPT_CAUSE_NONE,
                              "the mechanism %s is not available here", mech);
    x->p->buf.n = 0;
    return (script_buffer_add(&x->p->buf, SMTP_SPAN("AUTH ")) &&
            script_buffer_add(&x->p->buf,
                              smtp_span_of(mech, strlen(mech)))) ||
           script_error(x->p, x->step, "out of memory");
}

/* Appends s in base64; an empty initial response is "=" (RFC 4954 4). */
static bool add_base64(struct exchange *x, struct smtp_span s, bool initial)
{
    static const char pad[] = "=";
    size_t n = SMTP_BASE64_ENCODED(s.n);
    char *p = s.n ? malloc(n) : NULL;
    bool ok = true;

    if (s.n == 0)
        ok = !initial || script_buffer_add(&x->p->buf, smtp_span_of(pad, 1));
    else if (!p)
        ok = false;
    else
        ok = script_buffer_add(
            &x->p->buf, smtp_span_of(p, smtp_base64_encode(s, p)));
    free(p);
    return ok || script_error(x->p, x->step, "out of memory");
}

/*
 * The user's own credentials do not reach transcripts and reports; those that
 * a script writes out are no secret.
 */
static void cover(struct exchange *x)
{
    const struct script_buffer *b = &x->p->buf;

    if (x->step->account || x->open >= b->n)
        return;
    int n = snprintf(x->shown, sizeof(x->shown), "%.*s" SECRET "\r\n",
                     (int)x->open, b->p);
    net_conn_cover(x->p->sessions[x->step->conn].net,
                   smtp_span_of(x->shown, (size_t)n));
}

static bool send_line(struct exchange *x)
{
    struct script_buffer *b = &x->p->buf;

    cover(x);
    return script_buffer_add(b, SMTP_SPAN("\r\n"))
               ? script_send(x->p, x->step, smtp_span_of(b->p, b->n))
               : script_error(x->p, x->step, "out of memory");
}

static bool send_first(struct exchange *x)
{
    struct smtp_span out = {NULL, 0};
    const char *mech = x->p->buf.p + 5;
    char name[64];

    snprintf(name, sizeof(name), "%.*s", (int)(x->p->buf.n - 5), mech);
    /* "AUTH MECH" and the SP behind it */
    x->open = x->p->buf.n + 1 < 64 ? x->p->buf.n + 1 : 64;
    if (!sasl_client_first(name))
        return send_line(x);
    enum sasl_status st = sasl_step(x->sasl, smtp_span_of(NULL, 0), &out);
    if (st == SASL_FAILED || st == SASL_UNKNOWN)
        return script_blocked(x->p, x->step, SCRIPT_CAUSE_NONE,
                              "the mechanism %s cannot begin with this "
                              "account", name);
    return (script_buffer_add(&x->p->buf, SMTP_SPAN(" ")) ||
            script_error(x->p, x->step, "out of memory")) &&
           add_base64(x, out, true) && send_line(x);
}

/* The message in which the server proves that it knows the password. Behind
 * a refusal it need not (RFC 5802 5.1: "e="). */
static bool is_proof(const struct exchange *x, struct smtp_span s)
{
    static const char *const names[] = {"v=", "rspauth="};

    for (size_t i = 0; x->answered && sasl_mutual(x->sasl) && i < 2; i++)
        if (s.n >= strlen(names[i]) &&
            memcmp(s.p, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* What the reply that ends the exchange says of the server. */
static enum script_proof proof_of(const struct exchange *x,
                                  const struct smtp_reply *r)
{
    if (x->impostor)
        return SCRIPT_PROOF_WRONG;
    if (r->code != 235 || !sasl_mutual(x->sasl))
        return SCRIPT_PROOF_NONE;
    return x->status == SASL_DONE ? SCRIPT_PROOF_GIVEN : SCRIPT_PROOF_MISSING;
}

/* Answers one 334. */
static bool answer(struct exchange *x, const struct smtp_reply *r)
{
    char *p = malloc(SMTP_BASE64_DECODED(r->text.n) + 1);
    struct smtp_span out = {NULL, 0};
    bool ok = false;

    if (!p)
        return script_error(x->p, x->step, "out of memory");
    ssize_t n = smtp_base64_decode(r->text, p);
    enum sasl_status st = SASL_FAILED;
    if (n >= 0) {
        struct smtp_span in = smtp_span_of(p, (size_t)n);
        st = sasl_step(x->sasl, in, &out);
        x->impostor = st == SASL_FAILED && is_proof(x, in);
    }
    x->status = st;
    x->answered++;
    x->p->buf.n = 0;
    /* "*" ends an exchange that makes no sense to us (RFC 4954 4). */
    x->open = st == SASL_FAILED || st == SASL_UNKNOWN;
    if (x->open)
        ok = script_buffer_add(&x->p->buf, SMTP_SPAN("*"));
    else
        ok = add_base64(x, out, false);
    free(p);
    return ok && send_line(x);
}

static bool converse(struct exchange *x)
{
    struct script_session *s = &x->p->sessions[x->step->conn];
    struct script_event ev;

    if (!send_first(x))
        return false;
    for (int i = 0; i < ROUNDS_MAX; i++) {
        script_session_wait(s, script_patience(x->p, x->p->env->timeout),
                            &ev);
        /* All but 334 is for the server line behind this stage. */
        if (ev.came == SCRIPT_CAME_TIMEOUT)
            s->unanswered = ev.waited;
        if (ev.came != SCRIPT_CAME_REPLY)
            return true;
        if (ev.reply.code != 334) {
            s->proof = proof_of(x, &ev.reply);
            return true;
        }
        script_session_report(s, x->step->conn, x->p->env, &ev);
        bool ok = answer(x, &ev.reply);
        script_session_drop(s, ev.reply.raw.n);
        if (!ok)
            return false;
    }
    return true;
}

bool script_auth(struct script_player *p, const struct script_step *step)
{
    struct exchange x = {.p = p, .step = step, .status = SASL_MORE};
    bool ok = start(&x) && converse(&x);

    sasl_free(x.sasl);
    script_buffer_free(&x.mech);
    script_buffer_free(&x.user);
    script_buffer_free(&x.password);
    return ok;
}
