/*
 * session: see session.h.
 */
#include "report/session.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/run.h"
#include "smtp/code.h"

char *report_session(const struct transcript *t)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (f) {
        script_print(f, t, true);
        fclose(f);
    }
    if (!text) {
        fputs("smtpspec: out of memory\n", stderr);
        _Exit(3);
    }
    return text;
}

size_t report_session_decided(const char *text, const char *got)
{
    size_t n = strlen(got), found = SIZE_MAX, i = 0;

    for (const char *end; n && (end = strchr(text, '\n')); text = end + 1) {
        const char *s = memmem(text, (size_t)(end - text), " S", 2);
        if (s && memmem(s, (size_t)(end - s), got, n))
            found = i;
        i++;
    }
    return found;
}

void report_code_text(unsigned code, char *out, size_t cap)
{
    const struct smtp_code *row = smtp_code_find(code);
    const char *class = smtp_code_class(code / 100);

    if (row)
        snprintf(out, cap, "%u %s: %s", code, row->name, row->meaning);
    else if (class)
        snprintf(out, cap,
                 "%u is defined by no RFC in the registry; its first digit "
                 "says: %s.",
                 code, class);
    else
        snprintf(out, cap, "%03u is no reply code: the first digit must be "
                           "2 to 5.", code);
}

void report_findings_text(const struct result_case *c, char *out, size_t cap)
{
    snprintf(out, cap, "%s\n%s %s\nexpected: %s\ngot: %s\nat: %s\n%s\n",
             c->title, c->level, c->spec, c->expected, c->got, c->where,
             c->reproduce ? c->reproduce : "");
}
