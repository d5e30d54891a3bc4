#include "wordvec/search/analogies.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>

#include "wordvec/base/parallel.h"
#include "wordvec/search/analogy_slices.h"
#include "wordvec/search/analogy_sum.h"
#include "wordvec/search/candidates.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/word_similarities.h"

namespace wordvec {
namespace {

constexpr std::size_t kSumChunkBlocks = 32;
// The query vector is the sum rounded to float32. (That of the sum itself, in double, is far below
// kSimilaritySlack, however little of the sum is left.)
constexpr double kRoundingSlack = 3e-7;

// A question that can be answered.
struct SumQuestion : SlicedAnalogy {
  std::vector<float> vector;
  double length = 0;  // ‖â − b̂ + ĉ‖
};

using SumSlice = AnalogySlice<SumQuestion>;

std::vector<SumSlice> make_sum_slices(const Embeddings& embeddings,
                                      std::span<const Analogy> questions) {
  return slices_of<SumQuestion>(questions, [&](std::size_t i) -> std::optional<SumQuestion> {
    SumQuestion question;
    question.vector = sum_vector(embeddings, questions[i]);
    if (question.vector.empty()) return std::nullopt;
    question.length = length_of_sum(embeddings, questions[i]);
    return question;
  });
}

NearestQuery query_of(const SumQuestion& question, bool include_inputs) {
  return {question.vector,
          include_inputs ? std::span<const Row>() : std::span<const Row>(question.rows)};
}

// What all threads share.
struct SharedSums {
  SharedSums(const Embeddings& embeddings_of, const SumSlice& slice_of, bool inputs,
             const NearestOptions& options_of)
      : embeddings(embeddings_of),
        slice(slice_of),
        options(options_of),
        allowed(embeddings_of, options_of),
        words(embeddings_of, slice_of.words, kSumChunkBlocks),
        question_views(slice_of.questions.size()) {
    for (const SumQuestion& question : slice.questions)
      queries.push_back(query_of(question, inputs));
    const std::vector<double> lengths = centroid_lengths_of(embeddings.codes);
    parallel_for(threads_or_default(options.threads), queries.size(), [&](std::size_t q) {
      const std::span<const float> vector = queries[q].vector;
      question_views[q] =
          view_clusters(embeddings.codes, lengths, vector, inverse_length_of(vector).value());
    });
  }

  const Embeddings& embeddings;
  const SumSlice& slice;
  const NearestOptions& options;
  AllowedRows allowed;
  ComparedWords words;
  std::vector<std::vector<ClusterView>> question_views;  // [question][cluster]
  std::vector<NearestQuery> queries;
  std::atomic<std::size_t> next_chunk{0};
};

// What one thread does: all questions, some chunks of rows.
class SumWorker {
 public:
  explicit SumWorker(SharedSums& shared) : shared_(shared), similarities_(shared.words) {
    for (std::size_t q = 0; q < shared.queries.size(); ++q) {
      refiners_.emplace_back(shared.embeddings, shared.queries[q], shared.options, shared.allowed,
                             kNothingKnown);
      const SumQuestion& question = shared.slice.questions[q];
      Sum sum{{}, question.length, 0, refiners_.back().needed()};
      for (std::size_t w = 0; w < 3; ++w) {
        sum.words[w] = static_cast<std::uint32_t>(question.words[w]);
        sum.error += shared.words.error(question.words[w]);
      }
      sums_of_words_.push_back(sum);
    }
  }

  void run() {
    const std::span<const CodeChunk> chunks = shared_.words.chunks();
    bool is_first = true;
    for (std::size_t c = shared_.next_chunk++; c < chunks.size(); c = shared_.next_chunk++) {
      scan(chunks[c], is_first ? kFirstStep : shared_.words.chunk_rows());
      is_first = false;
    }
  }

  std::vector<Neighbor> answers(std::size_t question) { return refiners_[question].answers(); }
  // The question has been given up: it has too many candidates to keep.
  bool is_crowded(std::size_t question) const { return sums_of_words_[question].is_crowded; }

 private:
  // What every chunk needs of a question, without the rest of it: all of them stay in the cache.
  struct Sum {
    std::array<std::uint32_t, 3> words{};
    double length = 0;  // ‖â − b̂ + ĉ‖
    double error = 0;   // the words' δ, added
    double needed = 0;  // the least cosine of an answer
    bool is_crowded = false;
  };

