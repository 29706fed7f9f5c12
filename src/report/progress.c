/*
 * progress: see progress.h.
 */
#include "report/progress.h"

#include "report/page.h"
#include "report/terminal.h"

#define EVERY (100 * NET_MS)

void progress_draw(struct progress *p, size_t done, size_t total,
                   const size_t count[VERDICT_COUNT], const char *id)
{
    static const enum verdict shown[] = {VERDICT_FAIL, VERDICT_WARN,
                                         VERDICT_BLOCKED, VERDICT_ERROR};
    struct page page = {.out = p->out, .width = p->width, .color = p->color};
    uint64_t now = net_now();
    char text[64];

    if (!p->out || (p->drawn && now - p->drawn < EVERY && done < total))
        return;
    p->drawn = now;
    fputs("\r\033[K", p->out);
    snprintf(text, sizeof text, "%zu/%zu", done, total);
    page_put(&page, PAGE_BOLD, text);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (count[shown[i]] == 0)
            continue;
        page_put(&page, PAGE_PLAIN, "  ");
        snprintf(text, sizeof text, "%s %zu", verdict_name(shown[i]),
                 count[shown[i]]);
        page_put(&page, report_style(shown[i]), text);
    }
    page_put(&page, PAGE_PLAIN, "  ");
    page_put(&page, PAGE_DIM, id);
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
