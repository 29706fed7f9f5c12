#include "smtp/enhanced.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads 1*3digit without leading zeros at in.p[*at]; false when it is not. */
static bool take_number(struct smtp_span in, size_t *at, uint16_t *out)
{
    size_t start = *at;
    unsigned value = 0;
    while (*at < in.n && *at - start < 3 && is_digit(in.p[*at]))
        value = value * 10 + (unsigned)(in.p[(*at)++] - '0');
    *out = (uint16_t)value;
    if (*at == start)
        return false;
    return in.p[start] != '0' || *at - start == 1;
}

static bool take_dot(struct smtp_span in, size_t *at)
{
    return *at < in.n && in.p[(*at)++] == '.';
}

size_t smtp_enhanced_parse(struct smtp_span text, struct smtp_enhanced *out)
{
    uint16_t subject, detail;
    size_t at = 0;
    if (text.n == 0)
        return 0;
    char class = text.p[at++];
    if (class != '2' && class != '4' && class != '5')
        return 0;
    if (!take_dot(text, &at) || !take_number(text, &at, &subject) ||
        !take_dot(text, &at) || !take_number(text, &at, &detail))
        return 0;
    if (at < text.n && text.p[at] != ' ')
        return 0;
    out->class = (uint8_t)(class - '0');
    out->subject = subject;
    out->detail = detail;
    return at;
}

/* Whether the text begins as if a status code were meant: digits, a dot. */
static bool looks_like_code(struct smtp_span text)
{
    size_t i = 0;
    while (i < text.n && is_digit(text.p[i]))
        i++;
    return i > 0 && i < text.n && text.p[i] == '.';
}

static bool same_code(const struct smtp_enhanced *a,
                      const struct smtp_enhanced *b)
{
    return a->class == b->class && a->subject == b->subject &&
           a->detail == b->detail;
}

/* Judges the text of one line, at offset `at`. *first is the status code of
 * the first line that had one (class 0: none yet). */
static void check_text(struct smtp_span text, size_t at, unsigned class,
                       struct smtp_enhanced *first, struct smtp_flaws *flaws)
{
    struct smtp_enhanced e;
    size_t n = smtp_enhanced_parse(text, &e);
    if (n == 0) {
        smtp_flaws_add(flaws,
                       looks_like_code(text) ? SMTP_FLAW_ENHANCED_SYNTAX
                                             : SMTP_FLAW_ENHANCED_MISSING,
                       at);
        return;
    }
    if (n == text.n)
        smtp_flaws_add(flaws, SMTP_FLAW_ENHANCED_SYNTAX, at + n);
    if (e.class != class)
        smtp_flaws_add(flaws, SMTP_FLAW_ENHANCED_CLASS, at);
    if (first->class == 0)
        *first = e;
    else if (!same_code(first, &e))
        smtp_flaws_add(flaws, SMTP_FLAW_ENHANCED_CHANGED, at);
}

void smtp_enhanced_check(const struct smtp_reply *r, struct smtp_flaws *flaws)
{
    unsigned class = smtp_reply_class(r);
    struct smtp_enhanced first = {0, 0, 0};
    struct smtp_reply_line line;
    size_t at = 0;
    if (class == 0 || class == 3)
        return;
    while (smtp_reply_next(r, &at, &line))
        if (line.code)
            check_text(line.text, (size_t)(line.text.p - r->raw.p), class,
                       &first, flaws);
}
