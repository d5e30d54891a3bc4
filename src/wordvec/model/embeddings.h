// The embedding matrix and its vocabulary, as a view over memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "wordvec/index/search_index.h"
#include "wordvec/model/matrix_view.h"
#include "wordvec/model/subwords.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

// A view, cheap to copy: what it points to must outlive it. Immutable, so safe to use from many
// threads. Rows are numbered from 0 and have the same numbers in all parts.
struct Embeddings {
  Vocabulary vocabulary;
  MatrixView matrix;
  // The rows' Euclidean lengths: each the square root, computed in double, of the squared length
  // in double (simd/kernels.h), rounded to float32.
  std::span<const float> norms;
  SearchIndex codes{};  // empty: there are none, a search reads the whole matrix
  Subwords subwords{};  // empty: there are none, a word that is not in the vocabulary is unknown
  // How often each row's word occurred in the text that the vectors were made from; empty: that is
  // not known. 0: not once, or not known of that word.
  std::span<const std::uint64_t> counts{};

  std::size_t rows() const noexcept { return matrix.rows; }
  std::size_t dim() const noexcept { return matrix.dim; }
};

// Where a model comes from and what may be done with it. Empty texts are unknown.
struct ModelInfo {
  std::string source;         // the file that was converted, without its folders
  std::string source_format;  // a name of the format registry
  // Of a file of several tensors: which the vectors are, and what was applied to it, as a formula
  // of their names: "embeddings[mapping] * weights".
  std::string source_tensor;
  std::string source_checksum;  // XXH3-128 in hexadecimal
  std::uint64_t source_size_bytes = 0;
  std::string creator;  // the program that wrote the container
  std::string edits;    // what was done to the vectors since, joined by "; "
  std::string license;
  std::string citation;
};

// norms[r] for each row of `vectors`, which holds norms.size() rows of `dim`.
void compute_norms(std::span<const float> vectors, std::size_t dim, std::span<float> norms);

}  // namespace wordvec
