// Each kind of damage that verify_codes() must find.
#include "wordvec/index/verify.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "support/rows.h"
#include "wordvec/index/scalar_quantizer.h"

namespace wordvec::verify_test {
namespace {

using test::random_rows;
using test::Rows;

constexpr std::size_t kDim = 11;

// Codes whose arrays can be changed.
class DamagedCodes {
 public:
  DamagedCodes() : rows_(random_rows(1500, kDim, 1)) {
    rows_.vectors[3 * kDim + 2] = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t i = 0; i < kDim; ++i) rows_.vectors[5 * kDim + i] = 0;
    const OwnedSearchIndex owned(rows_.vectors, kDim, 1);
    const SearchIndex codes = owned.view();
    centroids.assign(codes.centroids.begin(), codes.centroids.end());
    first_blocks.assign(codes.first_blocks.begin(), codes.first_blocks.end());
    cosines.assign(codes.cosines.begin(), codes.cosines.end());
    rows.assign(codes.rows.begin(), codes.rows.end());
    codes4.assign(codes.codes4.begin(), codes.codes4.end());
    codes8.assign(codes.codes8.begin(), codes.codes8.end());
  }

  std::uint8_t* scale4(std::size_t position) {
    const std::size_t block_bytes = 2 * 64 + 128;
    return codes4.data() + position / 16 * block_bytes + 2 * 64 + 4 * (position % 16);
  }
  std::uint8_t* error4(std::size_t position) { return scale4(position) + 64; }
  std::uint8_t* code4(std::size_t position) {
    return codes4.data() + position / 16 * (2 * 64 + 128) + 4 * (position % 16);
  }
  std::uint8_t* row8(std::size_t position) { return codes8.data() + 64 * position; }
  std::uint8_t* scale8(std::size_t position) { return row8(position) + 56; }
  std::uint8_t* error8(std::size_t position) { return row8(position) + 60; }

  // All problems in one text.
  std::string problems(unsigned threads = 1) const {
    const SearchIndex codes{kDim, centroids, first_blocks, cosines, rows, codes4, codes8};
    EXPECT_TRUE(codes.fits());
    std::string text;
    for (const std::string& problem : verify_codes(codes, rows_.vectors, threads)) {
      text += problem + '\n';
    }
    return text;
  }

  std::vector<float> centroids;
  std::vector<std::uint32_t> first_blocks;
  std::vector<float> cosines;
  std::vector<std::uint32_t> rows;
  std::vector<std::uint8_t> codes4;
  std::vector<std::uint8_t> codes8;

