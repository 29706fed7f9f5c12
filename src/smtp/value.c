/*
 * value: one rule a parameter, each from the RFC that defines it.
 *
 *   SIZE         1*20DIGIT                             ; RFC 1870 3
 *   BODY         "7BIT" / "8BITMIME" / "BINARYMIME"    ; RFC 6152 2, 3030 3
 *   AUTH         xtext of a Mailbox, or "<>"           ; RFC 4954 5
 *   RET          "FULL" / "HDRS"                       ; RFC 3461 4.3
 *   ENVID        xtext of printable US-ASCII, <= 100   ; RFC 3461 4.4
 *   NOTIFY       "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ) ; 4.1
 *   ORCPT        atom ";" xtext, <= 500 with ORCPT=    ; RFC 3461 4.2
 *                "utf-8;" utf-8-enc-addr               ; RFC 6533 3
 *   MT-PRIORITY  ( [ "-" ] %x31-39 ) / "0"             ; RFC 6710 7
 *   HOLDFOR      %x31-39 *8DIGIT                       ; RFC 4865 4.2
 *   HOLDUNTIL    date-time                             ; RFC 3339 5.6
 *   BY           [ "+" / "-" ] 1*9DIGIT ";" ( "N" / "R" ) [ "T" ]
 *                                                      ; RFC 2852 4
 *   RRVS         date-time [ ";" ( "C" / "R" ) ]       ; RFC 7293 4
 *   MTRK         1*base64-char [ ":" 1*9DIGIT ]        ; RFC 3885 3.1
 *   TRANSID      "<" token "@" token ">", <= 80        ; RFC 1845 2
 *   SUBMITTER    xtext of a Mailbox                    ; RFC 4405 3
 *   SOLICIT      word *( "," word ), <= 1000           ; RFC 3865 2.6
 */
#include "smtp/value.h"
#include "smtp/octet.h"
#include "smtp/path.h"
#include "smtp/value_text.h"

enum {
    ENVID_MAX = 100,    /* RFC 3461 4.4 */
    ORCPT_MAX = 500,    /* RFC 3461 4.2, the whole parameter */
    TRANSID_MAX = 80,   /* RFC 1845 2 */
    SOLICIT_MAX = 1000, /* RFC 3865 2.6 */
    /* Decoded; over local part, "@" and domain (RFC 5321 4.5.3.1). */
    MAILBOX_MAX = 64 + 1 + 255
};

struct rule {
    /* 0 when the value is valid, else 1 + the offset of what is wrong. */
    size_t (*check)(struct smtp_param *p, enum smtp_flaw *flaw);
};

/* Whether s is that word, which is in upper case, in any case. */
static bool is(struct smtp_span s, const char *word, size_t n)
{
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (smtp_octet_upper(s.p[i]) != word[i])
            return false;
    return true;
}

#define IS(s, literal) is((s), (literal), sizeof(literal) - 1)

static size_t check_size(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    size_t n = smtp_value_digits(p->value, 0, &p->number);
    return n == p->value.n && n <= 20 ? 0 : (n > 20 ? 20 : n) + 1;
}

static size_t check_body(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    return IS(p->value, "7BIT") || IS(p->value, "8BITMIME") ||
                   IS(p->value, "BINARYMIME")
               ? 0
               : 1;
}

static size_t check_ret(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    return IS(p->value, "FULL") || IS(p->value, "HDRS") ? 0 : 1;
}

static size_t check_notify(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    size_t at = 0;
    if (IS(p->value, "NEVER"))
        return 0;
    while (at <= p->value.n) {
        struct smtp_span item = smtp_value_until(p->value, at, ',');
        if (!IS(item, "SUCCESS") && !IS(item, "FAILURE") && !IS(item, "DELAY"))
            return at + 1;
        at += item.n + 1;
    }
    return 0;
}

