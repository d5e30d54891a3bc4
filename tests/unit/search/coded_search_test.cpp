// Searches through codes against the full scan, on matrices that are made to be traps.
#include "wordvec/search/coded_search.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "support/decoded_codes.h"
#include "support/rows.h"
#include "support/sanitized.h"
#include "wordvec/base/error.h"
#include "wordvec/index/scalar_quantizer.h"
#include "wordvec/index/verify.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/query.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::coded_search_test {
namespace {

using test::random_rows;
using test::Rows;
using test::TestModel;
using Neighbors = std::vector<Neighbor>;
using Vector = std::vector<float>;

void expect_same(const Neighbors& found, const Neighbors& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].row, expected[i].row) << "rank " << i;
    ASSERT_EQ(std::bit_cast<std::uint32_t>(found[i].score),
              std::bit_cast<std::uint32_t>(expected[i].score))
        << "rank " << i;
  }
}

Rows filled(std::size_t count, std::size_t dim,
            const std::function<float(std::size_t, std::size_t)>& value) {
  Rows rows;
  rows.dim = dim;
  for (std::size_t r = 0; r < count; ++r) {
    Vector vector(dim);
    for (std::size_t i = 0; i < dim; ++i) vector[i] = value(r, i);
    rows.add("w" + std::to_string(r), vector);
  }
  return rows;
}

void append(Rows& rows, const Rows& more) {
  for (std::size_t r = 0; r < more.size(); ++r) {
    const auto begin = more.vectors.begin() + static_cast<std::ptrdiff_t>(r * more.dim);
    rows.add("more" + std::to_string(rows.size()),
             Vector(begin, begin + static_cast<std::ptrdiff_t>(more.dim)));
  }
}

struct Trap {
  std::string name;
  Rows rows;
};

