// word2vec text: a line "rows dim", then rows as in GloVe text. fastText's .vec files are this too.
#include <fmt/format.h>

#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/text_survey.h"
#include "wordvec/formats/text_writer.h"
#include "wordvec/formats/word2vec_header.h"

namespace wordvec {
namespace {

constexpr std::string_view kWord2vecTextName = "word2vec-text";

// Where most rows are bad because the header is, there is nothing to skip: says so; empty: it is
// not.
std::string problem_of_dimension(const Word2vecHeader& header, ByteSource& source) {
  const std::string_view text = peek_for_survey(source);
  const RowSurvey survey = survey_rows(text, is_whole_survey(text));
  if (survey.dim == 0 || survey.dim == header.dim || survey.is_assumed ||
      2 * survey.agreeing <= survey.rows) {
    return {};
  }
  return fmt::format(
      "the header gives the dimension {}, and of the {} lines that follow{} {} {} {} values: bad "
      "rows can be skipped, not a bad header",
      header.dim, survey.rows, is_whole_survey(text) ? "" : " first", survey.agreeing,
      survey.agreeing == 1 ? "has" : "have", survey.dim);
}

bool detect_word2vec_text(const Probe& probe) {
  const std::string_view text = after_blank_lines(probe.head);
  if (text.empty()) return false;
  const TextLine line = first_line(text);
  const auto header = parse_word2vec_header(line.text);
  if (!header) return false;
  const std::string_view rest = text.substr(line.size_bytes);
  if (rest.empty() || survey_probe(rest).dim == header->dim) return true;
  // Two numbers may also be a word and its only value, in GloVe text of dimension 1: then so are
  // those of the next line.
  return header->dim == 1 || count_fields(first_line(rest).text) != 2;
}

ReadReport read_word2vec_text(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  if (source.at_end()) throw Error(ErrorCode::malformed, "is empty", source.name());
  TextRows rows;
  rows.dim_line = 1 + take_blank_lines(source);
  rows.first_line = rows.dim_line + 1;
  const Word2vecHeader header = take_word2vec_header(source, rows.dim_line);
  rows.dim = header.dim;
  rows.promised_rows = header.rows;
  rows.why_not_skip = problem_of_dimension(header, source);
  if (options.skip_bad && !rows.why_not_skip.empty()) {
    throw Error::at_line(source.name(), rows.dim_line, rows.why_not_skip);
  }
  ReadReport report;
  sink.begin(header.dim, header.rows);
  read_text_rows(source, rows, options, sink, report);
  check_row_count(header, options, source.name(), report);
  return report;
}

std::unique_ptr<RowSink> make_word2vec_text_writer(const std::string& path, unsigned threads) {
  return make_text_writer(path, TextHeader::rows_and_dim, kWord2vecTextName, threads);
}

}  // namespace

const Format kWord2vecText = {kWord2vecTextName,
                              "word2vec and fastText text: a header line, then as glove",
                              ".vec",
                              detect_word2vec_text,
                              read_word2vec_text,
                              make_word2vec_text_writer};

}  // namespace wordvec
