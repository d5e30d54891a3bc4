#include "wordvec/fetch/content_check.h"

#define ZLIB_CONST
#include <fmt/format.h>
#include <zlib.h>

#include <optional>
#include <utility>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/fetch/digest.h"
#include "wordvec/formats/zip_stream.h"

namespace wordvec {
namespace {

class MemberCheck final : public ContentCheck {
 public:
  MemberCheck(ZipMember member, std::string sha1)
      : member_(std::move(member)), sha1_(std::move(sha1)), buffer_(kBufferBytes) {
    MemberCheck::reset();
  }

  void reset() override {
    decompressor_ = make_zip_decompressor(member_);
    digest_.reset();
    if (!sha1_.empty()) digest_.emplace(Digest::Kind::sha1);
    crc_ = 0;
    size_ = 0;
    ended_ = false;
    mismatch_.clear();
  }

  std::string feed(std::string_view bytes) override {
    if (!decompressor_) return take(bytes);
    // A step that fills the buffer may have more to give without taking more.
    for (bool full = false; !bytes.empty() || full;) {
      if (ended_) return "the member's data ends early";
      const Decompressor::Step step = decompressor_->step(bytes, buffer_);
      if (const std::string trouble = step.trouble(); !trouble.empty()) {
        return "the member's data " + trouble;
      }
      bytes.remove_prefix(step.taken);
      full = step.given == buffer_.size();
      ended_ = step.ended;
      if (ended_) full = false;
      if (std::string problem = take({buffer_.data(), step.given}); !problem.empty()) {
        return problem;
      }
      if (step.taken == 0 && step.given == 0) break;
    }
    return {};
  }

  std::string finish() override {
    if (decompressor_ && !ended_) return "the member's data has no end";
    if (size_ != member_.size_bytes) {
      return fmt::format("found a member of {} bytes, expected {} as the archive's directory says",
                         size_, member_.size_bytes);
    }
    if (crc_ != member_.crc32) {
      return fmt::format("found CRC {:08x}, expected {:08x} as the archive's directory says", crc_,
                         member_.crc32);
    }
    if (digest_) {
      const std::string found = digest_->hex();
      if (found != sha1_) mismatch_ = describe_mismatch("SHA-1", found, sha1_);
    }
    return {};
  }

  std::string mismatch() const override { return mismatch_; }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

  std::string take(std::string_view content) {
    size_ += content.size();
    if (size_ > member_.size_bytes) {
      return fmt::format("the member has more bytes than the {} that the archive's directory says",
                         member_.size_bytes);
    }
    crc_ = static_cast<std::uint32_t>(
        ::crc32_z(crc_, reinterpret_cast<const Bytef*>(content.data()), content.size()));
    if (digest_) digest_->update(content);
    return {};
  }

  ZipMember member_;
  std::string sha1_;
  std::vector<char> buffer_;
  std::unique_ptr<Decompressor> decompressor_;  // nullptr: the member is stored as it is
  std::optional<Digest> digest_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
  bool ended_ = false;
  std::string mismatch_;
};

class FileCheck final : public ContentCheck {
 public:
  explicit FileCheck(std::string sha256) : sha256_(std::move(sha256)) { FileCheck::reset(); }

  void reset() override {
    digest_.reset();
    if (!sha256_.empty()) digest_.emplace(Digest::Kind::sha256);
    mismatch_.clear();
  }
  std::string feed(std::string_view bytes) override {
    if (digest_) digest_->update(bytes);
    return {};
  }
  std::string finish() override {
    if (digest_) {
      const std::string found = digest_->hex();
      if (found != sha256_) mismatch_ = describe_mismatch("SHA-256", found, sha256_);
    }
    return {};
  }
  std::string mismatch() const override { return mismatch_; }

 private:
  std::string sha256_;
  std::optional<Digest> digest_;
  std::string mismatch_;
};

}  // namespace

std::unique_ptr<ContentCheck> make_member_check(const ZipMember& member, std::string sha1) {
  return std::make_unique<MemberCheck>(member, std::move(sha1));
}

std::unique_ptr<ContentCheck> make_file_check(std::string sha256) {
  return std::make_unique<FileCheck>(std::move(sha256));
}

std::string describe_mismatch(std::string_view kind, std::string_view found,
                              std::string_view expected) {
  return fmt::format("found {} {}, expected {}", kind, found, expected);
}

std::string gzip_header() {
  constexpr char kDeflate = 8;
  constexpr char kUnknownSystem = '\xff';
  return {'\x1f', '\x8b', kDeflate, 0, 0, 0, 0, 0, 0, kUnknownSystem};
}

std::string gzip_trailer(std::uint32_t crc32, std::uint64_t size_bytes) {
  std::string trailer(8, '\0');
  store_le(trailer.data(), crc32);
  store_le(trailer.data() + 4, static_cast<std::uint32_t>(size_bytes));  // modulo 2^32
  return trailer;
}

}  // namespace wordvec
