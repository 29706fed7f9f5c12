/*
 * html_order: cases by RFC and section, requirements by id. See html.h.
 */
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/rfc.h"

/* "rfc5321/4.1.1.10/quit-221-close": its first two parts. */
static bool place_of(const char *id, struct html_place *place)
{
    const char *slash = strchr(id, '/');
    const char *second = slash ? strchr(slash + 1, '/') : NULL;

    place->rfc = second ? report_rfc_number(id, NULL) : 0;
    place->section = place->rfc
                         ? strndup(slash + 1, (size_t)(second - slash - 1))
                         : strdup("");
    return place->section != NULL;
}

int html_place_compare(const struct html_place *a, const struct html_place *b)
{
    /* 0 wraps round and comes last */
    unsigned x = a->rfc - 1, y = b->rfc - 1;

    if (x != y)
        return x > y ? 1 : -1;
    return strverscmp(a->section, b->section);
}

static int by_place(const void *a, const void *b, void *context)
{
    const struct html_place *places = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = html_place_compare(&places[x], &places[y]);

    return order ? order : (x > y) - (x < y);
}

static int by_id(const void *a, const void *b)
{
    const struct result_requirement *const *x = a, *const *y = b;

    return strcmp((*x)->id, (*y)->id);
}

static bool sort_rows(struct html *h)
{
    for (size_t i = 0; i < h->s->n_rows; i++) {
        h->order[i] = i;
        if (!place_of(h->s->rows[i].id, &h->places[i]))
            return false;
    }
    qsort_r(h->order, h->s->n_rows, sizeof *h->order, by_place, h->places);
    return true;
}

static bool digest_runs(struct html *h)
{
    for (size_t i = 0; i < h->s->n; i++)
        if (!report_digest_json(h->s->runs[i], &h->digests[i]))
            return false;
    return true;
}

bool html_order(struct html *h)
{
    size_t n = h->s->n_rows, m = h->r->n_requirements;

    h->order = calloc(n + 1, sizeof *h->order);
    h->places = calloc(n + 1, sizeof *h->places);
    h->by_id = calloc(m + 1, sizeof(void *));
    h->digests = calloc(h->s->n, sizeof *h->digests);
    if (!h->order || !h->places || !h->by_id || !h->digests)
        return false;
    for (size_t i = 0; i < m; i++)
        h->by_id[i] = &h->r->requirements[i];
    qsort(h->by_id, m, sizeof(void *), by_id);
    return sort_rows(h) && digest_runs(h);
}

void html_order_free(struct html *h)
{
    for (size_t i = 0; h->places && i < h->s->n_rows; i++)
        free(h->places[i].section);
    free(h->places);
    free(h->order);
    free(h->by_id);
    free(h->digests);
}

const struct several_row *html_row(const struct html *h, size_t i)
{
    return &h->s->rows[h->order[i]];
}

const struct html_place *html_place(const struct html *h, size_t i)
{
    return &h->places[h->order[i]];
}

const struct result_case *html_at(const struct html *h, size_t i)
{
    return html_row(h, i)->any;
}

const struct result_requirement *html_requirement(const struct html *h,
                                                  const char *id)
{
    const struct result_requirement key = {.id = id}, *p = &key;
    const struct result_requirement **found =
        bsearch(&p, h->by_id, h->r->n_requirements, sizeof(void *), by_id);

    return found ? *found : NULL;
}
