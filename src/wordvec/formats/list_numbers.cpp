#include "wordvec/formats/list_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "wordvec/base/quote.h"

namespace wordvec {

NumberOrder order_of(std::span<const std::uint64_t> numbers) {
  NumberOrder order;
  if (numbers.empty()) return order;
  std::vector<std::uint64_t> sorted(numbers.begin(), numbers.end());
  order.fall = std::is_sorted(sorted.rbegin(), sorted.rend());
  order.rise = std::is_sorted(sorted.begin(), sorted.end());
  std::sort(sorted.begin(), sorted.end());
  order.least = sorted.front();
  order.most = sorted.back();
  order.differ = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  order.are_rows =
      order.differ && order.least <= 1 && order.most - order.least == sorted.size() - 1;
  return order;
}

bool take_rows(WordList& list, bool fall, ListedNumbers expected, const std::string& name) {
  const std::size_t size = list.counts.size();
  if (size < kFewNumbers) return false;
  const NumberOrder order = order_of(list.counts);
  if (!order.are_rows) return false;
  const bool are_few = expected != ListedNumbers::unknown && size < kManyNumbers && !order.rise;
  if (fall || are_few) {
    list.warning = fmt::format(
        "{}: the numbers beside its words are {} to {}, each once: they are taken for counts{}; if "
        "they are rows, put the words in the order of these",
        printable(name), order.least, order.most, fall ? ", since they fall" : "");
    return false;
  }
  std::vector<std::string> words(size);
  for (std::size_t i = 0; i < size; ++i) {
    words[static_cast<std::size_t>(list.counts[i] - order.least)] = std::move(list.words[i]);
  }
  list.words = std::move(words);
  list.counts.clear();
  return true;
}

bool are_rows_of_object(std::span<const std::uint64_t> numbers, const WordListOptions& options,
                        const std::string& name, std::string& warning) {
  constexpr std::uint64_t kFarBeyond = 10;
  const std::size_t size = numbers.size();
  const NumberOrder order = order_of(numbers);
  const bool are_expected = options.expected == ListedNumbers::counts;
  const auto warn = [&](std::string_view what, std::string_view taken) {
    warning = fmt::format("{}: the numbers of its words are {} to {}, {}: they are taken for {}",
                          printable(name), order.least, order.most, what, taken);
  };
  constexpr std::string_view kRows = "rows; if they are counts, write a list of [word, count]";
  constexpr std::string_view kCounts =
      "counts, since they fall; if they are rows, put the words in "
      "the order of these";
  if (order.are_rows) {
    if (size < kFewNumbers) return !are_expected;
    if (order.fall && are_expected && size < kManyNumbers) {
      warn("each once", kCounts);
      return false;
    }
    if (order.fall && order.least == 1) warn("each once", kRows);
    return true;
  }
  const std::uint64_t rows = std::max<std::uint64_t>(size, options.rows.value_or(0));
  if (are_expected || order.most / kFarBeyond > rows) return false;
  // Two words of one row: who reads them as rows says so.
  if (!order.differ) return order.most < rows;
  if (order.fall && size > 1 && options.rows.value_or(size) == size) {
    warn("with gaps", kCounts);
    return false;
  }
  if (!options.rows && size > 1) warn("with gaps", kRows);
  return true;
}

}  // namespace wordvec
