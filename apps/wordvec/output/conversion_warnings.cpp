#include "output/conversion_warnings.h"

#include "wordvec/base/quote.h"

namespace wordvec::cli {

void warn_about_rows(const ReadReport& report, std::uint64_t duplicates,
                     const std::string& first_duplicate, Messages& messages) {
  if (report.bad_rows > 0) {
    std::string examples;
    for (const std::string& example : report.bad_examples) {
      examples += (examples.empty() ? ": " : "; ") + example;
    }
    messages.warning("{} bad {} skipped{}{}", report.bad_rows,
                     report.bad_rows == 1 ? "row was" : "rows were", examples,
                     report.bad_rows > report.bad_examples.size() ? "; …" : "");
    if (report.bad_rows > report.rows_read) {
      messages.warning(
          "most rows are bad, {} of {}: the file may be of another kind, or of another dimension, "
          "than what it was read as",
          report.bad_rows, report.bad_rows + report.rows_read);
    }
  }
  if (!report.row_count_mismatch.empty()) messages.warning("{}", report.row_count_mismatch);
  if (!report.tensor_note.empty()) messages.note("{}", report.tensor_note);
  if (!report.words_warning.empty()) messages.warning("{}", report.words_warning);
  if (!report.words_note.empty()) messages.note("{}", report.words_note);
  if (!report.note.empty()) messages.note("{}", report.note);
  if (report.blank_words == 1) {
    messages.note("the word at {} is empty or only white space, and is kept like any other",
                  report.first_blank_word);
  } else if (report.blank_words > 1) {
    messages.note(
        "{} words are empty or only white space, the first at {}, and are kept like any other",
        report.blank_words, report.first_blank_word);
  }
  if (duplicates > 0) {
    messages.warning("{} {} of words that came before {} dropped, the first of {}", duplicates,
                     duplicates == 1 ? "row" : "rows", duplicates == 1 ? "was" : "were",
                     in_quotes(first_duplicate));
  }
  if (report.invalid_utf8_words > 0) {
    messages.warning("{} {} not valid UTF-8, the first at {}", report.invalid_utf8_words,
                     report.invalid_utf8_words == 1 ? "word is" : "words are",
                     report.first_invalid_utf8);
  }
}

}  // namespace wordvec::cli
