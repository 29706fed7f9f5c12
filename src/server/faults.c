/*
 * faults: finding rows, walking them in order of name, applying them.
 */
#include "server/faults.h"

#include <string.h>

static const struct fault_table *const TABLES[] = {
    &fault_address, &fault_auth, &fault_close, &fault_content,
    &fault_delivery, &fault_envelope, &fault_greeting, &fault_quit,
    &fault_reply, &fault_rows, &fault_security, &fault_session, &fault_tls,
};
#define TABLE_COUNT (sizeof(TABLES) / sizeof(TABLES[0]))

/* The table whose next row has the smallest name; each is sorted. */
static size_t smallest(const size_t *at)
{
    size_t best = TABLE_COUNT;
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        if (at[t] == TABLES[t]->n)
            continue;
        if (best == TABLE_COUNT ||
            strcmp(TABLES[t]->rows[at[t]].info.name,
                   TABLES[best]->rows[at[best]].info.name) < 0)
            best = t;
    }
    return best;
}

const struct server_fault *server_fault_at(size_t i)
{
    size_t at[TABLE_COUNT] = {0};
    for (;; i--) {
        size_t t = smallest(at);
        if (t == TABLE_COUNT)
            return NULL;
        if (i == 0)
            return &TABLES[t]->rows[at[t]].info;
        at[t]++;
    }
}

const struct server_fault *server_fault_find(const char *name, size_t n)
{
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t i = 0; i < TABLES[t]->n; i++) {
            const struct server_fault *f = &TABLES[t]->rows[i].info;
            if (strlen(f->name) == n && memcmp(f->name, name, n) == 0)
                return f;
        }
    return NULL;
}

const struct fault_row *fault_row_of(const struct server_fault *f)
{
    return (const struct fault_row *)(const void *)f;
}

static void apply_set(struct server_policy *p, const struct fault_set *set)
{
    uint32_t *field = (uint32_t *)(void *)((char *)p + set->offset);
    if (set->how == '|')
        *field |= set->value;
    else if (set->how == '~')
        *field &= ~set->value;
    else
        *field = set->value;
}

bool fault_apply(const struct fault_row *row, struct server_policy *p)
{
    for (const struct fault_set *s = row->set; s && s->how; s++)
        apply_set(p, s);
    for (const struct server_rule *r = row->rules; r && r->op != OP_NONE; r++)
        if (!policy_add(p, r))
            return false;
    return true;
}
