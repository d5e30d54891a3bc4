#include "wordvec/search/nearest.h"

#include <algorithm>
#include <cmath>

#include "wordvec/base/parallel.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/score.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;  // of rows: they stay in a core's cache
constexpr std::size_t kMaxBlockRows = 256;

// Candidate rows, in ascending order, as blocks of consecutive rows.
struct Block {
  Row first = 0;
  std::size_t count = 0;
};

std::vector<Block> candidate_blocks(const Embeddings& embeddings, const NearestOptions& options) {
  const std::size_t rows = std::min(embeddings.rows(), options.top_rows);
  const std::size_t row_bytes = embeddings.dim() * sizeof(float);
  const std::size_t block_rows = std::clamp<std::size_t>(kBlockBytes / row_bytes, 4, kMaxBlockRows);
  std::vector<Block> blocks;
  if (!options.among) {
    for (std::size_t first = 0; first < rows; first += block_rows) {
      blocks.push_back({static_cast<Row>(first), std::min(block_rows, rows - first)});
    }
    return blocks;
  }
  std::vector<Row> chosen(options.among->begin(), options.among->end());
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  for (const Row row : chosen) {
    if (row >= rows) break;
    const bool extends = !blocks.empty() && blocks.back().count < block_rows &&
                         blocks.back().first + blocks.back().count == row;
    if (extends) {
      ++blocks.back().count;
    } else {
      blocks.push_back({row, 1});
    }
  }
  return blocks;
}

// Calls visit(part, block) for each block, blocks divided among `parts` threads in runs.
template <class Visit>
void for_each_block(std::span<const Block> blocks, std::size_t parts, Visit visit) {
  parallel_for(static_cast<unsigned>(parts), parts, [&](std::size_t part) {
    const std::size_t end = blocks.size() * (part + 1) / parts;
    for (std::size_t b = blocks.size() * part / parts; b < end; ++b) visit(part, blocks[b]);
  });
}

std::size_t part_count(const NearestOptions& options, std::size_t queries) {
  if (options.threads != 0) return options.threads;
  return queries > 1 ? available_threads() : 1;
}

// Answers of one part, and what is needed to drop most rows by their stored length.
struct Collector {
  explicit Collector(const NearestOptions& options) : top(options.k), min_score(options.min_score) {
    tighten(0);
  }

  void tighten(double query_length) {
    // A stored length is within 2⁻²⁴ of the true one and a score within 2⁻²⁵ of the cosine; both
    // are at most about 1 apart from that, so 10⁻⁶ covers them.
    constexpr double kSlack = 1e-6;
    const double needed = std::max(top.threshold(), min_score);
    cutoff = (needed - kSlack) * query_length;
  }

  TopK top;
  float min_score;
  double cutoff = 0;  // a dot product below cutoff × row length cannot score enough
};

// Stored lengths out of the normal range of float32 have lost bits: they prove nothing.
bool is_precise(float norm) {
  return norm >= std::numeric_limits<float>::min() && norm <= std::numeric_limits<float>::max();
}

std::vector<Neighbor> merge(std::span<Collector> parts, std::size_t k) {
  if (parts.size() == 1) return parts[0].top.take_sorted();
  TopK all(k);
  for (Collector& part : parts) {
    for (const Neighbor& neighbor : part.top.take_sorted()) all.offer(neighbor);
  }
  return all.take_sorted();
}

bool contains(std::span<const Row> rows, Row row) {
  return std::find(rows.begin(), rows.end(), row) != rows.end();
}

}  // namespace

std::vector<std::vector<Neighbor>> full_scan(const Embeddings& embeddings,
                                             std::span<const NearestQuery> queries,
                                             const NearestOptions& options) {
  const simd::Kernels& kernels = simd::active();
  const std::size_t dim = embeddings.dim();
  const std::vector<Block> blocks = candidate_blocks(embeddings, options);
  const std::size_t parts = part_count(options, queries.size());

  // The kernel wants the queries one behind the other.
  std::vector<float> vectors(queries.size() * dim);
  std::vector<double> squared_lengths(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::copy(queries[q].vector.begin(), queries[q].vector.end(),
              vectors.begin() + static_cast<std::ptrdiff_t>(q * dim));
    squared_lengths[q] = kernels.dot(queries[q].vector.data(), queries[q].vector.data(), dim);
  }
  std::vector<Collector> collectors(queries.size() * parts, Collector(options));  // [query][part]
  std::vector<std::vector<double>> dots(
      parts, std::vector<double>(queries.size() * std::min(kMaxBlockRows, embeddings.rows())));
  for (std::size_t c = 0; c < collectors.size(); ++c) {
    collectors[c].tighten(std::sqrt(squared_lengths[c / parts]));
  }

  for_each_block(blocks, parts, [&](std::size_t part, const Block& block) {
    const float* rows = embeddings.matrix.data + block.first * dim;
    kernels.scan(rows, dim, block.count, vectors.data(), dim, queries.size(), dim,
                 dots[part].data(), block.count);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      Collector& collector = collectors[q * parts + part];
      const double* query_dots = dots[part].data() + q * block.count;
      for (std::size_t i = 0; i < block.count; ++i) {
        const Row row = static_cast<Row>(block.first + i);
        const float norm = embeddings.norms[row];
        if (query_dots[i] < collector.cutoff * static_cast<double>(norm) && is_precise(norm)) {
          continue;
        }
        const double squared_length = kernels.dot(rows + i * dim, rows + i * dim, dim);
        const auto score =
            static_cast<float>(cosine(query_dots[i], squared_lengths[q], squared_length));
        if (!(score >= collector.min_score) || contains(queries[q].excluded, row)) continue;
        collector.top.offer({row, score});
        collector.tighten(std::sqrt(squared_lengths[q]));
      }
    }
  });

  std::vector<std::vector<Neighbor>> answers;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    answers.push_back(merge(std::span(collectors).subspan(q * parts, parts), options.k));
  }
  return answers;
}

