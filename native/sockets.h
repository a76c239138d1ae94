// The socket headers of this platform.

#ifndef ADDRINFO_NATIVE_SOCKETS_H_
#define ADDRINFO_NATIVE_SOCKETS_H_

#if defined(_WIN32)
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#endif  // ADDRINFO_NATIVE_SOCKETS_H_
