#include "wordvec/analysis/mean_row.h"

#include <algorithm>
#include <cmath>

#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {

std::vector<double> mean_row(const Selection& rows, unsigned threads) {
  constexpr std::size_t kBlockRows = 8192;
  const simd::Kernels& kernels = simd::active();
  std::vector<double> mean(rows.dim());
  for_each_block<std::vector<double>>(
      rows, kBlockRows, threads,
      [&](RowBlock block) {
        std::vector<double> partial(mean.size());
        for (std::size_t i = 0; i < block.count; ++i) {
          kernels.axpy(1, rows[block.first + i].data(), partial.data(), rows.dim());
        }
        return partial;
      },
      [&](const std::vector<double>& partial) {
        for (std::size_t d = 0; d < mean.size(); ++d) mean[d] += partial[d];
      });
  if (!std::all_of(mean.begin(), mean.end(), [](double x) { return std::isfinite(x); })) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
  for (double& value : mean) value /= static_cast<double>(rows.size());
  return mean;
}

}  // namespace wordvec
