#include "wordvec/analysis/text_distance.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "wordvec/analysis/transport.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/model/cosine.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kMaxCosts = std::size_t{1} << 28;  // 2 GiB

// Of two unit vectors, whose every value is off by at most dim / 16 + 6 units of 2⁻⁵³ of itself: a
// half of what the squared length is (dim / 8 + 8, simd/kernels.h), and two for the root and the
// quotient. So one of at most twice that is what rounding left of zero.
double distance(const double* a, const double* b, std::size_t dim) {
  const double rounding = 2 * 0x1p-53 * (static_cast<double>(dim) / 16 + 6);
  double sum = 0;
  for (std::size_t i = 0; i < dim; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  const double length = std::sqrt(sum);
  return length <= rounding ? 0 : std::min(length, 2.0);
}

std::vector<std::uint64_t> times(std::span<const std::uint64_t> counts, std::uint64_t factor) {
  std::vector<std::uint64_t> products;
  for (const std::uint64_t count : counts) products.push_back(count * factor);
  return products;
}

}  // namespace

BagOfWords bag_of_words(TextEmbedder& embedder, std::string_view text) {
  BagOfWords bag;
  bag.dim = embedder.dim();
  std::unordered_map<Row, std::size_t> of_rows;
  std::unordered_map<std::string, std::size_t> of_built;
  embedder.vectors(text, [&](const TextWord& word, std::span<const float> vector) {
    const double length =
        std::sqrt(simd::active().dot(vector.data(), vector.data(), vector.size()));
    if (!(length > 0) || !std::isfinite(length)) {
      ++bag.left_out;
      return;
    }
    std::size_t& place = word.row ? of_rows[*word.row] : of_built[std::string(word.text)];
    if (place == 0) {  // a new word: places count from 1
      bag.counts.push_back(0);
      place = bag.counts.size();
      for (const float value : vector) bag.unit_vectors.push_back(double{value} / length);
    }
    ++bag.counts[place - 1];
    ++bag.total;
  });
  return bag;
}

double mean_similarity(std::span<const float> mean_a, std::span<const float> mean_b) {
  return cosine_of(mean_a, mean_b);
}

double word_movers_distance(const BagOfWords& a, const BagOfWords& b, unsigned threads) {
  if (a.total == 0 || b.total == 0) {
    throw Error(ErrorCode::query, "a text has no words with a vector: its distance is not defined");
  }
  const std::size_t rows = a.counts.size();
  const std::size_t columns = b.counts.size();
  if (columns > kMaxCosts / rows) {
    throw Error(ErrorCode::usage,
                "texts of " + std::to_string(rows) + " and " + std::to_string(columns) +
                    " distinct words have too many pairs of words, expected at most " +
                    std::to_string(kMaxCosts));
  }
  std::vector<double> costs(rows * columns);
  // Threads take longer to begin than a few distances.
  constexpr std::size_t kFewValues = 1'000'000;
  const bool are_few = rows * columns * a.dim < kFewValues;
  parallel_for(are_few ? 1 : threads_or_default(threads), rows, [&](std::size_t i) {
    for (std::size_t j = 0; j < columns; ++j) {
      costs[i * columns + j] =
          distance(&a.unit_vectors[i * a.dim], &b.unit_vectors[j * b.dim], a.dim);
    }
  });
  // Shares as whole numbers: of the product of the two lengths.
  const double moved = static_cast<double>(a.total) * static_cast<double>(b.total);
  const double cost = transport_cost(times(a.counts, b.total), times(b.counts, a.total), costs);
  return std::clamp(cost / moved, 0.0, 2.0);
}

}  // namespace wordvec