std::vector<std::vector<Neighbor>> nearest(const Embeddings& embeddings,
                                           std::span<const NearestQuery> queries,
                                           const NearestOptions& options) {
  // A batch costs as much as this many queries one by one.
  constexpr std::size_t kMinBatch = 12;
  if (!codes_pay(embeddings, options)) return full_scan(embeddings, queries, options);
  if (queries.size() >= kMinBatch) return coded_batch_search(embeddings, queries, options);
  std::vector<std::vector<Neighbor>> answers(queries.size());
  parallel_for(threads_or_default(options.threads), queries.size(),
               [&](std::size_t q) { answers[q] = coded_search(embeddings, queries[q], options); });
  return answers;
}

std::vector<Neighbor> full_scan_by_product(const Embeddings& embeddings,
                                           std::span<const Row> positives,
                                           std::span<const Row> negatives, bool include_inputs,
                                           const NearestOptions& options) {
  std::vector<Row> inputs;
  const auto vectors_of = [&](std::span<const Row> rows) {
    std::vector<std::span<const float>> vectors;
    for (const Row row : rows) {
      vectors.push_back(embeddings.matrix.row(row));
      if (!include_inputs) inputs.push_back(row);
    }
    return vectors;
  };
  const auto positive_vectors = vectors_of(positives);
  const auto negative_vectors = vectors_of(negatives);
  return nearest_by_product(embeddings, positive_vectors, negative_vectors, inputs, options);
}

std::vector<Neighbor> nearest_by_product(const Embeddings& embeddings,
                                         std::span<const std::span<const float>> positives,
                                         std::span<const std::span<const float>> negatives,
                                         std::span<const Row> excluded,
                                         const NearestOptions& options) {
  const simd::Kernels& kernels = simd::active();
  const std::size_t dim = embeddings.dim();
  const std::vector<Block> blocks = candidate_blocks(embeddings, options);
  const std::size_t parts = part_count(options, 1);

  // The kernel wants them one behind the other.
  std::vector<float> vectors;
  std::vector<double> squared_lengths;
  for (const auto& side : {positives, negatives}) {
    for (const std::span<const float> vector : side) {
      vectors.insert(vectors.end(), vector.begin(), vector.end());
      squared_lengths.push_back(kernels.dot(vector.data(), vector.data(), dim));
    }
  }
  const std::size_t inputs = squared_lengths.size();
  std::vector<Collector> collectors(parts, Collector(options));
  std::vector<std::vector<double>> dots(parts, std::vector<double>(inputs * kMaxBlockRows));

  for_each_block(blocks, parts, [&](std::size_t part, const Block& block) {
    const float* rows = embeddings.matrix.data + block.first * dim;
    kernels.scan(rows, dim, block.count, vectors.data(), dim, inputs, dim, dots[part].data(),
                 block.count);
    for (std::size_t i = 0; i < block.count; ++i) {
      const Row row = static_cast<Row>(block.first + i);
      const double squared_length = kernels.dot(rows + i * dim, rows + i * dim, dim);
      double product = 1;
      double divisor = 1;
      for (std::size_t w = 0; w < inputs; ++w) {
        (w < positives.size() ? product : divisor) *= product_factor(
            cosine(dots[part][w * block.count + i], squared_lengths[w], squared_length));
      }
      const auto score = static_cast<float>(product / (divisor + kProductEpsilon));
      if (!(score >= options.min_score) || contains(excluded, row)) continue;
      collectors[part].top.offer({row, score});
    }
  });
  return merge(collectors, options.k);
}

std::vector<Neighbor> nearest_by_product(const Embeddings& embeddings,
                                         std::span<const Row> positives,
                                         std::span<const Row> negatives, bool include_inputs,
                                         const NearestOptions& options) {
  const auto search =
      codes_pay(embeddings, options) ? coded_search_by_product : full_scan_by_product;
  return search(embeddings, positives, negatives, include_inputs, options);
}

}  // namespace wordvec
