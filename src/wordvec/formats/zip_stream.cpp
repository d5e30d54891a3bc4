#include "wordvec/formats/zip_stream.h"

#include <fmt/format.h>
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "wordvec/base/byte_stream.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/inflater.h"
#include "wordvec/formats/known_kind.h"

namespace wordvec {
namespace {

// Small, so that progress is seen.
constexpr std::size_t kInflatedPieceBytes = std::size_t{256} << 10;

class ZipStream final : public ByteStream {
 public:
  // `data`: the member's compressed bytes, in `archive`.
  ZipStream(ByteSource archive, ZipMember member, std::string_view data, std::string name)
      : archive_(std::move(archive)),
        member_(std::move(member)),
        data_(data),
        name_(std::move(name)) {
    decompressor_ = make_zip_decompressor(member_);
  }

  std::size_t read(std::span<char> into) override {
    if (ended_) return 0;
    const std::uint64_t left = member_.size_bytes - given_;
    const std::span<char> wanted =
        into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left)));
    if (decompressor_) {
      decompress(wanted);
    } else {
      copy(wanted);
    }
    given_ += wanted.size();
    crc_ = ::crc32_z(crc_, reinterpret_cast<const Bytef*>(wanted.data()), wanted.size());
    if (wanted.size() < into.size()) finish();
    return wanted.size();
  }
  std::uint64_t file_position_bytes() const noexcept override { return taken_; }
  std::optional<std::uint64_t> file_size_bytes() const noexcept override { return data_.size(); }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error::at_offset(name_, given_, what);
  }

  void decompress(std::span<char> out) {
    while (!out.empty()) {
      if (data_ended_) fail_size("fewer");
      const Decompressor::Step step = decompress_some(out);
      out = out.subspan(step.given);
    }
  }

  Decompressor::Step decompress_some(std::span<char> out) {
    const std::string_view in = data_.substr(taken_, kInflatedPieceBytes);
    Decompressor::Step step = decompressor_->step(in, out);
    taken_ += step.taken;
    data_ended_ = step.ended;
    if (const std::string trouble = step.trouble(); !trouble.empty()) {
      const char* const remedy =
          step.command.empty() ? "" : ": unpack the archive first, with `7z x FILE`";
      fail("the member's data " + trouble + remedy);
    }
    if (in.empty() && step.given == 0 && !step.ended) {
      fail("the member's data is damaged: it has no end");
    }
    return step;
  }

  void copy(std::span<char> out) {
    if (data_.size() - taken_ < out.size()) fail_size("fewer");
    std::memcpy(out.data(), data_.data() + taken_, out.size());
    taken_ += out.size();
  }

  [[noreturn]] void fail_size(std::string_view how) const {
    fail(fmt::format("the member has {} bytes than the {} that the archive's directory says", how,
                     member_.size_bytes));
  }

  // All bytes that the directory declares have been given: what else is there?
  void finish() {
    char more = 0;
    while (decompressor_ && !data_ended_) {
      if (decompress_some({&more, 1}).given > 0) fail_size("more");
    }
    if (taken_ != data_.size()) {
      fail(fmt::format("the member's data ends {} bytes early", data_.size() - taken_));
    }
    if (crc_ != member_.crc32) {
      fail(
          fmt::format("the member has the CRC {:08x}, the archive's directory says {:08x}: it is "
                      "damaged",
                      crc_, member_.crc32));
    }
    ended_ = true;
  }

  ByteSource archive_;  // keeps data_ alive
  ZipMember member_;
  std::string_view data_;
  std::string name_;
  std::unique_ptr<Decompressor> decompressor_;  // nullptr: the member is stored as it is
  std::size_t taken_ = 0;
  std::uint64_t given_ = 0;
  uLong crc_ = 0;
  bool data_ended_ = false;
  bool ended_ = false;
};

// Pieces of `archive`, which is a file or in memory, and outlives them.
struct ArchiveBytes {
  std::string_view bytes;
  ZipPieces pieces;
};

ArchiveBytes bytes_of_archive(ByteSource& archive) {
  const std::string_view bytes = archive.peek(0);
  return {bytes, [bytes](std::uint64_t offset, std::uint64_t size) {
            return std::string(
                bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size)));
          }};
}

// Of archives that a program reads as one file.
void refuse_other_archives(const std::vector<ZipMember>& members, const std::string& name,
                           const Expected& expected) {
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const ZipMember& member : members) names.push_back(member.name);
  if (const auto kind = known_zip_kind(names)) {
    throw Error(ErrorCode::malformed, sentence_of(*kind, expected), name);
  }
}

}  // namespace

std::unique_ptr<Decompressor> make_zip_decompressor(const ZipMember& member) {
  switch (static_cast<ZipMethod>(member.method)) {
    case ZipMethod::deflated:
      return std::make_unique<Inflater>(Inflater::Wrapping::none);
    case ZipMethod::bzip2:
      return make_bzip2_decompressor();
    case ZipMethod::zstd:
      return make_zstd_decompressor();
    case ZipMethod::xz:
      return make_xz_decompressor();
    case ZipMethod::stored:
      break;
  }
  return nullptr;
}

ByteSource open_zip_member(ByteSource archive, const std::string& member, std::string_view option,
                           const Expected& expected) {
  if (!archive.views_persist()) {
    throw Error(ErrorCode::usage,
                "is a zip archive, which cannot be read from a pipe, its directory being at the "
                "end: give the file's name, or use `unzip -p FILE MEMBER " +
                    std::string(option.empty() ? "> OUT`" : "| wordvec convert - OUT`"),
                archive.name());
  }
  const auto [bytes, pieces] = bytes_of_archive(archive);
  const std::vector<ZipMember> members = read_zip_directory(bytes.size(), pieces, archive.name());
  if (member.empty()) refuse_other_archives(members, archive.name(), expected);
  const ZipMember& chosen = choose_zip_member(members, member, archive.name(), option);
  const std::uint64_t offset = zip_data_offset(chosen, bytes.size(), pieces, archive.name());
  const std::string_view data = bytes.substr(static_cast<std::size_t>(offset),
                                             static_cast<std::size_t>(chosen.compressed_bytes));
  const std::string name = archive.name() + ':' + chosen.name;
  std::string path = archive.path();
  auto stream = std::make_unique<ZipStream>(std::move(archive), chosen, data, name);
  return ByteSource::from_stream(name, std::move(path), std::move(stream));
}

void refuse_archive_of_program(ByteSource archive, const Expected& expected) {
  const auto [bytes, pieces] = bytes_of_archive(archive);
  refuse_other_archives(read_zip_directory(bytes.size(), pieces, archive.name()), archive.name(),
                        expected);
}

}  // namespace wordvec
