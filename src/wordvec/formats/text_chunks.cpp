#include "wordvec/formats/text_chunks.h"

#include <cstring>

namespace wordvec {
namespace {

// Small enough for the cache of a core, with its values: the source's checksum reads a chunk, then
// it is parsed.
constexpr std::size_t kChunkBytes = std::size_t{512} << 10;

// Where to cut `ahead` so that lines stay whole, and empty ones with the line that follows; 0 when
// no line ends within it.
std::size_t cut_after_line(std::string_view ahead) {
  const std::size_t newline = ahead.rfind('\n');
  if (newline == std::string_view::npos) return 0;
  ahead = ahead.substr(0, newline);
  if (ahead.ends_with('\r')) ahead.remove_suffix(1);
  if (!ahead.empty() && !ahead.ends_with('\n')) return newline + 1;
  const std::size_t last_byte = ahead.find_last_not_of("\r\n");
  if (last_byte == std::string_view::npos) return newline + 1;  // there is nothing else
  return ahead.find('\n', last_byte) + 1;
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
