#include "smtp/xtext.h"

static bool is_xchar(char c)
{
    return c >= '!' && c <= '~' && c != '+' && c != '=';
}

/* The value of an upper-case hexadecimal digit, or -1. */
static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t smtp_xtext_encode(struct smtp_span in, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t o = 0;
    for (size_t i = 0; i < in.n; i++) {
        unsigned char c = (unsigned char)in.p[i];
        if (is_xchar(in.p[i])) {
            out[o++] = in.p[i];
            continue;
        }
        out[o++] = '+';
        out[o++] = hex[c >> 4];
        out[o++] = hex[c & 15];
    }
    return o;
}

ssize_t smtp_xtext_decode(struct smtp_span in, char *out)
{
    ssize_t o = 0;
    for (size_t i = 0; i < in.n; i++) {
        if (is_xchar(in.p[i])) {
            out[o++] = in.p[i];
            continue;
        }
        if (in.p[i] != '+')
            return -1 - (ssize_t)i;
        int value = 0;
        for (size_t k = i + 1; k <= i + 2; k++) {
            int digit = k < in.n ? hex_of(in.p[k]) : -1;
            if (digit < 0)
                return -1 - (ssize_t)k;
            value = value * 16 + digit;
        }
        out[o++] = (char)value;
        i += 2;
    }
    return o;
}
