// 3CosMul of many analogies at once. Its logarithm is linear in those of the words' factors,
//   log score ≈ log (1 + cos a) / 2 − log (1 + cos b) / 2 + log (1 + cos c) / 2,
// so that a set is asked as for 3CosAdd (analogies.cpp): each word is compared with a row once, and
// a question adds three whole numbers, which are rounded such that the sum is never too low.
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "wordvec/base/parallel.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/analogy_slices.h"
#include "wordvec/search/candidates.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/product_candidates.h"
#include "wordvec/search/score.h"
#include "wordvec/search/word_similarities.h"

namespace wordvec {
namespace {

// The words' similarities and two logarithms of each stay in a core's cache.
constexpr std::size_t kProductChunkBlocks = 16;
constexpr std::size_t kProductChunkRows = kProductChunkBlocks * SearchIndex::kBlockRows;

// 1 as the logarithms are written: that of ε, the least, is −28,295.
constexpr double kLogUnit = 2048;
constexpr double kMinLog = -28'500;

using ProductSlice = AnalogySlice<SlicedAnalogy>;

std::vector<ProductSlice> make_product_slices(const Embeddings& embeddings,
                                              std::span<const Analogy> questions) {
  const auto has_direction = [&](Row row) {
    return inverse_length_of(embeddings.matrix.row(row)).has_value();
  };
  return slices_of<SlicedAnalogy>(questions, [&](std::size_t i) {
    const auto [a, b, c] = questions[i];
    const bool all_have = has_direction(a) && has_direction(b) && has_direction(c);
    return all_have ? std::optional(SlicedAnalogy{}) : std::nullopt;
  });
}

// Bounds of kLogUnit · log(factor) in whole numbers, by the similarity as WordSimilarities writes
// it: at least that of the factor, and at most that of the factor + ε.
class FactorLogs {
 public:
  FactorLogs() {
    for (std::size_t i = 0; i < kSize; ++i) {
      const double factor =
          product_factor((static_cast<double>(i) - kUnit) / static_cast<double>(kUnit));
      most_[i] =
          static_cast<std::int16_t>(std::ceil(std::max(kMinLog, kLogUnit * std::log(factor))));
      least_[i] =
          static_cast<std::int16_t>(std::floor(kLogUnit * std::log(factor + kProductEpsilon)));
    }
  }

  // Of `count` similarities that may be wrong by `error`.
  void write_most(const std::int16_t* similarities, std::size_t count, double error,
                  std::int16_t* logs) const noexcept {
    look_up(most_, similarities, count, units(error), logs);
  }
  void write_least(const std::int16_t* similarities, std::size_t count, double error,
                   std::int16_t* logs) const noexcept {
    look_up(least_, similarities, count, -units(error), logs);
  }

 private:
  static constexpr int kUnit = simd::kSimilarityUnit;
  static constexpr std::size_t kSize = 2 * kUnit + 1;  // cosines from −1 to 1
  using Table = std::array<std::int16_t, kSize>;

  static int units(double error) {
    return error < 2 ? static_cast<int>(std::ceil(error * kUnit)) : 2 * kUnit;
  }

  static void look_up(const Table& table, const std::int16_t* similarities, std::size_t count,
                      int shift, std::int16_t* logs) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      logs[i] = table[static_cast<std::size_t>(std::clamp(similarities[i] + shift, -kUnit, kUnit) +
                                               kUnit)];
    }
  }

  Table most_{};
  Table least_{};
};

// What all threads share.
struct SharedProducts {
  SharedProducts(const Embeddings& embeddings_of, const ProductSlice& slice_of, bool inputs,
                 const NearestOptions& options_of)
      : embeddings(embeddings_of),
        slice(slice_of),
        include_inputs(inputs),
        options(options_of),
        allowed(embeddings_of, options_of),
        words(embeddings_of, slice_of.words, kProductChunkBlocks),
        is_positive(slice_of.words.size()),
        is_negative(slice_of.words.size()) {
    for (const SlicedAnalogy& question : slice.questions) {
      is_positive[question.words[0]] = true;
      is_negative[question.words[1]] = true;
      is_positive[question.words[2]] = true;
    }
    for (const Row word : slice.words) {
      const auto vector = embeddings.matrix.row(word);
      fine_words.emplace_back(vector, inverse_length_of(vector).value());
    }
  }

