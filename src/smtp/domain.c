/*
 * domain: RFC 5321 4.1.2 and 4.1.3.
 *
 *   Domain     = sub-domain *( "." sub-domain )
 *   sub-domain = Let-dig [ Ldh-str ] / U-label         ; RFC 6531 3.3
 *   Ldh-str    = *( ALPHA / DIGIT / "-" ) Let-dig
 *   address-literal = "[" ( IPv4-address-literal / IPv6-address-literal
 *                         / General-address-literal ) "]"
 *   IPv4-address-literal    = Snum 3( "." Snum )
 *   IPv6-address-literal    = "IPv6:" IPv6-addr
 *   General-address-literal = Ldh-str ":" 1*dcontent
 *
 * That a U-label is well-formed UTF-8 is checked here, not the tables of
 * IDNA: what they say depends on the version of Unicode.
 */
#include "smtp/domain.h"
#include "smtp/octet.h"

size_t smtp_non_ascii_skip(struct smtp_non_ascii *seen, const char *p,
                           size_t at, size_t n)
{
    size_t length = smtp_utf8_length(p + at, n - at);
    if (!seen->any)
        seen->any = at + 1;
    if (length == 0 && !seen->malformed)
        seen->malformed = at + 1;
    return at + (length > 0 ? length : 1);
}

size_t smtp_domain_scan(const char *p, size_t at, size_t n, bool *valid,
                        struct smtp_non_ascii *seen)
{
    size_t start = at;
    char before = '.';
    for (;;) {
        size_t run = at;
        while (at < n && smtp_octet_is(p[at], SMTP_OCTET_LETDIG))
            at++;
        if (at > run)
            before = 'a';
        if (at == n)
            break;
        char c = p[at];
        if ((unsigned char)c > 127)
            at = smtp_non_ascii_skip(seen, p, at, n);
        else if (c == '.' ? before != '.' && before != '-'
                          : c == '-' && before != '.')
            at++;
        else
            break;
        before = c;
    }
    *valid = at > start && before != '.' && before != '-';
    return at;
}

/* Snum: 1*3DIGIT with a value of 0 to 255; leading zeros are in the ABNF.
 * Returns its octets, 0 for none. */
static size_t snum(struct smtp_span in, size_t at)
{
    unsigned value = 0;
    size_t n = 0;
    for (; at + n < in.n && smtp_octet_is(in.p[at + n], SMTP_OCTET_DIGIT); n++)
        value = n < 3 ? value * 10 + (unsigned)(in.p[at + n] - '0') : 256;
    return value <= 255 ? n : 0;
}

static bool is_ipv4(struct smtp_span in)
{
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        if (part > 0) {
            if (at >= in.n || in.p[at] != '.')
                return false;
            at++;
        }
        size_t n = snum(in, at);
        if (n == 0)
            return false;
        at += n;
    }
    return at == in.n;
}

static size_t hex_group(struct smtp_span in, size_t at)
{
    size_t i = at;
    while (i < in.n && smtp_octet_is(in.p[i], SMTP_OCTET_HEXDIG))
        i++;
    return i - at <= 4 ? i - at : 0;
}

/*
 * Groups of 16 bits: eight, or with "::", which stands for two or more (RFC
 * 5321 4.1.3), six at most. A trailing IPv4 address counts as two.
 */
static bool group_count_valid(unsigned groups, bool gap)
{
    return gap ? groups <= 6 : groups == 8;
}

static bool has_gap_at(struct smtp_span in, size_t at)
{
    return at + 1 < in.n && in.p[at] == ':' && in.p[at + 1] == ':';
}

static bool is_ipv6(struct smtp_span in)
{
    unsigned groups = 0;
    bool gap = has_gap_at(in, 0);
    size_t at = gap ? 2 : 0;
    if (gap && at == in.n)
        return true;
    for (;;) {
        size_t n = hex_group(in, at);
        if (n > 0 && at + n < in.n && in.p[at + n] == '.')
            return is_ipv4(smtp_span_tail(in, at)) &&
                   group_count_valid(groups + 2, gap);
        at += n;
        if (n == 0 || ++groups > 8)
            return false;
        if (at == in.n)
            return group_count_valid(groups, gap);
        if (in.p[at] != ':')
            return false;
        if (has_gap_at(in, at)) {
            if (gap)
                return false;
            gap = true;
            at++;
        }
        at++;
        if (at == in.n)
            return gap && in.p[at - 2] == ':' &&
                   group_count_valid(groups, gap);
    }
}

/* Standardized-tag ":" 1*dcontent; colon is the offset of the first ":". */
static bool is_general(struct smtp_span in, size_t colon)
{
    if (colon == 0 || !smtp_octet_is(in.p[colon - 1], SMTP_OCTET_LETDIG))
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!smtp_octet_is(in.p[i], SMTP_OCTET_LDH))
            return false;
    for (size_t i = colon + 1; i < in.n; i++)
        if (!smtp_octet_is(in.p[i], SMTP_OCTET_DCONTENT))
            return false;
    return colon + 1 < in.n;
}

enum smtp_domain_kind smtp_literal_kind(struct smtp_span in)
{
    if (in.n < 2 || in.p[0] != '[' || in.p[in.n - 1] != ']')
        return SMTP_DOMAIN_NONE;
    struct smtp_span inner = smtp_span_of(in.p + 1, in.n - 2);
    if (is_ipv4(inner))
        return SMTP_DOMAIN_IPV4;
    size_t colon = 0;
    while (colon < inner.n && inner.p[colon] != ':')
        colon++;
    if (colon == inner.n)
        return SMTP_DOMAIN_NONE;
    /* The tag is taken, so what follows it has its own grammar. */
    if (smtp_span_ieq(smtp_span_of(inner.p, colon), SMTP_SPAN("IPv6")))
        return is_ipv6(smtp_span_tail(inner, colon + 1)) ? SMTP_DOMAIN_IPV6
                                                         : SMTP_DOMAIN_NONE;
    return is_general(inner, colon) ? SMTP_DOMAIN_GENERAL : SMTP_DOMAIN_NONE;
}

enum smtp_domain_kind smtp_domain_kind(struct smtp_span in, bool utf8)
{
    struct smtp_non_ascii seen = {0, 0};
    bool valid;
    if (in.n > 0 && in.p[0] == '[')
        return smtp_literal_kind(in);
    if (smtp_domain_scan(in.p, 0, in.n, &valid, &seen) != in.n || !valid)
        return SMTP_DOMAIN_NONE;
    if (seen.malformed || (seen.any && !utf8))
        return SMTP_DOMAIN_NONE;
    return SMTP_DOMAIN_NAME;
}
