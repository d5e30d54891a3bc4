// Lines of a file and of a pipe that brings it in pieces: the same, whatever the pieces are.
#include "wordvec/base/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/memory_folder.h"
#include "fuzz/shown_text.h"
#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"

namespace wordvec::fuzz {
namespace {

struct Outcome {
  std::vector<std::string> lines;
  std::string error;
  std::uint64_t error_line = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read_lines(const std::string& path, std::size_t most_line_bytes) {
  Outcome outcome;
  try {
    LineReader reader = LineReader::open(path, most_line_bytes);
    while (const auto line = reader.next()) {
      outcome.lines.emplace_back(*line);
      require(line->size() <= most_line_bytes);
      require(reader.number() == outcome.lines.size());
    }
    require(!reader.next());
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed && is_safe(error.what()));
    outcome.error = error.message();
    outcome.error_line = error.line();
  }
  return outcome;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A pipe that gives each of `pieces` to a read() of its own, and then ends.
class PiecesPipe {
 public:
  explicit PiecesPipe(const std::vector<std::string_view>& pieces) {
    int ends[2];
    require(::pipe2(ends, O_DIRECT | O_CLOEXEC) == 0);
    read_end_ = ends[0];
    require(::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
    for (const std::string_view piece : pieces) {
      const ssize_t written = ::write(ends[1], piece.data(), piece.size());
      require(written == static_cast<ssize_t>(piece.size()));
    }
    ::close(ends[1]);
  }
  ~PiecesPipe() { ::close(read_end_); }
  PiecesPipe(const PiecesPipe&) = delete;
  PiecesPipe& operator=(const PiecesPipe&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(read_end_); }

 private:
  int read_end_;
};

// The input: how long a line may be, the number of cuts, the sizes of pieces, which are used in a
// circle, and the text.
void read(Input input) {
  constexpr std::size_t kMaxPieces = 200;  // a pipe holds 256
  constexpr std::size_t kMaxPieceBytes = 4096;
  const std::uint8_t length = input.byte();
  const std::size_t most_line_bytes = length == 0 ? kMaxLineBytes : length;
  const std::string sizes = input.text(input.byte() % 16);
  const std::string_view text = input.rest();

  static const MemoryFile file;
  file.write(text);
  const Outcome outcome = read_lines(file.path(), most_line_bytes);
  const std::vector<std::string> expected = split(text);
  if (outcome.error.empty()) {
    require(outcome.lines == expected);
  } else {
    require(outcome.lines.size() <= expected.size());
    require(std::equal(outcome.lines.begin(), outcome.lines.end(), expected.begin()));
  }

  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < text.size();) {
    if (pieces.size() == kMaxPieces) return;
    const std::size_t wanted =
        sizes.empty() ? 1 : 1 + static_cast<unsigned char>(sizes[pieces.size() % sizes.size()]);
    pieces.push_back(text.substr(at, std::min(wanted, kMaxPieceBytes)));
    at += pieces.back().size();
  }
  const PiecesPipe pipe(pieces);
  require(read_lines(pipe.path(), most_line_bytes) == outcome);
}

}  // namespace
}  // namespace wordvec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read({data, size});
  return 0;
}
