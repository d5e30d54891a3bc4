#include "wordvec/model/row_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "wordvec/base/quote.h"
#include "wordvec/model/edit_list.h"

namespace wordvec {
namespace {

std::string rise_of(std::span<const std::uint64_t> counts) {
  std::uint64_t least = 0;
  std::size_t least_row = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    if (counts[r] == 0) continue;
    if (least != 0 && counts[r] > least) {
      return fmt::format("by its counts the word of row {} occurred {} times, that of row {} {}",
                         least_row, least, r, counts[r]);
    }
    least = counts[r];
    least_row = r;
  }
  return {};
}

char folded(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_less(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<unsigned char>(folded(x)) < static_cast<unsigned char>(folded(y));
  });
}

// Whether the words of these rows ascend, or descend, but for a few: those in front, or where
// another order of characters was used.
bool are_sorted(const Vocabulary& vocabulary, std::size_t step, std::size_t most) {
  std::size_t rising = 0;
  std::size_t falling = 0;
  std::string_view before;
  for (std::size_t i = 0; i < most && i * step < vocabulary.size(); ++i) {
    const std::string_view word = vocabulary.word(static_cast<Row>(i * step));
    if (i > 0) {
      rising += is_less(before, word) ? 1 : 0;
      falling += is_less(word, before) ? 1 : 0;
    }
    before = word;
  }
  const std::size_t pairs = rising + falling;
  return std::max(rising, falling) * 10 >= pairs * 9;
}

// Words that are as frequent as each other are often sorted, and most words of a large model are
// rare: so the first rows are asked, and then some of all rows.
bool are_alphabetical(const Vocabulary& vocabulary) {
  constexpr std::size_t kMinWords = 20;  // by chance: once in 10^11
  constexpr std::size_t kFirstWords = 1000;
  constexpr std::size_t kSpreadWords = 64;
  if (vocabulary.size() < kMinWords || !are_sorted(vocabulary, 1, kFirstWords)) return false;
  return are_sorted(vocabulary, std::max<std::size_t>(1, vocabulary.size() / kSpreadWords),
                    kSpreadWords);
}

// A part of a language model, by its name: other files have rows in any order.
bool has_tokens(const ModelInfo& info) {
  return info.source_format == "safetensors" && info.source_tensor.find('.') != std::string::npos &&
         info.source_tensor != "embedding.weight";
}

}  // namespace

RowOrderFound find_row_order(const Embeddings& embeddings, const ModelInfo& info) {
  if (!embeddings.counts.empty()) {
    std::string rise = rise_of(embeddings.counts);
    if (rise.empty()) return {RowOrder::by_frequency, {}};
    return {RowOrder::other, std::move(rise)};
  }
  if (const std::string_view edit = find_edit(info.edits, "words"); !edit.empty()) {
    return {RowOrder::other,
            fmt::format("its rows were put in the order of a list (edits: {})", printable(edit))};
  }
  if (are_alphabetical(embeddings.vocabulary)) {
    return {RowOrder::other, "its words are in alphabetical order"};
  }
  if (has_tokens(info)) {
    return {RowOrder::other, "its rows are in the order of a tokeniser's numbers"};
  }
  return {};
}

}  // namespace wordvec
