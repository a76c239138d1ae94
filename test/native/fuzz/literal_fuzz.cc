// Address literals, services and hints through Resolve, and literals with %scope through
// ResolveName: numeric only, so that no nameserver is asked.

#include <fuzzer/FuzzedDataProvider.h>

#include <string>

#include "addrinfo.h"
#include "expect.h"
#include "sockets.h"

namespace gai {
namespace {

// Of an EAI_* (libuv's numbers), or -errno.
bool IsNodeError(int error) {
  return (error <= -3000 && error >= -3011) || (error < 0 && error > -200);
}

bool IsLiteral(int family, const std::string& text) {
  in6_addr bytes;
  return inet_pton(family == 4 ? AF_INET : AF_INET6, text.c_str(), &bytes) == 1;
}

void CheckAnswer(const Query& query, const Answer& answer) {
  if (answer.error != 0) {
    Expect(IsNodeError(answer.error), "an error is one that Node knows");
    Expect(answer.addresses.empty(), "an error comes without addresses");
    return;
  }
  Expect(!answer.no_local_address, "an answer is not a refusal");
  Expect(!answer.addresses.empty(), "an answer has an address");
  Expect(answer.canonname.empty() || (query.flags & AI_CANONNAME) != 0, "canonname was asked for");
  for (const Address& address : answer.addresses) {
    Expect(address.family == 4 || address.family == 6, "the family is known");
    Expect(query.family == 0 || query.family == address.family || (query.flags & AI_V4MAPPED) != 0,
           "the family is the one asked for");
    Expect(IsLiteral(address.family, address.text), "the text is an address of the family");
    Expect(query.socktype == 0 || query.socktype == address.socktype, "the socktype is kept");
    Expect(address.family == 6 || address.scope_id == 0, "IPv4 has no scope");
  }
}

void Look(FuzzedDataProvider* input) {
  constexpr int kFlags =
      AI_PASSIVE | AI_CANONNAME | AI_NUMERICSERV | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG;
  Query query;
  query.family = input->PickValueInArray({0, 4, 6});
  query.socktype =
      input->ConsumeBool() ? input->ConsumeIntegralInRange(0, 5) : input->ConsumeIntegral<int>();
  query.protocol =
      input->ConsumeBool() ? input->ConsumeIntegralInRange(0, 20) : input->ConsumeIntegral<int>();
  query.flags = input->ConsumeIntegral<int>();
  if (input->ConsumeBool()) query.flags &= kFlags;
  query.flags |= AI_NUMERICHOST;
  if (input->ConsumeBool()) query.service = input->ConsumeRandomLengthString(40);
  if (input->ConsumeBool()) query.node = input->ConsumeRandomLengthString(300);
  CheckAnswer(query, Resolve(query));
}

void LookBack(FuzzedDataProvider* input) {
  NameQuery query;
  query.port = input->ConsumeIntegral<uint16_t>();
  query.flags = input->ConsumeIntegral<int>();
  if (input->ConsumeBool()) query.flags &= NI_NOFQDN | NI_DGRAM;
  query.flags |= NI_NUMERICHOST | NI_NUMERICSERV;
  query.flags &= ~NI_NAMEREQD;
  query.address = input->ConsumeRandomLengthString(300);
  const NameAnswer answer = ResolveName(query);
  if (answer.error != 0) {
    Expect(IsNodeError(answer.error), "an error is one that Node knows");
    Expect(answer.host.empty() && answer.service.empty(), "an error comes without names");
    return;
  }
  const std::string literal = answer.host.substr(0, answer.host.find('%'));
  Expect(IsLiteral(4, literal) || IsLiteral(6, literal), "the host is an address");
  Expect(answer.service == std::to_string(query.port), "the service is the port");
}

}  // namespace
}  // namespace gai

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider input(data, size);
  if (input.ConsumeBool()) {
    gai::Look(&input);
  } else {
    gai::LookBack(&input);
  }
  return 0;
}
