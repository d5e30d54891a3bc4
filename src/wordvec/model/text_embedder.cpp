#include "wordvec/model/text_embedder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/position_encoding.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::uint64_t kKeptPositions = 1024;

double harmonic_number(std::size_t n) {
  double sum = 0;
  for (std::size_t i = n; i > 0; --i) sum += 1 / static_cast<double>(i);
  return sum;
}

}  // namespace

VectorOverflowError::VectorOverflowError(std::string_view what)
    : Error(ErrorCode::malformed, beyond_float32(what)) {}

TextEmbedder::TextEmbedder(const Embeddings& embeddings, TextOptions options, Unknown unknown)
    : embeddings_(embeddings),
      options_(options),
      unknown_(std::move(unknown)),
      splitter_(embeddings.vocabulary, options.split),
      layer_(embeddings.matrix, {.padding_row = {}, .max_norm = options.max_norm}),
      scratch_(embeddings.dim()),
      unit_(embeddings.dim()),
      transformed_(embeddings.dim()),
      zeros_(embeddings.dim()),
      sum_(embeddings.dim()) {
  if (!(options_.sif_a > 0)) {
    throw Error(ErrorCode::usage, "the a of SIF's weights must be above 0");
  }
  if (options_.frequencies != nullptr && !(options_.frequencies->total() > 0)) {
    throw Error(ErrorCode::usage, "the frequencies of SIF's weights are all 0");
  }
  if (options_.scale_sqrt_dim) scale_ = std::sqrt(static_cast<double>(dim()));
}

std::vector<std::string_view> TextEmbedder::unknown_words(std::string_view text, bool needs_row) {
  std::vector<std::string_view> unknown;
  std::uint64_t known = 0;
  splitter_.split(text, [&](const SplitWord& word) {
    if (known == options_.most_words) return;
    const bool has_vector = word.row || (!needs_row && !embeddings_.subwords.empty() &&
                                         embeddings_.subwords.vector_of(word.text, scratch_));
    if (has_vector) {
      ++known;
    } else {
      unknown.push_back(word.text);
    }
  });
  return unknown;
}

void TextEmbedder::rows(std::string_view text, const EachWord& each) {
  std::uint64_t given = 0;
  bool is_cut = false;
  splitter_.split(text, [&](const SplitWord& word) {
    if (given == options_.most_words) {
      is_cut = true;
      return;
    }
    count(word);
    if (!word.row) {
      ++counts_.unknown;
      unknown_(word.text);
      if (options_.unknown == UnknownWords::skip) return;
    }
    ++given;
    each({word.text, word.row, false});
  });
  if (is_cut) ++counts_.cut_texts;
}

std::span<const float> TextEmbedder::mean_row() {
  if (mean_.empty()) {
    const simd::Kernels& kernels = simd::active();
    std::vector<double> sum(dim());
    for (std::size_t r = 0; r < embeddings_.rows(); ++r) {
      kernels.axpy(1, embeddings_.matrix.row(r).data(), sum.data(), dim());
    }
    const auto rows = static_cast<double>(embeddings_.rows());
    for (const double x : sum) mean_.push_back(static_cast<float>(x / rows));
    layer_.limit_norm(mean_);
  }
  return mean_;
}

void TextEmbedder::count(const SplitWord& word) {
  ++counts_.words;
  if (!word.other_form || counts_.other_forms++ > 0) return;
  counts_.first_other_form = word.text;
  counts_.first_other_row = *word.row;
}

// Empty: the word is left out.
std::span<const float> TextEmbedder::vector_of(const SplitWord& word, TextWord& found) {
  count(word);
  found = {word.text, word.row, false};
  if (word.row) return layer_.vector(*word.row, scratch_);
  if (!embeddings_.subwords.empty() && embeddings_.subwords.vector_of(word.text, scratch_)) {
    ++counts_.built;
    found.is_built = true;
    layer_.limit_norm(scratch_);
    return scratch_;
  }
  ++counts_.unknown;
  unknown_(word.text);
  switch (options_.unknown) {
    case UnknownWords::zero:
      return zeros_;
    case UnknownWords::mean:
      return mean_row();
    case UnknownWords::skip:
      break;
  }
  return {};
}

std::span<const float> TextEmbedder::transform(const TextWord& word, std::span<const float> vector,
                                               std::uint64_t position) {
  if (options_.unit_words) {
    const double length = std::sqrt(simd::active().dot(vector.data(), vector.data(), dim()));
    is_zero_ = !(length > 0);
    if (!is_zero_) {
      std::transform(vector.begin(), vector.end(), unit_.begin(),
                     [length](float x) { return static_cast<float>(double{x} / length); });
      vector = unit_;
    }
  }
  if (scale_ == 1 && !options_.positions) return vector;
  std::transform(vector.begin(), vector.end(), transformed_.begin(),
                 [this](float x) { return static_cast<float>(static_cast<double>(x) * scale_); });
  if (scale_ != 1 && !all_finite(transformed_)) {
    throw VectorOverflowError("the vector of " + in_quotes(word.text) +
                              ", times the square root of its dimension,");
  }
  if (!options_.positions) return transformed_;
  if (position >= kKeptPositions) {
    add_positions(position, dim(), transformed_);
    return transformed_;
  }
  const std::size_t begin = static_cast<std::size_t>(position) * dim();
  if (positions_.size() == begin) {
    positions_.resize(begin + dim());
    encode_position(position, std::span(positions_).subspan(begin));
  }
  for (std::size_t d = 0; d < dim(); ++d) transformed_[d] += positions_[begin + d];
  return transformed_;
}

