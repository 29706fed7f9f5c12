/*
 * Real clients: what curl, swaks and msmtp make of the server. A client that
 * is not installed is skipped with a line that says so.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/server.h"

static char folder[64];
static struct server *server;
static char said[16384]; /* by the last command */

static void set_up(const char *ref)
{
    struct server_config cfg = {.implicit_tls = true};
    char err[300] = "", path[128];
    strcpy(folder, "/tmp/clients-test-XXXXXX");
    cr_assert(mkdtemp(folder));
    cr_assert_eq(server_parse_ref(ref, &cfg, err, sizeof(err)), 0, "%s", err);
    cfg.store = folder;
    server = server_start(&cfg, err, sizeof(err));
    cr_assert(server, "%s", err);
    snprintf(path, sizeof(path), "%s/.ca.pem", folder);
    FILE *f = fopen(path, "w");
    fputs(server_ca_pem(server), f);
    fclose(f);
    snprintf(path, sizeof(path), "%s/.mail", folder);
    f = fopen(path, "w");
    fputs("From: a@client.example\r\nTo: b@example.test\r\nSubject: x\r\n\r\n"
          ".a dot\r\n.\r\nthe end\r\n", f);
    fclose(f);
}

/* Runs a shell command in which %P, %T, %C and %M are the port, the TLS port,
 * the certificate and a message. Its exit status. */
