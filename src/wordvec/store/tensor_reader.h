// Reads the tensors of a container that may be damaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/safetensors.h"

namespace wordvec {

// A view over a file and its parsed header, which must outlive it. Everything throws
// Error(malformed) with the file's name, and starts with "damaged container:", where the tensor is
// not as it must be.
class TensorReader {
 public:
  TensorReader(std::string_view file, const SafetensorsHeader& header, const std::string& path)
      : file_(file), header_(header), path_(path) {}

  const SafetensorsHeader& header() const noexcept { return header_; }
  const std::string& path() const noexcept { return path_; }

  // True when one of these tensors is there.
  bool has_any(std::initializer_list<std::string_view> names) const noexcept;

  // The tensor with that name, dtype and number of dimensions.
  const Tensor& require(std::string_view name, std::string_view dtype, std::size_t rank) const;
  void require_extent(const Tensor& tensor, std::uint64_t expected) const;
  void require_shape(const Tensor& tensor, const std::vector<std::uint64_t>& expected) const;
  // The size of a hash table over `words` words.
  void require_slots(const Tensor& tensor, std::uint64_t words) const;

  std::string_view text(const Tensor& tensor) const noexcept;
  template <class T>
  std::span<const T> values(const Tensor& tensor) const {
    const char* begin = text(tensor).data();
    if (reinterpret_cast<std::uintptr_t>(begin) % alignof(T) != 0)
      fail_alignment(tensor, alignof(T));
    return {reinterpret_cast<const T*>(begin), text(tensor).size() / sizeof(T)};
  }

  [[noreturn]] void fail(const std::string& what) const;

 private:
  [[noreturn]] void fail_alignment(const Tensor& tensor, std::size_t alignment) const;

  std::string_view file_;
  const SafetensorsHeader& header_;
  const std::string& path_;
};

// "[400000, 300]"
std::string shape_text(const std::vector<std::uint64_t>& shape);

}  // namespace wordvec