  const Embeddings& embeddings;
  const ProductSlice& slice;
  bool include_inputs;
  const NearestOptions& options;
  AllowedRows allowed;
  ComparedWords words;
  std::vector<FineQuery> fine_words;  // [word]
  std::vector<bool> is_positive;      // [word]
  std::vector<bool> is_negative;
  FactorLogs logs;
  std::atomic<std::size_t> next_chunk{0};
};

// What one thread does: all questions, some chunks of rows.
class ProductWorker {
 public:
  explicit ProductWorker(SharedProducts& shared)
      : shared_(shared),
        similarities_(shared.words),
        most_(shared.slice.words.size() * kProductChunkRows),
        least_(most_.size()) {
    for (const SlicedAnalogy& question : shared.slice.questions) {
      const auto [a, b, c] = question.rows;
      const std::array<Row, 2> positives = {a, c};
      candidates_.emplace_back(shared.embeddings, positives, std::span(&b, 1),
                               shared.include_inputs, shared.options, shared.allowed);
      Sum sum{{}, threshold(candidates_.back()), false};
      std::copy(question.words.begin(), question.words.end(), sum.words.begin());
      sums_.push_back(sum);
    }
  }

  void run() {
    const std::span<const CodeChunk> chunks = shared_.words.chunks();
    bool is_first = true;
    for (std::size_t c = shared_.next_chunk++; c < chunks.size(); c = shared_.next_chunk++) {
      compare(chunks[c]);
      for (std::size_t q = 0; q < sums_.size(); ++q) {
        if (!sums_[q].is_crowded) scan(q, chunks[c], is_first ? kFirstStep : kProductChunkRows);
      }
      is_first = false;
    }
  }

  std::vector<Neighbor> answers(std::size_t question) { return candidates_[question].answers(); }
  // The question has been given up: it has too many candidates to keep.
  bool is_crowded(std::size_t question) const { return sums_[question].is_crowded; }

 private:
  // What every chunk needs of a question, without the rest of it: all of them stay in the cache.
  struct Sum {
    std::array<std::size_t, 3> words{};
    std::int16_t threshold = 0;  // of the sum of logarithms
    bool is_crowded = false;
  };

  void compare(const CodeChunk& chunk) {
    similarities_.compare(chunk);
    const std::size_t count = round_up_rows(chunk.count());
    const double distance = shared_.words.distance(chunk);
    for (std::size_t w = 0; w < shared_.slice.words.size(); ++w) {
      const double error = error_of(w, similarities_.row_error(), distance);
      const std::int16_t* of_word = similarities_.of(w);
      if (shared_.is_positive[w]) {
        shared_.logs.write_most(of_word, count, error, most_.data() + w * kProductChunkRows);
      }
      if (shared_.is_negative[w]) {
        shared_.logs.write_least(of_word, count, error, least_.data() + w * kProductChunkRows);
      }
    }
  }

  double error_of(std::size_t word, float row_error, double distance) const {
    return kSimilaritySlack + estimate_error(shared_.words.error(word), row_error, distance);
  }

  void scan(std::size_t q, const CodeChunk& chunk, std::size_t step) {
    Sum& sum = sums_[q];
    const std::int16_t* a = most_.data() + sum.words[0] * kProductChunkRows;
    const std::int16_t* b = least_.data() + sum.words[1] * kProductChunkRows;
    const std::int16_t* c = most_.data() + sum.words[2] * kProductChunkRows;
    std::array<std::uint32_t, kProductChunkRows> found;
    for (std::size_t at = 0; at < chunk.count(); at += step) {
      const std::size_t rows = std::min(step, round_up_rows(chunk.count()) - at);
      const std::size_t hits = simd::active().codes->select_sums(a + at, b + at, c + at, rows,
                                                                 sum.threshold, found.data());
      for (std::size_t h = 0; h < hits; ++h) {
        if (at + found[h] < chunk.count()) offer(q, chunk, at + found[h]);
      }
      if (hits == 0) continue;
      sum.threshold = threshold(candidates_[q]);
      if (candidates_[q].keep_at_most(kMaxCandidates)) continue;
      sum.is_crowded = true;
      break;
    }
  }

