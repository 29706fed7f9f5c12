/*
 * lint: what only the whole set shows; loading files.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script/script.h"
#include "script/verdict.h"

struct messages {
    char text[8192];
    size_t n;
};

static void on_error(void *ctx, const struct script_error *e)
{
    struct messages *m = ctx;
    int n = snprintf(m->text + m->n, sizeof(m->text) - m->n, "%s:%u:%u: %s\n",
                     e->file, e->line, e->column, e->message);

    m->n += (size_t)n < sizeof(m->text) - m->n ? (size_t)n : 0;
}

static bool is_known(void *ctx, const char *id)
{
    (void)ctx;
    return strcmp(id, "KNOWN") == 0;
}

#define HEAD "case: rfc5321/1/x\ntitle: t\nspec: RFC5321 1\nlevel: MUST\n"
#define GREET "C: <open>\nS: 220\n"

/* want: the only mistake; "": none. */
static const struct {
    const char *text, *want;
} rows[] = {
    {HEAD GREET "S!: 250\n", ""},
    {HEAD GREET "C: A\n", "f:1:1: case rfc5321/1/x has no S!: line, the "
     "point under test\n"},
    {HEAD "start: ehlo\nS!: 250\n", "f:1:1: case rfc5321/1/x: expected a "
     "case start/ehlo for its start:\n"},
    {HEAD GREET "S!: 250\n" HEAD GREET "S!: 250\n",
     "f:8:1: case rfc5321/1/x is there twice (also in f:1)\n"},
    {HEAD "each: a = b \"\", b \"\"\n" GREET "S!: 250\n",
     "f:1:1: case rfc5321/1/x/b is there twice (also in f:1)\n"},
    {HEAD "covers: KNOWN, OTHER\nfault: KNOWN\n" GREET "S!: 250\n",
     "f:1:1: case rfc5321/1/x: expected a requirement of requirements.tsv, "
     "not \"OTHER\"\n"},
    {HEAD "covers: KNOWN\nfault: other\n" GREET "S!: 250\n",
     "f:1:1: case rfc5321/1/x: expected a fault of the reference server, not "
     "\"other\"\n"},
    /* connections */
    {HEAD "C: A\nS!: 250\n", "f:5:1: connection 0 is not open: expected C: "
     "<open> or a start: in front of this\n"},
    {HEAD GREET "C1: A\nS!: 250\n", "f:7:1: connection 1 is not open: "
     "expected C1: <open> or a start: in front of this\n"},
    {HEAD GREET "C: <open>\nS!: 250\n", "f:7:1: connection 0 is open "
     "already\n"},
    {HEAD GREET "C: <close>\nC: <pause 1s>\nC: <open>\nS!: 250\n", ""},
    {HEAD GREET "C: <close>\nS!: 250\n", "f:8:1: connection 0 is not open: "
     "expected C: <open> or a start: in front of this\n"},
    {"case: start/s\nC: <open>\nS: 220 <domain:d>\n" HEAD
     "start: s\nC: ${d}\nS!: 250\n", ""},
    {"case: start/s\nC: <open>\nS: 220\n" HEAD "start: s\nC: <open>\n"
     "S!: 250\n", "f:9:1: connection 0 is open already\n"},
    {"case: start/s\nstart: t\nC: <open>\ncase: start/t\nC: <open>\n",
     "f:1:1: preamble start/s: expected no start: in a preamble\n"},
    {"case: start/s\nC: <open>\nS!: 220\n", "f:1:1: preamble start/s: "
     "expected no S!: in a preamble, which tests nothing\n"},
    /* variables */
    {HEAD GREET "C: ${x}\nS!: 250\n", "f:7:4: unknown variable ${x}: "
     "expected helo, from, rcpt, bad_rcpt, foreign_rcpt, user, pass, case, "
     "date, an each: or what a line before captures\n"},
    {HEAD GREET "C: ${x}\nS!: 250 <word:x>\n", "f:7:4: unknown variable"},
    {HEAD GREET "S!: 250 <word:x>\n | 500 -> fail \"f\"\nC: ${x}\n", ""},
    {HEAD GREET "S!: 250 <word:x>\n | 500 -> warn \"f\"\nC: ${x}\n",
     "f:9:4: unknown variable"},
    {HEAD GREET "S!: 250\n + SIZE <number:x>\nC: ${b64 ${x}}\n", ""},
    {HEAD GREET "S!: 250\n - SIZE <number:x>\nC: ${x}\n",
     "f:9:4: unknown variable"},
    {HEAD GREET "S!: 250 ${x}\n", "f:7:9: unknown variable"},
    {HEAD GREET "C: <auth plain ${x} y>\nS!: 250\n",
     "f:7:16: unknown variable"},
    {HEAD GREET "S!= \"${x}\"\n", "f:7:6: unknown variable"},
    {"case: start/s\nC: <open>\nS: 220 <domain:d>\n"
     "case: start/s/v\nC: <open>\nS: 220\n" HEAD
     "start: s\nC: ${d}\nS!: 250\n", "f:12:4: unknown variable"},
    /* reach */
    {HEAD GREET "S!: 250\n | 5yz\n | 4yz -> warn \"w\"\n | 421\n"
     " | xyz -> fail \"f\"\n | <close>\n | <timeout>\n", ""},
    {HEAD GREET "S!: 250\n | 2yz\n | 251\n",
     "f:9:4: 251 is never reached: 2yz in front of it takes it\n"},
    {HEAD GREET "S!: xyz\n | 5yz\n",
     "f:8:4: 5yz is never reached: xyz in front of it takes it\n"},
    {HEAD GREET "S!: 250 5yz 550\n",
     "f:7:5: 550 is never reached: 5yz in front of it takes it\n"},
    {HEAD GREET "S!: 421\n | 421\n",
     "f:8:4: 421 is never reached: 421 in front of it takes it\n"},
    {HEAD GREET "S!: 250 ok\n | 250\n", ""},
    {HEAD GREET "S!: 250\n | 250\n - STARTTLS\n", ""},
    {HEAD GREET "S!: <close>\n | <close>\n",
     "f:8:4: <close> is never reached: <close> in front of it takes it\n"},
    {HEAD GREET "S!: <close>\n | <close notify>\n",
     "f:8:4: <close notify> is never reached: <close> in front of it takes "
     "it\n"},
    {HEAD GREET "S!: <close notify>\n | <close>\n", ""},
    {HEAD GREET "S!: <silent 1s>\n | <timeout>\n",
     "f:8:4: <timeout> is never reached: <silent 1s> in front of it takes "
     "it\n"},
    {HEAD "each: c = a \"250\", b \"550\"\n" GREET "S!: ${c}\n | 5yz\n"
     " | 550 -> warn \"w\"\n", "f:10:4: 550 is never reached"},
    {HEAD "each: c = a \"250\", b \"550\"\n" GREET "S!: ${c}\n"
     " | 550 -> warn \"w\"\n", ""},
};

