/*
 * markdown_text: see markdown.h.
 *
 * CommonMark lets a backslash stand before any punctuation of ASCII, and it
 * is then nothing but itself: neither mark-up nor an entity, neither a tag
 * nor (with the ":" of "http://" and the "." of "www." escaped) an address
 * that GitHub makes a link. Its look-out for mail addresses comes later and
 * sees through the backslash, so that an "@" is parted from what follows it
 * by an empty comment.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/escape.h"
#include "report/markdown.h"
#include "report/reference.h"

/* What could be mark-up where *p stands in the text. */
static bool is_mark(const char *text, const char *p)
{
    size_t before = (size_t)(p - text);

    if (strchr("\\`*_[]<>#|~&$", *p))
        return true;
    if (strchr("-+=", *p)) /* a list, a rule, a heading */
        return before == 0 || text[before - 1] == *p;
    if (*p == ':')
        return p[1] != ' ' && p[1] != '\0';
    if (*p != '.')
        return false;
    return strspn(text, "0123456789") == before ||
           (before >= 3 && strncasecmp(p - 3, "www", 3) == 0);
}

void md_text(FILE *out, const char *text)
{
    char *clean = report_clean(text ? text : "");

    for (const char *p = clean; *p; p++) {
        if (*p == '\n') {
            fputc(' ', out);
            continue;
        }
        if (is_mark(clean, p))
            fputc('\\', out);
        fputc(*p, out);
        if (*p == '@')
            fputs("<!-- -->", out);
    }
    free(clean);
}

/* The longest run of backticks. */
static size_t longest_run(const char *text)
{
    size_t most = 0, n = 0;

    for (; *text; text++) {
        n = *text == '`' ? n + 1 : 0;
        most = n > most ? n : most;
    }
    return most;
}

static void put_ticks(FILE *out, size_t n)
{
    while (n--)
        fputc('`', out);
}

void md_code(FILE *out, const char *text)
{
    char *clean = report_clean(text ? text : "");
    size_t n = longest_run(clean) + 1;
    size_t length = strlen(clean);
    /* One space on either side is taken off again: needed where the text
     * begins or ends with a backtick, or both with a space. */
    const char *pad = length && (strchr("` ", clean[0]) ||
                                 strchr("` ", clean[length - 1]))
                          ? " "
                          : "";

    for (char *p = clean; *p; p++)
        if (*p == '\n')
            *p = ' ';
    put_ticks(out, n);
    fprintf(out, "%s%s%s", pad, clean[0] ? clean : " ", pad);
    put_ticks(out, n);
    free(clean);
}

void md_block(FILE *out, const char *language, const char *text)
{
    char *clean = report_clean(text ? text : "");
    size_t n = longest_run(clean) + 1, length = strlen(clean);

    n = n < 3 ? 3 : n;
    fputc('\n', out);
    put_ticks(out, n);
    fprintf(out, "%s\n%s%s", language, clean,
            length && clean[length - 1] == '\n' ? "" : "\n");
    put_ticks(out, n);
    fputs("\n", out);
    free(clean);
}

void md_references(FILE *out, const char *spec)
{
    struct report_reference ref = {0};
    char name[80], url[120];

    for (unsigned i = 0; report_reference_next(&spec, &ref); i++) {
        report_reference_name(&ref, name, sizeof name);
        report_reference_url(&ref, url, sizeof url);
        fprintf(out, "%s[%s](%s)", i ? ", " : "", name, url);
    }
}
