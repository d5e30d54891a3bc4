#include "wordvec/formats/frequency_file.h"

#include "fuzz/reader_target.h"

// The first byte tells whether commas separate.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    wordvec::ByteSource source = wordvec::ByteSource::from_memory("input", text);
    const auto found = wordvec::take_word_frequencies(source, data[0] % 2 == 1);
    wordvec::fuzz::require(found.total() > 0);
    wordvec::fuzz::require(found.size() > 0 && found.size() < size);
  } catch (const wordvec::Error& error) {
    wordvec::fuzz::require(error.code() == wordvec::ErrorCode::malformed);
  }
  return 0;
}
