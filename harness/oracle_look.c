/*
 * What the core says of an input: one function a kind.
 */
#include <stdio.h>

#include "oracle.h"
#include "smtp/base64.h"
#include "smtp/command.h"
#include "smtp/data.h"
#include "smtp/param.h"
#include "smtp/path.h"
#include "smtp/reply.h"
#include "smtp/xtext.h"

/* Names a form of input, for the ids of hits. */
#define SHAPE(view, ...)                                                      \
    snprintf((view)->shape, sizeof((view)->shape), __VA_ARGS__)

/*
 * Whether the octets of an unfinished reply can go on to a valid one: what
 * is missing of the last line is put behind it, and the whole is parsed.
 */
static bool reply_goes_on(struct smtp_span in, size_t line, uint16_t code)
{
    static char text[ORACLE_INPUT + 32];
    char head[8];
    struct smtp_reply_scan scan = {0};
    struct smtp_reply reply;
    size_t have = in.n - line;
    size_t n = 0;
    snprintf(head, sizeof(head), "%03u ", code ? (unsigned)code : 250u);
    for (; n < in.n; n++)
        text[n] = in.p[n];
    for (size_t i = have; i < 4; i++)
        text[n++] = head[i];
    if (text[n - 1] != '\r')
        text[n++] = '\r';
    text[n++] = '\n';
    for (size_t i = 0; text[line + 3] == '-' && i < 6; i++)
        text[n++] = i < 3 ? text[line + i] : " \r\n"[i - 3];
    return smtp_reply_parse(&scan, text, n, &reply) == (ssize_t)n &&
           !smtp_flaws_any(&reply.flaws);
}

/* Takes that flaw out if there is no other: what is wrong with the sender is
 * nothing that the receiver may hold against it. True if it was there. */
static bool forgive(struct smtp_flaws *flaws, enum smtp_flaw f)
{
    struct smtp_flaws only = {.first_at = 0};
    smtp_flaws_add(&only, f, 0);
    if (flaws->set[0] != only.set[0] || flaws->set[1] != only.set[1])
        return false;
    *flaws = (struct smtp_flaws){.first_at = 0};
    return true;
}

static bool look_reply(const struct adapter_input *in, bool utf8,
                       struct oracle_view *v)
{
    (void)utf8;
    struct smtp_reply_scan scan = {0};
    struct smtp_reply reply;
    ssize_t n = smtp_reply_parse(&scan, in->p, in->n, &reply);
    if (n < 0)
        return false;
    if (n == 0) {
        v->verdict = ADAPTER_MORE;
        v->prefix = !smtp_flaws_any(&scan.flaws) &&
                    reply_goes_on(smtp_span_of(in->p, in->n), scan.line,
                                  scan.code);
        SHAPE(v, "%s", scan.lines ? "multi" : "single");
        return true;
    }
    v->flaws = reply.flaws;
    v->parts.has = ADAPTER_USED | ADAPTER_CODE | ADAPTER_LINES | ADAPTER_TEXT;
    v->parts.used = (size_t)n;
    v->parts.code = reply.code;
    v->parts.lines = reply.lines;
    v->parts.text = reply.text;
    /* RFC 5321 4.2.1: clients MUST be prepared for it. */
    forgive(&v->flaws, SMTP_FLAW_REPLY_NO_SEPARATOR);
    SHAPE(v, "%s%s", reply.lines > 1 ? "multi" : "single",
          reply.text.n ? "" : "-no-text");
    return true;
}

static void set_path(const struct smtp_path *path, struct oracle_view *v)
{
    /* Whether a U-label is one, and which others it equals, depends on the
     * tables of Unicode, which the core does not have. */
    if (!path->utf8)
        v->parts.has |= ADAPTER_LOCAL | ADAPTER_DOMAIN;
    v->parts.local = path->local;
    v->parts.domain = path->domain;
    /* RFC 5321 4.1.3: no tag but IPv6 is registered. */
    v->optional = path->utf8 || path->kind == SMTP_DOMAIN_GENERAL;
}

