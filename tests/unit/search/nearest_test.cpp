#include "wordvec/search/nearest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "support/reference.h"
#include "support/rows.h"
#include "support/sample.h"
#include "wordvec/index/scalar_quantizer.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/query.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::nearest_test {
namespace {

using test::random_rows;
using test::reference_score;
using test::Rows;
using test::sample;
using test::sample_row;
using test::TestModel;
using Neighbors = std::vector<Neighbor>;

// Scores every row, sorts them all.
Neighbors reference_nearest(const Embeddings& embeddings, const NearestQuery& query,
                            const NearestOptions& options) {
  Neighbors all;
  for (std::size_t r = 0; r < std::min(embeddings.rows(), options.top_rows); ++r) {
    const Row row = static_cast<Row>(r);
    const auto has = [row](std::span<const Row> rows) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    if (has(query.excluded) || (options.among && !has(*options.among))) continue;
    const float score = reference_score(query.vector, embeddings.matrix.row(r));
    if (!std::isnan(score) && score >= options.min_score) all.push_back({row, score});
  }
  std::sort(all.begin(), all.end(), [](const Neighbor& a, const Neighbor& b) {
    return a.score > b.score || (a.score == b.score && a.row < b.row);
  });
  if (all.size() > options.k) all.resize(options.k);
  return all;
}

void expect_same(const Neighbors& found, const Neighbors& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].row, expected[i].row) << "rank " << i;
    EXPECT_EQ(std::bit_cast<std::uint32_t>(found[i].score),
              std::bit_cast<std::uint32_t>(expected[i].score))
        << "rank " << i;
  }
}

using Search = std::vector<std::vector<Neighbor>> (*)(const Embeddings&,
                                                      std::span<const NearestQuery>,
                                                      const NearestOptions&);

struct NamedSearch {
  const char* name;
  Search search;
};

// The searches through codes, of a model that has none.
std::vector<Neighbors> coded(const Embeddings& embeddings, std::span<const NearestQuery> queries,
                             const NearestOptions& options, Search search) {
  const std::span<const float> matrix(embeddings.matrix.data, embeddings.rows() * embeddings.dim());
  const OwnedSearchIndex codes(matrix, embeddings.dim(), 2);
  Embeddings with_codes = embeddings;
  with_codes.codes = codes.view();
  return search(with_codes, queries, options);
}

std::vector<Neighbors> one_by_one(const Embeddings& embeddings,
                                  std::span<const NearestQuery> queries,
                                  const NearestOptions& options) {
  return coded(embeddings, queries, options, [](const auto& model, auto many, const auto& how) {
    std::vector<Neighbors> answers;
    for (const NearestQuery& query : many) answers.push_back(coded_search(model, query, how));
    return answers;
  });
}

std::vector<Neighbors> in_a_batch(const Embeddings& embeddings,
                                  std::span<const NearestQuery> queries,
                                  const NearestOptions& options) {
  return coded(embeddings, queries, options, coded_batch_search);
}

class NearestTest : public testing::TestWithParam<NamedSearch> {
 protected:
  Neighbors search(const Embeddings& embeddings, std::span<const float> vector,
                   const NearestOptions& options, std::span<const Row> excluded = {}) const {
    const NearestQuery query{vector, excluded};
    return GetParam().search(embeddings, {&query, 1}, options).at(0);
  }
  void expect_reference(const Embeddings& embeddings, std::span<const float> vector,
                        const NearestOptions& options, std::span<const Row> excluded = {}) const {
    expect_same(search(embeddings, vector, options, excluded),
                reference_nearest(embeddings, {vector, excluded}, options));
  }
};

INSTANTIATE_TEST_SUITE_P(Each, NearestTest,
                         testing::Values(NamedSearch{"nearest", nearest},
                                         NamedSearch{"full_scan", full_scan},
                                         NamedSearch{"codes", one_by_one},
                                         NamedSearch{"batch", in_a_batch}),
                         [](const auto& search) { return std::string(search.param.name); });

NearestOptions best(std::size_t k) {
  NearestOptions options;
  options.k = k;
  return options;
}

