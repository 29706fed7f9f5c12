#include "smtp/reply.h"

#include "smtp/line.h"

/* RFC 5321 4.5.3.1.5, with the code and the CRLF. */
#define LINE_MAX_OCTETS 512

/* The usual reply is read in one piece of code, in the sanitized builds of
 * the fuzz targets too: what is called there keeps its state in memory. */
#define INLINE static inline __attribute__((always_inline))

INLINE bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

INLINE bool has_code(const char *p, size_t n)
{
    return n >= 3 && is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]);
}

/* The code at the start of p[0..n), in the ABNF's range or not; 0: none. */
INLINE uint16_t any_code(const char *p, size_t n)
{
    if (!has_code(p, n))
        return 0;
    return (uint16_t)((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');
}

/* The octets of a line without its CRLF or LF. */
INLINE struct smtp_span without_end(struct smtp_span raw)
{
    size_t n = raw.n;
    if (n > 0 && raw.p[n - 1] == '\n')
        n--;
    if (n < raw.n && n > 0 && raw.p[n - 1] == '\r')
        n--;
    return smtp_span_of(raw.p, n);
}

/* Takes a line apart. */
INLINE void split_line(struct smtp_span raw, struct smtp_reply_line *out)
{
    struct smtp_span line = without_end(raw);
    size_t from = has_code(line.p, line.n) ? 3 : 0;
    char sep = from && line.n > 3 ? line.p[3] : '\0';
    if (sep == ' ' || sep == '-')
        from = 4;
    out->raw = raw;
    out->code = any_code(line.p, line.n);
    out->last = sep != '-';
    out->text = smtp_span_from(line, from);
}

/* Adds the flaws of the octets of a line: each kind where it is first. */
static void judge_octets(struct smtp_span line, size_t at,
                         struct smtp_flaws *flaws)
{
    static const struct {
        unsigned class;
        enum smtp_flaw flaw;
    } kinds[] = {
        {SMTP_LINE_NUL,     SMTP_FLAW_REPLY_NUL    },
        {SMTP_LINE_CR,      SMTP_FLAW_REPLY_BARE_CR},
        {SMTP_LINE_CONTROL, SMTP_FLAW_REPLY_CONTROL},
        {SMTP_LINE_8BIT,    SMTP_FLAW_REPLY_8BIT   },
    };
    unsigned found = 0;
    for (size_t i = 0; i < line.n; i++) {
        i += smtp_line_plain(line.p + i, line.n - i);
        if (i == line.n)
            break;
        unsigned class = smtp_line_class_of(line.p[i]);
        if ((class & ~found) == 0)
            continue;
        found |= class;
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
            if (kinds[k].class == class)
                smtp_flaws_add(flaws, kinds[k].flaw, at + i);
    }
}

/* Adds the flaws of the code and the separator of a line that is not empty
 * (RFC 5321 4.2). `same` is the code that the line has to have; NULL for the
 * first line of a reply. */
static void judge_code(struct smtp_span line, size_t at, const uint16_t *same,
                       struct smtp_flaws *flaws)
{
    size_t digits = 0;
    while (digits < line.n && digits < 3 && is_digit(line.p[digits]))
        digits++;
    if (digits < 3) {
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_NO_CODE, at + digits);
        return;
    }
    if (line.p[0] < '2' || line.p[0] > '5')
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_CODE_RANGE, at);
    else if (line.p[1] > '5')
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_CODE_RANGE, at + 1);
    if (same && *same != any_code(line.p, line.n))
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_CODE_CHANGED, at);
    if (line.n == 3)
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_NO_SEPARATOR, at + 3);
    else if (line.p[3] != ' ' && line.p[3] != '-')
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_SEPARATOR, at + 3);
}

/* Adds all flaws of a line at offset `at`, its LF included. */
static void judge_line(struct smtp_span raw, size_t at, const uint16_t *same,
                       struct smtp_flaws *flaws)
{
    struct smtp_span line = without_end(raw);
    bool crlf = raw.n - line.n == 2;
    if (line.n == 0)
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_EMPTY_LINE, at);
    else
        judge_code(line, at, same, flaws);
    judge_octets(line, at, flaws);
    if (!crlf)
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_BARE_LF, at + line.n);
    if (raw.n > LINE_MAX_OCTETS)
        smtp_flaws_add(flaws, SMTP_FLAW_REPLY_LINE_LENGTH,
                       at + LINE_MAX_OCTETS);
}

/*
 * The usual line, with nothing to be said about: its octets are clean, and at
 * least code, separator and CRLF. Returns its code, or 0 when take_line has
 * to look.
 */
INLINE uint16_t clean_code(const char *p, size_t n)
{
    if (n < 6 || n > LINE_MAX_OCTETS)
        return 0;
    unsigned a = (unsigned char)p[0] - (unsigned)'2';
    unsigned b = (unsigned char)p[1] - (unsigned)'0';
    unsigned c = (unsigned char)p[2] - (unsigned)'0';
    if ((a > 3) | (b > 5) | (c > 9) | ((p[3] != ' ') & (p[3] != '-')))
        return 0;
    return (uint16_t)(200 + a * 100 + b * 10 + c);
}

