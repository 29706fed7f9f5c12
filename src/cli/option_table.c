/*
 * option_table: all options, one row each.
 */
#include "cli/option_value.h"

#include <stddef.h>
#include <string.h>

#define AT(f) offsetof(struct cli_options, f)
#define RUN   (CLI_FOR_CHECK | CLI_FOR_REPLAY)
#define REACH (RUN | CLI_FOR_FUZZ)
#define PICK  (CLI_FOR_CHECK | CLI_FOR_LIST)
#define ALL   (RUN | CLI_FOR_LIST | CLI_FOR_LINT)
#define SHOW  (CLI_FOR_CHECK | CLI_FOR_REPORT)
#define SEEN  (RUN | CLI_FOR_REPORT)

/* One report format. */
#define FORMAT(name, help)                                                    \
    {                                                                         \
        name, 0, CLI_PATH | CLI_MANY | CLI_SHOWS, SHOW, "FILE", help,         \
            cli_set_output, 0, 0, 0                                           \
    }

/* In the order of --help: what is tested, who one is, how, reports. */
static const struct cli_option table[] = {
    {"profile", 0, CLI_AGAIN, REACH, "auto|mx|submission|lmtp",
     "the kind of service; auto asks the scheme, the port, the server",
     cli_set_profile, AT(cfg.profile), 0, 0},
    {"select", 0, CLI_MANY, PICK, "PATTERN",
     "only cases with this id, this beginning of it, or glob",
     cli_set_patterns, AT(cfg.select), 0, 0},
    {"exclude", 0, CLI_MANY, PICK, "PATTERN", "not these cases",
     cli_set_patterns, AT(cfg.exclude), 0, 0},
    {"shard", 0, CLI_NO_CONFIG, CLI_FOR_CHECK, "I/N",
     "only the I-th of N parts of the cases; report merges the parts",
     cli_set_shard, 0, 0, 0},
    {"level", 0, CLI_AGAIN, PICK, "must|should|may",
     "only cases of this level and above (default may: all)", cli_set_level,
     AT(cfg.level), 0, 0},
    {"case", 0, CLI_NO_CONFIG, CLI_FOR_REPLAY, "ID",
     "only this case of the file", cli_set_text, AT(case_id), 0, 0},
    {"requirements", 0, CLI_NO_CONFIG, CLI_FOR_LIST, NULL,
     "the requirements, each with the cases that cover it", cli_set_flag,
     AT(requirements), 0, 0},
    {"suite", 0, CLI_PATH | CLI_AGAIN, ALL | CLI_FOR_FUZZ, "DIR",
     "cases, preambles and catalogue from this folder", cli_set_text,
     AT(suite), 0, 0},
    {"user", 0, CLI_AGAIN, RUN, "USER", "the account for AUTH", cli_set_text,
     AT(cfg.user), 0, 0},
    {"password-file", 0, CLI_PATH | CLI_AGAIN, RUN, "FILE",
     "its first line is the password (or set $SMTPSPEC_PASSWORD)",
     cli_set_text, AT(password_file), 0, 0},
    {"helo", 0, CLI_AGAIN, RUN, "DOMAIN",
     "the client's name in EHLO (default client.example)", cli_set_domain,
     AT(cfg.helo), 0, 0},
    {"from", 0, CLI_AGAIN, RUN, "ADDRESS",
     "the sender (default sender@example.com, or the account's address)",
     cli_set_mailbox, AT(cfg.from), 0, 0},
    {"rcpt", 0, CLI_AGAIN, RUN, "ADDRESS", "a recipient that is accepted",
     cli_set_rcpt, AT(cfg.rcpt), 0, 0},
    {"bad-rcpt", 0, CLI_AGAIN, RUN, "ADDRESS",
     "a recipient that does not exist there", cli_set_rcpt, AT(cfg.bad_rcpt),
     0, 0},
    {"foreign-rcpt", 0, CLI_AGAIN, RUN, "ADDRESS",
     "a recipient elsewhere, for which it must not relay", cli_set_mailbox,
     AT(cfg.foreign_rcpt), 0, 0},
    {"tls-ca", 0, CLI_PATH | CLI_AGAIN, REACH, "FILE",
     "more certificates to trust, PEM", cli_set_text, AT(tls_ca), 0, 0},
    {"tls-insecure", 0, CLI_AGAIN, REACH, NULL,
     "do not verify the server's certificate", cli_set_flag, AT(tls_insecure),
     0, 0},
    {"tls-port", 0, CLI_AGAIN, RUN, "PORT",
     "the same server's port for implicit TLS", cli_set_number, AT(tls_port),
     1, 65535},
    {"timeout", 0, CLI_AGAIN, REACH, "SECONDS",
     "how long a reply may take (default 10)", cli_set_seconds,
     AT(cfg.timeout), 0.1, 3600},
    {"jobs", 0, 0, CLI_FOR_CHECK, "N",
     "sessions at the same time, 1 to 64 (default 8)", cli_set_count,
     AT(cfg.jobs), 1, 64},
    {"max-rate", 0, 0, REACH, "N/s",
     "start no more than N connections a second", cli_set_rate,
     AT(cfg.max_rate), 0.01, 100000},
    {"slow", 0, CLI_AGAIN, CLI_FOR_CHECK, NULL,
     "also the cases that wait for minutes", cli_set_flag, AT(cfg.slow), 0,
     0},
    {"delivery", 0, CLI_PATH | CLI_AGAIN, RUN, "PATH",
     "where the server delivers: a folder, a Maildir or an mbox file",
     cli_set_text, AT(delivery), 0, 0},
    {"no-delivery", 0, 0, CLI_FOR_CHECK, NULL,
     "no case completes a message", cli_set_flag, AT(no_delivery), 0, 0},
    {"server-pid", 0, CLI_AGAIN | CLI_NO_CONFIG, RUN, "PID",
     "also the cases that end the server, by SIGTERM to PID, last",
     cli_set_pid, AT(server_pid), 2, 4194304},
    {"confirm", 0, 0, RUN, "N",
     "play a failing case N times more before it is reported; up to 10 "
     "(default: check 1, replay 0)",
     cli_set_count, AT(cfg.confirm), 0, 10},
    {"strict", 0, CLI_AGAIN, RUN, NULL, "WARN counts as FAIL", cli_set_flag,
     AT(cfg.strict), 0, 0},
    {"allow-blocked", 0, CLI_SHOWS, SEEN, NULL,
     "BLOCKED and ERROR do not make the exit status 3", cli_set_flag,
     AT(allow_blocked), 0, 0},
    {"remote", 0, CLI_AGAIN, REACH, NULL,
     "confirms that you may test a server that is not on this machine",
     cli_set_flag, AT(remote), 0, 0},
    {"config", 0, CLI_PATH | CLI_AGAIN | CLI_NO_CONFIG, REACH, "FILE",
     "options, one \"name = value\" a line; the command line wins",
     cli_set_text, AT(config), 0, 0},
    {"merge", 0, CLI_NO_CONFIG | CLI_SHOWS, CLI_FOR_REPORT, NULL,
     "the files are parts of one run: one result of them all",
     cli_set_flag, AT(merge), 0, 0},
    {"compare", 0, CLI_NO_CONFIG | CLI_SHOWS, CLI_FOR_REPORT, NULL,
     "the first file is the old run, the second the new one: what is new, "
     "fixed, changed",
     cli_set_flag, AT(compare), 0, 0},
    {"verify", 0, CLI_PATH | CLI_NO_CONFIG | CLI_SHOWS, CLI_FOR_REPORT,
     "REPORT.html",
     "whether that report was made from these files: by their SHA-256",
     cli_set_text, AT(verify), 0, 0},
    {"baseline", 0, CLI_PATH | CLI_SHOWS, SHOW, "FILE",
     "failures that are known (docs/baseline.md): they do not count; an entry "
     "that is not right any more does",
     cli_set_text, AT(baseline), 0, 0},
    FORMAT("write-baseline", "write what fails as a file for --baseline"),
    FORMAT("json", "write the whole result as JSON; - is standard output"),
    FORMAT("junit", "write a JUnit XML report; - is standard output"),
    FORMAT("tap", "write a TAP report (version 14); - is standard output"),
    FORMAT("sarif", "write the findings as SARIF 2.1.0; - is standard output"),
    FORMAT("markdown", "write Markdown, as for a job's summary; - is "
                       "standard output"),
    FORMAT("html", "write one HTML page, for people and audits; - is "
                   "standard output"),
    {"color", 0, CLI_SHOWS, SEEN, "auto|always|never",
     "colour; auto: on a terminal only", cli_set_color, AT(color), 0, 0},
    {"quiet", 'q', CLI_SHOWS, SEEN | CLI_FOR_FUZZ, NULL,
     "only the line that sums up",
     cli_set_flag, AT(quiet), 0, 0},
    {"verbose", 'v', CLI_SHOWS, SEEN | CLI_FOR_FUZZ, NULL,
     "every case, and sessions without cuts", cli_set_flag, AT(verbose), 0,
     0},
    {"corpus", 0, CLI_PATH, CLI_FOR_FUZZ, "DIR",
     "inputs that showed something new; kept for the next run (default "
     "smtpspec-corpus)",
     cli_set_text, AT(fuzz.corpus), 0, 0},
    {"seeds", 0, CLI_PATH | CLI_MANY, CLI_FOR_FUZZ, "DIR",
     "inputs to begin with (default: those of the suite)", cli_set_patterns,
     AT(fuzz.seeds), 0, 0},
    {"findings", 0, CLI_PATH, CLI_FOR_FUZZ, "DIR",
     "where findings are written (default findings)", cli_set_text,
     AT(fuzz.findings), 0, 0},
    {"fork-server", 0, 0, CLI_FOR_FUZZ, NULL,
     "exec:COMMAND is a server built for fuzzing: it is started once and "
     "forks for each session",
     cli_set_flag, AT(fuzz.fork_server), 0, 0},
    {"time", 0, 0, CLI_FOR_FUZZ, "SECONDS", "end after that time",
     cli_set_seconds, AT(fuzz.time), 1, 31536000},
    {"runs", 0, 0, CLI_FOR_FUZZ, "N",
     "end after that many sessions; the seeds are all played",
     cli_set_number, AT(fuzz.runs), 1, 1e15},
    {"workers", 0, 0, CLI_FOR_FUZZ, "N",
     "processes that fuzz at the same time, 1 to 64 (default 1)",
     cli_set_count, AT(fuzz.workers), 1, 64},
    {"no-oracle", 0, CLI_MANY, CLI_FOR_FUZZ, "ORACLE",
     "do not ask this one: crash, sanitizer, hang, gone, lost, grammar, "
     "count, flood, auth, order, smuggled, injected, memory",
     cli_set_patterns, AT(fuzz.without), 0, 0},
    {"max-memory", 0, 0, CLI_FOR_FUZZ, "MIB",
     "what a session may take more than the smallest one, and the server of "
     "--pid over a run (default 128)",
     cli_set_number, AT(fuzz.memory), 1, 1048576},
    {"max-disk", 0, 0, CLI_FOR_FUZZ, "MIB",
     "end when the corpus and the findings take more (default 1024)",
     cli_set_number, AT(fuzz.disk), 1, 1048576},
    {"pid", 0, CLI_NO_CONFIG, CLI_FOR_FUZZ, "PID",
     "watch the memory of this server, and of what it started",
     cli_set_pid, AT(fuzz.pid), 2, 4194304},
    {"server", 0, 0, CLI_FOR_FUZZ, "COMMAND",
     "starts the server, in the foreground, and again when it is gone; not "
     "for exec:",
     cli_set_text, AT(fuzz.server), 0, 0},
    {"seed", 0, 0, CLI_FOR_FUZZ, "N",
     "begin with these random numbers (default: others each time)",
     cli_set_number, AT(fuzz.seed), 1, 4294967295},
    {"graph", 0, CLI_PATH, CLI_FOR_FUZZ, "FILE",
     "write the states that were reached, for Graphviz", cli_set_text,
     AT(fuzz.graph), 0, 0},
    {"reproduce", 0, CLI_PATH | CLI_NO_CONFIG, CLI_FOR_FUZZ, "FILE",
     "play one input and say what the oracles say", cli_set_text,
     AT(fuzz.reproduce), 0, 0},
    {"minimise", 0, CLI_PATH | CLI_NO_CONFIG, CLI_FOR_FUZZ, "FILE",
     "make one input small, and write it as a finding", cli_set_text,
     AT(fuzz.minimise), 0, 0},
    {"help", 'h', CLI_NO_CONFIG | CLI_SHOWS,
     ALL | CLI_FOR_REPORT | CLI_FOR_FUZZ, NULL,
     "this text", cli_set_flag, AT(help), 0, 0},
};

const struct cli_option *cli_option_at(size_t i)
{
    return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

const struct cli_option *cli_option_find(const char *name, unsigned commands)
{
    const struct cli_option *row;

    for (size_t i = 0; (row = cli_option_at(i)); i++)
        if ((row->commands & commands) && strcmp(row->name, name) == 0)
            return row;
    return NULL;
}
