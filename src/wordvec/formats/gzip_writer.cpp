#include "wordvec/formats/gzip_writer.h"

#include <fmt/format.h>
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"

namespace wordvec {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kDeflatedPieceBytes = std::size_t{512} << 10;
constexpr std::size_t kPiecesAThread = 4;
constexpr std::size_t kDictionaryBytes = std::size_t{32} << 10;  // deflate looks back that far
constexpr int kLevel = 6;

const Bytef* as_bytef(std::string_view bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, as_bytef(bytes), bytes.size()));
}

template <class T>
void append_le(std::string& out, T number) {
  char bytes[sizeof number];
  store_le(bytes, number);
  out.append(bytes, sizeof bytes);
}

// Deflated, to the end of a byte. `before`: what stands before it, at most kDictionaryBytes.
std::string deflated(std::string_view before, std::string_view bytes, bool last) {
  z_stream stream{};
  if (::deflateInit2(&stream, kLevel, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  if (!before.empty()) {
    ::deflateSetDictionary(&stream, as_bytef(before), static_cast<uInt>(before.size()));
  }
  std::string out;
  stream.next_in = as_bytef(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  // All is out once room is left; more than one turn takes bytes that cannot be compressed.
  while (stream.avail_out == 0) {
    const std::size_t done = out.size();
    constexpr std::size_t kFlushBytes = 16;
    out.resize(done + ::deflateBound(&stream, stream.avail_in) + kFlushBytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream.avail_out = static_cast<uInt>(out.size() - done);
    ::deflate(&stream, last ? Z_FINISH : Z_SYNC_FLUSH);
  }
  out.resize(out.size() - stream.avail_out);
  ::deflateEnd(&stream);
  return out;
}

// A member that stores `bytes` as they are, padded as if they were `room` bytes.
std::string head_member(std::string_view bytes, std::size_t room) {
  std::string out("\x1f\x8b\x08\x04\0\0\0\0\0\xff"sv);
  const auto padding = static_cast<std::uint16_t>(room - bytes.size());
  append_le(out, static_cast<std::uint16_t>(padding + 4));
  out += "WV";
  append_le(out, padding);
  out.append(padding, '\0');
  const auto size = static_cast<std::uint16_t>(bytes.size());
  out += '\1';  // the last block, stored
  append_le(out, size);
  append_le(out, static_cast<std::uint16_t>(~size));
  out += bytes;
  append_le(out, crc_of(bytes));
  append_le(out, static_cast<std::uint32_t>(bytes.size()));
  return out;
}

}  // namespace

GzipWriter::GzipWriter(unsigned threads) : threads_(threads_or_default(threads)) {}

void GzipWriter::write_head(OutputFile& file, std::string_view bytes) {
  constexpr std::uint64_t kRoomStep = 64;
  head_room_ = static_cast<std::size_t>(round_up(bytes.size(), kRoomStep) + kRoomStep);
  file.write(head_member(bytes, head_room_));
}

void GzipWriter::replace_head(OutputFile& file, std::string_view bytes) const {
  if (bytes.size() > head_room_) {
    throw Error(ErrorCode::usage,
                fmt::format("a head of {} bytes in room for {}", bytes.size(), head_room_),
                file.path());
  }
  const std::string member = head_member(bytes, head_room_);
  file.write_at(std::as_bytes(std::span(member)), 0);
}

void GzipWriter::write(OutputFile& file, std::string_view bytes) {
  const std::size_t group = threads_ * kPiecesAThread;
  while (!bytes.empty()) {
    const std::size_t room = dictionary_bytes_ + group * kDeflatedPieceBytes - content_.size();
    const std::string_view taken = bytes.substr(0, room);
    content_ += taken;
    bytes.remove_prefix(taken.size());
    // More is to come when the group is full and bytes are left: the last piece is finish()'s.
    if (!bytes.empty()) compress(file, group, false);
  }
}

void GzipWriter::finish(OutputFile& file) {
  const std::size_t left = content_.size() - dictionary_bytes_;
  compress(file, std::max<std::size_t>(1, (left + kDeflatedPieceBytes - 1) / kDeflatedPieceBytes),
           true);
  std::string trailer;
  append_le(trailer, crc_);
  append_le(trailer, static_cast<std::uint32_t>(size_));
  file.write(trailer);
}

// The first `pieces` of the content; the last of them may be shorter than the others where `last`.
void GzipWriter::compress(OutputFile& file, std::size_t pieces, bool last) {
  struct Piece {
    std::string_view bytes;
    std::string compressed;
    std::uint32_t crc = 0;
  };
  const std::string_view all = content_;
  std::vector<Piece> made(pieces);
  parallel_for(threads_, pieces, [&](std::size_t i) {
    Piece& piece = made[i];
    const std::size_t begin = dictionary_bytes_ + i * kDeflatedPieceBytes;
    piece.bytes = all.substr(begin, kDeflatedPieceBytes);
    const std::size_t before = std::min(begin, kDictionaryBytes);
    piece.compressed =
        deflated(all.substr(begin - before, before), piece.bytes, last && i + 1 == pieces);
    piece.crc = crc_of(piece.bytes);
  });
  if (!begun_) file.write("\x1f\x8b\x08\0\0\0\0\0\0\xff"sv);
  begun_ = true;
  for (const Piece& piece : made) {
    file.write(piece.compressed);
    crc_ = static_cast<std::uint32_t>(
        ::crc32_combine(crc_, piece.crc, static_cast<z_off_t>(piece.bytes.size())));
    size_ += piece.bytes.size();
  }
  const std::size_t end =
      std::min(content_.size(), dictionary_bytes_ + pieces * kDeflatedPieceBytes);
  dictionary_bytes_ = std::min(end, kDictionaryBytes);
  content_.erase(0, end - dictionary_bytes_);
}

}  // namespace wordvec
