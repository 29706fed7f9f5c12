/*
 * explain_pair: two reply codes side by side. All that is said about how
 * they differ is computed from the fields of their rows, so that it holds
 * for every pair; some pairs have a line of their own on top.
 */
#include "cli/explain_page.h"

#include <string.h>

#define CELL 31 /* columns of one cell: two, a gap and the labels fill 78 */
#define GAP  2

/* What the first digit makes of a reply, to finish "220 is ...". */
static const char *const verdicts[] = {
    [2] = "success",
    [3] = "no error but a request for more input",
    [4] = "an error that is expected to pass",
    [5] = "an error that stays until something changes",
};

/* Prints the part of *text that fits into a cell, padded to it. */
static void put_cell_line(struct explain_page *p, const char **text, bool last)
{
    const char *s = *text;
    size_t n = strlen(s);

    if (n > CELL) {
        n = CELL;
        while (n && s[n] != ' ')
            n--;
        if (n == 0)
            n = CELL;
    }
    if (last)
        fprintf(p->out, "%.*s", (int)n, s);
    else
        fprintf(p->out, "%-*.*s", CELL + GAP, (int)n, s);
    s += n;
    *text = s + strspn(s, " ");
}

static void put_cells(struct explain_page *p, const char *label,
                      const char *a, const char *b)
{
    explain_label(p, label);
    while (*a || *b) {
        fprintf(p->out, "%*s", (int)(EXPLAIN_LEFT - p->column), "");
        if (*b)
            put_cell_line(p, &a, false);
        else
            put_cell_line(p, &a, true);
        put_cell_line(p, &b, true);
        explain_end(p);
    }
}

static const char *events_cell(char *buf, size_t size, uint32_t events)
{
    return events ? explain_events(buf, size, events) : "unknown";
}

static void put_table(struct explain_page *p, const struct smtp_code *a,
                      const struct smtp_code *b)
{
    char ta[EXPLAIN_TEXT], tb[EXPLAIN_TEXT];

    snprintf(ta, sizeof(ta), "%u", (unsigned)a->code);
    snprintf(tb, sizeof(tb), "%u", (unsigned)b->code);
    put_cells(p, "", ta, tb);
    put_cells(p, "Name", a->name, b->name);
    put_cells(p, "Class", explain_class(ta, sizeof(ta), a->code),
              explain_class(tb, sizeof(tb), b->code));
    put_cells(p, "Category", explain_category(ta, sizeof(ta), a->code),
              explain_category(tb, sizeof(tb), b->code));
    put_cells(p, "Answers", events_cell(ta, sizeof(ta), a->events),
              events_cell(tb, sizeof(tb), b->events));
    put_cells(p, "Decides on", smtp_code_scope_text(a->scope),
              smtp_code_scope_text(b->scope));
    put_cells(p, "Connection", smtp_code_link_text(a->link),
              smtp_code_link_text(b->link));
    put_cells(p, "Ask again", smtp_code_retry_text(a->retry),
              smtp_code_retry_text(b->retry));
    put_cells(p, "Enhanced", explain_enhanced(ta, sizeof(ta), a->enhanced),
              explain_enhanced(tb, sizeof(tb), b->enhanced));
    explain_end(p);
}

/* One section with a paragraph for each code. */
static void put_both(struct explain_page *p, const char *label,
                     const struct smtp_code *a, const char *text_a,
                     const struct smtp_code *b, const char *text_b)
{
    char tag[8];

    explain_label(p, label);
    snprintf(tag, sizeof(tag), "%u", (unsigned)a->code);
    explain_item(p, tag, 5);
    explain_words(p, text_a);
    explain_end(p);
    snprintf(tag, sizeof(tag), "%u", (unsigned)b->code);
    explain_item(p, tag, 5);
    explain_words(p, text_b);
    explain_end(p);
}

static void put_bullet(struct explain_page *p, const char *text)
{
    explain_item(p, "-", 2);
    explain_words(p, text);
    explain_end(p);
}

/* The events of a row, "any command" spelt out: every one that names a
 * command of its own. */
static uint32_t spell_out(uint32_t events)
{
    uint32_t commands = (uint32_t)(SMTP_ON_ANY - 1) &
                        ~(uint32_t)(SMTP_ON_CONNECT | SMTP_ON_MESSAGE |
                                    SMTP_ON_UNKNOWN);

    return events & SMTP_ON_ANY ? events | commands : events;
}

static void put_common(struct explain_page *p, const struct smtp_code *a,
                       const struct smtp_code *b)
{
    char text[EXPLAIN_TEXT], list[EXPLAIN_LIST];
    uint32_t both = spell_out(a->events) & spell_out(b->events);

    if (a->events & b->events & SMTP_ON_ANY)
        both = a->events & b->events;
    explain_label(p, "In common");
    if (a->code / 100 == b->code / 100) {
        snprintf(text, sizeof(text), "Both are %s: each is %s.",
                 explain_class(list, sizeof(list), a->code),
                 verdicts[a->code / 100]);
        put_bullet(p, text);
    }
    if (both) {
        snprintf(text, sizeof(text), "Both can be the answer to: %s.",
                 explain_events(list, sizeof(list), both));
        put_bullet(p, text);
    }
    if (a->retry == b->retry) {
        snprintf(text, sizeof(text), "After both, %s.",
                 smtp_code_retry_text(a->retry));
        put_bullet(p, text);
    }
    if (a->link == b->link) {
        snprintf(text, sizeof(text), "After both, %s.",
                 smtp_code_link_text(a->link));
        put_bullet(p, text);
    }
    if (p->column)
        put_bullet(p, "Nothing but being SMTP replies.");
}

