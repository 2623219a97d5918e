/*
 * Makes system calls on files of one folder fail, or kills the process at them: preloaded into a program by LD_PRELOAD.
 *
 * TROUPE_FAULTS_ROOT    the folder; calls on other files are not counted
 * TROUPE_FAULTS_LOG     a file that gets a line for each fault: "hit NUMBER CALL FILE"
 * TROUPE_FAULTS_RECORD  if set, the log gets a line for each call too: "call CALL FILE"
 * TROUPE_FAULTS         faults, one a line: "CALL PATTERN NTH ACTION [NUMBER [TIMES]]"
 *
 * CALL is open (for writing), reading (open for reading), read, write, fsync, truncate, rename, unlink, link or mkdir. PATTERN is a
 * shell pattern of the file's place in the folder; of a rename that is the old name. Calls are counted for each fault by
 * itself; at the NTH the ACTION happens:
 *
 * kill-before, kill-after   SIGKILL to this process, before or after the call
 * kill-half                 SIGKILL after half of a write's bytes
 * term                      SIGTERM to this process, after the call
 * error                     the call fails with the error NUMBER; with TIMES so do the calls after it, TIMES in all
 * short                     a write writes half of its bytes and says so
 * clock                     after the call the time of day is NUMBER seconds off
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MOST_FAULTS 64

enum action { NONE, KILL_BEFORE, KILL_AFTER, KILL_HALF, TERM, ERROR, SHORT, CLOCK };

static const char *const ACTIONS[] = {"none", "kill-before", "kill-after", "kill-half", "term", "error", "short", "clock"};

struct fault {
  char call[16];
  char pattern[PATH_MAX];
  long nth;
  enum action action;
  long number;
  long times;
  long seen;
};

static struct fault faults[MOST_FAULTS];
static int fault_count;
static char root[PATH_MAX];
static size_t root_length;
static int log_file = -1;
static int records;
static long clock_offset;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void say(const char *format, ...) {
  if (log_file < 0) return;
  char line[2 * PATH_MAX];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0 && syscall(SYS_write, log_file, line, (size_t)length) != length) log_file = -1;
}

static void wrong(const char *text) {
  dprintf(2, "faults: cannot read the fault: %s\n", text);
  _exit(99);
}

static void parse(char *text) {
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    if (fault_count == MOST_FAULTS) wrong("there are too many");
    struct fault *fault = &faults[fault_count++];
    char action[32];
    fault->times = 1;
    if (sscanf(line, "%15s %4095s %ld %31s %ld %ld", fault->call, fault->pattern, &fault->nth, action, &fault->number,
               &fault->times) < 4)
      wrong(line);
    for (int i = 1; i <= CLOCK; i++)
      if (strcmp(action, ACTIONS[i]) == 0) fault->action = (enum action)i;
    if (fault->action == NONE) wrong(line);
  }
}

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("TROUPE_FAULTS_ROOT");
  if (folder == NULL || realpath(folder, root) == NULL) return;
  root_length = strlen(root);
  const char *log = getenv("TROUPE_FAULTS_LOG");
  if (log != NULL) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  records = getenv("TROUPE_FAULTS_RECORD") != NULL;
  const char *text = getenv("TROUPE_FAULTS");
  if (text != NULL) {
    char *copy = strdup(text);
    parse(copy);
    free(copy);
  }
}

/* The file's place in the folder, or NULL if it is elsewhere. */
static const char *inside(const char *path) {
  if (root_length == 0 || strncmp(path, root, root_length) != 0 || path[root_length] != '/') return NULL;
  return path + root_length + 1;
}

