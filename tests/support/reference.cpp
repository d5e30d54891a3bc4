#include "support/reference.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace wordvec::test {

double lanes_dot(const float* a, const float* b, std::size_t n) {
  double lane[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (std::size_t i = 0; i < n; ++i) {
    const double product = static_cast<double>(a[i]) * static_cast<double>(b[i]);
    lane[i % 8] = lane[i % 8] + product;
  }
  const double l04 = lane[0] + lane[4];
  const double l26 = lane[2] + lane[6];
  const double l15 = lane[1] + lane[5];
  const double l37 = lane[3] + lane[7];
  const double even = l04 + l26;
  const double odd = l15 + l37;
  return even + odd;
}

float reference_score(std::span<const float> query, std::span<const float> row) {
  const double dot = lanes_dot(query.data(), row.data(), row.size());
  const double qq = lanes_dot(query.data(), query.data(), row.size());
  const double rr = lanes_dot(row.data(), row.data(), row.size());
  return static_cast<float>(dot / (std::sqrt(qq) * std::sqrt(rr)));
}

std::size_t reference_spelling_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace wordvec::test
