// Whatever getaddrinfo may say, to an Answer: any list of any families, any code, any errno. The
// getaddrinfo and freeaddrinfo here stand in for libc's.

#include <fuzzer/FuzzedDataProvider.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "addrinfo.h"
#include "expect.h"
#include "sockets.h"

namespace gai {
namespace {

// One list as libc makes it. Each address has exactly the bytes of its family, so that a read
// beyond them is seen.
struct Listed {
  std::vector<addrinfo> entries;
  std::vector<std::vector<char>> addresses;
  std::vector<std::string> canonnames;
};

struct Libc {
  int result = 0;
  int error_number = 0;
  std::unique_ptr<Listed> list;
  int frees = 0;
};
Libc libc;

std::vector<char> AddressOf(FuzzedDataProvider* input, int family) {
  const size_t size = family == AF_INET    ? sizeof(sockaddr_in)
                      : family == AF_INET6 ? sizeof(sockaddr_in6)
                                           : sizeof(sa_family_t);
  std::vector<char> bytes = input->ConsumeBytes<char>(size);
  bytes.resize(size);
  return bytes;
}

std::unique_ptr<Listed> MakeList(FuzzedDataProvider* input) {
  auto list = std::make_unique<Listed>();
  const size_t count = input->ConsumeIntegralInRange<size_t>(0, 12);
  if (count == 0) return nullptr;
  list->entries.resize(count);
  list->canonnames.resize(count);
  for (size_t index = 0; index < count; ++index) {
    addrinfo& entry = list->entries[index];
    entry.ai_family = input->PickValueInArray({AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC});
    entry.ai_socktype = input->ConsumeIntegral<int>();
    entry.ai_protocol = input->ConsumeIntegral<int>();
    list->addresses.push_back(AddressOf(input, entry.ai_family));
    entry.ai_addr = reinterpret_cast<sockaddr*>(list->addresses.back().data());
    entry.ai_addrlen = static_cast<socklen_t>(list->addresses.back().size());
    if (input->ConsumeBool()) {
      list->canonnames[index] = input->ConsumeRandomLengthString(64);
      entry.ai_canonname = list->canonnames[index].data();
    }
    if (index > 0) list->entries[index - 1].ai_next = &entry;
  }
  return list;
}

Address Expected(const addrinfo& entry) {
  Address address;
  char text[INET6_ADDRSTRLEN];
  if (entry.ai_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, entry.ai_addr, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    address.family = 4;
    address.port = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6;
    std::memcpy(&v6, entry.ai_addr, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    address.family = 6;
    address.port = ntohs(v6.sin6_port);
    address.scope_id = v6.sin6_scope_id;
  }
  address.text = text;
  address.socktype = entry.ai_socktype;
  address.protocol = entry.ai_protocol;
  return address;
}

bool Same(const Address& left, const Address& right) {
  return left.family == right.family && left.socktype == right.socktype &&
         left.protocol == right.protocol && left.text == right.text && left.port == right.port &&
         left.scope_id == right.scope_id;
}

void CheckAnswer(const Query& query, const Answer& answer, const std::vector<Address>& expected,
                 const std::string& canonname) {
  if (libc.result != 0 || expected.empty()) {
    Expect(answer.error < 0, "a failure, or no address of a known family, is an error");
    Expect(answer.addresses.empty(), "an error comes without addresses");
    return;
  }
  Expect(answer.error == 0, "addresses of a known family are an answer");
  Expect(answer.addresses.size() == expected.size(), "as many addresses as libc gave");
  for (size_t index = 0; index < expected.size(); ++index) {
    Expect(Same(answer.addresses[index], expected[index]), "each address as libc gave it");
  }
  Expect(answer.canonname == ((query.flags & AI_CANONNAME) != 0 ? canonname : ""),
         "the canonical name as libc gave it, where it was asked for");
}

}  // namespace
}  // namespace gai

// Stronger than the sanitizer's interceptor, which is weak.
extern "C" int getaddrinfo(const char* /*node*/, const char* /*service*/, const addrinfo* /*hints*/,
                           addrinfo** list) {
  *list = gai::libc.list ? gai::libc.list->entries.data() : nullptr;
  errno = gai::libc.error_number;
  return gai::libc.result;
}

extern "C" void freeaddrinfo(addrinfo* list) {
  gai::Expect(gai::libc.list && list == gai::libc.list->entries.data(), "libc's list is freed");
  gai::libc.list.reset();
  ++gai::libc.frees;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider input(data, size);
  gai::Query query;
  query.node = "name.test";
  query.family = input.PickValueInArray({0, 4, 6});
  query.flags = input.ConsumeIntegral<int>();
  gai::libc.result = input.ConsumeBool() ? 0 : input.ConsumeIntegralInRange(-120, 20);
  gai::libc.error_number = input.ConsumeIntegralInRange(0, 133);
  gai::libc.list = gai::MakeList(&input);
  gai::libc.frees = 0;

  const int lists = gai::libc.list ? 1 : 0;
  std::vector<gai::Address> expected;
  std::string canonname;
  if (lists == 1) {
    for (const addrinfo& entry : gai::libc.list->entries) {
      if (entry.ai_family == AF_INET || entry.ai_family == AF_INET6) {
        expected.push_back(gai::Expected(entry));
      }
      if (entry.ai_canonname != nullptr) canonname = entry.ai_canonname;
    }
  }
  const gai::Answer answer = gai::Resolve(query);
  gai::Expect(gai::libc.frees == lists, "libc's list is freed once");
  gai::CheckAnswer(query, answer, expected, canonname);
  return 0;
}
