#include "options/word_input.h"

#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <utility>

#include "command.h"
#include "output/terminal.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/text_rows.h"

namespace wordvec::cli {
namespace {

constexpr std::size_t kMostLineBytes = std::size_t{16} << 20;
constexpr std::size_t kMostBatchLines = 4096;
constexpr int kMostWords = std::numeric_limits<int>::max() / 2;

}  // namespace

bool looks_like_option(std::string_view argument) {
  if (argument.size() < 2 || argument[0] != '-') return false;
  const auto next = static_cast<unsigned char>(argument[1]);
  return next != ' ' && next != '.' && std::isdigit(next) == 0;
}

std::vector<std::string> read_word_list(const std::string& path) {
  std::vector<std::string> words;
  ByteSource source = ByteSource::open(path);
  for (std::size_t wanted = std::size_t{64} << 10;;) {
    const std::string_view ahead = source.peek(wanted);
    if (ahead.empty()) return words;
    const TextLine line = first_line(ahead);
    const bool complete = line.size_bytes < ahead.size() || ahead.back() == '\n';
    if (!complete && ahead.size() >= wanted) {
      if (wanted >= kMostLineBytes) {
        throw Error(ErrorCode::malformed,
                    fmt::format("no line end within {} bytes", kMostLineBytes), source.name());
      }
      wanted *= 2;  // a long line of a pipe
      continue;
    }
    if (!line.text.empty()) words.emplace_back(line.text);
    source.skip(line.size_bytes);
  }
}

void report_missing_words(std::size_t count, const std::string& first, const std::string& path,
                          Messages& messages, int& status) {
  if (count == 0) return;
  messages.warning("{}: {} {} not in the vocabulary, the first {}", printable(path), count,
                   count == 1 ? "word is" : "words are", in_quotes(first));
  status = std::max<int>(status, kNotFound);
}

void add_words(CLI::App& app, const std::string& name, std::vector<std::string>& words,
               const std::string& description) {
  // CLI11 would take a word like "[UNK]" for a list in brackets. So the argument that help shows
  // takes nothing, and the words are what is left over.
  app.add_option(name, description)
      ->expected(0, kMostWords)
      ->allow_extra_args(false)
      ->type_name("");
  app.allow_extras();
  app.callback([&app, &words] {
    bool words_only = false;
    for (std::string& argument : app.remaining()) {
      if (!words_only && argument == "--") {
        words_only = true;
      } else if (!words_only && looks_like_option(argument)) {
        throw CLI::ExtrasError({argument});
      } else {
        words.push_back(std::move(argument));
      }
    }
  });
}

QueryInput::QueryInput(std::vector<std::string> arguments, const Model& model)
    : arguments_(std::move(arguments)),
      from_stdin_(arguments_.empty() || (arguments_.size() == 1 && arguments_[0] == "-")),
      prompt_(from_stdin_ && is_terminal(kStandardInput) && is_terminal(kStandardError)) {
  if (from_stdin_ && model.path() == "-") {
    throw Error(
        ErrorCode::usage,
        "standard input is the model, so queries cannot come from it: give them as arguments");
  }
}

bool QueryInput::fill() {
  constexpr std::size_t kReadBytes = std::size_t{64} << 10;
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.size() > kMostLineBytes) {
    throw Error::at_line("standard input", lines_ + 1,
                         fmt::format("no line end within {} bytes", kMostLineBytes));
  }
  const std::size_t old_size = buffer_.size();
  buffer_.resize(old_size + kReadBytes);
  ssize_t n = 0;
  do {
    n = ::read(kStandardInput, buffer_.data() + old_size, kReadBytes);
  } while (n < 0 && errno == EINTR);
  if (n < 0) {
    // A closed standard input is an empty one.
    if (errno != EBADF) throw Error::from_errno(errno, "standard input", "cannot read");
    n = 0;
  }
  buffer_.resize(old_size + static_cast<std::size_t>(n));
  ended_ = n == 0;
  return !ended_;
}

std::optional<InputLine> QueryInput::buffered_line() {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (rest.empty() || (!ended_ && rest.find('\n') == std::string_view::npos)) return std::nullopt;
  const TextLine line = first_line(rest);
  begin_ += line.size_bytes;
  return InputLine{std::string(line.text), ++lines_};
}

std::optional<std::vector<InputLine>> QueryInput::next_batch() {
  if (done_) return std::nullopt;
  std::vector<InputLine> batch;
  if (!from_stdin_) {
    for (std::string& argument : arguments_) batch.push_back({std::move(argument), 0});
    done_ = true;
    return batch;
  }
  if (prompt_) std::fputs("> ", stderr);
  for (;;) {
    while (batch.size() < kMostBatchLines) {
      auto line = buffered_line();
      if (!line) break;
      if (prompt_ && line->text.empty()) {
        std::fputs("> ", stderr);  // a person who only pressed Enter
        continue;
      }
      batch.push_back(*std::move(line));
    }
    if (!batch.empty()) return batch;
    if (ended_ || (!fill() && begin_ == buffer_.size())) break;
  }
  if (prompt_) std::fputs("\n", stderr);
  done_ = true;
  return std::nullopt;
}

}  // namespace wordvec::cli
