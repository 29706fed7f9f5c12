/*
 * What a server takes for the first message of a client that speaks first.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sasl/sasl.h"

static const char *password_of(void *ctx, const char *user)
{
    (void)ctx;
    return strcmp(user, "bob") == 0 ? "pw" : NULL;
}

static struct sasl *server(const char *mech)
{
    enum sasl_status status;
    struct sasl *s =
        sasl_server_new(mech, "mx.example.com", password_of, NULL, &status);
    cr_assert(s, "%s", mech);
    return s;
}

static struct smtp_span text(const char *p)
{
    return smtp_span_of(p, strlen(p));
}

/* RFC 5802 7, client-first-message. */
Test(first_message, scram)
{
    static const struct {
        const char *in;
        enum sasl_status want;
    } first[] = {
        {"n,,n=bob,r=abcdef", SASL_MORE},
        {"y,,n=bob,r=abcdef", SASL_MORE},
        {"n,a=bob,n=bob,r=abcdef", SASL_MORE},
        {"p=tls-unique,,n=bob,r=abcdef", SASL_FAILED},
        {"x,,n=bob,r=abcdef", SASL_FAILED},
        {"n,,m=x,n=bob,r=abcdef", SASL_FAILED},
        {"n,,n=b=ZZob,r=abcdef", SASL_FAILED},
        {"n,,n=bob=,r=abcdef", SASL_FAILED},
        {"n,,n=bob=2,r=abcdef", SASL_FAILED},
        {"n,a=,n=bob,r=abcdef", SASL_FAILED},
        {"n,bob,n=bob,r=abcdef", SASL_FAILED},
        {"n,,n=,r=abcdef", SASL_FAILED},
        {"n,,n=bob", SASL_FAILED},
        {"n,,n=bob,r=", SASL_FAILED},
        {"n,,", SASL_FAILED},
        {"n", SASL_FAILED},
        {"", SASL_FAILED},
    };
    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        struct sasl *s = server("SCRAM-SHA-256");
        struct smtp_span out;

        enum sasl_status st = sasl_step(s, text(first[i].in), &out);
        cr_expect_eq(st, first[i].want, "%s: %d", first[i].in, st);
        sasl_free(s);
    }
}

/* RFC 4954 4: "=" is an empty message, and no request for a challenge. */
Test(first_message, empty)
{
    static const char *const names[] = {"PLAIN", "SCRAM-SHA-1",
                                        "SCRAM-SHA-256"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sasl *s = server(names[i]);
        struct smtp_span out;

        cr_expect_eq(sasl_step(s, text(""), &out), SASL_FAILED, "%s",
                     names[i]);
        cr_expect_eq(out.n, 0, "%s", names[i]);
        sasl_free(s);
    }
}
