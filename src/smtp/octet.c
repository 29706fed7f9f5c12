/*
 * octet: the table of classes, and RFC 3629 4.
 *
 *   UTF8-2 = %xC2-DF UTF8-tail
 *   UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail )
 *          / %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
 *   UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail )
 *          / %xF4 %x80-8F 2( UTF8-tail )
 */
#include "smtp/octet.h"

/* Eight octets a row, the bits those of enum smtp_octet_class. Octets over
 * 127 are in no class. */
const uint16_t smtp_octet_classes[256] = {
    ['\t'] = 0x100,
    [' '] =
    0x102, 0x433, 0x430, 0x433, 0x433, 0x433, 0x433, 0x433, /* !"#$%&' */
    0x432, 0x432, 0x433, 0x233, 0x432, 0x43b, 0x432, 0x633, /* ()*+,-./ */
    0x6ff, 0x6ff, 0x6ff, 0x6ff, 0x6ff, 0x6ff, 0x6ff, 0x6ff, /* 01234567 */
    0x6ff, 0x6ff, 0x432, 0x432, 0x432, 0x013, 0x432, 0x433, /* 89:;<=>? */
    0x432, 0x67f, 0x67f, 0x67f, 0x67f, 0x67f, 0x67f, 0x63f, /* @ABCDEFG */
    0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, /* HIJKLMNO */
    0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, /* PQRSTUVW */
    0x63f, 0x63f, 0x63f, 0x422, 0x420, 0x422, 0x433, 0x433, /* XYZ[\ ]^_ */
    0x433, 0x67f, 0x67f, 0x67f, 0x67f, 0x67f, 0x67f, 0x63f, /* `abcdefg */
    0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, /* hijklmno */
    0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, 0x63f, /* pqrstuvw */
    0x63f, 0x63f, 0x63f, 0x433, 0x433, 0x433, 0x433, 0x000, /* xyz{|}~ */
};

/* How a sequence goes on, by its first octet: its length, and the range of
 * its second octet, which is what keeps overlong forms and surrogates out. */
struct lead {
    uint8_t from, to;     /* first octet */
    uint8_t length;
    uint8_t second_from, second_to;
};

static const struct lead leads[] = {
    {0x00, 0x7F, 1, 0x00, 0x00}, {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const struct lead *find_lead(unsigned char c)
{
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        if (c >= leads[i].from && c <= leads[i].to)
            return &leads[i];
    return NULL;
}

size_t smtp_utf8_length(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    const struct lead *lead = n > 0 ? find_lead(u[0]) : NULL;
    if (!lead || lead->length > n)
        return 0;
    if (lead->length == 1)
        return 1;
    if (u[1] < lead->second_from || u[1] > lead->second_to)
        return 0;
    for (size_t i = 2; i < lead->length; i++)
        if ((u[i] & 0xC0) != 0x80)
            return 0;
    return lead->length;
}
