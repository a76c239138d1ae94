// The thread's resolver settings: set for a call, gone after it; on glibc, and refused elsewhere.
// Names are asked of nameservers of the test's own; that needs `dns` in the hosts line of
// nsswitch.conf.

#include "resolver/resolver_state.h"

#include <fcntl.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "answers.h"
#include "doctest.h"
#include "resolver/libc.h"
#include "resolver/resolver_flags.h"
#include "resolver_settings.h"

namespace gai {
namespace {

#if ADDRINFO_GLIBC

ResolverOptions Everything() {
  ResolverOptions options;
  options.nameservers = {{"127.0.0.1", 5353}, {"::1", 53}, {"192.0.2.1", 54}};
  options.search = {{"one.test", "two.test"}};
  options.ndots = 15;
  options.timeout = 30;
  options.attempts = 5;
  for (const ResolverFlag& flag : kResolverFlags) options.flags_on |= flag.bit;
  return options;
}

TEST_CASE("ResolverScope sets every option on its thread") {
  std::thread([] {
    const auto state = StateOf(Everything());
    const ResolverScope scope(state.get(), Manner{});
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
    for (const unsigned long bit :
         {RES_ROTATE, RES_SNGLKUP, RES_SNGLKUPREOP, RES_USEVC, 0x08000000, RES_USE_EDNS0}) {
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
    less.flags_off = RES_ROTATE;
    const auto little = StateOf(less);
    for (int round = 0; round < 50; ++round) {
      {
        const ResolverScope scope(everything.get(), Manner{});
      }
      if (round % 3 == 0) const ResolverScope scope(little.get(), Both());
      const ResolverScope scope(nullptr, Both());
      CHECK(Read(&_res) == system);
    }
  }).join();
}

TEST_CASE("ResolverScope for A and AAAA with the system's settings touches nothing") {
  std::thread([] {
    const ResolverScope scope(nullptr, Both());
    CHECK((_res.options & RES_INIT) == 0);
  }).join();
}

TEST_CASE("ResolverScope for one family has the system's settings, and leaves the socket open") {
  Settings system = OfTheSystem();
  system.options |= RES_STAYOPEN | RES_NORELOAD;
  std::thread([&system] {
    for (int round = 0; round < 2; ++round) {
      const ResolverScope scope(nullptr, Manner{});
      CHECK(Read(&_res) == system);
      EndSocketReuse();
    }
  }).join();
}

TEST_CASE("ResolverScope on a thread that never resolved a name leaves descriptor 0 alone") {
  // In glibc, the socket of such a thread's state is 0.
  const int before = fcntl(0, F_GETFD);
  if (before == -1) REQUIRE(open("/dev/null", O_RDONLY) == 0);
  std::thread([] {
    const auto state = StateOf(Everything());
    const ResolverScope scope(state.get(), Manner{});
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

TEST_CASE("a brief call asks once and for a second, another one the rest of the rounds") {
  FakeNameserver dead("127.0.0.1", "");
  ResolverOptions options = Asking(dead);
  options.timeout = 1;
  options.attempts = 3;
  Query query = QueryOf("dead.test.", StateOf(options));
  query.manner.brief = true;
  CHECK(AnswerTo(query) == std::to_string(kAgain));
  CHECK(dead.asked().size() == 1);
  query.manner.brief = false;
  query.manner.rest = true;
  CHECK(AnswerTo(query) == std::to_string(kAgain));
  CHECK(dead.asked().size() == 3);
}

TEST_CASE("beside another call A and AAAA are asked one by one of an absolute name only") {
  std::thread([] {
    Manner manner = Both();
    manner.beside = true;
    {
      const ResolverScope scope(nullptr, manner);
      // Glibc does not ask for AAAA where A gets SERVFAIL, and goes on to another name.
      CHECK((_res.options & (RES_SNGLKUP | RES_SNGLKUPREOP)) == 0);
    }
    manner.absolute = true;
    const ResolverScope scope(nullptr, manner);
    CHECK((_res.options & RES_SNGLKUPREOP) != 0);
  }).join();
}

std::vector<int> Ports() {
  std::vector<int> ports;
  for (int index = 0; index < _res.nscount; ++index) {
    const auto* v6 = _res._u._ext.nsaddrs[index];
    const bool is_v4 = _res.nsaddr_list[index].sin_family != 0;
    ports.push_back(ntohs(is_v4 ? _res.nsaddr_list[index].sin_port : v6->sin6_port));
  }
  return ports;
}

TEST_CASE("nameservers are asked in the order that is wanted, IPv4 and IPv6") {
  const std::vector<std::pair<NameserverOrder, std::vector<int>>> orders = {
      {0, {5353, 53, 54}},
      {2 | 3U << 2U | 1U << 4U, {53, 54, 5353}},
      {3 | 1U << 2U | 2U << 4U, {54, 5353, 53}},
      {2, {53}},
      {1 | 1U << 2U, {5353}},
  };
  std::thread([&orders] {
    const auto state = StateOf(Everything());
    for (const auto& [order, ports] : orders) {
      CAPTURE(order);
      const ResolverScope scope(state.get(), InOrder(order));
      CHECK(Ports() == ports);
      CHECK(((_res.options & RES_ROTATE) != 0) == (order == 0));
    }
  }).join();
}

TEST_CASE("a call tells which nameserver answered, and after how long") {
  FakeNameserver first("127.0.0.1", "10.0.0.1");
  FakeNameserver second("127.0.0.1", "10.0.0.2");
  FakeNameserver dead("127.0.0.1", "");
  ResolverOptions options;
  options.timeout = 1;
  const auto ask = [&](const FakeNameserver& one, const FakeNameserver& two, Manner manner) {
    options.nameservers = {{"127.0.0.1", one.port()}, {"127.0.0.1", two.port()}};
    Query query = QueryOf("name.test.", StateOf(options));
    query.manner = manner;
    return Resolve(query).facts;
  };
  CHECK(ask(first, second, Manner{}).nameserver == 0);
  CHECK(ask(first, second, InOrder(2 | 1U << 2U)).nameserver == 1);
  CHECK(ask(first, second, InOrder(2)).nameserver == 1);
  const Facts late = ask(dead, second, Manner{});
  CHECK(late.nameserver == 1);
  CHECK(late.asked_for >= std::chrono::milliseconds(900));
  CHECK(ask(dead, dead, InOrder(1)).nameserver == ResolverScope::kNobody);
}

TEST_CASE("a call tells that nothing was sent, and does not tell of a socket that it shares") {
  FakeNameserver nameserver("127.0.0.1", "10.0.0.4");
  const auto state = StateOf(Asking(nameserver));
  std::thread([&] {
    const auto ask = [&](const char* name) {
      return Resolve(QueryOf(name, state)).facts.nameserver;
    };
    CHECK(ask("127.0.0.1") == ResolverScope::kNothingSent);
    EndSocketReuse();
    CHECK(ask("localhost") == ResolverScope::kNothingSent);
    CHECK(ask("name.test.") == 0);
    CHECK(ask("name.test.") == ResolverScope::kUnknown);
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
        if (round % 5 == 0) const ResolverScope scope(nullptr, Manner{});
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
  ResolverScope scope(nullptr, Manner{});
  CHECK(scope.error() == 0);
  CHECK(scope.Answered() == ResolverScope::kUnknown);
}

#endif

}  // namespace
}  // namespace gai
