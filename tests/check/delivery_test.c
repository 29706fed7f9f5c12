/*
 * The watcher: folders, Maildirs, mboxes, and what a hostile tree holds.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/delivery.h"

#define TOKEN "spec-0123abcd-89abcdef-0"
#define OTHER "spec-0123abcd-89abcdef-01"

static char root[] = "/tmp/delivery-XXXXXX";
static struct delivery *watcher;

static void path_of(char *to, size_t cap, const char *name)
{
    snprintf(to, cap, "%s/%s", root, name);
}

static void folder(const char *name)
{
    char path[400];

    path_of(path, sizeof path, name);
    cr_assert_eq(mkdir(path, 0700), 0, "%s", path);
}

static void put(const char *name, const char *mode, const char *text)
{
    char path[400];
    FILE *f;

    path_of(path, sizeof path, name);
    f = fopen(path, mode);
    cr_assert(f, "%s", path);
    fputs(text, f);
    fclose(f);
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void setup(void)
{
    cr_assert(mkdtemp(root));
}

static void teardown(void)
{
    delivery_close(watcher);
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(delivery, .init = setup, .fini = teardown);

static void watch(const char *name)
{
    char path[400], err[500];

    path_of(path, sizeof path, name);
    watcher = delivery_open(path, err, sizeof err);
    cr_assert(watcher, "%s", err);
}

/* Behind the pause between two looks. */
static size_t count(const char *token)
{
    usleep(120000);
    return delivery_count(watcher, token);
}

static void same(size_t i, const char *want, bool mbox)
{
    struct script_mail m = {0};

    cr_assert(delivery_fetch(watcher, TOKEN, i, &m), "%zu", i);
    cr_expect_eq(m.n, strlen(want), "%zu: %.*s", i, (int)m.n, m.p);
    cr_expect(m.n == strlen(want) && memcmp(m.p, want, m.n) == 0,
              "%zu: %.*s", i, (int)m.n, m.p);
    cr_expect_eq(m.mbox, mbox);
    free(m.p);
}

Test(delivery, folder)
{
    put("before", "w", "Subject: " TOKEN "\n\nold\n");
    folder("a");
    folder("a/b");
    watch("");
    cr_expect_eq(count(TOKEN), 0);
    put("a/b/m", "w", "Subject: " TOKEN "\n\n" TOKEN " again\n");
    put("second", "w", "Subject: x" TOKEN "x\n");
    put("third", "w", "Subject: " OTHER "\n");
    put(".hidden", "w", "Subject: " TOKEN "\n");
    cr_expect_eq(count(TOKEN), 2);
    cr_expect_eq(count(OTHER), 1);
    cr_expect_eq(count("spec-0123abcd-89abcdef-2"), 0);
    put("third", "a", "and " TOKEN "\n"); /* it grows */
    cr_expect_eq(count(TOKEN), 3);
    put("before", "a", "Subject: " TOKEN "\n"); /* not ours */
    cr_expect_eq(count(TOKEN), 3);
}

Test(delivery, maildir)
{
    char from[400], to[400];

    folder("new");
    folder("cur");
    folder("tmp");
    folder(".Junk");
    folder(".Junk/new");
    folder(".Junk/cur");
    watch("");
    put("tmp/1.a", "w", "Subject: " TOKEN "\n");
    put("index.cache", "w", "Subject: " TOKEN "\n");
    cr_expect_eq(count(TOKEN), 0);
    put("new/1.a", "w", "Subject: " TOKEN "\n");
    put(".Junk/new/2.a", "w", "Junk: " TOKEN "\n");
    cr_expect_eq(count(TOKEN), 2);
    path_of(from, sizeof from, "new/1.a");
    path_of(to, sizeof to, "cur/1.a:2,S");
    cr_assert_eq(rename(from, to), 0);
    cr_expect_eq(count(TOKEN), 2);
    path_of(from, sizeof from, "new/1.b"); /* for another recipient */
    cr_assert_eq(link(to, from), 0);
    cr_expect_eq(count(TOKEN), 3);
    path_of(to, sizeof to, "new/1.c"); /* renamed, it is the same */
    cr_assert_eq(rename(from, to), 0);
    cr_expect_eq(count(TOKEN), 3);
}

