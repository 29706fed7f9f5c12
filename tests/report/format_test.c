/* format: reports into files, and what can go wrong with files. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/report/sample.h"

static char folder[64];

static void setup(void)
{
    strcpy(folder, "/tmp/report-test-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static size_t files_in_folder(bool remove_them)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    struct dirent *e;

    cr_assert(d);
    while ((e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        n++;
        if (remove_them)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
    return n;
}

static void teardown(void)
{
    files_in_folder(true);
    rmdir(folder);
}

static const char *path(const char *name)
{
    static char p[128];

    snprintf(p, sizeof p, "%s/%s", folder, name);
    return p;
}

static struct report_output *open_json(const char *p, char *err, size_t cap)
{
    err[0] = '\0';
    return report_output_open(report_format_find("json"), p, err, cap);
}

TestSuite(format, .init = setup, .fini = teardown);

Test(format, table)
{
    const struct report_format *f;

    for (size_t i = 0; (f = report_format_at(i)); i++)
        cr_expect_eq(report_format_find(f->name), f, "%s", f->name);
    cr_expect_null(report_format_find("no-such-format"));
}

Test(format, unwritable_paths)
{
    static const struct {
        const char *path, *want;
    } rows[] = {
        {"/no/such/folder/x.json", "No such file or directory"},
        {"/tmp", "Is a directory"},
        {"/proc/version/x", "Not a directory"},
    };
    char err[256];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_null(open_json(rows[i].path, err, sizeof err), "%s",
                       rows[i].path);
        cr_expect(strstr(err, rows[i].want) && strstr(err, rows[i].path),
                  "%s: %s", rows[i].path, err);
    }
}

Test(format, final_name_appears_when_complete)
{
    struct report_output *o;
    struct report_options opts = {0};
    struct result r;
    struct stat st;
    char err[256];

    sample_result(&r);
    o = open_json(path("x.json"), err, sizeof err);
    cr_assert(o, "%s", err);
    cr_expect_neq(stat(path("x.json"), &st), 0, "it is there too early");
    cr_expect_eq(report_output_finish(o, &r, &opts, err, sizeof err), 0, "%s",
                 err);
    cr_expect_eq(stat(path("x.json"), &st), 0);
    cr_expect(st.st_size > 1000);
    cr_expect_eq(files_in_folder(false), 1, "no temporary file is left");
    result_free(&r);
}

Test(format, link_stays_a_link)
{
    struct report_output *o;
    struct report_options opts = {0};
    struct result r;
    struct stat st;
    char err[256], target[128];

    sample_result(&r);
    strcpy(target, path("real"));
    fclose(fopen(target, "w"));
    chmod(target, 0640);
    cr_assert_eq(symlink(target, path("link")), 0);
    o = open_json(path("link"), err, sizeof err);
    cr_assert(o, "%s", err);
    cr_expect_eq(report_output_finish(o, &r, &opts, err, sizeof err), 0);
    cr_expect_eq(lstat(path("link"), &st), 0);
    cr_expect(S_ISLNK(st.st_mode));
    cr_expect_eq(stat(target, &st), 0);
    cr_expect(st.st_size > 1000);
    cr_expect_eq(st.st_mode & 0777, 0640);
    result_free(&r);
}

Test(format, abandoned)
{
    char err[256];
    struct report_output *o = open_json(path("x.json"), err, sizeof err);

    cr_assert(o, "%s", err);
    report_output_abandon(o);
    cr_expect_eq(files_in_folder(false), 0);
}

Test(format, full_device)
{
    struct report_options opts = {0};
    const struct report_format *f;

    for (size_t i = 0; (f = report_format_at(i)); i++) {
        char err[256] = "";
        struct result r;
        struct report_output *o =
            report_output_open(f, "/dev/full", err, sizeof err);
        sample_result(&r);
        cr_assert(o, "%s", err);
        cr_expect_eq(report_output_finish(o, &r, &opts, err, sizeof err), -1,
                     "%s", f->name);
        cr_expect(strstr(err, "No space left on device"), "%s: %s", f->name,
                  err);
        result_free(&r);
    }
}

/* A limit on the size of files stands for a disk that fills up. */
Test(format, full_disk)
{
    struct rlimit limit = {4096, RLIM_INFINITY};
    struct report_options opts = {0};
    struct report_output *o;
    struct result r;
    char err[256];

    sample_result(&r);
    o = open_json(path("x.json"), err, sizeof err);
    cr_assert(o, "%s", err);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_eq(report_output_finish(o, &r, &opts, err, sizeof err), -1);
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect(strstr(err, "File too large"), "%s", err);
    cr_expect_eq(files_in_folder(false), 0, "no half file is left");
    result_free(&r);
}
