#include "wordvec/search/analogies.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <deque>
#include <limits>
#include <unordered_map>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/search/candidates.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/query.h"
#include "wordvec/search/tile_queries.h"

namespace wordvec {
namespace {

constexpr std::size_t kLanes = simd::kCodeLanes;
constexpr std::size_t kChunkBlocks = 32;
constexpr std::size_t kChunkRows = kChunkBlocks * ScanCodes::kBlockRows;
// Their similarities with a chunk of rows stay in a core's cache.
constexpr std::size_t kMostWords = 1024;
// Each takes a few kilobytes while it is asked.
constexpr std::size_t kMostQuestions = 16'384;
// While little is known of a question's threshold it is looked at more often.
constexpr std::size_t kFirstStep = 32;
// A similarity of a word is rounded to float32 and then to a whole number of 16 bits.
constexpr double kSimilaritySlack = 0.5 / simd::kSimilarityUnit + double{kEstimateSlack};
// The query vector is the sum rounded to float32. (That of the sum itself, in double, is far below
// kSimilaritySlack, however little of the sum is left.)
constexpr double kRoundingSlack = 3e-7;
// A question with more candidates, or with more answers, goes by itself.
constexpr std::size_t kMostCandidates = 1024;
constexpr std::size_t kMostAnswers = 256;

// A question that can be answered.
struct Question {
  std::size_t index = 0;  // among the caller's
  std::vector<float> vector;
  std::array<Row, 3> rows{};           // a, b, c
  std::array<std::size_t, 3> words{};  // a, b, c among the words of the slice
  double length = 0;                   // ‖â − b̂ + ĉ‖
};

// Some questions with few enough words.
struct SliceOfQuestions {
  std::vector<Question> questions;
  std::vector<Row> words;
};

std::vector<float> sum_vector(const Embeddings& embeddings, const Analogy& analogy) {
  const std::array<ResolvedTerm, 3> terms = {{{1, analogy.a}, {-1, analogy.b}, {1, analogy.c}}};
  try {
    return query_vector(embeddings, terms);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::query) throw;
    return {};
  }
}

double length_of_sum(const Embeddings& embeddings, const Analogy& analogy) {
  std::vector<double> sum(embeddings.dim());
  const std::array<std::pair<double, Row>, 3> terms = {
      {{1, analogy.a}, {-1, analogy.b}, {1, analogy.c}}};
  for (const auto& [sign, row] : terms) {
    const auto vector = embeddings.matrix.row(row);
    const double factor = sign * inverse_length_of(vector).value_or(0);
    simd::active().axpy(factor, vector.data(), sum.data(), sum.size());
  }
  double squared = 0;
  for (const double x : sum) squared += x * x;
  return std::sqrt(squared);
}

std::vector<SliceOfQuestions> slices_of(const Embeddings& embeddings,
                                        std::span<const Analogy> questions) {
  std::vector<SliceOfQuestions> slices;
  std::unordered_map<Row, std::size_t> index;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Analogy& analogy = questions[i];
    Question question;
    question.index = i;
    question.vector = sum_vector(embeddings, analogy);
    if (question.vector.empty()) continue;
    question.rows = {analogy.a, analogy.b, analogy.c};
    question.length = length_of_sum(embeddings, analogy);
    if (slices.empty() || slices.back().words.size() + 3 > kMostWords ||
        slices.back().questions.size() == kMostQuestions) {
      slices.emplace_back();
      index.clear();
    }
    SliceOfQuestions& slice = slices.back();
    for (std::size_t w = 0; w < 3; ++w) {
      const auto [found, is_new] = index.try_emplace(question.rows[w], slice.words.size());
      if (is_new) slice.words.push_back(question.rows[w]);
      question.words[w] = found->second;
    }
    slice.questions.push_back(std::move(question));
  }
  return slices;
}

NearestQuery query_of(const Question& question, bool include_inputs) {
  return {question.vector,
          include_inputs ? std::span<const Row>() : std::span<const Row>(question.rows)};
}

