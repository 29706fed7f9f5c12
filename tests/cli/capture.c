#include "tests/cli/capture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static char files[16][128];
static size_t n_files;

void capture_run(struct capture *c,
                 int (*command)(int argc, char **argv, FILE *out, FILE *err),
                 const char *line)
{
    char *words = c->words = strdup(line), *next = words, *word;
    char *argv[32] = {0};
    size_t n;
    int argc = 0;
    FILE *out = open_memstream(&c->out, &n), *err = open_memstream(&c->err, &n);

    cr_assert(words && out && err);
    while (argc < 31 && (word = strsep(&next, " ")))
        if (*word)
            argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
    c->status = command(argc, argv, out, err);
    fclose(out);
    fclose(err);
}

void capture_free(struct capture *c)
{
    free(c->words);
    free(c->out);
    free(c->err);
}

const char *capture_folder(void)
{
    if (!folder[0]) {
        strcpy(folder, "/tmp/cli-test-XXXXXX");
        cr_assert(mkdtemp(folder));
    }
    return folder;
}

const char *capture_file(const char *name, const char *text, size_t n)
{
    char *path = files[n_files % 16];
    FILE *f;

    snprintf(path, sizeof files[0], "%s/%s", capture_folder(), name);
    f = fopen(path, "w");
    cr_assert(f);
    cr_assert_eq(fwrite(text, 1, n, f), n);
    fclose(f);
    n_files++;
    return path;
}

void capture_clean(void)
{
    for (size_t i = 0; i < n_files && i < 16; i++)
        unlink(files[i]);
    if (folder[0])
        rmdir(folder);
}
