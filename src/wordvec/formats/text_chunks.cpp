#include "wordvec/formats/text_chunks.h"

#include <cstring>

namespace wordvec {
namespace {

// Small enough for the cache of a core, with its values: the source's checksum reads a chunk, then
// it is parsed.
constexpr std::size_t kChunkBytes = std::size_t{512} << 10;

// Where to cut `ahead` so that lines stay whole; 0 when no line ends within it.
std::size_t cut_after_line(std::string_view ahead) {
  const std::size_t newline = ahead.rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

}  // namespace

std::optional<TextChunk> next_text_chunk(ByteSource& source) {
  std::string_view ahead = source.peek(kChunkBytes + 1);
  if (ahead.empty()) return std::nullopt;
  std::size_t size = ahead.size();  // the rest of the source, which may lack its last line end
  if (size > kChunkBytes) {
    size = cut_after_line(ahead.substr(0, kChunkBytes));
    if (size == 0) {
      ahead = source.peek(kMaxTextLineBytes + 1).substr(0, kMaxTextLineBytes + 1);
      const std::size_t newline = ahead.find('\n');
      size = newline == std::string_view::npos ? ahead.size() : newline + 1;
    }
  }
  TextChunk chunk;
  chunk.line_too_long = size > kMaxTextLineBytes;
  if (source.views_persist()) {
    chunk.bytes = ahead.substr(0, size);
  } else {
    chunk.owned = std::make_unique_for_overwrite<char[]>(size);
    std::memcpy(chunk.owned.get(), ahead.data(), size);
    chunk.bytes = {chunk.owned.get(), size};
  }
  source.skip(size);
  chunk.file_position_bytes = source.file_position_bytes();
  return chunk;
}

}  // namespace wordvec