// A run of blocks of one cluster.
struct Chunk {
  std::size_t cluster = 0;  // index into the views
  std::size_t first_block = 0;
  std::size_t block_count = 0;
};

// What all threads share.
struct Shared {
  Shared(const Embeddings& embeddings_of, const SliceOfQuestions& slice_of, bool inputs,
         const NearestOptions& options_of)
      : embeddings(embeddings_of),
        slice(slice_of),
        options(options_of),
        allowed(embeddings_of, options_of),
        tile(slice_of.words.size(), embeddings_of.dim()) {
    const std::vector<double> lengths = centroid_lengths_of(embeddings.codes);
    for (std::size_t w = 0; w < slice.words.size(); ++w) {
      const auto vector = embeddings.matrix.row(slice.words[w]);
      const double inverse_length = inverse_length_of(vector).value();
      tile.set(w, vector, inverse_length);
      views.push_back(view_clusters(embeddings.codes, lengths, vector, inverse_length));
    }
    for (const Question& question : slice.questions) {
      question_views.push_back(view_clusters(embeddings.codes, lengths, question.vector,
                                             inverse_length_of(question.vector).value()));
      queries.push_back(query_of(question, inputs));
    }
    for (std::size_t c = 0; c < views.front().size(); ++c) {
      const ClusterView& view = views.front()[c];
      for (std::size_t b = view.first_block; b < view.end_block; b += kChunkBlocks) {
        chunks.push_back({c, b, std::min(kChunkBlocks, view.end_block - b)});
      }
    }
  }

  const Embeddings& embeddings;
  const SliceOfQuestions& slice;
  const NearestOptions& options;
  AllowedRows allowed;
  TileQueries tile;
  std::vector<std::vector<ClusterView>> views;           // [word][cluster]
  std::vector<std::vector<ClusterView>> question_views;  // [question][cluster]
  std::vector<NearestQuery> queries;
  std::vector<Chunk> chunks;
  std::atomic<std::size_t> next_chunk{0};
};

// What one thread does: all questions, some chunks of rows.
class Worker {
 public:
  explicit Worker(Shared& shared)
      : shared_(shared),
        codes_(shared.embeddings.codes),
        scales_(kChunkRows),
        sums_(kChunkRows * kTileGroups * kLanes),
        similarities_(shared.tile.groups() * kLanes * kChunkRows) {
    for (std::size_t q = 0; q < shared.queries.size(); ++q) {
      refiners_.emplace_back(shared.embeddings, shared.queries[q], shared.options, shared.allowed,
                             kNothingKnown);
      const Question& question = shared.slice.questions[q];
      Sum sum{{}, question.length, 0, refiners_.back().needed()};
      for (std::size_t w = 0; w < 3; ++w) {
        sum.words[w] = static_cast<std::uint32_t>(question.words[w]);
        sum.error += shared.tile.error(question.words[w]);
      }
      sums_of_words_.push_back(sum);
    }
  }

  void run() {
    bool is_first = true;
    for (std::size_t c = shared_.next_chunk++; c < shared_.chunks.size();
         c = shared_.next_chunk++) {
      scan(shared_.chunks[c], is_first ? kFirstStep : kChunkRows);
      is_first = false;
    }
  }

  std::vector<Neighbor> answers(std::size_t question) { return refiners_[question].answers(); }
  // The question has been given up: it has too many candidates to keep.
  bool is_crowded(std::size_t question) const { return sums_of_words_[question].is_crowded; }

 private:
  static constexpr std::size_t kTileGroups = 2;

  // What every chunk needs of a question, without the rest of it: all of them stay in the cache.
  struct Sum {
    std::array<std::uint32_t, 3> words{};
    double length = 0;  // ‖â − b̂ + ĉ‖
    double error = 0;   // the words' δ, added
    double needed = 0;  // the least cosine of an answer
    bool is_crowded = false;
  };

