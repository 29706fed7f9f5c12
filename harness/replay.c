/*
 * replay: runs a fuzz target over files, without libFuzzer, so that any
 * compiler can: the corpora are part of the tests.
 *
 *   TARGET [--every] [--mutate N] FILE|FOLDER...
 *
 * --every tries all cuts (fuzz/fuzz.h); --mutate runs N mutations of each
 * input as well, by the target's own mutator. A folder is walked. Prints how
 * many inputs there were; a crash or abort() is the finding, and the file is
 * named on stderr then, and its octets are in ./replay-crash.
 */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM      ((size_t)64 * 1024) /* octets of a mutated input */
#define FILE_MAX  ((size_t)4 << 20)
#define SECONDS   60 /* of one file; a hang ends as a crash */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t *data,
                                                     size_t size, size_t max,
                                                     unsigned seed);

static struct {
    unsigned long mutations; /* of each input */
    unsigned long inputs, mutated;
    char path[4096];         /* of the input at hand */
    const uint8_t *input;    /* it, or its mutation */
    size_t input_n;
    uint32_t chance;
    bool wrong;
} run = {.chance = 2463534242u};

static uint32_t chance(uint32_t n)
{
    run.chance ^= run.chance << 13;
    run.chance ^= run.chance >> 17;
    run.chance ^= run.chance << 5;
    return run.chance % n;
}

/* What libFuzzer has under this name, in small: an octet is changed, put in
 * or taken out. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
    size_t at = chance((uint32_t)size + 1);
    uint32_t what = chance(3);
    if (what == 0 && size < max) {
        memmove(data + at + 1, data + at, size - at);
        data[at] = (uint8_t)chance(256);
        return size + 1;
    }
    if (at == size)
        return size;
    if (what == 1 && size > 1) {
        memmove(data + at, data + at + 1, size - at - 1);
        return size - 1;
    }
    data[at] = (uint8_t)chance(256);
    return size;
}

static void say(const char *text)
{
    (void)!write(2, text, strlen(text));
}

/* Names the file whose run ends so, and keeps its octets, which may be those
 * of a mutation. */
static void tell(int signal_number)
{
    static const char kept[] = "replay-crash";
    int fd = open(kept, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    say("replay: ended in: ");
    say(run.path);
    if (fd >= 0 && write(fd, run.input, run.input_n) == (ssize_t)run.input_n)
        say("\nreplay: the input is in: replay-crash");
    say("\n");
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void play(const uint8_t *data, size_t n)
{
    /* Of its own size, so that a sanitizer sees where it ends. */
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        abort();
    if (n)
        memcpy(exact, data, n);
    run.input = exact;
    run.input_n = n;
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static void mutations(const uint8_t *data, size_t n)
{
    static uint8_t room[ROOM];
    if (!LLVMFuzzerCustomMutator || n == 0 || n > ROOM)
        return;
    for (unsigned long i = 0; i < run.mutations; i++, run.mutated++) {
        memcpy(room, data, n);
        play(room, LLVMFuzzerCustomMutator(room, n, ROOM, chance(1u << 31)));
    }
}

static int visit(const char *path, const struct stat *st, int type,
                 struct FTW *ftw)
{
    static uint8_t data[FILE_MAX];
    (void)st;
    (void)ftw;
    if (type != FTW_F)
        return 0;
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "replay: %s: cannot be read\n", path);
        run.wrong = true;
        return 0;
    }
    size_t n = fread(data, 1, sizeof(data), f);
    fclose(f);
    snprintf(run.path, sizeof(run.path), "%s", path);
    run.inputs++;
    alarm(SECONDS);
    play(data, n);
    mutations(data, n);
    alarm(0);
    return 0;
}

int main(int argc, char **argv)
{
    static const int SIGNALS[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                                  SIGALRM};
    LLVMFuzzerInitialize(&argc, &argv);
    for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++)
        signal(SIGNALS[i], tell);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--every") == 0)
            continue; /* the target's */
        if (strcmp(argv[i], "--mutate") == 0 && i + 1 < argc)
            run.mutations = strtoul(argv[++i], NULL, 10);
        else if (nftw(argv[i], visit, 16, FTW_PHYS) != 0 || run.inputs == 0)
            run.wrong = true;
    }
    const char *name = strrchr(argv[0], '/');
    printf("%-16s %5lu inputs, %6lu mutations\n", name ? name + 1 : argv[0],
           run.inputs, run.mutated);
    if (run.inputs == 0)
        fprintf(stderr, "usage: %s [--every] [--mutate N] FILE|FOLDER...\n",
                argv[0]);
    return run.wrong || run.inputs == 0;
}
