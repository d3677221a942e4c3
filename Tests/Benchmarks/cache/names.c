/* names SOURCE DESTINATION: makes the names of a tree anew, without contents, modes and times, by one thread a processor.
 *
 * What no program that makes a tree of files can leave out; the file system's own share of a restore. To know the names it
 * lists the source and reads its links, which is a small part.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int source, destination;
static char **folders;
static int count;
static atomic_int next;

static int opened(int root, const char *path) {
    int folder = openat(root, path, O_RDONLY | O_DIRECTORY);
    if (folder < 0) err(1, "%s", path);
    return folder;
}

/* Makes all folders below one, and lists them. */
static void make(const char *path) {
    if (count % 1024 == 0 && !(folders = realloc(folders, (count + 1024) * sizeof *folders))) err(1, "memory");
    folders[count++] = strdup(path);
    DIR *listing = fdopendir(opened(source, path));
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char inner[PATH_MAX];
        if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) >= PATH_MAX) errx(1, "%s: too deep", path);
        if (mkdirat(destination, inner, 0755)) err(1, "%s", inner);
        make(inner);
    }
    closedir(listing);
}

static void copy(int from, int to, const char *name, int isLink) {
    char target[PATH_MAX];
    if (!isLink) {
        int file = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
        if (file < 0) err(1, "%s", name);
        close(file);
        return;
    }
    ssize_t length = readlinkat(from, name, target, sizeof target - 1);
    if (length < 0) err(1, "%s", name);
    target[length] = 0;
    if (symlinkat(target, to, name)) err(1, "%s", name);
}

static void *fill(void *unused) {
    for (int number; (number = atomic_fetch_add(&next, 1)) < count;) {
        int from = opened(source, folders[number]), to = opened(destination, folders[number]);
        DIR *listing = fdopendir(from);
        for (struct dirent *entry; (entry = readdir(listing));)
            if (entry->d_type == DT_REG || entry->d_type == DT_LNK)
                copy(from, to, entry->d_name, entry->d_type == DT_LNK);
        closedir(listing);
        close(to);
    }
    return unused;
}

int main(int argc, char **argv) {
    if (argc != 3) errx(2, "usage: names SOURCE DESTINATION");
    if (mkdir(argv[2], 0755)) err(1, "%s", argv[2]);
    source = opened(AT_FDCWD, argv[1]);
    destination = opened(AT_FDCWD, argv[2]);
    make(".");
    long width = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t threads[64];
    if (width > 64) width = 64;
    if (width < 1) width = 1;
    for (long number = 0; number < width; number++)
        if (pthread_create(&threads[number], NULL, fill, NULL)) errx(1, "no thread");
    for (long number = 0; number < width; number++) pthread_join(threads[number], NULL);
    return 0;
}