// Random rows, and every kind of row that is a trap.
Rows odd_rows(std::size_t dim, unsigned seed) {
  Rows rows = random_rows(600, dim, seed);
  const auto put = [&](const std::string& word, auto value_of) {
    std::vector<float> vector(dim);
    for (std::size_t i = 0; i < dim; ++i) vector[i] = value_of(i);
    rows.add(word, vector);
  };
  const auto old = [&rows](std::size_t row, std::size_t i) {
    return rows.vectors[row * rows.dim + i];
  };
  put("zero", [](std::size_t) { return 0.0F; });
  put("minus zero", [](std::size_t) { return -0.0F; });
  put("nan", [](std::size_t i) { return i == 0 ? std::nanf("") : 1.0F; });
  put("inf", [](std::size_t i) { return i == 0 ? INFINITY : 1.0F; });
  put("all inf", [](std::size_t) { return -INFINITY; });
  put("huge", [](std::size_t i) { return i % 2 == 0 ? FLT_MAX : -FLT_MAX; });
  put("huge too", [&](std::size_t i) { return old(3, i) > 0 ? FLT_MAX : -FLT_MAX; });
  put("tiny", [&](std::size_t i) { return old(5, i) * 1e-38F; });
  put("tiniest", [](std::size_t i) { return i == 1 ? 1e-45F : 0.0F; });
  put("denormal", [&](std::size_t i) { return old(7, i) > 0 ? 3e-45F : -1e-45F; });
  for (const std::size_t of : {3U, 7U, 100U}) {  // ties: multiples by powers of two
    put("same" + std::to_string(of), [&](std::size_t i) { return old(of, i); });
    put("double" + std::to_string(of), [&](std::size_t i) { return 2 * old(of, i); });
    put("minus" + std::to_string(of), [&](std::size_t i) { return -old(of, i); });
    put("small" + std::to_string(of), [&](std::size_t i) { return old(of, i) / 1024; });
  }
  return rows;
}

std::vector<float> row_of(const Rows& rows, std::size_t row) {
  const auto begin = rows.vectors.begin() + static_cast<std::ptrdiff_t>(row * rows.dim);
  return {begin, begin + static_cast<std::ptrdiff_t>(rows.dim)};
}

TEST_P(NearestTest, IsTheReferenceToTheLastBit) {
  for (const std::size_t dim : {1U, 2U, 7U, 8U, 50U, 300U}) {
    const Rows rows = odd_rows(dim, static_cast<unsigned>(dim));
    const TestModel model(rows);
    const Rows queries = random_rows(50, dim, 99);
    for (std::size_t q = 0; q < 50; ++q) {
      SCOPED_TRACE("dim " + std::to_string(dim) + ", query " + std::to_string(q));
      // Half the queries are rows of the model, among them the odd ones.
      const std::size_t row = q % 2 == 0 ? q * 3 : rows.size() - 1 - q / 2;
      std::vector<float> vector = q % 3 == 0 ? row_of(queries, q) : row_of(rows, row);
      const double squared = test::lanes_dot(vector.data(), vector.data(), dim);
      if (!(squared > 0) || !std::isfinite(squared)) continue;
      expect_reference(model.embeddings(), vector, best(10));
    }
  }
}

