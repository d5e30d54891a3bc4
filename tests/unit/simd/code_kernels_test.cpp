// Kernels that compare codes with queries, for every instruction set, against plain sums.
#include "wordvec/simd/code_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/guarded.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::simd::code_kernels_test {
namespace {

using test::Guarded;
using Lanes = std::vector<std::uint32_t>;

// What rounding may decide; see kEstimateSlack.
constexpr double kFree = 1e-5;

std::vector<const Kernels*> supported() {
  std::vector<const Kernels*> tables;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) tables.push_back(kernels);
  }
  return tables;
}

class CodeKernelTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const CodeKernels& kernels() const { return *GetParam()->codes; }
  std::mt19937 random_{1};

  float uniform(float least, float most) {
    return std::uniform_real_distribution<float>(least, most)(random_);
  }
};

INSTANTIATE_TEST_SUITE_P(Each, CodeKernelTest, testing::ValuesIn(supported()),
                         [](const auto& kernels) { return std::string(kernels.param->name); });

// How codes and values are filled: at random, and so that sums are as large as they can be.
enum class Fill { random, largest, least, alternating };
constexpr Fill kFills[] = {Fill::random, Fill::largest, Fill::least, Fill::alternating};

std::vector<std::uint8_t> make_codes(std::size_t count, Fill fill, std::mt19937& random) {
  std::vector<std::uint8_t> codes(count, 255);
  if (fill != Fill::random) return codes;
  for (auto& code : codes) {
    const unsigned kind = random() % 8;
    code = static_cast<std::uint8_t>(kind == 0 ? 0 : kind == 1 ? 255 : random() % 256);
  }
  return codes;
}

std::vector<std::int8_t> make_values(std::size_t count, int limit, Fill fill,
                                     std::mt19937& random) {
  std::vector<std::int8_t> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    int value = limit;
    if (fill == Fill::least || (fill == Fill::alternating && i / 4 % 2 == 1)) value = -limit;
    if (fill == Fill::random) {
      value = static_cast<int>(random() % static_cast<unsigned>(2 * limit + 1)) - limit;
    }
    values[i] = static_cast<std::int8_t>(value);
  }
  return values;
}

void put_float(std::uint8_t* to, float value) {
  std::memcpy(to, &value, sizeof value);
}

float get_float(const std::uint8_t* from) {
  float value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Lanes with bounds clearly above the threshold must be found, those clearly below must not, and
// found lanes ascend.
void expect_selected(const Lanes& found, const std::vector<double>& bounds,
                     const std::vector<double>& thresholds, double free) {
  for (std::size_t i = 1; i < found.size(); ++i) ASSERT_LT(found[i - 1], found[i]);
  for (std::size_t lane = 0; lane < bounds.size(); ++lane) {
    const double threshold = thresholds[lane % thresholds.size()];
    const bool is_found =
        std::binary_search(found.begin(), found.end(), static_cast<std::uint32_t>(lane));
    if (bounds[lane] > threshold + free) {
      ASSERT_TRUE(is_found) << "lane " << lane << " has " << bounds[lane] << " ≥ " << threshold;
    }
    if (bounds[lane] < threshold - free) {
      ASSERT_FALSE(is_found) << "lane " << lane << " has " << bounds[lane] << " < " << threshold;
    }
  }
  ASSERT_TRUE(found.empty() || found.back() < bounds.size());
}

// Blocks of 4-bit codes as code_kernels.h lays them out, each `gap` bytes from the next.
struct Blocks {
  Blocks(std::size_t groups_, std::size_t count_, std::size_t gap, Fill fill, std::mt19937& random)
      : groups(groups_),
        count(count_),
        stride(groups * 64 + 128 + gap),
        bytes(count == 0 ? 0 : (count - 1) * stride + groups * 64 + 128) {
    const auto codes = make_codes(bytes.size(), fill, random);
    std::copy(codes.begin(), codes.end(), bytes.data());
  }

  std::uint8_t* scale(std::size_t lane) {
    return bytes.data() + lane / 16 * stride + groups * 64 + 4 * (lane % 16);
  }
  std::uint8_t* error(std::size_t lane) { return scale(lane) + 64; }

  // 2 Σ code · Q − offset of a lane.
  std::int64_t product(std::size_t lane, const std::int8_t* values, std::int32_t offset) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < 8 * groups; ++i) {
      const std::uint8_t pair = bytes[lane / 16 * stride + 64 * (i / 8) + 4 * (lane % 16) + i % 4];
      sum += std::int64_t{i % 8 < 4 ? pair % 16 : pair / 16} * values[i];
    }
    return 2 * sum - offset;
  }

  std::size_t groups;
  std::size_t count;
  std::size_t stride;
  Guarded<std::uint8_t> bytes;
};

