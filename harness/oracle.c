/*
 * Comparing: tables of what each difference breaks, and what weighs how
 * much.
 */
#include "oracle.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "smtp/path.h"

enum weight { SILENT, NOTE, FINDING };

/* What a difference breaks. A row without a sentence cannot come. */
struct rule {
    const char *rfc, *section, *sentence;
};

static const char *const names[ORACLE_WHATS] = {
    [ORACLE_ACCEPTS] = "accepts", [ORACLE_REJECTS] = "rejects",
    [ORACLE_EARLY] = "early",     [ORACLE_LATE] = "late",
    [ORACLE_USED] = "used",       [ORACLE_CODE] = "code",
    [ORACLE_LINES] = "lines",     [ORACLE_REPLY_TEXT] = "text",
    [ORACLE_VERB] = "verb",       [ORACLE_LOCAL] = "local",
    [ORACLE_DOMAIN] = "domain",   [ORACLE_PARAMS] = "params",
    [ORACLE_SIZE] = "size",       [ORACLE_LAST] = "last",
    [ORACLE_CONTENT] = "content", [ORACLE_SPLIT] = "split",
    [ORACLE_FAULT] = "fault"};

/* Those that are the same for all kinds. RFC 9293 2.2: TCP hands over a
 * stream; where its pieces end says nothing. */
static const struct rule any_kind[ORACLE_WHATS] = {
    [ORACLE_SPLIT] = {"RFC9293", "2.2", "the result depends on how the "
                      "octets were cut into pieces"},
    [ORACLE_FAULT] = {"RFC5321", "7.8", "the parser crashed, hung or raised "
                      "what it does not say it raises"}};

static const struct rule reply_rules[ORACLE_WHATS] = {
    [ORACLE_REJECTS] = {"RFC5321", "4.2", "a valid reply is refused"},
    [ORACLE_EARLY] = {"RFC5321", "4.2.1", "a reply is taken for complete "
                      "before its last line has ended in CRLF"},
    [ORACLE_LATE] = {"RFC5321", "4.2.1", "a complete reply is not seen to "
                     "be complete"},
    [ORACLE_USED] = {"RFC5321", "4.2.1", "the reply does not end there"},
    [ORACLE_CODE] = {"RFC5321", "4.2", "the reply has another code"},
    [ORACLE_LINES] = {"RFC5321", "4.2.1", "the reply has another number of "
                      "lines"},
    [ORACLE_REPLY_TEXT] = {"RFC5321", "4.2", "the first line has another "
                           "text"}};

static const struct rule command_rules[ORACLE_WHATS] = {
    [ORACLE_REJECTS] = {"RFC5321", "4.1.1", "a valid command is refused"},
    [ORACLE_EARLY] = {"RFC5321", "2.3.8", "a command is taken for complete "
                      "before its CRLF"},
    [ORACLE_LATE] = {"RFC5321", "2.3.8", "a CRLF is not seen as the end of "
                     "the command"},
    [ORACLE_USED] = {"RFC5321", "2.3.8", "the command does not end there"},
    [ORACLE_VERB] = {"RFC5321", "4.1.1", "the command has another verb"},
    [ORACLE_LOCAL] = {"RFC5321", "4.1.2", "the address has another local "
                      "part"},
    [ORACLE_DOMAIN] = {"RFC5321", "4.1.2", "the address has another domain"},
    [ORACLE_PARAMS] = {"RFC5321", "4.1.2", "the command has other "
                       "parameters"},
    [ORACLE_SIZE] = {"RFC3030", "2", "the chunk has another size"},
    [ORACLE_LAST] = {"RFC3030", "2", "LAST was missed, or seen where there "
                     "is none"}};

static const struct rule path_rules[ORACLE_WHATS] = {
    [ORACLE_REJECTS] = {"RFC5321", "4.1.2", "a valid path is refused"},
    [ORACLE_LOCAL] = {"RFC5321", "4.1.2", "the path has another local part"},
    [ORACLE_DOMAIN] = {"RFC5321", "4.1.2", "the path has another domain"}};

static const struct rule xtext_rules[ORACLE_WHATS] = {
    [ORACLE_REJECTS] = {"RFC3461", "4", "valid xtext is refused"},
    [ORACLE_CONTENT] = {"RFC3461", "4", "the xtext stands for other octets"}};

