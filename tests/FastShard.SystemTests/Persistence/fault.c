// A failing disk, for tests: preloaded into the server, it looks into the file that FAULT_FILE names before each call
// on a file ".aof", and fails as that says: "full" (ENOSPC), "broken" (EIO), "short" (every write takes one byte, and
// every seventh none: ENOSPC), "sync" (fdatasync fails with EIO and writes succeed). Empty: all is well.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_sync)(int);
static int calls;

__attribute__((constructor)) static void find_real(void)
{
    real_write = dlsym(RTLD_NEXT, "write");
    real_sync = dlsym(RTLD_NEXT, "fdatasync");
}

static int is_journal(int descriptor)
{
    char link[64], path[1024];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 4 && memcmp(path + length - 4, ".aof", 4) == 0;
}

static void read_fault(char fault[16])
{
    const char *path = getenv("FAULT_FILE");
    int descriptor = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = descriptor < 0 ? 0 : read(descriptor, fault, 15);
    if (descriptor >= 0) close(descriptor);
    fault[length < 0 ? 0 : length] = 0;
}

ssize_t write(int descriptor, const void *bytes, size_t length)
{
    if (!is_journal(descriptor)) return real_write(descriptor, bytes, length);
    char fault[16];
    read_fault(fault);
    int fails = strcmp(fault, "full") == 0 || (strcmp(fault, "short") == 0 && ++calls % 7 == 0);
    if (fails || strcmp(fault, "broken") == 0)
    {
        errno = fails ? ENOSPC : EIO;
        return -1;
    }
    return real_write(descriptor, bytes, strcmp(fault, "short") == 0 ? 1 : length);
}

int fdatasync(int descriptor)
{
    char fault[16];
    read_fault(fault);
    if (strcmp(fault, "sync") != 0 || !is_journal(descriptor)) return real_sync(descriptor);
    errno = EIO;
    return -1;
}