Test(lint, rows)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct script_set *s = script_set_new();
        struct messages m = {.n = 0};
        struct smtp_span text = {rows[i].text, strlen(rows[i].text)};
        cr_expect_eq(script_parse(s, "f", text, on_error, &m), 0, "%s%s",
                     rows[i].text, m.text);
        int errors = script_lint(s, is_known, is_known, NULL, on_error, &m);
        cr_expect_eq(errors > 0, rows[i].want[0] != '\0', "%s%s",
                     rows[i].text, m.text);
        cr_expect(strncmp(m.text, rows[i].want, strlen(rows[i].want)) == 0,
                  "%s\n%s\n%s", rows[i].text, m.text, rows[i].want);
        script_set_free(s);
    }
}

/* ---- files ------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *f = fopen(path, "w");

    cr_assert(f);
    fputs(text, f);
    fclose(f);
}

static void remove_all(const char *folder)
{
    static const char *const names[] = {"b/2.smtp", "b/x.txt", "a.smtp",
                                        ".hidden.smtp", "c.smtp", "b", ""};
    char path[512];

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        remove(path);
    }
}

static void ids(const struct script_set *s, char *out, size_t cap)
{
    out[0] = '\0';
    for (size_t i = 0; i < script_count(s); i++) {
        strncat(out, script_at(s, i)->id + 10, cap - strlen(out) - 1);
        strncat(out, " ", cap - strlen(out) - 1);
    }
}

#define CASE(name) "case: rfc5321/1/" name "\ntitle: t\nspec: RFC5321 1\n" \
                   "level: MUST\n" GREET "S!: 250\n"

Test(load, folder)
{
    char folder[] = "/tmp/script-test-XXXXXX", path[512], list[256];
    struct script_set *s = script_set_new();
    struct messages m = {.n = 0};

    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/b", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    write_file(folder, "c.smtp", CASE("c"));
    write_file(folder, "a.smtp", CASE("a2") CASE("a1"));
    write_file(folder, ".hidden.smtp", CASE("h"));
    write_file(folder, "b/2.smtp", CASE("b") "oops\n");
    write_file(folder, "b/x.txt", "no script\n");
    cr_expect_eq(script_load(s, folder, on_error, &m), 1);
    ids(s, list, sizeof(list));
    cr_expect_str_eq(list, "a2 a1 c ", "%s", list);
    snprintf(path, sizeof(path), "%s/b/2.smtp:8:1: expected C: or S:", folder);
    cr_expect(strncmp(m.text, path, strlen(path)) == 0, "%s", m.text);
    script_set_free(s);

    /* A file by name is read whatever it is called. */
    s = script_set_new();
    m.n = 0;
    snprintf(path, sizeof(path), "%s/b/x.txt", folder);
    cr_expect_eq(script_load(s, path, on_error, &m), 1);
    cr_expect(strstr(m.text, "x.txt:1:1: expected \"case: id\""), "%s",
              m.text);
    m.n = 0;
    snprintf(path, sizeof(path), "%s/none", folder);
    cr_expect_eq(script_load(s, path, on_error, &m), 1);
    cr_expect(strstr(m.text, "/none:0:0: No such file"), "%s", m.text);
    script_set_free(s);
    remove_all(folder);
}

/* /dev/zero has no end: the limit is said. */
Test(load, endless)
{
    struct script_set *s = script_set_new();
    struct messages m = {.n = 0};

    cr_expect_eq(script_load(s, "/dev/zero", on_error, &m), 1);
    cr_expect(strstr(m.text, "File too large"), "%s", m.text);
    script_set_free(s);
}

Test(verdict, names)
{
    cr_expect_str_eq(verdict_name(VERDICT_PASS), "PASS");
    cr_expect_str_eq(verdict_name(VERDICT_BLOCKED), "BLOCKED");
    cr_expect_str_eq(verdict_name(VERDICT_COUNT), "?");
    cr_expect_str_eq(script_need_name(SCRIPT_NEED_TLS_EHLO), "tls-ehlo");
    cr_expect_str_eq(script_need_name(SCRIPT_NEED_COUNT), "?");
}
