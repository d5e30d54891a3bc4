#include "wordvec/formats/gzip_stream.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/formats/inflater.h"

namespace wordvec {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "\x1f\x8b"sv;
// Small, so that progress is seen.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(ByteSource source) : source_(std::move(source)) {}

  std::size_t read(std::span<char> into) override {
    std::size_t filled = 0;
    while (filled < into.size() && !ended_) {
      const std::string_view in = source_.peek(1).substr(0, kPieceBytes);
      const Inflater::Step step = inflater_.step(in, into.subspan(filled));
      filled += step.given;
      if (!step.problem.empty()) {
        fail("the gzip data is damaged: " + step.problem, source_.position_bytes() + step.taken);
      }
      if (in.empty() && step.given == 0 && !step.ended) {
        fail("the gzip data is cut off: the file ends within it", source_.position_bytes());
      }
      source_.skip(step.taken);
      if (step.ended) begin_next_member();
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
    throw Error::at_offset(source_.name(), offset_bytes, what);
  }

  void begin_next_member() {
    if (source_.peek(kMagic.size()).starts_with(kMagic)) {
      inflater_.reset();
      return;
    }
    ended_ = true;
    for (;;) {
      const std::string_view rest = source_.peek(1);
      if (rest.empty()) return;
      const std::size_t zeros = std::min(rest.find_first_not_of('\0'), rest.size());
      if (zeros == 0) {
        fail("other bytes follow the gzip data: the file is damaged, or two files in one",
             source_.position_bytes());
      }
      source_.skip(zeros);
    }
  }

  ByteSource source_;
  Inflater inflater_{Inflater::Wrapping::gzip};
  bool ended_ = false;
};

}  // namespace

bool looks_like_gzip(std::string_view head) {
  return head.starts_with(kMagic);
}

std::unique_ptr<ByteStream> make_gzip_stream(ByteSource source) {
  return std::make_unique<GzipStream>(std::move(source));
}

}  // namespace wordvec
