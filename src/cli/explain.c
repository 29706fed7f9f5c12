/*
 * explain: arguments, and the page of a single code.
 */
#include "cli/explain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/explain_page.h"
#include "smtp/enhanced.h"

/* One argument, read. */
struct arg {
    unsigned code;                 /* 0 for an enhanced status code */
    struct smtp_enhanced enhanced;
};

/* Reply codes that are met but not defined, and where they come from. */
static const struct {
    unsigned code;
    const char *note;
} field_notes[] = {
    {422, "The enhanced-code registry lists it with 4.7.12 (password "
          "transition needed); RFC 4954 gives that code the number 432."},
    {430, "The enhanced-code registry lists it with X.5.1 (invalid "
          "command)."},
    {435, "Exim sends it to AUTH for a temporary authentication failure, "
          "where RFC 4954 has 454."},
    {524, "The enhanced-code registry lists it with 5.7.11 (encryption "
          "required for the mechanism); RFC 4954 has 538."},
    {533, "The enhanced-code registry lists it with 5.7.1 (delivery not "
          "authorized)."},
};

const char *explain_field_note(unsigned code)
{
    for (size_t i = 0; i < sizeof(field_notes) / sizeof(field_notes[0]); i++) {
        if (field_notes[i].code == code)
            return field_notes[i].note;
    }
    return NULL;
}

/* The rows below speak for the class alone: all that RFC 5321 4.3.2 lets a
 * client conclude from a code it does not know. */
static const struct smtp_code by_class[] = {
    [2] = {.retry = SMTP_RETRY_DONE,
           .role = "counts as success, by its first digit alone",
           .action = "Treat it as success of the command it answers."},
    [3] = {.retry = SMTP_RETRY_GO_ON,
           .role = "counts as a request for more input, by its first digit "
                   "alone",
           .action = "Expect it only to DATA and within AUTH; anywhere else "
                     "the client cannot know what to send and should give "
                     "up on the command."},
    [4] = {.retry = SMTP_RETRY_LATER,
           .role = "counts as a temporary refusal, by its first digit alone",
           .action = "Keep the message and try again later; read the text "
                     "and the enhanced status code for the reason."},
    [5] = {.retry = SMTP_RETRY_CHANGED,
           .role = "counts as a permanent refusal, by its first digit alone",
           .action = "Do not repeat the request unchanged; read the text and "
                     "the enhanced status code for the reason."},
};

void explain_code_init(struct explain_code *e, unsigned code)
{
    e->made_up = false;
    e->row = smtp_code_find(code);
    if (e->row)
        return;
    e->made_up = true;
    e->made = by_class[code / 100];
    e->made.code = (uint16_t)code;
    e->made.link = SMTP_LINK_STAYS;
    e->made.scope = SMTP_SCOPE_COMMAND;
    e->made.name = "Not registered";
    e->made.meaning = "No RFC in the registry defines this code. A client "
                      "acts on the first digit alone.";
    e->made.seen = explain_field_note(code);
    if (!e->made.seen)
        e->made.seen = "From a server that made up a code of its own, or "
                       "that uses an extension the registry does not have.";
    e->made.operate = "A server should send only codes that an RFC defines; "
                      "use the nearest one and put the detail into the "
                      "enhanced status code.";
    e->made.enhanced = "";
    snprintf(e->spec, sizeof(e->spec), "%s", "RFC5321 4.2, 4.2.1, 4.3.2");
    e->made.spec = e->spec;
    e->row = &e->made;
}

static void put_digits(struct explain_page *p, unsigned code)
{
    char text[EXPLAIN_TEXT], name[EXPLAIN_LIST];

    snprintf(text, sizeof(text), "%s. %s",
             explain_class(name, sizeof(name), code),
             smtp_code_class_meaning(code / 100));
    explain_section(p, "Class", text);
    snprintf(text, sizeof(text), "%s. %s",
             explain_category(name, sizeof(name), code),
             smtp_code_category_meaning(code / 10 % 10));
    explain_section(p, "Category", text);
}

/* What happens behind the reply: two clauses made one sentence. */
static void put_afterwards(struct explain_page *p, const struct smtp_code *row)
{
    char text[EXPLAIN_TEXT];
    const char *first = smtp_code_link_text(row->link);

    snprintf(text, sizeof(text), "%c%s; %s.", first[0] & ~0x20, first + 1,
             smtp_code_retry_text(row->retry));
    explain_section(p, "Afterwards", text);
}

