// What libc answers without a nameserver: literals, services, bad arguments.

#include "addrinfo.h"

#include "answers.h"
#include "doctest.h"
#include "sockets.h"

namespace gai {
namespace {

Query Of(const char* node, const char* service = nullptr) {
  Query query;
  if (node != nullptr) query.node = node;
  if (service != nullptr) query.service = service;
  query.socktype = SOCK_STREAM;
  return query;
}

TEST_CASE("Resolve of an IPv4 literal with a port") {
  const Answer answer = Resolve(Of("192.0.2.7", "443"));
  REQUIRE(answer.error == 0);
  REQUIRE(answer.addresses.size() == 1);
  const Address& address = answer.addresses[0];
  CHECK(address.family == 4);
  CHECK(address.text == "192.0.2.7");
  CHECK(address.port == 443);
  CHECK(address.socktype == SOCK_STREAM);
  CHECK(address.protocol == IPPROTO_TCP);
  CHECK(address.scope_id == 0);
  CHECK(answer.canonname.empty());
}

TEST_CASE("Resolve of an IPv6 literal gives its shortest text") {
  const Answer answer = Resolve(Of("2001:0db8:0:0:0:0:0:0001"));
  REQUIRE(answer.error == 0);
  CHECK(answer.addresses[0].family == 6);
  CHECK(answer.addresses[0].text == "2001:db8::1");
}

TEST_CASE("Resolve of a link-local literal keeps the interface apart from the text") {
  const Answer answer = Resolve(Of("fe80::1%lo", "80"));
  REQUIRE(answer.error == 0);
  CHECK(answer.addresses[0].text == "fe80::1");
  CHECK(answer.addresses[0].scope_id == 1);
}

TEST_CASE("Resolve without a socktype gives an entry for each") {
  Query query = Of("192.0.2.7");
  query.socktype = 0;
  const Answer answer = Resolve(query);
  REQUIRE(answer.error == 0);
  CHECK(answer.addresses.size() > 1);
}

TEST_CASE("Resolve of no node is loopback, and the wildcard with AI_PASSIVE") {
  Query query = Of(nullptr, "80");
  query.family = 4;
  CHECK(Resolve(query).addresses.at(0).text == "127.0.0.1");
  query.flags = AI_PASSIVE;
  CHECK(Resolve(query).addresses.at(0).text == "0.0.0.0");
}

TEST_CASE("Resolve with AI_CANONNAME brings the name") {
  Query query = Of("192.0.2.7");
  query.flags = AI_CANONNAME;
  CHECK(Resolve(query).canonname == "192.0.2.7");
}

TEST_CASE("Resolve with AI_NUMERICHOST refuses a name without asking anyone") {
  Query query = Of("name.test");
  query.flags = AI_NUMERICHOST;
  const Answer answer = Resolve(query);
  CHECK(answer.error == kNoName);
  CHECK_FALSE(answer.no_local_address);
  CHECK(answer.addresses.empty());
}

TEST_CASE("Resolve of a literal of the other family") {
  Query query = Of("192.0.2.7");
  query.family = 6;
  const int error = Resolve(query).error;
  CHECK(error == (kGlibc ? kAddrFamily : kNoData));
}

TEST_CASE("Resolve of an unknown service") {
  CHECK(Resolve(Of("192.0.2.7", "no-such-service")).error == kService);
}

TEST_CASE("Resolve of a socktype that does not exist") {
  Query query = Of("192.0.2.7");
  query.socktype = 77;
  // musl looks at it together with a service only.
  CHECK(Resolve(query).error == (kGlibc ? kSockType : 0));
}

TEST_CASE("Resolve with flags that do not exist") {
  Query query = Of("192.0.2.7");
  query.flags = 1 << 30;
  CHECK(Resolve(query).error == kBadFlags);
}

TEST_CASE("Resolve of neither node nor service") { CHECK(Resolve(Of(nullptr)).error == kNoName); }

TEST_CASE("Resolve of a name with control characters and bytes beyond ASCII ends in an error") {
  Query query = Of("\x01\x1b[31m\xff\xfe");
  query.flags = AI_NUMERICHOST;
  CHECK(Resolve(query).error == kNoName);
}

TEST_CASE("ResolveName of an address, numeric both ways") {
  NameQuery query;
  query.address = "192.0.2.7";
  query.port = 443;
  query.flags = NI_NUMERICHOST | NI_NUMERICSERV;
  const NameAnswer answer = ResolveName(query);
  REQUIRE(answer.error == 0);
  CHECK(answer.host == "192.0.2.7");
  CHECK(answer.service == "443");
}

TEST_CASE("ResolveName of what is no address") {
  NameQuery query;
  query.address = "name.test";
  CHECK(ResolveName(query).error == kNoName);
}

TEST_CASE("ResolveName of a family that the system does not have is an error, not a crash") {
  NameQuery query;
  query.address = "fe80::1%no-such-interface";
  const int error = ResolveName(query).error;
  CHECK((error == kNoName || error == kFamily));
}

}  // namespace
}  // namespace gai
