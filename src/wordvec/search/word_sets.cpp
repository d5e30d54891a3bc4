#include "wordvec/search/word_sets.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "wordvec/base/error.h"
#include "wordvec/search/similarity.h"

namespace wordvec {
namespace {

void append(std::vector<ResolvedTerm>& sum, std::span<const ResolvedTerm> words, double weight) {
  for (const ResolvedTerm& word : words) {
    sum.push_back(word);
    sum.back().weight = weight;
  }
}

std::vector<ListedWord> scores_with(const Embeddings& embeddings, std::span<const float> vector,
                                    std::span<const ResolvedTerm> words) {
  std::vector<ListedWord> scores;
  for (std::size_t i = 0; i < words.size(); ++i) {
    length_of(embeddings, words[i]);
    scores.push_back({i, similarity(Measure::cosine, vector, vector_of(embeddings, words[i]))});
  }
  return scores;
}

}  // namespace

std::vector<std::string> take_repeated(const Embeddings& embeddings,
                                       std::vector<ResolvedTerm>& words) {
  std::vector<std::string> repeated;
  std::unordered_map<std::string, int> counts;
  std::erase_if(words, [&](const ResolvedTerm& term) {
    const std::string_view word = word_of(embeddings, term);
    const int count = ++counts[std::string(word)];
    if (count == 2) repeated.emplace_back(word);
    return count > 1;
  });
  return repeated;
}

std::vector<std::string> words_in_both(const Embeddings& embeddings,
                                       std::span<const ResolvedTerm> first,
                                       std::span<const ResolvedTerm> second) {
  std::unordered_set<std::string_view> others;
  for (const ResolvedTerm& term : second) others.insert(word_of(embeddings, term));
  std::vector<std::string> words;
  for (const ResolvedTerm& term : first) {
    const std::string_view word = word_of(embeddings, term);
    if (others.contains(word)) words.emplace_back(word);
  }
  return words;
}

void check_odd_words(std::size_t count) {
  if (count >= kMinOddWords) return;
  throw Error(ErrorCode::query,
              "found " + std::to_string(count) + (count == 1 ? " word" : " words") +
                  ", expected three or more" +
                  (count == 2 ? ": of two, each is as far from the mean as the other" : ""));
}

std::vector<ListedWord> odd_one_out(const Embeddings& embeddings,
                                    std::span<const ResolvedTerm> words) {
  check_odd_words(words.size());
  std::vector<ResolvedTerm> sum;
  append(sum, words, 1);
  auto scores = scores_with(embeddings, query_vector(embeddings, sum), words);
  std::stable_sort(scores.begin(), scores.end(),
                   [](const ListedWord& a, const ListedWord& b) { return a.score < b.score; });
  return scores;
}

std::size_t equally_odd(std::span<const ListedWord> scores) noexcept {
  constexpr float kRounding = 0x1p-22F;
  const auto end = std::find_if(scores.begin(), scores.end(), [&](const ListedWord& word) {
    return word.score - scores.front().score > kRounding;
  });
  return static_cast<std::size_t>(end - scores.begin());
}

std::vector<float> axis_between(const Embeddings& embeddings, std::span<const ResolvedTerm> from,
                                std::span<const ResolvedTerm> to) {
  if (from.empty() || to.empty()) {
    throw Error(ErrorCode::query, "an axis needs at least one word at each end");
  }
  std::vector<ResolvedTerm> sum;
  append(sum, to, 1 / static_cast<double>(to.size()));
  append(sum, from, -1 / static_cast<double>(from.size()));
  try {
    return query_vector(embeddings, sum);
  } catch (const NoDirectionError& error) {
    throw NoDirectionError("there is no axis between these words: " + error.message());
  }
}

std::vector<ListedWord> project_on_axis(const Embeddings& embeddings, std::span<const float> axis,
                                        std::span<const ResolvedTerm> words) {
  auto scores = scores_with(embeddings, axis, words);
  std::stable_sort(scores.begin(), scores.end(),
                   [](const ListedWord& a, const ListedWord& b) { return a.score > b.score; });
  return scores;
}

}  // namespace wordvec
