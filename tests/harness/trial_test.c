#include "harness/trial.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A parser of replies that takes "259" for 200, counts a reply that comes in
 * pieces wrong, and reads no other kind.
 */
static void parse(const struct adapter_input *in, struct adapter_result *out)
{
    struct smtp_span piece;
    char text[64];
    size_t n = 0;
    for (size_t at = 0; adapter_next(in, &at, &piece);) {
        size_t take = piece.n < sizeof(text) - n ? piece.n : sizeof(text) - n;
        memcpy(text + n, piece.p, take);
        n += take;
    }
    out->verdict = n >= 2 && text[n - 1] == '\n' ? ADAPTER_ACCEPTED
                                                 : ADAPTER_MORE;
    out->has = ADAPTER_CODE | ADAPTER_TEXT;
    out->code = n >= 3 ? (unsigned)((text[0] - '0') * 100 +
                                    (text[1] - '0') * 10 + text[2] - '0')
                       : 0;
    if (out->code == 259)
        out->code = 200;
    if (in->piece && n > 20)
        out->code = 1;
    out->text = n >= 6 ? adapter_keep(out, text + 4, n - 6)
                       : smtp_span_of(NULL, 0);
}

static void parse_all(const struct adapter_input *in, size_t count,
                      struct adapter_result *out)
{
    for (size_t i = 0; i < count; i++)
        parse(&in[i], &out[i]);
}

struct bench {
    char dir[64];
    FILE *report;
    char *text; /* what was reported */
    size_t n;
};

static void set_up(struct bench *b, bool many, const char *known)
{
    static struct adapter one = {
        .name = "test", .kinds = ADAPTER_IS(ADAPTER_REPLY),
        .pieces = ADAPTER_IS(ADAPTER_REPLY)};
    struct trial_settings settings = {.out = b->dir, .known = known};
    one.parse = many ? NULL : parse;
    one.parse_all = many ? parse_all : NULL;
    strcpy(b->dir, "/tmp/trial_test.XXXXXX");
    cr_assert(mkdtemp(b->dir));
    b->report = settings.report = open_memstream(&b->text, &b->n);
    cr_assert(trial_open(&one, &settings));
}

static void give(const char *input)
{
    trial_input(input, strlen(input));
}

/* What a file in the directory holds, "" if it is not there; removes it. */
static void take(const struct bench *b, const char *file, char *text,
                 size_t room)
{
    char name[200];
    snprintf(name, sizeof(name), "%s/%s", b->dir, file);
    FILE *in = fopen(name, "r");
    size_t n = in ? fread(text, 1, room - 1, in) : 0;
    text[n] = '\0';
    if (in)
        fclose(in);
    unlink(name);
}

static void tear_down(struct bench *b)
{
    fclose(b->report);
    free(b->text);
    cr_expect_eq(rmdir(b->dir), 0, "%s: something is left", b->dir);
}

static void check_findings(bool many)
{
    struct bench b;
    char text[4096];
    set_up(&b, many, NULL);
    give("r250 ok\r\n");
    give("r259 some text\r\n"); /* its code is read wrong */
    give("r259\r\n");           /* the same, of another shape */
    give("r259 more\r\n");      /* met before */
    give("r250 a longer one, in pieces\r\n");
    give("cRSET\r\n");          /* not read by it */
    give("z");
    give("");
    cr_expect_eq(trial_close(), 3);
    take(&b, "findings.tsv", text, sizeof(text));
    cr_expect(strstr(text, "finding\treply/code/single\tRFC5321 4.2\t"),
              "%s", text);
    cr_expect(strstr(text, "\treply/code/single-no-text\t"), "%s", text);
    cr_expect(strstr(text, "\treply/split\tRFC9293 2.2\t"), "%s", text);
    take(&b, "reply-code-single", text, sizeof(text));
    cr_expect(strlen(text) == 8 && strncmp(text, "r259 ", 5) == 0,
              "minimised to one octet of text: %s", text);
    take(&b, "reply-code-single-no-text", text, sizeof(text));
    cr_expect_str_eq(text, "r259\r\n", "%s", text);
    take(&b, "reply-split", text, sizeof(text));
    cr_expect_eq(strlen(text), 22, "the least that shows it: %s", text);
    fflush(b.report);
    cr_expect(strstr(b.text, "test: 5 inputs, 3 findings, 0 notes, 0 known"),
              "%s", b.text);
    tear_down(&b);
}

Test(trial, findings)
{
    check_findings(false);
}

Test(trial, findings_of_a_parser_that_is_given_many)
{
    check_findings(true);
}

Test(trial, known_ones_are_counted_only)
{
    struct bench b;
    char text[4096];
    char known[] = "/tmp/trial_known.XXXXXX";
    int fd = mkstemp(known);
    cr_assert(fd >= 0);
    cr_assert(dprintf(fd, "# code 259\n\nreply/code/*  # why\n") > 0);
    close(fd);
    set_up(&b, false, known);
    give("r259 some text\r\n");
    give("r259 some text\r\n");
    give("r199 x\r\n"); /* what stands behind them is found */
    cr_expect_eq(trial_close(), 1);
    fflush(b.report);
    cr_expect(strstr(b.text, "3 inputs, 1 findings, 0 notes, 2 known"),
              "%s", b.text);
    take(&b, "findings.tsv", text, sizeof(text));
    cr_expect(strstr(text, "reply/accepts/reply-code-range"), "%s", text);
    take(&b, "reply-accepts-reply-code-range", text, sizeof(text));
    cr_expect_str_eq(text, "r199 \r\n", "%s", text);
    unlink(known);
    tear_down(&b);
}

Test(trial, lists_that_cannot_be_read)
{
    struct adapter a = {.name = "test", .kinds = 1, .parse = parse};
    struct trial_settings s = {.known = "/nonexistent", .report = stderr};
    cr_expect_not(trial_open(&a, &s));
    s = (struct trial_settings){.out = "/nonexistent", .report = stderr};
    cr_expect_not(trial_open(&a, &s));
    a.parse_all = parse_all; /* both: which shall it be? */
    s = (struct trial_settings){.report = stderr};
    cr_expect_not(trial_open(&a, &s));
}
