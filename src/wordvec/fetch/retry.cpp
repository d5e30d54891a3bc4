#include "wordvec/fetch/retry.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "wordvec/fetch/remote_error.h"

namespace wordvec {
namespace {

constexpr unsigned kMaxUnreached = 2;
constexpr std::uint64_t kProgressBytes = std::uint64_t{1} << 20;

}  // namespace

Retrier::Retrier(std::string url, RetryPolicy policy, OnWait on_wait)
    : url_(std::move(url)), policy_(policy), on_wait_(std::move(on_wait)) {}

void Retrier::wait_after(const HttpResult& failed, std::uint64_t held_bytes) {
  if (!failed.may_pass) throw RemoteError(url_, failed.problem);
  if (held_bytes >= kProgressBytes && held_bytes - kProgressBytes >= most_held_bytes_) {
    failures_ = 0;
    most_held_bytes_ = held_bytes;
  }
  ++failures_;
  if (failed.is_unreachable && !is_reached_ && failures_ >= kMaxUnreached) {
    throw RemoteError(url_, fmt::format("{} ({} attempts): is there a network, and is the address "
                                        "right?",
                                        failed.problem, failures_));
  }
  if (failures_ >= policy_.most_failures) {
    throw RemoteError(url_, fmt::format("{} ({} attempts)", failed.problem, failures_));
  }
  const auto delay = backoff_delay(policy_.first_delay, failures_);
  if (on_wait_) on_wait_(failed.problem, delay);
  std::this_thread::sleep_for(delay);
}

}  // namespace wordvec
