/*
 * escape: see escape.h.
 */
#include "report/escape.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/escape.h"

size_t report_escape(struct smtp_span octets, char *out, size_t cap)
{
    size_t total = 0, kept = 0;

    for (size_t i = 0; i < octets.n; i++) {
        char form[4];
        size_t n = script_escape_octet(form, octets.p[i], "\"");

        if (cap && total == kept && kept + n < cap) {
            memcpy(out + kept, form, n);
            kept += n;
        }
        total += n;
    }
    if (cap)
        out[kept] = '\0';
    return total;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The octet behind a backslash; *s moves behind it. -1: no such escape. */
static int unescape_octet(const char **s)
{
    static const char letters[] = "rnt0\\\"", octets[] = "\r\n\t\0\\\"";
    const char *p = *s, *letter = *p ? strchr(letters, *p) : NULL;
    int high, low;

    if (letter) {
        *s = p + 1;
        return octets[letter - letters];
    }
    high = *p == 'x' ? hex_value(p[1]) : -1;
    low = high >= 0 ? hex_value(p[2]) : -1;
    if (low < 0)
        return -1;
    *s = p + 3;
    return 16 * high + low;
}

bool report_unescape(const char *text, char *out, size_t *n)
{
    *n = 0;
    while (*text) {
        int octet = (unsigned char)*text++;
        if (octet < ' ' || octet > '~' || octet == '"')
            return false;
        if (octet == '\\')
            octet = unescape_octet(&text);
        if (octet < 0)
            return false;
        out[(*n)++] = (char)octet;
    }
    return true;
}

/* By the first octet: how many there are, and the smallest value that needs
 * as many. */
static size_t sequence(unsigned char c, uint32_t *value, uint32_t *least)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {
        {0xE0, 0xC0, 0x80},
        {0xF0, 0xE0, 0x800},
        {0xF8, 0xF0, 0x10000},
    };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if ((c & forms[i].mask) != forms[i].lead)
            continue;
        *value = c & (unsigned char)~forms[i].mask;
        *least = forms[i].least;
        return i + 2;
    }
    return 0;
}

/* Characters that nobody sees and that change what is seen: those that turn
 * text around (Unicode UAX 9), joiners, line separators, tags. */
static bool is_invisible(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0xAD, 0xAD},     {0x61C, 0x61C},   {0x180E, 0x180E},
        {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
        {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

size_t report_character(struct smtp_span s)
{
    unsigned char c = s.n ? (unsigned char)s.p[0] : 0;
    uint32_t value, least;
    size_t n;

    if (c < 0x80)
        return c >= ' ' && c != 0x7F;
    n = sequence(c, &value, &least);
    if (n == 0 || n > s.n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)s.p[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | ((unsigned char)s.p[i] & 0x3F);
    }
    if (value < least || value > 0x10FFFF || value < 0xA0 ||
        (value >= 0xD800 && value <= 0xDFFF) || (value & 0xFFFE) == 0xFFFE ||
        is_invisible(value))
        return 0;
    return n;
}

char *report_clean(const char *s)
{
    size_t left = strlen(s), at = 0;
    char *out = malloc(4 * left + 1);

    if (!out) {
        fputs("smtpspec: out of memory\n", stderr);
        _Exit(3);
    }
    while (left > 0) {
        size_t n = *s == '\n' ? 1 : report_character(smtp_span_of(s, left));

        if (n) {
            memcpy(out + at, s, n);
            at += n;
        } else {
            n = 1;
            at += (size_t)sprintf(out + at, "\\x%02X", (unsigned char)*s);
        }
        s += n;
        left -= n;
    }
    out[at] = '\0';
    return out;
}