static const char *path_shape(const struct smtp_path *path)
{
    static const char *const kinds[] = {
        [SMTP_DOMAIN_NONE] = "local", [SMTP_DOMAIN_NAME] = "name",
        [SMTP_DOMAIN_IPV4] = "ipv4", [SMTP_DOMAIN_IPV6] = "ipv6",
        [SMTP_DOMAIN_GENERAL] = "general"};
    if (path->null)
        return "null";
    if (path->route.n)
        return "route";
    return path->quoted ? "quoted" : kinds[path->kind];
}

static bool look_path(const struct adapter_input *in, bool utf8,
                      struct oracle_view *v)
{
    struct smtp_path path;
    unsigned opts = SMTP_PATH_NULL | SMTP_PATH_POSTMASTER;
    struct smtp_span all = smtp_span_of(in->p, in->n);
    size_t n = smtp_path_parse(all, opts | (utf8 ? SMTP_PATH_UTF8 : 0), &path,
                               &v->flaws);
    /* Nothing at all, and what stands behind the path. */
    if (n == 0 || n < in->n)
        smtp_flaws_add(&v->flaws, SMTP_FLAW_PATH_BRACKETS, n);
    set_path(&path, v);
    SHAPE(v, "%s", path_shape(&path));
    return true;
}

static void set_params(const struct smtp_command *c, struct oracle_view *v)
{
    enum smtp_param_of of = c->id == SMTP_VERB_MAIL ? SMTP_PARAM_OF_MAIL
                                                    : SMTP_PARAM_OF_RCPT;
    struct smtp_flaws ignored = {0};
    struct smtp_param param;
    size_t at = 0;
    v->parts.has |= ADAPTER_PARAMS;
    while (smtp_param_next(c->params, of, &at, &param, &ignored)) {
        if (v->parts.n_params < ADAPTER_PARAM_MAX)
            v->parts.params[v->parts.n_params] =
                (struct adapter_param){param.keyword, param.value};
        v->parts.n_params++;
    }
    v->optional |= v->parts.n_params > 0;
}

/* No RFC says how large a chunk-size a server has to take. */
static void set_bdat(const struct smtp_command *c, struct oracle_view *v)
{
    v->parts.has |= ADAPTER_SIZE | ADAPTER_LAST;
    v->parts.size = c->size;
    v->parts.last = c->last;
    v->optional = c->size > INT32_MAX;
}

static bool takes_path(enum smtp_verb v)
{
    return v == SMTP_VERB_MAIL || v == SMTP_VERB_RCPT;
}

static bool look_command(const struct adapter_input *in, bool utf8,
                         struct oracle_view *v)
{
    struct smtp_command_scan scan = {0};
    struct smtp_command c;
    ssize_t n = smtp_command_parse(&scan, utf8 ? SMTP_COMMAND_UTF8 : 0, in->p,
                                   in->n, &c);
    if (n < 0)
        return false;
    if (n == 0) {
        v->verdict = ADAPTER_MORE;
        return true;
    }
    v->flaws = c.flaws;
    v->parts.has = ADAPTER_USED | ADAPTER_VERB;
    v->parts.used = (size_t)n;
    v->parts.verb = c.verb;
    if (takes_path(c.id)) {
        set_path(&c.path, v);
        set_params(&c, v);
    }
    if (c.id == SMTP_VERB_BDAT)
        set_bdat(&c, v);
    /* RFC 5321 4.1.1: receivers SHOULD tolerate it. */
    v->optional |= forgive(&v->flaws, SMTP_FLAW_COMMAND_SPACING);
    SHAPE(v, "%s%s%s%s", smtp_verb_name(c.id), takes_path(c.id) ? "-" : "",
          takes_path(c.id) ? path_shape(&c.path) : "",
          v->parts.n_params ? "-params" : "");
    return true;
}

