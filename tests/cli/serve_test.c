/*
 * serve: its options, the list of faults, and a server between its start and
 * a signal.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/serve.h"
#include "net/conn.h"
#include "server/server.h"
#include "tests/cli/capture.h"

Test(serve, wrong_usage)
{
    static const struct {
        const char *line;
        int status;
        const char *err; /* somewhere in it */
    } CASES[] = {
        {"--listen foo",                  CLI_USAGE,  "HOST:PORT"       },
        {"--listen 127.0.0.1:65536",      CLI_USAGE,  "HOST:PORT"       },
        {"--listen ::1:25",               CLI_USAGE,  "HOST:PORT"       },
        {"--listen",                      CLI_USAGE,  "value"           },
        {"--listen 0.0.0.0:0",            CLI_USAGE,  "--remote"        },
        {"--listen 192.0.2.1:0",          CLI_USAGE,  "--remote"        },
        {"--listen 127.0.0.1:0 --tls-listen [::1]:0", CLI_USAGE, "host" },
        {"--mode x",                      CLI_USAGE,  "tls-required"    },
        {"--fault x",                     CLI_USAGE,  "--list-faults"   },
        {"--split -1",                    CLI_USAGE,  "octets"          },
        {"--idle 0",                      CLI_USAGE,  "seconds"         },
        {"--max-sessions 9999",           CLI_USAGE,  "1000"            },
        {"--nonsense",                    CLI_USAGE,  "--help"          },
        {"word",                          CLI_USAGE,  "only options"    },
        {"--listen 127.0.0.1:0 --store /no/such", CLI_UNABLE, "/no/such"},
        {"--listen 127.0.0.1:0 --write-ca /no/such", CLI_UNABLE, "/no/such"},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct capture c;
        capture_run(&c, cli_serve, CASES[i].line);
        cr_expect_eq(c.status, CASES[i].status, "%s", CASES[i].line);
        cr_expect(strstr(c.err, CASES[i].err), "%s: %s", CASES[i].line, c.err);
        cr_expect_eq(strchr(c.err, '\n'), c.err + strlen(c.err) - 1,
                     "%s: one line", CASES[i].line);
        cr_expect_str_empty(c.out, "%s", CASES[i].line);
        capture_free(&c);
    }
}

Test(serve, help_and_faults)
{
    struct capture c;
    capture_run(&c, cli_serve, "--help");
    cr_expect_eq(c.status, CLI_OK);
    cr_expect(strstr(c.out, "--list-faults"));
    capture_free(&c);

    capture_run(&c, cli_serve, "--list-faults");
    cr_expect_eq(c.status, CLI_OK);
    const struct server_fault *f;
    for (size_t i = 0; (f = server_fault_at(i)); i++)
        cr_expect(strstr(c.out, f->name) && strstr(c.out, f->title) &&
                      strstr(c.out, f->spec), "%s", f->name);
    for (const char *p = c.out; *p; p += strcspn(p, "\n") + 1)
        cr_expect_leq(strcspn(p, "\n"), 80, "%.90s", p);
    capture_free(&c);
}

/* Until the next line end; what was read, in a static buffer. */
static const char *read_line(int fd)
{
    static char text[512];
    size_t n = 0;
    while (n + 1 < sizeof(text) && read(fd, text + n, 1) == 1)
        if (text[n++] == '\n')
            break;
    text[n] = '\0';
    return text;
}

static pid_t spawn(int *out)
{
    char word[][24] = {"--listen", "127.0.0.1:0", "--tls-listen",
                       "127.0.0.1:0", "--fault", "auth-late-rcpt"};
    char *argv[] = {word[0], word[1], word[2], word[3], word[4], word[5],
                    NULL};
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        alarm(30);
        FILE *f = fdopen(ends[1], "w");
        _exit(cli_serve(6, argv, f, stderr));
    }
    close(ends[1]);
    *out = ends[0];
    return pid;
}

Test(serve, ends_at_a_signal)
{
    int out, status;
    unsigned port, tls_port;
    char err[300], text[64];
    alarm(30);
    pid_t pid = spawn(&out);
    const char *line = read_line(out);
    cr_assert_eq(sscanf(line, "listening on 127.0.0.1:%u, TLS on "
                        "127.0.0.1:%u (submission), user " SERVER_USER
                        " password " SERVER_PASSWORD, &port, &tls_port), 2,
                 "%s", line);

    struct net_target t;
    struct net_conn *conn;
    const struct net_conn_options o = {.stop_fd = -1};
    snprintf(text, sizeof(text), "127.0.0.1:%u", port);
    cr_assert_eq(net_target_parse(text, &t, err, sizeof(err)), 0);
    cr_assert_eq(net_conn_open(&t, &o, net_deadline(5 * NET_S), &conn, err,
                               sizeof(err)), NET_OK);
    cr_assert_eq(net_conn_read(conn, net_deadline(5 * NET_S)), NET_OK);
    net_conn_consume(conn, net_conn_pending(conn).n);
    kill(pid, SIGTERM);
    while (net_conn_read(conn, net_deadline(5 * NET_S)) == NET_OK)
        ;
    struct smtp_span said = net_conn_pending(conn);
    cr_expect(said.n > 10 && memcmp(said.p, "421 4.3.2 ", 10) == 0, "%.*s",
              (int)said.n, said.p);
    net_conn_close(conn);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(out);
}
