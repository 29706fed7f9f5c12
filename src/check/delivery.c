/*
 * delivery: messages and the tokens in them.
 */
#include "check/delivery_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK (50 * NET_MS) /* between two looks at the files */
#define MARK "spec-"
#define FROM "From "

bool delivery_grow(void **p, size_t item, size_t n, size_t *cap, size_t max)
{
    size_t want = *cap ? *cap * 2 : 64;

    if (n < *cap)
        return true;
    if (n >= max)
        return false;
    void *q = reallocarray(*p, want, item);
    if (!q)
        return false;
    *p = q;
    *cap = want;
    return true;
}

/* ---- tokens ------------------------------------------------------------ */

static size_t hex_run(struct smtp_span s)
{
    size_t n = 0;

    while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') ||
                       (s.p[n] >= 'a' && s.p[n] <= 'f')))
        n++;
    return n;
}

/* Octets of the token that s begins with; 0: none. */
static size_t token_length(struct smtp_span s)
{
    const size_t mark = sizeof MARK - 1, parts = mark + 18;
    size_t last;

    if (s.n <= parts || hex_run(smtp_span_from(s, mark)) != 8 ||
        s.p[mark + 8] != '-' || hex_run(smtp_span_from(s, mark + 9)) != 8 ||
        s.p[mark + 17] != '-')
        return 0;
    last = hex_run(smtp_span_from(s, parts));
    return last && parts + last < DELIVERY_TOKEN_MAX ? parts + last : 0;
}

/* Adds the token to the message unless it has it already. */
static void add_found(struct delivery *d, size_t first,
                      const struct delivery_found *message,
                      struct smtp_span token)
{
    void *p = d->found;

    for (size_t i = first; i < d->n_found; i++)
        if (smtp_span_eq(token, smtp_span_of(d->found[i].token,
                                             strlen(d->found[i].token))))
            return;
    if (!delivery_grow(&p, sizeof *d->found, d->n_found, &d->cap_found,
                       DELIVERY_FOUND_MAX))
        return;
    d->found = p;
    struct delivery_found *f = &d->found[d->n_found++];
    *f = *message;
    memcpy(f->token, token.p, token.n);
    f->token[token.n] = '\0';
}

/* The tokens that begin in the first `until` octets of s. Those of the message
 * stand at `first` and behind. */
static void index_tokens(struct delivery *d, size_t first,
                         const struct delivery_found *message,
                         struct smtp_span s, size_t until)
{
    const char *end = s.p + until, *p;

    while ((p = s.n ? memmem(s.p, s.n, MARK, sizeof MARK - 1) : NULL) &&
           p < end) {
        s = smtp_span_from(s, (size_t)(p - s.p));
        size_t n = token_length(s);
        if (n)
            add_found(d, first, message, smtp_span_of(s.p, n));
        s = smtp_span_from(s, n ? n : sizeof MARK - 1);
    }
}

/* One message, s; its place is known. */
static void index_message(struct delivery *d, struct delivery_found message,
                          struct smtp_span s)
{
    message.n = s.n;
    index_tokens(d, d->n_found, &message, s, s.n);
}

/* ---- mbox -------------------------------------------------------------- */

static bool begins(struct smtp_span s)
{
    return s.n >= sizeof FROM - 1 && memcmp(s.p, FROM, sizeof FROM - 1) == 0;
}

/* The next From_ line behind an empty line, from `at` on; s.n: none. */
static size_t next_from(struct smtp_span s, size_t at)
{
    while (at < s.n) {
        const char *p = memmem(s.p + at, s.n - at, "\n" FROM, sizeof FROM);
        if (!p)
            return s.n;
        at = (size_t)(p - s.p) + 1;
        size_t end = at > 1 && s.p[at - 2] == '\r' ? at - 2 : at - 1;
        if (end == 0 || s.p[end - 1] == '\n')
            return at;
    }
    return s.n;
}

/* The octets of a message without its From_ line and the empty line that
 * parts it from the next. */
static struct smtp_span inside(struct smtp_span s)
{
    const char *lf = memchr(s.p, '\n', s.n);

    s = smtp_span_from(s, lf ? (size_t)(lf - s.p) + 1 : s.n);
    if (s.n > 3 && memcmp(s.p + s.n - 4, "\r\n\r\n", 4) == 0)
        s.n -= 2;
    else if (s.n > 1 && memcmp(s.p + s.n - 2, "\n\n", 2) == 0)
        s.n--;
    return s;
}

/* s stands at offset f->from of its file. What stands before the last
 * From_ line is complete. */
static void index_mbox(struct delivery *d, size_t file, struct smtp_span s)
{
    off_t base = d->files[file].from;
    size_t at = begins(s) ? 0 : next_from(s, 0);

    while (at < s.n) {
        size_t to = next_from(s, at + 1);
        struct smtp_span m = inside(smtp_span_of(s.p + at, to - at));
        struct delivery_found found = {
            .file = file, .at = base + (m.p - s.p), .mbox = true};
        index_message(d, found, m);
        d->files[file].from = base + (off_t)at;
        at = to;
    }
}

void delivery_forget(struct delivery *d, size_t file, off_t at)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_found; i++)
        if (d->found[i].file != file || d->found[i].at < at)
            d->found[n++] = d->found[i];
    d->n_found = n;
}

/* Reads [at, at + n) of the file; returns the octets got. */
static size_t read_at(int fd, char *to, size_t n, off_t at)
{
    size_t got = 0;

    while (got < n) {
        ssize_t k = pread(fd, to + got, n - got, at + (off_t)got);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            break;
        got += (size_t)k;
    }
    return got;
}

