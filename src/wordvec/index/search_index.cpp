#include "wordvec/index/search_index.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wordvec {
namespace {

// Rounds one element and adds what that leaves out to `squared_error`.
int code_element(double value, double step, int limit, double& squared_error) {
  const double scaled = step > 0 ? value / step : 0;
  const int code = std::clamp(static_cast<int>(std::lrint(scaled)), -limit, limit);
  const double left = value - step * code;
  squared_error += left * left;
  return code;
}

double largest_element(std::span<const float> vector, double inverse_length) {
  float largest = 0;
  for (const float x : vector) largest = std::max(largest, std::abs(x));
  return static_cast<double>(largest) * inverse_length;
}

// The step as float32, not below `wanted`, so that no element leaves the range of codes.
float step_of(double wanted) {
  const auto step = static_cast<float>(wanted);
  return static_cast<double>(step) < wanted ? std::nextafter(step, 2.0F) : step;
}

// Rounded up: the sum and the root are wrong by far less.
double length_above(double squared) {
  return std::sqrt(squared) * (1 + 1e-9) + 1e-12;
}

}  // namespace

bool SearchIndex::fits() const noexcept {
  if (first_blocks.size() < 2 || first_blocks.size() > kMaxClusters + 1) return false;
  if (rows.empty() || rows.size() % kBlockRows != 0) return false;
  return centroids.size() == clusters() * dim && cosines.size() == 2 * blocks() &&
         codes4.size() == blocks() * block4_bytes(dim) &&
         codes8.size() == rows.size() * row8_bytes(dim);
}

CodedQuery code_query(std::span<const float> vector, double inverse_length, int limit,
                      std::span<std::int8_t> values) {
  CodedQuery query;
  query.step = step_of(largest_element(vector, inverse_length) / limit);
  double squared_error = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const double value = static_cast<double>(vector[i]) * inverse_length;
    const int code = code_element(value, static_cast<double>(query.step), limit, squared_error);
    values[i] = static_cast<std::int8_t>(code);
    query.sum += code;
  }
  std::fill(values.begin() + static_cast<std::ptrdiff_t>(vector.size()), values.end(),
            std::int8_t{0});
  query.error = length_above(squared_error);
  return query;
}

CodedQuery code_query(std::span<const float> vector, double inverse_length,
                      std::span<std::int8_t> high, std::span<std::int8_t> low) {
  constexpr int kLimit = 64 * 128 - 1;
  CodedQuery query;
  query.step = step_of(largest_element(vector, inverse_length) / kLimit);
  double squared_error = 0;
  std::fill(high.begin(), high.end(), std::int8_t{0});
  std::fill(low.begin(), low.end(), std::int8_t{0});
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const double value = static_cast<double>(vector[i]) * inverse_length;
    const int code = code_element(value, static_cast<double>(query.step), kLimit, squared_error);
    const int upper = (code + 64) >> 7;
    high[i] = static_cast<std::int8_t>(upper);
    low[i] = static_cast<std::int8_t>(code - 128 * upper);
    query.sum += code;
  }
  query.error = length_above(squared_error);
  return query;
}

double largest_distance(double least_cosine, double centroid_length) noexcept {
  // ‖u − μ‖² = 1 − 2·p·‖μ‖ + ‖μ‖², the less the greater p is.
  const double squared = 1 - 2 * least_cosine * centroid_length + centroid_length * centroid_length;
  return std::sqrt(std::max(0.0, squared)) + 1e-9;
}

CosineRange reachable_cosines(double query_cosine, double needed) noexcept {
  // The angles differ by at most arccos(needed). Where arccos is steep its error, times the slope
  // of cos there, stays below 1e-7.
  constexpr double kSlack = 1e-6;
  if (!(needed > -1)) return {};
  const double widest = std::acos(std::min(needed, 1.0));
  const double angle = std::acos(std::clamp(query_cosine, -1.0, 1.0));
  CosineRange range;
  if (angle - widest > 0) range.most = std::cos(angle - widest) + kSlack;
  if (angle + widest < std::numbers::pi) range.least = std::cos(angle + widest) - kSlack;
  return range;
}

}  // namespace wordvec
