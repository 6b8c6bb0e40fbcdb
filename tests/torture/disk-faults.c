/*
 * Stands between a program and its disk (LD_PRELOAD): counts each write, sync and truncation of files below a folder,
 * and at the k-th lets it fail, or kills the program. Told by a file of five numbers that both sides map:
 * armed (0, 1), k, errno (-1: SIGKILL), whether all that follow fail too, and how many calls there have been.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARMED, K, ERRNO, PERSISTENT, CALLS };

static volatile int32_t *orders;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
  folder = getenv("TORTURE_FOLDER");
  const char *path = getenv("TORTURE_ORDERS");
  if (!folder || !path) return;
  int fd = open(path, O_RDWR);
  if (fd < 0) return;
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) orders = page;
}

/* Whether this call is to fail. The program's own errno is kept where it is not. */
static int fails(int fd) {
  if (!orders || !orders[ARMED]) return 0;
  int before = errno;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = before;
  if (length < 0) return 0;
  path[length] = 0;
  if (strncmp(path, folder, strlen(folder)) != 0) return 0;
  int call = __atomic_add_fetch(&orders[CALLS], 1, __ATOMIC_SEQ_CST);
  if (call < orders[K] || (call > orders[K] && !orders[PERSISTENT])) return 0;
  if (orders[ERRNO] < 0) raise(SIGKILL);
  errno = orders[ERRNO];
  return 1;
}

#define BETWEEN(type, name, params, args)                   \
  type name params {                                        \
    static type(*real) params;                              \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);   \
    return fails(fd) ? -1 : real args;                      \
  }

BETWEEN(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))
BETWEEN(ssize_t, pwrite, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at))
BETWEEN(ssize_t, pwrite64, (int fd, const void *from, size_t n, off64_t at), (fd, from, n, at))
BETWEEN(int, fsync, (int fd), (fd))
BETWEEN(int, fdatasync, (int fd), (fd))
BETWEEN(int, ftruncate, (int fd, off_t length), (fd, length))
BETWEEN(int, ftruncate64, (int fd, off64_t length), (fd, length))
