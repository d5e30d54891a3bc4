#include "wordvec/formats/projector.h"

#include "fuzz/words_within.h"
#include "wordvec/formats/projector_metadata.h"

namespace wordvec {
namespace {

// The words once more, as a file of labels: what is written is read back.
void check_metadata() {
  std::string lines;
  for (const std::string& word : fuzz::words()) lines += word + '\n';
  try {
    const WordList list = parse_projector_metadata(lines, "words");
    fuzz::require(list.counts.empty() || list.counts.size() == list.words.size());
    const std::vector<std::string>& parsed = list.words;
    std::string written;
    for (const std::string& word : parsed) {
      append_projector_label(written, word, written.empty());
    }
    fuzz::require(parse_projector_metadata(written, "written").words == parsed);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
  }
}

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  check_metadata();
  return read_projector(source, fuzz::words(), "words", options, sink);
}

const Format kProjectorWithWords = {"projector", "", ".tsv", kProjector.detect, read, nullptr};

}  // namespace
}  // namespace wordvec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read_with_words(wordvec::kProjectorWithWords, data, size);
  return 0;
}