/* The Mailbox that the xtext holds. */
static size_t check_xtext_mailbox(struct smtp_span v, enum smtp_flaw *flaw)
{
    char text[MAILBOX_MAX];
    struct smtp_flaws flaws = {0};
    struct smtp_path mailbox;
    size_t n;
    size_t wrong = smtp_value_xtext(v, text, sizeof(text), &n);
    if (wrong) {
        *flaw = SMTP_FLAW_XTEXT;
        return wrong;
    }
    if (n > sizeof(text))
        return 1;
    smtp_mailbox_parse(smtp_span_of(text, n), 0, &mailbox, &flaws);
    return smtp_flaws_any(&flaws) ? 1 : 0;
}

static size_t check_auth(struct smtp_param *p, enum smtp_flaw *flaw)
{
    return IS(p->value, "<>") ? 0 : check_xtext_mailbox(p->value, flaw);
}

static size_t check_submitter(struct smtp_param *p, enum smtp_flaw *flaw)
{
    return check_xtext_mailbox(p->value, flaw);
}

static size_t check_envid(struct smtp_param *p, enum smtp_flaw *flaw)
{
    char text[ENVID_MAX];
    size_t n;
    size_t wrong = smtp_value_xtext(p->value, text, sizeof(text), &n);
    if (wrong) {
        *flaw = SMTP_FLAW_XTEXT;
        return wrong;
    }
    if (p->value.n > ENVID_MAX)
        return ENVID_MAX + 1;
    for (size_t i = 0; i < n; i++)
        if (text[i] != '\t' && (text[i] < 32 || text[i] > 126))
            return 1;
    return 0;
}

static size_t check_orcpt(struct smtp_param *p, enum smtp_flaw *flaw)
{
    struct smtp_span type = smtp_value_until(p->value, 0, ';');
    size_t wrong = smtp_value_atom(type);
    if (wrong)
        return wrong;
    if (type.n == p->value.n || p->raw.n > ORCPT_MAX)
        return type.n + 1;
    struct smtp_span address = smtp_span_tail(p->value, type.n + 1);
    if (IS(type, "UTF-8")) {
        wrong = smtp_value_unitext(address);
    } else {
        size_t n;
        wrong = smtp_value_xtext(address, NULL, 0, &n);
        if (wrong)
            *flaw = SMTP_FLAW_XTEXT;
    }
    return wrong ? type.n + 1 + wrong : 0;
}

static size_t check_mt_priority(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    bool minus = p->value.p[0] == '-';
    struct smtp_span digit = smtp_span_tail(p->value, minus ? 1 : 0);
    uint64_t number;
    if (smtp_value_digits(digit, 0, &number) == 0 || (minus && number == 0))
        return 1;
    if (digit.n != 1)
        return minus ? 3 : 2;
    p->number = minus ? 0 - number : number;
    return 0;
}

static size_t check_holdfor(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    size_t n = smtp_value_digits(p->value, 0, &p->number);
    if (n != p->value.n || n > 9)
        return (n > 9 ? 9 : n) + 1;
    return p->value.p[0] == '0' ? 1 : 0;
}

static size_t check_holduntil(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    return smtp_value_date_time(p->value);
}

static size_t check_by(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    struct smtp_span v = p->value;
    bool minus = v.p[0] == '-';
    size_t at = minus || v.p[0] == '+' ? 1 : 0;
    uint64_t time;
    size_t n = smtp_value_digits(v, at, &time);
    if (n == 0 || n > 9)
        return at + 1;
    at += n;
    struct smtp_span mode = smtp_span_tail(v, at + 1);
    if (at == v.n || v.p[at] != ';')
        return at + 1;
    if (!IS(mode, "N") && !IS(mode, "R") && !IS(mode, "NT") && !IS(mode, "RT"))
        return at + 2;
    p->number = minus ? 0 - time : time;
    /* RFC 2852 4: with "R" the time is over zero. */
    return smtp_lower(mode.p[0]) == 'r' && (minus || time == 0) ? 1 : 0;
}

static size_t check_rrvs(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    struct smtp_span time = smtp_value_until(p->value, 0, ';');
    struct smtp_span action = smtp_span_tail(p->value, time.n + 1);
    size_t wrong = smtp_value_date_time(time);
    if (wrong)
        return wrong;
    if (time.n == p->value.n || IS(action, "C") || IS(action, "R"))
        return 0;
    return time.n + 2;
}

