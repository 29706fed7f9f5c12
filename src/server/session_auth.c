/*
 * session_auth: AUTH (RFC 4954). The mechanisms are those of src/sasl; here
 * is the framing: base64, cancellation, what is out of sequence.
 */
#include <string.h>

#include "server/session_int.h"
#include "smtp/base64.h"

/* A challenge of any mechanism here is a few hundred octets. */
#define CHALLENGE_MAX 2048

static const struct {
    uint32_t bit;
    const char *name;
} MECHS[] = {
    {MECH_SCRAM_SHA_256, "SCRAM-SHA-256"},
    {MECH_SCRAM_SHA_1,   "SCRAM-SHA-1"  },
    {MECH_CRAM_MD5,      "CRAM-MD5"     },
    {MECH_PLAIN,         "PLAIN"        },
    {MECH_LOGIN,         "LOGIN"        },
    {MECH_OAUTHBEARER,   "OAUTHBEARER"  },
};
#define MECH_COUNT (sizeof(MECHS) / sizeof(MECHS[0]))

/* RFC 7628 3.2.3: what the client sends next. */
enum oauth_step { OAUTH_NONE, OAUTH_TOKEN, OAUTH_DUMMY };

static uint32_t mechs_now(const struct session *s)
{
    return s->facts & FACT_TLS ? s->policy->mechs_tls
                               : s->policy->mechs_clear;
}

const char *session_mechs(const struct session *s, char *out, size_t cap)
{
    size_t at = 0;
    for (size_t i = 0; i < MECH_COUNT; i++) {
        size_t n = strlen(MECHS[i].name);
        if (!(mechs_now(s) & MECHS[i].bit) || at + n + 2 > cap)
            continue;
        if (at > 0)
            out[at++] = ' ';
        memcpy(out + at, MECHS[i].name, n);
        at += n;
    }
    out[at] = '\0';
    return out;
}

/* RFC 4954 4: in any case. */
static bool same_mech(const struct session *s, struct smtp_span a,
                      struct smtp_span b)
{
    return s->policy->mech_case ? smtp_span_eq(a, b) : smtp_span_ieq(a, b);
}

/* The name of an offered mechanism, NULL for any other. */
static const char *find_mech(const struct session *s, struct smtp_span name)
{
    for (size_t i = 0; i < MECH_COUNT; i++)
        if ((mechs_now(s) & MECHS[i].bit) &&
            same_mech(s, name, smtp_span_of(MECHS[i].name,
                                            strlen(MECHS[i].name))))
            return MECHS[i].name;
    return NULL;
}

static const char *password_of(void *ctx, const char *user)
{
    (void)ctx;
    return strcmp(user, SERVER_USER) == 0 ? SERVER_PASSWORD : NULL;
}

/* ---- the end of an exchange ------------------------------------------- */

static void end_exchange(struct session *s)
{
    sasl_free(s->sasl);
    s->sasl = NULL;
    s->sasl_done = false;
    s->oauth = OAUTH_NONE;
    s->scan.at = 0;
    s->state = STATE_COMMAND;
}

static void succeed(struct session *s)
{
    end_exchange(s);
    s->facts |= FACT_AUTH | FACT_WAS_AUTH;
    session_reply(s, POINT_AUTH, 235, "2.7.0", "Authenticated");
}

/* RFC 4954 9: however many there are, the session goes on. */
static void fail(struct session *s)
{
    end_exchange(s);
    s->facts |= FACT_AUTH_FAILED;
    session_reply(s, POINT_AUTH, 535, "5.7.8",
                  "Authentication credentials invalid");
}

/* Ends it with a fault in the framing. */
static void abandon(struct session *s, unsigned code, const char *enhanced,
                    const char *text)
{
    end_exchange(s);
    session_reply(s, POINT_AUTH, code, enhanced, text);
}

void session_auth_long(struct session *s)
{
    end_exchange(s);
}

/* ---- steps ------------------------------------------------------------ */

static void challenge(struct session *s, struct smtp_span message)
{
    char text[SMTP_BASE64_ENCODED(CHALLENGE_MAX) + 1];
    if (message.n > CHALLENGE_MAX) {
        abandon(s, 454, "4.7.0", "Temporary authentication failure");
        return;
    }
    text[smtp_base64_encode(message, text)] = '\0';
    s->state = STATE_AUTH;
    s->scan.at = 0;
    session_reply(s, POINT_CHALLENGE, 334, NULL, text);
}

/* RFC 7628 3.2.2: the error is a challenge, and the refusal comes behind what
 * the client says to it. */
static void take_oauth(struct session *s)
{
    if (s->oauth == OAUTH_DUMMY) {
        fail(s);
        return;
    }
    s->oauth = OAUTH_DUMMY;
    challenge(s, SMTP_SPAN("{\"status\":\"invalid_token\"}"));
}

/* RFC 4954 4: a last message of the server is a challenge as well; the client
 * answers it with an empty line. */
static void prove(struct session *s, struct smtp_span message)
{
    char forged[CHALLENGE_MAX];

    if (message.n == 0 || s->policy->proof == PROOF_NONE) {
        succeed(s);
        return;
    }
    if (s->policy->proof == PROOF_WRONG && message.n > 2 &&
        message.n <= sizeof(forged)) {
        memcpy(forged, message.p, message.n);
        forged[2] = forged[2] == 'A' ? 'B' : 'A'; /* behind "v=" */
        message.p = forged;
    }
    s->sasl_done = true;
    challenge(s, message);
}

