#include "wordvec/formats/frequency_file.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string_view>

#include "wordvec/base/blank.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::string_view kBlanks = " \t";

struct Entry {
  std::string_view word;
  std::string_view number;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// The number is the last field, the word all before it.
Entry entry_of(std::string_view line, bool commas) {
  line = trimmed(line);
  std::size_t separator = line.find_last_of(kBlanks);
  if (const std::size_t comma = line.rfind(','); commas && comma != std::string_view::npos) {
    separator = comma;
  }
  if (separator == std::string_view::npos) return {{}, line};
  Entry entry{trimmed(line.substr(0, separator)), trimmed(line.substr(separator + 1))};
  const bool is_quoted =
      entry.word.size() >= 2 && entry.word.front() == '"' && entry.word.back() == '"';
  if (commas && is_quoted) entry.word = entry.word.substr(1, entry.word.size() - 2);
  return entry;
}

}  // namespace

WordFrequencies take_word_frequencies(ByteSource& source, bool commas) {
  constexpr std::size_t kMaxLineBytes = kMaxWordBytes + 1024;
  if (source.peek(kByteOrderMark.size()).starts_with(kByteOrderMark)) {
    source.skip(kByteOrderMark.size());
  }
  WordFrequencies frequencies;
  for (std::uint64_t number = 1;; ++number) {
    const std::string_view ahead = source.peek(kMaxLineBytes + 1).substr(0, kMaxLineBytes + 1);
    if (ahead.empty()) break;
    const TextLine line = first_line(ahead);
    const auto fail = [&](const std::string& problem) {
      throw Error::at_line(source.name(), number, problem);
    };
    if (line.text.size() > kMaxLineBytes) {
      fail(fmt::format("the line has more than {} bytes", kMaxLineBytes));
    }
    if (!is_blank(line.text)) {
      const Entry entry = entry_of(line.text, commas);
      const auto value = parse_number<double>(entry.number);
      if (!value || !std::isfinite(*value) || *value < 0) {
        fail(
            fmt::format("found {} where the number of a word is expected, not below 0: a line is "
                        "a word and its count or frequency, as \"the 1061396\"",
                        in_quotes(entry.number)));
      }
      if (entry.word.empty()) {
        fail(fmt::format("found the number {} alone, expected a word before it",
                         in_quotes(entry.number)));
      }
      if (entry.word.size() > kMaxWordBytes) {
        fail(fmt::format("the word has more than {} bytes", kMaxWordBytes));
      }
      frequencies.add(entry.word, *value);
    }
    source.skip(line.size_bytes);
  }
  if (!(frequencies.total() > 0) || !std::isfinite(frequencies.total())) {
    throw Error(ErrorCode::malformed,
                frequencies.size() == 0 ? "holds no words, expected a word and its count or "
                                          "frequency on each line"
                : frequencies.total() > 0
                    ? "the sum of all its numbers is beyond the range of float64"
                    : "all its numbers are 0",
                source.name());
  }
  return frequencies;
}

WordFrequencies read_word_frequencies(const std::string& path) {
  ByteSource source = open_text(path, "words and their frequencies");
  return take_word_frequencies(source, has_extension(less_compression(path), ".csv"));
}

}  // namespace wordvec
