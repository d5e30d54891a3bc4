// A container that may lie, from memory: opened, verified, and asked everything. Hundreds of inputs
// a second, since what is opened is asked for all its words, neighbours, n-grams and components.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "one_processor.h"
#include "search_codes.h"
#include "support/aligned_bytes.h"
#include "wordvec/analysis/pca.h"
#include "wordvec/base/error.h"
#include "wordvec/search/nearest.h"
#include "wordvec/search/query.h"
#include "wordvec/search/spelling.h"
#include "wordvec/store/container.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

// Calls `act`, which may find that the file lies.
template <class Act>
void allow_error(Act act) {
  try {
    act();
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::query);
  }
}

// Words that are cut into n-grams, whatever the file says of them.
void build_vectors(const Embeddings& embeddings) {
  const Subwords& subwords = embeddings.subwords;
  if (subwords.empty()) return;
  require(problem_of(subwords.rules()).empty());
  require(subwords.matrix().dim == embeddings.dim());
  std::vector<float> vector(embeddings.dim());
  for (const char* word : {"ab", "kings", "könig", "日本", "", "</s>", "\xff\x80", "x y"}) {
    std::vector<std::uint32_t> rows;
    subwords.rows_of(word, rows);
    for (const std::uint32_t row : rows) require(row < subwords.matrix().rows);
    const bool has_vector = subwords.vector_of(word, vector);
    const bool is_finite =
        std::all_of(vector.begin(), vector.end(), [](float x) { return std::isfinite(x); });
    require(has_vector == (is_finite && !rows.empty()));
    if (!has_vector) continue;
    allow_error([&] {
      const ResolvedQuery resolved = resolve({{{1, word}, {0.5, "ab"}}}, embeddings, false);
      if (!resolved.unknown.empty()) return;
      const std::vector<float> sum = query_vector(embeddings, resolved.terms);
      const NearestQuery query{sum, {}};
      const auto answers = nearest(embeddings, {&query, 1}, {});
      for (const Neighbor& neighbor : answers.front()) {
        require(neighbor.row < embeddings.rows());
      }
    });
  }
}

void use(const Container& container) {
  const Embeddings& embeddings = container.embeddings();
  const Vocabulary& vocabulary = embeddings.vocabulary;
  for (Row row = 0; row < embeddings.rows(); ++row) {
    allow_error([&] {
      const std::string_view word = vocabulary.word(row);
      if (const auto found = vocabulary.find(word)) require(vocabulary.word(*found) == word);
      (void)find_word(vocabulary, word, false);
    });
  }
  (void)vocabulary.find("king");
  (void)container.verify();
  build_vectors(embeddings);
  const std::vector<NearestQuery> queries(2, NearestQuery{embeddings.matrix.row(0), {}});
  NearestOptions options;
  options.k = 3;
  allow_error([&] {
    for (const auto& answer : nearest(embeddings, queries, options)) {
      require(answer.size() <= 3);
      for (const Neighbor& neighbor : answer) require(neighbor.row < embeddings.rows());
    }
  });
  const std::vector<float> ones(embeddings.dim(), 1);
  const std::span<const float> vectors[] = {embeddings.matrix.row(0), ones};
  fuzz::search_codes(embeddings, vectors, options);
  const Row inputs[] = {0};
  allow_error([&] { (void)nearest_by_product(embeddings, inputs, {}, true, options); });
  allow_error([&] { (void)closest_spellings(vocabulary, "king", 3); });
  allow_error([&] { (void)query_vector(embeddings, std::vector<ResolvedTerm>{{1, 0}, {0.5, 0}}); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::AlignedBytes bytes({reinterpret_cast<const char*>(data), size});
  try {
    use(Container::from_memory(bytes.view(), "input"));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
  }
  return 0;
}
