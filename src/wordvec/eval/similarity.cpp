#include "wordvec/eval/similarity.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "wordvec/analysis/mean_row.h"
#include "wordvec/base/parallel.h"
#include "wordvec/model/cosine.h"

namespace wordvec {
namespace {

Correlation correlation(std::optional<double> value, std::size_t n,
                        const std::optional<Interval>& interval) {
  Correlation result;
  result.value = value;
  if (value) result.p_value = correlation_p_value(*value, n);
  if (value) result.interval = interval;
  return result;
}

}  // namespace

double cosine_or_zero(std::span<const float> a, std::span<const float> b) {
  const double similarity = cosine_of(a, b);
  return std::isfinite(similarity) ? similarity : 0;
}

SimilarityResult evaluate_similarity(const Embeddings& embeddings, const WordPairs& pairs,
                                     const SimilarityEvaluation& evaluation) {
  WordFinder words(embeddings.vocabulary, evaluation.folding, evaluation.top_rows);
  for (const WordPair& pair : pairs.pairs) {
    words.want(pair.first);
    words.want(pair.second);
  }
  words.search();

  SimilarityResult result;
  std::vector<float> mean;
  DistinctWords unknown;
  DirectionCheck directions;
  std::vector<double> ratings;
  std::vector<double> similarities;
  for (const WordPair& pair : pairs.pairs) {
    const std::optional<Row> first = words.find(pair.first);
    const std::optional<Row> second = words.find(pair.second);
    if (!first) unknown.add(pair.first);
    if (!second) unknown.add(pair.second);
    ComparedPair& item = result.pairs.emplace_back();
    if (!first || !second) {
      ++result.unknown;
      item.status = ItemStatus::unknown;
      if (evaluation.unknown == UnknownPairs::skip) continue;
    }
    double similarity = 0;
    if ((first && second) || evaluation.unknown == UnknownPairs::mean) {
      const auto vector_of = [&](const std::string& word, std::optional<Row> row) {
        if (!row && mean.empty())
          mean = mean_vector(embeddings, evaluation.top_rows, evaluation.bootstrap.threads);
        if (!row) return std::span<const float>(mean);
        const std::span<const float> vector = embeddings.matrix.row(*row);
        if (!directions.has_direction(word, vector) && item.status == ItemStatus::counted)
          item.status = ItemStatus::no_direction;
        return vector;
      };
      const std::span<const float> vector_of_first = vector_of(pair.first, first);
      similarity = cosine_or_zero(vector_of_first, vector_of(pair.second, second));
    }
    item.numbers = {similarity, 0, 0};
    ratings.push_back(pair.rating);
    similarities.push_back(similarity);
  }
  result.unknown_words = std::move(unknown).take();
  result.other_spellings = words.other_spellings();
  result.directionless = std::move(directions).take();
  result.counted = ratings.size();
  const std::vector<double> rating_ranks = average_ranks(ratings);
  const std::vector<double> cosine_ranks = average_ranks(similarities);
  std::size_t counted = 0;
  for (ComparedPair& pair : result.pairs) {
    if (!pair.numbers) continue;
    pair.numbers->rating_rank = rating_ranks[counted];
    pair.numbers->cosine_rank = cosine_ranks[counted];
    ++counted;
  }
  const CorrelationIntervals intervals =
      bootstrap_correlations(ratings, similarities, evaluation.bootstrap);
  result.spearman =
      correlation(pearson(rating_ranks, cosine_ranks), result.counted, intervals.spearman);
  result.pearson = correlation(pearson(ratings, similarities), result.counted, intervals.pearson);
  return result;
}

SimilarityComparison compare_similarity(const WordPairs& pairs, const SimilarityResult& first,
                                        const SimilarityResult& second,
                                        const Bootstrap& bootstrap) {
  std::vector<double> ratings;
  std::vector<double> of_first;
  std::vector<double> of_second;
  for (std::size_t i = 0; i < pairs.pairs.size(); ++i) {
    if (!first.pairs[i].numbers || !second.pairs[i].numbers) continue;
    ratings.push_back(pairs.pairs[i].rating);
    of_first.push_back(first.pairs[i].numbers->cosine);
    of_second.push_back(second.pairs[i].numbers->cosine);
  }
  const CorrelationDifferences differences =
      bootstrap_differences(ratings, of_first, of_second, bootstrap);
  return {ratings.size(), differences.spearman, differences.pearson};
}

std::vector<float> mean_vector(const Embeddings& embeddings, std::size_t top_rows,
                               unsigned threads) {
  MatrixView first_rows = embeddings.matrix;
  first_rows.rows = std::min(first_rows.rows, top_rows);
  const std::vector<double> mean = mean_row(Selection(first_rows, {}), threads_or_default(threads));
  std::vector<float> rounded(mean.size());
  std::transform(mean.begin(), mean.end(), rounded.begin(),
                 [](double value) { return static_cast<float>(value); });
  return rounded;
}

}  // namespace wordvec