/* Takes the next code off a row's list; false at its end. */
static bool next_enhanced(const char **list, char *tag, size_t size,
                          struct smtp_enhanced *e)
{
    size_t n = strcspn(*list, " ");

    if (n == 0)
        return false;
    snprintf(tag, size, "%.*s", (int)n, *list);
    *e = (struct smtp_enhanced){0};
    smtp_enhanced_parse((struct smtp_span){*list, n}, e);
    *list += n;
    *list += strspn(*list, " ");
    return true;
}

static void put_enhanced_list(struct explain_page *p, const char *list)
{
    struct smtp_enhanced e;
    char tag[16];

    explain_label(p, "Enhanced");
    if (!*list) {
        explain_words(p, "None goes with it.");
        explain_end(p);
    }
    while (next_enhanced(&list, tag, sizeof(tag), &e)) {
        const char *meaning = smtp_enhanced_meaning(&e);

        explain_item(p, tag, 8);
        explain_words(p, meaning ? meaning : "not registered");
        explain_end(p);
    }
}

static void put_code(struct explain_page *p, const struct explain_code *e)
{
    const struct smtp_code *row = e->row;
    char text[EXPLAIN_TEXT];

    snprintf(text, sizeof(text), "%u  %s", (unsigned)row->code, row->name);
    explain_title(p, text);
    explain_section(p, "Meaning", row->meaning);
    explain_end(p);
    put_digits(p, row->code);
    explain_section(p, "Answers", explain_events(text, sizeof(text),
                                                 row->events));
    put_afterwards(p, row);
    explain_end(p);
    explain_section(p, "Seen", row->seen);
    explain_end(p);
    explain_section(p, "What to do", row->action);
    explain_end(p);
    explain_section(p, "Operators", row->operate);
    explain_end(p);
    if (!e->made_up)
        put_enhanced_list(p, row->enhanced);
    explain_section(p, e->made_up ? "See" : "Defined in",
                    explain_spec(text, sizeof(text), row->spec));
}

/* True if the code stands in a row's list. */
static bool lists(const char *list, const struct smtp_enhanced *want)
{
    struct smtp_enhanced e;
    char tag[16];

    while (next_enhanced(&list, tag, sizeof(tag), &e)) {
        if (e.class == want->class && e.subject == want->subject &&
            e.detail == want->detail)
            return true;
    }
    return false;
}

/* The reply codes that an enhanced code is often sent with. */
static void put_companions(struct explain_page *p,
                           const struct smtp_enhanced *e)
{
    const struct smtp_code *row;
    bool any = false;

    explain_label(p, "Comes with");
    for (size_t i = 0; (row = smtp_code_at(i)) != NULL; i++) {
        char tag[8];

        if (!lists(row->enhanced, e))
            continue;
        snprintf(tag, sizeof(tag), "%u", (unsigned)row->code);
        explain_item(p, tag, 5);
        explain_words(p, row->name);
        explain_end(p);
        any = true;
    }
    if (!any) {
        explain_words(p, "No reply code in particular.");
        explain_end(p);
    }
}

/* RFC 3463 2 and 3; the detail is the registry's. */
static const char *const enhanced_classes[] = {
    [2] = "Success.",
    [4] = "Persistent transient failure: the same message may get through "
          "later.",
    [5] = "Permanent failure: something must change before the message can "
          "get through.",
};

static const char *const enhanced_subjects[] = {
    "Other or undefined.",
    "Addressing.",
    "Mailbox.",
    "Mail system.",
    "Network and routing.",
    "Mail delivery protocol.",
    "Message content or media.",
    "Security or policy.",
};

static void put_enhanced_spec(struct explain_page *p,
                              const struct smtp_enhanced *e)
{
    const struct smtp_enhanced_info *info = NULL;
    char rfc[32], text[EXPLAIN_TEXT];

    for (size_t i = 0; (info = smtp_enhanced_at(i)) != NULL; i++) {
        if (info->subject == e->subject && info->detail == e->detail)
            break;
    }
    if (!info) {
        explain_section(p, "See", "RFC~3463 2, 3; RFC~5248");
        return;
    }
    if (strncmp(info->rfc, "RFC", 3) == 0)
        snprintf(text, sizeof(text), "%s; IANA registry (RFC~5248)",
                 explain_spec(rfc, sizeof(rfc), info->rfc));
    else
        snprintf(text, sizeof(text), "IANA registry (RFC~5248), by no RFC");
    explain_section(p, "Defined in", text);
}

