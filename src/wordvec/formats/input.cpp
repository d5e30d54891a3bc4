#include "wordvec/formats/input.h"

#include <utility>

#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/safetensors.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/zip_stream.h"

namespace wordvec {
namespace {

constexpr std::size_t kSafetensorsBytes = 16;

ByteSource unpacked_once(ByteSource source) {
  const Compression* const compression = compression_of(source.peek(kCompressionMagicBytes));
  if (compression == nullptr) return source;
  std::string name = source.name();
  std::string path = source.path();
  return ByteSource::from_stream(std::move(name), std::move(path),
                                 make_decompressed_stream(std::move(source), *compression));
}

// Programs of Windows put a byte order mark before text, and some another one before that.
ByteSource behind_mark(ByteSource source) {
  const auto has_mark = [&] {
    return source.peek(kByteOrderMark.size()).starts_with(kByteOrderMark);
  };
  // It may also be the length that a safetensors file begins with.
  if (!has_mark() || looks_like_safetensors(source.peek(kSafetensorsBytes))) return source;
  while (has_mark()) source.skip(kByteOrderMark.size());
  return source;
}

}  // namespace

ByteSource open_input(const std::string& path, const std::string& member, std::string_view option) {
  return decompressed(ByteSource::open(path), member, option);
}

ByteSource open_input(const std::string& path, const Expected& expected) {
  return decompressed(ByteSource::open(path), {}, {}, expected);
}

ByteSource decompressed(ByteSource source, const std::string& member, std::string_view option,
                        const Expected& expected) {
  if (begins_zip(source.peek(kCompressionMagicBytes))) {
    return behind_mark(unpacked_once(open_zip_member(std::move(source), member, option, expected)));
  }
  if (!member.empty()) {
    throw Error(ErrorCode::usage,
                "is no zip archive, so that it has no member " + in_quotes(member), source.name());
  }
  return behind_mark(unpacked_once(std::move(source)));
}

}  // namespace wordvec
