#include "wordvec/store/tensor_reader.h"

#include <algorithm>
#include <bit>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec {

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (const std::uint64_t extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + "]";
}

void TensorReader::fail(const std::string& what) const {
  throw Error(ErrorCode::malformed, "damaged container: " + what, path_);
}

bool TensorReader::has_any(std::initializer_list<std::string_view> names) const noexcept {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return header_.find(name) != nullptr; });
}

const Tensor& TensorReader::require(std::string_view name, std::string_view dtype,
                                    std::size_t rank) const {
  const Tensor* tensor = header_.find(name);
  if (tensor == nullptr) fail("the tensor " + in_quotes(name) + " is missing");
  if (tensor->dtype != dtype || tensor->shape.size() != rank) {
    fail("the tensor " + in_quotes(name) + " is " + tensor->dtype + " " +
         shape_text(tensor->shape) + ", expected " + std::string(dtype) + " of rank " +
         std::to_string(rank));
  }
  return *tensor;
}

void TensorReader::require_extent(const Tensor& tensor, std::uint64_t expected) const {
  if (tensor.shape[0] == expected) return;
  fail("the tensor " + in_quotes(tensor.name) + " has " + std::to_string(tensor.shape[0]) +
       " entries, expected " + std::to_string(expected));
}

void TensorReader::require_shape(const Tensor& tensor,
                                 const std::vector<std::uint64_t>& expected) const {
  if (tensor.shape == expected) return;
  fail("the tensor " + in_quotes(tensor.name) + " is " + shape_text(tensor.shape) + ", expected " +
       shape_text(expected));
}

void TensorReader::require_slots(const Tensor& tensor, std::uint64_t words) const {
  if (std::has_single_bit(tensor.shape[0]) && tensor.shape[0] > words) return;
  fail("the hash table has " + std::to_string(tensor.shape[0]) + " slots in " +
       in_quotes(tensor.name) + ", expected a power of two above the number of rows, " +
       std::to_string(words));
}

std::string_view TensorReader::text(const Tensor& tensor) const noexcept {
  return file_.substr(static_cast<std::size_t>(tensor.begin),
                      static_cast<std::size_t>(tensor.end - tensor.begin));
}

void TensorReader::fail_alignment(const Tensor& tensor, std::size_t alignment) const {
  fail("the tensor " + in_quotes(tensor.name) + " starts at byte " + std::to_string(tensor.begin) +
       ", which is not a multiple of " + std::to_string(alignment));
}

}  // namespace wordvec