/* Takes a line that may have flaws into account, as the next one of scan;
 * true when it is the last one of its reply. */
static bool take_line(struct smtp_reply_scan *scan, struct smtp_span raw)
{
    struct smtp_reply_line line;
    bool first = scan->lines == 0;
    judge_line(raw, scan->line, first ? NULL : &scan->code, &scan->flaws);
    split_line(raw, &line);
    if (first) {
        scan->text_at = (uint32_t)(line.text.p - raw.p);
        scan->text_n = (uint32_t)line.text.n;
    }
    scan->lines++;
    scan->at = scan->line += raw.n;
    scan->odd = false;
    scan->code = line.code;
    return line.last;
}

/* As one number, for the fuzz builds too, where memcmp is always a call. */
INLINE bool is_crlf(const char *p)
{
    unsigned two = (unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8;
    return two == ('\r' | (unsigned)'\n' << 8);
}

/*
 * Takes clean lines, each in one look, from scan->line on; what is before
 * scan->at is plain. True at the end of the reply. False: scan->at is at an
 * octet that takes more than a look, or that is not there yet.
 */
INLINE bool take_clean(struct smtp_reply_scan *scan, const char *buf,
                              size_t len)
{
    for (;;) {
        size_t at = scan->at;
        at += smtp_line_plain(buf + at, len - at);
        scan->at = at;
        if (len - at < 2 || !is_crlf(buf + at))
            return false;
        const char *p = buf + scan->line;
        size_t n = at + 2 - scan->line;
        uint16_t code = clean_code(p, n);
        if (code == 0 || (code != scan->code && scan->lines))
            return false;
        if (scan->lines++ == 0) {
            scan->text_at = 4;
            scan->text_n = (uint32_t)(n - 6);
        }
        scan->code = code;
        scan->at = scan->line = at + 2;
        if (p[3] == ' ')
            return true;
    }
}

/* All but the flaws. */
INLINE ssize_t give_reply(const struct smtp_reply_scan *scan, const char *buf,
                          struct smtp_reply *out)
{
    out->raw = smtp_span_of(buf, scan->line);
    out->text = smtp_span_of(buf + scan->text_at, scan->text_n);
    out->code = scan->code;
    out->lines = scan->lines;
    return (ssize_t)scan->line;
}

/* Goes on where take_clean stopped. True at the end of the reply, false when
 * more octets are needed. Not inlined: it would cost the usual reply. */
__attribute__((noinline)) static bool
take_any(struct smtp_reply_scan *scan, const char *buf, size_t len)
{
    for (;;) {
        if (!scan->odd && take_clean(scan, buf, len))
            return true;
        if (!scan->odd && scan->at == len)
            return false;
        scan->odd = true;
        size_t left = len - scan->at;
        const char *lf = left ? memchr(buf + scan->at, '\n', left) : NULL;
        if (!lf) {
            scan->at = len;
            return false;
        }
        size_t n = (size_t)(lf - buf) + 1 - scan->line;
        if (take_line(scan, smtp_span_of(buf + scan->line, n)))
            return true;
    }
}

/* Most replies come whole and clean: no state to load or keep, and flaws are
 * not looked at. True when it was one; *scan goes on from there if not. */
INLINE bool take_whole(struct smtp_reply_scan *scan, const char *buf,
                       size_t len, struct smtp_reply *out)
{
    struct smtp_reply_scan fresh;
    fresh.at = fresh.line = 0;
    fresh.lines = fresh.text_at = fresh.text_n = 0;
    fresh.code = 0;
    if (take_clean(&fresh, buf, len)) {
        give_reply(&fresh, buf, out);
        out->flaws = (struct smtp_flaws){.first_at = 0};
        return true;
    }
    scan->at = fresh.at;
    scan->line = fresh.line;
    scan->lines = fresh.lines;
    scan->text_at = fresh.text_at;
    scan->text_n = fresh.text_n;
    scan->code = fresh.code;
    return false;
}

ssize_t smtp_reply_parse(struct smtp_reply_scan *scan, const char *buf,
                         size_t len, struct smtp_reply *out)
{
    size_t max = len < SMTP_REPLY_MAX ? len : SMTP_REPLY_MAX;
    if (len == 0) /* buf may be NULL */
        return 0;
    if (scan->at == 0 && take_whole(scan, buf, max, out))
        return (ssize_t)out->raw.n;
    if (!take_any(scan, buf, max))
        return max < SMTP_REPLY_MAX ? 0 : SMTP_REPLY_TOO_LONG;
    ssize_t n = give_reply(scan, buf, out);
    out->flaws = scan->flaws;
    *scan = (struct smtp_reply_scan){0};
    return n;
}

bool smtp_reply_next(const struct smtp_reply *r, size_t *at,
                     struct smtp_reply_line *line)
{
    if (*at >= r->raw.n)
        return false;
    struct smtp_span rest = smtp_span_from(r->raw, *at);
    const char *lf = memchr(rest.p, '\n', rest.n);
    size_t n = lf ? (size_t)(lf - rest.p) + 1 : rest.n;
    split_line(smtp_span_of(rest.p, n), line);
    *at += n;
    return true;
}
