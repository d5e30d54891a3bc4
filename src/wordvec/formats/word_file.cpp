#include "wordvec/formats/word_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word_list_json.h"
#include "wordvec/formats/word_list_lines.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

[[noreturn]] void fail(const ByteSource& source, const std::string& what) {
  throw Error(ErrorCode::malformed, what, source.name());
}

void check_length(const ByteSource& source, std::uint64_t number, std::size_t bytes) {
  if (bytes <= kMaxWordBytes) return;
  throw Error::at_line(source.name(), number,
                       fmt::format("the word has more than {} bytes", kMaxWordBytes));
}

void append_utf8(std::string& text, std::uint32_t c) {
  const auto append = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    append(c);
  } else if (c < 0x800) {
    append(0xc0 | (c >> 6));
    append(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    append(0xe0 | (c >> 12));
    append(0x80 | ((c >> 6) & 0x3f));
    append(0x80 | (c & 0x3f));
  } else {
    append(0xf0 | (c >> 18));
    append(0x80 | ((c >> 12) & 0x3f));
    append(0x80 | ((c >> 6) & 0x3f));
    append(0x80 | (c & 0x3f));
  }
}

// The strings of a NumPy array: '<U5' are 5 code points of 32 bits each, '|S5' are 5 bytes, both
// filled up with zeros.
WordList take_npy_words(ByteSource& source, const WordListOptions& options) {
  const NpyHeader header = take_npy_header(source);
  const std::string_view descr = header.descr;
  if (descr.ends_with('O')) {
    fail(source,
         "is a NumPy array of Python objects, which is a pickle and not read: in Python, "
         "numpy.save('words.npy', numpy.load(FILE, allow_pickle=True).astype(str)) makes it one of "
         "strings, if you trust it");
  }
  if (is_structured(descr)) {
    fail(source,
         "is a NumPy array of elements with fields: in Python, numpy.save('words.npy', "
         "numpy.load(FILE)['NAME'].astype(str)) writes the field that holds the words");
  }
  std::size_t size = 0;
  const bool wide = descr.size() > 2 && descr[1] == 'U';
  const bool is_string = wide || (descr.size() > 2 && descr[1] == 'S');
  if (!is_string) {
    fail(source, fmt::format("is a NumPy array of the type {}, expected words: one of strings, of "
                             "the type 'U' or 'S', or text, a word a line",
                             in_quotes(descr)));
  }
  for (const char c : descr.substr(2)) {
    if (c < '0' || c > '9' || size > kMaxWordBytes) {
      fail(source, fmt::format("the array has the type {}, expected strings of at most {} bytes",
                               in_quotes(descr), kMaxWordBytes));
    }
    size = size * 10 + static_cast<std::size_t>(c - '0');
  }
  if (size > kMaxWordBytes) {
    fail(source, fmt::format("the array has the type {}, expected strings of at most {} bytes",
                             in_quotes(descr), kMaxWordBytes));
  }
  std::uint64_t count = 1;
  std::size_t long_extents = 0;
  for (const std::uint64_t extent : header.shape) {
    const auto product = checked_multiply(count, extent);
    if (!product || *product > kMaxRows) {
      fail(source, fmt::format("the array has more than {} words", kMaxRows));
    }
    count = *product;
    if (extent != 1) ++long_extents;
  }
  if (long_extents > 1) {
    fail(source, fmt::format("the array of strings has the shape {}, expected one dimension",
                             shape_text(header.shape)));
  }

  const std::size_t bytes = wide ? size * sizeof(std::uint32_t) : size;
  if (bytes == 0 && count > 0) fail(source, "the strings of the array have no bytes");
  if (count > options.most_words()) fail(source, describe_too_many_words(options));
  const bool big_endian = wide && descr[0] == '>';
  WordList list;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string_view text = source.peek(bytes).substr(0, bytes);
    if (text.size() < bytes) {
      throw Error::at_offset(
          source.name(), source.position_bytes() + text.size(),
          fmt::format("the array of strings ends in its word {} of {}", i + 1, count));
    }
    std::string word;
    if (wide) {
      std::size_t end = text.size();
      while (end > 0 && load_le<std::uint32_t>(&text[end - 4]) == 0) end -= 4;
      for (std::size_t at = 0; at < end; at += 4) {
        auto c = load_le<std::uint32_t>(&text[at]);
        if (big_endian) c = __builtin_bswap32(c);
        if (c > 0x10ffff) {
          throw Error::at_offset(
              source.name(), source.position_bytes() + at,
              fmt::format("found the code point {:#x}, expected one of Unicode", c));
        }
        append_utf8(word, c);
      }
    } else {
      word = text.substr(0, text.find_last_not_of('\0') + 1);
    }
    check_length(source, i + 1, word.size());
    list.words.push_back(std::move(word));
    source.skip(bytes);
  }
  if (!source.at_end()) {
    throw Error::at_offset(source.name(), source.position_bytes(),
                           fmt::format("found more bytes than those of {} words", count));
  }
  list.note =
      fmt::format("{}: the words are those of a NumPy array of strings", printable(source.name()));
  return list;
}

bool has_json_name(std::string_view name) {
  return has_extension(less_compression(name), ".json");
}

// Refuses what is no list of words, as far as its first bytes tell.
void refuse_other_lists(ByteSource& source, std::string_view head) {
  if (const auto kind = known_vectors(head, source.path())) {
    fail(source, sentence_of(*kind, kExpectedWords));
  }
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r';
  };
  constexpr std::size_t kLookedAtBytes = 4096;
  const std::string_view looked_at = head.substr(0, kLookedAtBytes);
  const auto controls =
      static_cast<std::size_t>(std::count_if(looked_at.begin(), looked_at.end(), is_control));
  if (const auto kind = known_kind(head); kind && !looks_like_json(head)) {
    fail(source, sentence_of(*kind, kExpectedWords));
  }
  if (controls > 3 && controls * 20 > looked_at.size()) {
    const auto* const first = std::find_if(looked_at.begin(), looked_at.end(), is_control);
    throw Error::at_offset(source.name(), static_cast<std::uint64_t>(first - looked_at.begin()),
                           "found bytes that no text has, expected a list of words, one a line");
  }
}

