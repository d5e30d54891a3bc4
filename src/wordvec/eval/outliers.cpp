#include "wordvec/eval/outliers.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/eval/dataset_lines.h"
#include "wordvec/eval/similarity.h"
#include "wordvec/model/cosine.h"
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

  // Of what find() takes, the first word that the vocabulary spells otherwise.
  std::optional<std::string_view> other_spelling_of(const std::string& word) const {
    for (const std::string& whole : {word, joined(word)}) {
      if (finder_.find(whole)) return finder_.other_spelling_of(whole);
    }
    for (const std::string& part : parts_of(joined(word))) {
      if (const auto other = finder_.other_spelling_of(part)) return other;
    }
    return std::nullopt;
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

double cosine_of_rows(const std::vector<float>& a, const std::vector<float>& b) {
  return a.empty() || b.empty() ? 0 : cosine_or_zero(a, b);
}

// Of each word with the others.
std::vector<double> sums_of_cosines(const Vectors& words) {
  std::vector<double> sums(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double cosine = cosine_of_rows(words[i], words[j]);
      sums[i] += cosine;
      sums[j] += cosine;
    }
  }
  return sums;
}

// Sums that are equal are computed with different rounding, by their order: each of their n cosines
// is off, and so are its n additions, by units of at most n.
std::size_t position_of(const std::vector<float>& outlier, const Vectors& words,
                        const std::vector<double>& sums, std::size_t dim) {
  const auto n = static_cast<double>(words.size());
  const double rounding = 2 * n * (cosine_rounding(dim) + 0x1p-53 * n);
  std::vector<double> cosines;
  for (const std::vector<float>& word : words) cosines.push_back(cosine_of_rows(outlier, word));
  const double of_outlier = std::accumulate(cosines.begin(), cosines.end(), 0.0);
  std::size_t position = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (sums[i] + cosines[i] - of_outlier > rounding) ++position;
  }
  return position;
}

// A topic's words, or its outliers.
struct FoundWords {
  Vectors vectors;
  std::vector<ItemStatus> statuses;

  bool have(ItemStatus status) const {
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
  }
};

ItemStatus status_of(const FoundWords& words, ItemStatus outlier) {
  for (const ItemStatus status : {ItemStatus::unknown, ItemStatus::no_direction}) {
    if (words.have(status) || outlier == status) return status;
  }
  return ItemStatus::counted;
}

std::vector<OutlierCase> cases_of(const FoundWords& words, const FoundWords& outliers,
                                  UnknownOutliers unknown, std::size_t dim) {
  std::vector<OutlierCase> cases;
  const std::vector<double> sums = sums_of_cosines(words.vectors);
  for (std::size_t i = 0; i < outliers.vectors.size(); ++i) {
    OutlierCase& found = cases.emplace_back();
    found.status = status_of(words, outliers.statuses[i]);
    const bool is_unknown = found.status == ItemStatus::unknown;
    if (is_unknown && unknown == UnknownOutliers::skip) continue;
    found.position = is_unknown && unknown == UnknownOutliers::wrong
                         ? 0
                         : position_of(outliers.vectors[i], words.vectors, sums, dim);
    found.detected = found.position == words.vectors.size();
  }
  return cases;
}

OutlierCounts count(std::span<const OutlierCase> cases, std::size_t words) {
  OutlierCounts counts;
  for (const OutlierCase& found : cases) {
    if (found.status == ItemStatus::unknown) ++counts.unknown;
    if (!found.position) continue;
    ++counts.counted;
    if (found.detected) ++counts.detected;
    counts.sum_of_positions += static_cast<double>(*found.position) / static_cast<double>(words);
  }
  return counts;
}

}  // namespace

OutlierTopic parse_outlier_topic(std::string_view text, const std::string& name,
                                 const std::string& path) {
  OutlierTopic topic;
  topic.name = name;
  std::vector<std::string>* part = &topic.words;
  DatasetLines lines(text);
  while (const auto line = lines.next()) {
    const std::string_view word = trimmed(*line);
    if (word.empty()) {
      if (!topic.words.empty()) part = &topic.outliers;
      continue;
    }
    const auto has = [&](const std::vector<std::string>& words) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (has(*part)) {
      if (!has(topic.repeated)) topic.repeated.emplace_back(word);
      continue;
    }
    if (part == &topic.outliers && has(topic.words)) topic.in_both.emplace_back(word);
    if (part->size() == kMaxTopicWords) {
      throw Error(ErrorCode::malformed,
                  fmt::format("found more than {} {}, expected a topic of a few", kMaxTopicWords,
                              part == &topic.words ? "words that belong together" : "outliers"),
                  path);
    }
    part->emplace_back(word);
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

std::vector<Outcome> outcomes_of(std::span<const OutlierCase> cases) {
  std::vector<Outcome> outcomes;
  for (const OutlierCase& found : cases) {
    outcomes.push_back(!found.position  ? Outcome::not_counted
                       : found.detected ? Outcome::right
                                        : Outcome::wrong);
  }
  return outcomes;
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
  DistinctWords unknown;
  DirectionCheck directions;
  std::unordered_set<std::string> spelt_otherwise;
  const auto find = [&](const std::vector<std::string>& words) {
    FoundWords found;
    for (const std::string& word : words) {
      const std::vector<float>& vector = found.vectors.emplace_back(phrases.find(word));
      ItemStatus& status = found.statuses.emplace_back(ItemStatus::counted);
      if (vector.empty()) {
        status = ItemStatus::unknown;
        unknown.add(word);
        continue;
      }
      if (!directions.has_direction(word, vector)) status = ItemStatus::no_direction;
      const auto other = phrases.other_spelling_of(word);
      if (other && spelt_otherwise.insert(word).second) result.other_spellings.add(word, *other);
    }
    return found;
  };
  for (const OutlierTopic& topic : topics) {
    const FoundWords words = find(topic.words);
    result.cases.push_back(
        cases_of(words, find(topic.outliers), evaluation.unknown, embeddings.dim()));
    result.topics.push_back(count(result.cases.back(), topic.words.size()));
  }
  result.directionless = std::move(directions).take();
  result.unknown_words = std::move(unknown).take();
  return result;
}

}  // namespace wordvec