std::vector<Trap> traps() {
  std::vector<Trap> all;
  all.push_back(
      {"all rows equal", filled(500, 10, [](std::size_t, std::size_t i) { return float(i) - 4; })});
  {
    Rows rows = filled(10'000, 20, [](std::size_t, std::size_t i) { return float(i % 7) - 3; });
    append(rows, random_rows(200, 20, 1));
    all.push_back({"ten thousand duplicates", std::move(rows)});
  }
  {
    Rows rows = random_rows(700, 30, 2);
    for (std::size_t i = 0; i < 30; ++i) rows.vectors[5 * 30 + i] *= 1e37F;
    all.push_back({"one huge row", std::move(rows)});
  }
  all.push_back({"rows of one non-zero", filled(620, 31, [](std::size_t r, std::size_t i) {
                   return r % 31 == i ? (r % 2 == 0 ? 1.0F : -1.0F) * float(r + 1) : 0.0F;
                 })});
  {
    Rows rows = random_rows(300, 25, 3);
    for (float& x : rows.vectors) x *= 1e-43F;
    append(rows, random_rows(300, 25, 4));
    all.push_back({"denormal rows", std::move(rows)});
  }
  {
    Rows rows = filled(1100, 12, [](std::size_t, std::size_t i) { return i == 0 ? 1.0F : 0.1F; });
    for (std::size_t i = 0; i < 12; ++i) rows.vectors[550 * 12 + i] *= -1;
    all.push_back({"a cluster of one row", std::move(rows)});
  }
  {
    Rows rows = random_rows(90, 20, 5);
    for (int power = -20; power <= 20; ++power) {
      Rows scaled = random_rows(20, 20, 6);
      for (float& x : scaled.vectors) x = std::ldexp(x, power);
      append(rows, scaled);
    }
    all.push_back({"scores that tie at the k-th place", std::move(rows)});
  }
  {
    Rows rows = random_rows(200, 9, 7);
    const float odd[] = {0.0F, -0.0F, INFINITY, -INFINITY, NAN, FLT_MAX, -FLT_MAX, 1e-45F};
    for (std::size_t r = 0; r < 80; ++r) {
      for (std::size_t i = 0; i < 9; ++i) {
        if (r % 8 < 2 || i == r % 9) rows.vectors[r * 9 + i] = odd[r % 8];
      }
    }
    all.push_back({"zeros, infinities and no numbers", std::move(rows)});
  }
  {
    // Most rows lie within a degree of each other, as the rare words of a real model do.
    Rows rows = random_rows(1500, 40, 8);
    for (std::size_t r = 0; r < 1400; ++r) {
      for (std::size_t i = 0; i < 40; ++i) {
        rows.vectors[r * 40 + i] = 1 + 0.01F * rows.vectors[r * 40 + i];
      }
    }
    all.push_back({"a dense tail", std::move(rows)});
  }
  for (const std::size_t count : {1U, 15U, 16U, 17U}) {
    all.push_back({std::to_string(count) + " rows", random_rows(count, 8, 9)});
  }
  for (const std::size_t dim : {1U, 2U, 7U, 8U, 9U, 31U, 63U, 64U, 65U, 300U}) {
    all.push_back({"dim " + std::to_string(dim), random_rows(1100, dim, 10)});
  }
  // Without a zero among the 4-bit codes, such a row leaves out more the more values it has.
  all.push_back({"one non-zero of 4096", filled(60, 4096, [](std::size_t r, std::size_t i) {
                   return i == 50 * r ? 2.0F : 0.0F;
                 })});
  for (const std::size_t dim : {519U, 520U, 4096U}) {
    all.push_back({"dim " + std::to_string(dim), random_rows(120, dim, 11)});
  }
  return all;
}

// A model with its codes.
class CodedModel {
 public:
  explicit CodedModel(const Rows& rows)
      : model_(rows), codes_(rows.vectors, rows.dim, 2), rows_(rows) {}

  Embeddings embeddings() const {
    Embeddings embeddings = model_.embeddings();
    embeddings.codes = codes_.view();
    return embeddings;
  }
  const Rows& rows() const { return rows_; }

  Vector row(std::size_t r) const {
    const auto row = embeddings().matrix.row(r);
    return {row.begin(), row.end()};
  }

 private:
  TestModel model_;
  OwnedSearchIndex codes_;
  const Rows& rows_;
};

bool has_direction(const Vector& vector) {
  double squared = 0;
  for (const float x : vector) squared += double{x} * double{x};
  return squared > 0 && std::isfinite(squared);
}

// Rows, their negatives, axes, random vectors, and the errors of codes, for which bounds are tight.
std::vector<Vector> queries_of(const CodedModel& model) {
  std::vector<Vector> queries;
  const std::size_t count = model.rows().size();
  const std::size_t dim = model.rows().dim;
  for (const std::size_t r : {std::size_t{0}, count / 2, count - 1, std::size_t{5} % count}) {
    queries.push_back(model.row(r));
    Vector negative = model.row(r);
    for (float& x : negative) x = -x;
    queries.push_back(negative);
  }
  Vector axis(dim);
  axis[dim / 2] = 3;
  queries.push_back(axis);
  const Rows random = random_rows(4, dim, 12);
  for (std::size_t q = 0; q < 4; ++q) {
    const auto begin = random.vectors.begin() + static_cast<std::ptrdiff_t>(q * dim);
    queries.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(dim));
  }
  const Embeddings embeddings = model.embeddings();
  if (!embeddings.codes.empty()) {
    for (const std::size_t position : {0U, 1U}) {
      if (embeddings.codes.rows[position] == SearchIndex::kNoRow) continue;
      queries.push_back(test::left_out4(embeddings.codes, embeddings.matrix, position));
      queries.push_back(test::left_out8(embeddings.codes, embeddings.matrix, position));
    }
  }
  std::erase_if(queries, [](const Vector& query) { return !has_direction(query); });
  return queries;
}

