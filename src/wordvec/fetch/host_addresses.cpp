#include "wordvec/fetch/host_addresses.h"

#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>

namespace wordvec {
namespace {

// Empty: the address has none.
std::string part_of(CURLU* address, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(address, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::string host_addresses(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> address(curl_url(), &curl_url_cleanup);
  if (!address || curl_url_set(address.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return {};
  }
  const std::string host = part_of(address.get(), CURLUPART_HOST);
  const std::string port = part_of(address.get(), CURLUPART_PORT);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (host.empty() || ::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, &::freeaddrinfo);
  std::string addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> numbers{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, numbers.data(), numbers.size(), nullptr, 0,
                      NI_NUMERICHOST) != 0) {
      continue;
    }
    const bool is_six = each->ai_family == AF_INET6;
    addresses += (addresses.empty() ? "" : ",") +
                 (is_six ? '[' + std::string(numbers.data()) + ']' : std::string(numbers.data()));
  }
  return addresses.empty() ? addresses : host + ':' + port + ':' + addresses;
}

}  // namespace wordvec
