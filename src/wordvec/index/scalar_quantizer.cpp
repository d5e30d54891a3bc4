#include "wordvec/index/scalar_quantizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "wordvec/base/bytes.h"
#include "wordvec/base/parallel.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kPieceBlocks = 64;
// Smaller deviations are left to the error: their inverse is no float32.
constexpr float kMinStep = 1e-30F;

// Rounding of u and u − μ to float32, of step · (code − middle) and of the residual loses at most
// 2⁻²⁴ · (‖u‖ + ‖u − μ‖ + ‖s·z‖ + ‖e‖) ≤ 2⁻²⁴ · (1 + 2 + 4 + 2) < 2⁻²⁰ of a length (‖e‖ ≤ 2, since
// a step of 0 is the last resort); the length itself is computed in double and rounded once.
constexpr double kErrorFactor = 1 + 0x1p-20;
constexpr double kErrorSlack = 0x1p-20;

float upper_bound_of_length(double squared) {
  return static_cast<float>(std::sqrt(squared) * kErrorFactor + kErrorSlack);
}

// Writes a row's 4-bit codes, one a byte, into its lane of a block.
void store4(std::span<const std::uint8_t> codes, std::size_t lane, std::uint8_t* block) {
  for (std::size_t g = 0; g < codes.size() / 8; ++g) {
    const auto eight = load_le<std::uint64_t>(codes.data() + 8 * g);
    const auto four = static_cast<std::uint32_t>(eight | (eight >> 28));
    store_le(block + 64 * g + 4 * lane, four);
  }
}

// Codes one row after the other; a thread's own.
class ScalarQuantizer {
 public:
  ScalarQuantizer(std::span<const float> matrix, std::size_t dim,
                  std::span<const double> inverse_lengths)
      : matrix_(matrix),
        dim_(dim),
        inverse_lengths_(inverse_lengths),
        unit_(dim),
        deviation_(dim),
        residual_(dim),
        codes_(round_up(dim, 8)),
        best_codes_(codes_.size()) {}

  void encode(std::uint32_t row, std::span<const float> centroid, std::size_t lane,
              std::uint8_t* block4, std::uint8_t* row8) {
    code_kernels_.scale(matrix_.data() + row * dim_, inverse_lengths_[row], unit_.data(), dim_);
    const float largest =
        code_kernels_.subtract(unit_.data(), centroid.data(), deviation_.data(), dim_);
    encode4(largest, lane, block4);
    encode8(largest, row8);
  }

 private:
  // A smaller step cuts the largest values off and is nearer to the others.
  static constexpr std::array<float, 3> kSteps = {1.0F / 8, 0.93F / 8, 0.86F / 8};

  double quantize(float step, float middle, float lowest, float highest, std::uint8_t* codes) {
    const float inverse = step < kMinStep ? 0 : 1 / step;
    code_kernels_.quantize(deviation_.data(), inverse, step, middle, lowest, highest, codes,
                           residual_.data(), dim_);
    return kernels_.dot(residual_.data(), residual_.data(), dim_);
  }

  void encode4(float largest, std::size_t lane, std::uint8_t* block4) {
    float best_step = 0;
    double best_error = std::numeric_limits<double>::infinity();
    for (const float part : kSteps) {
      const float step = largest < kMinStep ? 0 : largest * part;
      const double error = quantize(step, 7.5F, 0, 15, codes_.data());
      if (error >= best_error) continue;
      best_error = error;
      best_step = step;
      std::swap(codes_, best_codes_);
    }
    // Without a zero among the codes, a row of few values is better left to the error as it is.
    constexpr double kPoor = 1;
    if (best_error > kPoor) {
      best_step = 0;
      best_error = quantize(0, 7.5F, 0, 15, best_codes_.data());
    }
    store4(best_codes_, lane, block4);
    std::uint8_t* scales = block4 + SearchIndex::groups4(dim_) * 64;
    store_le(scales + 4 * lane, best_step / 2);  // z counts in halves of the step
    store_le(scales + 4 * (SearchIndex::kBlockRows + lane), upper_bound_of_length(best_error));
  }

