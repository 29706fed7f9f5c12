/*
 * tool: see tool.h.
 */
#include "cli/tool.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"

bool cli_color(const struct cli_options *o, FILE *stream)
{
    const char *term = getenv("TERM");

    if (o->color != CLI_COLOR_AUTO)
        return o->color == CLI_COLOR_ALWAYS;
    return cli_is_terminal(stream) && !getenv("NO_COLOR") && term &&
           strcmp(term, "dumb") != 0;
}

void cli_result_describe(struct result *r, const struct cli_options *o,
                         const char *suite)
{
    struct result_pair *list =
        result_alloc(r, (o->n_settings + 1) * sizeof *list);

    r->tool = "smtpspec " SMTPSPEC_VERSION;
    r->suite = result_text(r, suite);
    r->n_options = 0;
    for (size_t i = 0; i < o->n_settings; i++) {
        const struct cli_setting *s = &o->settings[i];
        if (s->row->flags & CLI_SHOWS)
            continue;
        list[r->n_options++] = (struct result_pair){
            s->row->name, s->row->arg ? result_text(r, s->value) : "yes"};
    }
    r->options = list;
}

void cli_result_shorten(struct result *r, const char *dir)
{
    size_t n = strlen(dir);

    for (size_t i = 0; i < r->n_cases; i++) {
        struct result_case *c = &r->cases[i];
        if (strncmp(c->where, dir, n) == 0 && c->where[n] == '/')
            c->where += n + 1;
    }
}

void cli_result_unusable(struct result *r, const char *why)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    r->started = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
    r->ended = r->started;
    r->failure = result_text(r, why);
}
