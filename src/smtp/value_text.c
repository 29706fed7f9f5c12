/*
 * value_text: RFC 3461 4, RFC 6533 3, RFC 3339 5.6.
 *
 *   utf-8-enc-addr = 1*( QCHAR / UTF8-2 / UTF8-3 / UTF8-4
 *                      / "\x{" HEXPOINT "}" )
 *   QCHAR          = %x21-2A / %x2C-3C / %x3E-5B / %x5D-7E
 *   date-time      = full-date "T" partial-time ( "Z" / time-numoffset )
 *   full-date      = 4DIGIT "-" 2DIGIT "-" 2DIGIT
 *   partial-time   = 2DIGIT ":" 2DIGIT ":" 2DIGIT [ "." 1*DIGIT ]
 *   time-numoffset = ( "+" / "-" ) 2DIGIT ":" 2DIGIT
 */
#include "smtp/value_text.h"
#include "smtp/octet.h"

struct smtp_span smtp_value_until(struct smtp_span v, size_t from, char stop)
{
    struct smtp_span rest = smtp_span_tail(v, from);
    size_t n = 0;
    while (n < rest.n && rest.p[n] != stop)
        n++;
    return smtp_span_of(rest.p, n);
}

size_t smtp_value_digits(struct smtp_span v, size_t at, uint64_t *number)
{
    enum { SAFE = 19 }; /* digits that fit in 64 bits whatever they are */
    size_t i = at;
    uint64_t sum = 0;
    for (; i < v.n && smtp_octet_is(v.p[i], SMTP_OCTET_DIGIT); i++) {
        uint64_t digit = (uint64_t)(v.p[i] - '0');
        if (i - at >= SAFE && sum > (UINT64_MAX - digit) / 10)
            sum = UINT64_MAX;
        else
            sum = sum * 10 + digit;
    }
    *number = sum;
    return i - at;
}

/* Upper case only (RFC 3461 4, hexchar). */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t smtp_value_xtext(struct smtp_span s, char *out, size_t cap, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s.n; i++) {
        size_t start = i;
        while (i < s.n && smtp_octet_is(s.p[i], SMTP_OCTET_XCHAR))
            i++;
        for (size_t o = *n, k = start; o < cap && k < i;)
            out[o++] = s.p[k++];
        *n += i - start;
        if (i == s.n)
            return 0;
        if (s.p[i] != '+' || i + 2 >= s.n || hex_value(s.p[i + 1]) < 0 ||
            hex_value(s.p[i + 2]) < 0)
            return i + 1;
        if (*n < cap)
            out[*n] =
                (char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2]));
        ++*n;
        i += 2;
    }
    return 0;
}

/* Of ASCII only what an esmtp-value cannot hold as it is may be written by
 * its number (RFC 6533 3, HEXPOINT). */
static bool is_hexpoint(uint32_t point, size_t digits)
{
    if (digits == 2 && point < 0x80)
        return (point < 0x20 && point % 16 > 0 && point % 16 < 10) ||
               point == 0x10 || point == 0x20 || point == 0x2B ||
               point == 0x3D || point == 0x7F || point == 0x5C;
    return point >= 0x80 && point <= 0x10FFFF &&
           (point < 0xD800 || point > 0xDFFF) && digits >= 2;
}

/* The octets of "\x{" HEXPOINT "}" at s.p[at..], or 0 for none. */
static size_t embedded(struct smtp_span s, size_t at)
{
    uint32_t point = 0;
    size_t i = at + 3;
    if (s.n - at < 6 || s.p[at + 1] != 'x' || s.p[at + 2] != '{')
        return 0;
    for (; i < s.n && i < at + 9 && hex_value(s.p[i]) >= 0; i++)
        point = point * 16 + (uint32_t)hex_value(s.p[i]);
    size_t digits = i - at - 3;
    if (i == s.n || s.p[i] != '}' || !is_hexpoint(point, digits))
        return 0;
    /* A leading zero is for the two-digit forms only. */
    if (digits > 2 && s.p[at + 3] == '0')
        return 0;
    return i + 1 - at;
}

