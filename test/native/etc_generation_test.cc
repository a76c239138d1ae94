// In the sandbox, where /etc is the test's own.

#include "resolver/etc_generation.h"

#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "doctest.h"

namespace gai {
namespace {

std::string ContentOf(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST_CASE("EtcGeneration stays while nothing changes") {
  const uint64_t generation = EtcGeneration();
  CHECK(generation > 0);
  CHECK(EtcGeneration() == generation);
}

TEST_CASE("EtcGeneration grows with an edit of each file that decides over names") {
  for (const char* path :
       {"/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/host.conf"}) {
    CAPTURE(path);
    const std::string before = ContentOf(path);
    const uint64_t generation = EtcGeneration();
    std::ofstream(path, std::ios::app) << "# edited\n";
    const uint64_t edited = EtcGeneration();
    CHECK(edited > generation);
    CHECK(EtcGeneration() == edited);
    std::ofstream(path) << before;
    CHECK(EtcGeneration() > edited);
  }
}

TEST_CASE("EtcGeneration on several threads at once never falls") {
  std::atomic<bool> fell{false};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&] {
      uint64_t last = 0;
      for (int round = 0; round < 200; ++round) {
        const uint64_t now = EtcGeneration();
        if (now < last) fell = true;
        last = now;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(fell);
}

}  // namespace
}  // namespace gai
