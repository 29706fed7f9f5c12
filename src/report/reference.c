/*
 * reference: see reference.h.
 */
#include "report/reference.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "report/rfc.h"

#define BETWEEN " ,;"

/* Digits and dots, behind a letter in an appendix: nothing that could end a
 * link. */
static bool is_section(const char *s, size_t n)
{
    if (n == 0 || n >= sizeof((struct report_reference *)0)->section ||
        !isalnum((unsigned char)s[0]))
        return false;
    for (size_t i = 1; i < n; i++)
        if (!isdigit((unsigned char)s[i]) && s[i] != '.')
            return false;
    return true;
}

bool report_reference_next(const char **at, struct report_reference *ref)
{
    const char *s = *at + strspn(*at, BETWEEN);
    bool alone = false; /* an RFC that no section has come behind yet */

    for (; *s; s += strspn(s, BETWEEN)) {
        size_t n = strcspn(s, BETWEEN), digits = 0;
        unsigned rfc = report_rfc_number(s, &digits);

        if (rfc && digits == n) {
            if (alone)
                break;
            ref->rfc = rfc;
            ref->section[0] = '\0';
            alone = true;
        } else if (ref->rfc && is_section(s, n)) {
            memcpy(ref->section, s, n);
            ref->section[n] = '\0';
            *at = s + n;
            return true;
        }
        s += n;
    }
    *at = s;
    return alone;
}

void report_reference_url(const struct report_reference *ref, char *out,
                          size_t cap)
{
    const char *kind =
        isalpha((unsigned char)ref->section[0]) ? "appendix" : "section";

    snprintf(out, cap, "https://www.rfc-editor.org/rfc/rfc%u%s%s%s%s", ref->rfc,
             ref->section[0] ? "#" : "", ref->section[0] ? kind : "",
             ref->section[0] ? "-" : "", ref->section);
}

void report_reference_name(const struct report_reference *ref, char *out,
                           size_t cap)
{
    snprintf(out, cap, "RFC %u%s%s", ref->rfc,
             ref->section[0] ? " section " : "", ref->section);
}