Lanes select4(const CodeKernels& kernels, const Blocks& blocks, const Select4Query& query) {
  Guarded<std::uint32_t> found(blocks.count * 16);
  const std::size_t count = kernels.select4(blocks.bytes.data(), blocks.stride, blocks.groups,
                                            blocks.count, query, found.data());
  return {found.data(), found.data() + count};
}

TEST_P(CodeKernelTest, Select4SumsExactlyForEveryLength) {
  for (std::size_t dim = 0; dim <= 130; ++dim) {
    const std::size_t groups = (dim + 7) / 8;
    for (const Fill fill : kFills) {
      Blocks blocks(groups, 1 + dim % 3, dim % 2 == 0 ? 0 : 37, fill, random_);
      auto elements = make_values(8 * groups, 127, fill, random_);
      std::fill(elements.begin() + static_cast<std::ptrdiff_t>(dim), elements.end(),
                std::int8_t{0});
      const Guarded<std::int8_t> values(elements);
      std::int32_t offset = 0;
      for (const std::int8_t value : elements) offset += 15 * value;
      // With these, a bound is its whole number: exact in float32.
      for (std::size_t lane = 0; lane < 16 * blocks.count; ++lane) {
        put_float(blocks.scale(lane), 1);
        put_float(blocks.error(lane), 0);
      }
      std::vector<double> bounds;
      for (std::size_t lane = 0; lane < 16 * blocks.count; ++lane) {
        bounds.push_back(static_cast<double>(blocks.product(lane, values.data(), offset)));
      }
      for (std::size_t lane = 0; lane < bounds.size(); lane += 5) {
        for (const double threshold : {bounds[lane], bounds[lane] + 0.5}) {
          const Select4Query query{values.data(), offset, 1, 0, 1, static_cast<float>(threshold)};
          SCOPED_TRACE("dim " + std::to_string(dim));
          expect_selected(select4(kernels(), blocks, query), bounds, {threshold - 1e-3}, 0);
        }
      }
    }
  }
}

TEST_P(CodeKernelTest, Select4FindsTheLanesWhoseBoundReachesTheThreshold) {
  for (std::size_t count = 0; count <= 9; ++count) {
    for (const std::size_t gap : {0U, 1U, 64U}) {
      constexpr std::size_t kGroups = 5;
      Blocks blocks(kGroups, count, gap, Fill::random, random_);
      const Guarded<std::int8_t> values(make_values(8 * kGroups, 127, Fill::random, random_));
      Select4Query query{};
      query.values = values.data();
      for (std::size_t i = 0; i < values.size(); ++i) query.offset += 15 * values[i];
      query.step = 0.01F;
      query.base = uniform(-1, 1);
      query.error_factor = uniform(1, 2);
      for (std::size_t lane = 0; lane < 16 * count; ++lane) {
        put_float(blocks.scale(lane), uniform(0, 2e-3F));
        put_float(blocks.error(lane), lane % 7 == 0 ? -1e9F : uniform(0, 2));
      }
      std::vector<double> bounds;
      for (std::size_t lane = 0; lane < 16 * count; ++lane) {
        const auto product = static_cast<double>(blocks.product(lane, values.data(), query.offset));
        bounds.push_back(double{query.base} +
                         double{query.step} * double{get_float(blocks.scale(lane))} * product +
                         double{get_float(blocks.error(lane))} * double{query.error_factor});
      }
      for (const float threshold : {-10.0F, 0.5F, 1.0F, 1.5F, 100.0F}) {
        query.threshold = threshold;
        expect_selected(select4(kernels(), blocks, query), bounds, {double{threshold}}, kFree);
      }
      query.threshold = std::nanf("");
      EXPECT_EQ(select4(kernels(), blocks, query), Lanes());
    }
  }
}

TEST_P(CodeKernelTest, Dot8IsTwoExactSumsForEveryLengthAndAlignment) {
  for (std::size_t bytes = 0; bytes <= 512; bytes += 64) {
    for (const Fill fill : kFills) {
      const auto codes = make_codes(bytes, fill, random_);
      const auto high = make_values(bytes, 64, fill, random_);
      const auto low = make_values(bytes, 64, fill == Fill::least ? Fill::largest : fill, random_);
      std::int64_t expected[2] = {0, 0};
      for (std::size_t i = 0; i < bytes; ++i) {
        expected[0] += std::int64_t{codes[i]} * high[i];
        expected[1] += std::int64_t{codes[i]} * low[i];
      }
      const Guarded<std::uint8_t> guarded_codes(codes);
      const Guarded<std::int8_t> guarded_high(high);
      const Guarded<std::int8_t> guarded_low(low);
      std::int32_t sums[2] = {-1, -1};
      kernels().dot8(guarded_codes.data(), guarded_high.data(), guarded_low.data(), bytes, sums);
      ASSERT_EQ(sums[0], expected[0]);
      ASSERT_EQ(sums[1], expected[1]);
      for (std::size_t shift = 1; shift < 64; shift += 6) {
        std::vector<std::uint8_t> moved_codes(bytes + 64);
        std::vector<std::int8_t> moved_high(bytes + 64);
        std::copy(codes.begin(), codes.end(), moved_codes.data() + shift);
        std::copy(high.begin(), high.end(), moved_high.data() + 63 - shift);
        kernels().dot8(moved_codes.data() + shift, moved_high.data() + 63 - shift,
                       guarded_low.data(), bytes, sums);
        ASSERT_EQ(sums[0], expected[0]) << shift;
        ASSERT_EQ(sums[1], expected[1]) << shift;
      }
    }
  }
}

