// Compares every search through codes with the full scan, on a whole model.
//
//   exactness CONTAINER [QUERIES [ANALOGIES]]
//
// QUERIES (default 10,000) are, in turn: a word of any frequency, a sum of two words, a vector of
// normally distributed values; each is asked alone, and all in batches. ANALOGIES (1,000) are of
// random words, asked as a set and with 3CosMul. Every answer must have the rows and the bits of
// the scores of a scan of all rows, for each instruction set that the machine runs. Exit status 1
// when one has not. Prints how many were compared, differed, and how long the searches took in all.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/query.h"
#include "wordvec/simd/dispatch.h"
#include "wordvec/store/container.h"

namespace wordvec::bench {
namespace {

using Answers = std::vector<std::vector<Neighbor>>;

struct Asked {
  std::vector<float> vector;
  std::vector<Row> excluded;
};

std::vector<Asked> make_queries(const Embeddings& embeddings, std::size_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  const auto any_row = [&] { return static_cast<Row>(random() % embeddings.rows()); };
  std::vector<Asked> queries;
  while (queries.size() < count) {
    Asked asked;
    if (queries.size() % 3 == 2) {
      for (std::size_t i = 0; i < embeddings.dim(); ++i) asked.vector.push_back(normal(random));
    } else {
      asked.excluded = {any_row()};
      if (queries.size() % 3 == 1) asked.excluded.push_back(any_row());
      std::vector<ResolvedTerm> terms;
      for (const Row row : asked.excluded) terms.push_back({1, row});
      try {
        asked.vector = query_vector(embeddings, terms);
      } catch (const Error&) {
        continue;  // a row of zeros
      }
    }
    queries.push_back(std::move(asked));
  }
  return queries;
}

std::vector<Analogy> make_analogies(const Embeddings& embeddings, std::size_t count) {
  std::mt19937 random(2);
  const auto any_row = [&] { return static_cast<Row>(random() % embeddings.rows()); };
  std::vector<Analogy> analogies(count);
  for (Analogy& analogy : analogies) analogy = {any_row(), any_row(), any_row()};
  return analogies;
}

class Comparison {
 public:
  Comparison(const Embeddings& embeddings, std::size_t query_count, std::size_t analogy_count)
      : embeddings_(embeddings),
        asked_(make_queries(embeddings, query_count)),
        analogies_(make_analogies(embeddings, analogy_count)),
        products_(analogy_count) {
    for (const Asked& asked : asked_) queries_.push_back({asked.vector, asked.excluded});
    std::printf("scanning all rows for %zu queries and %zu analogies…\n", asked_.size(),
                analogies_.size());
    std::fflush(stdout);
    // So few at a time that they stay in the cache while the rows pass.
    constexpr std::size_t kAtOnce = 64;
    for (std::size_t q = 0; q < queries_.size(); q += kAtOnce) {
      const std::size_t count = std::min(kAtOnce, queries_.size() - q);
      for (auto& answer : full_scan(embeddings_, std::span(queries_).subspan(q, count), {})) {
        expected_.push_back(std::move(answer));
      }
    }
    Embeddings without_codes = embeddings_;
    without_codes.codes = {};
    expected_analogies_ = analogies(without_codes, analogies_, false, {});
    parallel_for(available_threads(), analogies_.size(),
                 [&](std::size_t i) { products_[i] = by_product(full_scan_by_product, i); });
  }

  bool holds_for(const std::string& name) const {
    bool holds = true;
    const auto compare = [&](const char* what, const Answers& expected, auto search) {
      const auto start = std::chrono::steady_clock::now();
      const Answers found = search();
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      std::size_t differ = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) differ += found[i] != expected[i] ? 1 : 0;
      std::printf("%-7s %-10s %6zu compared, %zu differ, %.1f s\n", name.c_str(), what,
                  expected.size(), differ, seconds.count());
      std::fflush(stdout);
      holds = holds && differ == 0;
    };
    compare("alone", expected_, [&] {
      Answers answers(queries_.size());
      parallel_for(available_threads(), queries_.size(),
                   [&](std::size_t q) { answers[q] = coded_search(embeddings_, queries_[q], {}); });
      return answers;
    });
    compare("batch", expected_, [&] { return coded_batch_search(embeddings_, queries_, {}); });
    compare("analogies", expected_analogies_,
            [&] { return coded_analogies(embeddings_, analogies_, false, {}); });
    compare("product", products_, [&] {
      Answers answers(analogies_.size());
      parallel_for(available_threads(), analogies_.size(),
                   [&](std::size_t i) { answers[i] = by_product(coded_search_by_product, i); });
      return answers;
    });
    return holds;
  }

 private:
  template <class Search>
  std::vector<Neighbor> by_product(Search search, std::size_t i) const {
    const std::vector<Row> positives = {analogies_[i].a, analogies_[i].c};
    const std::vector<Row> negatives = {analogies_[i].b};
    NearestOptions options;
    options.threads = 1;
    return search(embeddings_, positives, negatives, false, options);
  }

  const Embeddings& embeddings_;
  std::vector<Asked> asked_;
  std::vector<NearestQuery> queries_;
  std::vector<Analogy> analogies_;
  Answers expected_;
  Answers expected_analogies_;
  Answers products_;
};

int run(int argc, char** argv) {
  const auto number = [&](int index, std::size_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  const Container container = Container::open(argv[1]);
  if (container.embeddings().codes.empty()) {
    throw Error(ErrorCode::usage, "has no search codes: `wordvec index` adds them", argv[1]);
  }
  const Comparison comparison(container.embeddings(), number(2, 10'000), number(3, 1'000));
  bool holds = true;
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (simd::select(kernels->name)) holds = comparison.holds_for(kernels->name) && holds;
  }
  return holds ? 0 : 1;
}

}  // namespace
}  // namespace wordvec::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fputs("usage: exactness CONTAINER [QUERIES [ANALOGIES]]\n", stderr);
    return 2;
  }
  try {
    return wordvec::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "exactness: %s\n", error.what());
    return 3;
  }
}