std::vector<NearestOptions> options_of(std::size_t rows, const std::vector<Row>& among) {
  std::vector<NearestOptions> all;
  for (const std::size_t k : {std::size_t{1}, std::size_t{2}, std::size_t{10}, rows}) {
    NearestOptions options;
    options.k = k;
    all.push_back(options);
  }
  NearestOptions options;
  options.top_rows = rows / 2 + 1;
  all.push_back(options);
  options.min_score = 0.1F;
  all.push_back(options);
  options = {};
  options.among = among;
  all.push_back(options);
  return all;
}

class CodedSearch : public testing::TestWithParam<const simd::Kernels*> {
 protected:
  void SetUp() override { simd::select(GetParam()->name); }
  void TearDown() override { simd::select(before_); }

 private:
  std::string before_ = simd::active().name;
};

std::vector<const simd::Kernels*> supported() {
  std::vector<const simd::Kernels*> tables;
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (simd::is_supported(*kernels)) tables.push_back(kernels);
  }
  return tables;
}

INSTANTIATE_TEST_SUITE_P(Each, CodedSearch, testing::ValuesIn(supported()),
                         [](const auto& kernels) { return std::string(kernels.param->name); });

TEST_P(CodedSearch, IsTheFullScanOnEveryTrap) {
  for (const Trap& trap : traps()) {
    const CodedModel model(trap.rows);
    const Embeddings embeddings = model.embeddings();
    ASSERT_EQ(verify_codes(embeddings.codes, trap.rows.vectors, 1), std::vector<std::string>{})
        << trap.name;
    const std::vector<Vector> vectors = queries_of(model);
    std::vector<Row> among;
    for (Row row = 0; row < trap.rows.size(); row += 3) among.push_back(row);
    const std::vector<Row> excluded = {0, static_cast<Row>(trap.rows.size() / 2)};
    for (const NearestOptions& options : options_of(trap.rows.size(), among)) {
      SCOPED_TRACE(trap.name + ", k = " + std::to_string(options.k) + ", top rows " +
                   std::to_string(options.top_rows));
      std::vector<NearestQuery> queries;
      for (std::size_t q = 0; q < vectors.size(); ++q) {
        queries.push_back({vectors[q], q % 2 == 0 ? std::span<const Row>() : excluded});
      }
      const auto expected = full_scan(embeddings, queries, options);
      const auto batch = coded_batch_search(embeddings, queries, options);
      for (std::size_t q = 0; q < queries.size(); ++q) {
        SCOPED_TRACE("query " + std::to_string(q));
        expect_same(coded_search(embeddings, queries[q], options), expected[q]);
        expect_same(batch[q], expected[q]);
      }
    }
  }
}

TEST_P(CodedSearch, ByProductIsTheFullScanOnEveryTrap) {
  for (const Trap& trap : traps()) {
    SCOPED_TRACE(trap.name);
    const CodedModel model(trap.rows);
    const Embeddings embeddings = model.embeddings();
    const auto count = static_cast<Row>(trap.rows.size());
    const std::vector<Row> positives = {0, static_cast<Row>(count / 2)};
    const std::vector<Row> negatives = {static_cast<Row>(count - 1)};
    for (const NearestOptions& options : options_of(trap.rows.size(), {})) {
      for (const bool include_inputs : {false, true}) {
        expect_same(
            coded_search_by_product(embeddings, positives, negatives, include_inputs, options),
            full_scan_by_product(embeddings, positives, negatives, include_inputs, options));
        expect_same(coded_search_by_product(embeddings, positives, {}, include_inputs, options),
                    full_scan_by_product(embeddings, positives, {}, include_inputs, options));
        expect_same(coded_search_by_product(embeddings, {}, positives, include_inputs, options),
                    full_scan_by_product(embeddings, {}, positives, include_inputs, options));
      }
    }
  }
}

