// The core against the scripted DNS server: to be run in the sandbox, whose README explains the
// names.

#include "addrinfo.h"
#include "answers.h"
#include "doctest.h"
#include "sockets.h"
#include "test_pool.h"

namespace gai {
namespace {

Query Of(const std::string& node, int family) {
  Query query;
  query.node = node;
  query.family = family;
  query.socktype = SOCK_STREAM;
  return query;
}

std::string FirstOf(const Answer& answer) {
  return answer.addresses.empty() ? "" : answer.addresses[0].text;
}

std::chrono::milliseconds Since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begun);
}

TEST_CASE("a name with an A record only") {
  CHECK(FirstOf(Resolve(Of("a-10-1-2-3.one.test", 4))) == "10.1.2.3");
  CHECK(FirstOf(Resolve(Of("a-10-1-2-3.two.test", 0))) == "10.1.2.3");
}

TEST_CASE("a name with both records, each family by itself") {
  CHECK(FirstOf(Resolve(Of("www.test", 4))) == "10.53.0.1");
  CHECK(FirstOf(Resolve(Of("www.test", 6))) == "fd53::1");
}

TEST_CASE("AF_INET does not wait for a AAAA answer that is lost") {
  const auto begun = std::chrono::steady_clock::now();
  CHECK(FirstOf(Resolve(Of("a-10-1-2-3.drop-aaaa.test", 4))) == "10.1.2.3");
  CHECK(Since(begun) < std::chrono::milliseconds(1500));
}

TEST_CASE(
    "NXDOMAIN for AAAA alone: AF_INET answers, and with AF_UNSPEC musl takes it for the name") {
  CHECK(FirstOf(Resolve(Of("a-10-1-2-3.nxdomain-aaaa.one.test", 4))) == "10.1.2.3");
  const Answer both = Resolve(Of("a-10-1-2-3.nxdomain-aaaa.two.test", 0));
  if (kGlibc) {
    CHECK(FirstOf(both) == "10.1.2.3");
  } else {
    CHECK(both.error == kNoName);
  }
}

Query OfCandidates(std::vector<std::string> candidates, int family) {
  Query query = Of("unused.test", family);
  query.candidates = std::move(candidates);
  return query;
}

TEST_CASE("of several candidates the first that exists answers, and is named") {
  Progress progress;
  const Answer answer = Resolve(
      OfCandidates({"nxdomain.one.test.", "a-10-1-2-3.three.test.", "www.test."}, 4), &progress);
  CHECK(FirstOf(answer) == "10.1.2.3");
  CHECK(answer.candidate == 1);
  CHECK(progress.candidate == 1);
  CHECK(Since(progress.begun) < std::chrono::seconds(5));
}

TEST_CASE("once nobody waits, no further candidate is asked for") {
  Progress progress;
  progress.unwanted = true;
  const Answer answer =
      Resolve(OfCandidates({"nxdomain.five.test.", "a-10-1-2-3.five.test."}, 4), &progress);
  CHECK(answer.error == kNoName);
  CHECK(answer.candidate == 0);
  CHECK(progress.candidate == 0);
}

TEST_CASE("a candidate without data, or that fails, ends the walk") {
  const Answer none = Resolve(OfCandidates({"aaaa-fd00--1.four.test.", "www.test."}, 4));
  CHECK((none.error == kNoData || (!kGlibc && none.error == kNoName)));
  if (kGlibc) CHECK(none.candidate == 0);
  const Answer failed = Resolve(OfCandidates({"servfail.five.test.", "www.test."}, 4));
  CHECK(failed.error == kAgain);
  CHECK(failed.candidate == 0);
}

TEST_CASE("where no candidate exists, the last one says so") {
  const Answer answer = Resolve(OfCandidates({"nxdomain.six.test.", "nxdomain.seven.test."}, 4));
  CHECK(answer.error == kNoName);
  CHECK(answer.candidate == 1);
}

TEST_CASE("a name that does not exist, and one without an A record") {
  CHECK(Resolve(Of("nxdomain.test", 4)).error == kNoName);
  const int error = Resolve(Of("aaaa-fd00--1.test", 4)).error;
  CHECK((error == kNoData || error == kNoName));
}

TEST_CASE("a server that fails is a passing failure, or a final one, and no crash") {
  for (const char* name : {"servfail.test", "refused.test", "garbage-a.test"}) {
    CAPTURE(name);
    const Answer answer = Resolve(Of(name, 4));
    CHECK((answer.error == kAgain || answer.error == kFail || answer.error == kNoName ||
           answer.error == kNoData));
    CHECK(answer.addresses.empty());
  }
}

TEST_CASE("a forged answer that comes first is not taken") {
  CHECK(FirstOf(Resolve(Of("a-10-1-2-3.wrong-id.test", 4))) == "10.1.2.3");
}

TEST_CASE("an answer of 200 addresses, truncated over UDP") {
  const Answer answer = Resolve(Of("many-200.test", 4));
  REQUIRE(answer.error == 0);
  // musl keeps 48 of them.
  CHECK(answer.addresses.size() == (kGlibc ? 200 : 48));
}

TEST_CASE("AI_CANONNAME brings the end of a CNAME chain") {
  Query query = Of("cname-2.a-10-1-2-3.chain.test", 4);
  query.flags = AI_CANONNAME;
  const Answer answer = Resolve(query);
  CHECK(FirstOf(answer) == "10.1.2.3");
  CHECK(answer.canonname == "a-10-1-2-3.chain.test");
}

TEST_CASE("the name of an address") {
  NameQuery query;
  query.address = "10.1.2.3";
  query.port = 443;
  query.flags = NI_NAMEREQD | NI_NUMERICSERV;
  const NameAnswer answer = ResolveName(query);
  CHECK(answer.error == 0);
  CHECK(answer.host == "host-10-1-2-3.test");
}

class ResolveJob : public Job {
 public:
  explicit ResolveJob(Query query) : query_(std::move(query)) {}
  bool done() const { return done_; }
  const Answer& answer() const { return answer_; }

  void Run() override {
    answer_ = Resolve(query_);
    done_ = true;
  }

 private:
  const Query query_;
  Answer answer_;
  std::atomic<bool> done_{false};
};

TEST_CASE("200 names on 16 pool threads, each with the stack that StartThread gives it") {
  TestPool pool(16);
  std::vector<std::shared_ptr<ResolveJob>> jobs;
  for (int count = 0; count < 200; ++count) {
    const std::string number = std::to_string(count);
    jobs.push_back(
        std::make_shared<ResolveJob>(Of("a-10-7-7-" + number + ".delay-5.test", count % 2 * 4)));
    int error = 0;
    REQUIRE(pool->Submit(jobs.back(), &error) == ThreadPool::Submitted::kAccepted);
  }
  for (size_t count = 0; count < jobs.size(); ++count) {
    REQUIRE(Soon([&] { return jobs[count]->done(); }));
    CHECK(FirstOf(jobs[count]->answer()) == "10.7.7." + std::to_string(count));
  }
}

}  // namespace
}  // namespace gai