Test(delivery, moved_before_it_is_read)
{
    char from[400], to[400];

    folder("new");
    folder("cur");
    watch("");
    put("new/1", "w", "A: " TOKEN "\n");
    cr_expect_eq(count(TOKEN), 1);
    path_of(from, sizeof from, "new/1");
    path_of(to, sizeof to, "cur/1:2,");
    cr_assert_eq(rename(from, to), 0);
    same(0, "A: " TOKEN "\n", false);
}

Test(delivery, mbox)
{
    put("mbox", "w", "From a@b Sat Nov 21\nA: " TOKEN "\n\nold\n\n");
    watch("mbox");
    cr_expect_eq(count(TOKEN), 0);
    put("mbox", "a", "From a@b Sat Nov 21\nA: " TOKEN "\n\n>From x\n>From\n\n"
                     "From c@d Sat Nov 21\nB: x\n\n");
    cr_expect_eq(count(TOKEN), 1);
    same(0, "A: " TOKEN "\n\n>From x\n>From\n", true);
    put("mbox", "a", "From e@f Sat Nov 21\r\nC: " TOKEN "\r\n\r\n\r\n");
    cr_expect_eq(count(TOKEN), 2);
    same(1, "C: " TOKEN "\r\n\r\n", true);
    put("mbox", "w", "From e@f Sat\nD: " TOKEN "\n"); /* written anew */
    cr_expect_eq(count(TOKEN), 1);
}

Test(delivery, hostile_tree)
{
    char path[400], deep[400] = "";

    watch("");
    put("outside", "w", "nothing\n");
    folder("d");
    path_of(path, sizeof path, "d/up");
    cr_assert_eq(symlink("..", path), 0);
    path_of(path, sizeof path, "link");
    cr_assert_eq(symlink("/etc/passwd", path), 0);
    path_of(path, sizeof path, "pipe");
    cr_assert_eq(mkfifo(path, 0600), 0);
    put("d/\n\x1b[31m %n\xff", "w", "A: " TOKEN "\n");
    put("d/-rf *", "w", "A: " TOKEN "\n");
    put("d/none", "w", "spec- spec-0123abcd- spec-0123abcd-89abcdef- "
                       "spec-0123abcd-89abcdef");
    put("d/long", "w", TOKEN "00000000000000000000000000000000000000000000\n");
    for (int i = 0; i < 40; i++) {
        strcat(deep, i ? "/d" : "e");
        folder(deep);
    }
    strcat(deep, "/m");
    put(deep, "w", "A: " TOKEN "\n"); /* deeper than is looked */
    cr_expect_eq(count(TOKEN), 2);
}

Test(delivery, huge_file)
{
    char path[400];
    int fd;

    watch("");
    put("huge", "w", "A: " TOKEN "\n");
    path_of(path, sizeof path, "huge");
    fd = open(path, O_WRONLY);
    cr_assert(fd >= 0 && ftruncate(fd, (off_t)1 << 36) == 0);
    close(fd);
    struct script_mail m = {0};
    cr_expect_eq(count(TOKEN), 1);
    cr_assert(delivery_fetch(watcher, TOKEN, 0, &m));
    cr_expect_eq(m.n, (size_t)16 << 20);
    free(m.p);
}

/* Large files are read in pieces: a token is found whole wherever they end. */
Test(delivery, cut_anywhere)
{
    static char text[300000];
    const size_t token = strlen(OTHER), piece = 65536, tail = 48;
    size_t n = 0;

    watch("");
    for (size_t k = 0; k <= token + 1; k++)
        for (size_t i = 1; i < 4; i++) {
            char name[40];
            memset(text, 'x', sizeof text);
            memcpy(text + i * (piece - tail) + tail - k, OTHER, token);
            text[sizeof text - 1] = '\0';
            snprintf(name, sizeof name, "%zu.%zu", k, i);
            put(name, "w", text);
            n++;
        }
    cr_expect_eq(count(OTHER), n);
    cr_expect_eq(count(TOKEN), 0);
}

Test(delivery, many_files)
{
    char name[32];

    watch("");
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "m%d", i);
        put(name, "w", i % 2 ? "A: " TOKEN "\n" : "A: x\n");
    }
    cr_expect_eq(count(TOKEN), 1000);
}

Test(delivery, not_there)
{
    char path[400], err[500] = "";

    path_of(path, sizeof path, "nosuch");
    cr_expect(!delivery_open(path, err, sizeof err));
    cr_expect(strstr(err, "nosuch: No such file"), "%s", err);
    watch("");
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    cr_expect_eq(count(TOKEN), 0);
}