// Analogies among few and among many words, those of hostile rows too.
TEST_P(CodedSearch, ManyAnalogiesAreTheFullScanOfEach) {
  std::mt19937 random(13);
  for (const Trap& trap : traps()) {
    SCOPED_TRACE(trap.name);
    const CodedModel model(trap.rows);
    const Embeddings embeddings = model.embeddings();
    const std::size_t words = std::min<std::size_t>(trap.rows.size(), 60);
    std::vector<Analogy> questions;
    for (int i = 0; i < (test::kSanitized ? 20 : 100); ++i) {
      questions.push_back({static_cast<Row>(random() % words), static_cast<Row>(random() % words),
                           static_cast<Row>(random() % words)});
    }
    for (const unsigned threads : {1U, 2U, 3U}) {
      NearestOptions options;
      options.k = threads == 1 ? 3 : 1;
      options.threads = threads;
      if (threads == 2) options.top_rows = trap.rows.size() / 5 + 1;
      const auto found = coded_analogies(embeddings, questions, threads == 3, options);
      ASSERT_EQ(found.size(), questions.size());
      for (std::size_t i = 0; i < questions.size(); ++i) {
        SCOPED_TRACE("question " + std::to_string(i));
        const std::vector<ResolvedTerm> terms = {
            {1, questions[i].a}, {-1, questions[i].b}, {1, questions[i].c}};
        const std::vector<Row> rows = {questions[i].a, questions[i].b, questions[i].c};
        Vector vector;
        try {
          vector = query_vector(embeddings, terms);
        } catch (const Error&) {
          EXPECT_TRUE(found[i].empty());
          continue;
        }
        const NearestQuery query{vector, threads == 3 ? std::span<const Row>() : rows};
        expect_same(found[i], full_scan(embeddings, {&query, 1}, options).front());
      }
    }
  }
}

TEST_P(CodedSearch, ManyAnalogiesByProductAreTheFullScanOfEach) {
  std::mt19937 random(19);
  for (const Trap& trap : traps()) {
    SCOPED_TRACE(trap.name);
    const CodedModel model(trap.rows);
    const Embeddings embeddings = model.embeddings();
    const std::size_t words = std::min<std::size_t>(trap.rows.size(), 60);
    std::vector<Analogy> questions;
    for (int i = 0; i < (test::kSanitized ? 8 : 30); ++i) {
      questions.push_back({static_cast<Row>(random() % words), static_cast<Row>(random() % words),
                           static_cast<Row>(random() % words)});
    }
    for (const unsigned threads : {1U, 2U, 3U}) {
      NearestOptions options;
      options.k = threads == 1 ? 3 : 1;
      options.threads = threads;
      if (threads == 2) options.top_rows = trap.rows.size() / 5 + 1;
      const bool include_inputs = threads == 3;
      const auto found = coded_analogies_by_product(embeddings, questions, include_inputs, options);
      ASSERT_EQ(found.size(), questions.size());
      for (std::size_t i = 0; i < questions.size(); ++i) {
        SCOPED_TRACE("question " + std::to_string(i));
        const std::vector<Row> positives = {questions[i].a, questions[i].c};
        expect_same(found[i], full_scan_by_product(embeddings, positives, {&questions[i].b, 1},
                                                   include_inputs, options));
      }
    }
  }
}

