/*
 * Results and octets as text.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "oracle.h"

void oracle_escape(const char *p, size_t n, char *text, size_t room)
{
    size_t at = 0;
    for (size_t i = 0; i < n && at + 5 < room; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '\r' || c == '\n' || c == '\\' || c == '"')
            at += (size_t)snprintf(text + at, room - at, "\\%c",
                                   c == '\r' ? 'r' : c == '\n' ? 'n' : c);
        else if (c < 32 || c > 126)
            at += (size_t)snprintf(text + at, room - at, "\\%03o", c);
        else
            text[at++] = (char)c;
    }
    text[at] = '\0';
}

/* Text that grows up to its room. */
struct out {
    char *text;
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void say(struct out *o,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(o->text + o->n, ORACLE_TEXT - o->n, format, args);
    va_end(args);
    o->n += n < 0 ? 0 : (size_t)n;
    if (o->n >= ORACLE_TEXT)
        o->n = ORACLE_TEXT - 1;
}

/* Its length and a checksum (FNV-1a) as well: long ones are cut off. */
static void say_span(struct out *o, const char *name, struct smtp_span s)
{
    char text[240];
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < s.n; i++)
        sum = (sum ^ (unsigned char)s.p[i]) * 16777619u;
    oracle_escape(s.p, s.n, text, sizeof(text));
    say(o, " %s=\"%s\"", name, text);
    if (s.n * 4 > sizeof(text) - 5)
        say(o, "(%zu octets, %08" PRIx32 ")", s.n, sum);
}

static void say_params(struct out *o, const struct adapter_result *r)
{
    say(o, " params=%zu", r->n_params);
    for (size_t i = 0; i < r->n_params && i < ADAPTER_PARAM_MAX; i++) {
        say_span(o, "keyword", r->params[i].keyword);
        say_span(o, "value", r->params[i].value);
    }
}

void oracle_show(const struct adapter_result *r, char *text)
{
    static const char *const verdicts[] = {
        [ADAPTER_SKIPPED] = "skipped", [ADAPTER_ACCEPTED] = "accepted",
        [ADAPTER_REJECTED] = "rejected", [ADAPTER_MORE] = "needs more",
        [ADAPTER_FAULT] = "fault"};
    struct out o = {text, 0};
    unsigned has = r->verdict == ADAPTER_ACCEPTED ? r->has : 0;
    say(&o, "%s", verdicts[r->verdict]);
    if (has & ADAPTER_USED)
        say(&o, " used=%zu", r->used);
    if (has & ADAPTER_CODE)
        say(&o, " code=%03u", r->code);
    if (has & ADAPTER_LINES)
        say(&o, " lines=%u", r->lines);
    if (has & ADAPTER_TEXT)
        say_span(&o, "text", r->text);
    if (has & ADAPTER_VERB)
        say_span(&o, "verb", r->verb);
    if (has & ADAPTER_LOCAL)
        say_span(&o, "local", r->local);
    if (has & ADAPTER_DOMAIN)
        say_span(&o, "domain", r->domain);
    if (has & ADAPTER_PARAMS)
        say_params(&o, r);
    if (has & ADAPTER_SIZE)
        say(&o, " size=%" PRIu64, r->size);
    if (has & ADAPTER_LAST)
        say(&o, " last=%d", r->last);
    if (has & ADAPTER_CONTENT)
        say_span(&o, "content", r->content);
}
