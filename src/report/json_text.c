/*
 * json_text: see json_text.h.
 */
#include "report/json_text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "report/escape.h"

json_t *json_text(const char *s)
{
    char *clean = report_clean(s ? s : "");
    json_t *j = json_string(clean);

    free(clean);
    return j;
}

json_t *json_text_or_null(const char *s)
{
    return s ? json_text(s) : json_null();
}

json_t *json_textf(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    json_t *j;
    int n;

    va_start(args, format);
    n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return NULL;
    j = json_text(text);
    free(text);
    return j;
}

int json_put(FILE *out, json_t *j)
{
    int rc = j ? json_dumpf(j, out, JSON_COMPACT | JSON_ENCODE_ANY) : -1;

    if (!j)
        errno = ENOMEM;
    json_decref(j);
    return rc;
}
