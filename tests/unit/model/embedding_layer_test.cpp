#include "wordvec/model/embedding_layer.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "support/expect_error.h"

namespace wordvec::test {
namespace {

// Expected values are PyTorch's: tests/support/embedding_reference.py prints them.
const std::vector<float> kMatrix = {0.5F, -1.5F, 2.5F,  3.5F,  4.5F,  -5.5F, 6.5F, 7.5F,
                                    8.5F, -9.5F, 10.5F, 11.5F, 0.25F, 0.5F,  0.75F};
const std::vector<Row> kRows = {0, 1, 4, 1, 2, 3};
const std::vector<std::size_t> kOffsets = {0, 3, 3, 4};

EmbeddingLayer layer(EmbeddingLayerOptions options = {}) {
  return EmbeddingLayer({kMatrix.data(), 5, 3}, options);
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
}

std::vector<float> forward(const EmbeddingLayerOptions& options) {
  std::vector<float> out(9);
  layer(options).forward(std::span(kRows).first(3), out);
  return out;
}

std::vector<float> bags(BagMode mode, const EmbeddingLayerOptions& options,
                        std::span<const float> weights = {}) {
  std::vector<float> out(kOffsets.size() * 3, 7);
  layer(options).bags(kRows, kOffsets, mode, weights, out);
  return out;
}

TEST(EmbeddingLayer, GivesTheRowsAsTheyAreStored) {
  EXPECT_EQ(forward({.padding_row = 1, .max_norm = {}}),
            (std::vector<float>{0.5F, -1.5F, 2.5F, 3.5F, 4.5F, -5.5F, 0.25F, 0.5F, 0.75F}));
}

TEST(EmbeddingLayer, ScalesToTheLargestNormAsPyTorchDoes) {
  expect_near(
      forward({.padding_row = 1, .max_norm = 2.0}),
      {0.33806169, -1.0141851, 1.6903085, 0.88367218, 1.1361499, -1.3886278, 0.25, 0.5, 0.75});
  expect_near(
      forward({.padding_row = 1, .max_norm = 2.0, .norm_type = 1}),
      {0.22222222, -0.66666669, 1.1111112, 0.51851851, 0.66666669, -0.81481481, 0.25, 0.5, 0.75});
  expect_near(
      forward({.padding_row = 1,
               .max_norm = 2.0,
               .norm_type = std::numeric_limits<double>::infinity()}),
      {0.39999998, -1.1999999, 1.9999999, 1.2727273, 1.6363635, -1.9999999, 0.25, 0.5, 0.75});
}

TEST(EmbeddingLayer, BagsLeaveThePaddingOut) {
  const EmbeddingLayerOptions padding = {.padding_row = 1, .max_norm = {}};
  expect_near(bags(BagMode::sum, padding), {0.75, -1, 3.25, 0, 0, 0, 0, 0, 0, -3, 18, 20});
  expect_near(bags(BagMode::mean, padding), {0.375, -0.5, 1.625, 0, 0, 0, 0, 0, 0, -1.5, 9, 10});
  expect_near(bags(BagMode::max, padding), {0.5, 0.5, 2.5, 0, 0, 0, 0, 0, 0, 6.5, 10.5, 11.5});
}

TEST(EmbeddingLayer, WeighsSums) {
  const std::vector<float> weights = {1, 2, -3, 0.5F, 0.25F, 4};
  expect_near(bags(BagMode::sum, {.padding_row = 1, .max_norm = {}}, weights),
              {-0.25, -3, 0.25, 0, 0, 0, 0, 0, 0, -36.375, 43.875, 48.125});
}

TEST(EmbeddingLayer, LimitsTheNormsOfWhatGoesIntoBags) {
  expect_near(bags(BagMode::mean, {.padding_row = {}, .max_norm = 2.0}),
              {0.49057794, 0.2073216, 0.35056022, 0, 0, 0, 0.88367218, 1.1361499, -1.3886278,
               -0.023361146, 1.1495717, 1.2809198});
}

TEST(EmbeddingLayer, RefusesWhatMakesNoSense) {
  std::vector<float> out(3);
  const std::vector<Row> beyond = {5};
  const std::vector<std::size_t> first = {0};
  const std::vector<std::size_t> late = {1};
  const std::vector<std::size_t> falling = {0, 3, 2};
  expect_error(ErrorCode::usage, "no row 5: the matrix has 5 rows",
               [&] { layer().forward(beyond, out); });
  expect_error(ErrorCode::usage, "no row 5",
               [&] { layer().bags(beyond, first, BagMode::sum, {}, out); });
  expect_error(ErrorCode::usage, "room for 3 values", [&] { layer().forward(kRows, out); });
  expect_error(ErrorCode::usage, "first bag",
               [&] { layer().bags(kRows, late, BagMode::sum, {}, out); });
  out.resize(9);
  expect_error(ErrorCode::usage, "offsets that do not fall",
               [&] { layer().bags(kRows, falling, BagMode::sum, {}, out); });
  out.resize(3);
  expect_error(ErrorCode::usage, "weights go with sums only",
               [&] { layer().bags(kRows, first, BagMode::mean, out, out); });
  expect_error(ErrorCode::usage, "3 weights, expected 6",
               [&] { layer().bags(kRows, first, BagMode::sum, out, out); });
  expect_error(ErrorCode::usage, "padding row is 5",
               [] { layer({.padding_row = 5, .max_norm = {}}); });
  expect_error(ErrorCode::usage, "expected a number above 0",
               [] { layer({.padding_row = {}, .max_norm = 0.0}); });
}

}  // namespace
}  // namespace wordvec::test
