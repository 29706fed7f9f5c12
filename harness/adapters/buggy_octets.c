#include "buggy_parser.h"

static int hex_value(char c)
{
    if (buggy_digit(c))
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool buggy_xtext(const char *p, size_t n, char *out, size_t *out_n)
{
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '!' || p[i] > '~' || p[i] == '=')
            return false;
        if (p[i] != '+') {
            out[(*out_n)++] = p[i];
            continue;
        }
        int high = i + 1 < n ? hex_value(p[i + 1]) : -1;
        int low = i + 2 < n ? hex_value(p[i + 2]) : -1;
        if (buggy_bug == 6 && i + 2 == n)
            low = 0;
        if (high < 0 || low < 0)
            return false;
        out[(*out_n)++] = (char)(high * 16 + low);
        i += 2;
    }
    return true;
}

static int six_bits(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

bool buggy_base64(const char *p, size_t n, char *out, size_t *out_n)
{
    *out_n = 0;
    if (n % 4 != 0)
        return false;
    for (size_t i = 0; i < n; i += 4) {
        bool tail = i + 4 == n;
        size_t pad = !tail || p[i + 3] != '=' ? 0 : p[i + 2] != '=' ? 1 : 2;
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            int v = k < 4 - pad ? six_bits(p[i + k]) : 0;
            if (v < 0)
                return false;
            bits = bits << 6 | (uint32_t)v;
        }
        if (bits & ((1u << 8 * pad) - 1))
            return false;
        size_t octets = buggy_bug == 7 && pad == 1 ? 1 : 3 - pad;
        for (size_t k = 0; k < octets; k++)
            out[(*out_n)++] = (char)(bits >> (16 - 8 * k));
    }
    return true;
}

enum { LINE_START, TEXT, CR, DOT, DOT_CR };

/* Where the octet c, which is content, leads. */
static int behind(int state, char c)
{
    if (c == '\r')
        return CR;
    return state == CR && c == '\n' ? LINE_START : TEXT;
}

size_t buggy_data(struct buggy_data *d, const char *p, size_t n, char *out,
                  size_t *out_n)
{
    size_t i = 0;
    *out_n = 0;
    if (buggy_bug == 8 && d->begun && d->state == LINE_START)
        d->state = TEXT;
    d->begun = true;
    for (; i < n && !d->done; i++) {
        char c = p[i];
        if (d->state == LINE_START && c == '.') {
            d->state = DOT;
        } else if (d->state == DOT && c == '\r') {
            d->state = DOT_CR;
        } else if (d->state == DOT_CR && c == '\n') {
            d->done = true;
        } else {
            if (d->state == DOT_CR) {
                out[(*out_n)++] = '\r';
                d->state = CR;
            }
            out[(*out_n)++] = c;
            d->state = d->state == DOT ? TEXT : behind(d->state, c);
        }
    }
    return i;
}