static const struct rule base64_rules[ORACLE_WHATS] = {
    [ORACLE_REJECTS] = {"RFC4648", "4", "valid base64 is refused"},
    [ORACLE_CONTENT] = {"RFC4648", "4", "the base64 stands for other "
                        "octets"}};

static const struct rule data_rules[ORACLE_WHATS] = {
    [ORACLE_REJECTS] = {"RFC5321", "4.5.2", "valid content is refused"},
    [ORACLE_EARLY] = {"RFC5321", "4.1.1.4", "something else than CRLF \".\" "
                      "CRLF is taken for the end of the data"},
    [ORACLE_LATE] = {"RFC5321", "4.1.1.4", "the end of the data is missed"},
    [ORACLE_USED] = {"RFC5321", "4.1.1.4", "the data do not end there"},
    [ORACLE_CONTENT] = {"RFC5321", "4.5.2", "the content is another one: "
                        "only the dot that the client added is removed"}};

static const struct rule *const rules[ADAPTER_KINDS] = {
    [ADAPTER_REPLY] = reply_rules,   [ADAPTER_COMMAND] = command_rules,
    [ADAPTER_PATH] = path_rules,     [ADAPTER_XTEXT] = xtext_rules,
    [ADAPTER_BASE64] = base64_rules, [ADAPTER_DATA] = data_rules};

/*
 * Flaws that weigh less than their level says, because the rule binds who
 * sends, and the RFC leaves open, or says, what the receiver does.
 */
static const struct {
    enum smtp_flaw flaw;
    enum weight weight;
} lesser[] = {
    /* RFC 5321 4.2: the client need not examine the text. */
    {SMTP_FLAW_REPLY_NUL, NOTE},
    {SMTP_FLAW_REPLY_CONTROL, NOTE},
    {SMTP_FLAW_REPLY_8BIT, NOTE},
    {SMTP_FLAW_REPLY_BARE_CR, NOTE},
    /* 4.2.1: a client may rely on the code of any line. */
    {SMTP_FLAW_REPLY_CODE_CHANGED, NOTE},
    /* 4.1.1: receivers SHOULD tolerate it. */
    {SMTP_FLAW_COMMAND_SPACING, SILENT},
    /* 2.2.2, 4.1.5: extensions and private verbs that are not known here. */
    {SMTP_FLAW_COMMAND_VERB, NOTE},
    {SMTP_FLAW_PARAM_UNKNOWN, NOTE},
    /* No rule but that of RFC 3461 4.5, for its own parameters. */
    {SMTP_FLAW_PARAM_DUPLICATE, NOTE},
};

static enum weight weigh(enum smtp_flaw f)
{
    for (size_t i = 0; i < sizeof(lesser) / sizeof(lesser[0]); i++)
        if (lesser[i].flaw == f)
            return lesser[i].weight;
    return smtp_flaw_info(f)->level <= SMTP_LEVEL_MUST ? FINDING : NOTE;
}

/* Arguments of which a server need not think: the name in HELO and EHLO (RFC
 * 5321 4.1.4), those of NOOP (4.1.1.9) and HELP, and local strings of VRFY and
 * EXPN (3.5.1). */
static bool free_argument(struct smtp_span verb)
{
    static const struct smtp_span verbs[] = {
        {"HELO", 4}, {"EHLO", 4}, {"LHLO", 4}, {"NOOP", 4},
        {"HELP", 4}, {"VRFY", 4}, {"EXPN", 4}};
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (smtp_span_ieq(verb, verbs[i]))
            return true;
    return false;
}

static bool hit_rule(enum adapter_kind kind, enum oracle_what what,
                     enum weight weight, const char *detail,
                     struct oracle_hit *hit)
{
    const struct rule *r = &any_kind[what];
    if (!r->sentence)
        r = &rules[kind][what];
    hit->weight = weight == FINDING ? ORACLE_FINDING : ORACLE_NOTE;
    hit->what = what;
    hit->flaws = 0;
    hit->rfc = r->rfc;
    hit->section = r->section;
    hit->sentence = r->sentence;
    snprintf(hit->id, sizeof(hit->id), "%s/%s%s%s", oracle_kind_name(kind),
             names[what], *detail ? "/" : "", detail);
    return true;
}

