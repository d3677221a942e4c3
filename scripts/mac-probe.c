/* mac-probe FOLDER: what this system does where Berth relies on macOS; prints one JSON object. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* "ok in 1.2 ms", or the error's words. */
static void sync_result(const char *name, int result, double began) {
    if (result == -1) printf("  \"%s\": \"%s\",\n", name, strerror(errno));
    else printf("  \"%s\": \"ok in %.1f ms\",\n", name, now() - began);
}

static void synced(const char *name, int descriptor, int command) {
    double began = now();
    int result = command < 0 ? -1 : fcntl(descriptor, command);
    if (command < 0) errno = ENOTSUP;
    sync_result(name, result, began);
}

int main(int count, char **arguments) {
    char path[4096], other[4096];
    struct stat facts;
    int barrier = -1, full = -1;
#ifdef F_BARRIERFSYNC
    barrier = F_BARRIERFSYNC;
#endif
#ifdef F_FULLFSYNC
    full = F_FULLFSYNC;
#endif
    if (count != 2) return 64;
    snprintf(path, sizeof path, "%s/probe", arguments[1]);
    snprintf(other, sizeof other, "%s/PROBE", arguments[1]);
    int first = open(path, O_RDWR | O_CREAT, 0600), second = open(path, O_RDWR);
    int folder = open(arguments[1], O_RDONLY);
    if (first < 0 || second < 0 || folder < 0) return 1;
    if (write(first, "berth", 5) != 5) return 1;
    puts("{");
    synced("barrierSync", first, barrier);
    synced("fullSync", first, full);
    synced("fullSyncOfFolder", folder, full);
    int held = flock(first, LOCK_EX | LOCK_NB), refused = flock(second, LOCK_EX | LOCK_NB);
    printf("  \"lockIsShared\": \"%s\",\n",
           held == 0 && refused == -1 && errno == EWOULDBLOCK ? "no: one holder at a time" : "yes");
    printf("  \"caseSensitive\": %s\n}\n", stat(other, &facts) == 0 ? "false" : "true");
    return 0;
}
