/*
 * parse_print: what "smtpspec parse" prints of each thing that was read.
 */
#ifndef CLI_PARSE_PRINT_H
#define CLI_PARSE_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "smtp/command.h"
#include "smtp/reply.h"

struct parse_print {
    FILE *out;
    unsigned number; /* things printed so far */
};

/* "reply 1: 23 octets" */
void parse_head(struct parse_print *p, const char *what, struct smtp_span raw);

/* "  name     value", escaped; nothing for an empty value. */
void parse_field(struct parse_print *p, const char *name,
                 struct smtp_span value);

void parse_print_reply(struct parse_print *p, const struct smtp_reply *r);
void parse_print_command(struct parse_print *p, const struct smtp_command *c);

/* Parses the path as well. True when it has flaws. */
bool parse_print_path(struct parse_print *p, struct smtp_span path);

#endif
