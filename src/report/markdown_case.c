/*
 * markdown_case: see markdown_case.h.
 */
#include "report/markdown_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/markdown.h"
#include "report/session.h"

#define SESSION_LINES  40  /* of a transcript, the last ones */
#define LINE_MAX_SHOWN 200 /* columns of one */

FILE *md_begin(struct md *m, char **text, size_t *size)
{
    FILE *piece = open_memstream(text, size);

    (void)m;
    if (piece)
        return piece;
    fputs("smtpspec: out of memory\n", stderr);
    _Exit(3);
}

void md_end(struct md *m, FILE *piece, char **text, const size_t *size)
{
    fclose(piece);
    if (m->size + *size <= MD_LIMIT) {
        fwrite(*text, 1, *size, m->out);
        m->size += *size;
    } else {
        m->left++;
    }
    free(*text);
    *text = NULL;
}

void md_left_out(struct md *m)
{
    if (m->left)
        fprintf(m->out,
                "\n**%zu more are left out, to stay below 1 MB. The result "
                "as JSON has them all.**\n",
                m->left);
}

/* The last lines of a session. */
static char *tail(char *session)
{
    char *p = session + strlen(session);
    unsigned lines = 0;

    while (p > session && lines <= SESSION_LINES)
        lines += *--p == '\n';
    return p > session ? p + 1 : p;
}

/* Lines of a megabyte help nobody here. */
static void cut_lines(char *text)
{
    char *to = text;

    for (unsigned column = 0; *text; text++) {
        column = *text == '\n' ? 0 : column + 1;
        if (column <= LINE_MAX_SHOWN)
            *to++ = *text;
        else if (column <= LINE_MAX_SHOWN + 3)
            *to++ = '.';
    }
    *to = '\0';
}

static void put_session(FILE *out, const struct result_case *c)
{
    char *session = report_session(&c->log);
    char *shown = tail(session);

    if (shown[0]) {
        fprintf(out, "\n<details><summary>Session%s</summary>\n",
                shown > session ? " (its end)" : "");
        cut_lines(shown);
        md_block(out, "", shown);
        fputs("\n</details>\n", out);
    }
    free(session);
}

static void put_sentence(FILE *out, const char *label, const char *text)
{
    if (!text || !text[0])
        return;
    fprintf(out, "- %s", label);
    md_text(out, text);
    fputc('\n', out);
}

static void put_octets(FILE *out, const char *label, const char *text)
{
    if (!text || !text[0])
        return;
    fprintf(out, "- %s", label);
    md_code(out, text);
    fputc('\n', out);
}

static void put_known(FILE *out, const struct result_case *c)
{
    if (!c->known)
        return;
    fputs("- Known until ", out);
    md_text(out, c->until);
    fputs(": ", out);
    md_text(out, c->known);
    fputc('\n', out);
}

void md_case(struct md *m, const struct result_case *c)
{
    char *text;
    size_t size;
    FILE *out = md_begin(m, &text, &size);

    fprintf(out, "\n### %s: ", verdict_name(c->verdict));
    md_text(out, c->title);
    fputs("\n\n", out);
    md_code(out, c->id);
    fputs(" \xc2\xb7 ", out); /* a middle dot */
    md_text(out, c->level);
    fputs(" \xc2\xb7 ", out);
    md_references(out, c->spec);
    fputs("\n\n", out);
    put_sentence(out, "", c->reason);
    put_known(out, c);
    put_octets(out, "Expected: ", c->expected);
    put_octets(out, "The server: ", c->got);
    put_sentence(out, "What it means: ", c->explain);
    put_sentence(out, "What an attacker gains: ", c->exploit);
    put_sentence(out, "How to fix it: ", c->fix);
    put_octets(out, "See it again: ", c->reproduce);
    put_session(out, c);
    md_end(m, out, &text, &size);
}

void md_counts(FILE *out, const struct result *r)
{
    for (int v = 0; v < VERDICT_COUNT; v++)
        fprintf(out, "| %s ", verdict_name((enum verdict)v));
    fputs("|\n", out);
    for (int v = 0; v < VERDICT_COUNT; v++)
        fputs("|--:", out);
    fputs("|\n", out);
    for (int v = 0; v < VERDICT_COUNT; v++)
        fprintf(out, "| %zu ", result_count(r, (enum verdict)v));
    fputs("|\n", out);
}

void md_run(FILE *out, const struct result *r)
{
    if (r->failure) {
        fputs("\n**Could not test:** ", out);
        md_text(out, r->failure);
        fputc('\n', out);
    }
    if (r->interrupted)
        fputs("\n**The run was interrupted.**\n", out);
    for (size_t i = 0; i < r->n_stale; i++) {
        fputs("\n**The baseline is stale:** ", out);
        md_code(out, r->stale[i].id);
        fputs(": ", out);
        md_text(out, r->stale[i].why);
        fputc('\n', out);
    }
}