static const char *of_descriptor(int descriptor, char *buffer) {
  if (root_length == 0) return NULL;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = syscall(SYS_readlink, link, buffer, PATH_MAX - 1);
  if (length <= 0) return NULL;
  buffer[length] = 0;
  return inside(buffer);
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

/* What is to happen at a call; kills before the call happen here. */
static enum action at(const char *call, const char *file, long *number) {
  if (file == NULL) return NONE;
  enum action found = NONE;
  pthread_mutex_lock(&mutex);
  if (records) say("call %s %s\n", call, file);
  for (int i = 0; i < fault_count; i++) {
    struct fault *fault = &faults[i];
    if (strcmp(fault->call, call) != 0 || fnmatch(fault->pattern, file, 0) != 0) continue;
    fault->seen++;
    long times = fault->action == ERROR ? fault->times : 1;
    if (fault->seen < fault->nth || fault->seen >= fault->nth + times || found != NONE) continue;
    if (fault->seen == fault->nth) say("hit %d %s %s\n", i, call, file);
    found = fault->action;
    *number = fault->number;
  }
  if (found == KILL_BEFORE) die();
  pthread_mutex_unlock(&mutex);
  return found;
}

static void after(enum action action, long number) {
  int error = errno;
  if (action == KILL_AFTER || action == KILL_HALF) die();
  if (action == TERM) syscall(SYS_kill, getpid(), SIGTERM);
  if (action == CLOCK) __atomic_add_fetch(&clock_offset, number, __ATOMIC_SEQ_CST);
  errno = error;
}

/* Defines what a call does between a fault's two ends; "proceed" is the real call. */
#define CALL(type, call, file, proceed)            \
  long number = 0;                                 \
  enum action action = at(call, file, &number);    \
  if (action == ERROR) {                           \
    errno = (int)number;                           \
    return -1;                                     \
  }                                                \
  type result = (proceed);                         \
  after(action, number);                           \
  return result

static size_t part(enum action action, size_t length) {
  return (action == KILL_HALF || action == SHORT) && length > 1 ? length / 2 : length;
}

static const char *opened_as(int flags) { return (flags & O_ACCMODE) == O_RDONLY ? "reading" : "open"; }

#define MODE                             \
  mode_t mode = 0;                       \
  if (flags & (O_CREAT | O_TMPFILE)) {   \
    va_list arguments;                   \
    va_start(arguments, flags);          \
    mode = va_arg(arguments, mode_t);    \
    va_end(arguments);                   \
  }

int open(const char *path, int flags, ...) {
  MODE
  CALL(int, opened_as(flags), inside(path), REAL(open)(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
  MODE
  CALL(int, opened_as(flags), inside(path), REAL(open64)(path, flags, mode));
}

ssize_t read(int descriptor, void *bytes, size_t length) {
  char buffer[PATH_MAX];
  CALL(ssize_t, "read", of_descriptor(descriptor, buffer), REAL(read)(descriptor, bytes, length));
}

ssize_t pread64(int descriptor, void *bytes, size_t length, off64_t offset) {
  char buffer[PATH_MAX];
  CALL(ssize_t, "read", of_descriptor(descriptor, buffer), REAL(pread64)(descriptor, bytes, length, offset));
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  char buffer[PATH_MAX];
  CALL(ssize_t, "write", of_descriptor(descriptor, buffer), REAL(write)(descriptor, bytes, part(action, length)));
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
  char buffer[PATH_MAX];
  CALL(ssize_t, "write", of_descriptor(descriptor, buffer),
       REAL(pwrite64)(descriptor, bytes, part(action, length), offset));
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  char buffer[PATH_MAX];
  CALL(ssize_t, "write", of_descriptor(descriptor, buffer), REAL(writev)(descriptor, parts, count));
}

int fsync(int descriptor) {
  char buffer[PATH_MAX];
  CALL(int, "fsync", of_descriptor(descriptor, buffer), REAL(fsync)(descriptor));
}

int fdatasync(int descriptor) {
  char buffer[PATH_MAX];
  CALL(int, "fsync", of_descriptor(descriptor, buffer), REAL(fdatasync)(descriptor));
}

int ftruncate(int descriptor, off_t length) {
  char buffer[PATH_MAX];
  CALL(int, "truncate", of_descriptor(descriptor, buffer), REAL(ftruncate)(descriptor, length));
}

int ftruncate64(int descriptor, off64_t length) {
  char buffer[PATH_MAX];
  CALL(int, "truncate", of_descriptor(descriptor, buffer), REAL(ftruncate64)(descriptor, length));
}

int rename(const char *from, const char *to) { CALL(int, "rename", inside(from), REAL(rename)(from, to)); }

int unlink(const char *path) { CALL(int, "unlink", inside(path), REAL(unlink)(path)); }

int link(const char *from, const char *to) { CALL(int, "link", inside(to), REAL(link)(from, to)); }

int mkdir(const char *path, mode_t mode) { CALL(int, "mkdir", inside(path), REAL(mkdir)(path, mode)); }

static long offset(void) { return __atomic_load_n(&clock_offset, __ATOMIC_SEQ_CST); }

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += offset();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int result = (int)syscall(SYS_gettimeofday, time, zone);
  if (result == 0) time->tv_sec += offset();
  return result;
}