size_t smtp_value_unitext(struct smtp_span s)
{
    size_t at = 0;
    while (at < s.n) {
        size_t n = 1;
        if (s.p[at] == '\\')
            n = embedded(s, at);
        else if (s.p[at] == '+')
            n = 0;
        else if (!smtp_octet_is(s.p[at], SMTP_OCTET_VALUE))
            n = smtp_utf8_length(s.p + at, s.n - at);
        if (n == 0)
            return at + 1;
        at += n;
    }
    return s.n > 0 ? 0 : 1;
}

size_t smtp_value_atom(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!smtp_octet_is(s.p[i], SMTP_OCTET_ATEXT))
            return i + 1;
    return s.n > 0 ? 0 : 1;
}

/* tspecials (RFC 2045 5.1) that can stand in an esmtp-value. */
static bool is_tspecial(char c)
{
    static const struct smtp_span tspecials = {"()<>@,;:\\\"/[]?", 14};
    return memchr(tspecials.p, c, tspecials.n) != NULL;
}

size_t smtp_value_token(struct smtp_span s)
{
    char before = '.';
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((c == '.' && before == '.') || is_tspecial(c) ||
            !smtp_octet_is(c, SMTP_OCTET_VALUE))
            return i + 1;
        before = c;
    }
    return before == '.' ? s.n + 1 : 0;
}

static bool is_alpha(char c)
{
    return smtp_octet_is(c, SMTP_OCTET_LETDIG) &&
           !smtp_octet_is(c, SMTP_OCTET_DIGIT);
}

size_t smtp_value_word(struct smtp_span s)
{
    if (s.n == 0 || !is_alpha(s.p[0]))
        return 1;
    for (size_t i = 1; i < s.n; i++) {
        char c = s.p[i];
        if (!smtp_octet_is(c, SMTP_OCTET_LDH) && c != '.' && c != '_' &&
            c != ':')
            return i + 1;
    }
    return 0;
}

/* Takes s.p[*at..) against a picture: "9" is a digit, any other octet is
 * itself in either case. True when all of it was there. */
static bool take(struct smtp_span s, size_t *at, const char *picture,
                 size_t n)
{
    for (size_t i = 0; i < n; i++, ++*at) {
        if (*at >= s.n)
            return false;
        char c = s.p[*at];
        if (picture[i] == '9' ? !smtp_octet_is(c, SMTP_OCTET_DIGIT)
                              : smtp_lower(c) != smtp_lower(picture[i]))
            return false;
    }
    return true;
}

static unsigned two(struct smtp_span s, size_t at)
{
    return (unsigned)(s.p[at] - '0') * 10 + (unsigned)(s.p[at + 1] - '0');
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

/* RFC 3339 5.7: what the numbers of "9999-99-99T99:99:99" may be. */
static size_t date_time_range(struct smtp_span s)
{
    unsigned year = two(s, 0) * 100 + two(s, 2);
    unsigned month = two(s, 5);
    unsigned day = two(s, 8);
    if (month < 1 || month > 12)
        return 6;
    if (day < 1 || day > month_days(year, month))
        return 9;
    if (two(s, 11) > 23)
        return 12;
    if (two(s, 14) > 59)
        return 15;
    return two(s, 17) > 60 ? 18 : 0; /* 60: a leap second */
}

size_t smtp_value_date_time(struct smtp_span s)
{
    size_t at = 0;
    if (!take(s, &at, "9999-99-99T99:99:99", 19))
        return at + 1;
    size_t wrong = date_time_range(s);
    if (wrong)
        return wrong;
    if (at < s.n && s.p[at] == '.') {
        uint64_t fraction;
        size_t n = smtp_value_digits(s, ++at, &fraction);
        if (n == 0)
            return at + 1;
        at += n;
    }
    if (at < s.n && smtp_lower(s.p[at]) == 'z')
        return at + 1 == s.n ? 0 : at + 2;
    if (at >= s.n || (s.p[at] != '+' && s.p[at] != '-'))
        return at + 1;
    size_t offset = ++at;
    if (!take(s, &at, "99:99", 5) || at != s.n)
        return at + 1;
    return two(s, offset) > 23 || two(s, offset + 3) > 59 ? offset + 1 : 0;
}
