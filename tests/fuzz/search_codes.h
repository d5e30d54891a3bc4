// Every search through codes that may lie.
#pragma once

#include <cmath>
#include <cstdlib>
#include <span>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/coded_search.h"

namespace wordvec::fuzz {

// Any answer may come of codes that lie, but it is one: rows that exist, scores that are numbers,
// the best first.
inline void require_answer(const std::vector<Neighbor>& answer, const Embeddings& embeddings,
                           std::size_t k) {
  if (answer.size() > k) std::abort();
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (answer[i].row >= embeddings.rows() || std::isnan(answer[i].score)) std::abort();
    if (i > 0 && answer[i].score > answer[i - 1].score) std::abort();
  }
}

// Calls `search`, which may see that the codes lie.
template <class Search>
void allow_damage(Search search) {
  try {
    search();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::malformed) std::abort();
  }
}

// Asks for the neighbours of `vectors` and of a few rows.
inline void search_codes(const Embeddings& embeddings,
                         std::span<const std::span<const float>> vectors,
                         const NearestOptions& options) {
  if (embeddings.codes.empty()) return;
  const auto last = static_cast<Row>(embeddings.rows() - 1);
  const Row inputs[] = {0, static_cast<Row>(last / 2), last};
  const std::size_t k = options.k;
  std::vector<NearestQuery> queries;
  for (const auto vector : vectors) {
    queries.push_back({vector, queries.size() % 2 == 0 ? std::span<const Row>() : inputs});
  }
  for (const NearestQuery& query : queries) {
    allow_damage([&] { require_answer(coded_search(embeddings, query, options), embeddings, k); });
  }
  allow_damage([&] {
    const auto answers = coded_batch_search(embeddings, queries, options);
    if (answers.size() != queries.size()) std::abort();
    for (const auto& answer : answers) require_answer(answer, embeddings, k);
  });
  const std::span<const Row> rows(inputs);
  allow_damage([&] {
    require_answer(
        coded_search_by_product(embeddings, rows.first(2), rows.subspan(2), false, options),
        embeddings, k);
  });
  allow_damage([&] {
    const Analogy questions[] = {
        {inputs[0], inputs[1], inputs[2]}, {last, 0, last}, {inputs[1], inputs[0], inputs[1]}};
    const auto found = coded_analogies(embeddings, questions, true, options);
    if (found.size() != std::size(questions)) std::abort();
    for (const auto& answer : found) require_answer(answer, embeddings, k);
    const auto by_product = coded_analogies_by_product(embeddings, questions, true, options);
    if (by_product.size() != std::size(questions)) std::abort();
    for (const auto& answer : by_product) require_answer(answer, embeddings, k);
  });
}

}  // namespace wordvec::fuzz
