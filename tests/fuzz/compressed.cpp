// Compressed files and zip archives: the same content or the same error, however it is read.
// A hundred inputs a second: AddressSanitizer marks the MiB that each decompressor takes and gives
// back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/input.h"

namespace wordvec::fuzz {
namespace {

// A thousand times the input comes out, or more; what is behind that is more of the same.
constexpr std::size_t kMaxBytes = std::size_t{64} << 10;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string content;
  std::string error;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// The bytes of a pipe.
class Pipe final : public ByteStream {
 public:
  explicit Pipe(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), bytes_.size() - position_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), n, into.begin());
    position_ += n;
    return n;
  }
  std::uint64_t file_position_bytes() const noexcept override { return position_; }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

Outcome read_once(ByteSource file, std::size_t step) {
  Outcome outcome;
  try {
    ByteSource source = decompressed(std::move(file), "");
    while (!source.at_end() && outcome.content.size() < kMaxBytes) {
      const std::string_view ahead = source.peek(step);
      const std::size_t taken = std::min(step, ahead.size());
      require(taken > 0);
      outcome.content += ahead.substr(0, taken);
      source.skip(taken);
    }
    require(source.position_bytes() == outcome.content.size());
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
    outcome.error = error.what();
  }
  outcome.content.resize(std::min(outcome.content.size(), kMaxBytes));
  return outcome;
}

void read(std::string_view bytes) {
  const Outcome outcome = read_once(ByteSource::from_memory("input", bytes), 1 << 20);
  if (outcome.content.size() < kMaxBytes) {
    const Outcome small = read_once(ByteSource::from_memory("input", bytes), 4099);
    require(small.error == outcome.error);
    require(!outcome.error.empty() || small == outcome);
  }
  if (compression_of(bytes) != nullptr) {
    const Outcome streamed =
        read_once(ByteSource::from_stream("input", "", std::make_unique<Pipe>(bytes)), 1 << 20);
    require(streamed == outcome);
  }
}

}  // namespace
}  // namespace wordvec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read({reinterpret_cast<const char*>(data), size});
  return 0;
}
