/*
 * digest: see digest.h. SHA-256 is FIPS 180-4, by OpenSSL.
 */
#include "report/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "report/formats.h"

static void put_hex(struct report_digest *d)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < REPORT_DIGEST_OCTETS; i++) {
        d->hex[2 * i] = digits[d->octets[i] >> 4];
        d->hex[2 * i + 1] = digits[d->octets[i] & 15];
    }
    d->hex[REPORT_DIGEST_HEX - 1] = '\0';
}

static bool finish(EVP_MD_CTX *ctx, struct report_digest *out)
{
    if (EVP_DigestFinal_ex(ctx, out->octets, NULL) != 1)
        return false;
    put_hex(out);
    return true;
}

bool report_digest_of(struct smtp_span octets, struct report_digest *out)
{
    if (EVP_Digest(octets.p, octets.n, out->octets, NULL, EVP_sha256(),
                   NULL) != 1)
        return false;
    put_hex(out);
    return true;
}

/* A stream that keeps nothing: the JSON of a long run is many megabytes. */
static ssize_t take(void *ctx, const char *p, size_t n)
{
    return EVP_DigestUpdate(ctx, p, n) == 1 ? (ssize_t)n : 0;
}

static bool digest_json(EVP_MD_CTX *ctx, const struct result *r,
                        struct report_digest *out)
{
    static const cookie_io_functions_t io = {.write = take};
    const struct report_options plain = {0};
    FILE *f = fopencookie(ctx, "w", io);
    bool ok;

    if (!f)
        return false;
    ok = report_json_write(r, &plain, f) == 0;
    if (fclose(f) != 0)
        ok = false;
    return ok && finish(ctx, out);
}

bool report_digest_json(const struct result *r, struct report_digest *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
              digest_json(ctx, r, out);

    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool is_hex(struct smtp_span s)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < s.n; i++)
        if (!memchr(digits, s.p[i], sizeof digits - 1))
            return false;
    return true;
}

bool report_digest_find(struct smtp_span html, size_t i,
                        char hex[REPORT_DIGEST_HEX])
{
    static const char mark[] =
        "<meta name=\"" REPORT_DIGEST_META "\" content=\"";
    const size_t n = REPORT_DIGEST_HEX - 1;

    for (;;) {
        const char *at = memmem(html.p, html.n, mark, sizeof mark - 1);
        if (!at)
            return false;
        html = smtp_span_from(
            html, (size_t)(at - html.p) + sizeof mark - 1);
        if (i-- == 0)
            break;
    }
    if (html.n <= n || html.p[n] != '"' || !is_hex(smtp_span_of(html.p, n)))
        return false;
    memcpy(hex, html.p, n);
    hex[n] = '\0';
    return true;
}