static bool look_xtext(const struct adapter_input *in, bool utf8,
                       struct oracle_view *v)
{
    static char text[ORACLE_INPUT];
    (void)utf8;
    ssize_t n = smtp_xtext_decode(smtp_span_of(in->p, in->n), text);
    if (n < 0)
        smtp_flaws_add(&v->flaws, SMTP_FLAW_XTEXT, (size_t)(-1 - n));
    v->parts.has = ADAPTER_CONTENT;
    v->parts.content = smtp_span_of(text, n < 0 ? 0 : (size_t)n);
    SHAPE(v, "%s", in->n && memchr(in->p, '+', in->n) ? "hexchar" : "xchar");
    return true;
}

static bool look_base64(const struct adapter_input *in, bool utf8,
                        struct oracle_view *v)
{
    static char text[ORACLE_INPUT];
    (void)utf8;
    ssize_t n = smtp_base64_decode(smtp_span_of(in->p, in->n), text);
    size_t pad = 0;
    while (pad < in->n && pad < 3 && in->p[in->n - 1 - pad] == '=')
        pad++;
    SHAPE(v, "pad-%zu", pad);
    v->parts.has = ADAPTER_CONTENT;
    v->parts.content = smtp_span_of(text, n < 0 ? 0 : (size_t)n);
    if (n >= 0)
        return true;
    size_t at = (size_t)(-1 - n);
    /* RFC 4648 3.5: a decoder MAY refuse bits that no octet uses; the octet
     * before the padding is of the alphabet then. */
    char group[4] = {at < in->n ? in->p[at] : '=', 'A', 'A', 'A'};
    v->optional = pad > 0 && pad < 3 && in->n % 4 == 0 &&
                  at + 1 + pad == in->n &&
                  smtp_base64_decode(smtp_span_of(group, 4), text) == 3;
    smtp_flaws_add(&v->flaws, SMTP_FLAW_BASE64, at);
    return true;
}

static bool look_data(const struct adapter_input *in, bool utf8,
                      struct oracle_view *v)
{
    static char text[SMTP_DATA_UNSTUFFED(ORACLE_INPUT)];
    (void)utf8;
    struct smtp_data data = {0};
    struct smtp_flaws flaws = {0};
    size_t n;
    size_t used = smtp_data_unstuff(&data, in->p, in->n, text, &n);
    smtp_data_check(smtp_span_of(text, n), &flaws);
    v->prefix = !smtp_flaws_any(&flaws);
    if (data.state != SMTP_DATA_DONE) {
        v->verdict = ADAPTER_MORE;
        return true;
    }
    v->flaws = flaws;
    v->parts.has = ADAPTER_USED | ADAPTER_CONTENT;
    v->parts.used = used;
    v->parts.content = smtp_span_of(text, n);
    SHAPE(v, "%s%s", used - n > 3 ? "dots" : n ? "plain" : "empty",
          v->prefix ? "" : "-odd");
    return true;
}

static const struct {
    const char *name;
    char letter;
    bool (*look)(const struct adapter_input *in, bool utf8,
                 struct oracle_view *v);
} kinds[ADAPTER_KINDS] = {
    [ADAPTER_REPLY] = {"reply", 'r', look_reply},
    [ADAPTER_COMMAND] = {"command", 'c', look_command},
    [ADAPTER_PATH] = {"path", 'p', look_path},
    [ADAPTER_XTEXT] = {"xtext", 'x', look_xtext},
    [ADAPTER_BASE64] = {"base64", 'b', look_base64},
    [ADAPTER_DATA] = {"data", 'd', look_data},
};

bool oracle_look(const struct adapter_input *in, bool utf8,
                 struct oracle_view *view)
{
    memset(view, 0, offsetof(struct oracle_view, parts.store));
    view->verdict = ADAPTER_ACCEPTED;
    return in->n <= ORACLE_INPUT && kinds[in->kind].look(in, utf8, view);
}

const char *oracle_kind_name(enum adapter_kind kind)
{
    return kinds[kind].name;
}

char oracle_kind_letter(enum adapter_kind kind)
{
    return kinds[kind].letter;
}

enum adapter_kind oracle_kind_of(char letter)
{
    unsigned k = 0;
    while (k < ADAPTER_KINDS && kinds[k].letter != letter)
        k++;
    return (enum adapter_kind)k;
}
