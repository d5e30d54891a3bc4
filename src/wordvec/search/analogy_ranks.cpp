#include "wordvec/search/analogy_ranks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "wordvec/base/parallel.h"
#include "wordvec/search/analogy_slices.h"
#include "wordvec/search/analogy_sum.h"
#include "wordvec/search/product_candidates.h"
#include "wordvec/search/score.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

// The words' cosines with so many rows stay in a core's cache.
constexpr std::size_t kRankedRows = 64;
// Between two reports of progress.
constexpr std::size_t kRoundRows = 16'384;
// A score, which is rounded to float32 as its sum is, and the sum of the words' cosines are less
// apart, but for what the cosines have lost, where the sum is short.
constexpr double kSumSlack = 1e-6;
constexpr double kCosineSlack = 1e-14;

struct Question : SlicedAnalogy {
  std::vector<float> vector;  // of the sum; for mul nothing
  double inverse_length = 0;  // 1 / ‖â − b̂ + ĉ‖
  Neighbor wanted;            // the best of them
};

using Slice = AnalogySlice<Question>;

// How rows score as answers of one question, by the definition.
class Scorer {
 public:
  Scorer(const Embeddings& embeddings, const Analogy& analogy, std::span<const float> sum)
      : embeddings_(embeddings), analogy_(analogy), sum_(sum) {}

  float score(Row row) const {
    const std::span<const float> x = embeddings_.matrix.row(row);
    if (!sum_.empty()) return static_cast<float>(cosine_of(sum_, x));
    const auto factor = [&](Row word) {
      return product_factor(cosine_of(embeddings_.matrix.row(word), x));
    };
    return static_cast<float>(factor(analogy_.a) * factor(analogy_.c) /
                              (factor(analogy_.b) + kProductEpsilon));
  }

  // NaN is not before any.
  bool is_before(Row row, const Neighbor& other) const {
    return comes_before({row, score(row)}, other);
  }

 private:
  static double cosine_of(std::span<const float> a, std::span<const float> b) {
    const auto dot = [](std::span<const float> x, std::span<const float> y) {
      return simd::active().dot(x.data(), y.data(), x.size());
    };
    return cosine(dot(a, b), dot(a, a), dot(b, b));
  }

  const Embeddings& embeddings_;
  Analogy analogy_;
  std::span<const float> sum_;
};

bool is_one_of(std::span<const Row> rows, Row row) {
  return std::find(rows.begin(), rows.end(), row) != rows.end();
}

class Ranker {
 public:
  Ranker(const Embeddings& embeddings, std::span<const RankedAnalogy> questions,
         const AnalogyRankOptions& options)
      : embeddings_(embeddings),
        questions_(questions),
        options_(options),
        rows_(std::min(embeddings.rows(), options.top_rows)),
        lengths_(rows_) {
    for (std::size_t r = 0; r < rows_; ++r) lengths_[r] = length_of(static_cast<Row>(r));
  }

  std::vector<std::optional<AnalogyRank>> ranks() {
    std::vector<std::optional<AnalogyRank>> ranks(questions_.size());
    const auto slices = slices_of<Question>(
        analogies_of(questions_), [&](std::size_t i) { return make_question(questions_[i]); });
    for (const Slice& slice : slices) {
      const std::vector<std::uint64_t> before = count(slice);
      for (std::size_t q = 0; q < slice.questions.size(); ++q) {
        const Question& question = slice.questions[q];
        ranks[question.index] =
            AnalogyRank{1 + before[q] - excluded_before(question), question.wanted.score};
      }
      done_ += slice.questions.size();
    }
    return ranks;
  }

 private:
  static std::vector<Analogy> analogies_of(std::span<const RankedAnalogy> questions) {
    std::vector<Analogy> analogies;
    for (const RankedAnalogy& question : questions) analogies.push_back(question.analogy);
    return analogies;
  }

  double length_of(Row row) const {
    const std::span<const float> x = embeddings_.matrix.row(row);
    return std::sqrt(simd::active().dot(x.data(), x.data(), x.size()));
  }

  Scorer scorer(const Question& question) const {
    return {embeddings_, questions_[question.index].analogy, question.vector};
  }

  // nullopt: no wanted row is an answer.
  std::optional<Question> make_question(const RankedAnalogy& asked) const {
    Question question;
    if (options_.method == AnalogyMethod::add) {
      question.vector = sum_vector(embeddings_, asked.analogy);
      if (question.vector.empty()) return std::nullopt;
      question.inverse_length = 1 / length_of_sum(embeddings_, asked.analogy);
    }
    const Scorer scorer(embeddings_, asked.analogy, question.vector);
    bool has_wanted = false;
    for (const Row row : asked.wanted) {
      if (row >= rows_ || is_one_of(asked.excluded, row)) continue;
      const float score = scorer.score(row);
      if (!std::isfinite(score)) continue;
      if (has_wanted && !scorer.is_before(row, question.wanted)) continue;
      question.wanted = {row, score};
      has_wanted = true;
    }
    return has_wanted ? std::optional(std::move(question)) : std::nullopt;
  }

