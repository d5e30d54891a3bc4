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
  // where that does not help, or was tried often enough. `held_bytes`: of the wanted file; many
  // more than after any failure before make up for those. A server that nothing came from yet, and
  // that cannot be connected to, is tried twice only.
  void wait_after(const HttpResult& failed, std::uint64_t held_bytes);

  // The server has answered.
  void reached() noexcept { is_reached_ = true; }

  const std::string& url() const noexcept { return url_; }

 private:
  std::string url_;
  RetryPolicy policy_;
  OnWait on_wait_;
  unsigned failures_ = 0;
  std::uint64_t most_held_bytes_ = 0;  // when failures_ was set to 0
  bool is_reached_ = false;
};

}  // namespace wordvec
