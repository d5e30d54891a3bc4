#include "wordvec/formats/finalfusion_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "wordvec/base/bytes.h"
#include "wordvec/formats/subword_limits.h"
#include "wordvec/model/matrix_view.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

std::vector<float> copy_floats(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::uint8_t code_at(std::string_view codes, std::uint64_t index) {
  return static_cast<std::uint8_t>(codes[static_cast<std::size_t>(index)]);
}

std::uint32_t take_dim(FinalfusionCursor& cursor, std::string_view what) {
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint32_t dim = cursor.take_u32(what);
  if (dim == 0 || dim > kMaxDim) {
    cursor.fail(offset_bytes, fmt::format("found {} for {}, expected 1 to {}", dim, what, kMaxDim));
  }
  return dim;
}

void take_rows(FinalfusionCursor& cursor, std::uint64_t expected) {
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint64_t rows = cursor.take_u64("the number of rows");
  if (rows != expected) {
    cursor.fail(offset_bytes, fmt::format("found {} rows, expected {}: one for each word and each "
                                          "n-gram or bucket of n-grams",
                                          rows, expected));
  }
}

// Written as 0 or 1; finalfusion takes everything but 0 for 1.
bool take_flag(FinalfusionCursor& cursor, std::string_view what) {
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint32_t flag = cursor.take_u32(what);
  if (flag > 1)
    cursor.fail(offset_bytes, fmt::format("found {} for {}, expected 0 or 1", flag, what));
  return flag == 1;
}

}  // namespace

void FinalfusionArray::take_float32(FinalfusionCursor& cursor, std::uint64_t rows) {
  take_rows(cursor, rows);
  dim_ = take_dim(cursor, "the dimension");
  cursor.take_type(kFinalfusionFloat32, "the type of the values");
  cursor.take_padding();
  row_bytes_ = dim_ * sizeof(float);
  rows_offset_bytes_ = cursor.offset_bytes();
  const std::optional<std::uint64_t> values = checked_multiply(rows, dim_);
  rows_ =
      cursor.take_floats(values.value_or(std::numeric_limits<std::uint64_t>::max()), "the matrix");
}

void FinalfusionArray::take_quantized(FinalfusionCursor& cursor, std::uint64_t rows) {
  quantized_ = true;
  const bool has_projection = take_flag(cursor, "whether there is a projection");
  const bool has_norms = take_flag(cursor, "whether there are norms");
  const std::uint64_t codes_offset_bytes = cursor.offset_bytes();
  codes_ = cursor.take_u32("the number of codes of a row");
  dim_ = take_dim(cursor, "the dimension");
  if (codes_ == 0 || codes_ > dim_ || dim_ % codes_ != 0 || dim_ / codes_ > kMaxValuesPerCode) {
    cursor.fail(codes_offset_bytes,
                fmt::format("found {} codes for the {} values of a row, expected a number that "
                            "divides them, with at most {} values to a code",
                            codes_, dim_, kMaxValuesPerCode));
  }
  const std::uint64_t centroids_offset_bytes = cursor.offset_bytes();
  centroids_per_code_ = cursor.take_u32("the number of centroids");
  if (centroids_per_code_ == 0 || centroids_per_code_ > 256) {
    cursor.fail(centroids_offset_bytes,
                fmt::format("found {} centroids, expected 1 to 256", centroids_per_code_));
  }
  take_rows(cursor, rows);
  cursor.take_type(kFinalfusionUint8, "the type of the codes");
  cursor.take_type(kFinalfusionFloat32, "the type of the values");
  cursor.take_padding();
  if (has_projection) {
    projection_ = copy_floats(cursor.take_floats(dim_ * dim_, "the projection matrix"));
  }
  centroids_ = copy_floats(cursor.take_floats(centroids_per_code_ * dim_, "the centroids"));
  if (has_norms) norms_ = cursor.take_floats(rows, "the norms of quantised rows");
  row_bytes_ = codes_;
  rows_offset_bytes_ = cursor.offset_bytes();
  const std::optional<std::uint64_t> size_bytes = checked_multiply(rows, row_bytes_);
  rows_ = cursor.take(size_bytes.value_or(std::numeric_limits<std::uint64_t>::max()), "the codes");
}

FinalfusionArray FinalfusionArray::take(FinalfusionCursor& cursor, FinalfusionChunkId id,
                                        std::uint64_t rows) {
  const FinalfusionChunk chunk = begin_finalfusion_chunk(cursor, id);
  FinalfusionArray array;
  if (id == FinalfusionChunkId::quantized_array) {
    array.take_quantized(cursor, rows);
  } else {
    array.take_float32(cursor, rows);
  }
  end_finalfusion_chunk(cursor, chunk);
  return array;
}

std::string FinalfusionArray::problem_of_codes(std::uint64_t row) const {
  for (std::size_t i = 0; quantized_ && i < codes_; ++i) {
    const std::uint8_t code = code_at(rows_, row * codes_ + i);
    if (code >= centroids_per_code_) {
      return fmt::format("found the code {}, expected less than {}, the number of centroids", code,
                         centroids_per_code_);
    }
  }
  return {};
}

void FinalfusionArray::decode(std::uint64_t row, std::span<float> vector) const {
  const std::size_t width = dim_ / codes_;
  for (std::size_t i = 0; i < codes_; ++i) {
    const std::span<float> part = vector.subspan(i * width, width);
    const std::size_t code = code_at(rows_, row * codes_ + i);
    if (code >= centroids_per_code_) {
      std::fill(part.begin(), part.end(), std::numeric_limits<float>::quiet_NaN());
      continue;
    }
    const auto centroid =
        std::span(centroids_).subspan((i * centroids_per_code_ + code) * width, width);
    std::copy(centroid.begin(), centroid.end(), part.begin());
  }
}

void FinalfusionArray::project(std::span<float> vectors) const {
  constexpr std::size_t kRowsAtOnce = 64;
  std::vector<double> products(kRowsAtOnce * dim_);
  for (std::size_t done = 0; done < vectors.size();) {
    const std::span<float> some =
        vectors.subspan(done, std::min(products.size(), vectors.size() - done));
    simd::active().scan(projection_.data(), dim_, dim_, some.data(), dim_, some.size() / dim_, dim_,
                        products.data(), dim_);
    std::transform(products.begin(), products.begin() + static_cast<std::ptrdiff_t>(some.size()),
                   some.begin(), [](double product) { return static_cast<float>(product); });
    done += some.size();
  }
}

std::span<const float> FinalfusionArray::vectors(std::uint64_t first, std::size_t count,
                                                 std::vector<float>& buffer) const {
  const std::size_t values = count * dim_;
  if (!quantized_) {
    const char* const at = rows_.data() + first * row_bytes_;
    if (reinterpret_cast<std::uintptr_t>(at) % alignof(float) == 0) {
      return {reinterpret_cast<const float*>(at), values};
    }
    buffer.resize(values);
    std::memcpy(buffer.data(), at, values * sizeof(float));
    return buffer;
  }

  buffer.resize(values);
  for (std::size_t i = 0; i < count; ++i) {
    decode(first + i, std::span(buffer).subspan(i * dim_, dim_));
  }
  if (!projection_.empty()) project(buffer);
  for (std::size_t i = 0; !norms_.empty() && i < count; ++i) {
    const float norm = load_le<float>(norms_.data() + (first + i) * sizeof(float));
    for (float& value : std::span(buffer).subspan(i * dim_, dim_)) value *= norm;
  }
  return buffer;
}

}  // namespace wordvec