  std::uint64_t excluded_before(const Question& question) const {
    std::vector<Row> excluded = questions_[question.index].excluded;
    std::sort(excluded.begin(), excluded.end());
    excluded.erase(std::unique(excluded.begin(), excluded.end()), excluded.end());
    return static_cast<std::uint64_t>(std::count_if(excluded.begin(), excluded.end(), [&](Row row) {
      return row < rows_ && scorer(question).is_before(row, question.wanted);
    }));
  }

  // The rows before each question's wanted one, excluded ones among them.
  std::vector<std::uint64_t> count(const Slice& slice) const {
    const std::size_t dim = embeddings_.dim();
    std::vector<float> words;
    for (const Row row : slice.words) {
      const std::span<const float> vector = embeddings_.matrix.row(row);
      words.insert(words.end(), vector.begin(), vector.end());
    }
    std::vector<std::uint64_t> before(slice.questions.size());
    const unsigned threads = threads_or_default(options_.threads);
    for (std::size_t begin = 0; begin < rows_; begin += kRoundRows) {
      const std::size_t end = std::min(rows_, begin + kRoundRows);
      std::vector<std::vector<std::uint64_t>> of_parts(threads, before);
      for (auto& part : of_parts) std::fill(part.begin(), part.end(), 0U);
      parallel_for(threads, threads, [&](std::size_t part) {
        std::vector<double> cosines(slice.words.size() * kRankedRows);
        for (std::size_t first = begin + part * kRankedRows; first < end;
             first += threads * kRankedRows) {
          const std::size_t rows = std::min(kRankedRows, end - first);
          simd::active().scan(embeddings_.matrix.row(first).data(), dim, rows, words.data(), dim,
                              slice.words.size(), dim, cosines.data(), rows);
          divide_by_lengths(slice, first, rows, cosines);
          for (std::size_t q = 0; q < slice.questions.size(); ++q) {
            of_parts[part][q] += before_in_block(slice.questions[q], first, rows, cosines);
          }
        }
      });
      for (const auto& part : of_parts) {
        std::transform(before.begin(), before.end(), part.begin(), before.begin(), std::plus<>());
      }
      if (options_.progress) {
        options_.progress(done_ + slice.questions.size() * end / rows_, questions_.size());
      }
    }
    return before;
  }

  // Dot products become cosines, as cosine() makes them.
  void divide_by_lengths(const Slice& slice, std::size_t first, std::size_t rows,
                         std::vector<double>& dots) const {
    for (std::size_t w = 0; w < slice.words.size(); ++w) {
      const double length = length_of(slice.words[w]);
      double* of_word = dots.data() + w * rows;
      for (std::size_t r = 0; r < rows; ++r) of_word[r] /= length * lengths_[first + r];
    }
  }

  std::uint64_t before_in_block(const Question& question, std::size_t first, std::size_t rows,
                                const std::vector<double>& cosines) const {
    const double* a = cosines.data() + question.words[0] * rows;
    const double* b = cosines.data() + question.words[1] * rows;
    const double* c = cosines.data() + question.words[2] * rows;
    const double wanted{question.wanted.score};
    std::array<double, kRankedRows> scores;
    double slack = kSumSlack + kCosineSlack * question.inverse_length;
    if (options_.method == AnalogyMethod::add) {
      for (std::size_t r = 0; r < rows; ++r) {
        scores[r] = (a[r] - b[r] + c[r]) * question.inverse_length;
      }
    } else {
      for (std::size_t r = 0; r < rows; ++r) {
        scores[r] =
            product_factor(a[r]) * product_factor(c[r]) / (product_factor(b[r]) + kProductEpsilon);
      }
      slack = kProductRelativeSlack * wanted;
    }
    std::uint64_t above = 0;
    std::uint64_t near = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      above += scores[r] > wanted + slack ? 1 : 0;
      near += scores[r] >= wanted - slack ? 1 : 0;
    }
    if (near == above) return above;
    const Scorer exact = scorer(question);
    for (std::size_t r = 0; r < rows; ++r) {
      if (!(scores[r] >= wanted - slack) || scores[r] > wanted + slack) continue;
      if (exact.is_before(static_cast<Row>(first + r), question.wanted)) ++above;
    }
    return above;
  }

  const Embeddings& embeddings_;
  std::span<const RankedAnalogy> questions_;
  const AnalogyRankOptions& options_;
  std::size_t rows_;             // that are candidates
  std::vector<double> lengths_;  // of rows
  std::size_t done_ = 0;         // questions
};

}  // namespace

std::vector<std::optional<AnalogyRank>> analogy_ranks(const Embeddings& embeddings,
                                                      std::span<const RankedAnalogy> questions,
                                                      const AnalogyRankOptions& options) {
  return Ranker(embeddings, questions, options).ranks();
}

}  // namespace wordvec