  void scan(const CodeChunk& chunk, std::size_t step) {
    similarities_.compare(chunk);
    const std::size_t count = chunk.count();
    const double error{similarities_.row_error()};
    const double distance = shared_.words.distance(chunk);
    const simd::CodeKernels& kernels = *simd::active().codes;
    std::array<std::uint32_t, kSumChunkBlocks * SearchIndex::kBlockRows> found;
    for (std::size_t q = 0; q < sums_of_words_.size(); ++q) {
      Sum& sum = sums_of_words_[q];
      if (sum.is_crowded) continue;
      const std::int16_t* a = similarities_.of(sum.words[0]);
      const std::int16_t* b = similarities_.of(sum.words[1]);
      const std::int16_t* c = similarities_.of(sum.words[2]);
      for (std::size_t at = 0; at < count; at += step) {
        const std::size_t rows = std::min(step, round_up_rows(count) - at);
        const std::size_t hits = kernels.select_sums(a + at, b + at, c + at, rows,
                                                     threshold(sum, error, distance), found.data());
        for (std::size_t h = 0; h < hits; ++h) {
          const std::size_t row = at + found[h];
          if (row < count) {
            refiners_[q].refine(chunk.first() + row, shared_.question_views[q][chunk.cluster],
                                distance);
          }
        }
        if (hits == 0) continue;
        sum.needed = refiners_[q].needed();
        if (refiners_[q].keep_at_most(kMaxCandidates)) continue;
        sum.is_crowded = true;
        break;
      }
    }
  }

  // The least sum of three similarities of a row that can still be an answer. (Where a − b leaves
  // 16 bits and is cut, a is at least 2 above b, and the sum at least 3 less what bounds can be
  // wrong by: more than any row needs.) With the sum's length L, L·⟨q,u⟩ is the sum of the words'
  // cosines with u, whose common error e (index/search_index.h) counts once:
  // |⟨â − b̂ + ĉ, e⟩| ≤ L·ε.
  static std::int16_t threshold(const Sum& sum, double error, double distance) {
    const double reach = sum.length * (error + kRoundingSlack) + 3 * kSimilaritySlack +
                         sum.error * (distance + error);
    const double needed = (sum.length * sum.needed - reach) * simd::kSimilarityUnit;
    constexpr double kMin = std::numeric_limits<std::int16_t>::min();
    constexpr double kMax = std::numeric_limits<std::int16_t>::max();
    if (!(needed > kMin)) return std::numeric_limits<std::int16_t>::min();
    return static_cast<std::int16_t>(std::min(std::floor(needed), kMax));
  }

  SharedSums& shared_;
  WordSimilarities similarities_;
  std::vector<Sum> sums_of_words_;  // of the questions
  std::deque<Refiner> refiners_;
};

std::vector<std::vector<Neighbor>> in_a_batch(const Embeddings& embeddings,
                                              std::span<const Analogy> questions,
                                              bool include_inputs, const NearestOptions& options) {
  std::vector<SumQuestion> asked;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Analogy& analogy = questions[i];
    SumQuestion question;
    question.index = i;
    question.vector = sum_vector(embeddings, analogy);
    question.rows = {analogy.a, analogy.b, analogy.c};
    if (!question.vector.empty()) asked.push_back(std::move(question));
  }
  std::vector<NearestQuery> queries;
  for (const SumQuestion& question : asked) queries.push_back(query_of(question, include_inputs));
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
  constexpr std::size_t kMinQuestions = 64;
  if (!slices_pay(embeddings, questions.size(), kMinQuestions, options)) {
    return in_a_batch(embeddings, questions, include_inputs, options);
  }
  return coded_analogies(embeddings, questions, include_inputs, options);
}

std::vector<std::vector<Neighbor>> coded_analogies(const Embeddings& embeddings,
                                                   std::span<const Analogy> questions,
                                                   bool include_inputs,
                                                   const NearestOptions& options) {
  const std::vector<SumSlice> slices = make_sum_slices(embeddings, questions);
  return answer_slices<SharedSums, SumWorker>(
      embeddings, questions.size(), std::span(slices), include_inputs, options,
      [&](const SharedSums& shared, std::size_t q) {
        return coded_search(embeddings, shared.queries[q], options);
      });
}

}  // namespace wordvec
