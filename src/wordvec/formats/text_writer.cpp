#include "wordvec/formats/text_writer.h"

#include <fmt/format.h>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word2vec_header.h"

namespace wordvec {
namespace {

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
    // Without a header, most programs take the dimension from the first line's fields.
    if (rows_ == 0 && batch.size() > 0 && header_ == TextHeader::none &&
        (count_fields(batch.words[0]) != 1 || begins_like_encoding(batch.words[0]))) {
      throw Error(ErrorCode::usage,
                  fmt::format("the first word, {}, {}, which {} files cannot hold on their first "
                              "line: write word2vec text",
                              in_quotes(batch.words[0]),
                              is_blank_word(batch.words[0]) ? "is blank"
                              : begins_like_encoding(batch.words[0])
                                  ? "begins like a text in another encoding"
                                  : "contains a space",
                              format_name_),
                  file_.path());
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
