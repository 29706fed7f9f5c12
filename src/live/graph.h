/*
 * graph: the states of the model that were reached, and what led from one to
 * another. Bounded: a table of fixed size.
 */
#ifndef LIVE_GRAPH_H
#define LIVE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LIVE_GRAPH_SIZE 8192u

struct live_edge {
    uint16_t from, to, code;
    uint8_t step;
    bool used;
    uint64_t times;
};

struct live_graph {
    struct live_edge edges[LIVE_GRAPH_SIZE];
    unsigned n, states;
    uint8_t known[512]; /* by state: was it reached */
};

/* Counts one; true when it is new. */
bool live_graph_add(struct live_graph *g, unsigned from, unsigned step,
                    unsigned code, unsigned to);
void live_graph_print(const struct live_graph *g, FILE *out);

#endif
