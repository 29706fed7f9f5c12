/*
 * model: see model.h.
 */
#include "live/model.h"

#include <stdio.h>
#include <string.h>

static const struct live_oracle_info oracles[LIVE_ORACLES] = {
    [LIVE_ORACLE_CRASH] = {"crash", "the server died by a signal", ""},
    [LIVE_ORACLE_SANITIZER] = {"sanitizer",
                               "a sanitizer reported an error in the server",
                               ""},
    [LIVE_ORACLE_HANG] = {"hang", "no reply came, and no end", ""},
    [LIVE_ORACLE_GONE] = {"gone", "the server serves nobody any more",
                          "RFC5321 2.1"},
    [LIVE_ORACLE_LOST] = {"lost",
                          "the session ended where a reply was due",
                          "RFC5321 3.8"},
    [LIVE_ORACLE_GRAMMAR] = {"grammar",
                             "a reply contradicts the grammar of replies",
                             "RFC5321 4.2"},
    [LIVE_ORACLE_COUNT] = {"count", "more replies came than commands went",
                           "RFC5321 4.2"},
    [LIVE_ORACLE_FLOOD] = {"flood", "replies came without end",
                           "RFC5321 4.2"},
    [LIVE_ORACLE_AUTH] = {"auth", "a message can be sent before AUTH",
                          "RFC6409 4.3"},
    [LIVE_ORACLE_ORDER] = {"order",
                           "a command was accepted out of its order",
                           "RFC5321 4.1.4"},
    [LIVE_ORACLE_SMUGGLED] = {"smuggled",
                              "a part of the content was taken for commands",
                              "RFC5321 4.1.1.4"},
    [LIVE_ORACLE_INJECTED] = {"injected",
                              "what was sent in clear behind STARTTLS was "
                              "answered inside TLS",
                              "RFC3207 4.2"},
    [LIVE_ORACLE_MEMORY] = {"memory", "the server takes too much memory", ""},
};

const struct live_oracle_info *live_oracle_info(enum live_oracle o)
{
    return &oracles[o];
}

int live_oracle_find(const char *name)
{
    for (int i = 0; i < LIVE_ORACLES; i++)
        if (strcmp(oracles[i].name, name) == 0)
            return i;
    return -1;
}

unsigned live_step_of(const struct live_unit *u)
{
    switch (u->kind) {
    case LIVE_CONTENT:
        return LIVE_STEP_CONTENT;
    case LIVE_ANSWER:
        return LIVE_STEP_ANSWER;
    case LIVE_COMMAND:
    case LIVE_TAIL:
        break;
    }
    return u->verb;
}

const char *live_step_name(unsigned step)
{
    static const char *const names[] = {"greeting", "content", "answer",
                                        "nothing"};

    if (step >= LIVE_STEP_GREETING && step < LIVE_STEPS)
        return names[step - LIVE_STEP_GREETING];
    if (step == SMTP_VERB_UNKNOWN || step >= LIVE_STEPS)
        return "unknown";
    return smtp_verb_name((enum smtp_verb)step);
}

unsigned live_model_state(const struct live_model *m)
{
    return (unsigned)m->phase | (m->hello ? 4u : 0u) | (m->tls ? 8u : 0u) |
           (m->authenticated ? 16u : 0u) | (m->mail ? 32u : 0u) |
           (m->rcpts ? 64u : 0u) | (m->chunks ? 128u : 0u) |
           (m->closing ? 256u : 0u);
}

void live_state_name(unsigned state, char *out, size_t cap)
{
    static const struct {
        unsigned bit;
        const char *name;
    } parts[] = {{256, "closing"}, {8, "tls"},    {16, "auth"},
                 {32, "mail"},     {64, "rcpt"},  {128, "bdat"}};
    static const char *const phases[] = {"", "data", "challenge", ""};
    size_t n = 0;

    snprintf(out, cap, "%s", state & 4 ? "hello" : "start");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        n = strlen(out);
        if (state & parts[i].bit)
            snprintf(out + n, cap - n, "+%s", parts[i].name);
    }
    n = strlen(out);
    if (phases[state & 3][0])
        snprintf(out + n, cap - n, "+%s", phases[state & 3]);
}

