// A nameserver on a free port of this host, for tests: it answers every A query with one address,
// and notes what it was asked.

#ifndef ADDRINFO_TEST_NATIVE_NAMESERVER_H_
#define ADDRINFO_TEST_NATIVE_NAMESERVER_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gai {

class FakeNameserver {
 public:
  // `address`: 127.0.0.1 or ::1. `answer`: an IPv4 address; empty for none at all.
  FakeNameserver(const std::string& address, const std::string& answer) : answer_(answer) {
    const bool v6 = address.find(':') != std::string::npos;
    socket_ = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_storage place{};
    if (v6) {
      auto* const endpoint = reinterpret_cast<sockaddr_in6*>(&place);
      endpoint->sin6_family = AF_INET6;
      inet_pton(AF_INET6, address.c_str(), &endpoint->sin6_addr);
    } else {
      auto* const endpoint = reinterpret_cast<sockaddr_in*>(&place);
      endpoint->sin_family = AF_INET;
      inet_pton(AF_INET, address.c_str(), &endpoint->sin_addr);
    }
    socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    usable_ = bind(socket_, reinterpret_cast<sockaddr*>(&place), size) == 0;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size);
    port_ = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&place)->sin6_port
                     : reinterpret_cast<sockaddr_in*>(&place)->sin_port);
    thread_ = std::thread([this] { Serve(); });
  }

  ~FakeNameserver() {
    stop_ = true;
    thread_.join();
    close(socket_);
  }

  FakeNameserver(const FakeNameserver&) = delete;
  FakeNameserver& operator=(const FakeNameserver&) = delete;

  // False where the host has no such address.
  bool usable() const { return usable_; }
  uint16_t port() const { return port_; }

  // The names, in the order in which they came.
  std::vector<std::string> asked() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return asked_;
  }

  // The ports that they came from, in the same order.
  std::vector<uint16_t> ports() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return ports_;
  }

 private:
  void Serve() {
    unsigned char packet[1024];
    while (!stop_) {
      pollfd ready{socket_, POLLIN, 0};
      if (poll(&ready, 1, 10) <= 0) continue;
      sockaddr_storage from{};
      socklen_t from_size = sizeof from;
      const ssize_t size = recvfrom(socket_, packet, sizeof packet, 0,
                                    reinterpret_cast<sockaddr*>(&from), &from_size);
      if (size < 17) continue;
      // At one place in sockaddr_in and in sockaddr_in6.
      Note(ntohs(reinterpret_cast<const sockaddr_in*>(&from)->sin_port));
      const std::vector<unsigned char> reply =
          Reply(std::vector<unsigned char>(packet, packet + size));
      if (answer_.empty()) continue;
      sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
    }
  }

  void Note(uint16_t port) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ports_.push_back(port);
  }

  std::vector<unsigned char> Reply(const std::vector<unsigned char>& query) {
    std::string name;
    size_t at = 12;
    while (at < query.size() && query[at] != 0) {
      if (!name.empty()) name += '.';
      name.append(reinterpret_cast<const char*>(&query[at + 1]), query[at]);
      at += query[at] + 1u;
    }
    const size_t end = at + 5;
    const bool a = query[at + 2] == 1;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      asked_.push_back(name);
    }
    std::vector<unsigned char> reply(query.begin(), query.begin() + static_cast<ptrdiff_t>(end));
    reply[2] |= 0x80;  // An answer, recursion available, no error.
    reply[3] = 0x80;
    std::memset(&reply[4], 0, 8);
    reply[5] = 1;
    if (!a) return reply;
    reply[7] = 1;
    in_addr address{};
    inet_pton(AF_INET, answer_.c_str(), &address);
    const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4};
    reply.insert(reply.end(), record, record + sizeof record);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(&address);
    reply.insert(reply.end(), bytes, bytes + 4);
    return reply;
  }

  const std::string answer_;
  int socket_ = -1;
  bool usable_ = false;
  uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<std::string> asked_;  // Guarded by mutex_.
  std::vector<uint16_t> ports_;     // Likewise.
  std::thread thread_;
};

}  // namespace gai

#endif  // ADDRINFO_TEST_NATIVE_NAMESERVER_H_
