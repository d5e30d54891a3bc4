#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/reader_target.h"

namespace {

using namespace wordvec;

// A file in memory, as long as the program runs.
std::string vocabulary_file() {
  constexpr std::string_view kWords = "the\nna\xc3\xafve\n\xff\n</s>\nthe\n";
  const int fd = ::memfd_create("words", 0);
  fuzz::require(::write(fd, kWords.data(), kWords.size()) == static_cast<ssize_t>(kWords.size()));
  return "/proc/self/fd/" + std::to_string(fd);
}

ReadOptions options_of(unsigned flags) {
  static const std::string vocab = vocabulary_file();
  ReadOptions options;
  options.skip_bad = (flags & 1) != 0;
  options.strict_utf8 = (flags & 2) != 0;
  options.threads = (flags & 4) != 0 ? 2 : 1;
  options.vocab = vocab;
  return options;
}

}  // namespace

// The first byte chooses options, the rest is the table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ReadOptions options = options_of(data[0]);
  MemoryRows memory;
  RowFilter filter(memory);
  fuzz::CheckingSink sink(filter, options);
  try {
    ByteSource source = ByteSource::from_memory("input", bytes);
    detect_format(source);
    const ReadReport report = kFloretText.read(source, options, sink);
    fuzz::require(report.rows_read + report.bad_rows == 5 && source.at_end());
    const Embeddings embeddings = memory.view();
    fuzz::require(embeddings.rows() == filter.counts().rows);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::malformed);
  }
  return 0;
}