unsigned live_model_due(const struct live_model *m, const struct live_unit *u)
{
    if (u->kind == LIVE_TAIL)
        return 0;
    if (m->lmtp && u->kind == LIVE_CONTENT)
        return m->rcpts ? m->rcpts : 1;
    if (m->lmtp && u->verb == SMTP_VERB_BDAT && u->last)
        return m->rcpts; /* RFC 2033 4.3: none, if there is none */
    return 1;
}

static void end_transaction(struct live_model *m)
{
    m->mail = m->chunks = false;
    m->rcpts = 0;
}

static unsigned on_mail(struct live_model *m)
{
    end_transaction(m);
    m->mail = true;
    return 0;
}

/* Content is taken: the last chance to refuse who has not authenticated. RFC
 * 6409 4.3 has the error at MAIL; RFC 4954 6 lets any command tell it. */
static unsigned on_content(const struct live_model *m)
{
    return m->must_auth && !m->authenticated && m->mail && m->rcpts
               ? 1u << LIVE_ORACLE_AUTH
               : 0;
}

static unsigned on_rcpt(struct live_model *m)
{
    unsigned wrong = m->mail ? 0 : 1u << LIVE_ORACLE_ORDER;

    m->rcpts++;
    return wrong;
}

/* One reply to the content; LMTP has one for each recipient. */
static void end_content(struct live_model *m)
{
    if (m->lmtp && m->rcpts > 1)
        m->rcpts--;
    else
        end_transaction(m);
}

static unsigned on_chunk(struct live_model *m, const struct live_unit *u)
{
    unsigned wrong = m->rcpts ? 0 : 1u << LIVE_ORACLE_ORDER;

    m->chunks = true;
    if (u->last) {
        wrong |= on_content(m);
        end_content(m);
    }
    return wrong;
}

/* A command was answered 2yz. */
static unsigned on_success(struct live_model *m, const struct live_unit *u)
{
    switch (u->verb) {
    case SMTP_VERB_HELO:
    case SMTP_VERB_EHLO:
    case SMTP_VERB_LHLO:
        m->hello = true;
        m->extended = u->verb != SMTP_VERB_HELO;
        end_transaction(m);
        return 0;
    case SMTP_VERB_RSET:
        end_transaction(m);
        return 0;
    case SMTP_VERB_MAIL:
        return on_mail(m);
    case SMTP_VERB_RCPT:
        return on_rcpt(m);
    case SMTP_VERB_BDAT:
        return on_chunk(m, u);
    case SMTP_VERB_AUTH:
        m->authenticated = true;
        return 0;
    default:
        return 0;
    }
}

static unsigned on_command(struct live_model *m, const struct live_unit *u,
                           unsigned code)
{
    if (code / 100 == 2)
        return on_success(m, u);
    if (code == 354 && u->verb == SMTP_VERB_DATA) {
        m->phase = LIVE_IN_DATA;
        return on_content(m) | (m->mail ? 0 : 1u << LIVE_ORACLE_ORDER);
    }
    if (code == 334 && u->verb == SMTP_VERB_AUTH)
        m->phase = LIVE_IN_AUTH;
    return 0;
}

unsigned live_model_reply(struct live_model *m, const struct live_unit *u,
                          unsigned code)
{
    if (code == 221 || code == 421)
        m->closing = true;
    switch (u->kind) {
    case LIVE_CONTENT:
        m->phase = LIVE_READY;
        end_content(m);
        return 0;
    case LIVE_ANSWER:
        m->phase = code == 334 ? LIVE_IN_AUTH : LIVE_READY;
        m->authenticated |= code == 235;
        return 0;
    case LIVE_COMMAND:
        return on_command(m, u, code);
    case LIVE_TAIL:
        break;
    }
    return 0;
}
