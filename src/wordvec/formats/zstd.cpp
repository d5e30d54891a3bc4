#include <zstd.h>
#include <zstd_errors.h>

#include <bit>
#include <memory>
#include <new>
#include <string>

#include "wordvec/formats/compression.h"

namespace wordvec {
namespace {

constexpr int kMaxWindowBits = static_cast<int>(std::bit_width(kMaxWindowMemoryBytes)) - 1;

class Zstd final : public Decompressor {
 public:
  Zstd() : context_(::ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ::ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxWindowBits);
  }
  ~Zstd() override { ::ZSTD_freeDCtx(context_); }

  Step step(std::string_view in, std::span<char> out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t left = ::ZSTD_decompressStream(context_, &output, &input);
    Step step;
    step.taken = input.pos;
    step.given = output.pos;
    if (::ZSTD_isError(left) == 0) {
      step.ended = left == 0;
      return step;
    }
    switch (::ZSTD_getErrorCode(left)) {
      case ZSTD_error_memory_allocation:
        throw std::bad_alloc();
      case ZSTD_error_frameParameter_windowTooLarge:
        step.refusal = "needs more memory to be read than the " +
                       std::to_string(kMaxWindowMemoryBytes >> 20) + " MiB that are allowed";
        step.command = "zstd --long=31 -dc FILE";
        break;
      case ZSTD_error_dictionary_wrong:
        step.refusal = "needs the dictionary that it was compressed with";
        step.command = "zstd -D DICTIONARY -dc FILE";
        break;
      default:
        step.problem = ::ZSTD_getErrorName(left);
        break;
    }
    return step;
  }

  void reset() override { ::ZSTD_DCtx_reset(context_, ZSTD_reset_session_only); }

 private:
  ZSTD_DCtx* context_;
};

}  // namespace

std::unique_ptr<Decompressor> make_zstd_decompressor() {
  return std::make_unique<Zstd>();
}

}  // namespace wordvec
