#include "wordvec/formats/wordless_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "wordvec/base/quote.h"

namespace wordvec {

WordlessRows::WordlessRows(const WordList& list) {
  if (!list.are_numbered) return;
  list_ = &list;
  const std::vector<bool>& without = list.without_word;
  end_ = without.size();
  while (end_ > 0 && without[static_cast<std::size_t>(end_ - 1)]) --end_;
  if (end_ > 1 && without[0] && !without[1]) begin_ = 1;
}

bool WordlessRows::is_left_out(std::uint64_t row) const noexcept {
  return list_ != nullptr && (row < begin_ || row >= end_);
}

bool WordlessRows::is_missing(std::uint64_t row) const noexcept {
  return list_ != nullptr && !is_left_out(row) &&
         list_->without_word[static_cast<std::size_t>(row)];
}

std::string WordlessRows::problem(std::uint64_t row) const {
  return fmt::format(
      "it has no word: {} gives the number {} to none, and others to words behind it",
      printable(list_->numbered_by), row);
}

std::uint64_t WordlessRows::left_out(std::uint64_t rows) const noexcept {
  if (list_ == nullptr) return 0;
  return std::min(begin_, rows) + (rows > end_ ? rows - end_ : 0);
}

std::string WordlessRows::note(std::uint64_t rows, std::string_view where, std::string_view one,
                               std::string_view several) const {
  std::string text;
  if (list_ == nullptr) return text;
  if (begin_ > 0) {
    text = fmt::format(
        "{} 0 of {} in {} has no word and is left out: each word's row is one less than its number",
        one, rows, where);
  }
  if (rows > end_) {
    const std::uint64_t left = rows - end_;
    text += fmt::format("{}the last {}{} of {} in {} {} no word and {} left out",
                        text.empty() ? "" : "; ", left == 1 ? "" : fmt::format("{} ", left),
                        left == 1 ? one : several, rows, where, left == 1 ? "has" : "have",
                        left == 1 ? "is" : "are");
  }
  return text;
}

}  // namespace wordvec
