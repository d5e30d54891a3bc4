// The second step of SIF: the vectors of all texts, less what they have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "wordvec/analysis/common_component.h"
#include "wordvec/base/temporary_file.h"

namespace wordvec {

// Keeps the texts' vectors in a temporary file, so that memory does not grow with their number. Not
// for use by several threads at once.
class SifTexts {
 public:
  // `words`: how many of the text the vector is made of.
  using Each = std::function<void(std::uint64_t words, std::span<const float> vector)>;

  // Throws Error(io), and what CommonComponent() does.
  explicit SifTexts(std::size_t dim);

  // Throws Error(io).
  void add(std::uint64_t words, std::span<const float> vector);
  // Once, after the last add(): calls `each` for all texts in order. False: fewer than two vectors
  // were not zeros, so that nothing can be told to be common, and they are as they came. Throws
  // Error(io), Error(malformed).
  bool for_each(const Each& each);

 private:
  void write_pending();

  std::size_t dim_;
  CommonComponent component_;
  TemporaryFile file_;
  std::vector<std::byte> pending_;  // what is not in the file yet
};

}  // namespace wordvec
