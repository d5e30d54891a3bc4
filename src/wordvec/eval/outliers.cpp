#include "wordvec/eval/outliers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/eval/similarity.h"
#include "wordvec/eval/test_lines.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr char kJoin = '_';

std::string joined(std::string_view word) {
  std::string out(word);
  std::replace(out.begin(), out.end(), ' ', kJoin);
  return out;
}

// Those of a joined word; empty: it is one.
std::vector<std::string> parts_of(std::string_view joined_word) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= joined_word.size();) {
    const std::size_t end = std::min(joined_word.find(kJoin, at), joined_word.size());
    if (end > at) parts.emplace_back(joined_word.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() < 2) parts.clear();
  return parts;
}

// The vectors of words of one or several parts.
class PhraseVectors {
 public:
  PhraseVectors(const Embeddings& embeddings, const OutlierEvaluation& evaluation)
      : embeddings_(embeddings),
        finder_(embeddings.vocabulary, evaluation.folding, evaluation.top_rows) {}

  void want(const std::string& word) {
    finder_.want(word);
    finder_.want(joined(word));
    for (const std::string& part : parts_of(joined(word))) finder_.want(part);
  }
  void search() { finder_.search(); }

  // Empty: there is none.
  std::vector<float> find(const std::string& word) const {
    std::optional<Row> row = finder_.find(word);
    if (!row) row = finder_.find(joined(word));
    if (row) {
      const std::span<const float> vector = embeddings_.matrix.row(*row);
      return {vector.begin(), vector.end()};
    }
    return mean_of(parts_of(joined(word)));
  }

 private:
  std::vector<float> mean_of(const std::vector<std::string>& parts) const {
    std::vector<double> sum(embeddings_.dim());
    double count = 0;
    for (const std::string& part : parts) {
      const std::optional<Row> row = finder_.find(part);
      if (!row) continue;
      simd::active().axpy(1, embeddings_.matrix.row(*row).data(), sum.data(), sum.size());
      ++count;
    }
    if (count == 0) return {};
    std::vector<float> mean(sum.size());
    std::transform(sum.begin(), sum.end(), mean.begin(),
                   [count](double value) { return static_cast<float>(value / count); });
    return mean;
  }

  const Embeddings& embeddings_;
  WordFinder finder_;
};

using Vectors = std::vector<std::vector<float>>;  // an empty one is a vector of zeros

double cosine_of(const std::vector<float>& a, const std::vector<float>& b) {
  return a.empty() || b.empty() ? 0 : cosine_or_zero(a, b);
}

// Of each word with the others.
std::vector<double> sums_of_cosines(const Vectors& words) {
  std::vector<double> sums(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double cosine = cosine_of(words[i], words[j]);
      sums[i] += cosine;
      sums[j] += cosine;
    }
  }
  return sums;
}

std::size_t position_of(const std::vector<float>& outlier, const Vectors& words,
                        const std::vector<double>& sums) {
  std::vector<double> cosines;
  for (const std::vector<float>& word : words) cosines.push_back(cosine_of(outlier, word));
  const double of_outlier = std::accumulate(cosines.begin(), cosines.end(), 0.0);
  std::size_t position = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (sums[i] + cosines[i] > of_outlier) ++position;
  }
  return position;
}

OutlierCounts count(const Vectors& words, const Vectors& outliers, UnknownOutliers unknown) {
  OutlierCounts counts;
  const std::vector<double> sums = sums_of_cosines(words);
  const bool has_unknown =
      std::any_of(words.begin(), words.end(), [](const auto& word) { return word.empty(); });
  for (const std::vector<float>& outlier : outliers) {
    const bool is_unknown = has_unknown || outlier.empty();
    if (is_unknown) ++counts.unknown;
    if (is_unknown && unknown == UnknownOutliers::skip) continue;
    ++counts.counted;
    if (is_unknown && unknown == UnknownOutliers::wrong) continue;
    const std::size_t position = position_of(outlier, words, sums);
    if (position == words.size()) ++counts.detected;
    counts.sum_of_positions += static_cast<double>(position) / static_cast<double>(words.size());
  }
  return counts;
}

}  // namespace

OutlierTopic parse_outlier_topic(std::string_view text, const std::string& name,
                                 const std::string& path) {
  OutlierTopic topic;
  topic.name = name;
  std::vector<std::string>* part = &topic.words;
  TestLines lines(text);
  while (const auto line = lines.next()) {
    const std::string_view word = trimmed(*line);
    if (word.empty()) {
      if (!topic.words.empty()) part = &topic.outliers;
      continue;
    }
    if (std::find(part->begin(), part->end(), word) == part->end()) part->emplace_back(word);
  }
  if (topic.words.size() < 2) {
    throw Error(ErrorCode::malformed,
                topic.words.empty() ? "found no word, expected two or more that belong together"
                                    : "found one word, expected two or more that belong together",
                path);
  }
  if (topic.outliers.empty()) {
    throw Error(ErrorCode::malformed, "found no outlier, expected some after an empty line", path);
  }
  return topic;
}

std::optional<double> OutlierCounts::accuracy() const noexcept {
  if (counted == 0) return std::nullopt;
  return static_cast<double>(detected) / static_cast<double>(counted);
}

std::optional<double> OutlierCounts::opp() const noexcept {
  if (counted == 0) return std::nullopt;
  return sum_of_positions / static_cast<double>(counted);
}

OutlierCounts& OutlierCounts::operator+=(const OutlierCounts& other) noexcept {
  counted += other.counted;
  detected += other.detected;
  sum_of_positions += other.sum_of_positions;
  unknown += other.unknown;
  return *this;
}

OutlierCounts OutlierResult::total() const noexcept {
  return std::accumulate(
      topics.begin(), topics.end(), OutlierCounts{},
      [](OutlierCounts sum, const OutlierCounts& topic) { return sum += topic; });
}

OutlierResult evaluate_outliers(const Embeddings& embeddings, std::span<const OutlierTopic> topics,
                                const OutlierEvaluation& evaluation) {
  PhraseVectors phrases(embeddings, evaluation);
  for (const OutlierTopic& topic : topics) {
    for (const auto* part : {&topic.words, &topic.outliers}) {
      for (const std::string& word : *part) phrases.want(word);
    }
  }
  phrases.search();

  OutlierResult result;
  WordsWithoutRow unknown;
  const auto vectors_of = [&](const std::vector<std::string>& words) {
    Vectors vectors;
    for (const std::string& word : words) {
      vectors.push_back(phrases.find(word));
      if (vectors.back().empty()) unknown.add(word);
    }
    return vectors;
  };
  for (const OutlierTopic& topic : topics) {
    const Vectors words = vectors_of(topic.words);
    result.topics.push_back(count(words, vectors_of(topic.outliers), evaluation.unknown));
  }
  result.unknown_words = std::move(unknown).take();
  return result;
}

}  // namespace wordvec
