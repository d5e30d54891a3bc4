// The writer of GloVe text and of word2vec text, which differ by a header line.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "wordvec/model/row_sink.h"

namespace wordvec {

enum class TextHeader { none, rows_and_dim };

// `format_name` stands in messages. Rows are formatted on `threads` threads (0: all there are).
std::unique_ptr<RowSink> make_text_writer(const std::string& path, TextHeader header,
                                          std::string_view format_name, unsigned threads);

}  // namespace wordvec
