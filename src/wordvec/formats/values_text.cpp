// Text of numbers alone, a row on each line, as numpy.savetxt(), `fasttext dump MODEL input` and
// SENNA write it, perhaps below a line "rows dim": the words are in a file of their own.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/projector.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/text_survey.h"
#include "wordvec/formats/word2vec_header.h"
#include "wordvec/formats/word_file.h"

namespace wordvec {
namespace {

// A first line that gives the dimension of those that follow.
std::optional<Word2vecHeader> header_of(std::string_view text, bool is_whole) {
  if (text.empty()) return std::nullopt;
  const TextLine line = first_line(text);
  const auto header = parse_word2vec_header(line.text);
  if (!header || survey_values(text.substr(line.size_bytes), is_whole).dim != header->dim) {
    return std::nullopt;
  }
  return header;
}

// Of rows of two values, the first may look like a header: the number of words tells, and where
// rows may be without words, that of the lines.
bool is_a_header(const Word2vecHeader& header, std::string_view text, const WordList& list) {
  const std::size_t words = list.words.size();
  if (header.dim != 2) return true;
  if (!is_whole_survey(text)) {
    return list.are_numbered ? header.rows >= words : header.rows == words;
  }
  std::size_t lines = 0;
  while (!text.empty()) {
    const TextLine line = first_line(text);
    text.remove_prefix(line.size_bytes);
    if (!is_blank_line(line.text)) ++lines;
  }
  return list.are_numbered ? header.rows + 1 == lines : lines != words;
}

bool detect_values(const Probe& probe) {
  const std::string_view text = after_blank_lines(probe.head);
  if (text.empty()) return false;
  const TextLine line = first_line(text);
  const auto header = parse_word2vec_header(line.text);
  if (!header) return columns_of_numbers(text) > 0;
  // Two numbers alone are a header of rows that are not there.
  const std::size_t columns = columns_of_numbers(text.substr(line.size_bytes));
  if (columns == 0 || columns == header->dim) return columns > 0;
  // One more than the header says: words that are numbers.
  return columns != header->dim + 1 && columns_of_numbers(text) > 0;
}

ReadReport read_values(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  if (source.at_end()) throw Error(ErrorCode::malformed, "is empty", source.name());
  const std::uint64_t lines = take_blank_lines(source);
  const std::string_view text = peek_for_survey(source);
  const auto header = header_of(text, is_whole_survey(text));
  if (options.vocab.empty()) {
    // Below a header there are as many numbers as it says.
    throw Error(ErrorCode::usage,
                std::string("holds no words: every field of its lines is a number. Name the file "
                            "of its words, one a line, with --vocab FILE") +
                    (header ? ""
                            : "; if the first field of each line is its word, say "
                              "--from glove"),
                source.name());
  }
  WordListOptions of_list;
  // A row has two bytes at least.
  if (const auto size = source.size_bytes()) of_list.most_rows = *size / 2 + 1;
  of_list.are_of_rows = true;
  WordList list = read_word_list(options.vocab, of_list);
  const bool has_header = header && is_a_header(*header, text, list);
  if (has_header) source.skip(first_line(text).size_bytes);
  settle_first_row(source, list);
  ReadReport report = read_projector(source, list.words, options.vocab, options, sink, list.counts,
                                     has_header ? lines + 1 : lines, WordlessRows(list));
  if (has_header) check_row_count(*header, options, source.name(), report);
  report.words_note = list.note;
  report.words_warning = list.warning;
  return report;
}

}  // namespace

const Format kValuesText = {
    "values",    "text of numbers alone, for the words of --vocab; only read",
    ".values",   detect_values,
    read_values, nullptr,
    true};

}  // namespace wordvec
