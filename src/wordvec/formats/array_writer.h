// The writer of formats that are a header, a matrix and words in a file beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wordvec/model/row_sink.h"

namespace wordvec {

// The bytes in front of a matrix; their number must be the same for all extents.
using ArrayHeader = std::string (*)(std::uint64_t rows, std::size_t dim);

// For a matrix of float32. `extension` is that of the format: the words go to
// vocabulary_path_of(path, extension). Both files appear when finish() has been called (see
// PairedOutput).
std::unique_ptr<RowSink> make_array_writer(const std::string& path, std::string_view extension,
                                           ArrayHeader header, unsigned threads);
// The same for a matrix of float16 (see Format::make_half_writer), which `header` must name.
std::unique_ptr<RowSink> make_half_array_writer(const std::string& path, std::string_view extension,
                                                ArrayHeader header, unsigned threads);

}  // namespace wordvec
