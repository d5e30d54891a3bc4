#include "wordvec/fetch/retry.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "wordvec/fetch/remote_error.h"

namespace wordvec {
namespace {

constexpr std::uint64_t kProgressBytes = std::uint64_t{1} << 20;

}  // namespace

Retrier::Retrier(std::string url, RetryPolicy policy, OnWait on_wait)
    : url_(std::move(url)), policy_(policy), on_wait_(std::move(on_wait)) {}

void Retrier::wait_after(const HttpResult& failed, std::uint64_t received_bytes) {
  if (!failed.may_pass) throw RemoteError(url_, failed.problem);
  if (received_bytes >= kProgressBytes) failures_ = 0;
  ++failures_;
  if (failures_ >= policy_.most_failures) {
    throw RemoteError(url_, fmt::format("{} ({} attempts)", failed.problem, failures_));
  }
  const auto delay = backoff_delay(policy_.first_delay, failures_);
  if (on_wait_) on_wait_(failed.problem, delay);
  std::this_thread::sleep_for(delay);
}

}  // namespace wordvec
