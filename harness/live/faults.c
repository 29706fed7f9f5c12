/*
 * faults: see faults.h. Each is a mistake of a kind that mail servers have
 * had.
 */
#include "faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST (300ull * 1024 * 1024)
#define LEAK    65536u

static bool is(const struct live_unit *u, enum smtp_verb verb)
{
    return u->kind == LIVE_COMMAND && u->verb == verb;
}

/* The digits behind NAME= in the argument; false when it has none. */
static bool number_of(struct smtp_span arg, const char *name, uint64_t *out)
{
    const char *at = memmem(arg.p, arg.n, name, strlen(name));
    const char *end = arg.p + arg.n;

    if (!at)
        return false;
    *out = 0;
    for (at += strlen(name); at < end && *at >= '0' && *at <= '9'; at++)
        *out = *out * 10 + (uint64_t)(*at - '0');
    return true;
}

/* ---- memory ------------------------------------------------------------ */

/* A copy of the client's name, in room for most of them. */
static bool ehlo_overflow(struct planted *p, const struct live_unit *u)
{
    if (!is(u, SMTP_VERB_EHLO))
        return false;
    free(p->block);
    p->block = malloc(256);
    memcpy(p->block, u->arg.p, u->arg.n);
    return false;
}

/* RSET gives the chunk's buffer back, and the next chunk goes into it. */
static bool bdat_after_rset(struct planted *p, const struct live_unit *u)
{
    if (is(u, SMTP_VERB_RSET)) {
        free(p->block);
        p->flag = p->block != NULL;
    }
    if (!is(u, SMTP_VERB_BDAT))
        return false;
    if (!p->block)
        p->block = malloc(64);
    p->block[0] = 'x';
    return false;
}

/* Room for the octets that whole groups of four letters make. */
static bool base64_tail(struct planted *p, const struct live_unit *u)
{
    const char *space;
    size_t n;

    if (!is(u, SMTP_VERB_AUTH) || u->arg.n == 0)
        return false;
    space = memchr(u->arg.p, ' ', u->arg.n);
    n = space ? (size_t)(u->arg.p + u->arg.n - space) - 1 : 0;
    if (n < 4)
        return false;
    p->other = malloc(n / 4 * 3);
    memset(p->other, 0, n * 3 / 4);
    free(p->other);
    p->other = NULL;
    return false;
}

static bool format_string(struct planted *p, const struct live_unit *u)
{
    char format[600], line[4096];

    (void)p;
    if (!is(u, SMTP_VERB_VRFY) && !is(u, SMTP_VERB_EXPN))
        return false;
    snprintf(format, sizeof format, "%.*s", (int)u->arg.n, u->arg.p);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
    snprintf(line, sizeof line, format);
#pragma GCC diagnostic pop
    return false;
}

/* One more octet than declared, in 32 bits. */
static bool size_wrap(struct planted *p, const struct live_unit *u)
{
    uint64_t size;
    uint32_t room;

    if (!is(u, SMTP_VERB_MAIL) || !number_of(u->arg, "SIZE=", &size))
        return false;
    room = (uint32_t)size + 1;
    if (room > 1048576)
        return false;
    free(p->block);
    p->block = malloc(room);
    memset(p->block, 0, 16 < size ? 16 : (size_t)size);
    return false;
}

/* The chunk's size in 32 bits for the room, in 64 for the copy. */
static bool chunk_wrap(struct planted *p, const struct live_unit *u)
{
    uint64_t size = 0;

    if (u->verb != SMTP_VERB_BDAT || !number_of(u->arg, "", &size) ||
        size >> 32 == 0)
        return false;
    free(p->block);
    p->block = malloc((uint32_t)size & 0xFFFFu);
    memset(p->block, 0, ((size_t)size & 0xFFFFu) + 1);
    return false;
}

/* One frame for each "@" of a source route: large ones, for where the stack
 * begins is not the same in each process, and that must not decide. */
static __attribute__((noinline)) unsigned hops(const char *at,
                                               const char *end)
{
    char frame[256 * 1024];

    frame[0] = '@';
    /* All of it may be used: or the compiler makes it one octet. */
    __asm__ volatile("" : : "r"(frame) : "memory");
    if (at == end || *at != '@')
        return 0;
    return hops(at + 1, end) + (frame[0] == '@');
}

static bool route_depth(struct planted *p, const struct live_unit *u)
{
    const char *end = u->octets.p + u->octets.n;

    for (const char *at = u->octets.p; at < end; at++)
        if (*at == '@' && (at == u->octets.p || at[-1] != '@'))
            p->count += hops(at, end);
    return false;
}

/* The second "*" gives back what the first one did. */
static bool cancel_twice(struct planted *p, const struct live_unit *u)
{
    if (is(u, SMTP_VERB_AUTH) && !p->block)
        p->block = malloc(32);
    if (u->kind == LIVE_ANSWER && u->octets.p[0] == '*')
        free(p->block);
    return false;
}

static bool node_missing(struct planted *p, const struct live_unit *u)
{
    const char *node;

    (void)p;
    if (!is(u, SMTP_VERB_ETRN) || u->arg.n == 0 || u->arg.p[0] != '@')
        return false;
    node = u->arg.n > 1 ? u->arg.p + 1 : NULL;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is planted */
    return *(const volatile char *)node == '\0';
}

/* Room for what SIZE declares, all of it touched. */
static bool size_held(struct planted *p, const struct live_unit *u)
{
    uint64_t size;

    if (!is(u, SMTP_VERB_MAIL) || !number_of(u->arg, "SIZE=", &size) ||
        size < 1048576)
        return false;
    size = size < LARGEST ? size : LARGEST;
    free(p->block);
    p->block = malloc(size);
    memset(p->block, 'x', size);
    return false;
}

