#include "wordvec/formats/list_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec {

namespace {

[[noreturn]] void fail_rows(const std::string& why, ListedNumbers expected,
                            const std::string& name) {
  const bool are_counts = expected == ListedNumbers::counts;
  throw Error(ErrorCode::malformed,
              fmt::format("has no {}: the numbers beside its words are rows ({}), expected a word "
                          "and {} on each line, as \"the 1061396\"; if they are {}, "
                          "lines of these below a first line \"word\", a tab and \"count\" say "
                          "so",
                          are_counts ? "counts" : "frequencies", why,
                          are_counts ? "how often it occurred" : "its count or frequency",
                          are_counts ? "counts" : "frequencies"),
              name);
}

}  // namespace

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

bool are_rows_of_list(std::span<const std::uint64_t> numbers, bool fall, NamedNumbers named,
                      ListedNumbers expected, const std::string& name, std::string& warning) {
  const bool are_expected = expected != ListedNumbers::unknown;
  if (named == NamedNumbers::counts) return false;
  if (named == NamedNumbers::rows) {
    if (are_expected) fail_rows("by the name of their column", expected, name);
    return true;
  }
  const std::size_t size = numbers.size();
  const NumberOrder order = order_of(numbers);
  if (!order.are_rows) return false;
  const bool are_few = size < kFewNumbers || (are_expected && size < kManyNumbers && !order.rise);
  if ((fall && !order.rise) || are_few) {
    if (size > 1) {
      warning = fmt::format(
          "{}: the numbers beside its words are {} to {}, each once: they are taken for counts{}; "
          "if they are rows, put the words in the order of these",
          printable(name), order.least, order.most, fall && !order.rise ? ", since they fall" : "");
    }
    return false;
  }
  if (are_expected) {
    fail_rows(fmt::format("{} to {}, each once", order.least, order.most), expected, name);
  }
  return true;
}

void put_at_rows(std::vector<NumberedWord> words, const WordListOptions& options,
                 const std::string& name, WordList& list) {
  constexpr std::uint64_t kMaxRowsOfAWord = 16;
  constexpr std::uint64_t kMaxPadding = 1 << 16;
  const auto fail = [&](const std::string& what) { throw Error(ErrorCode::malformed, what, name); };
  std::stable_sort(words.begin(), words.end(),
                   [](const NumberedWord& a, const NumberedWord& b) { return a.row < b.row; });
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i - 1].row != words[i].row) continue;
    fail(fmt::format("gives {} and {} the same number, {}", in_quotes(words[i - 1].word),
                     in_quotes(words[i].word), words[i].row));
  }
  const bool have_counts = !list.counts.empty();
  list.words.clear();
  list.counts.clear();
  if (words.empty()) return;
  if (!options.rows && !options.are_of_rows) {
    for (NumberedWord& entry : words) {
      list.words.push_back(std::move(entry.word));
      if (have_counts) list.counts.push_back(entry.count);
    }
    return;
  }
  const std::uint64_t count = words.size();
  const std::uint64_t most = words.back().row;
  const bool from_1 = words.front().row == 1 && most == count && options.rows == count;
  // A row may have no word, but not nearly all: their number may be a claim of a few bytes.
  const std::uint64_t rows = options.rows.value_or(most + 1);
  if (rows > count * kMaxRowsOfAWord + kMaxPadding) {
    fail(options.rows
             ? fmt::format("has {} words for {} rows: these are the words of another model", count,
                           rows)
             : fmt::format("gives {} the number {}, but has {} words: these are no rows",
                           in_quotes(words.back().word), most, count));
  }
  list.words.resize(static_cast<std::size_t>(rows));
  if (have_counts) list.counts.resize(list.words.size());
  list.are_numbered = true;
  list.numbered_by = name;
  list.without_word.assign(list.words.size(), true);
  for (NumberedWord& entry : words) {
    const std::uint64_t row = entry.row - (from_1 ? 1 : 0);
    if (row >= rows) {
      fail(
          fmt::format("gives {} the number {}, but there are {} rows: these are the words of "
                      "another model",
                      in_quotes(entry.word), entry.row, rows));
    }
    const auto index = static_cast<std::size_t>(row);
    list.words[index] = std::move(entry.word);
    if (have_counts) list.counts[index] = entry.count;
    list.without_word[index] = false;
  }
}

bool are_rows_of_object(std::span<const std::uint64_t> numbers, const WordListOptions& options,
                        const std::string& name, std::string& warning) {
  constexpr std::uint64_t kFarBeyond = 10;
  const std::size_t size = numbers.size();
  const NumberOrder order = order_of(numbers);
  const bool are_expected = options.expected != ListedNumbers::unknown;
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
    if (are_expected) {
      fail_rows(fmt::format("{} to {}, each once", order.least, order.most), options.expected,
                name);
    }
    if (order.fall && order.least == 1) warn("each once", kRows);
    return true;
  }
  const std::uint64_t rows = std::max<std::uint64_t>(size, options.rows.value_or(0));
  if (order.most / kFarBeyond > rows) return false;
  if (are_expected) {
    if (order.differ && !order.fall && size >= kFewNumbers) {
      warn("with gaps", "counts; if they are rows, they do not say how often a word occurs");
    }
    return false;
  }
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
