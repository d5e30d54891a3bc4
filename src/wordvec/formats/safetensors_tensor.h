// The embeddings in a safetensors file of another program, such as a transformer's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "wordvec/base/safetensors.h"
#include "wordvec/formats/format.h"

namespace wordvec {

// The tensor called `name`, or for an empty name the one that is known to hold embeddings, or else
// the only matrix there is. Throws Error(usage) that lists the matrices of float16, bfloat16,
// float32 and float64 where that is none, or not one.
const Tensor& choose_tensor(const SafetensorsHeader& header, const std::string& name,
                            const std::string& path);

// The words of so many rows, an empty text for a row that has none.
using RowWords = std::function<std::vector<std::string>(std::uint64_t rows)>;

// Reads the rows of a tensor of `source`. Rows at the end that have no word, as transformers have
// them for alignment, are left out, which the report notes; others are bad rows.
ReadReport read_tensor(ByteSource& source, const RowWords& words_of, const ReadOptions& options,
                       RowSink& sink);

}  // namespace wordvec