static int run(const char *command)
{
    char text[2048];
    size_t n = 0;
    n += (size_t)snprintf(text, sizeof(text), "timeout 20 ");
    for (const char *p = command; *p && n + 200 < sizeof(text); p++) {
        if (*p != '%') {
            text[n++] = *p;
            continue;
        }
        p++;
        if (*p == 'P' || *p == 'T')
            n += (size_t)snprintf(text + n, 16, "%u",
                                  *p == 'P' ? server_port(server)
                                            : server_tls_port(server));
        else
            n += (size_t)snprintf(text + n, 100, "%s/%s", folder,
                                  *p == 'C' ? ".ca.pem" : ".mail");
    }
    snprintf(text + n, sizeof(text) - n, " 2>&1");
    FILE *f = popen(text, "r");
    cr_assert(f);
    said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
    int status = pclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* How many messages hold these lines as they were sent. */
static int stored(void)
{
    char text[256];
    snprintf(text, sizeof(text),
             "sh -c \"grep -lx '.a dot.*' %s/[0-9]* | wc -l\"", folder);
    run(text);
    return atoi(said);
}

static void tear_down(void)
{
    char text[128];
    server_stop(server);
    snprintf(text, sizeof(text), "rm -rf %s", folder);
    cr_expect_eq(system(text), 0);
}

static bool missing(const char *program)
{
    char text[64];
    snprintf(text, sizeof(text), "command -v %s >/dev/null", program);
    if (system(text) == 0)
        return false;
    fprintf(stderr, "skipped: %s is not installed\n", program);
    return true;
}

/* Every command must end with 0 and leave a message. */
static void play(const char *program, const char *ref,
                 const char *const *commands)
{
    if (missing(program))
        return;
    set_up(ref);
    for (int i = 0; commands[i]; i++) {
        cr_expect_eq(run(commands[i]), 0, "%s:\n%s", commands[i], said);
        cr_expect_eq(stored(), i + 1, "%s:\n%s", commands[i], said);
    }
    tear_down();
}

#define CURL                                                                  \
    "curl -sS --max-time 10 --cacert %C --mail-from a@client.example "       \
    "--mail-rcpt b@example.test -T %M "
#define LOGIN "-u tester@example.test:secret-pw "
#define SUBMIT "smtp://127.0.0.1:%P/client.example"

/* A hang ends as a crash (the framework's own timeout leaks memory). */
static void guard(void)
{
    alarm(120);
}

TestSuite(clients, .init = guard);

Test(clients, curl_mx)
{
    static const char *const COMMANDS[] = {
        CURL SUBMIT,
        CURL "--ssl-reqd " SUBMIT,
        CURL "smtps://127.0.0.1:%T/client.example",
        CURL "--mail-rcpt c@example.test --mail-rcpt d@example.test " SUBMIT,
        NULL};
    play("curl", "mx", COMMANDS);
}

Test(clients, curl_submission)
{
    static const char *const COMMANDS[] = {
        CURL LOGIN SUBMIT,
        CURL LOGIN "--ssl-reqd " SUBMIT,
        CURL LOGIN "--login-options AUTH=PLAIN " SUBMIT,
        CURL LOGIN "--login-options AUTH=PLAIN --sasl-ir " SUBMIT,
        CURL LOGIN "--login-options AUTH=LOGIN " SUBMIT,
        CURL LOGIN "--login-options AUTH=CRAM-MD5 " SUBMIT,
        CURL LOGIN "--login-options AUTH=PLAIN --mail-rcpt x@other.test "
                   "smtps://127.0.0.1:%T/client.example",
        NULL};
    play("curl", "submission", COMMANDS);
}

Test(clients, curl_is_refused)
{
    if (missing("curl"))
        return;
    set_up("tls-required");
    cr_expect_neq(run(CURL SUBMIT), 0);
    cr_expect_neq(run(CURL "--ssl-reqd " SUBMIT), 0);
    cr_expect_neq(run(CURL "-u tester@example.test:wrong --ssl-reqd " SUBMIT),
                  0);
    cr_expect_eq(stored(), 0);
    cr_expect_eq(run(CURL LOGIN "--ssl-reqd " SUBMIT), 0, "%s", said);
    cr_expect_eq(stored(), 1);
    tear_down();
}

#define SWAKS                                                                 \
    "swaks --server 127.0.0.1:%P --from a@client.example --to b@example.test " \
    "--ehlo client.example --data @%M "
#define SWAKS_AUTH "--auth-user tester@example.test --auth-password secret-pw "

Test(clients, swaks)
{
    static const char *const COMMANDS[] = {
        SWAKS SWAKS_AUTH "--auth PLAIN",
        SWAKS SWAKS_AUTH "--auth LOGIN",
        SWAKS SWAKS_AUTH "--auth CRAM-MD5",
        SWAKS SWAKS_AUTH "--pipeline --auth PLAIN",
        NULL};
    play("swaks", "submission", COMMANDS);
}

Test(clients, swaks_tls)
{
    static const char *const COMMANDS[] = {
        SWAKS SWAKS_AUTH "--tls --auth PLAIN", NULL};
    if (system("perl -MNet::SSLeay -e 1 2>/dev/null") == 0)
        play("swaks", "submission", COMMANDS);
    else
        fprintf(stderr, "skipped: swaks has no TLS (Net::SSLeay)\n");
}

Test(clients, swaks_lmtp)
{
    static const char *const COMMANDS[] = {
        SWAKS "--protocol LMTP",
        SWAKS "--protocol LMTP --to c@example.test,d@example.test",
        NULL};
    play("swaks", "lmtp", COMMANDS);
}

#define MSMTP                                                                 \
    "msmtp --file=/dev/null --host=127.0.0.1 --from=a@client.example "       \
    "--domain=client.example --tls-trust-file=%C --timeout=10 "
#define MSMTP_AUTH                                                            \
    "--user=tester@example.test --passwordeval='echo secret-pw' "

Test(clients, msmtp)
{
    static const char *const COMMANDS[] = {
        MSMTP MSMTP_AUTH "--port=%P --auth=plain --tls=on b@example.test <%M",
        MSMTP MSMTP_AUTH "--port=%P --auth=scram-sha-256 --tls=on "
                         "b@example.test <%M",
        MSMTP MSMTP_AUTH "--port=%P --auth=scram-sha-1 --tls=off "
                         "b@example.test <%M",
        MSMTP MSMTP_AUTH "--port=%P --auth=cram-md5 --tls=off "
                         "b@example.test <%M",
        MSMTP MSMTP_AUTH "--port=%T --auth=login --tls=on --tls-starttls=off "
                         "b@example.test c@other.test <%M",
        NULL};
    play("msmtp", "submission", COMMANDS);
}