static size_t check_mtrk(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    struct smtp_span certifier = smtp_value_until(p->value, 0, ':');
    uint64_t seconds;
    for (size_t i = 0; i < certifier.n; i++) {
        char c = certifier.p[i];
        if (!smtp_octet_is(c, SMTP_OCTET_LETDIG) && c != '+' && c != '/')
            return i + 1;
    }
    if (certifier.n == 0)
        return 1;
    if (certifier.n == p->value.n)
        return 0;
    size_t at = certifier.n + 1;
    size_t n = smtp_value_digits(p->value, at, &seconds);
    return n > 0 && n <= 9 && at + n == p->value.n ? 0 : at + 1;
}

static size_t check_transid(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    struct smtp_span v = p->value;
    if (v.n > TRANSID_MAX)
        return TRANSID_MAX + 1;
    if (v.p[0] != '<')
        return 1;
    if (v.n < 2 || v.p[v.n - 1] != '>')
        return v.n;
    struct smtp_span inner = smtp_span_of(v.p + 1, v.n - 2);
    struct smtp_span local = smtp_value_until(inner, 0, '@');
    size_t wrong = smtp_value_token(local);
    if (wrong || local.n == inner.n)
        return (wrong ? wrong : local.n + 1) + 1;
    wrong = smtp_value_token(smtp_span_tail(inner, local.n + 1));
    return wrong ? local.n + 2 + wrong : 0;
}

static size_t check_solicit(struct smtp_param *p, enum smtp_flaw *flaw)
{
    (void)flaw;
    size_t at = 0;
    if (p->value.n > SOLICIT_MAX)
        return SOLICIT_MAX + 1;
    while (at <= p->value.n) {
        struct smtp_span word = smtp_value_until(p->value, at, ',');
        size_t wrong = smtp_value_word(word);
        if (wrong)
            return at + wrong;
        at += word.n + 1;
    }
    return 0;
}

/* A row without a check is a parameter that takes no value. */
static const struct rule rules[SMTP_PARAM_COUNT] = {
    [SMTP_PARAM_SIZE] = {check_size},
    [SMTP_PARAM_BODY] = {check_body},
    [SMTP_PARAM_SMTPUTF8] = {NULL}, /* RFC 6531 3.4 */
    [SMTP_PARAM_AUTH] = {check_auth},
    [SMTP_PARAM_RET] = {check_ret},
    [SMTP_PARAM_ENVID] = {check_envid},
    [SMTP_PARAM_NOTIFY] = {check_notify},
    [SMTP_PARAM_ORCPT] = {check_orcpt},
    [SMTP_PARAM_REQUIRETLS] = {NULL}, /* RFC 8689 2 */
    [SMTP_PARAM_MT_PRIORITY] = {check_mt_priority},
    [SMTP_PARAM_HOLDFOR] = {check_holdfor},
    [SMTP_PARAM_HOLDUNTIL] = {check_holduntil},
    [SMTP_PARAM_BY] = {check_by},
    [SMTP_PARAM_RRVS] = {check_rrvs},
    [SMTP_PARAM_MTRK] = {check_mtrk},
    [SMTP_PARAM_TRANSID] = {check_transid},
    [SMTP_PARAM_SUBMITTER] = {check_submitter},
    [SMTP_PARAM_CONPERM] = {NULL}, /* RFC 4141 3 */
    [SMTP_PARAM_CONNEG] = {NULL},  /* RFC 4141 4 */
    [SMTP_PARAM_SOLICIT] = {check_solicit},
};

size_t smtp_value_check(struct smtp_param *p, enum smtp_flaw *flaw)
{
    *flaw = SMTP_FLAW_PARAM_VALUE;
    if (p->has_value != (rules[p->id].check != NULL))
        return 1;
    return p->has_value ? rules[p->id].check(p, flaw) : 0;
}
