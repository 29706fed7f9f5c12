/*
 * Adapter of libcurl's SMTP client: the greeting. libcurl connects to a Unix
 * socket of this process, which takes the connection, sends the whole input
 * and no more: who finds the end without a code needs more.
 *
 *   make fuzz-adapter ADAPTER=harness/adapters/libcurl.c LIBS=-lcurl
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "adapter.h"

static CURLM *multi;
static CURL *curl;
static int listener;
static char version[32];
static char name[sizeof(((struct sockaddr_un *)0)->sun_path)];

/* An abstract name, of the kernel's choice: nothing is left on the disk. */
static bool open_listener(struct adapter *self)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t n = sizeof(address);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)) ||
        listen(listener, 8) ||
        getsockname(listener, (struct sockaddr *)&address, &n)) {
        perror(self->name);
        return false;
    }
    n -= (socklen_t)offsetof(struct sockaddr_un, sun_path);
    memcpy(name, address.sun_path + 1, n - 1);
    multi = curl_multi_init();
    curl = curl_easy_init();
    snprintf(version, sizeof(version), "libcurl %s",
             curl_version_info(CURLVERSION_NOW)->version);
    self->name = version;
    return multi && curl;
}

static size_t discard(char *p, size_t size, size_t n, void *unused)
{
    (void)p;
    (void)unused;
    return size * n;
}

/* When libcurl sends EHLO, the greeting is read: what follows it in the input
 * will be taken for the reply to EHLO, and have a code of its own. */
static int watch(CURL *handle, curl_infotype type, char *p, size_t n,
                 void *code)
{
    (void)p;
    (void)n;
    if (type == CURLINFO_HEADER_OUT && *(long *)code == 0)
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, (long *)code);
    return 0;
}

static void set_options(long *code)
{
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, "smtp://localhost/");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_ABSTRACT_UNIX_SOCKET, name);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, code);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
}

/* Takes the connection if it is there. */
static int serve(const struct adapter_input *in)
{
    int s = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (s < 0)
        return s;
    if (in->n > 0 && send(s, in->p, in->n, MSG_NOSIGNAL) != (ssize_t)in->n)
        abort();
    shutdown(s, SHUT_WR);
    return s;
}

static CURLcode transfer(const struct adapter_input *in)
{
    int server = -1;
    int running = 1;
    int left;
    curl_multi_add_handle(multi, curl);
    while (running) {
        curl_multi_perform(multi, &running);
        if (server < 0)
            server = serve(in);
        if (running)
            curl_multi_poll(multi, NULL, 0, server < 0 ? 1 : 1000, NULL);
    }
    CURLMsg *message = curl_multi_info_read(multi, &left);
    CURLcode result = message ? message->data.result : CURLE_OK;
    curl_multi_remove_handle(multi, curl);
    if (server >= 0)
        close(server);
    return result;
}

static void parse(const struct adapter_input *in, struct adapter_result *out)
{
    long code = 0;
    set_options(&code);
    CURLcode result = transfer(in);
    if (code == 0)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    snprintf(out->note, sizeof(out->note), "%s", curl_easy_strerror(result));
    if (code > 0) {
        out->verdict = ADAPTER_ACCEPTED;
        out->has = ADAPTER_CODE;
        out->code = (unsigned)code;
    } else if (result == CURLE_WEIRD_SERVER_REPLY) {
        out->verdict = ADAPTER_REJECTED;
    } else {
        out->verdict = ADAPTER_MORE;
    }
}

struct adapter adapter = {
    .name = "libcurl",
    .kinds = ADAPTER_IS(ADAPTER_REPLY),
    .open = open_listener,
    .parse = parse,
};