  void scan(const Chunk& chunk, std::size_t step) {
    const std::size_t first = chunk.first_block * ScanCodes::kBlockRows;
    const std::size_t count = chunk.block_count * ScanCodes::kBlockRows;
    prefetch8(codes_, first, count);
    double error = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const RowBounds bounds = row8_bounds(codes_, first + i);
      scales_[i] = bounds.scale;
      error = std::max(error, double{bounds.error});
    }
    compare_words(chunk);
    const double distance = largest_distance(double{codes_.cosines[2 * chunk.first_block]},
                                             shared_.views.front()[chunk.cluster].length);
    const simd::CodeKernels& kernels = *simd::active().codes;
    std::array<std::uint32_t, kChunkRows> found;
    for (std::size_t q = 0; q < sums_of_words_.size(); ++q) {
      Sum& sum = sums_of_words_[q];
      if (sum.is_crowded) continue;
      const std::int16_t* a = similarities_.data() + sum.words[0] * kChunkRows;
      const std::int16_t* b = similarities_.data() + sum.words[1] * kChunkRows;
      const std::int16_t* c = similarities_.data() + sum.words[2] * kChunkRows;
      for (std::size_t at = 0; at < count; at += step) {
        const std::size_t rows = std::min(step, round_up_rows(count) - at);
        const std::size_t hits = kernels.select_sums(a + at, b + at, c + at, rows,
                                                     threshold(sum, error, distance), found.data());
        for (std::size_t h = 0; h < hits; ++h) {
          const std::size_t row = at + found[h];
          if (row < count) {
            refiners_[q].refine(first + row, shared_.question_views[q][chunk.cluster], distance);
          }
        }
        if (hits == 0) continue;
        sum.needed = refiners_[q].needed();
        if (refiners_[q].keep_at_most(kMostCandidates)) continue;
        sum.is_crowded = true;
        break;
      }
    }
  }

  // select_sums() takes 32 rows at a time; what is left of an earlier chunk is no row of this one.
  static std::size_t round_up_rows(std::size_t count) { return (count + 31) / 32 * 32; }

  // The similarities of all words with the rows of a chunk.
  void compare_words(const Chunk& chunk) {
    const simd::CodeKernels& kernels = *simd::active().codes;
    const std::size_t count = chunk.block_count * ScanCodes::kBlockRows;
    const std::uint8_t* rows = codes_.row8(chunk.first_block * ScanCodes::kBlockRows);
    for (std::size_t g = 0; g < shared_.tile.groups(); g += kTileGroups) {
      const std::size_t groups = std::min(kTileGroups, shared_.tile.groups() - g);
      kernels.tile8(rows, ScanCodes::row8_bytes(codes_.dim), count, shared_.tile.packed(g), groups,
                    shared_.tile.quads(), sums_.data());
      for (std::size_t i = 0; i < groups; ++i) {
        const std::size_t first_word = (g + i) * kLanes;
        std::array<float, kLanes> bases{};
        for (std::size_t w = 0; w < kLanes && first_word + w < shared_.views.size(); ++w) {
          bases[w] = static_cast<float>(shared_.views[first_word + w][chunk.cluster].product);
        }
        const simd::Select8Queries queries{shared_.tile.offsets() + first_word,
                                           shared_.tile.steps() + first_word, bases.data(), nullptr,
                                           nullptr};
        kernels.similarities(scales_.data(), count, sums_.data() + i * kLanes, groups * kLanes,
                             queries, similarities_.data() + first_word * kChunkRows, kChunkRows);
      }
    }
  }

  // The least sum of three similarities of a row that can still be an answer. (Where a − b leaves
  // 16 bits and is cut, a is at least 2 above b, and the sum at least 3 less what bounds can be
  // wrong by: more than any row needs.) With the sum's length L, L·⟨q,u⟩ is the sum of the words'
  // cosines with u, whose common error e (codes/scan_codes.h) counts once: |⟨â − b̂ + ĉ, e⟩| ≤ L·ε.
  static std::int16_t threshold(const Sum& sum, double error, double distance) {
    const double reach = sum.length * (error + kRoundingSlack) + 3 * kSimilaritySlack +
                         sum.error * (distance + error);
    const double needed = (sum.length * sum.needed - reach) * simd::kSimilarityUnit;
    constexpr double kLeast = std::numeric_limits<std::int16_t>::min();
    constexpr double kMost = std::numeric_limits<std::int16_t>::max();
    if (!(needed > kLeast)) return std::numeric_limits<std::int16_t>::min();
    return static_cast<std::int16_t>(std::min(std::floor(needed), kMost));
  }

  Shared& shared_;
  const ScanCodes& codes_;
  std::vector<float> scales_;  // of the rows of a chunk
  std::vector<std::int32_t> sums_;
  std::vector<std::int16_t> similarities_;  // [word][row of the chunk]
  std::vector<Sum> sums_of_words_;          // of the questions
  std::deque<Refiner> refiners_;
};

