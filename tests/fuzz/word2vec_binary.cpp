#include "fuzz/reader_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read(wordvec::kWord2vecBinary, data, size);
  return 0;
}
