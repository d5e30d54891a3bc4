#include "wordvec/formats/text_writer.h"

#include <fmt/format.h>

#include <span>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word2vec_header.h"

namespace wordvec {
namespace {

// Why the row cannot be the first line of a text without a header, from which most programs take
// the dimension; nullptr: it can.
const char* problem_of_first_row(std::string_view word, std::span<const float> vector) {
  if (is_blank_word(word)) return "is blank";
  if (begins_like_encoding(word)) return "begins like a text in another encoding";
  if (count_fields(word) != 1) return "contains a space";
  const bool is_header =
      vector.size() == 1 && parse_word2vec_header(fmt::format("{} {}", word, vector[0]));
  return is_header ? "is a whole number as its only value is, like a header" : nullptr;
}

class TextWriter final : public RowSink {
 public:
  TextWriter(const std::string& path, TextHeader header, std::string_view format_name,
             unsigned threads)
      : file_(FormatOutput::create(path, threads)),
        header_(header),
        format_name_(format_name),
        threads_(threads) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override {
    if (header_ == TextHeader::rows_and_dim) header_line_.begin(file_, dim, rows_hint);
  }

  bool append(const RowBatch& batch) override {
    if (rows_ == 0 && batch.size() > 0 && header_ == TextHeader::none) {
      const char* const problem =
          problem_of_first_row(batch.words[0], batch.vectors.first(batch.dim));
      if (problem != nullptr) {
        throw Error(ErrorCode::usage,
                    fmt::format("the first word, {}, {}, which {} files cannot hold on their first "
                                "line: write word2vec text",
                                in_quotes(batch.words[0]), problem, format_name_),
                    file_.path());
      }
    }
    for (const std::string& piece : format_text_rows(batch, threads_, format_name_)) {
      file_.write(piece);
    }
    rows_ += batch.size();
    return true;
  }

  void finish() override {
    if (header_ == TextHeader::rows_and_dim) header_line_.finish(file_, rows_);
    file_.publish();
  }

 private:
  FormatOutput file_;
  TextHeader header_;
  std::string_view format_name_;
  unsigned threads_;
  Word2vecHeaderWriter header_line_;
  std::uint64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowSink> make_text_writer(const std::string& path, TextHeader header,
                                          std::string_view format_name, unsigned threads) {
  return std::make_unique<TextWriter>(path, header, format_name, threads);
}

}  // namespace wordvec
