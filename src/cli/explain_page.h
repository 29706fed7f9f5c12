/*
 * explain_page: laying out what "smtpspec explain" prints. Private to the
 * explain_*.c files.
 */
#ifndef CLI_EXPLAIN_PAGE_H
#define CLI_EXPLAIN_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "smtp/code.h"

#define EXPLAIN_WIDTH 78  /* columns used; a terminal has 80 */
#define EXPLAIN_LEFT  13  /* columns of the section labels */
#define EXPLAIN_TEXT  800 /* longest sentence put together at run time */
#define EXPLAIN_LIST  300 /* longest list in one: events, codes, sections */

struct explain_page {
    FILE *out;
    bool bold; /* headings in bold: out is a terminal */
    /* layout state */
    unsigned indent; /* left edge of the running paragraph */
    unsigned column; /* where the next word goes */
};

/* A code to explain: the registry's row, or one made up for a code that is
 * well formed but not registered; then made_up is set. */
struct explain_code {
    const struct smtp_code *row;
    struct smtp_code made;
    char spec[96];
    bool made_up;
};

/* Fills e for a code in 200..599. e must not be moved afterwards. */
void explain_code_init(struct explain_code *e, unsigned code);

/* What is known of a code that no RFC defines, or NULL. */
const char *explain_field_note(unsigned code);

/* Title line, in bold on a terminal, and an empty line. */
void explain_title(struct explain_page *p, const char *text);

/* Starts a section: the label in the left margin; text follows on its line. */
void explain_label(struct explain_page *p, const char *label);

/* Starts an item within a section: its tag ("220", "-"); the text stands
 * width columns from the tag's first. */
void explain_item(struct explain_page *p, const char *tag, unsigned width);

/* Words of the running paragraph, wrapped; "~" is a space that does not
 * break. explain_end() ends the line, or makes an empty one. */
void explain_words(struct explain_page *p, const char *text);
void explain_end(struct explain_page *p);

/* label, text and end in one; nothing for an empty text. */
void explain_section(struct explain_page *p, const char *label,
                     const char *text);

/* "2yz, positive completion" and "x5z, mail system". Return buf. */
char *explain_class(char *buf, size_t size, unsigned code);
char *explain_category(char *buf, size_t size, unsigned code);

/* "MAIL, RCPT and DATA" for a set of events. Returns buf. */
char *explain_events(char *buf, size_t size, uint32_t events);

/* "5.7.1, 5.1.1" or "none" out of a row's list. Returns buf. */
char *explain_enhanced(char *buf, size_t size, const char *list);

/* "RFC 5321 4.2.2, 4.3.1; RFC 3207 4" out of a row's spec. Returns buf. */
char *explain_spec(char *buf, size_t size, const char *spec);

/* The comparison of two different codes. */
void explain_pair(struct explain_page *p, const struct explain_code *a,
                  const struct explain_code *b);

/* One line on how two codes differ, written for that pair, or NULL. */
const char *explain_pair_summary(unsigned low, unsigned high);

#endif
