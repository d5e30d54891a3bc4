#include "bench_data.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

#include "synthetic.h"
#include "wordvec/base/error.h"
#include "wordvec/open/model.h"
#include "wordvec/search/query.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::bench {
namespace {

constexpr std::uint64_t kSeed = 20240229;
constexpr std::size_t kFirstCommonRow = 100;
constexpr std::size_t kEndOfCommonRows = 10'000;

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

std::vector<Row> draw_rows(const Embeddings& embeddings, std::size_t first, std::size_t end,
                           std::size_t most) {
  std::vector<Row> rows(end - first);
  std::iota(rows.begin(), rows.end(), static_cast<Row>(first));
  std::erase_if(rows, [&](Row row) { return !(embeddings.norms[row] > 0); });
  if (rows.empty()) throw Error(ErrorCode::usage, "the model has too few rows to be asked");
  std::mt19937_64 random(kSeed);
  // std::shuffle draws differently with each standard library.
  for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
    std::swap(rows[i], rows[i + random() % (rows.size() - i)]);
  }
  rows.resize(std::min(most, rows.size()));
  return rows;
}

std::vector<Row> draw_common_rows(const Embeddings& embeddings, std::size_t most) {
  const bool is_large = embeddings.rows() >= 2 * kEndOfCommonRows;
  return draw_rows(embeddings, is_large ? kFirstCommonRow : 0,
                   is_large ? kEndOfCommonRows : embeddings.rows() / 2, most);
}

std::vector<Row> draw_rare_rows(const Embeddings& embeddings, std::size_t most) {
  return draw_rows(embeddings, embeddings.rows() / 2, embeddings.rows(), most);
}

Question ask_word(const Embeddings& embeddings, Row row) {
  const ResolvedTerm term{1, row};
  return {query_vector(embeddings, {&term, 1}), {row}};
}

Question ask_analogy(const Embeddings& embeddings, Row a, Row b, Row c) {
  const std::array<ResolvedTerm, 3> terms{{{1, a}, {-1, b}, {1, c}}};
  return {query_vector(embeddings, terms), {a, b, c}};
}

DataChoice choose_data(const std::string& path, const std::string& build_folder, std::size_t rows,
                       std::size_t dim) {
  if (!path.empty()) return {path, file_name_of(path)};
  const std::string made = build_folder + "/synthetic." + std::to_string(rows) + "x" +
                           std::to_string(dim) + std::string(kContainerExtension);
  if (!exists(made)) {
    ModelInfo info;
    info.source = "made-up vectors";
    ContainerWriter writer(made, info);
    write_synthetic(rows, dim, 1, writer);
  }
  return {made, file_name_of(made) + " (made-up vectors: --model names real ones)"};
}

float read_matrix(const MatrixView& matrix) {
  constexpr std::size_t kLanes = 32;
  std::array<float, kLanes> sums{};
  const std::size_t count = matrix.rows * matrix.dim;
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += matrix.data[i + lane];
  }
  for (; i < count; ++i) sums[0] += matrix.data[i];
  return std::accumulate(sums.begin(), sums.end(), 0.0F);
}

}  // namespace wordvec::bench
