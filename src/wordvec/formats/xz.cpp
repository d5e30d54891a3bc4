#include <lzma.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>

#include "wordvec/formats/compression.h"

namespace wordvec {
namespace {

constexpr const char* kCommand = "xz -dc FILE";

class Xz final : public Decompressor {
 public:
  Xz() { begin(); }
  ~Xz() override { ::lzma_end(&stream_); }

  Step step(std::string_view in, std::span<char> out) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret status = ::lzma_code(&stream_, LZMA_RUN);
    Step step;
    step.taken = in.size() - stream_.avail_in;
    step.given = out.size() - stream_.avail_out;
    switch (status) {
      case LZMA_STREAM_END:
        step.ended = true;
        break;
      case LZMA_OK:
      case LZMA_BUF_ERROR:
        break;  // nothing could be done: one of the two was empty
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR:
        step.refusal = "needs " + std::to_string(::lzma_memusage(&stream_) >> 20) +
                       " MiB of memory to be read, more than the " +
                       std::to_string(kMaxWindowMemoryBytes >> 20) + " that are allowed";
        step.command = kCommand;
        break;
      case LZMA_OPTIONS_ERROR:
        step.refusal = "has options that the liblzma in this program does not know";
        step.command = kCommand;
        break;
      default:
        step.problem = "a block is invalid, or its checksum is another";
        break;
    }
    return step;
  }

  // liblzma keeps its memory for the next stream.
  void reset() override { begin(); }

 private:
  void begin() {
    if (::lzma_stream_decoder(&stream_, kMaxWindowMemoryBytes, 0) != LZMA_OK)
      throw std::bad_alloc();
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Decompressor> make_xz_decompressor() {
  return std::make_unique<Xz>();
}

}  // namespace wordvec
