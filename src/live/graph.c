/*
 * graph: see graph.h.
 */
#include "live/graph.h"

#include "live/model.h"

_Static_assert(LIVE_STATES <= 512, "a place for every state");

static bool same(const struct live_edge *e, unsigned from, unsigned step,
                 unsigned code, unsigned to)
{
    return e->from == from && e->step == step && e->code == code &&
           e->to == to;
}

static void note_state(struct live_graph *g, unsigned state)
{
    if (state < sizeof g->known && !g->known[state]) {
        g->known[state] = 1;
        g->states++;
    }
}

bool live_graph_add(struct live_graph *g, unsigned from, unsigned step,
                    unsigned code, unsigned to)
{
    unsigned slot =
        ((from * 31 + step) * 1009 + code * 7 + to) % LIVE_GRAPH_SIZE;
    struct live_edge *e;

    note_state(g, from);
    note_state(g, to);
    for (unsigned i = 0; i < 64; i++) {
        e = &g->edges[(slot + i) % LIVE_GRAPH_SIZE];
        if (e->used && same(e, from, step, code, to)) {
            e->times++;
            return false;
        }
        if (!e->used) {
            *e = (struct live_edge){(uint16_t)from, (uint16_t)to,
                                    (uint16_t)code, (uint8_t)step, true, 1};
            g->n++;
            return true;
        }
    }
    return false;
}

/* All edges from one state to another are one arrow with a line each: a
 * picture of some thousand arrows is not read. */
static void print_arrow(const struct live_graph *g, unsigned first, FILE *out)
{
    const struct live_edge *e = &g->edges[first];
    unsigned lines = 0;

    for (unsigned i = 0; i < first; i++)
        if (g->edges[i].used && g->edges[i].from == e->from &&
            g->edges[i].to == e->to)
            return;
    fprintf(out, "  s%u -> s%u [label=\"", e->from, e->to);
    for (unsigned i = first; i < LIVE_GRAPH_SIZE; i++) {
        const struct live_edge *other = &g->edges[i];

        if (!other->used || other->from != e->from || other->to != e->to)
            continue;
        if (++lines <= 12)
            fprintf(out, "%s %u\\l", live_step_name(other->step),
                    other->code);
    }
    if (lines > 12)
        fprintf(out, "and %u more\\l", lines - 12);
    fprintf(out, "\"];\n");
}

void live_graph_print(const struct live_graph *g, FILE *out)
{
    char name[64];

    fprintf(out, "digraph states {\n  rankdir=LR;\n"
                 "  node [shape=box, style=rounded, fontname=\"sans\"];\n"
                 "  edge [fontname=\"sans\", fontsize=9];\n");
    for (unsigned s = 0; s < sizeof g->known; s++) {
        if (!g->known[s])
            continue;
        live_state_name(s, name, sizeof name);
        fprintf(out, "  s%u [label=\"%s\"];\n", s, name);
    }
    for (unsigned i = 0; i < LIVE_GRAPH_SIZE; i++)
        if (g->edges[i].used)
            print_arrow(g, i, out);
    fprintf(out, "}\n");
}
