// How far two spellings are apart, and which of a few names was meant.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

// Bit-parallel optimal string alignment distance: Hyyrö 2003, "A bit-vector algorithm for computing
// Levenshtein and Damerau edit distances". One step for each byte of the text.
class SpellingPattern {
 public:
  static constexpr std::size_t kMostBytes = 64;

  // `pattern` has at most kMostBytes.
  explicit SpellingPattern(std::string_view pattern) : size_(pattern.size()) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      positions_[static_cast<unsigned char>(pattern[i])] |= std::uint64_t{1} << i;
    }
  }

  std::size_t distance_to(std::string_view text) const noexcept {
    if (size_ == 0) return text.size();
    const std::uint64_t last = std::uint64_t{1} << (size_ - 1);
    std::uint64_t vertical_positive = ~std::uint64_t{0};
    std::uint64_t vertical_negative = 0;
    std::uint64_t diagonal_zero = 0;
    std::uint64_t previous_matches = 0;
    std::size_t distance = size_;
    for (const char c : text) {
      const std::uint64_t matches = positions_[static_cast<unsigned char>(c)];
      const std::uint64_t swapped = ((~diagonal_zero & matches) << 1) & previous_matches;
      diagonal_zero = ((((matches & vertical_positive) + vertical_positive) ^ vertical_positive) |
                       matches | vertical_negative) |
                      swapped;
      const std::uint64_t horizontal_positive =
          vertical_negative | ~(diagonal_zero | vertical_positive);
      const std::uint64_t horizontal_negative = diagonal_zero & vertical_positive;
      if ((horizontal_positive & last) != 0) ++distance;
      if ((horizontal_negative & last) != 0) --distance;
      const std::uint64_t shifted = (horizontal_positive << 1) | 1;
      vertical_positive = (horizontal_negative << 1) | ~(diagonal_zero | shifted);
      vertical_negative = shifted & diagonal_zero;
      previous_matches = matches;
    }
    return distance;
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, 256> positions_{};
};

// Insertions, deletions, substitutions and swaps of neighbours, in bytes (optimal string
// alignment). `pattern` has at most 64 bytes.
std::size_t spelling_distance(std::string_view pattern, std::string_view text);

// The one of `names` that `asked` begins, or is closest to, or else begins with (if it has three
// letters); nullopt where none is close.
std::optional<std::string> closest_name(std::string_view asked, std::span<const std::string> names);

// closest_name() as the end of a message: "; did you mean 'nearest'?". Empty where none is close.
std::string did_you_mean(std::string_view asked, std::span<const std::string> names);

}  // namespace wordvec
