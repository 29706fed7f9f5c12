/*
 * service: see service.h.
 */
#include "cli/service.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "check/delivery.h"
#include "cli/cli.h"
#include "cli/scratch.h"
#include "report/escape.h"

/* ---- ending the server ---- */

static int end_process(void *ctx)
{
    const struct cli_service *s = ctx;

    return kill(s->pid, SIGTERM);
}

static void *shut_down(void *ctx)
{
    server_shutdown(ctx);
    return NULL;
}

/* The case watches while the server ends, so it ends in its own thread. */
static int end_reference(void *ctx)
{
    struct cli_service *s = ctx;

    if (s->ending)
        return 0;
    s->ending = pthread_create(&s->end_thread, NULL, shut_down, s->ref) == 0;
    return s->ending ? 0 : -1;
}

/* ---- the reference server ---- */

/* The scheme under which the mode's profile is found. */
static enum net_scheme scheme_of(enum server_mode mode)
{
    switch (mode) {
    case SERVER_SUBMISSION:
    case SERVER_TLS_REQUIRED:
        return NET_SUBMISSION;
    case SERVER_LMTP:
        return NET_LMTP;
    case SERVER_MX:
    case SERVER_REFUSE:
    case SERVER_NULL:
    case SERVER_BUSY:
    case SERVER_MODE_COUNT:
        break;
    }
    return NET_SMTP;
}

static void local_target(struct net_target *t, enum net_scheme scheme,
                         uint16_t port)
{
    t->scheme = scheme;
    snprintf(t->host, sizeof t->host, "127.0.0.1");
    t->port = port;
    t->tls = scheme == NET_SMTPS;
}

/* What was not given is the reference server's own. */
static void reference_account(struct check_config *cfg)
{
    if (!cfg->user) {
        cfg->user = SERVER_USER;
        cfg->password = SERVER_PASSWORD;
    }
    if (!cfg->rcpt)
        cfg->rcpt = "tester@" SERVER_DOMAIN;
    if (!cfg->bad_rcpt)
        cfg->bad_rcpt = "nosuch@" SERVER_DOMAIN;
    if (!cfg->foreign_rcpt)
        cfg->foreign_rcpt = "someone@elsewhere.example";
}

/* It delivers to the folder that is watched, or to one of its own. What
 * is not there is said when it is to be watched. */
static int reference_store(struct cli_service *s, const struct cli_options *o,
                           const char *command, FILE *err)
{
    struct stat st;

    if (!o->delivery) {
        s->store = cli_scratch_make();
        return CLI_OK;
    }
    if (stat(o->delivery, &st) != 0 || S_ISDIR(st.st_mode))
        return CLI_OK;
    char *clean = report_clean(o->delivery);
    fprintf(err,
            "smtpspec %s: --delivery: %s: expected a folder for the messages "
            "of ref:\n", command, clean);
    free(clean);
    return CLI_USAGE;
}

static int start_reference(struct cli_service *s, struct cli_options *o,
                           const char *command, FILE *err)
{
    struct check_config *cfg = &o->cfg;
    struct server_config sc = {.bind = "127.0.0.1", .implicit_tls = true};
    char why[320];

    if (server_parse_ref(cfg->target.path, &sc, why, sizeof why) != 0) {
        fprintf(err, "smtpspec %s: %s\n", command, why);
        return CLI_USAGE;
    }
    sc.store = s->store ? s->store : o->delivery;
    s->ref = server_start(&sc, why, sizeof why);
    if (!s->ref) {
        snprintf(s->unusable, sizeof s->unusable,
                 "the reference server does not start: %.250s", why);
        return CLI_OK;
    }
    cfg->tls_target = cfg->target;
    local_target(&cfg->target, scheme_of(sc.mode), server_port(s->ref));
    local_target(&cfg->tls_target, NET_SMTPS, server_tls_port(s->ref));
    cfg->tls_port_given = true;
    s->ca_pem = strdup(server_ca_pem(s->ref));
    reference_account(cfg);
    cfg->terminate = end_reference;
    cfg->terminate_ctx = s;
    return CLI_OK;
}

/* ---- others ---- */

