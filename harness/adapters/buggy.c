/*
 * Adapter of the parser in buggy_parser.h, with the bug that the environment
 * variable BUG names:
 *
 *   make fuzz-adapter ADAPTER=harness/adapters/buggy.c \
 *       LIBS="harness/adapters/buggy_*.c" TIME=60
 */
#include <stdio.h>
#include <stdlib.h>

#include "adapter.h"
#include "buggy_parser.h"

static const enum adapter_verdict verdicts[] = {
    [BUGGY_BAD] = ADAPTER_REJECTED,
    [BUGGY_OK] = ADAPTER_ACCEPTED,
    [BUGGY_MORE] = ADAPTER_MORE,
    [BUGGY_UNKNOWN] = ADAPTER_SKIPPED,
};

/* It reads from a buffer that grows. Here the buffer ends where the octets
 * end, so that AddressSanitizer sees what reads behind them. */
static void parse_reply(const struct adapter_input *in,
                        struct adapter_result *out)
{
    struct buggy_reply reply = {0};
    struct smtp_span piece;
    char *buf = NULL;
    size_t n = 0;
    out->verdict = ADAPTER_MORE;
    for (size_t at = 0; out->verdict == ADAPTER_MORE &&
                        adapter_next(in, &at, &piece);) {
        char *more = malloc(n + piece.n);
        if (!more)
            abort();
        if (n > 0)
            memcpy(more, buf, n);
        memcpy(more + n, piece.p, piece.n);
        free(buf);
        buf = more;
        n += piece.n;
        reply = (struct buggy_reply){0};
        out->verdict = verdicts[buggy_reply(buf, n, &reply)];
    }
    out->has = ADAPTER_CODE | ADAPTER_LINES | ADAPTER_TEXT | ADAPTER_USED;
    out->code = reply.code;
    out->lines = reply.lines;
    out->text = adapter_keep(out, reply.text.p, reply.text.n);
    out->used = reply.used;
    free(buf);
}

static void parse_path(const struct adapter_input *in,
                       struct adapter_result *out)
{
    struct buggy_cursor c = {in->p, in->p + in->n};
    struct buggy_address address = {{NULL, 0}, {NULL, 0}};
    bool valid = buggy_path(&c, true, true, &address) && c.p == c.end;
    out->verdict = valid ? ADAPTER_ACCEPTED : ADAPTER_REJECTED;
    out->has = ADAPTER_LOCAL | ADAPTER_DOMAIN;
    out->local = address.local;
    out->domain = address.domain;
}

static void parse_command(const struct adapter_input *in,
                          struct adapter_result *out)
{
    struct buggy_command c = {.size = 0};
    out->verdict = verdicts[buggy_command(in->p, in->n, &c)];
    out->has = ADAPTER_USED | ADAPTER_VERB;
    out->used = c.used;
    out->verb = c.verb;
    if (c.has_path)
        out->has |= ADAPTER_LOCAL | ADAPTER_DOMAIN | ADAPTER_PARAMS;
    out->local = c.path.local;
    out->domain = c.path.domain;
    out->n_params = c.n_params;
    for (size_t i = 0; i < c.n_params; i++)
        out->params[i] = (struct adapter_param){c.params[i].keyword,
                                                c.params[i].value};
    if (c.has_size)
        out->has |= ADAPTER_SIZE | ADAPTER_LAST;
    out->size = c.size;
    out->last = c.last;
}

static void decode(const struct adapter_input *in, struct adapter_result *out,
                   bool (*with)(const char *p, size_t n, char *out,
                                size_t *out_n))
{
    char *buf = malloc(in->n + 1);
    size_t n;
    if (!buf)
        abort();
    out->verdict = with(in->p, in->n, buf, &n) ? ADAPTER_ACCEPTED
                                               : ADAPTER_REJECTED;
    out->has = ADAPTER_CONTENT;
    out->content = adapter_keep(out, buf, n);
    free(buf);
}

static void parse_data(const struct adapter_input *in,
                       struct adapter_result *out)
{
    struct buggy_data data = {0};
    struct smtp_span piece;
    char buf[8193];
    out->has = ADAPTER_USED | ADAPTER_CONTENT;
    for (size_t at = 0; !data.done && adapter_next(in, &at, &piece);) {
        size_t n;
        out->used += buggy_data(&data, piece.p, piece.n, buf, &n);
        struct smtp_span kept = adapter_keep(out, buf, n);
        if (out->content.n == 0)
            out->content.p = kept.p;
        out->content.n += kept.n;
    }
    out->verdict = data.done ? ADAPTER_ACCEPTED : ADAPTER_MORE;
}

static void parse(const struct adapter_input *in, struct adapter_result *out)
{
    switch (in->kind) {
    case ADAPTER_REPLY:
        parse_reply(in, out);
        break;
    case ADAPTER_COMMAND:
        parse_command(in, out);
        break;
    case ADAPTER_PATH:
        parse_path(in, out);
        break;
    case ADAPTER_XTEXT:
        decode(in, out, buggy_xtext);
        break;
    case ADAPTER_BASE64:
        decode(in, out, buggy_base64);
        break;
    case ADAPTER_DATA:
        parse_data(in, out);
        break;
    case ADAPTER_KINDS:
        break;
    }
}

static bool open_buggy(struct adapter *self)
{
    const char *bug = getenv("BUG");
    (void)self;
    buggy_bug = bug ? (int)strtol(bug, NULL, 10) : 0;
    if (buggy_bug >= 0 && buggy_bug <= 10)
        return true;
    fprintf(stderr, "BUG=%s: expected 0 to 10\n", bug);
    return false;
}

struct adapter adapter = {
    .name = "buggy",
    .kinds = ADAPTER_IS(ADAPTER_KINDS) - 1,
    .pieces = ADAPTER_IS(ADAPTER_REPLY) | ADAPTER_IS(ADAPTER_DATA),
    .open = open_buggy,
    .parse = parse,
};
