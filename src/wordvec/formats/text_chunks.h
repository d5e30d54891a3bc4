// Text, cut into pieces of whole lines that several threads can parse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "wordvec/base/byte_source.h"

namespace wordvec {

// A line of the highest dimension with the longest word, 32 bytes a value, fits.
inline constexpr std::size_t kMaxTextLineBytes = std::size_t{4} << 20;

// Whole lines; the last of a source may lack its end. Empty lines are in one chunk with the line
// that follows them, unless the chunk has nothing else.
struct TextChunk {
  std::string_view bytes;
  std::unique_ptr<char[]> owned;  // the bytes, where the source's views do not last
  std::uint64_t file_position_bytes = 0;
  bool line_too_long = false;  // it is a line of more than kMaxTextLineBytes, perhaps cut off
};

// Takes the next lines from `source`; nullopt at its end.
std::optional<TextChunk> next_text_chunk(ByteSource& source);

}  // namespace wordvec
