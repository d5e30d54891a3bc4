#include "wordvec/formats/tokenizer_json.h"

#include "fuzz/reader_target.h"

// The first two bytes are the number of rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint64_t rows = data[0] + 256U * data[1];
  const std::string_view json(reinterpret_cast<const char*>(data) + 2, size - 2);
  try {
    wordvec::WordListOptions options;
    options.rows = rows;
    wordvec::WordList list;
    wordvec::put_at_rows(wordvec::parse_tokenizer_json(json, rows, "input"), options, "input",
                         list);
    wordvec::fuzz::require(list.words.size() == rows && list.without_word.size() == rows);
  } catch (const wordvec::Error& error) {
    wordvec::fuzz::require(error.code() == wordvec::ErrorCode::malformed);
  }
  return 0;
}