void expect_tile(const CodeKernels& kernels, std::size_t row_count, std::size_t group_count,
                 std::size_t quads, std::size_t gap, Fill fill, std::mt19937& random) {
  const std::size_t stride = 4 * quads + gap;
  const Guarded<std::uint8_t> rows(
      make_codes(row_count == 0 ? 0 : (row_count - 1) * stride + 4 * quads, fill, random));
  const Guarded<std::int8_t> groups(
      make_values(group_count * quads * 64, kernels.tile_limit, fill, random));
  Guarded<std::int32_t> sums(row_count * group_count * 16, -12345);
  kernels.tile8(rows.data(), stride, row_count, groups.data(), group_count, quads, sums.data());
  for (std::size_t r = 0; r < row_count; ++r) {
    for (std::size_t q = 0; q < group_count * 16; ++q) {
      std::int64_t expected = 0;
      for (std::size_t i = 0; i < 4 * quads; ++i) {
        expected += std::int64_t{rows[r * stride + i]} *
                    groups[q / 16 * quads * 64 + i / 4 * 64 + q % 16 * 4 + i % 4];
      }
      ASSERT_EQ(sums[r * group_count * 16 + q], expected)
          << "row " << r << " of " << row_count << ", query " << q << " of " << group_count * 16
          << ", quads " << quads;
    }
  }
}

TEST_P(CodeKernelTest, Tile8IsExactForEveryNumberOfRowsAndGroups) {
  for (std::size_t row_count = 0; row_count <= 40; ++row_count) {
    for (std::size_t group_count = 1; group_count <= 5; ++group_count) {
      const Fill fill = kFills[(row_count + group_count) % 4];
      expect_tile(kernels(), row_count, group_count, 3, row_count % 3, fill, random_);
    }
  }
}

TEST_P(CodeKernelTest, Tile8IsExactForEveryLength) {
  for (std::size_t quads = 0; quads <= 33; ++quads) {
    for (const Fill fill : kFills) {
      expect_tile(kernels(), 7, 3, quads, quads % 5, fill, random_);
    }
  }
}

// Rows of scales and errors, sums, and sixteen queries.
struct Selection {
  Selection(std::size_t row_count, std::size_t gap, bool whole_numbers, std::mt19937& random)
      : count(row_count),
        sums_stride(16 + 16 * (gap % 3)),
        scales(count),
        errors(count),
        sums(count == 0 ? 0 : (count - 1) * sums_stride + 16),
        offsets(16),
        steps(16),
        bases(16),
        error_factors(16),
        thresholds(16) {
    std::uniform_real_distribution<float> unit(0, 1);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] = static_cast<std::int32_t>(random() % 20001) - 10000;
    }
    for (std::size_t r = 0; r < count; ++r) {
      scales[r] = whole_numbers ? 1 : unit(random) * 1e-2F;
      errors[r] = whole_numbers ? 0 : r % 5 == 4 ? -1e9F : unit(random) * 2;
    }
    for (std::size_t q = 0; q < 16; ++q) {
      offsets[q] = static_cast<std::int32_t>(random() % 2001) - 1000;
      steps[q] = whole_numbers ? 1 : unit(random) * 1e-2F;
      bases[q] = whole_numbers ? static_cast<float>(q) : unit(random) * 2 - 1;
      error_factors[q] = 1 + unit(random);
      thresholds[q] = unit(random) * 3 - 0.5F;
    }
  }

  Select8Queries queries() const {
    return {offsets.data(), steps.data(), bases.data(), error_factors.data(), thresholds.data()};
  }
  double estimate(std::size_t r, std::size_t q) const {
    return double{bases[q]} + double{steps[q]} * double{scales[r]} *
                                  (double(sums[r * sums_stride + q]) - double(offsets[q]));
  }
  double bound(std::size_t r, std::size_t q) const {
    return estimate(r, q) + double{errors[r]} * double{error_factors[q]};
  }

  std::size_t count;
  std::size_t sums_stride;
  Guarded<float> scales;
  Guarded<float> errors;
  Guarded<std::int32_t> sums;
  Guarded<std::int32_t> offsets;
  Guarded<float> steps;
  Guarded<float> bases;
  Guarded<float> error_factors;
  Guarded<float> thresholds;
};

