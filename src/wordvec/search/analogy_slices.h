// Large sets of analogies in slices that a search can hold at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wordvec/base/parallel.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/coded_search.h"

namespace wordvec {

struct SlicedAnalogy {
  std::size_t index = 0;               // among the caller's
  std::array<Row, 3> rows{};           // a, b, c
  std::array<std::size_t, 3> words{};  // a, b, c among the words of the slice
};

// Some questions with few enough words.
template <class Question>
struct AnalogySlice {
  std::vector<Question> questions;
  std::vector<Row> words;
};

// The words' similarities with a chunk of rows stay in a core's cache.
inline constexpr std::size_t kMaxSliceWords = 1024;
// Each takes a few kilobytes while it is asked.
inline constexpr std::size_t kMaxSliceQuestions = 16'384;
// A question with more candidates is crowded; one with more answers goes by itself.
inline constexpr std::size_t kMaxCandidates = 1024;
inline constexpr std::size_t kMaxAnswers = 256;
// While little is known of a question's threshold it is looked at after this many rows.
inline constexpr std::size_t kFirstStep = 32;

// True when `count` questions are faster in slices than each by itself, for which there have to be
// `least` of them. A slice compares its words with all rows, whichever are candidates; many
// questions make that worth while for few candidates, too.
inline bool slices_pay(const Embeddings& embeddings, std::size_t count, std::size_t least,
                       const NearestOptions& options) {
  constexpr std::size_t kMany = 1024;
  constexpr std::size_t kShareForMany = 64;
  return count >= least && options.k <= kMaxAnswers &&
         codes_pay(embeddings, options, count < kMany ? kMinCodedShare : kShareForMany);
}

// In the order of `questions`. make(i) gives the Question, a SlicedAnalogy with what the search
// wants to know besides, of questions[i]; nullopt: it has no answer.
template <class Question, class Make>
std::vector<AnalogySlice<Question>> slices_of(std::span<const Analogy> questions, Make make) {
  std::vector<AnalogySlice<Question>> slices;
  std::unordered_map<Row, std::size_t> index;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    std::optional<Question> question = make(i);
    if (!question) continue;
    question->index = i;
    question->rows = {questions[i].a, questions[i].b, questions[i].c};
    if (slices.empty() || slices.back().words.size() + 3 > kMaxSliceWords ||
        slices.back().questions.size() == kMaxSliceQuestions) {
      slices.emplace_back();
      index.clear();
    }
    AnalogySlice<Question>& slice = slices.back();
    for (std::size_t w = 0; w < question->rows.size(); ++w) {
      const auto [found, is_new] = index.try_emplace(question->rows[w], slice.words.size());
      if (is_new) slice.words.push_back(question->rows[w]);
      question->words[w] = found->second;
    }
    slice.questions.push_back(*std::move(question));
  }
  return slices;
}

// The answers to all questions, of which there are `count`, at their places. For each slice makes a
// Shared(embeddings, slice, include_inputs, options), whose `words` are ComparedWords, and as many
// Worker(shared) as there are threads: those run(), and have the answers(q) among the rows that
// they saw, unless one says that question q of the slice is_crowded(q), which by_itself(shared, q)
// then answers.
template <class Shared, class Worker, class Question, class ByItself>
std::vector<std::vector<Neighbor>> answer_slices(const Embeddings& embeddings, std::size_t count,
                                                 std::span<const AnalogySlice<Question>> slices,
                                                 bool include_inputs, const NearestOptions& options,
                                                 ByItself by_itself) {
  std::vector<std::vector<Neighbor>> answers(count);
  if (options.k == 0) return answers;
  const unsigned threads = threads_or_default(options.threads);
  for (const AnalogySlice<Question>& slice : slices) {
    Shared shared(embeddings, slice, include_inputs, options);
    std::vector<std::optional<Worker>> workers(
        std::min<std::size_t>(threads, shared.words.chunks().size()));
    parallel_for(threads, workers.size(), [&](std::size_t t) { workers[t].emplace(shared).run(); });
    parallel_for(threads, slice.questions.size(), [&](std::size_t q) {
      const bool is_crowded =
          std::any_of(workers.begin(), workers.end(),
                      [q](const std::optional<Worker>& worker) { return worker->is_crowded(q); });
      if (is_crowded) {
        answers[slice.questions[q].index] = by_itself(shared, q);
        return;
      }
      TopK best(options.k);
      for (std::optional<Worker>& worker : workers) {
        for (const Neighbor& neighbor : worker->answers(q)) best.offer(neighbor);
      }
      answers[slice.questions[q].index] = best.take_sorted();
    });
  }
  return answers;
}

}  // namespace wordvec
