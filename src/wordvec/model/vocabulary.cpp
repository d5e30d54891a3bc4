#include "wordvec/model/vocabulary.h"

#include <bit>
#include <string>

#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/utf8.h"

namespace wordvec {

Vocabulary::Vocabulary(std::string_view text, std::span<const std::uint64_t> offsets,
                       std::span<const std::uint32_t> slots, bool lower_case)
    : text_(text), offsets_(offsets), slots_(slots), lower_case_(lower_case) {
  if (!slots_.empty() && !std::has_single_bit(slots_.size())) {
    throw Error(ErrorCode::malformed, "the hash table has " + std::to_string(slots_.size()) +
                                          " slots, expected a power of two");
  }
}

std::optional<std::string_view> Vocabulary::word_if_valid(Row row) const noexcept {
  if (row >= size()) return std::nullopt;
  const std::uint64_t begin = offsets_[row];
  const std::uint64_t end = offsets_[row + std::size_t{1}];
  if (begin > end || end > text_.size()) return std::nullopt;
  return text_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

std::string_view Vocabulary::word(Row row) const {
  const auto found = word_if_valid(row);
  if (!found) {
    throw Error(ErrorCode::malformed,
                "the word of row " + std::to_string(row) + " lies outside the words' text");
  }
  return *found;
}

std::optional<Row> Vocabulary::find(std::string_view word) const noexcept {
  if (slots_.empty()) return std::nullopt;
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash64(word) & mask;
  for (std::size_t probes = 0; probes < slots_.size(); ++probes) {
    const std::uint32_t entry = slots_[slot];
    if (entry == 0) return std::nullopt;
    const Row row = entry - 1;
    if (word_if_valid(row) == word) return row;
    slot = (slot + 1) & mask;
  }
  return std::nullopt;
}

std::optional<WordMatch> find_word(const Vocabulary& vocabulary, std::string_view word,
                                   bool exact_case) {
  if (const auto row = vocabulary.find(word)) return WordMatch{*row, false};
  if (exact_case || !vocabulary.is_lower_case()) return std::nullopt;
  const std::string lower = lower_case(word);
  if (lower == word) return std::nullopt;
  if (const auto row = vocabulary.find(lower)) return WordMatch{*row, true};
  return std::nullopt;
}

}  // namespace wordvec
