/*
 * Adapter of libEtPan's SMTP client: the greeting, read from a stream of our
 * own instead of a socket. Whoever asks for octets behind the end of the
 * input needs more.
 *
 *   make fuzz-adapter ADAPTER=harness/adapters/libetpan.c LIBS=-letpan
 */
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapter.h"

struct source {
    const struct adapter_input *in;
    size_t at;              /* behind the piece */
    struct smtp_span piece; /* what is left of it */
    bool asked;             /* for more than there is */
};

static ssize_t source_read(mailstream_low *low, void *to, size_t n)
{
    struct source *s = low->data;
    if (s->piece.n == 0 && !adapter_next(s->in, &s->at, &s->piece)) {
        s->asked = true;
        return 0;
    }
    if (n > s->piece.n)
        n = s->piece.n;
    memcpy(to, s->piece.p, n);
    s->piece = smtp_span_from(s->piece, n);
    return (ssize_t)n;
}

static ssize_t source_write(mailstream_low *low, const void *p, size_t n)
{
    (void)low;
    (void)p;
    return (ssize_t)n;
}

static int source_close(mailstream_low *low)
{
    (void)low;
    return 0;
}

static int source_fd(mailstream_low *low)
{
    (void)low;
    return -1;
}

static void source_free(mailstream_low *low)
{
    free(low);
}

static mailstream_low_driver driver = {
    .mailstream_read = source_read,
    .mailstream_write = source_write,
    .mailstream_close = source_close,
    .mailstream_get_fd = source_fd,
    .mailstream_free = source_free,
};

/* libEtPan puts the texts of the lines behind one another, each with an LF,
 * and ends them in NUL. */
static void fill(mailsmtp *session, struct adapter_result *out)
{
    const char *text = session->response ? session->response : "";
    const char *end = strchr(text, '\n');
    out->verdict = ADAPTER_ACCEPTED;
    out->has = ADAPTER_CODE;
    out->code = (unsigned)session->response_code;
    out->has |= end ? ADAPTER_TEXT : 0;
    out->text = adapter_keep(out, text, end ? (size_t)(end - text) : 0);
}

static void parse(const struct adapter_input *in, struct adapter_result *out)
{
    struct source source = {.in = in};
    mailsmtp *session = mailsmtp_new(0, NULL);
    mailstream_low *low = mailstream_low_new(&source, &driver);
    mailstream *stream = low ? mailstream_new(low, 8192) : NULL;
    if (!session || !stream)
        abort();
    int error = mailsmtp_connect(session, stream);
    if (source.asked)
        out->verdict = ADAPTER_MORE;
    else if (error == MAILSMTP_ERROR_STREAM || session->response_code <= 0)
        out->verdict = ADAPTER_REJECTED;
    else
        fill(session, out);
    snprintf(out->note, sizeof(out->note), "%s", mailsmtp_strerror(error));
    if (session->stream) {
        /* What is not in its buffer was read. */
        out->has |= ADAPTER_USED;
        out->used = source.at - source.piece.n - stream->read_buffer_len;
        mailstream_close(stream);
    }
    session->stream = NULL;
    mailsmtp_free(session);
}

struct adapter adapter = {
    .name = "libetpan",
    .kinds = ADAPTER_IS(ADAPTER_REPLY),
    .pieces = ADAPTER_IS(ADAPTER_REPLY),
    .parse = parse,
};
