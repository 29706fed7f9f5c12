/*
 * input: see input.h.
 */
#include "live/input.h"

#include <string.h>

#include "smtp/data.h"
#include "smtp/line.h"

void live_input_read(struct live_input *in, const void *p, size_t n)
{
    uint8_t head[LIVE_INPUT_HEADER] = {0};
    size_t at = n < sizeof head ? n : sizeof head;

    if (at > 0)
        memcpy(head, p, at);
    *in = (struct live_input){
        .pacing = (enum live_pacing)(head[0] & 3u),
        .tls = (head[0] & 4u) != 0,
        .abrupt = (head[0] & 8u) != 0,
        .groups = head[1],
        .piece = (uint16_t)(head[2] | head[3] << 8),
        .stream = smtp_span_of((const char *)p + at, n - at),
    };
    if (in->stream.n > LIVE_INPUT_MAX)
        in->stream.n = LIVE_INPUT_MAX;
}

void live_input_header(const struct live_input *in, uint8_t *out)
{
    out[0] = (uint8_t)((unsigned)in->pacing | (in->tls ? 4u : 0u) |
                       (in->abrupt ? 8u : 0u));
    out[1] = in->groups;
    out[2] = (uint8_t)(in->piece & 255u);
    out[3] = (uint8_t)(in->piece >> 8);
}

/* The octets up to and with the first CRLF, or none. */
static size_t line_length(struct smtp_span s)
{
    const char *p = s.p, *end = s.p + s.n;

    while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
        if (p > s.p && p[-1] == '\r')
            return (size_t)(p - s.p) + 1;
        p++;
    }
    return 0;
}

/* Whether all servers see this one line. */
static bool is_odd(struct smtp_span line)
{
    unsigned classes = 0;
    size_t lf = smtp_line_scan(line.p, line.n, &classes);

    return lf + 1 != line.n || line.n > 512 ||
           (classes & (SMTP_LINE_NUL | SMTP_LINE_BARE_CR)) != 0;
}

static bool take_line(struct smtp_span s, struct live_unit *out)
{
    size_t n = line_length(s);

    out->octets = smtp_span_of(s.p, n ? n : s.n);
    /* Some servers answer a line that has no CRLF, some do not. */
    out->odd = n == 0 || is_odd(out->octets);
    if (n == 0)
        out->kind = LIVE_TAIL;
    return n != 0;
}

static void take_command(struct smtp_span s, struct live_unit *out)
{
    struct smtp_command_scan scan = {0};
    struct smtp_command c;
    struct smtp_span rest;

    out->kind = LIVE_COMMAND;
    if (!take_line(s, out))
        return;
    if (smtp_command_parse(&scan, SMTP_COMMAND_STRICT_END, out->octets.p,
                           out->octets.n, &c) <= 0)
        return;
    out->verb = c.id;
    out->arg = c.arg;
    if (c.id != SMTP_VERB_BDAT)
        return;
    out->last = c.last;
    /* How many octets a server takes for a wrong chunk-size is its own. */
    out->odd |= smtp_flaws_any(&c.flaws);
    rest = smtp_span_from(s, out->octets.n);
    /* Who refuses such a size reads what is there as commands. */
    if (rest.n < c.size) {
        out->kind = LIVE_TAIL;
        out->odd = true;
    }
    out->octets.n += rest.n < c.size ? rest.n : (size_t)c.size;
}

static void take_content(struct smtp_span s, struct live_unit *out)
{
    struct smtp_data d = {0};
    struct smtp_flaws flaws = {0};
    size_t n = smtp_data_scan(&d, s.p, s.n);

    out->kind = d.state == SMTP_DATA_DONE ? LIVE_CONTENT : LIVE_TAIL;
    out->octets = smtp_span_of(s.p, n);
    smtp_data_check(out->octets, &flaws);
    out->odd = smtp_flaws_has(&flaws, SMTP_FLAW_DATA_BARE_LF) ||
               smtp_flaws_has(&flaws, SMTP_FLAW_DATA_BARE_CR) ||
               smtp_flaws_has(&flaws, SMTP_FLAW_DATA_NUL) ||
               smtp_flaws_has(&flaws, SMTP_FLAW_DATA_LINE_LENGTH);
}

bool live_unit_next(struct smtp_span s, enum live_phase phase,
                    struct live_unit *out)
{
    *out = (struct live_unit){.verb = SMTP_VERB_UNKNOWN};
    if (s.n == 0)
        return false;
    if (phase == LIVE_IN_DATA) {
        take_content(s, out);
    } else if (phase == LIVE_IN_AUTH) {
        out->kind = LIVE_ANSWER;
        (void)take_line(s, out);
    } else {
        take_command(s, out);
    }
    return true;
}

bool live_unit_turns(const struct live_unit *u)
{
    return u->kind != LIVE_COMMAND || u->verb == SMTP_VERB_DATA ||
           u->verb == SMTP_VERB_AUTH || u->verb == SMTP_VERB_STARTTLS ||
           u->verb == SMTP_VERB_QUIT;
}