void oracle_split(enum adapter_kind kind, struct oracle_hit *hit)
{
    hit_rule(kind, ORACLE_SPLIT, FINDING, "", hit);
}

/* The first word of the adapter's note tells faults apart. */
static bool judge_fault(enum adapter_kind kind,
                        const struct adapter_result *got,
                        struct oracle_hit *hit)
{
    char word[40];
    size_t n = 0;
    while (n + 1 < sizeof(word) && got->note[n] > ' ' && got->note[n] != ':')
        n++;
    memcpy(word, got->note, n);
    word[n] = '\0';
    return hit_rule(kind, ORACLE_FAULT, FINDING, word, hit);
}

/* It took what has flaws: the first one that weighs most speaks for all. */
static bool judge_accepted(const struct adapter_input *in,
                           const struct oracle_view *v,
                           struct oracle_hit *hit)
{
    enum smtp_flaw worst = v->flaws.first;
    enum weight weight = weigh(worst);
    unsigned count = 0;
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++) {
        if (!smtp_flaws_has(&v->flaws, (enum smtp_flaw)f))
            continue;
        count++;
        if (weigh((enum smtp_flaw)f) <= weight)
            continue;
        worst = (enum smtp_flaw)f;
        weight = weigh(worst);
    }
    if (worst == SMTP_FLAW_COMMAND_ARG_SYNTAX && free_argument(v->parts.verb))
        weight = NOTE;
    if (v->optional && worst == SMTP_FLAW_BASE64)
        weight = NOTE;
    if (weight == SILENT)
        return false;
    const struct smtp_flaw_info *info = smtp_flaw_info(worst);
    bool bits = v->optional && worst == SMTP_FLAW_BASE64;
    hit_rule(in->kind, ORACLE_ACCEPTS, weight, bits ? "unused-bits" : info->id,
             hit);
    hit->flaws = count;
    hit->rfc = bits ? "RFC4648" : info->rfc;
    hit->section = bits ? "3.5" : info->section;
    hit->sentence = info->sentence;
    return true;
}

/* A literal without its brackets, if s is one. */
static struct smtp_span unbracketed(struct smtp_span s)
{
    if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        return smtp_span_of(s.p + 1, s.n - 2);
    return s;
}

/* "IPv6:" and an address, to its sixteen octets. */
static bool to_ipv6(struct smtp_span s, struct in6_addr *out)
{
    char text[64];
    if (s.n <= 5 || s.n - 5 >= sizeof(text) ||
        !smtp_span_ieq(smtp_span_of(s.p, 5), SMTP_SPAN("IPv6:")))
        return false;
    memcpy(text, s.p + 5, s.n - 5);
    text[s.n - 5] = '\0';
    return inet_pton(AF_INET6, text, out) == 1;
}

/* As written, or what it stands for, in quotes or not. */
static bool same_local(const struct adapter_result *want,
                       const struct adapter_result *got)
{
    char a[ORACLE_INPUT];
    char b[ORACLE_INPUT];
    size_t n = smtp_local_unquote(want->local, a, sizeof(a));
    size_t m = smtp_local_unquote(got->local, b, sizeof(b));
    if (smtp_span_eq(want->local, got->local))
        return true;
    if (n > sizeof(a) || m > sizeof(b))
        return false;
    return smtp_span_eq(smtp_span_of(a, n), got->local) ||
           smtp_span_eq(smtp_span_of(a, n), smtp_span_of(b, m));
}

/* In any case, with or without brackets, and an address however written. */
static bool same_domain(const struct adapter_result *want,
                        const struct adapter_result *got)
{
    struct smtp_span a = unbracketed(want->domain);
    struct smtp_span b = unbracketed(got->domain);
    struct in6_addr a6;
    struct in6_addr b6;
    if (smtp_span_ieq(a, b))
        return true;
    return to_ipv6(a, &a6) && to_ipv6(b, &b6) &&
           memcmp(&a6, &b6, sizeof(a6)) == 0;
}

static bool same_params(const struct adapter_result *want,
                        const struct adapter_result *got)
{
    if (want->n_params != got->n_params)
        return false;
    for (size_t i = 0; i < want->n_params && i < ADAPTER_PARAM_MAX; i++)
        if (!smtp_span_ieq(want->params[i].keyword, got->params[i].keyword) ||
            !smtp_span_eq(want->params[i].value, got->params[i].value))
            return false;
    return true;
}

