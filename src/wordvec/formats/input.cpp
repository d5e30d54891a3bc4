#include "wordvec/formats/input.h"

#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/zip_stream.h"

namespace wordvec {
namespace {

ByteSource unpacked_once(ByteSource source) {
  const Compression* const compression = compression_of(source.peek(kCompressionMagicBytes));
  if (compression == nullptr) return source;
  std::string name = source.name();
  std::string path = source.path();
  return ByteSource::from_stream(std::move(name), std::move(path),
                                 make_decompressed_stream(std::move(source), *compression));
}

}  // namespace

ByteSource open_input(const std::string& path, const std::string& member) {
  return decompressed(ByteSource::open(path), member);
}

ByteSource decompressed(ByteSource source, const std::string& member) {
  if (looks_like_zip(source.peek(kCompressionMagicBytes))) {
    return unpacked_once(open_zip_member(std::move(source), member));
  }
  if (!member.empty()) {
    throw Error(ErrorCode::usage,
                "is no zip archive, so that it has no member " + in_quotes(member), source.name());
  }
  return unpacked_once(std::move(source));
}

}  // namespace wordvec
