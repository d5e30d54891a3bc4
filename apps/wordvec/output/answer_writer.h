// Answers of nearest and analogy, as rows "query rank word score".
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "output/row_writer.h"
#include "output/text_output.h"
#include "wordvec/model/vocabulary.h"
#include "wordvec/search/top_k.h"

namespace wordvec::cli {

class AnswerWriter {
 public:
  AnswerWriter(OutputFormat format, const RowStyle& style)
      : output_(make_standard_output()),
        rows_(
            make_row_writer(format, {{"query"}, {"rank"}, {"word"}, {"score"}}, style, *output_)) {}

  void write(std::string_view query, std::span<const Neighbor> neighbors,
             const Vocabulary& vocabulary) {
    std::uint64_t rank = 0;
    for (const Neighbor& neighbor : neighbors) {
      rows_->row({query, ++rank, vocabulary.word(neighbor.row), neighbor.score});
    }
  }
  void error(const ErrorRecord& record) { rows_->error(record); }
  void flush() { rows_->flush(); }
  void finish() {
    rows_->finish();
    output_->finish();
  }

 private:
  std::unique_ptr<TextOutput> output_;
  std::unique_ptr<RowWriter> rows_;
};

}  // namespace wordvec::cli
