// Words and their rows, as a view over memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wordvec {

// The index of a word in the vocabulary and of its vector in the matrix; counts from 0.
using Row = std::uint32_t;

// Slots hold row + 1 in 32 bits.
inline constexpr std::uint64_t kMaxRows = 0xfffffffe;
// A longer word is taken for a broken file.
inline constexpr std::size_t kMaxWordBytes = std::size_t{64} << 10;

// A view: the arrays must outlive it. Immutable, so safe to use from many threads.
//
// The arrays may come from a file that lies. Every access is checked against their sizes; where
// they contradict each other, word() throws Error(malformed) and find() finds nothing.
class Vocabulary {
 public:
  Vocabulary() = default;
  // `offsets` has rows + 1 entries: word r is text[offsets[r], offsets[r + 1]).
  // `slots` is the open-addressing hash table: a power of two of entries, row + 1 or 0 for empty;
  // a word's probe sequence starts at hash64(word) mod size and goes up by one, cyclically.
  // `lower_case`: no word has a letter that lower-casing would change.
  Vocabulary(std::string_view text, std::span<const std::uint64_t> offsets,
             std::span<const std::uint32_t> slots, bool lower_case);

  std::size_t size() const noexcept { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  bool is_lower_case() const noexcept { return lower_case_; }

  std::string_view word(Row row) const;
  std::optional<Row> find(std::string_view word) const noexcept;

  std::string_view text() const noexcept { return text_; }
  std::span<const std::uint64_t> offsets() const noexcept { return offsets_; }
  std::span<const std::uint32_t> slots() const noexcept { return slots_; }

 private:
  // nullopt where the offsets make no sense.
  std::optional<std::string_view> word_if_valid(Row row) const noexcept;

  std::string_view text_;
  std::span<const std::uint64_t> offsets_;
  std::span<const std::uint32_t> slots_;
  bool lower_case_ = false;
};

struct WordMatch {
  Row row = 0;
  bool case_folded = false;  // found by another spelling only
};

// The row of `word` as it is; else, where the vocabulary is lower-case and `exact_case` is false,
// that of its lower-case form.
std::optional<WordMatch> find_word(const Vocabulary& vocabulary, std::string_view word,
                                   bool exact_case);

}  // namespace wordvec