static bool same_used(const struct adapter_result *want,
                      const struct adapter_result *got)
{
    return want->used == got->used;
}

static bool same_code(const struct adapter_result *want,
                      const struct adapter_result *got)
{
    return want->code == got->code;
}

static bool same_lines(const struct adapter_result *want,
                       const struct adapter_result *got)
{
    return want->lines == got->lines;
}

static bool same_text(const struct adapter_result *want,
                      const struct adapter_result *got)
{
    return smtp_span_eq(want->text, got->text);
}

static bool same_verb(const struct adapter_result *want,
                      const struct adapter_result *got)
{
    return smtp_span_ieq(want->verb, got->verb);
}

static bool same_size(const struct adapter_result *want,
                      const struct adapter_result *got)
{
    return want->size == got->size;
}

static bool same_last(const struct adapter_result *want,
                      const struct adapter_result *got)
{
    return want->last == got->last;
}

static bool same_content(const struct adapter_result *want,
                         const struct adapter_result *got)
{
    return smtp_span_eq(want->content, got->content);
}

static const struct {
    enum adapter_has has;
    enum oracle_what what;
    bool (*same)(const struct adapter_result *want,
                 const struct adapter_result *got);
} fields[] = {
    {ADAPTER_USED, ORACLE_USED, same_used},
    {ADAPTER_CODE, ORACLE_CODE, same_code},
    {ADAPTER_LINES, ORACLE_LINES, same_lines},
    {ADAPTER_TEXT, ORACLE_REPLY_TEXT, same_text},
    {ADAPTER_VERB, ORACLE_VERB, same_verb},
    {ADAPTER_LOCAL, ORACLE_LOCAL, same_local},
    {ADAPTER_DOMAIN, ORACLE_DOMAIN, same_domain},
    {ADAPTER_PARAMS, ORACLE_PARAMS, same_params},
    {ADAPTER_SIZE, ORACLE_SIZE, same_size},
    {ADAPTER_LAST, ORACLE_LAST, same_last},
    {ADAPTER_CONTENT, ORACLE_CONTENT, same_content},
};

static bool judge_parts(const struct adapter_input *in,
                        const struct oracle_view *v,
                        const struct adapter_result *got,
                        struct oracle_hit *hit)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if ((v->parts.has & got->has & fields[i].has) &&
            !fields[i].same(&v->parts, got))
            return hit_rule(in->kind, fields[i].what, FINDING, v->shape, hit);
    return false;
}

/* A chunk-size of more than 64 bits is read rightly, as UINT64_MAX, or
 * refused, but not taken for another one. */
static bool is_huge(const struct oracle_view *v)
{
    return (v->parts.has & ADAPTER_SIZE) && v->parts.size == UINT64_MAX;
}

bool oracle_judge(const struct adapter_input *in,
                  const struct oracle_view *view,
                  const struct adapter_result *got, struct oracle_hit *hit)
{
    bool flawed = smtp_flaws_any(&view->flaws);
    bool complete = view->verdict == ADAPTER_ACCEPTED;
    enum weight weight = view->optional ? NOTE : FINDING;
    bool data = in->kind == ADAPTER_DATA;
    switch (got->verdict) {
    case ADAPTER_SKIPPED:
        return false;
    case ADAPTER_FAULT:
        return judge_fault(in->kind, got, hit);
    case ADAPTER_MORE:
        return complete && !flawed &&
               hit_rule(in->kind, ORACLE_LATE, FINDING, view->shape, hit);
    case ADAPTER_REJECTED:
        return (complete ? !flawed : view->prefix) &&
               hit_rule(in->kind, ORACLE_REJECTS, weight, view->shape, hit);
    case ADAPTER_ACCEPTED:
        break;
    }
    if (!complete)
        return hit_rule(in->kind, ORACLE_EARLY, FINDING, view->shape, hit);
    /* Content with flaws is the message's affair, not the parser's. */
    if (flawed && !data && !is_huge(view))
        return judge_accepted(in, view, hit);
    return judge_parts(in, view, got, hit);
}
