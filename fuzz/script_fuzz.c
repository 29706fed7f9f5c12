/*
 * script: script_parse, script_lint: session scripts (docs/SCRIPT.md). The
 * input is a file. Anybody may hand us one.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "mutate.h"
#include "script/script.h"
#include "script/step.h"

MUTATE_WITH(mutate_scripts);

#define INPUT_MAX 16384

struct told {
    unsigned mistakes;
    unsigned lines; /* of the input */
};

static void on_error(void *ctx, const struct script_error *e)
{
    struct told *t = ctx;
    t->mistakes++;
    FUZZ_CHECK(strcmp(e->file, "input.smtp") == 0);
    FUZZ_CHECK(e->line <= t->lines && e->column <= INPUT_MAX + 1);
    FUZZ_CHECK(e->message[0] && !strchr(e->message, '\n'));
}

static bool known(void *ctx, const char *id)
{
    (void)ctx;
    return strlen(id) % 2 == 0;
}

static void check_step(const struct script_case *c,
                       const struct script_step *s)
{
    FUZZ_CHECK(s->conn < SCRIPT_CONNS);
    FUZZ_CHECK(s->op <= SCRIPT_OP_EXPECT);
    FUZZ_CHECK(s->op != SCRIPT_OP_EXPECT || s->n_expects > 0);
    FUZZ_CHECK(s->line >= c->line);
    for (size_t i = 0; i < s->n_expects; i++)
        FUZZ_CHECK(s->expects[i].arrow == (s->expects[i].why != NULL) ||
                   !s->expects[i].arrow);
}

static void check_cases(const struct script_set *set, unsigned lines)
{
    FUZZ_CHECK(script_at(set, script_count(set)) == NULL);
    for (size_t i = 0; i < script_count(set); i++) {
        const struct script_case *c = script_at(set, i);
        FUZZ_CHECK(c && c->id && c->id[0]);
        FUZZ_CHECK(c->line >= 1 && c->line <= lines);
        FUZZ_CHECK(c->level <= SMTP_LEVEL_MAY);
        for (size_t k = 0; k < c->n_steps; k++)
            check_step(c, &c->steps[k]);
        for (size_t k = 0; k < c->n_needs; k++)
            FUZZ_CHECK(c->needs[k].kind < SCRIPT_NEED_COUNT);
        for (size_t k = 0; k < c->n_faults; k++)
            FUZZ_CHECK(c->faults[k][0] != '\0');
    }
}

/* Parses it; *cases gets how many there are. */
static unsigned parse(struct smtp_span in, unsigned lines, size_t *cases)
{
    struct told parsed = {0, lines};
    struct told linted = {0, lines};
    struct script_set *set = script_set_new();
    if (!set)
        abort();
    in.p = fuzz_guard(in.p, in.n);
    int n = script_parse(set, "input.smtp", in, on_error, &parsed);
    FUZZ_CHECK(n >= 0 && (unsigned)n >= parsed.mistakes);
    FUZZ_CHECK((n == 0) == (parsed.mistakes == 0));
    check_cases(set, lines);
    n = script_lint(set, known, known, NULL, on_error, &linted);
    FUZZ_CHECK((unsigned)n == linted.mistakes);
    *cases = script_count(set);
    script_set_free(set);
    return parsed.mistakes + linted.mistakes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtp_span in = {(const char *)data, size};
    unsigned lines = 1;
    size_t cases;
    size_t again;
    if (size > INPUT_MAX)
        return 0;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    unsigned mistakes = parse(in, lines, &cases);
    if (!fuzz_every && fuzz_hash(data, size) % 16)
        return 0;
    FUZZ_CHECK(parse(in, lines, &again) == mistakes && again == cases);
    return 0;
}