static void put_class_difference(struct explain_page *p,
                                 const struct smtp_code *a,
                                 const struct smtp_code *b)
{
    char text[EXPLAIN_TEXT], ca[64], cb[64];

    if (a->code / 100 != b->code / 100) {
        snprintf(text, sizeof(text), "%u is %uyz, %s; %u is %uyz, %s.",
                 (unsigned)a->code, a->code / 100u, verdicts[a->code / 100],
                 (unsigned)b->code, b->code / 100u, verdicts[b->code / 100]);
        put_bullet(p, text);
    }
    if (a->code / 10 % 10 != b->code / 10 % 10) {
        snprintf(text, sizeof(text),
                 "The second digit of %u is %s; that of %u is %s.",
                 (unsigned)a->code, explain_category(ca, sizeof(ca), a->code),
                 (unsigned)b->code, explain_category(cb, sizeof(cb), b->code));
        put_bullet(p, text);
    }
}

static void put_only(struct explain_page *p, unsigned code, uint32_t events)
{
    char text[EXPLAIN_TEXT], list[EXPLAIN_LIST];

    if (!events)
        return;
    snprintf(text, sizeof(text), "Only %u can be the answer to: %s.", code,
             explain_events(list, sizeof(list), events));
    put_bullet(p, text);
}

static void put_event_difference(struct explain_page *p,
                                 const struct smtp_code *a,
                                 const struct smtp_code *b)
{
    uint32_t all_a = spell_out(a->events), all_b = spell_out(b->events);
    uint32_t only_a = all_a & ~all_b, only_b = all_b & ~all_a;
    char text[EXPLAIN_TEXT], la[EXPLAIN_LIST], lb[EXPLAIN_LIST];

    if (!all_a || !all_b || all_a == all_b)
        return;
    if (!(all_a & all_b) || (only_a | only_b) & SMTP_ON_ANY) {
        snprintf(text, sizeof(text), "%s%u answers %s; %u answers %s.",
                 all_a & all_b ? "" : "They never come at the same point: ",
                 (unsigned)a->code,
                 explain_events(la, sizeof(la), a->events),
                 (unsigned)b->code,
                 explain_events(lb, sizeof(lb), b->events));
        put_bullet(p, text);
        return;
    }
    put_only(p, a->code, only_a);
    put_only(p, b->code, only_b);
}

static void put_differences(struct explain_page *p, const struct smtp_code *a,
                            const struct smtp_code *b)
{
    char text[EXPLAIN_TEXT];

    explain_label(p, "Differences");
    snprintf(text, sizeof(text), "%u %s; %u %s.", (unsigned)a->code, a->role,
             (unsigned)b->code, b->role);
    put_bullet(p, text);
    put_class_difference(p, a, b);
    put_event_difference(p, a, b);
    if (a->scope != b->scope) {
        snprintf(text, sizeof(text), "%u decides on %s, %u on %s.",
                 (unsigned)a->code, smtp_code_scope_text(a->scope),
                 (unsigned)b->code, smtp_code_scope_text(b->scope));
        put_bullet(p, text);
    }
    if (a->link != b->link) {
        snprintf(text, sizeof(text), "After %u %s; after %u %s.",
                 (unsigned)a->code, smtp_code_link_text(a->link),
                 (unsigned)b->code, smtp_code_link_text(b->link));
        put_bullet(p, text);
    }
    if (a->retry != b->retry) {
        snprintf(text, sizeof(text), "After %u %s; after %u %s.",
                 (unsigned)a->code, smtp_code_retry_text(a->retry),
                 (unsigned)b->code, smtp_code_retry_text(b->retry));
        put_bullet(p, text);
    }
}

void explain_pair(struct explain_page *p, const struct explain_code *ea,
                  const struct explain_code *eb)
{
    const struct smtp_code *a = ea->row, *b = eb->row;
    bool swap = a->code > b->code;
    const char *summary = explain_pair_summary(swap ? b->code : a->code,
                                               swap ? a->code : b->code);
    char sa[EXPLAIN_TEXT], sb[EXPLAIN_TEXT];

    snprintf(sa, sizeof(sa), "%u and %u compared", (unsigned)a->code,
             (unsigned)b->code);
    explain_title(p, sa);
    if (summary) {
        explain_section(p, "In short", summary);
        explain_end(p);
    }
    put_table(p, a, b);
    put_both(p, "Meaning", a, a->meaning, b, b->meaning);
    explain_end(p);
    put_both(p, "Seen", a, a->seen, b, b->seen);
    explain_end(p);
    put_both(p, "What to do", a, a->action, b, b->action);
    explain_end(p);
    put_both(p, "Operators", a, a->operate, b, b->operate);
    explain_end(p);
    put_common(p, a, b);
    explain_end(p);
    put_differences(p, a, b);
    explain_end(p);
    put_both(p, ea->made_up || eb->made_up ? "See" : "Defined in",
             a, explain_spec(sa, sizeof(sa), a->spec),
             b, explain_spec(sb, sizeof(sb), b->spec));
}
