#include "wordvec/formats/compression.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/formats/inflater.h"

namespace wordvec {
namespace {

// Small, so that progress is seen.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

std::unique_ptr<Decompressor> make_gzip_decompressor() {
  return std::make_unique<Inflater>(Inflater::Wrapping::gzip);
}

constexpr auto kCompressions =
    std::to_array<Compression>({{"gzip", ".gz", begins_gzip, make_gzip_decompressor},
                                {"bzip2", ".bz2", begins_bzip2, make_bzip2_decompressor},
                                {"xz", ".xz", begins_xz, make_xz_decompressor, true},
                                {"zstd", ".zst", begins_zstd, make_zstd_decompressor}});

class DecompressedStream final : public ByteStream {
 public:
  DecompressedStream(ByteSource source, const Compression& compression)
      : source_(std::move(source)), compression_(compression), decompressor_(compression.make()) {}

  std::size_t read(std::span<char> into) override {
    std::size_t filled = 0;
    while (filled < into.size() && !ended_) {
      const std::string_view in = source_.peek(1).substr(0, kPieceBytes);
      const Decompressor::Step step = decompressor_->step(in, into.subspan(filled));
      filled += step.given;
      if (const std::string trouble = step.trouble(); !trouble.empty()) {
        const std::string remedy =
            step.command.empty() ? "" : ": unpack it first, with `" + step.command + " > OUT`";
        fail("data " + trouble + remedy, source_.position_bytes() + step.taken);
      }
      if (in.empty() && step.given == 0 && !step.ended) {
        fail("data is cut off: the file ends within it", source_.position_bytes());
      }
      source_.skip(step.taken);
      if (step.ended) begin_next_part();
    }
    return filled;
  }
  std::uint64_t file_position_bytes() const noexcept override {
    return source_.file_position_bytes();
  }
  std::optional<std::uint64_t> file_size_bytes() const noexcept override {
    return source_.file_size_bytes();
  }

 private:
  [[noreturn]] void fail(const std::string& what, std::uint64_t offset_bytes) const {
    throw Error::at_offset(source_.name(), offset_bytes,
                           "the " + std::string(compression_.name) + ' ' + what);
  }

  bool begins_part() { return compression_.begins(source_.peek(kCompressionMagicBytes)); }

  void begin_next_part() {
    if (begins_part()) return decompressor_->reset();
    for (;;) {
      const std::string_view rest = source_.peek(1);
      if (rest.empty()) {
        ended_ = true;
        return;
      }
      const std::size_t zeros = std::min(rest.find_first_not_of('\0'), rest.size());
      if (zeros == 0) break;
      source_.skip(zeros);
    }
    if (compression_.allows_padding && begins_part()) return decompressor_->reset();
    throw Error::at_offset(source_.name(), source_.position_bytes(),
                           "other bytes follow the " + std::string(compression_.name) +
                               " data: the file is damaged, or two files in one");
  }

  ByteSource source_;
  const Compression& compression_;
  std::unique_ptr<Decompressor> decompressor_;
  bool ended_ = false;
};

}  // namespace

std::span<const Compression> compressions() noexcept {
  return kCompressions;
}

const Compression* compression_of(std::string_view head) noexcept {
  const auto* const found =
      std::find_if(kCompressions.begin(), kCompressions.end(),
                   [&](const Compression& compression) { return compression.begins(head); });
  return found == kCompressions.end() ? nullptr : found;
}

std::string_view less_compression(std::string_view path) noexcept {
  for (const Compression& compression : kCompressions) {
    if (has_extension(path, compression.extension)) {
      return less_extension(path, compression.extension);
    }
  }
  return path;
}

std::unique_ptr<ByteStream> make_decompressed_stream(ByteSource source,
                                                     const Compression& compression) {
  return std::make_unique<DecompressedStream>(std::move(source), compression);
}

}  // namespace wordvec
