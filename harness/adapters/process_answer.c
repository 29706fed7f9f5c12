#include "process_answer.h"

#include <stdio.h>
#include <stdlib.h>

enum type { VERDICT, COUNT, UNSIGNED, LARGE, FLAG, OCTETS, PARAM, NO_PARAMS,
            NOTE };

#define FIELD(name, has, type)                                                \
    {#name, has, type, offsetof(struct adapter_result, name)}

static const struct field {
    const char *name;
    unsigned has;
    enum type type;
    size_t at;
} fields[] = {
    FIELD(verdict, 0, VERDICT),
    FIELD(used, ADAPTER_USED, COUNT),
    FIELD(code, ADAPTER_CODE, UNSIGNED),
    FIELD(lines, ADAPTER_LINES, UNSIGNED),
    FIELD(text, ADAPTER_TEXT, OCTETS),
    FIELD(verb, ADAPTER_VERB, OCTETS),
    FIELD(local, ADAPTER_LOCAL, OCTETS),
    FIELD(domain, ADAPTER_DOMAIN, OCTETS),
    FIELD(size, ADAPTER_SIZE, LARGE),
    FIELD(last, ADAPTER_LAST, FLAG),
    FIELD(content, ADAPTER_CONTENT, OCTETS),
    {"param", ADAPTER_PARAMS, PARAM, 0},
    {"params", ADAPTER_PARAMS, NO_PARAMS, 0},
    FIELD(note, 0, NOTE),
};

static bool read_verdict(struct smtp_span s, enum adapter_verdict *out)
{
    static const struct smtp_span words[] = {
        [ADAPTER_SKIPPED] = {"skipped", 7},
        [ADAPTER_ACCEPTED] = {"accepted", 8},
        [ADAPTER_REJECTED] = {"rejected", 8},
        [ADAPTER_MORE] = {"more", 4},
        [ADAPTER_FAULT] = {"fault", 5}};
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        *out = (enum adapter_verdict)i;
        if (smtp_span_eq(s, words[i]))
            return true;
    }
    return false;
}

static bool read_number(struct smtp_span s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (*out > (UINT64_MAX - digit) / 10)
            return false;
        *out = *out * 10 + digit;
    }
    return s.n > 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "-" or hexadecimal digits in lower case, kept in the result's store. */
static bool read_octets(struct smtp_span s, struct adapter_result *r,
                        struct smtp_span *out)
{
    *out = adapter_keep(r, "", 0);
    if (smtp_span_eq(s, SMTP_SPAN("-")))
        return true;
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        int high = hex_value(s.p[i]);
        int low = hex_value(s.p[i + 1]);
        if (high < 0 || low < 0)
            return false;
        char octet = (char)(high * 16 + low);
        out->n += adapter_keep(r, &octet, 1).n;
    }
    return s.n > 0 && s.n % 2 == 0;
}

static bool read_param(struct smtp_span s, struct adapter_result *r)
{
    struct adapter_param p;
    const char *sp = s.n ? memchr(s.p, ' ', s.n) : NULL;
    if (!sp)
        return false;
    size_t n = (size_t)(sp - s.p);
    if (!read_octets(smtp_span_of(s.p, n), r, &p.keyword) ||
        !read_octets(smtp_span_from(s, n + 1), r, &p.value))
        return false;
    if (r->n_params < ADAPTER_PARAM_MAX)
        r->params[r->n_params] = p;
    r->n_params++;
    return true;
}

static bool read_field(const struct field *f, struct smtp_span s,
                       struct adapter_result *r)
{
    void *to = (char *)r + f->at;
    uint64_t number = 0;
    r->has |= f->has;
    switch (f->type) {
    case VERDICT:
        return read_verdict(s, to);
    case OCTETS:
        return read_octets(s, r, to);
    case PARAM:
        return read_param(s, r);
    case NO_PARAMS:
        return s.n == 0;
    case NOTE:
        snprintf(to, sizeof(r->note), "%.*s", (int)s.n, s.p);
        return true;
    case COUNT:
    case UNSIGNED:
    case LARGE:
    case FLAG:
        break;
    }
    if (!read_number(s, &number))
        return false;
    if (f->type == COUNT)
        *(size_t *)to = (size_t)number;
    else if (f->type == UNSIGNED)
        *(unsigned *)to = number < UINT32_MAX ? (unsigned)number : UINT32_MAX;
    else if (f->type == LARGE)
        *(uint64_t *)to = number;
    else
        *(bool *)to = number != 0;
    return true;
}

static bool read_line(struct smtp_span line, struct adapter_result *r)
{
    const char *sp = line.n ? memchr(line.p, ' ', line.n) : NULL;
    size_t n = sp ? (size_t)(sp - line.p) : line.n;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (smtp_span_eq(smtp_span_of(line.p, n),
                         smtp_span_of(fields[i].name, strlen(fields[i].name))))
            return read_field(&fields[i], smtp_span_from(line, n + 1), r);
    return false;
}

bool process_answer_read(const char *text, size_t n,
                         struct adapter_result *out)
{
    for (const char *end = text + n; text < end;) {
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((lf ? lf : end) - text);
        if (!read_line(smtp_span_of(text, line), out)) {
            snprintf(out->note, sizeof(out->note), "protocol: %.*s",
                     (int)(line < 80 ? line : 80), text);
            return false;
        }
        text += line + 1;
    }
    return true;
}
