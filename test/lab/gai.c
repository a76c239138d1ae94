// gai [-4] [-s] [-t THREADS] [-n LOOKUPS] NAME: getaddrinfo, each call in a fresh thread.
//
// glibc mends itself: a thread that has stalled once asks A and AAAA one after the other from then on. A
// loop in one thread therefore measures a single stall and then none; a fresh thread a lookup is the fair
// baseline. LOOKUPS are shared out among THREADS workers; with -s none is started once one has taken a
// second. Prints one JSON object; latencies are in milliseconds.
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct lookup {
  const char *name;
  int family;
  bool done;
  int error;
  double milliseconds;
};

static const double stall_ms = 1000;
static bool stop_at_stall;
static atomic_bool stalled;

struct worker {
  pthread_t thread;
  struct lookup *first;
  long count;
};

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *run_lookup(void *argument) {
  struct lookup *lookup = argument;
  const struct addrinfo hints = {.ai_family = lookup->family, .ai_socktype = SOCK_STREAM};
  struct addrinfo *addresses = NULL;
  const double start = now_ms();
  lookup->error = getaddrinfo(lookup->name, NULL, &hints, &addresses);
  lookup->milliseconds = now_ms() - start;
  lookup->done = true;
  if (lookup->error == 0) freeaddrinfo(addresses);
  if (lookup->milliseconds >= stall_ms) atomic_store(&stalled, true);
  return NULL;
}

static void *run_worker(void *argument) {
  const struct worker *worker = argument;
  for (long i = 0; i < worker->count; i++) {
    if (stop_at_stall && atomic_load(&stalled)) break;
    pthread_t fresh;
    if (pthread_create(&fresh, NULL, run_lookup, &worker->first[i]) != 0) {
      perror("gai: pthread_create");
      exit(1);
    }
    pthread_join(fresh, NULL);
  }
  return NULL;
}

static void print_json(const struct lookup *lookups, long count) {
  long done = 0;
  long failed = 0;
  printf("{\"latencies\":[");
  for (long i = 0; i < count; i++) {
    if (!lookups[i].done) continue;
    printf("%s%.3f", done == 0 ? "" : ",", lookups[i].milliseconds);
    done += 1;
    failed += lookups[i].error != 0;
  }
  printf("],\"failed\":%ld}\n", failed);
}

static int usage(void) {
  fprintf(stderr, "usage: gai [-4] [-s] [-t threads] [-n lookups] name\n");
  return 2;
}

int main(int argc, char **argv) {
  int family = AF_UNSPEC;
  long threads = 1;
  long count = 100;
  for (int option; (option = getopt(argc, argv, "4st:n:")) != -1;) {
    switch (option) {
      case '4': family = AF_INET; break;
      case 's': stop_at_stall = true; break;
      case 't': threads = atol(optarg); break;
      case 'n': count = atol(optarg); break;
      default: return usage();
    }
  }
  if (optind != argc - 1 || threads < 1 || count < 1) return usage();
  if (threads > count) threads = count;

  struct lookup *lookups = calloc((size_t)count, sizeof *lookups);
  struct worker *workers = calloc((size_t)threads, sizeof *workers);
  if (lookups == NULL || workers == NULL) {
    perror("gai");
    return 1;
  }
  for (long i = 0; i < count; i++) lookups[i] = (struct lookup){.name = argv[optind], .family = family};

  long given = 0;
  for (long i = 0; i < threads; i++) {
    const long share = (count - given) / (threads - i);
    workers[i] = (struct worker){.first = &lookups[given], .count = share};
    given += share;
    if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) != 0) {
      perror("gai: pthread_create");
      return 1;
    }
  }
  for (long i = 0; i < threads; i++) pthread_join(workers[i].thread, NULL);

  print_json(lookups, count);
  free(workers);
  free(lookups);
  return 0;
}