TEST_P(NearestTest, TakesAnyK) {
  const Rows rows = odd_rows(20, 1);
  const TestModel model(rows);
  const auto vector = row_of(rows, 3);
  for (const std::size_t k :
       {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{599}, rows.size() - 1,
        rows.size(), rows.size() + 1, std::numeric_limits<std::size_t>::max()}) {
    SCOPED_TRACE(k);
    expect_reference(model.embeddings(), vector, best(k));
  }
  // All rows have a score but those of zeros and with NaN or infinity.
  EXPECT_EQ(search(model.embeddings(), vector, best(10'000)).size(), rows.size() - 5);
}

TEST_P(NearestTest, BreaksTiesByRow) {
  Rows rows;
  for (int i = 0; i < 700; ++i) {
    const float scale = std::ldexp(1.0F, i % 60 - 30);
    rows.add("w" + std::to_string(i), {0.3F * scale, 0.4F * scale, -0.1F * scale});
  }
  const TestModel model(rows);
  for (const unsigned threads : {1U, 3U}) {
    NearestOptions options = best(5);
    options.threads = threads;
    const Neighbors found = search(model.embeddings(), row_of(rows, 30), options);
    ASSERT_EQ(found.size(), 5U);
    for (Row i = 0; i < 5; ++i) {
      EXPECT_EQ(found[i].row, i);
      EXPECT_EQ(found[i].score, found[0].score);
    }
  }
}

TEST_P(NearestTest, ByHand) {
  Rows rows;
  rows.add("east", {2, 0});
  rows.add("north", {0, 3});
  rows.add("northeast", {1, 1});
  rows.add("west", {-1, 0});
  rows.add("zero", {0, 0});
  const TestModel model(rows);
  const std::vector<float> east = {5, 0};
  const Row excluded[] = {0};
  EXPECT_EQ(search(model.embeddings(), east, best(9)),
            (Neighbors{{0, 1}, {2, 0.70710678F}, {1, 0}, {3, -1}}));
  EXPECT_EQ(search(model.embeddings(), east, best(9), excluded),
            (Neighbors{{2, 0.70710678F}, {1, 0}, {3, -1}}));
}

TEST_P(NearestTest, LeavesOutExcludedRows) {
  const Rows rows = odd_rows(20, 2);
  const TestModel model(rows);
  const auto vector = row_of(rows, 3);
  std::vector<Row> excluded = {3, 610, 611, 612, 3, 100'000};
  expect_reference(model.embeddings(), vector, best(20), excluded);
  excluded.clear();
  for (Row row = 0; row < rows.size(); ++row) excluded.push_back(row);
  EXPECT_TRUE(search(model.embeddings(), vector, best(20), excluded).empty());
}

TEST_P(NearestTest, SearchesTheFirstRowsOnly) {
  const Rows rows = odd_rows(20, 3);
  const TestModel model(rows);
  for (const std::size_t top_rows : {0U, 1U, 100U, 599U, 605U, 10'000U}) {
    NearestOptions options = best(10);
    options.top_rows = top_rows;
    expect_reference(model.embeddings(), row_of(rows, 100), options);
  }
}

TEST_P(NearestTest, SearchesChosenRowsOnly) {
  const Rows rows = odd_rows(20, 4);
  const TestModel model(rows);
  std::mt19937 random(5);
  for (const std::size_t count : {0U, 1U, 2U, 50U, 400U}) {
    std::vector<Row> among;  // neither sorted nor distinct, some beyond the end
    for (std::size_t i = 0; i < count; ++i) among.push_back(static_cast<Row>(random() % 700));
    if (count == 50) {
      for (Row row = 200; row < 300; ++row) among.push_back(row);  // and a run
    }
    if (count > 1) among.push_back(0xffffffff);
    for (const std::size_t top_rows : {std::size_t{250}, std::size_t{10'000}}) {
      NearestOptions options = best(15);
      options.among = among;
      options.top_rows = top_rows;
      expect_reference(model.embeddings(), row_of(rows, 7), options);
    }
  }
}

TEST_P(NearestTest, DropsScoresBelowTheLeast) {
  const Rows rows = odd_rows(20, 6);
  const TestModel model(rows);
  const auto vector = row_of(rows, 100);
  const Neighbors all = search(model.embeddings(), vector, best(10'000));
  std::vector<float> limits = {-INFINITY, -2, -1, -0.3F, 0, 0.3F, 1, 1.5F, INFINITY};
  for (const std::size_t i : {0U, 3U, 50U, 300U}) {  // a score itself, and the next float above it
    limits.push_back(all[i].score);
    limits.push_back(std::nextafter(all[i].score, 2.0F));
  }
  for (const float limit : limits) {
    SCOPED_TRACE(limit);
    NearestOptions options = best(10'000);
    options.min_score = limit;
    expect_reference(model.embeddings(), vector, options);
    options.k = 3;
    expect_reference(model.embeddings(), vector, options);
  }
}

TEST_P(NearestTest, DoesNotDependOnThreads) {
  const Rows rows = odd_rows(30, 7);
  const TestModel model(rows);
  const auto vector = row_of(rows, 3);
  for (unsigned threads = 0; threads <= 5; ++threads) {
    for (const std::size_t k : {1U, 10U, 1000U}) {
      NearestOptions options = best(k);
      options.threads = threads;
      expect_reference(model.embeddings(), vector, options);
    }
  }
  NearestOptions many = best(10);
  many.threads = 200;  // more than there are blocks
  expect_reference(model.embeddings(), vector, many);
}

TEST_P(NearestTest, DoesNotDependOnTheInstructionSet) {
  const std::string before = simd::active().name;
  const Rows rows = odd_rows(75, 8);
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (!simd::select(kernels->name)) continue;
    SCOPED_TRACE(kernels->name);
    const TestModel model(rows);
    for (const std::size_t row : {3U, 7U, 50U, 605U, 606U}) {
      expect_reference(model.embeddings(), row_of(rows, row), best(25));
    }
  }
  simd::select(before);
}

TEST_P(NearestTest, AnswersEachOfManyQueriesAsAlone) {
  const Rows rows = odd_rows(40, 9);
  const TestModel model(rows);
  const Row excluded[] = {0, 1, 2, 3, 4, 5};
  for (std::size_t count = 0; count <= 19; ++count) {
    std::vector<std::vector<float>> vectors;
    std::vector<NearestQuery> queries;
    for (std::size_t q = 0; q < count; ++q) vectors.push_back(row_of(rows, q * 5 + 3));
    for (std::size_t q = 0; q < count; ++q) {
      queries.push_back({vectors[q], std::span(excluded).first(q % 7 == 6 ? 6 : 0)});
    }
    for (const unsigned threads : {1U, 4U}) {
      NearestOptions options = best(7);
      options.threads = threads;
      const auto answers = GetParam().search(model.embeddings(), queries, options);
      ASSERT_EQ(answers.size(), count);
      for (std::size_t q = 0; q < count; ++q) {
        expect_same(answers[q], reference_nearest(model.embeddings(), queries[q], options));
      }
    }
  }
}

// What gensim 4.2 computes on the bundled sample (KeyedVectors.most_similar).
struct Known {
  const char* query;
  std::vector<std::pair<const char*, double>> answers;
};

const std::vector<Known>& known_answers() {
  static const std::vector<Known> known = {
      {"king",
       {{"queen", 0.6976756},
        {"majesty", 0.6219665},
        {"prince", 0.6138039},
        {"emperor", 0.6116040},
        {"kings", 0.6035802}}},
      {"king - man + woman",
       {{"queen", 0.7374432}, {"princess", 0.6016702}, {"elizabeth", 0.5110387}}},
      {"cat",
       {{"dog", 0.6864400},
        {"mouse", 0.6685107},
        {"kitten", 0.6605455},
        {"cats", 0.6096911},
        {"tiger", 0.5655275}}},
      {"paris - france + england",
       {{"london", 0.7982252}, {"edinburgh", 0.6645040}, {"york", 0.6471425}}}};
  return known;
}

TEST_P(NearestTest, AgreesWithGensimOnTheSample) {
  if (sample() == nullptr) GTEST_SKIP() << "no sample";
  const TestModel model(*sample());
  const Embeddings embeddings = model.embeddings();
  for (const Known& known : known_answers()) {
    SCOPED_TRACE(known.query);
    const ResolvedQuery query =
        resolve(parse_query(known.query, embeddings.vocabulary), embeddings, false);
    ASSERT_TRUE(query.unknown.empty());
    const auto vector = query_vector(embeddings, query.terms);
    const std::vector<Row> inputs = rows_of(query.terms);
    const Neighbors found = search(embeddings, vector, best(known.answers.size()), inputs);
    ASSERT_EQ(found.size(), known.answers.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(embeddings.vocabulary.word(found[i].row), known.answers[i].first);
      EXPECT_NEAR(static_cast<double>(found[i].score), known.answers[i].second, 1e-6);
    }
  }
}

TEST_P(NearestTest, IsTheReferenceOnTheSample) {
  if (sample() == nullptr) GTEST_SKIP() << "no sample";
  const TestModel model(*sample());
  for (const char* word : {"king", "man", "woman", "queen", "cat", "?", "ok", "you", "are"}) {
    SCOPED_TRACE(word);
    const Row excluded[] = {sample_row(word)};
    NearestOptions options = best(100);
    options.threads = 2;
    expect_reference(model.embeddings(), model.embeddings().matrix.row(excluded[0]), options,
                     excluded);
  }
}

TEST(Sample, HasItsWordsWhereGensimFindsThem) {
  if (sample() == nullptr) GTEST_SKIP() << "no sample";
  const std::pair<const char*, Row> kRows[] = {
      {"man", 66},     {"woman", 218},  {"king", 193}, {"queen", 575}, {"cat", 1546}, {"dog", 794},
      {"father", 200}, {"mother", 248}, {"are", 46},   {"you", 14},    {"ok", 10000}, {"?", 34}};
  const TestModel model(*sample());
  for (const auto& [word, row] : kRows) {
    EXPECT_EQ(model.embeddings().vocabulary.find(word), row) << word;
  }
}

// 3CosMul as its paper writes it.
Neighbors reference_by_product(const Embeddings& embeddings, const std::vector<Row>& positives,
                               const std::vector<Row>& negatives, bool include_inputs,
                               const NearestOptions& options) {
  Neighbors all;
  const auto half_cosine = [&](Row a, Row b) {
    const auto x = embeddings.matrix.row(a);
    const auto y = embeddings.matrix.row(b);
    const double cosine = test::lanes_dot(x.data(), y.data(), x.size()) /
                          (std::sqrt(test::lanes_dot(x.data(), x.data(), x.size())) *
                           std::sqrt(test::lanes_dot(y.data(), y.data(), y.size())));
    return (1 + std::clamp(cosine, -1.0, 1.0)) / 2;
  };
  for (Row row = 0; row < embeddings.rows() && row < options.top_rows; ++row) {
    const auto has = [row](const auto& rows) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    if (!include_inputs && (has(positives) || has(negatives))) continue;
    if (options.among && !has(*options.among)) continue;
    double product = 1;
    double divisor = 1;
    for (const Row p : positives) product *= half_cosine(p, row);
    for (const Row n : negatives) divisor *= half_cosine(n, row);
    const auto score = static_cast<float>(product / (divisor + 1e-6));
    if (!std::isnan(score) && score >= options.min_score) all.push_back({row, score});
  }
  std::sort(all.begin(), all.end(), [](const Neighbor& a, const Neighbor& b) {
    return a.score > b.score || (a.score == b.score && a.row < b.row);
  });
  if (all.size() > options.k) all.resize(options.k);
  return all;
}

TEST(NearestByProduct, IsTheFormulaOfThePaper) {
  const TestModel model(odd_rows(25, 10));
  const Embeddings embeddings = model.embeddings();
  const std::vector<std::vector<Row>> kPositives = {{3, 20}, {100}, {5, 50, 500}, {7, 7}, {}};
  const std::vector<std::vector<Row>> kNegatives = {{11}, {}, {12, 13}, {7}, {9}};
  for (std::size_t i = 0; i < kPositives.size(); ++i) {
    for (const bool include_inputs : {false, true}) {
      for (unsigned threads = 1; threads <= 5; ++threads) {
        NearestOptions options = best(threads == 3 ? 1000 : 10);
        options.threads = threads;
        if (threads == 4) options.top_rows = 300;
        if (threads == 5) options.min_score = 0.4F;
        expect_same(
            nearest_by_product(embeddings, kPositives[i], kNegatives[i], include_inputs, options),
            reference_by_product(embeddings, kPositives[i], kNegatives[i], include_inputs,
                                 options));
      }
    }
  }
}

TEST(NearestByProduct, TakesVectorsThatAreNoRows) {
  const TestModel model(odd_rows(25, 10));
  const Embeddings embeddings = model.embeddings();
  // The rows' own vectors, elsewhere in memory, give the rows' answers.
  const std::vector<Row> positives = {3, 20};
  const std::vector<Row> negatives = {11};
  std::vector<std::vector<float>> copies;
  for (const Row row : {3U, 20U, 11U}) {
    const auto vector = embeddings.matrix.row(row);
    copies.emplace_back(vector.begin(), vector.end());
  }
  const std::vector<std::span<const float>> positive_vectors = {copies[0], copies[1]};
  const std::vector<std::span<const float>> negative_vectors = {copies[2]};
  for (const bool include_inputs : {false, true}) {
    const std::vector<Row> excluded =
        include_inputs ? std::vector<Row>() : std::vector<Row>{3, 20, 11};
    expect_same(
        nearest_by_product(embeddings, positive_vectors, negative_vectors, excluded, best(20)),
        reference_by_product(embeddings, positives, negatives, include_inputs, best(20)));
  }
}

TEST(NearestByProduct, DoesNotDependOnTheInstructionSet) {
  const std::string before = simd::active().name;
  const TestModel model(odd_rows(31, 11));
  const std::vector<Row> positives = {3, 20};
  const std::vector<Row> negatives = {11};
  const Neighbors expected =
      reference_by_product(model.embeddings(), positives, negatives, false, best(20));
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (!simd::select(kernels->name)) continue;
    expect_same(nearest_by_product(model.embeddings(), positives, negatives, false, best(20)),
                expected);
  }
  simd::select(before);
}

TEST(NearestByProduct, ByHand) {
  Rows rows;
  rows.add("east", {1, 0});
  rows.add("north", {0, 2});
  rows.add("northeast", {3, 3});
  rows.add("south", {0, -1});
  rows.add("zero", {0, 0});
  const TestModel model(rows);
  const Row positives[] = {0};
  const Row negatives[] = {1};
  const Neighbors found =
      nearest_by_product(model.embeddings(), positives, negatives, false, best(9));
  // south: ½ / (0 + 10⁻⁶) = 500000; northeast: 0.853553 / (0.853553 + 10⁻⁶) = 0.9999988
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].row, 3U);
  EXPECT_FLOAT_EQ(found[0].score, 500'000);
  EXPECT_EQ(found[1].row, 2U);
  EXPECT_FLOAT_EQ(found[1].score, 0.9999988F);
}

}  // namespace
}  // namespace wordvec::nearest_test
