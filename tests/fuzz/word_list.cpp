#include "wordvec/formats/word_file.h"

#include "fuzz/reader_target.h"
#include "wordvec/model/vocabulary.h"

// The first byte chooses the options, the second is the number of rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  wordvec::WordListOptions options;
  if ((data[0] & 1) != 0) options.rows = data[1];
  options.skip_blank = (data[0] & 2) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  wordvec::ByteSource source = wordvec::ByteSource::from_memory("input", bytes);
  try {
    const wordvec::WordList list = wordvec::take_word_list(source, options);
    wordvec::fuzz::require(list.counts.empty() || list.counts.size() == list.words.size());
    for (const std::string& word : list.words) {
      wordvec::fuzz::require(word.size() <= 4 * wordvec::kMaxWordBytes);
    }
  } catch (const wordvec::Error& error) {
    wordvec::fuzz::require(error.code() == wordvec::ErrorCode::malformed);
  }
  return 0;
}