static bool is_mbox(int fd)
{
    char head[sizeof FROM - 1];
    size_t n = read_at(fd, head, sizeof head, 0);

    return begins(smtp_span_of(head, n));
}

/* A file whose first n octets are one message. It may be large, and is read
 * in pieces; the end of each, where a token may be cut, is in the next too. */
static void index_file(struct delivery *d, size_t file, int fd, size_t n)
{
    const struct delivery_found message = {.file = file, .n = n};
    size_t first = d->n_found, at = 0, held = 0;
    char piece[DELIVERY_PIECE];

    for (bool last = false; !last;) {
        size_t room = sizeof piece - held;
        size_t got = read_at(fd, piece + held, room < n - at ? room : n - at,
                             (off_t)at);
        at += got;
        held += got;
        last = got < room || at == n;
        size_t tail = last ? 0 : DELIVERY_TOKEN_MAX;
        index_tokens(d, first, &message, smtp_span_of(piece, held),
                     held - tail);
        memmove(piece, piece + held - tail, tail);
        held = tail;
    }
}

/* What stands in a mailbox from f->from on. */
static void read_mbox(struct delivery *d, size_t file, int fd, size_t n)
{
    off_t from = d->files[file].from;
    char *p = n ? malloc(n) : NULL;

    if (p)
        index_mbox(d, file, smtp_span_of(p, read_at(fd, p, n, from)));
    free(p);
}

void delivery_read(struct delivery *d, size_t file)
{
    struct delivery_file *f = &d->files[file];
    struct stat st;
    int fd = delivery_file_open(d, f->path, &st);

    if (fd < 0)
        return;
    bool mbox = is_mbox(fd);
    size_t n = st.st_size > f->from ? (size_t)(st.st_size - f->from) : 0;
    if (n > DELIVERY_READ_MAX)
        n = DELIVERY_READ_MAX;
    /* What was there before and grows is a mailbox, or not ours. */
    if (n && (mbox || !f->old)) {
        delivery_forget(d, file, f->from);
        if (mbox)
            read_mbox(d, file, fd, n);
        else
            index_file(d, file, fd, n);
    }
    close(fd);
}

/* ---- for the cases ----------------------------------------------------- */

/* A folder that takes long to look at is looked at less often. */
static void look(struct delivery *d, bool now)
{
    uint64_t start = net_now(), took;

    if (!now && start < d->next)
        return;
    delivery_walk(d);
    took = net_now() - start;
    d->next = start + (8 * took > LOOK ? 8 * took : LOOK);
}

/* True when the file got another name: it is found under that, too. */
static bool renamed(const struct delivery *d, const struct delivery_file *f)
{
    for (size_t i = 0; f->walk != d->walks && i < d->n_files; i++)
        if (d->files[i].walk == d->walks && d->files[i].ino == f->ino &&
            d->files[i].dev == f->dev)
            return true;
    return false;
}

static bool is_match(const struct delivery *d, const struct delivery_found *f,
                     const char *token)
{
    return strcmp(f->token, token) == 0 && !renamed(d, &d->files[f->file]);
}

static const struct delivery_found *find(const struct delivery *d,
                                         const char *token, size_t i)
{
    for (size_t k = 0; k < d->n_found; k++)
        if (is_match(d, &d->found[k], token) && i-- == 0)
            return &d->found[k];
    return NULL;
}

size_t delivery_count(struct delivery *d, const char *token)
{
    size_t n = 0;

    pthread_mutex_lock(&d->lock);
    look(d, false);
    for (size_t k = 0; k < d->n_found; k++)
        n += is_match(d, &d->found[k], token);
    pthread_mutex_unlock(&d->lock);
    return n;
}

static bool fetch(const struct delivery *d, const struct delivery_found *f,
                  struct script_mail *out)
{
    struct stat st;
    int fd = f ? delivery_file_open(d, d->files[f->file].path, &st) : -1;

    if (fd < 0)
        return false;
    *out = (struct script_mail){.p = malloc(f->n + 1), .mbox = f->mbox};
    if (out->p)
        out->n = read_at(fd, out->p, f->n, f->at);
    close(fd);
    return out->p != NULL;
}

bool delivery_fetch(struct delivery *d, const char *token, size_t i,
                    struct script_mail *out)
{
    bool ok;

    pthread_mutex_lock(&d->lock);
    ok = fetch(d, find(d, token, i), out);
    if (!ok) { /* it may have been moved, from new/ to cur/ */
        look(d, true);
        ok = fetch(d, find(d, token, i), out);
    }
    pthread_mutex_unlock(&d->lock);
    return ok;
}

struct delivery *delivery_open(const char *path, char *err, size_t err_cap)
{
    struct delivery *d = calloc(1, sizeof *d);

    if (d)
        d->root = strdup(path);
    if (!d || !d->root) {
        free(d);
        snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&d->lock, NULL);
    d->baseline = true;
    if (!delivery_walk(d)) {
        snprintf(err, err_cap, "%s: %s", path, strerror(errno));
        delivery_close(d);
        return NULL;
    }
    d->baseline = false;
    return d;
}

void delivery_close(struct delivery *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->n_files; i++)
        free(d->files[i].path);
    pthread_mutex_destroy(&d->lock);
    free(d->files);
    free(d->slots);
    free(d->found);
    free(d->root);
    free(d);
}
