#include "options/word_input.h"

#include <cstdio>
#include <utility>

#include "command.h"
#include "options/input_checks.h"
#include "output/terminal.h"
#include "wordvec/base/blank.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/exact_word.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/word_file.h"

namespace wordvec::cli {
namespace {

constexpr std::size_t kMaxWordLineBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxBatchLines = 4096;

}  // namespace

std::vector<std::string> read_word_list(const std::string& path, Messages& messages) {
  WordList list = wordvec::read_word_list(path, {.rows = std::nullopt, .skip_blank = true});
  if (!list.warning.empty()) messages.warning("{}", list.warning);
  if (!list.note.empty()) messages.note("{}", list.note);
  return std::move(list.words);
}

void report_missing_words(std::size_t count, const std::string& first, const std::string& path,
                          Messages& messages, int& status) {
  if (count == 0) return;
  messages.warning("{}: {} {} not in the vocabulary, the first {}", printable(input_name(path)),
                   count, count == 1 ? "word is" : "words are", exact_word_in_quotes(first));
  status = std::max<int>(status, kNotFound);
}

QueryInput::QueryInput(std::vector<std::string> arguments, const Model& model) {
  if (!arguments.empty() && (arguments.size() > 1 || arguments[0] != "-")) {
    *this = QueryInput(std::move(arguments));
    return;
  }
  refuse_second_reader({{model.took_standard_input(), "the model"}, {true, "queries", true}});
  *this = QueryInput("-");
}

QueryInput::QueryInput(std::vector<std::string> words)
    : words_(std::move(words)), done_(words_.empty()) {}

QueryInput::QueryInput(const std::string& file)
    : lines_(open_lines(file, "lines of words", kMaxWordLineBytes)),
      prompt_(file == "-" && is_terminal(kStandardInput) && is_terminal(kStandardError)) {}

std::string QueryInput::source() const {
  return lines_ ? printable(lines_->name()) : std::string();
}

std::optional<std::vector<InputLine>> QueryInput::next_batch() {
  if (done_) return std::nullopt;
  std::vector<InputLine> batch;
  if (!lines_) {
    for (std::string& word : words_) batch.push_back({std::move(word), 0});
    done_ = true;
    return batch;
  }
  if (prompt_) std::fputs("> ", stderr);
  while (batch.size() < kMaxBatchLines && (batch.empty() || lines_->has_line())) {
    const auto line = lines_->next();
    if (!line) break;
    if (is_blank(*line)) {
      if (prompt_) std::fputs("> ", stderr);  // a person who only pressed Enter
      continue;
    }
    batch.push_back({std::string(*line), lines_->number()});
  }
  if (!batch.empty()) return batch;
  if (prompt_) std::fputs("\n", stderr);
  done_ = true;
  return std::nullopt;
}

}  // namespace wordvec::cli
