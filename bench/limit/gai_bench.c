/*
 * The limit: getaddrinfo called in a loop from THREADS threads, and nothing else.
 *
 *   gai_bench THREADS SOCKETS WARM_UP_MS DURATION_MS LOOKUPS NAME
 *
 * AF_INET, SOCK_STREAM, no flags: the hints of lookup4. SOCKETS is `fresh`, one for each query as libc
 * has it, or `kept`, one for each thread: that takes glibc. LOOKUPS is how many there are at most, 0 for
 * no limit. `%d` in NAME is replaced by the number of the lookup. Prints one JSON object: seconds, CPU
 * time in microseconds, failures, and the latency of every lookup in microseconds.
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { MAX_THREADS = 1024 };

static const char *name_before;
static const char *name_after;
static atomic_long number;
static atomic_long started;
static atomic_long failed;
static int64_t deadline;
static long limit;
static int measuring;
static int keeping;

/* Each thread's own, so that recording needs no lock. */
struct worker {
  pthread_t thread;
  uint32_t *latencies;
  size_t count;
  size_t capacity;
};

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double cpu_us(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return 1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void record(struct worker *self, int64_t ns) {
  if (self->count == self->capacity) {
    self->capacity = self->capacity == 0 ? 1024 : self->capacity * 2;
    self->latencies = realloc(self->latencies, self->capacity * sizeof *self->latencies);
    if (self->latencies == NULL) abort();
  }
  self->latencies[self->count++] = (uint32_t)(ns / 1000);
}

static void *work(void *argument) {
  struct worker *self = argument;
  char name[256];
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
#if defined(__GLIBC__)
  if (keeping) {
    if (res_ninit(&_res) != 0) abort();
    _res.options |= RES_STAYOPEN;
  }
#endif
  for (;;) {
    const int64_t begun = now_ns();
    if (begun >= deadline) break;
    if (limit > 0 && atomic_fetch_add(&started, 1) >= limit) break;
    if (name_after != NULL)
      snprintf(name, sizeof name, "%s%ld%s", name_before, atomic_fetch_add(&number, 1), name_after);
    else
      snprintf(name, sizeof name, "%s", name_before);
    struct addrinfo *list = NULL;
    if (getaddrinfo(name, NULL, &hints, &list) == 0)
      freeaddrinfo(list);
    else
      atomic_fetch_add(&failed, 1);
    if (measuring) record(self, now_ns() - begun);
  }
  return NULL;
}

static void run(struct worker *workers, int threads, int64_t ms) {
  atomic_store(&started, 0);
  atomic_store(&failed, 0);
  deadline = now_ns() + ms * 1000000;
  for (int at = 0; at < threads; at++)
    if (pthread_create(&workers[at].thread, NULL, work, &workers[at]) != 0) abort();
  for (int at = 0; at < threads; at++) pthread_join(workers[at].thread, NULL);
}

int main(int count, char **arguments) {
  if (count != 7) {
    fprintf(stderr, "usage: gai_bench THREADS SOCKETS WARM_UP_MS DURATION_MS LOOKUPS NAME\n");
    return 2;
  }
  static struct worker workers[MAX_THREADS];
  const int threads = atoi(arguments[1]);
  if (threads < 1 || threads > MAX_THREADS) return 2;
  keeping = strcmp(arguments[2], "kept") == 0;
  if (!keeping && strcmp(arguments[2], "fresh") != 0) return 2;
#if !defined(__GLIBC__)
  if (keeping) return 2;
#endif
  const int64_t warm_up = atoll(arguments[3]);
  const int64_t duration = atoll(arguments[4]);
  limit = atol(arguments[5]);
  char *name = arguments[6];
  char *mark = strstr(name, "%d");
  name_before = name;
  if (mark != NULL) {
    *mark = '\0';
    name_after = mark + 2;
  }

  if (warm_up > 0) run(workers, threads, warm_up);
  measuring = 1;
  const double cpu_before = cpu_us();
  const int64_t begun = now_ns();
  run(workers, threads, duration);
  const double seconds = (double)(now_ns() - begun) / 1e9;
  const double cpu = cpu_us() - cpu_before;

  printf("{\"seconds\":%.6f,\"cpu\":%.0f,\"failed\":%ld,\"latencies\":[", seconds, cpu, (long)atomic_load(&failed));
  int first = 1;
  for (int at = 0; at < threads; at++) {
    for (size_t i = 0; i < workers[at].count; i++) {
      printf(first ? "%u" : ",%u", workers[at].latencies[i]);
      first = 0;
    }
    free(workers[at].latencies);
  }
  printf("]}\n");
  return 0;
}
