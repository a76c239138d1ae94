/* getaddrinfo(3) itself: reads lines "ID FAMILY FLAGS NAME", answers each with "ID CODE ADDRESS..."
   on one line. Each call is made in a process of its own, which has seen no other /etc. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What Node calls it. */
static const char* code_of(int status) {
  switch (status) {
    case 0:
      return "OK";
    case EAI_NONAME:
    case EAI_NODATA:
      return "ENOTFOUND";
    case EAI_AGAIN:
      return "EAI_AGAIN";
    case EAI_FAIL:
      return "EAI_FAIL";
    case EAI_ADDRFAMILY:
      return "EAI_ADDRFAMILY";
    case EAI_SYSTEM:
      return strerrorname_np(errno);
    default:
      return "OTHER";
  }
}

static void answer(const char* id, int family, int flags, const char* name) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = family == 4 ? AF_INET : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  struct addrinfo* found = NULL;
  int status = getaddrinfo(name, NULL, &hints, &found);
  char line[4096];
  int length = snprintf(line, sizeof line, "%s %s", id, code_of(status));
  for (const struct addrinfo* each = status == 0 ? found : NULL; each != NULL;
       each = each->ai_next) {
    char text[INET6_ADDRSTRLEN];
    const void* address =
        each->ai_family == AF_INET
            ? (const void*)&((const struct sockaddr_in*)each->ai_addr)->sin_addr
            : (const void*)&((const struct sockaddr_in6*)each->ai_addr)->sin6_addr;
    if (inet_ntop(each->ai_family, address, text, sizeof text) == NULL) continue;
    if ((size_t)length + strlen(text) + 3 > sizeof line) break;
    length += snprintf(line + length, sizeof line - (size_t)length, " %s", text);
  }
  line[length++] = '\n';
  if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(1);
}

int main(void) {
  char line[2048];
  char id[32];
  char name[1024];
  int family;
  int flags;
  signal(SIGCHLD, SIG_IGN);
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "%31s %d %d %1023s", id, &family, &flags, name) != 4) return 2;
    if (fork() == 0) {
      answer(id, family, flags, name);
      _exit(0);
    }
  }
  return 0;
}
