/*
 * run: every way a case can end, against servers that do what a table says.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "script/expand.h"
#include "tests/script/fake.h"

#define GREET "C: <open>\nS: 220\n"

struct row {
    const char *name;
    const char *level;
    const char *steps;
    const char *acts[16];
    enum verdict verdict;
    enum script_cause cause;
    bool under_test;
    unsigned line;      /* of the deciding step; 5 is the first */
    const char *reason; /* part of it, or NULL */
    const char *got;    /* all of it, or NULL */
    bool judge_ends;
    unsigned timeout_ms; /* 0: 2000 */
};

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define W VERDICT_WARN
#define I VERDICT_INFO
#define S VERDICT_SKIP
#define B VERDICT_BLOCKED
#define E VERDICT_ERROR
#define NONE SCRIPT_CAUSE_NONE

static const struct row rows[] = {
    /* verdicts by level */
    {"pass", "MUST", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">250 ok\r\n"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"must", "MUST", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">502 no\r\n"}, F, NONE, true, 8,
     "expected 250, but the server answered: 502 no", "502 no", 0, 0},
    {"must not", "MUST NOT", GREET "C: NOOP\nS!: 5yz\n",
     {">220 h\r\n", "<", ">250 ok\r\n"}, F, NONE, true, 8, NULL, NULL, 0, 0},
    {"grammar", "GRAMMAR", "C: <open>\nS!: 220 <domain>\n",
     {">220 *bad*\r\n"}, F, NONE, true, 6, NULL, "220 *bad*", 0, 0},
    {"should", "SHOULD", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">502 no\r\n"}, W, NONE, true, 8, NULL, NULL, 0, 0},
    {"may", "MAY", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">502 no\r\n"}, I, NONE, true, 8, NULL, NULL, 0, 0},
    /* the count of SCRAM, in base64 */
    {"iterations, enough", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 cj1hYixzPVFRPT0saT00MDk2\r\n"}, P, NONE, false, 0, NULL, NULL,
     0, 0},
    {"iterations, extended", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 bT14LHI9YSxzPVFRPT0saT05OTk5OTk5LHg9eQ==\r\n"}, P, NONE, false, 0, NULL, NULL,
     0, 0},
    {"iterations, too few", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 cj1hYixzPVFRPT0saT00MDk1\r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    {"iterations, no count", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 cj1hYixzPVFRPT0=\r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    {"iterations, no number", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 cj1hYixzPVFRPT0saT00MHg2\r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    {"iterations, empty count", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 cj1hYixzPVFRPT0saT0=\r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    {"iterations, too many", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 cj1hLHM9UVE9PSxpPTk5OTk5OTk5OTk5\r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    {"iterations, no base64", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 r=ab,i=5000\r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    {"iterations, nothing", "MUST",
     GREET "C: AUTH\nS!: 334 <iterations:4096>\n",
     {">220 h\r\n", "<", ">334 \r\n"}, F, NONE, true, 8, NULL, NULL,
     0, 0},
    /* set-up blocks */
    {"setup", "MUST", GREET "C: NOOP\nS: 250\nC: QUIT\nS!: 221\n",
     {">220 h\r\n", "<", ">502 no\r\n"}, B, SCRIPT_CAUSE_REPLY, false, 8,
     "expected 250", "502 no", 0, 0},
    {"setup, judged", "MUST", GREET "C: NOOP\nS: 250\nC: QUIT\nS!: 221\n",
     {">220 h\r\n", "<", "x"}, B, SCRIPT_CAUSE_CLOSED, false, 8, NULL, NULL,
     true, 0},
    /* 421, close, reset, timeout at the point under test */
    {"421", "MUST", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">421 go\r\n", "x"}, B, SCRIPT_CAUSE_421, true, 8,
     NULL, "421 go", 0, 0},
    {"421 and 4yz", "MUST", GREET "C: NOOP\nS!: 4yz\n",
     {">220 h\r\n", "<", ">421 go\r\n", "x"}, B, SCRIPT_CAUSE_421, true, 8,
     NULL, NULL, 0, 0},
    {"421 and xyz", "MUST", GREET "C: NOOP\nS!: xyz\n",
     {">220 h\r\n", "<", ">421 go\r\n", "x"}, B, SCRIPT_CAUSE_421, true, 8,
     NULL, NULL, 0, 0},
    {"421 listed", "MUST", GREET "C: NOOP\nS!: 250 421\n",
     {">220 h\r\n", "<", ">421 go\r\n", "x"}, P, NONE, false, 0, NULL, NULL,
     0, 0},
    {"421 judged", "MUST", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", ">421 go\r\n", "x"}, F, NONE, true, 8, NULL, NULL,
     true, 0},
    {"421 judged as 4yz", "MUST", GREET "C: NOOP\nS!: 4yz\n",
     {">220 h\r\n", "<", ">421 go\r\n", "x"}, P, NONE, false, 0, NULL, NULL,
     true, 0},
    {"close", "MUST", GREET "C: NOOP\nS!: 250\n", {">220 h\r\n", "<", "x"}, B,
     SCRIPT_CAUSE_CLOSED, true, 8, "the server closed the connection",
     "the connection closed", 0, 0},
    {"close judged", "MUST", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", "x"}, F, NONE, true, 8, NULL, NULL, true, 0},
    {"close in a reply", "MUST", GREET "C: NOOP\nS!: 250\n | <close>\n",
     {">220 h\r\n", "<", ">25", "x"}, B, SCRIPT_CAUSE_CLOSED, true, 8, NULL,
     "25 and then the connection closed", 0, 0},
    {"reset", "MUST", GREET "C: NOOP\nS!: 250\n", {">220 h\r\n", "<", "r"}, B,
     SCRIPT_CAUSE_RESET, true, 8, "reset", "the connection was reset", 0, 0},
    {"timeout", "MUST", GREET "C: NOOP\nS![50ms]: 250\n",
     {">220 h\r\n", "<", "e"}, B, SCRIPT_CAUSE_TIMEOUT, true, 8,
     "no reply came", "nothing in 0.05 s", 0, 0},
    {"timeout judged", "SHOULD", GREET "C: NOOP\nS![50ms]: 250\n",
     {">220 h\r\n", "<", "e"}, W, NONE, true, 8, NULL, NULL, true, 0},
    {"timeout of the environment", "MUST", GREET "C: NOOP\nS!: 250\n",
     {">220 h\r\n", "<", "e"}, B, SCRIPT_CAUSE_TIMEOUT, true, 8, NULL, NULL,
     0, 900},
    {"timeout listed", "MUST", GREET "C: NOOP\nS![50ms]: <timeout>\n",
     {">220 h\r\n", "<", "e"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"timeout as an alternative", "MUST",
     GREET "C: NOOP\nS![50ms]: 250\n | <timeout> -> fail \"hangs\"\n",
     {">220 h\r\n", "<", "e"}, F, NONE, true, 8, "hangs", NULL, 0, 0},
    /* closing */
    {"quit", "MUST", GREET "C: QUIT\nS!: 221\nS!: <close>\n",
     {">220 h\r\n", "<", ">221 bye\r\n", "x"}, P, NONE, false, 0, NULL, NULL,
     0, 0},
    {"quit without close", "MUST",
     GREET "C: QUIT\nS!: 221\nS![50ms]: <close>\n",
     {">220 h\r\n", "<", ">221 bye\r\n", "e"}, B, SCRIPT_CAUSE_TIMEOUT, true,
     9, NULL, NULL, 0, 0},
    {"quit without close, judged", "MUST",
     GREET "C: QUIT\nS!: 221\nS![50ms]: <close>\n",
     {">220 h\r\n", "<", ">221 bye\r\n", "e"}, F, NONE, true, 9, NULL, NULL,
     true, 0},
    {"reply instead of close", "MUST", GREET "C: QUIT\nS!: 221\nS!: <close>\n",
     {">220 h\r\n", "<", ">221 bye\r\n250 more\r\n", "x"}, F, NONE, true, 9,
     NULL, "250 more", 0, 0},
    {"reset is a close", "MUST", GREET "C: QUIT\nS!: <close>\n",
     {">220 h\r\n", "<", "r"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"no close_notify in clear", "MUST",
     GREET "C: QUIT\nS!: 221\nS!: <close notify>\n",
     {">220 h\r\n", "<", ">221 bye\r\n", "x"}, B, SCRIPT_CAUSE_CLOSED, true,
     9, NULL, NULL, 0, 0},
    /* silence */
    {"silence", "MUST", GREET "S!: <silent 30ms>\n", {">220 h\r\n", "e"}, P,
     NONE, false, 0, NULL, NULL, 0, 0},
    {"silence broken", "MUST", GREET "S!: <silent 300ms>\n",
     {">220 h\r\n", "~20", ">250 x\r\n", "e"}, F, NONE, true, 7, NULL,
     "250 x", 0, 0},
    {"silence broken at once", "MUST", GREET "S!: <silent 30ms>\n",
     {">220 h\r\n250 x\r\n", "e"}, F, NONE, true, 7, NULL, "250 x", 0, 0},
    {"silence broken in part", "MUST", GREET "S!: <silent 300ms>\n",
     {">220 h\r\n", ">25", "x"}, F, NONE, true, 7, NULL,
     "25", 0, 0},
    {"close in silence", "MUST", GREET "S!: <silent 300ms>\n",
     {">220 h\r\n", "x"}, B, SCRIPT_CAUSE_CLOSED, true, 7, NULL, NULL, 0, 0},
    {"close in silence, listed", "MUST",
     GREET "S!: <silent 300ms>\n | <close>\n | 250\n", {">220 h\r\n", "x"}, P,
     NONE, false, 0, NULL, NULL, 0, 0},
    {"reply in silence, listed", "MUST",
     GREET "S!: <silent 300ms>\n | <close>\n | 250\n",
     {">220 h\r\n", ">250 a\r\n"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    /* alternatives */
    {"goes on", "MUST", GREET "C: A\nS: 250\n | 5yz\nC: B\nS!: 250\n",
     {">220 h\r\n", "<", ">500 a\r\n", "<", ">250 b\r\n"}, P, NONE, false, 0,
     NULL, NULL, 0, 0},
    {"pass ends", "MUST", GREET "C: A\nS!: 250\n | 5yz -> pass \"refused\"\n"
     "C: B\nS!: 250\n", {">220 h\r\n", "<", ">500 a\r\n", "e"}, P, NONE, true,
     8, "refused", "500 a", 0, 0},
    {"fail overrides", "MAY", GREET "C: A\nS!: 250\n | 5yz -> fail \"bad\"\n",
     {">220 h\r\n", "<", ">500 a\r\n"}, F, NONE, true, 8, "bad", "500 a", 0,
     0},
    {"skip", "MUST", "C: <open>\nS!: 220\n | 554 -> skip \"no mail\"\n",
     {">554 no\r\n"}, S, NONE, true, 6, "no mail", "554 no", 0, 0},
    {"blocked", "MUST", "C: <open>\nS!: 220\n | 421 -> blocked \"busy\"\n",
     {">421 no\r\n", "x"}, B, SCRIPT_CAUSE_421, true, 6, "busy", NULL, 0, 0},
    {"warn goes on", "MUST", GREET "C: A\nS!: 250\n | 5yz -> warn \"late\"\n"
     "C: B\nS!: 250\n", {">220 h\r\n", "<", ">500 a\r\n", "<", ">250 b\r\n"},
     W, NONE, true, 8, "late", "500 a", 0, 0},
    {"warn, then fail", "MUST", GREET "C: A\nS!: 250\n | 5yz -> warn \"w\"\n"
     "C: B\nS!: 250\n", {">220 h\r\n", "<", ">500 a\r\n", "<", ">500 b\r\n"},
     F, NONE, true, 11, NULL, "500 b", 0, 0},
    {"info, warn, info", "MUST",
     GREET "C: A\nS!: 250\n | 5yz -> info \"i\"\nC: B\nS!: 250\n"
     " | 5yz -> warn \"w\"\nC: C\nS!: 250\n | 5yz -> info \"j\"\n",
     {">220 h\r\n", "<", ">500 a\r\n", "<", ">500 b\r\n", "<",
      ">500 c\r\n"}, W, NONE, true, 11, "w", "500 b", 0, 0},
    {"warn, then pass", "MUST", GREET "C: A\nS!: 250\n | 5yz -> warn \"w\"\n"
     "C: B\nS!: 250 -> pass \"p\"\n",
     {">220 h\r\n", "<", ">500 a\r\n", "<", ">250 b\r\n"}, W, NONE, true, 8,
     "w", NULL, 0, 0},
    {"three replies", "MUST", GREET "C: A\nC: B\nC: C\nS!{3}: 250\nC: D\n"
     "S: 251\n", {">220 h\r\n", "<", "<", "<",
     ">250 a\r\n250 b\r\n250 c\r\n", "<", ">251 d\r\n"}, P, NONE, false, 0,
     NULL, NULL, 0, 0},
    {"three replies, the last wrong", "MUST",
     GREET "C: A\nC: B\nC: C\nS!{3}: 250\n | 5yz -> info \"i\"\n",
     {">220 h\r\n", "<", "<", "<", ">250 a\r\n500 b\r\n450 c\r\n"}, F, NONE,
     true, 10, NULL, "450 c", 0, 0},
    {"three replies, noted", "MUST",
     GREET "C: A\nC: B\nC: C\nS!{3}: 250\n | 5yz -> info \"i\"\n",
     {">220 h\r\n", "<", "<", "<", ">250 a\r\n500 b\r\n500 c\r\n"}, I, NONE,
     true, 10, "i", "500 b", 0, 0},
    {"close listed", "MUST", GREET "C: A\nS!: 250\n"
     " | <close> -> pass \"gone\"\n", {">220 h\r\n", "<", "x"}, P, NONE, true,
     8, "gone", NULL, 0, 0},
    /* codes and tokens */
    {"x5z", "MUST", GREET "C: A\nS!: x5z\n",
     {">220 h\r\n", "<", ">250 a\r\n"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"no code is no reply", "MUST", GREET "C: A\nS!: xyz\n",
     {">220 h\r\n", "<", ">hello\r\n"}, F, NONE, true, 8, NULL, "hello", 0,
     0},
    {"flawed framing still has a code", "MUST", GREET "C: A\nS!: 250\n",
     {">220 h\r\n", "<", ">250 ok\n"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"many lines", "MUST", GREET "C: A\nS!: 250 b\n",
     {">220 h\r\n", "<", ">250-a\r\n250 b\r\n"}, F, NONE, true, 8, NULL,
     "250-a / 250 b", 0, 0},
    {"tokens", "MUST", "C: <open>\nS: 220 h\nC: A\n"
     "S!: 250 <enh> <number:n> <path:p> <word> <text:t>\n"
     "C: ${n} ${p} ${t}\nS!: 250\n",
     {">220 h x\r\n", "<", ">250 2.0.0 42 <a@b.c> w a b  c\r\n", "<",
      ">250\r\n"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"token with a variable", "MUST", "C: <open>\nS: 220 <domain:d>\nC: A\n"
     "S!: 250 ${d}\n", {">220 h.example x\r\n", "<", ">250 H.Example\r\n"},
     P, NONE, false, 0, NULL, NULL, 0, 0},
    {"token with another value", "MUST", "C: <open>\nS: 220 <domain:d>\n"
     "C: A\nS!: 250 ${d}\n", {">220 h.example x\r\n", "<",
     ">250 i.example\r\n"}, F, NONE, true, 8,
     "expected 250 h.example, but the server answered: 250 i.example", NULL,
     0, 0},
    {"each-variable", "MUST\neach: want = a \"251 x\"",
     GREET "C: A\nS!: ${want}\n", {">220 h\r\n", "<", ">250 ok\r\n"}, F,
     NONE, true, 9, "expected 251 x, but the server answered: 250 ok", NULL,
     0, 0},
    {"each-variable in octets", "MUST\neach: want = a \"\\x41\"",
     GREET "C: A\nS!= \"${want}\"\n", {">220 h\r\n", "<", ">250 ok\r\n"},
     F, NONE, true, 9, "expected \"\\\\x41\", but the server answered: ", NULL, 0,
     0},
    {"each-variable in an alternative", "MUST\neach: want = a \"251 x\"",
     GREET "C: A\nS!: 250 y\n | ${want}\n", {">220 h\r\n", "<", ">251\r\n"},
     F, NONE, true, 9, "expected 250 y, but", NULL, 0, 0},
    {"each-variable in a want", "MUST\neach: want = a \"STARTTLS\"",
     GREET "C: EHLO x\nS!: 250\n + ${want}\n", {">220 h\r\n", "<",
     ">250 h\r\n"}, F, NONE, true, 9, "expected 250 with + STARTTLS, but",
     NULL, 0, 0},
    {"number", "MUST", GREET "C: A\nS!: 250 <number>\n",
     {">220 h\r\n", "<", ">250 4x\r\n"}, F, NONE, true, 8, NULL, NULL, 0, 0},
    {"path", "MUST", GREET "C: A\nS!: 250 <path>\n",
     {">220 h\r\n", "<", ">250 <a b>\r\n"}, F, NONE, true, 8, NULL, NULL, 0,
     0},
    /* EHLO lines */
    {"wants", "MUST", GREET "C: EHLO x\nS!: 250\n + size <number:n>\n"
     " + AUTH plain\n - STARTTLS\n - AUTH SCRAM-SHA-1\nC: ${n}\nS: 250\n",
     {">220 h\r\n", "<",
      ">250-h\r\n250-SIZE 99\r\n250 AUTH LOGIN PLAIN\r\n", "<", ">250\r\n"},
     P, NONE, false, 0, NULL, NULL, 0, 0},
    {"unwanted", "MUST", GREET "C: EHLO x\nS!: 250\n - STARTTLS\n",
     {">220 h\r\n", "<", ">250-h\r\n250 STARTTLS\r\n"}, F, NONE, true, 8,
     "expected 250 with - STARTTLS", NULL, 0, 0},
    {"missing", "MUST", GREET "C: EHLO x\nS!: 250\n + STARTTLS\n"
     " | 250 -> warn \"no TLS\"\n",
     {">220 h\r\n", "<", ">250 h\r\n"}, W, NONE, true, 8, "no TLS", NULL, 0,
     0},
    /* exact octets */
    {"octets", "MUST", GREET "C: A\nS= \"250 ok\\n\"\nC: B\nS!: 251\n",
     {">220 h\r\n", "<", ">250 ok\n", "<", ">251 b\r\n"}, P, NONE, false, 0,
     NULL, NULL, 0, 0},
    {"other octets", "MUST", GREET "C: A\nS!= \"250 ok\\n\"\n",
     {">220 h\r\n", "<", ">250 ok\r\n"}, F, NONE, true, 8, NULL, "250 ok", 0,
     0},
    /* pasted replies */
    {"pasted", "MUST", GREET "C: A\nS!: 250-x\nS!: 250-y\nS!: 250 z\n",
     {">220 h\r\n", "<", ">250-a\r\n250 b\r\n"}, P, NONE, false, 0, NULL,
     NULL, 0, 0},
    /* connections */
    {"two connections", "MUST", "C1: <open>\nS1: 220 one\nC2: <open>\n"
     "S2: 220 two\nC1: A\nC2: B\nS2!: 252\nS1!: 251\n",
     {">220 one\r\n", "a", ">220 two\r\n", "@0", "<", ">251 a\r\n", "@1",
      "<", ">252 b\r\n"}, P, NONE, false, 0, NULL, NULL, 0, 0},
    {"open again", "MUST", "C: <open>\nS: 220 one\nC: <close>\nC: <open>\n"
     "S!: 220 two\n", {">220 one\r\n", "e", "a", ">220 two\r\n"}, P, NONE,
     false, 0, NULL, NULL, 0, 0},
    {"not open", "MUST", "C: <open>\nS: 220\nC1: A\nS1!: 250\n",
     {">220 h\r\n", "e"}, E, NONE, false, 7, "connection 1 is not open", NULL,
     0, 0},
    {"half-close", "MUST", GREET "C: A\nC: <shutdown>\nS!: 250\n",
     {">220 h\r\n", "<", "e", ">250 a\r\n"}, P, NONE, false, 0, NULL, NULL, 0,
     0},
    /* hostile servers */
    {"NUL", "MUST", GREET "C: A\nS!: 250\n", {">220 h\r\n", "<", "0"}, P,
     NONE, false, 0, NULL, NULL, 0, 0},
    {"garbage", "MUST", GREET "C: A\nS!: 250\n",
     {">HTTP/1.1 400 Bad\r\n"}, B, SCRIPT_CAUSE_REPLY, false, 6, NULL,
     "HTTP/1.1 400 Bad", 0, 0},
    {"slow reply", "MUST", GREET "C: A\nS![100ms]: 250\n",
     {">220 h\r\n", "<", "1"}, B, SCRIPT_CAUSE_TIMEOUT, true, 8, NULL, NULL,
     0, 0},
    {"closes at once", "MUST", GREET "S!: <silent 1ms>\n", {"x"}, B,
     SCRIPT_CAUSE_CLOSED, false, 6, NULL, NULL, 0, 0},
    {"closed while we wrote", "MUST",
     GREET "C: A\nS: 250\nC: <pause 30ms>\nC: B\nC: <pause 30ms>\nC: D\n"
     "S!: 250\n", {">220 h\r\n", "<", ">250 a\r\n421 go\r\n", "r"}, B,
     SCRIPT_CAUSE_421, true, 13, NULL, NULL, 0, 0},
};

/* The password is no report's, and the token is another in each run. */
Test(run, lines_as_reports_show_them)
{
    static const struct {
        const char *line, *want;
    } lines[] = {
        {"",                          ""                          },
        {"S!: 250 ${helo}",           "S!: 250 c.example"         },
        {"${from}${rcpt}x",           "a@b.exampleb@c.examplex"   },
        {"334 ${pass}",               "334 ${pass}"               },
        {"250 ${case}",               "250 ${case}"               },
        {"250 ${unset} ${helo",       "250 ${unset} ${helo"       },
        {"250 ${b64 ${helo}}",        "250 ${b64 c.example}"      },
        {"$ $$ $${helo} $",           "$ $$ $${helo} $"           },
        {"250 ${foreign_rcpt}\xff.",  "250 ${foreign_rcpt}\\xFF." },
        {"250 ${seen}",               "250 a\\0b"                 },
    };
    struct script_env env = {.helo = "c.example", .from = "a@b.example",
                             .rcpt = "b@c.example", .password = "secret",
                             .token = "t"};
    struct script_vars v = {.env = &env};

    cr_assert(script_vars_set(&v, "seen", smtp_span_of("a\0b", 3)));
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        const char *s = lines[i].line;
        char out[64] = "";
        size_t n = 0;
        script_show(smtp_span_of(s, strlen(s)), &v, out, sizeof(out), &n);
        cr_expect_str_eq(out, lines[i].want, "%s: %s", s, out);
    }
    script_vars_free(&v);
}

static void check_row(const struct row *r)
{
    struct script_set *set = fake_script(r->level, r->steps);
    struct script_env env = {
        .judge_ends = r->judge_ends,
        .timeout = r->timeout_ms * NET_MS,
    };
    struct net_target target;
    struct script_outcome o;
    struct fake f = {0};

    fake_start(&f, r->acts, &env, &target);
    script_run(script_at(set, 0), NULL, &env, &o);
    fake_stop(&f);
    cr_expect_eq(o.verdict, r->verdict, "%s: %s, not %s (%s)", r->name,
                 verdict_name(o.verdict), verdict_name(r->verdict), o.reason);
    cr_expect_eq(o.cause, r->cause, "%s: cause %d", r->name, (int)o.cause);
    cr_expect_eq(o.under_test, r->under_test, "%s: under test", r->name);
    cr_expect_eq(o.line, r->line, "%s: line %u (%s)", r->name, o.line,
                 o.reason);
    cr_expect(!r->reason || strstr(o.reason, r->reason), "%s: reason \"%s\"",
              r->name, o.reason);
    cr_expect(!r->got || strcmp(o.got, r->got) == 0, "%s: got \"%s\"",
              r->name, o.got);
    script_set_free(set);
}

Test(run, verdicts)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check_row(&rows[i]);
}
