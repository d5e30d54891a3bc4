#include "fuzz/words_within.h"
#include "wordvec/formats/safetensors_tensor.h"

namespace wordvec {
namespace {

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  // As many words as there are rows; where the input has fewer, the last rows have none.
  const auto words_of = [](std::uint64_t rows) {
    WordList list;
    list.words = fuzz::words();
    list.are_numbered = true;
    list.without_word.assign(list.words.size(), false);
    list.words.resize(static_cast<std::size_t>(rows));
    list.without_word.resize(list.words.size(), true);
    return list;
  };
  const auto count = [](std::uint64_t /*most_rows*/) {
    return std::optional<std::uint64_t>(fuzz::words().size());
  };
  return read_tensor(source, {count, words_of}, options, sink);
}

const Format kTensorWithWords = {"safetensors", "",     ".safetensors", kSafetensorsTensor.detect,
                                 read,          nullptr};

}  // namespace
}  // namespace wordvec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read_with_words(wordvec::kTensorWithWords, data, size);
  return 0;
}
