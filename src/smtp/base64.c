#include "smtp/base64.h"

#include <stdint.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define BAD 0xff

/* The six bits that an octet stands for, or BAD. */
static uint8_t value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    if (c == '+')
        return 62;
    return c == '/' ? 63 : BAD;
}

size_t smtp_base64_encode(struct smtp_span in, char *out)
{
    size_t o = 0;
    for (size_t i = 0; i < in.n; i += 3) {
        size_t left = in.n - i;
        uint32_t bits = (uint32_t)(unsigned char)in.p[i] << 16;
        if (left > 1)
            bits |= (uint32_t)(unsigned char)in.p[i + 1] << 8;
        if (left > 2)
            bits |= (unsigned char)in.p[i + 2];
        out[o++] = alphabet[bits >> 18];
        out[o++] = alphabet[bits >> 12 & 63];
        out[o++] = left > 1 ? alphabet[bits >> 6 & 63] : '=';
        out[o++] = left > 2 ? alphabet[bits & 63] : '=';
    }
    return o;
}

/* The octets of the last group that are not padding: 2 or 3, or 4. Padding
 * anywhere else is left for the decoder to stumble over. */
static size_t unpadded(struct smtp_span in, size_t group)
{
    if (in.n - group != 4 || in.p[group + 3] != '=')
        return in.n - group < 4 ? in.n - group : 4;
    return in.p[group + 2] == '=' ? 2 : 3;
}

/* Decodes a group of n <= 4 octets at offset `at` to bits, left-aligned in 24.
 * 0, or -1 - i as smtp_base64_decode. */
static ssize_t decode_group(struct smtp_span in, size_t at, size_t n,
                            uint32_t *bits)
{
    *bits = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t v = value_of(in.p[at + i]);
        if (v == BAD)
            return -1 - (ssize_t)(at + i);
        *bits |= (uint32_t)v << (18 - 6 * i);
    }
    return 0;
}

ssize_t smtp_base64_decode(struct smtp_span in, char *out)
{
    ssize_t o = 0;
    for (size_t at = 0; at < in.n; at += 4) {
        uint32_t bits;
        size_t n = unpadded(in, at);
        ssize_t bad = decode_group(in, at, n, &bits);
        if (bad < 0)
            return bad;
        if (in.n - at < 4)
            return -1 - (ssize_t)in.n;
        /* RFC 4648 3.5: the bits that no octet uses are zero. */
        if (n < 4 && (bits & (n == 2 ? 0xffffu : 0xffu)))
            return -1 - (ssize_t)(at + n - 1);
        out[o++] = (char)(bits >> 16);
        if (n > 2)
            out[o++] = (char)(bits >> 8);
        if (n > 3)
            out[o++] = (char)bits;
    }
    return o;
}
