/*
 * escape: octets from the wire as printable text.
 */
#include "script/escape.h"

size_t script_escape_octet(char out[4], char c, const char *also)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char from[] = "\r\n\t\\", to[] = "rnt\\";
    const char *known = c ? strchr(from, c) : NULL;
    unsigned char u = (unsigned char)c;

    out[0] = '\\';
    if (known || c == '\0') {
        out[1] = known ? to[known - from] : '0';
        return 2;
    }
    if (strchr(also, c)) {
        out[1] = c;
        return 2;
    }
    if (u >= ' ' && u < 0x7f) {
        out[0] = c;
        return 1;
    }
    out[1] = 'x';
    out[2] = hex[u >> 4];
    out[3] = hex[u & 15];
    return 4;
}

void script_escape(char *out, size_t cap, size_t *n, struct smtp_span s,
                   const char *also)
{
    for (size_t i = 0; i < s.n; i++) {
        char e[4];
        size_t len = script_escape_octet(e, s.p[i], also);
        if (*n + len + 4 > cap) {
            for (size_t k = 0; k < 3 && *n + 1 < cap; k++)
                out[(*n)++] = '.';
            break;
        }
        memcpy(out + *n, e, len);
        *n += len;
    }
    if (*n < cap)
        out[*n] = '\0';
}