 private:
  Rows rows_;
};

float get(const std::uint8_t* from) {
  float value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void put(std::uint8_t* to, float value) {
  std::memcpy(to, &value, sizeof value);
}

const char* const kError4 =
    "1 positions whose error of 4-bit codes is smaller than what these leave out";
const char* const kError8 =
    "1 positions whose error of 8-bit codes is smaller than what these leave out";
const char* const kTooLarge = "1 positions with an error of more than 2, which no code needs";
const char* const kTooLong = "1 clusters whose centre is longer than a mean of unit vectors";
const char* const kCosines = "positions whose block's cosines do not bound that of the row";
const char* const kOrder = "clusters whose blocks are out of order";
const char* const kTwice = "1 positions of a row that has another position";
const char* const kMissing = "1 rows that have no position";
const char* const kUnknown = "1 positions of a row that does not exist or has no direction";

struct Damage {
  const char* name;
  std::function<void(DamagedCodes&)> make;
  const char* message;
};

TEST(VerifyCodes, ReportsNothingForIntactCodes) {
  const DamagedCodes codes;
  ASSERT_GT(codes.first_blocks.size(), 2U);
  for (unsigned threads = 0; threads <= 4; ++threads) EXPECT_EQ(codes.problems(threads), "");
}

TEST(VerifyCodes, FindsEachKindOfDamage) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr std::size_t kPosition = 37;  // of block 2, lane 5
  const std::vector<Damage> damages = {
      {"4-bit error halved",
       [](DamagedCodes& c) { put(c.error4(kPosition), get(c.error4(kPosition)) / 2); }, kError4},
      {"8-bit error halved",
       [](DamagedCodes& c) { put(c.error8(kPosition), get(c.error8(kPosition)) / 2); }, kError8},
      {"4-bit error 0", [](DamagedCodes& c) { put(c.error4(kPosition), 0); }, kError4},
      {"4-bit error negative",
       [](DamagedCodes& c) { put(c.error4(kPosition), -get(c.error4(kPosition))); }, kError4},
      // True, but more than a search allows for: rounding would lose rows.
      {"4-bit error huge", [](DamagedCodes& c) { put(c.error4(kPosition), 1e6F); }, kTooLarge},
      {"8-bit error huge", [](DamagedCodes& c) { put(c.error8(kPosition), 1e6F); }, kTooLarge},
      {"8-bit error infinite", [](DamagedCodes& c) { put(c.error8(kPosition), INFINITY); },
       kTooLarge},
      {"4-bit error NaN", [=](DamagedCodes& c) { put(c.error4(kPosition), nan); }, kError4},
      {"8-bit error NaN", [=](DamagedCodes& c) { put(c.error8(kPosition), nan); }, kError8},
      {"4-bit scale NaN", [=](DamagedCodes& c) { put(c.scale4(kPosition), nan); }, kError4},
      {"8-bit scale NaN", [=](DamagedCodes& c) { put(c.scale8(kPosition), nan); }, kError8},
      {"4-bit scale infinite", [](DamagedCodes& c) { put(c.scale4(kPosition), INFINITY); },
       kError4},
      {"8-bit scale 0", [](DamagedCodes& c) { put(c.scale8(kPosition), 0); }, kError8},
      {"a low 4-bit code", [](DamagedCodes& c) { *c.code4(kPosition) ^= 8; }, kError4},
      {"a high 4-bit code", [](DamagedCodes& c) { *c.code4(kPosition) ^= 0x80; }, kError4},
      {"the last 4-bit code",  // element 10: the third of the low half of the second group
       [](DamagedCodes& c) { c.code4(kPosition)[64 + 2] ^= 8; }, kError4},
      {"an 8-bit code", [](DamagedCodes& c) { *c.row8(kPosition) ^= 0x80; }, kError8},
      {"the last 8-bit code", [](DamagedCodes& c) { c.row8(kPosition)[kDim - 1] ^= 0x80; },
       kError8},
      {"two rows exchanged",
       [](DamagedCodes& c) { std::swap(c.rows[kPosition], c.rows[kPosition + 1]); },
       "2 positions whose error of 4-bit codes"},
      {"a row twice", [](DamagedCodes& c) { c.rows[kPosition] = c.rows[kPosition + 1]; }, kTwice},
      {"a row missing", [](DamagedCodes& c) { c.rows[kPosition] = c.rows[kPosition + 1]; },
       kMissing},
      {"a row taken out", [](DamagedCodes& c) { c.rows[kPosition] = SearchIndex::kNoRow; },
       kMissing},
      {"a row that does not exist", [](DamagedCodes& c) { c.rows[kPosition] = 1500; }, kUnknown},
      {"a row of zeros", [](DamagedCodes& c) { c.rows[kPosition] = 5; }, kUnknown},
      {"a row that is not finite", [](DamagedCodes& c) { c.rows[kPosition] = 3; }, kUnknown},
      {"the first block is not 0", [](DamagedCodes& c) { c.first_blocks[0] = 1; }, kOrder},
      {"the last is short", [](DamagedCodes& c) { --c.first_blocks.back(); }, kOrder},
      {"the last is long", [](DamagedCodes& c) { ++c.first_blocks.back(); }, kOrder},
      {"the last is huge", [](DamagedCodes& c) { c.first_blocks.back() = 0xffffffff; }, kOrder},
      {"blocks descend", [](DamagedCodes& c) { c.first_blocks[1] = c.first_blocks[2] + 1; },
       kOrder},
      {"blocks are out of range", [](DamagedCodes& c) { c.first_blocks[1] = 0xffffffff; }, kOrder},
      {"a block in another cluster", [](DamagedCodes& c) { ++c.first_blocks[1]; },
       "whose error of 4-bit codes"},
      {"a least cosine raised", [](DamagedCodes& c) { c.cosines[2 * 2] += 0.01F; }, kCosines},
      {"a most cosine lowered", [](DamagedCodes& c) { c.cosines[2 * 2 + 1] -= 0.01F; }, kCosines},
      {"cosines shifted by a block",
       [](DamagedCodes& c) {
         for (std::size_t i = 0; i + 2 < c.cosines.size(); ++i) c.cosines[i] = c.cosines[i + 2];
       },
       kCosines},
      {"a least cosine NaN", [=](DamagedCodes& c) { c.cosines[2 * 2] = nan; }, kCosines},
      {"a most cosine NaN", [=](DamagedCodes& c) { c.cosines[2 * 2 + 1] = nan; }, kCosines},
      {"cosines that do not ascend",  // true for its rows, but a search would stop too early
       [](DamagedCodes& c) { c.cosines[2 * 1 + 1] = 1; }, kCosines},
      {"a centre changed", [](DamagedCodes& c) { c.centroids[4] += 0.3F; },
       "whose error of 8-bit codes"},
      {"a centre too long", [](DamagedCodes& c) { c.centroids[4] = 1.01F; }, kTooLong},
      {"a centre without numbers", [=](DamagedCodes& c) { c.centroids[4] = nan; }, kTooLong},
      {"a centre NaN", [=](DamagedCodes& c) { c.centroids[4] = nan; }, kCosines},
  };
  const DamagedCodes intact;
  for (const Damage& damage : damages) {
    DamagedCodes codes = intact;
    damage.make(codes);
    const std::string found = codes.problems();
    EXPECT_NE(found.find(damage.message), std::string::npos)
        << damage.name << ": " << (found.empty() ? "(nothing)" : found);
    EXPECT_EQ(codes.problems(3), found) << damage.name;
  }
}

TEST(VerifyCodes, CountsDamagedPositions) {
  DamagedCodes codes;
  for (const std::size_t position : {0U, 100U, 700U}) {
    put(codes.error8(position), get(codes.error8(position)) / 2);
  }
  EXPECT_EQ(codes.problems(),
            "the search codes have 3 positions whose error of 8-bit codes is smaller than what "
            "these leave out\n");
}

TEST(VerifyCodes, DoesNotCareForEmptyLanesAndPadding) {
  DamagedCodes codes;
  const std::size_t end = codes.rows.size() - 1;
  ASSERT_EQ(codes.rows[end], SearchIndex::kNoRow);
  put(codes.error4(end), 1);
  codes.row8(end)[3] = 99;
  codes.row8(37)[kDim] = 99;
  EXPECT_EQ(codes.problems(), "");
}

}  // namespace
}  // namespace wordvec::verify_test
