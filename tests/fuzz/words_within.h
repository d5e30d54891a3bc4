// For formats whose words are in a file of their own: inputs that hold both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fuzz/reader_target.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec::fuzz {

// The words of the input that is being read.
inline std::vector<std::string>& words() {
  static std::vector<std::string> words;
  return words;
}

// The input is a byte that chooses options, the words, one a line, up to a byte 0, and the file.
// `format` takes its words from words().
inline void read_with_words(const Format& format, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(bytes.find('\0', 1), size - 1);
  words().clear();
  for (std::string_view rest = bytes.substr(1, end - 1); !rest.empty();) {
    const std::size_t line_end = std::min(rest.find('\n'), rest.size());
    words().emplace_back(rest.substr(0, std::min(line_end, kMaxWordBytes)));
    rest.remove_prefix(std::min(line_end + 1, rest.size()));
  }
  std::string input(1, bytes.front());
  input += bytes.substr(end + 1);
  read(format, reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace wordvec::fuzz
