/*
 * session: see session.h.
 */
#include "report/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "script/run.h"

char *report_session(const struct transcript *t)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (f) {
        if (t->n)
            script_print(f, t, true);
        if (t->lost)
            fprintf(f, "# %llu more octets were not kept\n",
                    (unsigned long long)t->lost);
        fclose(f);
    }
    if (!text) {
        fputs("smtpspec: out of memory\n", stderr);
        _Exit(3);
    }
    return text;
}

void report_findings_text(const struct result_case *c, char *out, size_t cap)
{
    snprintf(out, cap, "%s\n%s %s\nexpected: %s\ngot: %s\nat: %s\n%s\n",
             c->title, c->level, c->spec, c->expected, c->got, c->where,
             c->reproduce ? c->reproduce : "");
}
