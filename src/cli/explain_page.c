/*
 * explain_page: words into lines of at most 80 columns, labels in the left
 * margin as in a manual page.
 */
#include "cli/explain_page.h"

#include <string.h>

static void pad_to(struct explain_page *p, unsigned column)
{
    for (; p->column < column; p->column++)
        fputc(' ', p->out);
}

static void put_bold(struct explain_page *p, const char *text)
{
    fprintf(p->out, p->bold && *text ? "\033[1m%s\033[0m" : "%s", text);
    p->column += (unsigned)strlen(text);
}

void explain_title(struct explain_page *p, const char *text)
{
    put_bold(p, text);
    fputs("\n\n", p->out);
    p->column = 0;
}

void explain_label(struct explain_page *p, const char *label)
{
    put_bold(p, label);
    p->indent = EXPLAIN_LEFT;
}

void explain_item(struct explain_page *p, const char *tag, unsigned width)
{
    p->indent = EXPLAIN_LEFT;
    pad_to(p, p->indent);
    fputs(tag, p->out);
    p->column += (unsigned)strlen(tag);
    p->indent += width;
}

static void put_word(struct explain_page *p, const char *word, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fputc(word[i] == '~' ? ' ' : word[i], p->out);
    p->column += (unsigned)n;
}

void explain_words(struct explain_page *p, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, " ");

        if (n && p->column + 1 + n > EXPLAIN_WIDTH &&
            p->column > p->indent) {
            fputc('\n', p->out);
            p->column = 0;
        }
        if (n && p->column >= p->indent) {
            fputc(' ', p->out);
            p->column++;
        }
        pad_to(p, p->indent);
        put_word(p, text, n);
        text += n;
        text += strspn(text, " ");
    }
}

void explain_end(struct explain_page *p)
{
    fputc('\n', p->out);
    p->column = 0;
}

void explain_section(struct explain_page *p, const char *label,
                     const char *text)
{
    if (!*text)
        return;
    explain_label(p, label);
    explain_words(p, text);
    explain_end(p);
}

/* Appends text to buf, cut to its size: the texts are ours and fit. */
static void append(char *buf, size_t size, const char *text)
{
    size_t used = strlen(buf);

    snprintf(buf + used, size - used, "%s", text);
}

static char *put_digit(char *buf, size_t size, const char *form,
                       unsigned digit, const char *name)
{
    int used = snprintf(buf, size, form, digit);

    snprintf(buf + used, size - (size_t)used, "%c%s", name[0] | 0x20,
             name + 1);
    return buf;
}

char *explain_class(char *buf, size_t size, unsigned code)
{
    return put_digit(buf, size, "%uyz, ", code / 100,
                     smtp_code_class(code / 100));
}

char *explain_category(char *buf, size_t size, unsigned code)
{
    unsigned digit = code / 10 % 10;
    const char *name = smtp_code_category(digit);

    return put_digit(buf, size, "x%uz, ", digit, name ? name : "unspecified");
}

char *explain_events(char *buf, size_t size, uint32_t events)
{
    buf[0] = '\0';
    for (unsigned i = 0; smtp_code_event_name(i); i++) {
        uint32_t bit = UINT32_C(1) << i;

        if (!(events & bit))
            continue;
        events &= ~bit;
        if (buf[0])
            append(buf, size, events ? ", " : " and ");
        append(buf, size, smtp_code_event_name(i));
    }
    return buf;
}

char *explain_enhanced(char *buf, size_t size, const char *list)
{
    buf[0] = '\0';
    if (!*list)
        append(buf, size, "none");
    while (*list) {
        size_t used = strlen(buf);
        size_t n = strcspn(list, " ");

        snprintf(buf + used, size - used, "%s%.*s", used ? ", " : "", (int)n,
                 list);
        list += n;
        list += strspn(list, " ");
    }
    return buf;
}

/* The number of an RFC stays with the word before it and the section behind
 * it: "RFC~5321~4.2.2, 4.3.1". */
char *explain_spec(char *buf, size_t size, const char *spec)
{
    bool tied = false;
    size_t n = 0;

    for (; *spec && n + 2 < size; spec++) {
        if (*spec == 'R')
            tied = true;
        buf[n++] = *spec;
        if (*spec == 'C')
            buf[n++] = '~';
        else if (*spec == ' ' && tied && spec[1] != 'R') {
            buf[n - 1] = '~';
            tied = false;
        }
    }
    buf[n] = '\0';
    return buf;
}
