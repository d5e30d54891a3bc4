#include <bzlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "wordvec/formats/compression.h"

namespace wordvec {
namespace {

class Bzip2 final : public Decompressor {
 public:
  Bzip2() { begin(); }
  ~Bzip2() override { ::BZ2_bzDecompressEnd(&stream_); }

  Step step(std::string_view in, std::span<char> out) override {
    constexpr std::size_t kMaxBytes = std::size_t{1} << 30;  // libbz2 counts in 32 bits
    const std::size_t in_bytes = std::min(in.size(), kMaxBytes);
    const std::size_t out_bytes = std::min(out.size(), kMaxBytes);
    // It does not write what it reads.
    stream_.next_in = const_cast<char*>(in.data());
    stream_.avail_in = static_cast<unsigned>(in_bytes);
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<unsigned>(out_bytes);
    const int status = ::BZ2_bzDecompress(&stream_);
    Step step;
    step.taken = in_bytes - stream_.avail_in;
    step.given = out_bytes - stream_.avail_out;
    switch (status) {
      case BZ_STREAM_END:
        step.ended = true;
        break;
      case BZ_OK:
        break;
      case BZ_MEM_ERROR:
        throw std::bad_alloc();
      case BZ_DATA_ERROR_MAGIC:
        step.problem = "no block begins here";
        break;
      default:
        step.problem = "a block is invalid, or its CRC is another";
        break;
    }
    return step;
  }

  void reset() override {
    ::BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    begin();
  }

 private:
  void begin() {
    if (::BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  bz_stream stream_{};
};

}  // namespace

std::unique_ptr<Decompressor> make_bzip2_decompressor() {
  return std::make_unique<Bzip2>();
}

}  // namespace wordvec
