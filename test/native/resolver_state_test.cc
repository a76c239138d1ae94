// The thread's resolver settings: set for a call, gone after it; on glibc, and refused elsewhere.
// Names are asked of nameservers of the test's own; that needs `dns` in the hosts line of
// nsswitch.conf.

#include "resolver/resolver_state.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "addrinfo.h"
#include "answers.h"
#include "doctest.h"
#include "nameserver.h"
#include "resolver/libc.h"

namespace gai {
namespace {

#if ADDRINFO_GLIBC

std::shared_ptr<const ResolverState> StateOf(const ResolverOptions& options) {
  std::string culprit;
  auto state = MakeResolverState(options, &culprit);
  REQUIRE(state != nullptr);
  return state;
}

ResolverOptions Asking(const FakeNameserver& nameserver, const char* address = "127.0.0.1") {
  ResolverOptions options;
  options.nameservers = {{address, nameserver.port()}};
  return options;
}

Pace Within(std::chrono::milliseconds left) {
  Pace pace;
  pace.deadline = std::chrono::steady_clock::now() + left;
  return pace;
}

std::string Lookup(const std::string& name, std::shared_ptr<const ResolverState> state,
                   const Pace& pace = {}) {
  Query query;
  query.node = name;
  query.family = 4;
  query.socktype = SOCK_STREAM;
  query.resolver = std::move(state);
  query.pace = pace;
  const Answer answer = Resolve(query);
  return answer.error == 0 ? answer.addresses.at(0).text : std::to_string(answer.error);
}

// What glibc itself makes of resolv.conf and the environment, on a thread that nobody touched.
struct Settings {
  int retrans, retry, nscount;
  unsigned long options;
  unsigned ndots;
  std::vector<std::string> nameservers, search;

