// word2vec text: a line "rows dim", then rows as in GloVe text. fastText's .vec files are this too.
#include "wordvec/formats/format.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/text_writer.h"
#include "wordvec/formats/word2vec_header.h"

namespace wordvec {
namespace {

constexpr std::string_view kName = "word2vec-text";

bool detect(const Probe& probe) {
  if (probe.head.empty()) return false;
  const TextLine line = first_line(probe.head);
  const auto header = parse_word2vec_header(line.text);
  if (!header) return false;
  const std::string_view rest = probe.head.substr(line.size_bytes);
  if (rest.empty()) return true;
  // Two numbers may also be a word and its only value, in GloVe text of dimension 1: then so are
  // those of the next line.
  return header->dim == 1 || count_fields(first_line(rest).text) != 2;
}

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  const Word2vecHeader header = take_word2vec_header(source);
  ReadReport report;
  sink.begin(header.dim, header.rows);
  read_text_rows(source, header.dim, 2, options, sink, report);
  check_row_count(header, options, source.name(), report);
  return report;
}

std::unique_ptr<RowSink> make_writer(const std::string& path, unsigned threads) {
  return make_text_writer(path, TextHeader::rows_and_dim, kName, threads);
}

}  // namespace

const Format kWord2vecText = {kName,  "word2vec and fastText text: a header line, then as glove",
                              ".vec", detect,
                              read,   make_writer};

}  // namespace wordvec
