// Sockets that calls share: which do, and when each begins anew. By the ports that a nameserver
// sees.

#include "answers.h"
#include "doctest.h"
#include "resolver_settings.h"

namespace gai {
namespace {

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
Lengths Runs(int lookups, const Between& between) {
  FakeNameserver nameserver("127.0.0.1", "10.0.0.4");
  const auto state = StateOf(Asking(nameserver));
  std::thread([&] {
    for (int number = 1; number <= lookups; ++number) {
      CHECK(Lookup("name.test.", state) == "10.0.0.4");
      between(number, state);
    }
  }).join();
  return RunsOf(nameserver.ports());
}

TEST_CASE("lookups one right after another share a socket from the second on, 16 at most") {
  CHECK(Runs(40, [](int, const auto&) {}) == Lengths{1, 16, 16, 7});
}

TEST_CASE("lookups on a thread that is idle in between share none, and leave none open") {
  const auto socket_is_open = [] { return _res._u._ext.nssocks[0] != -1; };
  CHECK(Runs(3, [&](int, const auto&) { EndSocketReuse(); }) == Lengths{1, 1, 1});
  CHECK(Runs(4, [&](int number, const auto&) {
          CHECK(socket_is_open() == (number == 2 || number == 4));
          if (number % 2 == 0) EndSocketReuse();
          if (number % 2 == 0) CHECK_FALSE(socket_is_open());
        }) == Lengths{1, 1, 1, 1});
}

TEST_CASE("a shared socket is shared for 100 ms") {
  CHECK(Runs(5, [](int number, const auto&) {
          if (number == 3) std::this_thread::sleep_for(std::chrono::milliseconds(101));
        }) == Lengths{1, 2, 2});
}

TEST_CASE("a hedge, and A and AAAA in one call, have sockets of their own") {
  CHECK(Runs(5, [](int number, const auto& state) {
          if (number != 3) return;
          Query hedge = QueryOf("name.test.", state);
          hedge.manner.beside = true;
          CHECK(AnswerTo(hedge) == "10.0.0.4");
        }) == Lengths{1, 2, 1, 1, 1});
  CHECK(Runs(5, [](int number, const auto& state) {
          if (number != 3) return;
          Query both = QueryOf("name.test.", state);
          both.family = 0;
          CHECK(AnswerTo(both) == "10.0.0.4");
        }) == Lengths{1, 2, 2, 1, 1});
}

TEST_CASE("a lookup of another resolver ends it") {
  CHECK(Runs(5, [](int number, const auto&) {
          if (number != 3) return;
          FakeNameserver other("127.0.0.1", "10.0.0.5");
          CHECK(Lookup("name.test.", StateOf(Asking(other))) == "10.0.0.5");
        }) == Lengths{1, 2, 1, 1});
}

TEST_CASE("a lookup that nobody answered leaves no socket to the next") {
  FakeNameserver dead("127.0.0.1", "");
  ResolverOptions options = Asking(dead);
  options.timeout = 1;
  options.attempts = 1;
  const auto state = StateOf(options);
  std::thread([&state] {
    for (int lookup = 0; lookup < 3; ++lookup) {
      CHECK(Lookup("name.test.", state) == std::to_string(kAgain));
      CHECK(_res._u._ext.nssocks[0] == -1);
    }
  }).join();
  REQUIRE(dead.ports().size() == 3);
  CHECK(dead.ports().at(1) != dead.ports().at(2));
}

TEST_CASE("it ends when resolv.conf changes: the next lookup goes by the new one") {
  ResolvConf conf;
  std::vector<unsigned> dots;
  std::thread([&] {
    for (const char* options : {"options ndots:3\n", "options ndots:14\n"}) {
      conf.Append(options);
      for (int lookup = 0; lookup < 3; ++lookup) {
        CHECK(Lookup("localhost", nullptr) == "127.0.0.1");
        dots.push_back(_res.ndots);
      }
    }
  }).join();
  CHECK(dots == std::vector<unsigned>{3, 3, 3, 14, 14, 14});
}

TEST_CASE("after it a call for A and AAAA has the system's settings") {
  const Settings system = OfTheSystem();
  std::thread([&system] {
    for (const bool rest : {false, true}) {
      for (int round = 0; round < 3; ++round) {
        const ResolverScope scope(nullptr, Manner{});
        CHECK((_res.options & RES_STAYOPEN) != 0);
      }
      if (rest) EndSocketReuse();
      const ResolverScope scope(nullptr, Both());
      CHECK(Read(&_res) == system);
    }
  }).join();
}

TEST_CASE("it does not begin with use-vc") {
  std::thread([] {
    ResolverOptions options;
    options.flags_on = RES_USEVC;
    const auto state = StateOf(options);
    for (int round = 0; round < 3; ++round) {
      const ResolverScope scope(state.get(), Manner{});
      CHECK((_res.options & RES_STAYOPEN) == 0);
    }
  }).join();
}

}  // namespace
}  // namespace gai