/* The name in VRFY is never given back, nor is the page it is in. */
static bool vrfy_leak(struct planted *p, const struct live_unit *u)
{
    volatile char *name;

    (void)p;
    if (!is(u, SMTP_VERB_VRFY))
        return false;
    name = malloc(LEAK); /* volatile, or it would be left out */
    for (size_t i = 0; i < LEAK; i += 4096)
        name[i] = 'x';
    return false;
}

/* ---- time ---------------------------------------------------------------- */

/* Looks for the end of the line where a string would end. */
static bool nul_loop(struct planted *p, const struct live_unit *u)
{
    volatile const char *at = u->octets.p;

    (void)p;
    if (u->kind != LIVE_COMMAND || !memchr(u->octets.p, 0, u->octets.n))
        return false;
    while (*at != '\n')
        at += *at != '\0';
    return false;
}

/* A reply for each octet that a chunk has too few, and it never has enough. */
static bool chunk_flood(struct planted *p, const struct live_unit *u)
{
    if (!is(u, SMTP_VERB_BDAT) || u->last || p->code < 500)
        return false;
    for (unsigned i = 0; i < 100000; i++)
        p->say("503 5.5.1 Bad sequence of commands\r\n");
    return false;
}

/* The third HELP on end ends the server, behind this session. */
static bool help_ends(struct planted *p, const struct live_unit *u)
{
    p->count = is(u, SMTP_VERB_HELP) ? p->count + 1 : 0;
    p->ends |= p->count >= 3;
    return false;
}

/* ---- state --------------------------------------------------------------- */

/* An argument of NOOP that is long gets an answer of its own. */
static bool two_replies(struct planted *p, const struct live_unit *u)
{
    if (is(u, SMTP_VERB_NOOP) && u->arg.n > 60)
        p->say("250 2.0.0 that was long\r\n");
    return false;
}

/* What came with a failed AUTH is taken for the client's of before. */
static bool auth_group(struct planted *p, const struct live_unit *u)
{
    if (is(u, SMTP_VERB_AUTH))
        p->flag = p->more;
    else if (is(u, SMTP_VERB_MAIL) && p->flag && p->code >= 500)
        session_trust(p->session, true);
    return false;
}

/* RSET behind RCPT forgets the sender, and not that there was one. */
static bool rcpt_kept(struct planted *p, const struct live_unit *u)
{
    if (is(u, SMTP_VERB_RCPT) && p->code == 250)
        p->count |= 1;
    if (is(u, SMTP_VERB_RSET) && p->count == 1)
        p->count |= 2;
    if (!is(u, SMTP_VERB_RCPT) || p->count != 3)
        return false;
    p->say("250 2.1.5 Recipient OK\r\n");
    return true;
}

/* A reply with the client's own octets in it. */
static bool echo(struct planted *p, const struct live_unit *u)
{
    char line[400];

    if (!is(u, SMTP_VERB_HELP) || u->arg.n == 0 || u->arg.n > 300)
        return false;
    snprintf(line, sizeof line, "214 2.0.0 no help on %.*s\n",
             (int)u->arg.n, u->arg.p);
    p->say(line);
    return true;
}

/* Takes the end of the connection for the end of what it has to say. */
static bool silent_end(struct planted *p, const struct live_unit *u)
{
    if (is(u, SMTP_VERB_RCPT))
        p->count++;
    if (is(u, SMTP_VERB_DATA) && p->count >= 3)
        exit(0);
    return false;
}

static const struct planted_fault table[] = {
    {"auth-group", "submission", "auth",
     "MAIL sent together with a failing AUTH is let through", false,
     auth_group},
    {"base64-tail", "mx", "sanitizer",
     "octets of the last group overflow", false, base64_tail},
    {"bdat-after-rset", "mx", "sanitizer",
     "a chunk behind RSET goes into memory given back", false, bdat_after_rset},
    {"cancel-twice", "mx", "sanitizer",
     "a second cancelled AUTH gives memory back twice", false, cancel_twice},
    {"chunk-flood", "mx", "flood",
     "a chunk behind a refusal is refused without end", false, chunk_flood},
    {"chunk-wrap", "mx", "sanitizer",
     "a chunk-size over 32 bits overflows", false, chunk_wrap},
    {"echo", "mx", "grammar",
     "a reply ends in LF alone", false, echo},
    {"ehlo-overflow", "mx", "sanitizer",
     "a long name in EHLO overflows", false, ehlo_overflow},
    {"format-string", "mx", "sanitizer",
     "the argument of VRFY is a format string", false, format_string},
    {"help-ends", "mx", "gone",
     "the third HELP on end ends the server", true, help_ends},
    {"node-missing", "mx", "sanitizer",
     "ETRN @ without a node: no memory", false, node_missing},
    {"nul-loop", "mx", "hang",
     "a NUL in a command is looked at for ever", false, nul_loop},
    {"rcpt-kept", "mx", "order",
     "RCPT is taken without MAIL behind RSET", false, rcpt_kept},
    {"route-depth", "mx", "sanitizer",
     "a long source route fills the stack", false, route_depth},
    {"silent-end", "mx", "lost",
     "DATA behind three RCPT ends the process", false, silent_end},
    {"size-held", "mx", "memory",
     "memory for what SIZE declares", false, size_held},
    {"size-wrap", "mx", "sanitizer",
     "SIZE=4294967295 wraps to no room", false, size_wrap},
    {"two-replies", "mx", "count",
     "a long NOOP gets two replies", false, two_replies},
    {"vrfy-leak", "mx", "memory",
     "VRFY keeps 64 KiB for ever", true, vrfy_leak},
};

const struct planted_fault *planted_fault_at(unsigned i)
{
    return i < sizeof table / sizeof *table ? &table[i] : NULL;
}