  // The row at `place` in the chunk, with bounds of its own: from the similarities, and where those
  // leave a doubt from finer ones.
  void offer(std::size_t q, const CodeChunk& chunk, std::size_t place) {
    const std::size_t position = chunk.first() + place;
    const std::optional<Row> row = row_at(shared_.embeddings, position);
    if (!row || !candidates_[q].admits(*row)) return;
    const SearchIndex& codes = shared_.embeddings.codes;
    const float row_error = row8_bounds(codes, position).error;
    const double distance = shared_.words.distance(chunk);
    const ProductBounds coarse = bounds(q, [&](std::size_t word) {
      return Estimate{similarities_.of(word)[place] / double{simd::kSimilarityUnit},
                      error_of(word, row_error, distance)};
    });
    if (!(coarse.most() >= candidates_[q].needed())) return;
    candidates_[q].offer(*row, bounds(q, [&](std::size_t word) {
      return shared_.fine_words[word].estimate(codes, position, shared_.words.view(word, chunk),
                                               distance);
    }));
  }

  template <class EstimateOf>
  ProductBounds bounds(std::size_t q, EstimateOf estimate_of) const {
    const auto& words = sums_[q].words;
    ProductBounds bounds;
    bounds.multiply(estimate_of(words[0]));
    bounds.divide(estimate_of(words[1]));
    bounds.multiply(estimate_of(words[2]));
    return bounds;
  }

  // The least sum of three logarithms of a row that can still be an answer. What leaves 16 bits
  // below is cut to the least number, which is a threshold for all.
  static std::int16_t threshold(const ProductCandidates& candidates) {
    const double needed = kLogUnit * std::log(std::max(0.0, candidates.needed()));
    constexpr double kMin = std::numeric_limits<std::int16_t>::min();
    constexpr double kMax = std::numeric_limits<std::int16_t>::max();
    if (!(needed > kMin)) return std::numeric_limits<std::int16_t>::min();
    return static_cast<std::int16_t>(std::min(std::floor(needed), kMax));
  }

  SharedProducts& shared_;
  WordSimilarities similarities_;
  std::vector<std::int16_t> most_;  // [word][row of the chunk]
  std::vector<std::int16_t> least_;
  std::vector<Sum> sums_;  // of the questions
  std::vector<ProductCandidates> candidates_;
};

std::vector<std::vector<Neighbor>> one_by_one(const Embeddings& embeddings,
                                              std::span<const Analogy> questions,
                                              bool include_inputs, const NearestOptions& options) {
  NearestOptions each = options;
  if (questions.size() > 1) each.threads = 1;
  std::vector<std::vector<Neighbor>> answers(questions.size());
  parallel_for(threads_or_default(options.threads), questions.size(), [&](std::size_t i) {
    const std::array<Row, 2> positives = {questions[i].a, questions[i].c};
    answers[i] =
        nearest_by_product(embeddings, positives, {&questions[i].b, 1}, include_inputs, each);
  });
  return answers;
}

}  // namespace

std::vector<std::vector<Neighbor>> analogies_by_product(const Embeddings& embeddings,
                                                        std::span<const Analogy> questions,
                                                        bool include_inputs,
                                                        const NearestOptions& options) {
  // Fewer than this are faster one by one.
  constexpr std::size_t kMinQuestions = 16;
  if (!slices_pay(embeddings, questions.size(), kMinQuestions, options)) {
    return one_by_one(embeddings, questions, include_inputs, options);
  }
  return coded_analogies_by_product(embeddings, questions, include_inputs, options);
}

std::vector<std::vector<Neighbor>> coded_analogies_by_product(const Embeddings& embeddings,
                                                              std::span<const Analogy> questions,
                                                              bool include_inputs,
                                                              const NearestOptions& options) {
  const std::vector<ProductSlice> slices = make_product_slices(embeddings, questions);
  return answer_slices<SharedProducts, ProductWorker>(
      embeddings, questions.size(), std::span(slices), include_inputs, options,
      [&](const SharedProducts& shared, std::size_t q) {
        const auto [a, b, c] = shared.slice.questions[q].rows;
        const std::array<Row, 2> positives = {a, c};
        return coded_search_by_product(embeddings, positives, std::span(&b, 1), include_inputs,
                                       options);
      });
}

}  // namespace wordvec