TEST_P(CodeKernelTest, Select8FindsTheRowsWhoseBoundReachesAQuerysThreshold) {
  for (std::size_t count = 0; count <= 40; ++count) {
    for (const bool whole_numbers : {false, true}) {
      Selection selection(count, count % 4 * 19, whole_numbers, random_);
      std::vector<double> bounds;
      for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t q = 0; q < 16; ++q) bounds.push_back(selection.bound(r, q));
      }
      std::vector<double> thresholds;
      for (std::size_t q = 0; q < 16; ++q) {
        // A whole number is its own bound, and is enough.
        if (whole_numbers && count > 0) {
          selection.thresholds[q] = static_cast<float>(selection.bound(q % count, q));
        }
        thresholds.push_back(double{selection.thresholds[q]} - (whole_numbers ? 1e-3 : 0));
      }
      Guarded<std::uint32_t> found(16 * count);
      const std::size_t found_count = kernels().select8(
          selection.scales.data(), selection.errors.data(), count, selection.sums.data(),
          selection.sums_stride, selection.queries(), found.data());
      SCOPED_TRACE("rows " + std::to_string(count));
      expect_selected({found.data(), found.data() + found_count}, bounds, thresholds,
                      whole_numbers ? 0 : kFree);
    }
  }
}

TEST_P(CodeKernelTest, SimilaritiesAreRoundedAndLieTransposed) {
  constexpr std::int16_t kUntouched = 77;
  for (std::size_t count = 0; count <= 64; count += 16) {
    for (const std::size_t out_gap : {0U, 5U}) {
      Selection selection(count, count / 16 * 19, false, random_);
      // Beyond what 16 bits hold, on both sides.
      selection.bases[3] = 6;
      selection.bases[4] = -6;
      selection.bases[5] = 1e20F;
      selection.bases[6] = -1e20F;
      for (const std::size_t q : {3U, 4U, 5U, 6U}) selection.steps[q] = 0;
      const std::size_t stride = count + out_gap;
      Guarded<std::int16_t> out(15 * stride + count, kUntouched);
      kernels().similarities(selection.scales.data(), count, selection.sums.data(),
                             selection.sums_stride, selection.queries(), out.data(), stride);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t q = i / stride;
        const std::size_t r = i % stride;
        if (r >= count) {
          ASSERT_EQ(out[i], kUntouched) << "query " << q << ", row " << r;
          continue;
        }
        const double exact = std::clamp(8192 * selection.estimate(r, q), -32768.0, 32767.0);
        ASSERT_NEAR(double(out[i]), exact, 0.5 + 8192 * kFree) << "query " << q << ", row " << r;
      }
    }
  }
}

TEST_P(CodeKernelTest, SelectSumsFindsExactlyTheSumsThatReachTheThreshold) {
  for (std::size_t count = 0; count <= 160; count += 32) {
    // The largest of which no sum of three leaves 16 bits.
    for (const int limit : {3, 10922}) {
      Guarded<std::int16_t> arrays[3] = {Guarded<std::int16_t>(count), Guarded<std::int16_t>(count),
                                         Guarded<std::int16_t>(count)};
      for (auto& array : arrays) {
        for (std::size_t i = 0; i < count; ++i) {
          const int kind = static_cast<int>(random_() % 4);
          const int any = static_cast<int>(random_() % static_cast<unsigned>(2 * limit + 1));
          array[i] = static_cast<std::int16_t>(kind == 0   ? limit
                                               : kind == 1 ? -limit
                                                           : any - limit);
        }
      }
      for (const int threshold : {-32768, -3 * limit, -1, 0, 1, limit, 3 * limit, 32767}) {
        Lanes expected;
        for (std::size_t i = 0; i < count; ++i) {
          if (arrays[0][i] - arrays[1][i] + arrays[2][i] >= threshold) {
            expected.push_back(static_cast<std::uint32_t>(i));
          }
        }
        Guarded<std::uint32_t> found(count);
        const std::size_t found_count =
            kernels().select_sums(arrays[0].data(), arrays[1].data(), arrays[2].data(), count,
                                  static_cast<std::int16_t>(threshold), found.data());
        ASSERT_EQ(Lanes(found.data(), found.data() + found_count), expected)
            << "count " << count << ", threshold " << threshold;
      }
    }
  }
}

}  // namespace
}  // namespace wordvec::simd::code_kernels_test
