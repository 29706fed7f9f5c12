#include "smtp/ehlo.h"

#include "smtp/path.h"

static bool is_alnum(char c)
{
    char l = smtp_lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9');
}

/* The octets from in.p[from] up to the next SP or the end. */
static struct smtp_span word_at(struct smtp_span in, size_t from)
{
    struct smtp_span rest = smtp_span_from(in, from);
    const char *sp = rest.n ? memchr(rest.p, ' ', rest.n) : NULL;
    if (sp)
        rest.n = (size_t)(sp - rest.p);
    return rest;
}

static size_t offset_in(const struct smtp_reply *r, const char *p)
{
    return (size_t)(p - r->raw.p);
}

/* The flaw of a host word, SMTP_FLAW_COUNT for none. */
static enum smtp_flaw host_flaw(uint16_t code, struct smtp_span text,
                                struct smtp_span word)
{
    enum smtp_domain_kind kind = smtp_domain_kind(word, false);
    if (word.p != text.p) /* "220  host": the ABNF has one SP */
        kind = SMTP_DOMAIN_NONE;
    if (code == 250) /* ehlo-ok-rsp knows no address literal */
        return kind == SMTP_DOMAIN_NAME ? SMTP_FLAW_COUNT
                                        : SMTP_FLAW_EHLO_NO_DOMAIN;
    if (code != 220 || kind != SMTP_DOMAIN_NONE)
        return SMTP_FLAW_COUNT;
    return word.n ? SMTP_FLAW_GREETING_NO_DOMAIN : SMTP_FLAW_GREETING_NO_TEXT;
}

struct smtp_span smtp_greeting_host(const struct smtp_reply *r,
                                    struct smtp_flaws *flaws)
{
    size_t at = 0;
    while (at < r->text.n && r->text.p[at] == ' ')
        at++;
    struct smtp_span word = word_at(r->text, at);
    enum smtp_flaw flaw = host_flaw(r->code, r->text, word);
    if (flaws && flaw != SMTP_FLAW_COUNT)
        smtp_flaws_add(flaws, flaw, offset_in(r, r->text.p));
    return word;
}

/* RFC 5321 4.1.1.1, ehlo-keyword. `at` is the offset of s. */
static void check_keyword(struct smtp_span s, size_t at,
                          struct smtp_flaws *flaws)
{
    size_t i = 0;
    while (i < s.n && (is_alnum(s.p[i]) || (i > 0 && s.p[i] == '-')))
        i++;
    if (i < s.n || s.n == 0)
        smtp_flaws_add(flaws, SMTP_FLAW_EHLO_KEYWORD, at + i);
}

/* *( SP ehlo-param ), without the first SP. `at` is the offset of s. */
static void check_params(struct smtp_span s, size_t at,
                         struct smtp_flaws *flaws)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ' && (i == 0 || s.p[i - 1] == ' '))
            smtp_flaws_add(flaws, SMTP_FLAW_EHLO_SPACING, at + i);
        else if (s.p[i] < ' ' || s.p[i] > '~') /* also all over 127 */
            smtp_flaws_add(flaws, SMTP_FLAW_EHLO_PARAM, at + i);
    }
    if (s.n == 0 || s.p[s.n - 1] == ' ')
        smtp_flaws_add(flaws, SMTP_FLAW_EHLO_SPACING, at + s.n - 1);
}

static void check_line(const struct smtp_reply *r, struct smtp_span text,
                       const struct smtp_ehlo_line *line,
                       struct smtp_flaws *flaws)
{
    size_t at = offset_in(r, text.p);
    check_keyword(line->keyword, at, flaws);
    if (line->keyword.n < text.n)
        check_params(line->params, at + line->keyword.n + 1, flaws);
}

bool smtp_ehlo_next(const struct smtp_reply *r, size_t *at,
                    struct smtp_ehlo_line *line, struct smtp_flaws *flaws)
{
    struct smtp_reply_line raw;
    if (*at == 0)
        smtp_reply_next(r, at, &raw);
    do {
        if (!smtp_reply_next(r, at, &raw))
            return false;
    } while (raw.code == 0);
    line->keyword = word_at(raw.text, 0);
    line->params = smtp_span_from(raw.text, line->keyword.n + 1);
    if (flaws)
        check_line(r, raw.text, line, flaws);
    return true;
}

bool smtp_ehlo_find(const struct smtp_reply *r, struct smtp_span keyword,
                    struct smtp_ehlo_line *line)
{
    struct smtp_ehlo_line found;
    size_t at = 0;
    while (smtp_ehlo_next(r, &at, &found, NULL)) {
        if (!smtp_span_ieq(found.keyword, keyword))
            continue;
        if (line)
            *line = found;
        return true;
    }
    return false;
}

bool smtp_ehlo_param(const struct smtp_ehlo_line *line, size_t *at,
                     struct smtp_span *param)
{
    while (*at < line->params.n && line->params.p[*at] == ' ')
        ++*at;
    if (*at >= line->params.n)
        return false;
    *param = word_at(line->params, *at);
    *at += param->n;
    return true;
}

/*
 * The keywords seen so far, by the offsets of their lines, in a hash table
 * with open addressing. Comparing each with each would take seconds for a
 * reply of 64 KiB made for it. The table holds any reply that the parser
 * gives out: a line has at least 6 octets, "250-A" LF.
 */
#define SLOTS 16384
_Static_assert(SMTP_REPLY_MAX / 6 < SLOTS * 3 / 4, "three quarters full");
_Static_assert(SMTP_REPLY_MAX <= UINT16_MAX + 1, "offsets fit the slots");

static uint32_t hash_of(struct smtp_span s)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)smtp_lower(s.p[i])) * 16777619u;
    return h ^ h >> 15;
}

/* Where a keyword at that offset ends: at SP or the line end. */
static struct smtp_span keyword_at(const struct smtp_reply *r, size_t at)
{
    size_t n = 0;
    struct smtp_span rest = smtp_span_from(r->raw, at);
    while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\r' &&
           rest.p[n] != '\n')
        n++;
    return smtp_span_of(rest.p, n);
}

/* Adds the flaw of the first keyword that stands in an earlier line too. */
static void check_duplicates(const struct smtp_reply *r,
                             struct smtp_flaws *flaws)
{
    uint16_t slots[SLOTS] = {0}; /* 0: free; no keyword is at offset 0 */
    struct smtp_ehlo_line line;
    size_t at = 0;
    while (smtp_ehlo_next(r, &at, &line, NULL)) {
        size_t where = offset_in(r, line.keyword.p);
        struct smtp_span key = keyword_at(r, where);
        uint32_t slot = hash_of(key) % SLOTS;
        if (key.n == 0)
            continue;
        for (; slots[slot]; slot = (slot + 1) % SLOTS) {
            if (!smtp_span_ieq(keyword_at(r, slots[slot]), key))
                continue;
            smtp_flaws_add(flaws, SMTP_FLAW_EHLO_DUPLICATE, where);
            return;
        }
        slots[slot] = (uint16_t)where;
    }
}

void smtp_ehlo_check(const struct smtp_reply *r, struct smtp_flaws *flaws)
{
    struct smtp_ehlo_line line;
    size_t at = 0;
    if (r->code != 250)
        return;
    smtp_greeting_host(r, flaws);
    while (smtp_ehlo_next(r, &at, &line, flaws)) {
        /* its flaws are all that is wanted of it */
    }
    if (r->lines > 2)
        check_duplicates(r, flaws);
}