/* One message of the client, decoded. */
static void take_step(struct session *s, struct smtp_span message)
{
    struct smtp_span out = {NULL, 0};
    if (s->oauth != OAUTH_NONE) {
        take_oauth(s);
        return;
    }
    switch (sasl_step(s->sasl, message, &out)) {
    case SASL_MORE:
        challenge(s, out);
        break;
    case SASL_DONE:
        prove(s, out);
        break;
    case SASL_FAILED:
    case SASL_UNKNOWN:
        if (s->policy->any_password)
            succeed(s);
        else
            fail(s);
        break;
    }
}

/* What a careless decoder makes of it: the octets of the alphabet, padded
 * anew. n > 0. */
static struct smtp_span repair(struct smtp_span text, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char probe[4] = {text.p[i], 'A', 'A', 'A'}, bytes[3];
        if (smtp_base64_decode(smtp_span_of(probe, 4), bytes) == 3)
            out[n++] = text.p[i];
    }
    n -= n % 4 == 1;
    while (n % 4)
        out[n++] = '=';
    return smtp_span_of(out, n);
}

/* A response in base64. */
static void take_base64(struct session *s, struct smtp_span text)
{
    char message[SESSION_INPUT];
    char repaired[SESSION_INPUT + 4];
    if (s->policy->lax_base64 && text.n < sizeof(message))
        text = repair(text, repaired);
    if (SMTP_BASE64_DECODED(text.n) > sizeof(message)) {
        abandon(s, 500, "5.5.6", "Authentication line too long");
        return;
    }
    ssize_t n = smtp_base64_decode(text, message);
    if (n < 0)
        abandon(s, 501, "5.5.2", "Not base64");
    else
        take_step(s, smtp_span_of(message, (size_t)n));
}

void session_auth_line(struct session *s, struct smtp_span line)
{
    if (smtp_span_eq(line, SMTP_SPAN("*"))) {
        s->facts |= FACT_AUTH_CANCELLED;
        s->seen |= FACT_AUTH_CANCELLED;
        abandon(s, 501, "5.7.0", "Authentication cancelled");
    } else if (!s->sasl_done) {
        take_base64(s, line);
    } else if (line.n == 0) {
        succeed(s);
    } else {
        abandon(s, 501, "5.5.2", "Empty line expected");
    }
}

/* ---- the command ------------------------------------------------------ */

static bool refuse_auth(struct session *s)
{
    static const struct {
        bool when_set;
        uint64_t facts;
        const char *text;
    } CHECKS[] = {
        {false, FACT_EHLO, "EHLO first"               },
        {true,  FACT_AUTH, "Already authenticated"    },
        {true,  FACT_MAIL, "Not in a mail transaction"},
    };
    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
        bool set = (s->facts & CHECKS[i].facts) != 0;
        if (set == CHECKS[i].when_set &&
            session_refuse(s, SMTP_VERB_AUTH, 503, "5.5.1", CHECKS[i].text))
            return true;
    }
    return false;
}

/* Opens the exchange; false when that failed and was answered. */
static bool start_mech(struct session *s, const char *mech)
{
    enum sasl_status status = SASL_MORE;
    end_exchange(s);
    if (smtp_span_eq(smtp_span_of(mech, strlen(mech)),
                     SMTP_SPAN("OAUTHBEARER"))) {
        s->oauth = OAUTH_TOKEN;
        return true;
    }
    s->sasl = sasl_server_new(mech, SERVER_HOST, password_of, NULL, &status);
    if (s->sasl && s->policy->iterations &&
        !sasl_server_iterations(s->sasl, s->policy->iterations)) {
        sasl_free(s->sasl);
        s->sasl = NULL;
    }
    if (s->sasl)
        return true;
    if (status == SASL_UNKNOWN)
        session_reply(s, SMTP_VERB_AUTH, 504, "5.5.4",
                      "Mechanism not supported");
    else
        session_reply(s, SMTP_VERB_AUTH, 454, "4.7.0",
                      "Temporary authentication failure");
    return false;
}

void session_auth(struct session *s, const struct smtp_command *c)
{
    if (refuse_auth(s))
        return;
    const char *mech = find_mech(s, c->mech);
    if (!mech) {
        session_reply(s, c->id, 504, "5.5.4", "Mechanism not supported");
        return;
    }
    bool client_first = sasl_client_first(mech) ||
                        strcmp(mech, "OAUTHBEARER") == 0;
    if (c->initial.n > 0 && !client_first) {
        session_reply(s, c->id, 501, "5.7.0",
                      "This mechanism has no initial response");
        return;
    }
    if (!start_mech(s, mech))
        return;
    /* RFC 4954 4: "=" is an initial response of no octets; without one, the
     * client that speaks first is asked to by an empty challenge. */
    bool empty = smtp_span_eq(c->initial, SMTP_SPAN("=")) &&
                 !s->policy->empty_absent;
    bool ask = smtp_span_eq(c->initial, SMTP_SPAN("=")) && !empty;
    if (c->initial.n > 0 && !empty && !ask)
        take_base64(s, c->initial);
    else if (client_first && !empty)
        challenge(s, smtp_span_of("", 0));
    else
        take_step(s, smtp_span_of("", 0));
}