static void put_enhanced(struct explain_page *p, const struct smtp_enhanced *e)
{
    const char *meaning = smtp_enhanced_meaning(e);
    size_t subjects = sizeof(enhanced_subjects) / sizeof(enhanced_subjects[0]);
    char text[EXPLAIN_TEXT];

    snprintf(text, sizeof(text), "%u.%u.%u  %s", (unsigned)e->class,
             (unsigned)e->subject, (unsigned)e->detail,
             meaning ? meaning : "Not registered");
    explain_title(p, text);
    explain_section(p, "Class", enhanced_classes[e->class]);
    explain_section(p, "Subject", e->subject < subjects
                                      ? enhanced_subjects[e->subject]
                                      : "Not registered.");
    if (!meaning)
        explain_section(p, "Meaning", "The registry does not have this code: "
                                      "go by its class and subject.");
    put_companions(p, e);
    put_enhanced_spec(p, e);
}

/* Three digits, the first in 2..5 (RFC 5321 4.2), or an enhanced code. */
static bool read_arg(const char *s, struct arg *a)
{
    size_t n = strlen(s);

    *a = (struct arg){0};
    if (n == 3 && strspn(s, "0123456789") == 3 && s[0] >= '2' && s[0] <= '5') {
        a->code = (unsigned)strtoul(s, NULL, 10);
        return true;
    }
    return smtp_enhanced_parse((struct smtp_span){s, n}, &a->enhanced) == n &&
           n > 0;
}

static void put_arg(struct explain_page *p, const struct arg *a)
{
    struct explain_code e;

    if (a->code) {
        explain_code_init(&e, a->code);
        put_code(p, &e);
    } else {
        put_enhanced(p, &a->enhanced);
    }
}

/* A reply code and an enhanced one: as they stand in a reply or bounce. */
static void put_both(struct explain_page *p, const struct arg *a)
{
    unsigned first = a[0].code ? a[0].code / 100 : a[0].enhanced.class;
    unsigned second = a[1].code ? a[1].code / 100 : a[1].enhanced.class;

    put_arg(p, &a[0]);
    fputc('\n', p->out);
    put_arg(p, &a[1]);
    if (first != second && (a[0].code || a[1].code)) {
        fputc('\n', p->out);
        explain_section(p, "Note", "The first digits differ. In one reply "
                                   "they must be the same (RFC~2034~4); a "
                                   "client goes by the reply code.");
    }
}

static void put_all(struct explain_page *p, const struct arg *a, int n)
{
    struct explain_code e[2];

    if (n == 1 || (a[0].code && a[0].code == a[1].code)) {
        put_arg(p, &a[0]);
    } else if (a[0].code && a[1].code) {
        explain_code_init(&e[0], a[0].code);
        explain_code_init(&e[1], a[1].code);
        explain_pair(p, &e[0], &e[1]);
    } else {
        put_both(p, a);
    }
}

static bool wants_bold(FILE *out)
{
    const char *term = getenv("TERM");
    int fd = fileno(out);

    return fd >= 0 && isatty(fd) && term && strcmp(term, "dumb") != 0 &&
           !getenv("NO_COLOR");
}

/* The mistake in one line, whatever bytes the argument has. */
static int refuse(const char *arg, FILE *err)
{
    fputs("smtpspec: explain: '", err);
    for (size_t i = 0; arg[i] && i < 40; i++)
        fputc(arg[i] >= ' ' && arg[i] <= '~' ? arg[i] : '?', err);
    fputs("' is not a reply code (expected three digits, first 2-5)\n", err);
    return 2;
}

int cli_explain(int argc, char **argv, FILE *out, FILE *err)
{
    struct explain_page p = {.out = out, .bold = wants_bold(out)};
    struct arg args[2];

    if (argc < 1 || argc > 2) {
        fprintf(err, "smtpspec: explain: expected one or two reply codes, "
                     "such as 530 or 220 221\n");
        return 2;
    }
    for (int i = 0; i < argc; i++) {
        if (!read_arg(argv[i], &args[i]))
            return refuse(argv[i], err);
    }
    put_all(&p, args, argc);
    if (fflush(out) != 0 || ferror(out)) {
        fprintf(err, "smtpspec: explain: cannot write the output\n");
        return 3;
    }
    return 0;
}