// Unit vectors at 0°, 60° and 120° add up to zero, but for their rounding: what is left of the sum
// is mostly that.
TEST_P(CodedSearch, AnalogiesWhoseSumNearlyVanishes) {
  constexpr std::size_t kDim = 40;
  Rows rows = random_rows(800, kDim, 17);
  std::vector<Analogy> questions;
  for (std::size_t i = 0; i < 30; ++i) {
    const double bend = std::pow(10.0, -1 - static_cast<double>(i) / 4);
    for (std::size_t w = 0; w < 3; ++w) {
      const double angle = static_cast<double>(w) * std::numbers::pi / 3;
      Vector vector(kDim);
      vector[i] = static_cast<float>(std::cos(angle));
      vector[i + 1] = static_cast<float>(std::sin(angle));
      vector[i + 2] = w == 1 ? static_cast<float>(bend) : 0;
      std::copy(vector.begin(), vector.end(),
                rows.vectors.begin() + static_cast<std::ptrdiff_t>((3 * i + w) * kDim));
    }
    const auto a = static_cast<Row>(3 * i);
    questions.push_back({a, a + 1, a + 2});
  }
  const CodedModel model(rows);
  const Embeddings embeddings = model.embeddings();
  NearestOptions options;
  options.k = 3;
  const auto found = coded_analogies(embeddings, questions, false, options);
  Embeddings without_codes = embeddings;
  without_codes.codes = {};
  const auto expected = analogies(without_codes, questions, false, options);
  for (std::size_t i = 0; i < questions.size(); ++i) expect_same(found[i], expected[i]);
}

// A query along what the codes of a row leave out, of whole numbers so that its own codes leave out
// nothing: then the row's cosine is as far above its estimate as the bound allows, nearly.
Vector query_along(const Vector& left_out, const Vector& row) {
  double left_squared = 0;
  double row_squared = 0;
  for (const float x : left_out) left_squared += double{x} * double{x};
  for (const float x : row) row_squared += double{x} * double{x};
  Vector query(row.size());
  float largest = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    query[i] = static_cast<float>(double{left_out[i]} / std::sqrt(left_squared) +
                                  0.5 * double{row[i]} / std::sqrt(row_squared));
    largest = std::max(largest, std::abs(query[i]));
  }
  for (float& x : query) x = std::round(127 * x / largest);
  return query;
}

// With half of an error, these rows would be lost.
TEST_P(CodedSearch, NeedsTheWholeErrorOfEachStage) {
  const Rows rows = random_rows(400, 300, 14);
  const CodedModel model(rows);
  const Embeddings embeddings = model.embeddings();
  for (const std::size_t position : {0U, 7U, 100U, 390U}) {
    const Row row = embeddings.codes.rows[position];
    for (const auto left_out : {test::left_out4, test::left_out8}) {
      const Vector query =
          query_along(left_out(embeddings.codes, embeddings.matrix, position), model.row(row));
      const NearestQuery nearest_query{query, {}};
      const Row only[] = {row};
      NearestOptions options;
      options.among = only;
      options.min_score = full_scan(embeddings, {&nearest_query, 1}, options).front().at(0).score;
      options.among.reset();
      const Neighbors expected = full_scan(embeddings, {&nearest_query, 1}, options).front();
      ASSERT_EQ(expected.back().row, row);
      expect_same(coded_search(embeddings, nearest_query, options), expected);
      expect_same(coded_batch_search(embeddings, {&nearest_query, 1}, options).front(), expected);
    }
  }
}

TEST_P(CodedSearch, GivesNothingWhereNothingIsAskedFor) {
  const Rows rows = random_rows(100, 10, 17);
  const CodedModel model(rows);
  const Embeddings embeddings = model.embeddings();
  const Vector vector = model.row(5);
  const std::vector<NearestQuery> queries(20, NearestQuery{vector, {}});
  const std::vector<Row> inputs = {1, 2};
  const std::vector<Analogy> questions(20, Analogy{1, 2, 3});
  NearestOptions options;
  options.k = 0;
  EXPECT_EQ(coded_search(embeddings, queries[0], options), Neighbors());
  EXPECT_EQ(coded_batch_search(embeddings, queries, options), std::vector<Neighbors>(20));
  EXPECT_EQ(coded_search_by_product(embeddings, inputs, {}, false, options), Neighbors());
  EXPECT_EQ(coded_analogies(embeddings, questions, false, options), std::vector<Neighbors>(20));
  EXPECT_EQ(coded_analogies_by_product(embeddings, questions, false, options),
            std::vector<Neighbors>(20));
  options.k = 3;
  EXPECT_EQ(coded_batch_search(embeddings, {}, options), std::vector<Neighbors>());
  EXPECT_EQ(coded_analogies(embeddings, {}, false, options), std::vector<Neighbors>());
}