// Lines that are blank may be left out later: so many of them, beside words, that they cost more
// memory than these, are none of a list.
std::vector<std::string> take_lines(ByteSource& source, const WordListOptions& options) {
  constexpr std::size_t kMaxWordLineBytes = kMaxWordBytes + 2;
  constexpr std::uint64_t kMaxBlankLines = 1 << 16;
  const std::uint64_t most = options.most_words();
  std::uint64_t blank = 0;
  std::vector<std::string> lines;
  for (;;) {
    const std::string_view ahead =
        source.peek(kMaxWordLineBytes + 1).substr(0, kMaxWordLineBytes + 1);
    if (ahead.empty()) return lines;
    const TextLine line = first_line(ahead);
    const std::uint64_t number = lines.size() + 1;
    check_length(source, number, line.text.size());
    if (is_blank_line(line.text)) ++blank;
    const std::uint64_t words = number - blank;
    if (words > most) {
      throw Error::at_line(source.name(), number, describe_too_many_words(options));
    }
    if (blank > 2 * words + kMaxBlankLines) {
      throw Error::at_line(source.name(), number,
                           fmt::format("there are {} blank lines and {} words, expected a list of "
                                       "words, one a line",
                                       blank, words));
    }
    lines.emplace_back(line.text);
    source.skip(line.size_bytes);
  }
}

}  // namespace

std::string describe_too_many_words(const WordListOptions& options) {
  return fmt::format(
      "there are more than {} words{}", options.most_words(),
      options.rows ? fmt::format(", expected {}, one for each row", *options.rows) : std::string());
}

WordList read_word_list(const std::string& path, const WordListOptions& options) {
  ByteSource source = open_input(path, kExpectedWords);
  return take_word_list(source, options);
}

namespace {

WordList take_list(ByteSource& source, const WordListOptions& options) {
  constexpr std::size_t kProbeBytes = std::size_t{64} << 10;
  if (source.peek(kByteOrderMark.size()).starts_with(kByteOrderMark)) {
    source.skip(kByteOrderMark.size());
  }
  const std::string_view head = source.peek(kProbeBytes).substr(0, kProbeBytes);
  if (looks_like_npy(head)) return take_npy_words(source, options);
  refuse_other_lists(source, head);
  const bool is_json = looks_like_json(head) || has_json_name(source.name());
  if (is_json && !head.empty() && !looks_like_json_lines(head)) {
    // A tokeniser's has a hundred bytes a word.
    constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
    constexpr std::uint64_t kMaxFixedBytes = std::uint64_t{16} << 20;
    constexpr std::uint64_t kMaxBytesPerWord = 2048;
    const std::uint64_t most =
        std::min(kMaxBytes,
                 kMaxFixedBytes + std::min(options.rows.value_or(0), kMaxBytes) * kMaxBytesPerWord);
    const std::string_view json =
        source.peek_all(options.rows ? most : kMaxBytes, "a list of words in JSON");
    return word_list_of_json(json, options, source.name());
  }
  std::vector<std::string> lines = take_lines(source, options);
  if (!lines.empty()) {
    if (auto list = word_list_of_json_lines(lines, options, source.name())) {
      return *std::move(list);
    }
  }
  return word_list_of_lines(std::move(lines), options, source.name());
}

// What whoever asks for counts or frequencies is told of words that have several: they are added.
// Throws Error(malformed) where a sum of counts is beyond 64 bits.
std::string note_of_repeated(const WordList& list, const std::string& name) {
  std::unordered_map<std::string_view, std::uint64_t> sums;
  sums.reserve(list.words.size());
  std::unordered_set<std::string_view> repeated;
  std::string_view first;
  for (std::size_t i = 0; i < list.words.size(); ++i) {
    const std::uint64_t count = list.counts.empty() ? 0 : list.counts[i];
    const auto [sum, is_new] = sums.try_emplace(list.words[i], count);
    if (is_new) continue;
    if (repeated.empty()) first = list.words[i];
    repeated.insert(list.words[i]);
    if (count > std::numeric_limits<std::uint64_t>::max() - sum->second) {
      throw Error(ErrorCode::malformed,
                  fmt::format("the counts of {} add up to more than {}", in_quotes(list.words[i]),
                              std::numeric_limits<std::uint64_t>::max()),
                  name);
    }
    sum->second += count;
  }
  if (repeated.empty()) return {};
  const std::string_view numbers = list.counts.empty() ? "frequencies" : "counts";
  if (repeated.size() == 1) {
    return fmt::format("{}: {} is there more than once: its {} are added", printable(name),
                       in_quotes(first), numbers);
  }
  return fmt::format("{}: {} words are there more than once, the first is {}: their {} are added",
                     printable(name), repeated.size(), in_quotes(first), numbers);
}

}  // namespace

WordList take_word_list(ByteSource& source, const WordListOptions& options) {
  WordList list = take_list(source, options);
  if (options.expected == ListedNumbers::unknown ||
      (list.counts.empty() && list.frequencies.empty())) {
    return list;
  }
  if (const std::string note = note_of_repeated(list, source.name()); !note.empty()) {
    if (!list.note.empty()) list.note += "; ";
    list.note += note;
  }
  return list;
}

}  // namespace wordvec
