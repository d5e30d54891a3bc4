#include "wordvec/index/verify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "wordvec/base/bytes.h"
#include "wordvec/base/parallel.h"

namespace wordvec {
namespace {

// What these computations in double can be wrong by.
constexpr double kSlack = 1e-9;
// What kEstimateSlack allows for: larger numbers lose rows to the rounding of float32.
constexpr double kMaxError = 2;
constexpr double kMaxLength = 1 + 1e-6;  // of a centre, stored as float32

// Lengths are computed here in the plain order of elements: nothing is shared with the quantizer.
double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The unit vector of a row; empty when it has no direction.
std::vector<double> unit_of(std::span<const float> row) {
  std::vector<double> unit(row.begin(), row.end());
  const double squared = dot(unit, unit);
  if (!(squared > 0) || !std::isfinite(squared)) return {};
  for (double& value : unit) value /= std::sqrt(squared);
  return unit;
}

enum Problem : std::size_t {
  kBlocksOutOfOrder,
  kRowTwice,
  kRowMissing,
  kRowUnknown,
  kCosineOutside,
  kError4TooSmall,
  kError8TooSmall,
  kErrorTooLarge,
  kCentreTooLong,
  kProblems
};

constexpr std::array<const char*, kProblems> kTexts = {
    "clusters whose blocks are out of order",
    "positions of a row that has another position",
    "rows that have no position",
    "positions of a row that does not exist or has no direction",
    "positions whose block's cosines do not bound that of the row",
    "positions whose error of 4-bit codes is smaller than what these leave out",
    "positions whose error of 8-bit codes is smaller than what these leave out",
    "positions with an error of more than 2, which no code needs",
    "clusters whose centre is longer than a mean of unit vectors",
};

using Counts = std::array<std::size_t, kProblems>;

class BlockVerifier {
 public:
  BlockVerifier(const SearchIndex& codes, std::span<const float> matrix)
      : codes_(codes), matrix_(matrix) {}

  bool has_centre_of_units(std::size_t cluster) const {
    const auto floats = codes_.centroid(cluster);
    const std::vector<double> centroid(floats.begin(), floats.end());
    return std::sqrt(dot(centroid, centroid)) <= kMaxLength;
  }

  Counts verify(std::size_t cluster, std::size_t block) const {
    Counts counts{};
    const auto floats = codes_.centroid(cluster);
    const std::vector<double> centroid(floats.begin(), floats.end());
    const double length = std::sqrt(dot(centroid, centroid));
    for (std::size_t lane = 0; lane < SearchIndex::kBlockRows; ++lane) {
      const std::size_t position = block * SearchIndex::kBlockRows + lane;
      const std::uint32_t row = codes_.rows[position];
      if (row == SearchIndex::kNoRow) continue;
      if (row >= matrix_.size() / codes_.dim) {
        ++counts[kRowUnknown];
        continue;
      }
      const std::vector<double> unit = unit_of(matrix_.subspan(row * codes_.dim, codes_.dim));
      if (unit.empty()) {
        ++counts[kRowUnknown];
        continue;
      }
      const double cosine = length > 0 ? dot(unit, centroid) / length : 0;
      // Written so that a number that is none is a problem too.
      if (!(cosine >= double{codes_.cosines[2 * block]} - kSlack) ||
          !(cosine <= double{codes_.cosines[2 * block + 1]} + kSlack)) {
        ++counts[kCosineOutside];
      }
      if (!(left_out4(unit, centroid, block, lane) <= kSlack)) ++counts[kError4TooSmall];
      if (!(left_out8(unit, centroid, position) <= kSlack)) ++counts[kError8TooSmall];
      if (error4(block, lane) > kMaxError ||
          double{row8_bounds(codes_, position).error} > kMaxError) {
        ++counts[kErrorTooLarge];
      }
    }
    return counts;
  }