// The same for analogies: c is such a query and a word, a and b are one word whose codes leave out
// nothing, so that the sum is c.
TEST_P(CodedSearch, AnalogiesNeedTheWholeError) {
  constexpr std::size_t kDim = 300;
  // Rows that are not in the sample from which the centre is computed (every 400/256-th of them):
  // to change them leaves the codes of all others as they are.
  constexpr Row kQueryRow = 2;
  constexpr Row kPlainRow = 5;
  for (const Row row : {Row{0}, Row{100}, Row{250}, Row{399}}) {
    Rows rows = random_rows(400, kDim, 18);
    const auto set_row = [&rows](Row which, const Vector& vector) {
      std::copy(vector.begin(), vector.end(),
                rows.vectors.begin() + static_cast<std::ptrdiff_t>(which * kDim));
    };
    Vector plain(kDim);
    for (std::size_t i = 0; i < kDim; ++i) plain[i] = i % 2 == 0 ? 1 : -1;
    set_row(kPlainRow, plain);
    {
      const CodedModel before(rows);
      const Embeddings embeddings = before.embeddings();
      const std::size_t position = test::position_of(embeddings.codes, row);
      set_row(kQueryRow, query_along(test::left_out8(embeddings.codes, embeddings.matrix, position),
                                     before.row(row)));
    }
    const CodedModel model(rows);
    const Embeddings embeddings = model.embeddings();
    const Analogy question{kPlainRow, kPlainRow, kQueryRow};
    const std::vector<ResolvedTerm> terms = {{1, kPlainRow}, {-1, kPlainRow}, {1, kQueryRow}};
    const Vector vector = query_vector(embeddings, terms);
    const NearestQuery query{vector, {}};
    NearestOptions options;
    const std::vector<Row> only = {row};
    options.among = only;
    options.min_score = full_scan(embeddings, {&query, 1}, options).front().at(0).score;
    options.among.reset();
    const Neighbors expected = full_scan(embeddings, {&query, 1}, options).front();
    ASSERT_EQ(expected.back().row, row);
    expect_same(coded_analogies(embeddings, {&question, 1}, true, options).front(), expected);

    // The product is c's factor, but for ε.
    const std::vector<Row> positives = {kPlainRow, kQueryRow};
    const auto by_product = [&] {
      return full_scan_by_product(embeddings, positives, {&kPlainRow, 1}, true, options);
    };
    options.min_score = -1;
    options.among = only;
    options.min_score = by_product().at(0).score;
    options.among.reset();
    expect_same(coded_analogies_by_product(embeddings, {&question, 1}, true, options).front(),
                by_product());
  }
}

TEST(CodesPay, OnlyWhereMostRowsAreCandidatesAndFewAreAnswers) {
  const Rows rows = random_rows(1000, 10, 16);
  const CodedModel model(rows);
  const Embeddings embeddings = model.embeddings();
  NearestOptions options;
  EXPECT_TRUE(codes_pay(embeddings, options));
  options.k = 500;
  EXPECT_FALSE(codes_pay(embeddings, options));
  options.k = 10;
  options.top_rows = 50;
  EXPECT_FALSE(codes_pay(embeddings, options));
  options.top_rows = 500;
  EXPECT_TRUE(codes_pay(embeddings, options));
  const std::vector<Row> among = {1, 2, 3};
  options.among = among;
  EXPECT_FALSE(codes_pay(embeddings, options));
  EXPECT_FALSE(codes_pay(TestModel(rows).embeddings(), {}));
}

}  // namespace
}  // namespace wordvec::coded_search_test
