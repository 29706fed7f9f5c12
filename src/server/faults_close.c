/*
 * faults_close: when the server closes the connection (RFC 5321 3.8).
 */
#include "server/faults.h"

/* Whatever answers a command, the final dot left out. */
#define TO_COMMANDS                                                           \
    (AT_COMMANDS | AT_UNKNOWN | AT_LONG | AT_AUTH_END | AT_CHUNK)

static const struct fault_row ROWS[] = {
    {{"close-421-open", SERVER_MX, "goes on after 421",
      "RFC5321 3.8, 4.2.2"},
     .rules = RULES({.at = V(NOOP), .op = OP_INSTEAD, .code = 250,
                     .text = "421 4.3.2 %h closing\r\n"})},
    {{"close-after-greeting", SERVER_MX, "closes after the greeting",
      "RFC5321 3.8, 4.1.1.10"},
     .rules = RULES({.at = AT_GREETING, .op = OP_CLOSE_AFTER})},
    {{"close-after-harmless", SERVER_MX,
      "closes after NOOP, VRFY, EXPN, HELP and a second EHLO or HELO",
      "RFC5321 3.8"},
     .rules = RULES({.at = V(NOOP) | V(VRFY) | V(EXPN) | V(HELP),
                     .op = OP_CLOSE_AFTER},
                    {.at = V(EHLO) | V(HELO), .op = OP_CLOSE_AFTER,
                     .need = FACT_EHLO})},
    {{"close-after-message", SERVER_MX,
      "closes after the reply to the final dot", "RFC5321 3.8, 4.1.1.10"},
     .rules = RULES({.at = AT_CONTENT, .op = OP_CLOSE_AFTER, .code = 250,
                     .without = FACT_PIPELINED})},
    {{"close-idle-421-early", SERVER_MX, "times out after a second",
      "RFC5321 4.5.3.2.7"},
     .set = SETS(SET(idle_ms, '=', 1000))},
    {{"close-idle-early", SERVER_MX, "closes idle sessions at once",
      "RFC5321 3.8, 4.5.3.2.7"},
     .set = SETS(SET(idle_ms, '=', 300)),
     .rules = RULES({.at = AT_IDLE, .op = OP_DROP})},
    {{"close-idle-silent", SERVER_MX,
      "closes at its idle timeout without 421", "RFC5321 3.8, 4.5.3.2.7"},
     .set = SETS(SET(idle_ms, '=', 1000)),
     .rules = RULES({.at = AT_IDLE, .op = OP_DROP})},
    {{"close-on-error", SERVER_MX, "closes after a refused command",
      "RFC5321 3.8, 4.1.1.10"},
     .rules = RULES({.at = TO_COMMANDS, .op = OP_CLOSE_AFTER, .code = 4},
                    {.at = TO_COMMANDS, .op = OP_CLOSE_AFTER, .code = 5})},
    {{"close-on-http", SERVER_MX, "closes on HTTP commands", "RFC5321 3.8"},
     .rules = RULES({.at = AT_UNKNOWN, .op = OP_INSTEAD,
                     .word = "GET|POST|CONNECT",
                     .text = "221 2.7.0 I can break rules, too\r\n"},
                    {.at = AT_UNKNOWN, .op = OP_CLOSE_AFTER,
                     .word = "GET|POST|CONNECT"})},
    {{"close-on-rset", SERVER_MX, "closes after RSET", "RFC5321 4.1.1.5"},
     .rules = RULES({.at = V(RSET), .op = OP_CLOSE_AFTER, .code = 250})},
    {{"close-on-unknown", SERVER_MX, "closes after an unknown command",
      "RFC5321 3.8"},
     .rules = RULES({.at = AT_UNKNOWN, .op = OP_CLOSE_AFTER})},
    {{"close-on-unknown-421", SERVER_MX,
      "answers an unknown command with 421 and closes", "RFC5321 3.8"},
     .rules = RULES({.at = AT_UNKNOWN, .op = OP_INSTEAD,
                     .text = "421 4.7.0 %h go away\r\n"},
                    {.at = AT_UNKNOWN, .op = OP_CLOSE_AFTER})},
    {{"close-shutdown-silent", SERVER_MX,
      "closes without 421 when it is shut down", "RFC5321 3.8"},
     .rules = RULES({.at = AT_SHUTDOWN, .op = OP_DROP})},
    {{"close-third-unknown", SERVER_MX,
      "closes after the third unknown command", "RFC5321 3.8"},
     .rules = RULES({.at = AT_UNKNOWN, .op = OP_CLOSE_AFTER, .from = 3})},
};

const struct fault_table fault_close = {ROWS, sizeof(ROWS) / sizeof(ROWS[0])};
