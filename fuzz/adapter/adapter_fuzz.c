/*
 * adapter: what is behind harness/adapter.h, held against the core. The first
 * octet of an input is the letter of its kind (adapter.h).
 *
 * Nothing that the oracle finds stops the fuzzer: it is reported once, and
 * the next one is looked for. harness/fuzz-adapter sets the variables, starts
 * this again behind a crash, and makes the report.
 *
 *   ADAPTER_OUT     directory for what is found
 *   ADAPTER_KNOWN   file of ids that are not reported
 *   ADAPTER_STOP    set: the first finding ends the run, status 1
 *   ADAPTER_REPLAY  set: each input is shown
 *   ADAPTER_KINDS   letters of the kinds to fuzz: "rc"; all by default
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../mutate.h"
#include "trial.h"

enum { SEEDS = 4 };

#define LIST(...) (const char *const[]){__VA_ARGS__, NULL}

static const struct mutate_kind xtexts = {
    LIST("xtext"), LIST("xtext"),
    LIST("+", "+3", "+3D", "+2B", "+00", "+3d", "=", "a+4", " ")};

static const struct mutate_kind base64s = {
    LIST("base64"), LIST("base64", "b64"),
    LIST("=", "==", "QQ==", "QUI=", "QUJD", "QQ=", "QR==", "QUJ=", " ", "*")};

/* How each kind is mutated, and what to begin with. */
static const struct {
    const struct mutate_kind *with;
    const char *seeds[SEEDS];
} kinds[ADAPTER_KINDS] = {
    [ADAPTER_REPLY] = {&mutate_replies, {
        "250 a\r\n", "250-a b\r\n250 c\r\n", "250-a\r\n250\r\n",
        "550 5.1.1 x\r\n"}},
    [ADAPTER_COMMAND] = {&mutate_commands, {
        "MAIL FROM:<a@b.example> SIZE=1 BODY=8BITMIME\r\n",
        "RCPT TO:<\"a b\"@[192.0.2.1]>\r\n", "BDAT 1000 LAST\r\n",
        "EHLO [IPv6:2001:db8::1]\r\n"}},
    [ADAPTER_PATH] = {&mutate_paths, {
        "<a@b.example>", "<\"a\\b\"@c>", "<a@[IPv6:1::2:3:4]>",
        "<@a,@b:c@[192.0.2.1]>"}},
    [ADAPTER_XTEXT] = {&xtexts, {"a", "a+2Bb", "+00", "a+3D+2B"}},
    [ADAPTER_BASE64] = {&base64s, {"AGEA", "AGEAYg==", "QUI=", "="}},
    [ADAPTER_DATA] = {&mutate_content, {
        ".\r\n", "a\r\n..b\r\n.\r\n", "a\n.\nb\r\n.\r\n", "..\r\n.\r\n"}},
};

/* Those that are fuzzed. */
static enum adapter_kind used[ADAPTER_KINDS];
static size_t n_used;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void close_trial(void)
{
    trial_close();
}

static void choose_kinds(const char *letters)
{
    for (unsigned k = 0; k < ADAPTER_KINDS; k++) {
        enum adapter_kind kind = (enum adapter_kind)k;
        if ((adapter.kinds & ADAPTER_IS(k)) &&
            (!letters || strchr(letters, oracle_kind_letter(kind))))
            used[n_used++] = kind;
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    const char *letters = getenv("ADAPTER_KINDS");
    const struct trial_settings settings = {
        .out = getenv("ADAPTER_OUT"),
        .known = getenv("ADAPTER_KNOWN"),
        .stop = getenv("ADAPTER_STOP") != NULL,
        .replay = getenv("ADAPTER_REPLAY") != NULL,
        .report = stdout};
    if (!trial_open(&adapter, &settings))
        exit(2);
    choose_kinds(letters && *letters ? letters : NULL);
    if (n_used == 0) {
        fprintf(stderr, "ADAPTER_KINDS=%s: %s reads none of them\n",
                letters ? letters : "", adapter.name);
        exit(2);
    }
    if (atexit(close_trial) != 0)
        exit(2);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    trial_input((const char *)data, size);
    return 0;
}

/* The kind of an input; one that has none becomes a seed of some kind, those
 * that pick says. */
static enum adapter_kind kind_of(uint8_t *data, size_t *size, size_t max,
                                 size_t pick, size_t seed)
{
    enum adapter_kind kind =
        *size ? oracle_kind_of((char)data[0]) : ADAPTER_KINDS;
    for (size_t i = 0; i < n_used; i++)
        if (used[i] == kind)
            return kind;
    kind = used[pick];
    const char *text = kinds[kind].seeds[seed % SEEDS];
    size_t n = strlen(text);
    *size = 1 + n <= max ? 1 + n : 1;
    data[0] = (uint8_t)oracle_kind_letter(kind);
    memcpy(data + 1, text, *size - 1);
    return kind;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    /* One in sixteen begins anew: no kind shall be left out because another
     * was met first. */
    size_t count = n_used;
    if (max < 2 || count == 0)
        return size;
    if (seed % 16 == 0)
        size = 0;
    enum adapter_kind kind = kind_of(data, &size, max, seed / 16 % count,
                                     seed / 256);
    return 1 + mutate(kinds[kind].with, data + 1, size - 1, max - 1, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n,
                                 const uint8_t *b, size_t b_n, uint8_t *out,
                                 size_t max, unsigned seed)
{
    if (a_n == 0 || b_n == 0 || a[0] != b[0] || max < 2)
        return 0;
    out[0] = a[0];
    return 1 + mutate_cross(a + 1, a_n - 1, b + 1, b_n - 1, out + 1, max - 1,
                            seed);
}
