/*
 * What a client knows of the server's state, and what contradicts it.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "live/model.h"

#define ORDER (1u << LIVE_ORACLE_ORDER)
#define AUTH  (1u << LIVE_ORACLE_AUTH)

struct turn {
    const char *line;
    unsigned code;
    unsigned wrong; /* set of oracles */
};

/* Plays turns; a line of a transaction is content, one in an AUTH exchange
 * an answer, as the model's phase has it. */
static void play(struct live_model *m, const struct turn *t, const char *name)
{
    struct live_unit u;

    for (; t->line; t++) {
        cr_assert(live_unit_next(smtp_span_of(t->line, strlen(t->line)),
                                 m->phase, &u));
        cr_expect(live_model_reply(m, &u, t->code) == t->wrong, "%s: %s",
                  name, t->line);
    }
}

Test(model, order)
{
    static const struct {
        const char *name;
        bool must_auth;
        struct turn turns[8];
        const char *state;
    } rows[] = {
        {"in order", false,
         {{"EHLO a\r\n", 250, 0}, {"MAIL FROM:<>\r\n", 250, 0},
          {"RCPT TO:<a@b>\r\n", 250, 0}, {"DATA\r\n", 354, 0},
          {"x\r\n.\r\n", 250, 0}},
         "hello"},
        {"recipient without sender", false,
         {{"RCPT TO:<a@b>\r\n", 250, ORDER}}, "start+rcpt"},
        {"refused", false, {{"RCPT TO:<a@b>\r\n", 503, 0}}, "start"},
        {"content without sender", false, {{"DATA\r\n", 354, ORDER}},
         "start+data"},
        {"chunk without recipient", false,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"BDAT 1\r\nx", 250, ORDER}},
         "start+mail+bdat"},
        {"last chunk ends it", false,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"RCPT TO:<a@b>\r\n", 250, 0},
          {"BDAT 1 LAST\r\nx", 250, 0}},
         "start"},
        {"RSET ends it", false,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"RSET\r\n", 250, 0},
          {"RCPT TO:<a@b>\r\n", 250, ORDER}},
         "start+rcpt"},
        {"submission, late refusal", true,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"RCPT TO:<a@b>\r\n", 530, 0}},
         "start+mail"},
        {"submission, later refusal", true,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"RCPT TO:<a@b>\r\n", 250, 0},
          {"DATA\r\n", 530, 0}, {"BDAT 1\r\nx", 250, 0},
          {"BDAT 1 LAST\r\nx", 530, 0}},
         "start+mail+rcpt+bdat"},
        {"submission, none", true,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"RCPT TO:<a@b>\r\n", 250, 0},
          {"DATA\r\n", 354, AUTH}},
         "start+mail+rcpt+data"},
        {"submission, none, by chunks", true,
         {{"MAIL FROM:<>\r\n", 250, 0}, {"RCPT TO:<a@b>\r\n", 250, 0},
          {"BDAT 1 LAST\r\nx", 250, AUTH}},
         "start"},
        {"submission, authenticated", true,
         {{"AUTH PLAIN\r\n", 334, 0}, {"AGEAYg==\r\n", 235, 0},
          {"MAIL FROM:<>\r\n", 250, 0}, {"RCPT TO:<a@b>\r\n", 250, 0},
          {"DATA\r\n", 354, 0}},
         "start+auth+mail+rcpt+data"},
        {"submission, failed AUTH", true,
         {{"AUTH PLAIN AGEAYg==\r\n", 535, 0}, {"MAIL FROM:<>\r\n", 250, 0},
          {"RCPT TO:<a@b>\r\n", 250, 0}, {"DATA\r\n", 354, AUTH}},
         "start+mail+rcpt+data"},
        {"221 closes", false, {{"QUIT\r\n", 221, 0}}, "start+closing"},
    };
    char state[64];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct live_model m = {.must_auth = rows[i].must_auth};

        play(&m, rows[i].turns, rows[i].name);
        live_state_name(live_model_state(&m), state, sizeof state);
        cr_expect_str_eq(state, rows[i].state, "%s", rows[i].name);
    }
}

Test(model, lmtp_owes_a_reply_a_recipient)
{
    struct live_model m = {.lmtp = true, .mail = true, .rcpts = 3,
                           .phase = LIVE_IN_DATA};
    struct live_unit content = {.kind = LIVE_CONTENT};
    struct live_unit tail = {.kind = LIVE_TAIL};

    cr_expect(live_model_due(&m, &content) == 3);
    cr_expect(live_model_due(&m, &tail) == 0);
    m.lmtp = false;
    cr_expect(live_model_due(&m, &content) == 1);
}

Test(model, names)
{
    char state[64];

    for (int i = 0; i < LIVE_ORACLES; i++)
        cr_expect(live_oracle_find(live_oracle_info((enum live_oracle)i)
                                       ->name) == i);
    cr_expect(live_oracle_find("none") == -1);
    for (unsigned s = 0; s < LIVE_STATES; s++) {
        live_state_name(s, state, sizeof state);
        cr_expect(state[0] != '\0' && strlen(state) < sizeof state - 1);
    }
}
