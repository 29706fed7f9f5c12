/*
 * format: the table of formats, and where reports are written.
 */
#include "report/format.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/formats.h"

static const struct report_format table[] = {
    {"json", "the whole result (docs/result.schema.json)", report_json_write,
     NULL},
    {"html", "one page for people and audits", report_html_write,
     report_html_write_several},
    {"junit", "JUnit XML, for CI", report_junit_write, NULL},
    {"write-baseline", "what fails, for --baseline", report_baseline_write,
     NULL},
    {"tap", "TAP version 14", report_tap_write, NULL},
    {"sarif", "SARIF 2.1.0, for code scanning", report_sarif_write,
     report_sarif_write_several},
    {"markdown", "Markdown, for a job's summary", report_markdown_write,
     report_markdown_write_several},
};

const struct report_format *report_format_at(size_t i)
{
    return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

const struct report_format *report_format_find(const char *name)
{
    const struct report_format *f;

    for (size_t i = 0; (f = report_format_at(i)); i++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

struct report_output {
    const struct report_format *format;
    FILE *file;
    char name[PATH_MAX];      /* as given, for messages */
    char final[PATH_MAX];     /* where links lead to */
    char temp[PATH_MAX + 16]; /* "": written in place */
};

/* A device, a pipe: nothing can be renamed to its name. */
static int open_in_place(struct report_output *o)
{
    return open(o->final, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

/* A new file beside the final name, with the rights that it would get. */
static int open_beside(struct report_output *o, const struct stat *old)
{
    mode_t mask = umask(0);
    int fd;

    umask(mask);
    snprintf(o->temp, sizeof o->temp, "%s.XXXXXX", o->final);
    fd = mkostemp(o->temp, O_CLOEXEC);
    if (fd < 0) {
        o->temp[0] = '\0';
        return -1;
    }
    fchmod(fd, old ? old->st_mode & 0777 : 0666 & ~mask);
    return fd;
}

static int open_file(struct report_output *o)
{
    struct stat st;

    if (strlen(o->name) >= sizeof o->final) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (stat(o->name, &st) != 0) {
        memcpy(o->final, o->name, strlen(o->name) + 1);
        return errno == ENOENT ? open_beside(o, NULL) : -1;
    }
    if (!realpath(o->name, o->final))
        return -1;
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    if (access(o->final, W_OK) != 0)
        return -1;
    return S_ISREG(st.st_mode) ? open_beside(o, &st) : open_in_place(o);
}

struct report_output *report_output_open(const struct report_format *f,
                                         const char *path, char *err,
                                         size_t err_cap)
{
    struct report_output *o = calloc(1, sizeof *o);
    int fd;

    if (!o) {
        snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    o->format = f;
    snprintf(o->name, sizeof o->name, "%s", path);
    if (strcmp(path, "-") == 0) {
        o->file = stdout;
        return o;
    }
    fd = strlen(path) < sizeof o->name ? open_file(o) : -1;
    if (fd >= 0)
        o->file = fdopen(fd, "w");
    if (o->file)
        return o;
    snprintf(err, err_cap, "%s: cannot be written: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (o->temp[0])
        unlink(o->temp);
    free(o);
    return NULL;
}

void report_output_abandon(struct report_output *o)
{
    if (o->file && o->file != stdout)
        fclose(o->file);
    if (o->temp[0])
        unlink(o->temp);
    free(o);
}

/* 0, or -1 with errno: what was written is on the disk, or there is none. */
static int complete(struct report_output *o)
{
    FILE *f = o->file;
    int failed = fflush(f) != 0 || ferror(f);

    if (f == stdout)
        return failed ? -1 : 0;
    if (!failed && o->temp[0])
        failed = fsync(fileno(f)) != 0;
    o->file = NULL;
    if (failed) {
        int saved = errno;
        fclose(f);
        errno = saved;
        return -1;
    }
    if (fclose(f) != 0)
        return -1;
    if (o->temp[0] && rename(o->temp, o->final) != 0)
        return -1;
    o->temp[0] = '\0';
    return 0;
}

/* Ends o, whose report was written with rc. */
static int end_output(struct report_output *o, int rc, char *err,
                      size_t err_cap)
{
    if (rc == 0)
        rc = complete(o);
    if (rc != 0)
        snprintf(err, err_cap, "%s: the %s report could not be written: %s",
                 o->name, o->format->name, strerror(errno ? errno : EIO));
    report_output_abandon(o);
    return rc;
}

int report_output_finish(struct report_output *o, const struct result *r,
                         const struct report_options *opts, char *err,
                         size_t err_cap)
{
    errno = 0;
    return end_output(o, o->format->write(r, opts, o->file), err, err_cap);
}

int report_output_finish_several(struct report_output *o,
                                 const struct several *s,
                                 const struct report_options *opts, char *err,
                                 size_t err_cap)
{
    errno = 0;
    return end_output(o, o->format->write_several(s, opts, o->file), err,
                      err_cap);
}