 private:
  // ‖u − μ − s·z‖ − ε, with the whole numbers z that `code_of` gives.
  template <class CodeOf>
  double left_out(const std::vector<double>& unit, const std::vector<double>& centroid,
                  double scale, double error, CodeOf code_of) const {
    std::vector<double> left(unit.size());
    for (std::size_t i = 0; i < unit.size(); ++i) {
      left[i] = unit[i] - centroid[i] - scale * code_of(i);
    }
    return std::sqrt(dot(left, left)) - error;
  }

  double error4(std::size_t block, std::size_t lane) const {
    const std::uint8_t* scales = codes_.block4(block) + SearchIndex::groups4(codes_.dim) * 64;
    return double{load_le<float>(scales + 4 * (SearchIndex::kBlockRows + lane))};
  }

  double left_out4(const std::vector<double>& unit, const std::vector<double>& centroid,
                   std::size_t block, std::size_t lane) const {
    const std::uint8_t* bytes = codes_.block4(block);
    const std::uint8_t* scales = bytes + SearchIndex::groups4(codes_.dim) * 64;
    const auto scale = double{load_le<float>(scales + 4 * lane)};
    return left_out(unit, centroid, scale, error4(block, lane), [&](std::size_t i) {
      const int pair = bytes[i / 8 * 64 + lane * 4 + i % 4];
      return double(2 * (i % 8 < 4 ? pair & 15 : pair >> 4) - 15);
    });
  }

  double left_out8(const std::vector<double>& unit, const std::vector<double>& centroid,
                   std::size_t position) const {
    const RowBounds bounds = row8_bounds(codes_, position);
    const std::uint8_t* bytes = codes_.row8(position);
    return left_out(unit, centroid, double{bounds.scale}, double{bounds.error},
                    [&](std::size_t i) { return double(bytes[i] - 128); });
  }

  const SearchIndex& codes_;
  std::span<const float> matrix_;
};

}  // namespace

std::vector<std::string> verify_codes(const SearchIndex& codes, std::span<const float> matrix,
                                      unsigned threads) {
  std::vector<Counts> found(codes.clusters());
  const BlockVerifier verifier(codes, matrix);
  const bool in_order = std::is_sorted(codes.first_blocks.begin(), codes.first_blocks.end()) &&
                        codes.first_blocks.front() == 0 &&
                        codes.first_blocks.back() == codes.blocks();
  parallel_for(threads_or_default(threads), in_order ? codes.clusters() : 0, [&](std::size_t c) {
    const std::size_t first = codes.first_blocks[c];
    const std::size_t end = codes.first_blocks[c + 1];
    if (!verifier.has_centre_of_units(c)) ++found[c][kCentreTooLong];
    for (std::size_t block = first; block < end; ++block) {
      const Counts counts = verifier.verify(c, block);
      for (std::size_t p = 0; p < kProblems; ++p) found[c][p] += counts[p];
      // Within a cluster cosines ascend, which a search relies on.
      const bool ascends =
          block == first || (codes.cosines[2 * block] >= codes.cosines[2 * block - 2] &&
                             codes.cosines[2 * block + 1] >= codes.cosines[2 * block - 1]);
      if (!ascends) ++found[c][kCosineOutside];
    }
  });
  Counts total{};
  for (const Counts& counts : found) {
    for (std::size_t p = 0; p < kProblems; ++p) total[p] += counts[p];
  }
  if (!in_order) ++total[kBlocksOutOfOrder];
  std::vector<bool> seen(matrix.size() / codes.dim);
  for (const std::uint32_t row : codes.rows) {
    if (row >= seen.size()) continue;
    if (seen[row]) ++total[kRowTwice];
    seen[row] = true;
  }
  for (std::size_t row = 0; row < seen.size(); ++row) {
    const bool is_missing =
        !seen[row] && !unit_of(matrix.subspan(row * codes.dim, codes.dim)).empty();
    if (is_missing) ++total[kRowMissing];
  }
  std::vector<std::string> problems;
  for (std::size_t p = 0; p < kProblems; ++p) {
    if (total[p] > 0) {
      problems.push_back("the search codes have " + std::to_string(total[p]) + ' ' + kTexts[p]);
    }
  }
  return problems;
}

}  // namespace wordvec
