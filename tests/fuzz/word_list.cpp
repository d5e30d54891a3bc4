#include "wordvec/formats/word_file.h"

#include <cmath>

#include "fuzz/reader_target.h"
#include "wordvec/formats/frequency_file.h"
#include "wordvec/model/vocabulary.h"

// The first byte chooses the options, the second is the number of rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  wordvec::WordListOptions options;
  if ((data[0] & 1) != 0) options.rows = data[1];
  options.skip_blank = (data[0] & 2) != 0;
  if ((data[0] & 4) != 0) options.expected = wordvec::ListedNumbers::counts;
  if ((data[0] & 8) != 0) options.expected = wordvec::ListedNumbers::frequencies;
  options.are_of_rows = (data[0] & 32) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string name = (data[0] & 16) != 0 ? "input.csv" : "input";
  wordvec::ByteSource source = wordvec::ByteSource::from_memory(name, bytes);
  try {
    const wordvec::WordList list = wordvec::take_word_list(source, options);
    wordvec::fuzz::require(list.counts.empty() || list.counts.size() == list.words.size());
    wordvec::fuzz::require(list.frequencies.empty() ||
                           list.frequencies.size() == list.words.size());
    wordvec::fuzz::require(!list.are_numbered || list.without_word.size() == list.words.size());
    for (const double number : list.frequencies) {
      wordvec::fuzz::require(std::isfinite(number) && number >= 0);
    }
    for (const std::string& word : list.words) {
      wordvec::fuzz::require(word.size() <= 4 * wordvec::kMaxWordBytes);
    }
    if (options.expected == wordvec::ListedNumbers::frequencies) {
      const auto found = wordvec::frequencies_of(list, name);
      wordvec::fuzz::require(found.total() > 0);
      wordvec::fuzz::require(found.size() > 0 && found.size() < size);
    }
  } catch (const wordvec::Error& error) {
    wordvec::fuzz::require(error.code() == wordvec::ErrorCode::malformed);
  }
  return 0;
}
