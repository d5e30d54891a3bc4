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
// Levenshtein and Damerau edit distances". One step for each character of the text. A byte that is
// not UTF-8 is a character of its own.
class SpellingPattern {
 public:
  static constexpr std::size_t kMaxCharacters = 64;

  // nullopt: `pattern` has more than kMaxCharacters. With `fold_case` a character's simple
  // lower-case form is the same character.
  static std::optional<SpellingPattern> of(std::string_view pattern, bool fold_case = false);

  std::size_t size() const noexcept { return size_; }  // in characters

  std::size_t distance_to(std::string_view text) const noexcept {
    const std::uint64_t last = size_ == 0 ? 0 : std::uint64_t{1} << (size_ - 1);
    std::uint64_t vertical_positive = ~std::uint64_t{0};
    std::uint64_t vertical_negative = 0;
    std::uint64_t diagonal_zero = 0;
    std::uint64_t previous_matches = 0;
    std::size_t distance = size_;
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = static_cast<unsigned char>(text[i]);
      std::uint64_t matches = 0;
      if (byte < ascii_.size()) {
        matches = ascii_[byte];
        ++i;
      } else {
        matches = matches_beyond_ascii(text, i);
      }
      if (size_ == 0) {
        ++distance;
        continue;
      }
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
  SpellingPattern() = default;

  // Where the character at `i` stands in the pattern; `i` is moved behind it.
  std::uint64_t matches_beyond_ascii(std::string_view text, std::size_t& i) const noexcept;

  struct Place {
    std::uint32_t character = 0;
    std::uint64_t positions = 0;  // 0: a free slot
  };

  bool fold_case_ = false;
  std::size_t size_ = 0;
  std::array<std::uint64_t, 128> ascii_{};
  std::array<Place, 2 * kMaxCharacters> others_{};  // a hash table
};

// Insertions, deletions, substitutions and swaps of neighbours, in characters (optimal string
// alignment). `pattern` has at most SpellingPattern::kMaxCharacters.
std::size_t spelling_distance(std::string_view pattern, std::string_view text);

// The one of `names` that `asked` begins, or is closest to, or else begins with (if it has three
// letters); nullopt where none is close.
std::optional<std::string> closest_name(std::string_view asked, std::span<const std::string> names);

// closest_name() as the end of a message: "; did you mean 'nearest'?". Empty where none is close.
std::string did_you_mean(std::string_view asked, std::span<const std::string> names);

}  // namespace wordvec
