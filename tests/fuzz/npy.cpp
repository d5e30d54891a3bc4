#include "wordvec/formats/npy.h"

#include "fuzz/words_within.h"

namespace wordvec {
namespace {

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  return read_npy(source, fuzz::words(), "words", options, sink);
}

const Format kNpyWithWords = {"npy", "", ".npy", kNpy.detect, read, nullptr};

}  // namespace
}  // namespace wordvec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read_with_words(wordvec::kNpyWithWords, data, size);
  return 0;
}
