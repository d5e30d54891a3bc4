#include "synthetic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string_view>
#include <vector>

#include "wordvec/base/parallel.h"

namespace wordvec::bench {
namespace {

constexpr std::size_t kClusters = 600;
constexpr std::size_t kBatchRows = 8192;
constexpr std::array<std::string_view, 14> kWords = {
    "king", "queen", "man", "woman",  "paris", "france", "london",
    "cat",  "dog",   "cow", "father", "house", "mother", "england"};

// A number in (0, 1) that is the same with every standard library.
double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

// Two independent normal deviates: Box and Muller 1958.
std::array<double, 2> normal_pair(std::mt19937_64& random) {
  const double radius = std::sqrt(-2 * std::log(uniform(random)));
  const double angle = 6.283185307179586 * uniform(random);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

std::vector<float> normal_vector(std::size_t dim, std::mt19937_64& random) {
  std::vector<float> vector(dim);
  for (std::size_t i = 0; i < dim; i += 2) {
    const auto pair = normal_pair(random);
    vector[i] = static_cast<float>(pair[0]);
    if (i + 1 < dim) vector[i + 1] = static_cast<float>(pair[1]);
  }
  return vector;
}

class Mixture {
 public:
  Mixture(std::uint64_t rows, std::size_t dim, std::uint64_t seed)
      : rows_(rows), dim_(dim), seed_(seed) {
    std::mt19937_64 random(seed);
    mean_ = normal_vector(dim, random);
    for (std::size_t c = 0; c < kClusters; ++c) {
      const std::vector<float> centre = normal_vector(dim, random);
      centres_.insert(centres_.end(), centre.begin(), centre.end());
    }
  }

  void make_row(std::uint64_t row, float* out) const {
    std::mt19937_64 random(seed_ * 0x9e3779b97f4a7c15 + row + 1);
    const float* a = centre(random);
    const float* b = centre(random);
    // Rows get shorter with their rank; one in a hundred is an outlier.
    const double rank = static_cast<double>(row) / static_cast<double>(rows_);
    const double length =
        0.45 / (1 + 6 * std::sqrt(rank)) * std::exp(0.25 * normal_pair(random)[0]);
    const double noise = uniform(random) < 0.01 ? 3.0 : 0.6 + 0.5 * uniform(random);
    const double weight_a = 0.4 + 0.6 * uniform(random);
    const double weight_b = 0.6 * uniform(random) * uniform(random);
    const double weight_mean = 0.2 + 0.9 * rank;
    for (std::size_t i = 0; i < dim_; i += 2) {
      const auto deviates = normal_pair(random);
      for (std::size_t j = i; j < std::min(i + 2, dim_); ++j) {
        const double value =
            length * (weight_a * static_cast<double>(a[j]) + weight_b * static_cast<double>(b[j]) +
                      weight_mean * static_cast<double>(mean_[j]) + noise * deviates[j - i]);
        out[j] = static_cast<float>(std::round(value * 1e5) / 1e5);
      }
    }
  }

 private:
  // Small numbers are likelier, as 1 / (rank of the cluster).
  const float* centre(std::mt19937_64& random) const {
    const double log_rank = uniform(random) * std::log(static_cast<double>(kClusters));
    const auto c = std::min(static_cast<std::size_t>(std::exp(log_rank)) - 1, kClusters - 1);
    return centres_.data() + c * dim_;
  }

  std::uint64_t rows_;
  std::size_t dim_;
  std::uint64_t seed_;
  std::vector<float> mean_;
  std::vector<float> centres_;
};

}  // namespace

std::string synthetic_word(std::uint64_t row, std::uint64_t rows) {
  const std::uint64_t first = rows > 200 ? 100 : 0;
  if (row >= first && row - first < kWords.size()) return std::string(kWords[row - first]);
  constexpr std::string_view kConsonants = "tnsrlmdkbpgvfz";
  constexpr std::string_view kVowels = "aeiou";
  constexpr std::uint64_t kSyllables = kConsonants.size() * kVowels.size();
  std::string word;
  std::uint64_t number = row + 1;
  while (number > 0) {
    const std::uint64_t syllable = --number % kSyllables;
    word += kConsonants[syllable % kConsonants.size()];
    word += kVowels[syllable / kConsonants.size()];
    number /= kSyllables;
  }
  return word;
}

void write_synthetic(std::uint64_t rows, std::size_t dim, std::uint64_t seed, RowSink& sink) {
  const Mixture mixture(rows, dim, seed);
  sink.begin(dim, rows);
  std::vector<float> vectors;
  std::vector<std::string> words;
  std::vector<std::string_view> views;
  for (std::uint64_t first = 0; first < rows; first += kBatchRows) {
    const std::uint64_t count = std::min<std::uint64_t>(kBatchRows, rows - first);
    vectors.resize(count * dim);
    parallel_for(available_threads(), count,
                 [&](std::size_t r) { mixture.make_row(first + r, vectors.data() + r * dim); });
    words.clear();
    for (std::uint64_t r = 0; r < count; ++r) words.push_back(synthetic_word(first + r, rows));
    views.assign(words.begin(), words.end());
    sink.append({dim, views, vectors});
  }
  sink.finish();
}

}  // namespace wordvec::bench
