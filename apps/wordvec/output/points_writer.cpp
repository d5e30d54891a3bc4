#include "output/points_writer.h"

#include <string>
#include <vector>

#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/words_beside.h"

namespace wordvec::cli {
namespace {

std::vector<Column> columns_of(std::size_t components) {
  std::vector<Column> columns = {{"word"}};
  for (std::size_t c = 1; c <= components; ++c) columns.push_back({"pc" + std::to_string(c)});
  return columns;
}

}  // namespace

void write_points(const WordPoints& points, OutputFormat format, const RowStyle& style,
                  const std::string& path) {
  const auto out = path.empty() ? make_standard_output() : make_file_output(path);
  const auto writer = make_row_writer(format, columns_of(points.components), style, *out);
  std::vector<Cell> cells;
  for (std::size_t p = 0; p < points.words.size(); ++p) {
    cells.assign(1, points.words.asked_word(p));
    for (std::size_t c = 0; c < points.components; ++c) {
      cells.emplace_back(points.points[p * points.components + c]);
    }
    writer->row(cells);
  }
  for (const ErrorRecord& missing : points.words.missing) writer->error(missing);
  writer->finish();
  out->finish();
}

void write_no_points(const ChosenWords& words, QueryError error, const std::string& why,
                     std::size_t components, OutputFormat format, const RowStyle& style) {
  const auto out = make_standard_output();
  const auto writer = make_row_writer(format, columns_of(components), style, *out);
  for (const std::string& word : words.asked) {
    writer->error({word, error, why});
  }
  for (const ErrorRecord& missing : words.missing) writer->error(missing);
  writer->finish();
  out->finish();
}

void write_npy(const WordPoints& points, const std::string& path, unsigned threads) {
  std::string words;
  for (std::size_t p = 0; p < points.words.size(); ++p) {
    append_word_line(words, points.words.asked_word(p), p == 0, kNpyExtension, "write .json");
  }
  PairedOutput files(path, vocabulary_path_of(path, kNpyExtension), threads);
  files.words().write(words);
  files.rows().write(npy_header(points.words.size(), points.components));
  files.rows().write(std::as_bytes(points.points));
  files.publish();
}

}  // namespace wordvec::cli
