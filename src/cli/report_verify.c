/*
 * report_verify: "smtpspec report --verify REPORT.html RESULT.json...".
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "report/digest.h"
#include "report/escape.h"
#include "report/load.h"

/* The octets of a file, from malloc in *out. */
static bool read_file(const char *path, struct smtp_span *out, FILE *err)
{
    char why[4500], *clean;

    if (report_read_file(path, out, why, sizeof why))
        return true;
    clean = report_clean(why);
    fprintf(err, "smtpspec report: %s\n", clean);
    free(clean);
    return false;
}

static bool digest_of(const char *path, struct report_digest *d, FILE *err)
{
    struct smtp_span octets = {0};
    bool ok = read_file(path, &octets, err);

    if (ok && !report_digest_of(octets, d)) {
        fputs("smtpspec report: out of memory\n", err);
        ok = false;
    }
    free((char *)(size_t)octets.p);
    return ok;
}

static bool stands_in(struct smtp_span html, const char *hex)
{
    char one[REPORT_DIGEST_HEX];

    for (size_t i = 0; report_digest_find(html, i, one); i++)
        if (strcmp(one, hex) == 0)
            return true;
    return false;
}

static bool is_among(const struct report_digest *files, size_t n,
                     const char *hex)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i].hex, hex) == 0)
            return true;
    return false;
}

/* Every file against the report, then the report against the files. */
static int compare(const char *name, struct smtp_span html, char **files,
                   const struct report_digest *of, size_t n, FILE *out)
{
    char hex[REPORT_DIGEST_HEX], *report = report_clean(name);
    int status = CLI_OK;

    for (size_t i = 0; i < n; i++) {
        bool ok = stands_in(html, of[i].hex);
        char *file = report_clean(files[i]);
        fprintf(out, "%s  %s: %s\n", of[i].hex, file,
                ok ? "the report was made from it"
                   : "DIFFERS: the report was not made from it");
        free(file);
        status = ok ? status : CLI_FAILED;
    }
    for (size_t i = 0; report_digest_find(html, i, hex); i++) {
        if (is_among(of, n, hex))
            continue;
        fprintf(out, "%s  MISSING: %s was made from it, too\n", hex, report);
        status = CLI_FAILED;
    }
    free(report);
    return status;
}

static int verify(const char *name, struct smtp_span html, char **files,
                  struct report_digest *of, size_t n, FILE *out, FILE *err)
{
    char hex[REPORT_DIGEST_HEX];

    if (!report_digest_find(html, 0, hex)) {
        char *clean = report_clean(name);
        fprintf(err,
                "smtpspec report: %s: expected an HTML report of smtpspec "
                "with the SHA-256 of its evidence\n",
                clean);
        free(clean);
        return CLI_USAGE;
    }
    for (size_t i = 0; i < n; i++)
        if (!digest_of(files[i], &of[i], err))
            return CLI_USAGE;
    return cli_flush(out, err, "report",
                     compare(name, html, files, of, n, out));
}

int cli_report_verify(const char *html, char **files, size_t n, FILE *out,
                      FILE *err)
{
    struct report_digest *of = calloc(n, sizeof *of);
    struct smtp_span octets = {0};
    int rc = CLI_USAGE;

    if (!of) {
        fputs("smtpspec report: out of memory\n", err);
        return CLI_UNABLE;
    }
    if (read_file(html, &octets, err))
        rc = verify(html, octets, files, of, n, out, err);
    free((char *)(size_t)octets.p);
    free(of);
    return rc;
}