std::vector<std::vector<Neighbor>> in_a_batch(const Embeddings& embeddings,
                                              std::span<const Analogy> questions,
                                              bool include_inputs, const NearestOptions& options) {
  std::vector<Question> asked;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Analogy& analogy = questions[i];
    Question question;
    question.index = i;
    question.vector = sum_vector(embeddings, analogy);
    question.rows = {analogy.a, analogy.b, analogy.c};
    if (!question.vector.empty()) asked.push_back(std::move(question));
  }
  std::vector<NearestQuery> queries;
  for (const Question& question : asked) queries.push_back(query_of(question, include_inputs));
  std::vector<std::vector<Neighbor>> found = nearest(embeddings, queries, options);
  std::vector<std::vector<Neighbor>> answers(questions.size());
  for (std::size_t q = 0; q < found.size(); ++q) answers[asked[q].index] = std::move(found[q]);
  return answers;
}

}  // namespace

std::vector<std::vector<Neighbor>> analogies(const Embeddings& embeddings,
                                             std::span<const Analogy> questions,
                                             bool include_inputs, const NearestOptions& options) {
  // Fewer than this are faster as a batch of queries.
  constexpr std::size_t kLeastQuestions = 64;
  if (!codes_pay(embeddings, options) || questions.size() < kLeastQuestions ||
      options.k > kMostAnswers) {
    return in_a_batch(embeddings, questions, include_inputs, options);
  }
  return coded_analogies(embeddings, questions, include_inputs, options);
}

std::vector<std::vector<Neighbor>> coded_analogies(const Embeddings& embeddings,
                                                   std::span<const Analogy> questions,
                                                   bool include_inputs,
                                                   const NearestOptions& options) {
  std::vector<std::vector<Neighbor>> answers(questions.size());
  if (options.k == 0) return answers;
  const unsigned threads = threads_or_default(options.threads);
  for (const SliceOfQuestions& slice : slices_of(embeddings, questions)) {
    Shared shared(embeddings, slice, include_inputs, options);
    std::deque<Worker> workers;
    const std::size_t worker_count = std::min<std::size_t>(threads, shared.chunks.size());
    for (std::size_t t = 0; t < worker_count; ++t) workers.emplace_back(shared);
    parallel_for(threads, workers.size(), [&](std::size_t t) { workers[t].run(); });
    parallel_for(threads, slice.questions.size(), [&](std::size_t q) {
      const bool is_crowded =
          std::any_of(workers.begin(), workers.end(),
                      [q](const Worker& worker) { return worker.is_crowded(q); });
      if (is_crowded) {
        answers[slice.questions[q].index] = coded_search(embeddings, shared.queries[q], options);
        return;
      }
      TopK best(options.k);
      for (Worker& worker : workers) {
        for (const Neighbor& neighbor : worker.answers(q)) best.offer(neighbor);
      }
      answers[slice.questions[q].index] = best.take_sorted();
    });
  }
  return answers;
}

}  // namespace wordvec
