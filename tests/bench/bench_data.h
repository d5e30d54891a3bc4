// What the benchmarks ask, and of what.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/search/nearest.h"

namespace wordvec::bench {

inline constexpr std::size_t kQuestions = 100;  // of each kind, so that no lucky word decides

// A query as the command asks it: its own words are no answers.
struct Question {
  std::vector<float> vector;
  std::vector<Row> inputs;  // in the order of the terms: A, B, C of A − B + C
  NearestQuery query() const { return {vector, inputs}; }
};

// Words drawn with a fixed seed, without repetition, from rows [first, end) that are not zero: at
// most `most` of them. Throws Error(usage) when there is none.
std::vector<Row> draw_rows(const Embeddings& embeddings, std::size_t first, std::size_t end,
                           std::size_t most);

// Common words: rows 100 to 10,000, or the first half of a small model's.
std::vector<Row> draw_common_rows(const Embeddings& embeddings, std::size_t most);
// Rare words: rows from the last half.
std::vector<Row> draw_rare_rows(const Embeddings& embeddings, std::size_t most);

Question ask_word(const Embeddings& embeddings, Row row);
Question ask_analogy(const Embeddings& embeddings, Row a, Row b, Row c);

// The container at `path`; where it is empty, made-up vectors in the folder `build_folder`, of
// which the name says so.
struct DataChoice {
  std::string path;
  std::string name;  // for people: the file's name without its folders
};
DataChoice choose_data(const std::string& path, const std::string& build_folder, std::size_t rows,
                       std::size_t dim);

// Reads each float32 of the matrix once, in order, from as many accumulators as keep the memory
// busy, and returns their sum: the least that a full scan can do.
float read_matrix(const MatrixView& matrix);

// Each adds its benchmarks to those that run. The embeddings must outlive the run.
void register_kernels(const Embeddings& embeddings);
void register_search(const Embeddings& embeddings);
void register_text(const Embeddings& embeddings);
void register_pictures(const Embeddings& embeddings);
void register_files(const std::string& path, const Embeddings& embeddings);

}  // namespace wordvec::bench