void TextEmbedder::vectors(std::string_view text, const EachVector& each) {
  std::uint64_t position = 0;
  bool is_cut = false;
  splitter_.split(text, [&](const SplitWord& word) {
    if (position == options_.most_words) {
      is_cut = true;
      return;
    }
    TextWord found;
    const auto vector = vector_of(word, found);
    if (!vector.empty()) each(found, transform(found, vector, position++));
  });
  if (is_cut) ++counts_.cut_texts;
}

double TextEmbedder::listed_probability_of(std::string_view word) {
  const WordFrequencies& frequencies = *options_.frequencies;
  if (frequencies.number_of(word) || options_.split.matching.kind() == WordMatching::exact) {
    return frequencies.probability_of(word);
  }
  const auto other = frequencies.equivalent_of(word);
  if (!other) return 0;
  counts_.frequencies_spelt_otherwise.add(word, *other);
  return frequencies.probability_of(*other);
}

double TextEmbedder::probability_of(const TextWord& word) {
  if (options_.frequencies != nullptr) {
    return listed_probability_of(word.row ? embeddings_.vocabulary.word(*word.row) : word.text);
  }
  if (counts_total_ > 0) {
    return word.row ? static_cast<double>(embeddings_.counts[*word.row]) / counts_total_ : 0;
  }
  const std::size_t rank = word.row ? *word.row + std::size_t{1} : embeddings_.rows();
  return 1 / (static_cast<double>(rank) * harmonic_);
}

double TextEmbedder::weight_of(const TextWord& word) {
  const double probability = probability_of(word);
  if (probability == 0 && counts_.without_frequency++ == 0) {
    counts_.first_without_frequency = word.text;
  }
  return options_.sif_a / (options_.sif_a + probability);
}

std::uint64_t TextEmbedder::pool(std::string_view text, Pooling pooling, std::span<float> out) {
  const simd::Kernels& kernels = simd::active();
  if (pooling == Pooling::sif && options_.frequencies == nullptr && harmonic_ == 0 &&
      counts_total_ == 0) {
    for (const std::uint64_t n : embeddings_.counts) counts_total_ += static_cast<double>(n);
    if (counts_total_ == 0) harmonic_ = harmonic_number(embeddings_.rows());
  }
  std::fill(out.begin(), out.end(), 0.0F);
  std::fill(sum_.begin(), sum_.end(), 0.0);
  std::uint64_t count = 0;
  // Rows of the matrix stay where they are, and wait to be added together; other vectors are gone
  // with the next.
  std::array<const float*, 16> rows{};
  std::array<double, 16> weights{};
  std::size_t waiting = 0;
  const auto add_waiting = [&] {
    kernels.axpy_rows(weights.data(), rows.data(), waiting, sum_.data(), dim());
    waiting = 0;
  };
  const auto is_row = [&](const TextWord& word, std::span<const float> vector) {
    return word.row && vector.data() == embeddings_.matrix.row(*word.row).data();
  };
  vectors(text, [&](const TextWord& word, std::span<const float> vector) {
    if (options_.unit_words && is_zero_) return;
    ++count;
    if (pooling != Pooling::max) {
      rows[waiting] = vector.data();
      // Known now, added a little later: asked for in between.
      for (std::size_t d = 0; d < vector.size(); d += 16) __builtin_prefetch(vector.data() + d);
      weights[waiting++] = pooling == Pooling::sif ? weight_of(word) : 1;
      if (waiting == rows.size() || !is_row(word, vector)) add_waiting();
    } else if (count == 1) {
      std::copy(vector.begin(), vector.end(), out.begin());
    } else {
      std::transform(out.begin(), out.end(), vector.begin(), out.begin(),
                     [](float most, float x) { return x > most ? x : most; });
    }
  });
  if (pooling == Pooling::max || count == 0) return count;
  add_waiting();
  const double divisor = pooling == Pooling::sum ? 1 : static_cast<double>(count);
  std::transform(sum_.begin(), sum_.end(), out.begin(),
                 [divisor](double x) { return static_cast<float>(x / divisor); });
  // What is between the vectors, as a mean is, float32 holds as it does these.
  if (pooling == Pooling::sum && !all_finite(out)) {
    throw VectorOverflowError("the sum of its words' vectors");
  }
  return count;
}

}  // namespace wordvec
