/*
 * The faults of messages, lines, groups and chunks (faults_content.c).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/faults.h"
#include "tests/server/dialogue.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define EHLO "EHLO client.example\r\n"
#define FROM "MAIL FROM:<a@client.example>\r\n"
#define TO   "RCPT TO:<b@example.test>\r\n"
#define OPEN_TO "220 250 250/2.1.0 250/2.1.5 "
#define OPEN OPEN_TO "354 "

/* n: a NUL may stand in the input. */
#define IN(octets) sizeof(octets) - 1, octets

static const struct {
    const char *fault;
    size_t n;
    const char *input;
    const char *want; /* dialogue_short */
} ROWS[] = {
    {"bdat-again", IN(EHLO FROM TO "BDAT 0 LAST\r\nBDAT 0\r\n"),
     OPEN_TO "250/2.0.0 250/2.0.0"},
    {"bdat-chunk-354", IN(EHLO FROM TO "BDAT 1\r\nx"),
     OPEN_TO "354"},
    {"bdat-chunk-runs", IN(EHLO "BDAT 6\r\nNOOP\r\n"),
     "220 250 503/5.5.1 250/2.0.0"},
    {"bdat-data-mixed", IN(EHLO FROM TO "BDAT 1\r\nxDATA\r\n"),
     OPEN_TO "250/2.0.0 354"},
    {"bdat-dot-ends", IN(EHLO FROM TO "BDAT 3\r\n.\r\n"),
     OPEN_TO "250/2.0.0 250/2.0.0"},
    {"bdat-last-silent", IN(EHLO FROM TO "BDAT 0 LAST\r\n"),
     "220 250 250/2.1.0 250/2.1.5"},
    {"bdat-mail-between", IN(EHLO FROM TO "BDAT 1\r\nx" TO),
     OPEN_TO "250/2.0.0 250/2.1.5"},
    {"bdat-reply-twice", IN(EHLO FROM TO "BDAT 1\r\nx"),
     OPEN_TO "250/2.0.0 250/2.0.0"},
    {"bdat-rset-kept", IN(EHLO FROM TO "BDAT 1\r\nxRSET\r\nBDAT 0 LAST\r\n"),
     OPEN_TO "250/2.0.0 250/2.0.0 250/2.0.0"},
    {"bdat-syntax-250", IN(EHLO FROM TO "BDAT x\r\n"),
     OPEN_TO "250/5.5.4!"},
    {"bdat-rset-refused", IN(EHLO "BDAT 1\r\nxRSET\r\n" FROM),
     "220 250 503/5.5.1 250/2.0.0 503/2.1.0!"},
    {"content-taints",
     IN(EHLO FROM TO "DATA\r\na\nb\r\n.\r\n" FROM TO "DATA\r\n.\r\n"),
     OPEN_TO "354 554/5.6.0 250/2.1.0 250/2.1.5 354 554/2.0.0!"},
    {"bdat-never-again",
     IN(EHLO "BDAT 1\r\nxRSET\r\n" FROM TO "BDAT 1\r\nx"),
     "220 250 503/5.5.1 250/2.0.0 250/2.1.0 250/2.1.5 503/2.0.0!"},
    {"bdat-taints",
     IN(EHLO FROM TO "BDAT 1\r\nxRSET\r\n" FROM TO "DATA\r\n.\r\n"),
     OPEN_TO "250/2.0.0 250/2.0.0 250/2.1.0 250/2.1.5 354 554/2.0.0!"},
    {"binarymime-data",
     IN(EHLO "MAIL FROM:<> BODY=BINARYMIME\r\n" TO "DATA\r\n"),
     OPEN_TO "354"},
    {"content-552", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\n"),
     OPEN "552/5.3.4"},
    {"content-554", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\n"),
     OPEN "554/5.6.0"},
    {"content-bare-accepted", IN(EHLO FROM TO "DATA\r\n" "x\ny\r\n.\r\n"),
     OPEN "250/2.0.0"},
    {"content-code", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\n"),
     OPEN "220/2.0.0"},
    {"content-keeps-rcpt", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\nDATA\r\n"),
     OPEN "250/2.0.0 354"},
    {"content-lost", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\nNOOP\r\n"),
     OPEN "250/2.0.0"},
    {"content-reply-twice", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0"},
    {"content-runs-data", IN(EHLO FROM TO "DATA\r\n" "DATA\r\n.\r\n"),
     OPEN "503/5.5.1 250/2.0.0"},
    {"content-runs-mail", IN(EHLO FROM TO "DATA\r\n" "MAIL\r\n.\r\n"),
     OPEN "501/5.5.4 250/2.0.0"},
    {"content-runs-noop", IN(EHLO FROM TO "DATA\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0"},
    {"content-runs-rset", IN(EHLO FROM TO "DATA\r\n" "RSET\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0"},
    {"content-runs-starttls", IN(EHLO FROM TO "DATA\r\n" "STARTTLS\r\n.\r\n"),
     OPEN "220/2.0.0 250/2.0.0"},
    {"data-argument", IN(EHLO FROM TO "DATA x\r\n"),
     OPEN_TO "354"},
    {"data-early-lost", IN(EHLO FROM TO "DATA\r\n" "x\r\n.\r\n"),
     OPEN_TO "354"},
    {"data-no-rcpt", IN(EHLO FROM "DATA\r\n"),
     "220 250 250/2.1.0 354"},
    {"data-other-code", IN(EHLO FROM TO "DATA\r\n"),
     OPEN_TO "350"},
    {"eod-cr-cr", IN(EHLO FROM TO "DATA\r\n" "a\r.\r" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-cr-crlf", IN(EHLO FROM TO "DATA\r\n" "a\r.\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-cr-lf", IN(EHLO FROM TO "DATA\r\n" "a\r.\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-crcrlf-crcrlf",
     IN(EHLO FROM TO "DATA\r\n" "a\r\r\n.\r\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-crlf-cr", IN(EHLO FROM TO "DATA\r\n" "a\r\n.\r" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-crlf-crcrlf",
     IN(EHLO FROM TO "DATA\r\n" "a\r\n.\r\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-crlf-lf", IN(EHLO FROM TO "DATA\r\n" "a\r\n.\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-dot-dot", IN(EHLO FROM TO "DATA\r\n" "a\r\n.." "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-dot-ht", IN(EHLO FROM TO "DATA\r\n" "a\r\n.\t\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-dot-nul", IN(EHLO FROM TO "DATA\r\n" "a\r\n.\0\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-dot-sp", IN(EHLO FROM TO "DATA\r\n" "a\r\n. \r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-empty-line", IN(EHLO FROM TO "DATA\r\n" "a\r\n\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-lf-cr", IN(EHLO FROM TO "DATA\r\n" "a\n.\r" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-lf-crlf", IN(EHLO FROM TO "DATA\r\n" "a\n.\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-lf-lf", IN(EHLO FROM TO "DATA\r\n" "a\n.\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-line-dot", IN(EHLO FROM TO "DATA\r\n" "at.\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"eod-nul-dot", IN(EHLO FROM TO "DATA\r\n" "a\r\n\0.\r\n" "NOOP\r\n.\r\n"),
     OPEN "250/2.0.0 250/2.0.0 500/5.5.1"},
    {"group-held", IN(EHLO FROM TO),
     "220 250 250/2.1.0"},
    {"group-lost", IN(EHLO FROM TO "NOOP\r\n"),
     "220 250 250/2.1.0"},
    {"group-swapped", IN(EHLO FROM TO "RCPT TO:<nosuch@example.test>\r\n"),
     "220 250 250/2.1.0 550/5.1.1 250/2.1.5"},
    {"held-ehlo", IN(EHLO EHLO),
     "220 250"},
    {"held-noop", IN(EHLO "NOOP\r\n"),
     "220 250"},
    {"held-unknown", IN(EHLO "FOO\r\n"),
     "220 250"},
    {"held-vrfy", IN(EHLO "VRFY a\r\n"),
     "220 250"},
    {"helo-group-lost", IN("HELO a.example\r\nRSET\r\nRSET\r\n"),
     "220 250 250/2.0.0"},
    {"line-8bit", IN(EHLO "MAIL FROM:<\xE9@a.example>\r\n"),
     "220 250 250/5.1.7!"},
    {"line-bare-cr", IN(EHLO "NOOP\rNOOP\r\n"),
     "220 250 250/2.0.0 250/2.0.0"},
    {"line-bare-lf", IN(EHLO "NOOP\n"),
     "220 250 250/2.0.0"},
    {"line-nul", IN(EHLO "MAIL FROM:<a\0@a.example>\r\n"),
     "220 250 250/5.5.2!"},
    {"line-tab", IN(EHLO "NOOP\tx\r\n"),
     "220 250 250/5.5.2!"},
    {"mail-bad-value", IN(EHLO "MAIL FROM:<> SIZE=x\r\n"),
     "220 250 250/5.5.4!"},
    {"mail-parameter-refused", IN(EHLO FROM "RSET\r\n" FROM),
     "220 250 250/2.1.0 250/2.0.0 555/2.1.0!"},
    {"mail-refused-again", IN(EHLO "MAIL FROM:<> SIZE=99999999\r\n" FROM),
     "220 250 552/5.3.4 552/2.1.0!"},
    {"mail-size-limit-refused", IN(EHLO "MAIL FROM:<> SIZE=10485760\r\n"),
     "220 250 552/5.3.4"},
    {"mail-size-unchecked", IN(EHLO "MAIL FROM:<> SIZE=99999999\r\n"),
     "220 250 250/2.1.0"},
};

/* What a row with a long line of text, or a split input, shows. */
static const struct {
    const char *fault;
    const char *before;
    size_t letters; /* octets of text in one line between the two */
    const char *behind;
    size_t piece; /* octets of one read; 0: all */
    const char *want;
} LONG[] = {
    {"content-64k",            EHLO FROM TO "DATA\r\n", 62000, "\r\n.\r\n", 0,
     OPEN "552/5.3.4"},
    {"eod-early-line",         EHLO FROM TO "DATA\r\n", 5000,
     "\r\nNOOP\r\n.\r\n", 0,
     OPEN "500/5.5.6 500/5.5.6 250/2.0.0 500/5.5.1"},
    {"eod-one-read",           EHLO FROM TO "DATA\r\n", 1, "\r\n.\r\n", 1,
     OPEN_TO "354"},
    {"eod-size",
     EHLO "MAIL FROM:<> SIZE=2\r\n" TO "DATA\r\n", 5000,
     "\r\nNOOP\r\n.\r\n", 0,
     OPEN "250/2.0.0 500/5.5.6 250/2.0.0 500/5.5.1"},
    {"group-split",            EHLO FROM "RSET", 0, "\r\n", 1,
     "220 250 500/2.1.0! 500/2.0.0!"},
    {"limit-command-close",    EHLO "NOOP ", 600, "\r\nNOOP\r\n", 0,
     "220 250 500/5.5.6 <close>"},
    {"limit-command-cut",      EHLO "NOOP ", 20000, "\r\nNOOP\r\n", 16000,
     "220 250 500/5.5.6 500/5.5.6 250/2.0.0"},
    {"limit-command-halves",   EHLO "NOOP ", 20000, "\r\nNOOP\r\n", 1,
     "220 250"},
    {"limit-command-short",    EHLO "NOOP ", 505, "\r\n", 0,
     "220 250 500/5.5.6"},
    {"limit-command-twice",    EHLO "NOOP ", 600, "\r\n", 0,
     "220 250 500/5.5.6 500/5.5.6"},
    {"limit-text-short",       EHLO FROM TO "DATA\r\n", 998, "\r\n.\r\n", 0,
     OPEN "500/5.5.6"},
};

/* An octet in the reply to EHLO, or beyond what is played here: these are
 * shown by the cases of the suite. */
static const char *const BY_CASES[] = {
    "ehlo-8bitmime-parameter", "ehlo-binarymime-alone",
    "ehlo-binarymime-parameter", "ehlo-chunking-parameter",
    "ehlo-no-8bitmime", "ehlo-no-size", "ehlo-pipelining-parameter",
    "eod-early-size", "bdat-over-silent", "bdat-size-unchecked", "line-early",
};

static void play(struct dialogue *d, const char *fault, const char *input,
                 size_t n, size_t piece)
{
    dialogue_init(d, SERVER_MX, fault);
    dialogue_run(d, input, n, piece ? piece : n + 1, 0);
    dialogue_free(d);
}

/* With the fault as wanted, without it otherwise. */
static void check(const char *fault, const char *input, size_t n,
                  size_t piece, const char *want)
{
    static struct dialogue d;
    static char got[4096];
    play(&d, fault, input, n, piece);
    dialogue_short(&d, got, sizeof(got));
    cr_expect_str_eq(got, want, "%s:\n got %s\nwant %s", fault, got, want);
    play(&d, NULL, input, n, piece);
    dialogue_short(&d, got, sizeof(got));
    cr_expect_str_neq(got, want, "%s: no other than strict", fault);
}

Test(content_faults, rows)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        check(ROWS[i].fault, ROWS[i].input, ROWS[i].n, 0, ROWS[i].want);
}

Test(content_faults, long_and_split)
{
    static char input[70000];
    for (size_t i = 0; i < COUNT(LONG); i++) {
        size_t before = strlen(LONG[i].before);
        size_t behind = strlen(LONG[i].behind);
        memcpy(input, LONG[i].before, before);
        memset(input + before, 'x', LONG[i].letters);
        memcpy(input + before + LONG[i].letters, LONG[i].behind, behind);
        check(LONG[i].fault, input, before + LONG[i].letters + behind,
              LONG[i].piece, LONG[i].want);
    }
}

static bool named(const char *fault)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (strcmp(ROWS[i].fault, fault) == 0)
            return true;
    for (size_t i = 0; i < COUNT(LONG); i++)
        if (strcmp(LONG[i].fault, fault) == 0)
            return true;
    for (size_t i = 0; i < COUNT(BY_CASES); i++)
        if (strcmp(BY_CASES[i], fault) == 0)
            return true;
    return false;
}

Test(content_faults, all_are_named)
{
    for (size_t i = 0; i < fault_content.n; i++)
        cr_expect(named(fault_content.rows[i].info.name), "%s",
                  fault_content.rows[i].info.name);
}