static int check_allowed(struct cli_service *s, const struct cli_options *o,
                         const char *command, FILE *err)
{
    int local;

    if (o->remote)
        return CLI_OK;
    local = net_target_is_local(&o->cfg.target, s->unusable,
                                sizeof s->unusable);
    if (local > 0)
        s->unusable[0] = '\0';
    if (local != 0)
        return CLI_OK;
    fprintf(err,
            "smtpspec %s: %s is not on this machine: give --remote to confirm "
            "that you may test it\n",
            command, o->cfg.target.text);
    return CLI_USAGE;
}

static void second_port(struct cli_options *o)
{
    struct check_config *cfg = &o->cfg;

    if (o->tls_port == 0)
        return;
    cfg->tls_target = cfg->target;
    cfg->tls_target.scheme = NET_SMTPS;
    cfg->tls_target.port = (uint16_t)o->tls_port;
    cfg->tls_target.tls = true;
    cfg->tls_port_given = true;
}

/* A submission server may insist that the sender is the account's (RFC 6409
 * 6.1). */
static const char *default_from(const struct check_config *cfg)
{
    bool submission = cfg->profile == CHECK_PROFILE_SUBMISSION ||
                      (cfg->profile == CHECK_PROFILE_AUTO &&
                       (cfg->target.scheme == NET_SUBMISSION ||
                        cfg->target.scheme == NET_SMTPS ||
                        cfg->target.port == 587));

    if (submission && cfg->user && strchr(cfg->user, '@'))
        return cfg->user;
    return "sender@example.com";
}

/* Where the server's messages are to be seen. */
static int watch(struct cli_service *s, struct cli_options *o,
                 const char *command, FILE *err)
{
    const char *path = o->delivery ? o->delivery : s->store;
    char why[4400];

    if (!path || s->unusable[0])
        return CLI_OK;
    s->delivery = delivery_open(path, why, sizeof why);
    o->cfg.delivery = s->delivery;
    if (s->delivery)
        return CLI_OK;
    char *clean = report_clean(why);
    fprintf(err, "smtpspec %s: --delivery: %s\n", command, clean);
    free(clean);
    return CLI_USAGE;
}

static int open_tls(struct cli_service *s, struct cli_options *o,
                    const char *command, FILE *err)
{
    struct net_tls_config tc = {.insecure = o->tls_insecure,
                                .ca_file = o->tls_ca,
                                .ca_pem = s->ca_pem};
    char why[320];

    s->tls = net_tls_new(&tc, why, sizeof why);
    o->cfg.tls = s->tls;
    if (s->tls)
        return CLI_OK;
    fprintf(err, "smtpspec %s: %s%s\n", command,
            o->tls_ca ? "--tls-ca: " : "", why);
    return CLI_USAGE;
}

int cli_service_open(struct cli_service *s, struct cli_options *o,
                     const char *target, const char *command, FILE *err)
{
    struct check_config *cfg = &o->cfg;
    char why[320];
    bool ref;
    int rc;

    memset(s, 0, sizeof *s);
    if (net_target_parse(target, &cfg->target, why, sizeof why) != 0) {
        char *clean = report_clean(why);
        fprintf(err, "smtpspec %s: %s\n", command, clean);
        free(clean);
        return CLI_USAGE;
    }
    cfg->target_text = cfg->target.text;
    cfg->again = cli_options_again(o, target);
    if (o->server_pid) {
        s->pid = (pid_t)o->server_pid;
        cfg->terminate = end_process;
        cfg->terminate_ctx = s;
    }
    second_port(o);
    ref = cfg->target.scheme == NET_REF;
    rc = ref ? reference_store(s, o, command, err)
             : check_allowed(s, o, command, err);
    if (rc == CLI_OK)
        rc = watch(s, o, command, err);
    if (rc == CLI_OK && ref)
        rc = start_reference(s, o, command, err);
    if (rc == CLI_OK)
        rc = open_tls(s, o, command, err);
    if (!cfg->from)
        cfg->from = default_from(cfg);
    return rc;
}

void cli_service_close(struct cli_service *s)
{
    if (s->ending)
        pthread_join(s->end_thread, NULL);
    if (s->ref)
        server_stop(s->ref);
    delivery_close(s->delivery);
    cli_scratch_remove(s->store);
    net_tls_free(s->tls);
    free(s->ca_pem);
    memset(s, 0, sizeof *s);
}
