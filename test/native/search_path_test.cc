// How libc completes a name: by resolv.conf, by the environment, by a resolver's own settings. In
// the sandbox, where /etc/resolv.conf is the test's own.

#include <cstdlib>

#include "doctest.h"
#include "resolver/libc.h"
#include "resolver_settings.h"

namespace gai {
namespace {

#if ADDRINFO_GLIBC

using Domains = std::vector<std::string>;

SearchPath PathOf(const ResolverState* state = nullptr) {
  const std::optional<SearchPath> path = SearchPathOf(state);
  REQUIRE(path.has_value());
  return *path;
}

TEST_CASE("SearchPathOf is what resolv.conf has at the moment") {
  ResolvConf conf;
  conf.Append("search one.test two.test\noptions ndots:5\n");
  CHECK(PathOf().ndots == 5);
  CHECK(PathOf().domains == Domains{"one.test", "two.test"});
  conf.Append("search one.test two.test .\noptions ndots:3\n");
  CHECK(PathOf().ndots == 3);
  CHECK(PathOf().domains == Domains{"one.test", "two.test", "."});
}

TEST_CASE("SearchPathOf heeds LOCALDOMAIN and RES_OPTIONS") {
  setenv("LOCALDOMAIN", "env.test", 1);
  setenv("RES_OPTIONS", "ndots:7", 1);
  const SearchPath path = PathOf();
  unsetenv("LOCALDOMAIN");
  unsetenv("RES_OPTIONS");
  CHECK(path.ndots == 7);
  CHECK(path.domains == Domains{"env.test"});
}

TEST_CASE("SearchPathOf has a resolver's own list and ndots, and the system's where it has none") {
  ResolvConf conf;
  conf.Append("search one.test\noptions ndots:2\n");
  ResolverOptions options;
  options.nameservers = {{"::1", 53}, {"127.0.0.1", 54}};
  CHECK(PathOf(StateOf(options).get()).domains == Domains{"one.test"});
  options.ndots = 4;
  CHECK(PathOf(StateOf(options).get()).ndots == 4);
  options.search = {{"a.test", "b.test", "c.test", "d.test", "e.test", "f.test"}};
  CHECK(PathOf(StateOf(options).get()).domains == *options.search);
  options.search.emplace();
  CHECK(PathOf(StateOf(options).get()).domains.empty());
}

TEST_CASE("SearchPathOf does not say where glibc may have more domains than it shows") {
  ResolvConf conf;
  conf.Append("search a.test b.test c.test d.test e.test\n");
  CHECK(PathOf().domains.size() == 5);
  conf.Append("search a.test b.test c.test d.test e.test f.test g.test\n");
  CHECK_FALSE(SearchPathOf(nullptr).has_value());
  const std::string label(60, 'x');
  conf.Append("search " + label + ".one.test " + label + ".two.test " + label + ".three.test\n");
  CHECK_FALSE(SearchPathOf(nullptr).has_value());
}

TEST_CASE("SearchPathOf knows no-tld-query, single-request and single-request-reopen") {
  ResolvConf conf;
  CHECK(PathOf().asks_single_label);
  CHECK_FALSE(PathOf().asks_one_by_one);
  conf.Append("search one.test\noptions no-tld-query single-request\n");
  CHECK_FALSE(PathOf().asks_single_label);
  CHECK(PathOf().asks_one_by_one);
  conf.Append("options single-request-reopen\n");
  CHECK(PathOf().asks_one_by_one);
}

TEST_CASE("SearchPathOf leaves the thread's own settings alone") {
  std::thread([] {
    PathOf();
    CHECK((_res.options & RES_INIT) == 0);
  }).join();
}

#else

TEST_CASE("SearchPathOf never says on a libc other than glibc") {
  CHECK_FALSE(SearchPathOf(nullptr).has_value());
}

#endif

}  // namespace
}  // namespace gai
