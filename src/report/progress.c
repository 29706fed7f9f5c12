/*
 * progress: see progress.h.
 */
#include "report/progress.h"

#include "report/page.h"
#include "report/terminal.h"

#define EVERY (100 * NET_MS)

/* Only as exact as an estimate is. */
static void put_left(struct page *page, uint64_t left)
{
    uint64_t seconds = (left + NET_S - 1) / NET_S;
    char text[64];

    if (left == 0)
        return;
    if (seconds > 90)
        snprintf(text, sizeof text, "  %llu min left",
                 (unsigned long long)(seconds + 59) / 60);
    else
        snprintf(text, sizeof text, "  %llu s left",
                 (unsigned long long)(seconds > 10 ? (seconds + 4) / 5 * 5
                                                   : seconds));
    page_put(page, PAGE_PLAIN, text);
}

void progress_draw(struct progress *p, const struct progress_state *s)
{
    static const enum verdict shown[] = {VERDICT_FAIL, VERDICT_WARN,
                                         VERDICT_BLOCKED, VERDICT_ERROR};
    struct page page = {.out = p->out, .width = p->width, .color = p->color};
    uint64_t now = net_now();
    char text[64];

    if (!p->out || (p->drawn && now - p->drawn < EVERY && s->done < s->total))
        return;
    p->drawn = now;
    fputs("\r\033[K", p->out);
    snprintf(text, sizeof text, "%zu/%zu", s->done, s->total);
    page_put(&page, PAGE_BOLD, text);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (s->count[shown[i]] == 0)
            continue;
        page_put(&page, PAGE_PLAIN, "  ");
        snprintf(text, sizeof text, "%s %zu", verdict_name(shown[i]),
                 s->count[shown[i]]);
        page_put(&page, report_style(shown[i]), text);
    }
    put_left(&page, s->left);
    page_put(&page, PAGE_PLAIN, "  ");
    page_put(&page, PAGE_DIM, s->id);
    fflush(p->out);
}

void progress_erase(struct progress *p)
{
    if (!p->out || !p->drawn)
        return;
    fputs("\r\033[K", p->out);
    fflush(p->out);
    p->drawn = 0;
}
