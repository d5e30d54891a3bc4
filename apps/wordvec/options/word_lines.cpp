#include "options/word_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "options/input_checks.h"
#include "options/query_reports.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

std::vector<std::string> split_at(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  for (std::size_t at = text.find_first_not_of(separators); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(separators, end);
  }
  return words;
}

}  // namespace

std::vector<std::string> split_line(std::string_view line) {
  return split_at(line, line.find('\t') != std::string_view::npos ? "\t" : " ");
}

std::vector<std::string> split_list(std::string_view list) {
  return split_at(list, " \t\r\n");
}

WordLines::WordLines(const std::vector<std::string>& arguments, std::size_t group_size,
                     std::string_view expected, const std::string& file, const Model& model) {
  if (!file.empty()) {
    if (!arguments.empty()) {
      throw Error(ErrorCode::usage,
                  "words and a file of words exclude each other: give one of them");
    }
    refuse_second_reader(
        {{model.took_standard_input(), "the model"}, {file == "-", "words", true}});
    input_.emplace(file);
    return;
  }
  if (arguments.empty() || (arguments.size() == 1 && arguments[0] == "-")) {
    input_.emplace(std::vector<std::string>(), model);
    return;
  }
  const std::size_t size = group_size == 0 ? arguments.size() : group_size;
  if (arguments.size() % size != 0) {
    throw Error(ErrorCode::usage, fmt::format("found {} {}, expected {}", arguments.size(),
                                              arguments.size() == 1 ? "word" : "words", expected));
  }
  for (auto at = arguments.begin(); at != arguments.end();) {
    const auto end = at + static_cast<std::ptrdiff_t>(size);
    WordLine& group = groups_.emplace_back();
    group.line.text = fmt::format("{}", fmt::join(at, end, " "));
    group.words.assign(at, end);
    at = end;
  }
}

std::optional<std::vector<WordLine>> WordLines::next_batch() {
  std::vector<WordLine> batch = std::exchange(groups_, {});
  if (!input_) return batch.empty() ? std::nullopt : std::optional(std::move(batch));
  auto lines = input_->next_batch();
  if (!lines) return std::nullopt;
  for (InputLine& line : *lines) {
    auto words = split_line(line.text);
    batch.push_back({std::move(line), std::move(words)});
  }
  return batch;
}

ErrorRecord WordLines::report_bad(const Error& error, const WordLine& line, Messages& messages,
                                  int& status) const {
  return report_bad_query(error, line.line, messages, status, source());
}

}  // namespace wordvec::cli
