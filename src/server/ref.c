/*
 * ref: the names of the modes, and what is behind "ref:".
 */
#include <stdio.h>
#include <string.h>

#include "server/server.h"

static const char *const MODES[SERVER_MODE_COUNT] = {
    [SERVER_MX] = "mx",
    [SERVER_SUBMISSION] = "submission",
    [SERVER_TLS_REQUIRED] = "tls-required",
    [SERVER_LMTP] = "lmtp",
    [SERVER_REFUSE] = "refuse",
    [SERVER_NULL] = "null",
    [SERVER_BUSY] = "busy",
};

const char *server_mode_name(enum server_mode m)
{
    return m < SERVER_MODE_COUNT ? MODES[m] : "?";
}

int server_mode_find(const char *name, size_t n)
{
    for (int i = 0; i < SERVER_MODE_COUNT; i++)
        if (strlen(MODES[i]) == n && memcmp(MODES[i], name, n) == 0)
            return i;
    return -1;
}

/* What has been read of a ref: text. */
struct reading {
    struct server_config *cfg;
    size_t faults;
    bool mode_named;
    char *err;
    size_t err_cap;
};

static int add_fault(struct reading *r, const struct server_fault *f)
{
    if (r->faults == SERVER_FAULTS_MAX) {
        snprintf(r->err, r->err_cap, "more than %d faults for one server",
                 SERVER_FAULTS_MAX);
        return -1;
    }
    if (!r->mode_named && r->faults == 0)
        r->cfg->mode = f->mode;
    if (!r->mode_named && r->cfg->mode != f->mode) {
        snprintf(r->err, r->err_cap,
                 "fault \"%s\" shows in mode %s, the one before in mode %s: "
                 "name a mode first",
                 f->name, server_mode_name(f->mode),
                 server_mode_name(r->cfg->mode));
        return -1;
    }
    r->cfg->faults[r->faults++] = f;
    return 0;
}

static int add_word(struct reading *r, const char *word, size_t n)
{
    int mode = server_mode_find(word, n);
    if (mode >= 0 && !r->mode_named && r->faults == 0) {
        r->cfg->mode = (enum server_mode)mode;
        r->mode_named = true;
        return 0;
    }
    const struct server_fault *f = server_fault_find(word, n);
    if (f)
        return add_fault(r, f);
    if (mode >= 0)
        snprintf(r->err, r->err_cap,
                 "mode \"%.*s\" must stand once, and before the faults",
                 (int)n, word);
    else
        snprintf(r->err, r->err_cap,
                 "\"%.*s\" is neither a mode nor a fault (see smtpspec serve "
                 "--list-faults)",
                 n > 100 ? 100 : (int)n, word);
    return -1;
}

int server_parse_ref(const char *text, struct server_config *cfg, char *err,
                     size_t err_cap)
{
    struct reading r = {.cfg = cfg, .err = err, .err_cap = err_cap};
    cfg->mode = SERVER_MX;
    memset(cfg->faults, 0, sizeof(cfg->faults));
    if (*text == '\0')
        return 0;
    for (;;) {
        size_t n = strcspn(text, ",");
        if (add_word(&r, text, n) != 0)
            return -1;
        if (text[n] == '\0')
            return 0;
        text += n + 1;
    }
}