  bool operator==(const Settings& other) const {
    return retrans == other.retrans && retry == other.retry && nscount == other.nscount &&
           options == other.options && ndots == other.ndots && nameservers == other.nameservers &&
           search == other.search;
  }
};

Settings Read(res_state state) {
  Settings settings{
      state->retrans, state->retry, state->nscount, state->options, state->ndots, {}, {}};
  for (int index = 0; index < state->nscount; ++index) {
    const auto& v4 = state->nsaddr_list[index];
    const auto* const bytes = reinterpret_cast<const char*>(&v4);
    const auto* const v6 = reinterpret_cast<const char*>(state->_u._ext.nsaddrs[index]);
    settings.nameservers.push_back(v4.sin_family == AF_INET
                                       ? std::string(bytes, offsetof(sockaddr_in, sin_zero))
                                       : std::string(v6, sizeof(sockaddr_in6)));
  }
  for (int index = 0; state->dnsrch[index] != nullptr; ++index) {
    settings.search.emplace_back(state->dnsrch[index]);
  }
  return settings;
}

Settings OfTheSystem() {
  Settings settings;
  std::thread([&settings] {
    CHECK(res_ninit(&_res) == 0);
    settings = Read(&_res);
  }).join();
  return settings;
}

ResolverOptions Everything() {
  ResolverOptions options;
  options.nameservers = {{"127.0.0.1", 5353}, {"::1", 53}, {"192.0.2.1", 54}};
  options.search = {{"one.test", "two.test"}};
  options.ndots = 15;
  options.timeout = 30;
  options.attempts = 5;
  for (auto flag :
       {&ResolverOptions::rotate, &ResolverOptions::single_request,
        &ResolverOptions::single_request_reopen, &ResolverOptions::use_vc,
        &ResolverOptions::no_aaaa, &ResolverOptions::edns0, &ResolverOptions::trust_ad}) {
    options.*flag = true;
  }
  return options;
}

TEST_CASE("ResolverScope sets every option on its thread") {
  std::thread([] {
    const auto state = StateOf(Everything());
    const ResolverScope scope(state.get(), Pace{}, "name.test", false);
    CHECK(scope.error() == 0);
    const Settings now = Read(&_res);
    CHECK(now.retrans == 30);
    CHECK(now.retry == 5);
    CHECK(now.ndots == 15);
    CHECK(now.search == std::vector<std::string>{"one.test", "two.test"});
    REQUIRE(now.nscount == 3);
    CHECK(_res.nsaddr_list[0].sin_port == htons(5353));
    CHECK(_res.nsaddr_list[1].sin_family == 0);
    CHECK(_res._u._ext.nsaddrs[1]->sin6_port == htons(53));
    CHECK(_res.nsaddr_list[2].sin_port == htons(54));
    for (const unsigned long bit : {RES_ROTATE, RES_SNGLKUP, RES_SNGLKUPREOP, RES_USEVC, 0x08000000,
                                    RES_USE_EDNS0, 0x04000000}) {
      CHECK((now.options & bit) != 0);
    }
  }).join();
}

TEST_CASE(
    "ResolverScope without a state gives the system's settings back, however often it changes") {
  const Settings system = OfTheSystem();
  std::thread([&system] {
    const auto everything = StateOf(Everything());
    ResolverOptions less;
    less.nameservers = {{"::1", 1}};
    less.search.emplace();
    less.rotate = false;
    const auto little = StateOf(less);
    for (int round = 0; round < 50; ++round) {
      {
        const ResolverScope scope(everything.get(), Pace{}, "name.test", false);
      }
      if (round % 3 == 0) const ResolverScope scope(little.get(), Pace{}, "name.test", true);
      const ResolverScope scope(nullptr, Pace{}, "name.test", false);
      CHECK(Read(&_res) == system);
    }
  }).join();
}

TEST_CASE(
    "ResolverScope with a deadline changes timeout and attempts, and keeps the socket, no more") {
  const Settings system = OfTheSystem();
  std::thread([&system] {
    {
      const Pace pace = Within(std::chrono::seconds(1));
      const ResolverScope scope(nullptr, pace, "name.test", false);
      Settings now = Read(&_res);
      CHECK(now.retrans == 1);
      now.retrans = system.retrans;
      now.retry = system.retry;
      now.options &= ~static_cast<unsigned long>(RES_NORELOAD | RES_STAYOPEN);
      CHECK(now == system);
    }
    const ResolverScope scope(nullptr, Pace{}, "name.test", false);
    CHECK(Read(&_res) == system);
  }).join();
}

TEST_CASE("ResolverScope on a thread that never resolved a name leaves descriptor 0 alone") {
  // In glibc, the socket of such a thread's state is 0.
  const int before = fcntl(0, F_GETFD);
  if (before == -1) REQUIRE(open("/dev/null", O_RDONLY) == 0);
  std::thread([] {
    const auto state = StateOf(Everything());
    const ResolverScope scope(state.get(), Pace{}, "name.test", false);
  }).join();
  CHECK(fcntl(0, F_GETFD) != -1);
}

TEST_CASE("Resolve asks the nameserver and port of its state, IPv4 and IPv6") {
  FakeNameserver four("127.0.0.1", "10.0.0.4");
  FakeNameserver six("::1", "10.0.0.6");
  CHECK(Lookup("four.test.", StateOf(Asking(four))) == "10.0.0.4");
  CHECK(four.asked() == std::vector<std::string>{"four.test"});
  if (!six.usable()) {
    MESSAGE("no IPv6 nameserver: this host has no ::1");
    return;
  }
  CHECK(Lookup("six.test.", StateOf(Asking(six, "::1"))) == "10.0.0.6");
  CHECK(six.asked() == std::vector<std::string>{"six.test"});
  CHECK(four.asked().size() == 1);
}

TEST_CASE("Resolve takes the search list of its state, and none where that is empty") {
  FakeNameserver nameserver("127.0.0.1", "10.0.0.4");
  ResolverOptions options = Asking(nameserver);
  options.ndots = 2;
  options.search = {{"one.test"}};
  CHECK(Lookup("name", StateOf(options)) == "10.0.0.4");
  options.search.emplace();
  CHECK(Lookup("other.name", StateOf(options)) == "10.0.0.4");
  CHECK(nameserver.asked() == std::vector<std::string>{"name.one.test", "other.name"});
}

TEST_CASE("Resolve of a dead nameserver is back soon after the deadline") {
  FakeNameserver dead("127.0.0.1", "");
  Query query;
  query.node = "dead.test.";
  query.family = 4;
  query.resolver = StateOf(Asking(dead));
  query.pace.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  const auto begun = std::chrono::steady_clock::now();
  CHECK(Resolve(query).error == kAgain);
  const auto took = std::chrono::steady_clock::now() - begun;
  CHECK(took >= std::chrono::milliseconds(950));
  CHECK(took < std::chrono::milliseconds(4500));  // Far from the 10 s of resolv.conf's defaults.
  CHECK(dead.asked().size() == 1);
}

using Lengths = std::vector<int>;

// How many in a row came from the same port.
Lengths RunsOf(const std::vector<uint16_t>& ports) {
  Lengths lengths;
  for (size_t at = 0; at < ports.size(); ++at) {
    if (at == 0 || ports[at] != ports[at - 1]) lengths.push_back(0);
    ++lengths.back();
  }
  return lengths;
}

// So many lookups, one right after another on one thread: how many in a row shared a socket.
// `between` is called after each, with its number and the state that it was made with.
template <typename Between>
Lengths Streaks(int lookups, const Between& between) {
  FakeNameserver nameserver("127.0.0.1", "10.0.0.4");
  const auto state = StateOf(Asking(nameserver));
  std::thread([&] {
    for (int number = 1; number <= lookups; ++number) {
      CHECK(Lookup("name.test.", state, Within(std::chrono::seconds(5))) == "10.0.0.4");
      between(number, state);
    }
  }).join();
  return RunsOf(nameserver.ports());
}

TEST_CASE("lookups one right after another ask from one socket, 16 at most") {
  CHECK(Streaks(40, [](int, const auto&) {}) == Lengths{16, 16, 8});
}

TEST_CASE("a streak ends with EndStreak, which leaves no socket open, and after 100 ms") {
  const auto socket_is_open = [] { return _res._u._ext.nssocks[0] != -1; };
  CHECK(Streaks(3, [&](int, const auto&) {
          CHECK(socket_is_open());
          EndStreak();
          CHECK_FALSE(socket_is_open());
        }) == Lengths{1, 1, 1});
  CHECK(Streaks(4, [](int number, const auto&) {
          if (number == 2) std::this_thread::sleep_for(std::chrono::milliseconds(101));
        }) == Lengths{2, 2});
}

TEST_CASE("a streak ends with a hedge, another resolver's lookup, and one without a deadline") {
  CHECK(Streaks(4, [](int number, const auto& state) {
          if (number != 2) return;
          Pace hedge = Within(std::chrono::seconds(5));
          hedge.hedge = true;
          CHECK(Lookup("name.test.", state, hedge) == "10.0.0.4");
        }) == Lengths{2, 1, 2});
  CHECK(Streaks(4, [](int number, const auto& state) {
          if (number == 2) CHECK(Lookup("name.test.", state) == "10.0.0.4");
        }) == Lengths{2, 1, 2});
  CHECK(Streaks(4, [](int number, const auto&) {
          if (number != 2) return;
          FakeNameserver other("127.0.0.1", "10.0.0.5");
          const auto its = StateOf(Asking(other));
          CHECK(Lookup("name.test.", its, Within(std::chrono::seconds(5))) == "10.0.0.5");
        }) == Lengths{2, 2});
}

TEST_CASE("a lookup that nobody answered leaves no socket to the next") {
  FakeNameserver dead("127.0.0.1", "");
  const auto state = StateOf(Asking(dead));
  std::thread([&state] {
    for (int lookup = 0; lookup < 2; ++lookup) {
      CHECK(Lookup("name.test.", state, Within(std::chrono::milliseconds(50))) == "-3001");
      CHECK(_res._u._ext.nssocks[0] == -1);
    }
  }).join();
  CHECK(dead.ports().at(0) != dead.ports().at(1));
}

// Only in the sandbox, where /etc/resolv.conf is the test's own.
TEST_CASE("a streak ends when resolv.conf changes: the next lookup goes by the new one") {
  const std::string path = "/etc/resolv.conf";
  std::ifstream file(path);
  const std::string before((std::istreambuf_iterator<char>(file)), {});
  std::vector<unsigned> dots;
  std::thread([&] {
    // Of different length: noticed however coarse the file system's clock is.
    for (const char* options : {"options ndots:3\n", "options ndots:14\n"}) {
      std::ofstream(path) << before << options;
      for (int lookup = 0; lookup < 2; ++lookup) {
        const ResolverScope scope(nullptr, Within(std::chrono::seconds(5)), "name.test", false);
        dots.push_back(_res.ndots);
      }
    }
  }).join();
  std::ofstream(path) << before;
  CHECK(dots == std::vector<unsigned>{3, 3, 14, 14});
}

TEST_CASE("after a streak a lookup without a deadline has the system's settings") {
  const Settings system = OfTheSystem();
  std::thread([&system] {
    for (const bool rest : {false, true}) {
      for (int round = 0; round < 3; ++round) {
        const ResolverScope scope(nullptr, Within(std::chrono::seconds(5)), "name.test", false);
        CHECK((_res.options & RES_STAYOPEN) != 0);
      }
      if (rest) EndStreak();
      const ResolverScope scope(nullptr, Pace{}, "name.test", false);
      CHECK(Read(&_res) == system);
    }
  }).join();
}

// Under ThreadSanitizer and AddressSanitizer: states are shared, threads come and go, and what
// glibc was given to own is freed.
TEST_CASE("states never mix on threads that use one after the other") {
  constexpr int kThreads = 8;
  constexpr int kRounds = 40;
  FakeNameserver one("127.0.0.1", "10.0.0.1");
  FakeNameserver two("127.0.0.1", "10.0.0.2");
  ResolverOptions with_more = Asking(two);
  with_more.nameservers->push_back({"::1", 9});
  with_more.search = {{"one.test"}};
  const auto first = StateOf(Asking(one));
  const auto second = StateOf(with_more);
  std::vector<int> wrong(kThreads);
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&, number] {
      for (int round = 0; round < kRounds; ++round) {
        const bool odd = (number + round) % 2 == 1;
        const std::string name = odd ? "two.test." : "one.test.";
        if (Lookup(name, odd ? second : first) != (odd ? "10.0.0.2" : "10.0.0.1")) ++wrong[number];
        if (round % 5 == 0) const ResolverScope scope(nullptr, Pace{}, nullptr, false);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::count(wrong.begin(), wrong.end(), 0) == kThreads);
  const auto only = [](const std::vector<std::string>& names, const char* name) {
    return std::count(names.begin(), names.end(), name) == static_cast<ptrdiff_t>(names.size());
  };
  CHECK(only(one.asked(), "one.test"));
  CHECK(only(two.asked(), "two.test"));
}

TEST_CASE("MakeResolverState names an address whose scope is neither an interface nor a number") {
  ResolverOptions options;
  std::string culprit;
  for (const char* scope : {"nosuch0", "1x", "-1", "4294967297", ""}) {
    const std::string address = std::string("fe80::1%") + scope;
    CAPTURE(address);
    options.nameservers = {{"::1", 53}, {address, 53}};
    CHECK(MakeResolverState(options, &culprit) == nullptr);
    CHECK(culprit == address);
  }
  options.nameservers = {{"fe80::1%lo", 53}};
  CHECK(MakeResolverState(options, &culprit) != nullptr);
}

TEST_CASE("SupportedResolverOptions has every option of resolv.conf that every glibc knows") {
  const std::vector<std::string> names = SupportedResolverOptions();
  for (const char* name : {"nameservers", "search", "ndots", "timeout", "attempts", "rotate",
                           "singleRequest", "singleRequestReopen", "useVc", "edns0"}) {
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
  CHECK(LibcName().rfind("glibc 2.", 0) == 0);
}

#else

TEST_CASE("a libc other than glibc supports nothing, says so, and a scope does nothing") {
  CHECK(SupportedResolverOptions().empty());
  CHECK(LibcName() == "a C library other than glibc");
  std::string culprit;
  CHECK(MakeResolverState(ResolverOptions{}, &culprit) == nullptr);
  Pace pace;
  pace.deadline = std::chrono::steady_clock::now();
  const ResolverScope scope(nullptr, pace, "name.test", true);
  CHECK(scope.error() == 0);
}

#endif

}  // namespace
}  // namespace gai
