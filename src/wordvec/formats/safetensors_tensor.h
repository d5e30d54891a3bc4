// The embeddings in a safetensors file of another program, such as a transformer's.
#pragma once

#include "wordvec/formats/embedding_tensor.h"
#include "wordvec/formats/format.h"

namespace wordvec {

// Reads the rows of the tensor of `source` that choose_embeddings() takes, which the report notes.
// Rows at the end that have no word, as transformers have them for alignment, are left out, which
// the report notes too; others are bad rows.
ReadReport read_tensor(ByteSource& source, const RowWords& words_of, const ReadOptions& options,
                       RowSink& sink);

}  // namespace wordvec