  void encode8(float largest, std::uint8_t* row8) {
    const float step = largest < kMinStep ? 0 : largest / 127;
    const double error = quantize(step, 128, 1, 255, row8);
    std::uint8_t* end = row8 + SearchIndex::row8_bytes(dim_);
    store_le(end - 8, step);
    store_le(end - 4, upper_bound_of_length(error));
  }

  const simd::Kernels& kernels_ = simd::active();
  const simd::CodeKernels& code_kernels_ = *kernels_.codes;
  std::span<const float> matrix_;
  std::size_t dim_;
  std::span<const double> inverse_lengths_;
  std::vector<float> unit_;
  std::vector<float> deviation_;
  std::vector<float> residual_;
  std::vector<std::uint8_t> codes_;
  std::vector<std::uint8_t> best_codes_;
};

}  // namespace

void encode_blocks(const InvertedLists& lists, std::span<const float> matrix,
                   std::size_t first_block, std::size_t block_count, std::span<std::uint8_t> codes4,
                   std::span<std::uint8_t> codes8) {
  // No bound reaches a threshold with this.
  constexpr float kNeverEnough = -1e9F;
  const std::size_t dim = lists.dim;
  const std::size_t block4_bytes = SearchIndex::block4_bytes(dim);
  const std::size_t row8_bytes = SearchIndex::row8_bytes(dim);
  std::fill(codes4.begin(), codes4.end(), std::uint8_t{0});
  std::fill(codes8.begin(), codes8.end(), std::uint8_t{0});
  ScalarQuantizer quantizer(matrix, dim, lists.inverse_lengths);
  const auto cluster_begin = lists.first_blocks.begin();
  for (std::size_t b = 0; b < block_count; ++b) {
    const std::size_t block = first_block + b;
    const auto next = std::upper_bound(cluster_begin, lists.first_blocks.end(), block);
    const auto cluster = static_cast<std::size_t>(next - cluster_begin - 1);
    const auto centroid = std::span(lists.centroids).subspan(cluster * dim, dim);
    std::uint8_t* const block4 = codes4.data() + b * block4_bytes;
    for (std::size_t lane = 0; lane < SearchIndex::kBlockRows; ++lane) {
      const std::uint32_t row = lists.rows[block * SearchIndex::kBlockRows + lane];
      std::uint8_t* const row8 = codes8.data() + (b * SearchIndex::kBlockRows + lane) * row8_bytes;
      if (row != SearchIndex::kNoRow) {
        quantizer.encode(row, centroid, lane, block4, row8);
      } else {
        store_le(block4 + block4_bytes - 4 * (SearchIndex::kBlockRows - lane), kNeverEnough);
        store_le(row8 + row8_bytes - 4, kNeverEnough);
      }
    }
  }
}

OwnedSearchIndex::OwnedSearchIndex(std::span<const float> matrix, std::size_t dim, unsigned threads)
    : lists_(build_inverted_lists(matrix, dim, threads)) {
  const std::size_t block4 = SearchIndex::block4_bytes(dim);
  const std::size_t block8 = SearchIndex::kBlockRows * SearchIndex::row8_bytes(dim);
  codes4_.resize(lists_.blocks() * block4);
  codes8_.resize(lists_.blocks() * block8);
  const std::size_t blocks = lists_.blocks();
  parallel_for(threads_or_default(threads), (blocks + kPieceBlocks - 1) / kPieceBlocks,
               [&](std::size_t piece) {
                 const std::size_t first = piece * kPieceBlocks;
                 const std::size_t count = std::min(kPieceBlocks, blocks - first);
                 encode_blocks(lists_, matrix, first, count,
                               std::span(codes4_).subspan(first * block4, count * block4),
                               std::span(codes8_).subspan(first * block8, count * block8));
               });
}

SearchIndex OwnedSearchIndex::view() const noexcept {
  if (lists_.rows.empty()) return {};
  return {lists_.dim, lists_.centroids, lists_.first_blocks, lists_.cosines, lists_.rows,
          codes4_,    codes8_};
}

}  // namespace wordvec
