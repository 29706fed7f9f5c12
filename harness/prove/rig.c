#include "prove/rig.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/delivery.h"

/* Of a reply; short, since the server is in this process. */
#define TIMEOUT (1500 * NET_MS)

/* Cases that wait for minutes wait for seconds here, and the server's idle
 * timeout, five minutes and a little, is as much shorter. */
#define HURRY 40
#define IDLE  ((300 + 25) * NET_S / HURRY)

/* ---- a server for one job -------------------------------------------------
 */

static void *end_server(void *arg)
{
    server_shutdown(arg);
    return NULL;
}

/* --server-pid's part for a server in this process. */
static int terminate(void *ctx)
{
    struct rig *rig = ctx;

    rig->ends = !rig->ends && pthread_create(&rig->ending, NULL, end_server,
                                             rig->server) == 0;
    return rig->ends ? 0 : -1;
}

static enum check_profile profile_of(enum server_mode m)
{
    if (m == SERVER_SUBMISSION || m == SERVER_TLS_REQUIRED)
        return CHECK_PROFILE_SUBMISSION;
    return m == SERVER_LMTP ? CHECK_PROFILE_LMTP : CHECK_PROFILE_MX;
}

static void configure(struct rig *rig, struct service service)
{
    struct check_config *cfg = &rig->cfg;

    *cfg = (struct check_config){
        .target = {.scheme = NET_SMTP,  .tls = service.implicit},
        .tls_target = {.scheme = NET_SMTPS, .tls = true            },
        .tls_port_given = true,
        .target_text = "ref:",
        .tls = rig->tls,
        .profile = profile_of(service.mode),
        .level = SMTP_LEVEL_MAY,
        .helo = "client.example.test",
        .from = SERVER_USER,
        .rcpt = SERVER_USER,
        .bad_rcpt = "nosuch@" SERVER_DOMAIN,
        .foreign_rcpt = "someone@elsewhere.invalid",
        .user = SERVER_USER,
        .password = SERVER_PASSWORD,
        .jobs = 1,
        .timeout = TIMEOUT,
        .slow = true,
        .hurry = HURRY,
        .complete = true,
        .delivery = rig->delivery,
        .forced = true,
        .terminate = terminate,
        .terminate_ctx = rig,
        .stop_fd = -1,
    };
    snprintf(cfg->target.host, sizeof cfg->target.host, "127.0.0.1");
    snprintf(cfg->tls_target.host, sizeof cfg->tls_target.host, "127.0.0.1");
    cfg->tls_target.port = server_tls_port(rig->server);
    cfg->target.port =
        service.implicit ? cfg->tls_target.port : server_port(rig->server);
}

static bool open_store(struct rig *rig, char *err, size_t cap)
{
    const char *tmp = getenv("TMPDIR");

    if (!tmp || strlen(tmp) > sizeof rig->store - 16)
        tmp = "/tmp";
    snprintf(rig->store, sizeof rig->store, "%s/prove-XXXXXX", tmp);
    if (!mkdtemp(rig->store)) {
        snprintf(err, cap, "no folder for messages in %s", tmp);
        return false;
    }
    rig->delivery = delivery_open(rig->store, err, cap);
    return rig->delivery != NULL;
}

static void close_store(struct rig *rig)
{
    DIR *dir = opendir(rig->store);
    const struct dirent *e;

    while (dir && (e = readdir(dir)))
        unlinkat(dirfd(dir), e->d_name, 0); /* "." and ".." stay */
    if (dir)
        closedir(dir);
    rmdir(rig->store);
    delivery_close(rig->delivery);
}

bool rig_start(struct rig *rig, struct service service,
               const struct server_fault *fault, size_t split, char *err,
               size_t cap)
{
    struct server_config sc = {.mode = service.mode,
                               .faults = {fault},
                               .bind = "127.0.0.1",
                               .implicit_tls = true,
                               .split = split,
                               .idle_ns = IDLE};
    struct net_tls_config tc = {0};

    *rig = (struct rig){0};
    if (!open_store(rig, err, cap)) {
        close_store(rig);
        return false;
    }
    sc.store = rig->store;
    rig->server = server_start(&sc, err, cap);
    if (!rig->server) {
        close_store(rig);
        return false;
    }
    tc.ca_pem = server_ca_pem(rig->server);
    rig->tls = net_tls_new(&tc, err, cap);
    if (!rig->tls) {
        server_stop(rig->server);
        close_store(rig);
        return false;
    }
    configure(rig, service);
    return true;
}

void rig_stop(struct rig *rig)
{
    if (rig->ends)
        pthread_join(rig->ending, NULL);
    server_stop(rig->server);
    net_tls_free(rig->tls);
    close_store(rig);
}
