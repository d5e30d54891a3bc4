// Trying again what may pass.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "wordvec/fetch/http_client.h"

namespace wordvec {

struct RetryPolicy {
  unsigned most_failures = 6;  // one after the other, at one address
  std::chrono::milliseconds first_delay =
      std::chrono::seconds(1);  // then doubled, see backoff_delay
};

// Counts the failures at one address.
class Retrier {
 public:
  // Told of each wait before it begins.
  using OnWait = std::function<void(const std::string& problem, std::chrono::milliseconds delay)>;

  Retrier(std::string url, RetryPolicy policy, OnWait on_wait);

  // Waits after a failed request, so that it may be made again. Throws RemoteError with its problem
  // where that does not help, or was tried often enough. `received_bytes`: of this request; many
  // make up for the failures before it.
  void wait_after(const HttpResult& failed, std::uint64_t received_bytes);

  const std::string& url() const noexcept { return url_; }

 private:
  std::string url_;
  RetryPolicy policy_;
  OnWait on_wait_;
  unsigned failures_ = 0;
};

}  // namespace wordvec
