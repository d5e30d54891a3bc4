// Whole texts as numbers.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace wordvec {

// The number that all of `text` is, in C's decimal notation without leading space or '+'; nullopt
// where it is none, or one that T cannot hold.
template <class T>
std::optional<T> parse_number(std::string_view text) noexcept {
  T number{};
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

}  // namespace wordvec
