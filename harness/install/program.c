/* A program against the installed library: every part of it once. */
#include <stdio.h>
#include <string.h>

#include <smtp/base64.h>
#include <smtp/code.h>
#include <smtp/command.h>
#include <smtp/data.h>
#include <smtp/ehlo.h>
#include <smtp/enhanced.h>
#include <smtp/flaw.h>
#include <smtp/line.h>
#include <smtp/param.h>
#include <smtp/path.h>
#include <smtp/reply.h>
#include <smtp/span.h>
#include <smtp/xtext.h>

static int reply(void)
{
    static const char text[] = "550-5.1.1 no\r\n550 5.1.1 such user\r\n";
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    ssize_t n = smtp_reply_parse(&scan, text, sizeof text - 1, &r);

    printf("%zd octets, code %d\n", n, (int)r.code);
    return n == (ssize_t)sizeof text - 1 && r.code == 550 &&
           !smtp_flaws_any(&r.flaws);
}

static int command(void)
{
    static const char text[] = "RCPT TO:<joe@example.org>\r\n";
    struct smtp_command_scan scan = {0};
    struct smtp_command c;
    ssize_t n = smtp_command_parse(&scan, 0, text, sizeof text - 1, &c);

    printf("%zd octets, verb %s\n", n, smtp_verb_name(c.id));
    return c.id == SMTP_VERB_RCPT && c.path.local.n == 3 &&
           memcmp(c.path.local.p, "joe", 3) == 0;
}

int main(void)
{
    return reply() && command() ? 0 : 1;
}
