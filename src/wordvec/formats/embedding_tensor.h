// Which tensors of a safetensors file are the embeddings: programs have many names for them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/safetensors.h"
#include "wordvec/formats/array_rows.h"
#include "wordvec/formats/word_file.h"

namespace wordvec {

// The words of the rows of a matrix.
struct RowWords {
  // How many rows the words need, of a matrix of at most so many; nullopt: not known, such as where
  // there is no file of words.
  std::function<std::optional<std::uint64_t>(std::uint64_t most_rows)> count;
  // The words of so many rows, or as WordList has them where they are numbered. Throws Error.
  std::function<WordList(std::uint64_t rows)> of;
};

// The bytes of a tensor; those of one before it in the file are valid as long as they.
using TensorBytes = std::function<std::string_view(const Tensor&)>;

// Views into a SafetensorsHeader.
struct EmbeddingTensors {
  const Tensor* matrix = nullptr;   // of a type that element_type() knows
  const Tensor* mapping = nullptr;  // token → row of the matrix; nullptr: they are the same
  const Tensor* weights = nullptr;  // a factor for each token; nullptr: 1
  // Of whole numbers: a tensor that is called a scale, but is of another module; nullptr: none.
  const Tensor* other_scale = nullptr;
  std::string remark;  // why this matrix, of several; empty: there is no question

  // "embeddings[mapping] * weights"
  std::string formula() const;
  // How many vectors they make.
  std::uint64_t rows() const noexcept;
};

// nullopt: values of that type are not read.
std::optional<ElementType> element_type(std::string_view dtype) noexcept;

// "F32 [400000, 300]"
std::string type_and_shape(const Tensor& tensor);

// The matrix called `name`, or for an empty name the one whose name is known for embeddings: by its
// end, "shared.weight" of "model.shared.weight". Of several that are known alike, and differ, it is
// the only one that fits the words. A matrix of another name is not taken, also where it is the
// only one. With "embeddings" go the tensors "mapping" and "weights" beside it, those of Model2Vec
// (https://github.com/MinishLab/model2vec, model.py). `bytes_of` a tensor is asked for to tell
// whether matrices differ.
// Throws Error(usage) that lists the matrices, those first that fit the words, and for whole
// numbers with a scale beside them; Error(malformed) where mapping or weights cannot be applied.
EmbeddingTensors choose_embeddings(const SafetensorsHeader& header, const TensorBytes& bytes_of,
                                   const std::string& name, const RowWords& words,
                                   const std::string& path);

// Of these names of tensors, those that are known best for embeddings.
std::vector<std::string> known_for_embeddings(const std::vector<std::string>& names);

// What mapping and weights say of each token; empty where they are not there. Throws
// Error(malformed).
RowMap row_map_of(const EmbeddingTensors& tensors, const TensorBytes& bytes_of);

}  // namespace wordvec
