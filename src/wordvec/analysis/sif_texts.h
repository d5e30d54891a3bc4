// The second step of SIF: the vectors of all texts, less what they have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
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

  // What taking the common component away has left.
  struct Removal {
    std::uint64_t texts = 0;   // whose vectors were not zeros: of fewer than two, nothing is taken
    double share = 0;          // of the sum of the squared lengths that was taken away, 0 to 1
    std::uint64_t zeroed = 0;  // vectors of which nothing is left
    // What is left of all lies on one line, up to rounding, so that each cosine is -1 or 1 whatever
    // the texts are: as of two texts always.
    bool on_a_line = false;
  };

  // Throws Error(io), and what CommonComponent() does.
  explicit SifTexts(std::size_t dim);

  // Throws Error(io).
  void add(std::uint64_t words, std::span<const float> vector);
  // Once, after the last add(): calls `each` for all texts in order. Where fewer than two vectors
  // were not zeros, nothing can be told to be common, and they are as they came. Throws Error(io),
  // Error(malformed).
  Removal for_each(const Each& each);

 private:
  // A residue, and how far it is from what it should be, at most.
  struct Residue {
    std::vector<float> vector;
    double squared_length = 0;
    double error = 0;
  };

  void write_pending();
  // Removes the component, and tells it in `removal`.
  void take_away(std::span<const double> direction, std::span<float> vector, Removal& removal);

  std::size_t dim_;
  CommonComponent component_;
  TemporaryFile file_;
  std::vector<std::byte> pending_;  // what is not in the file yet
  std::optional<Residue> line_;     // the first that is not zeros, which others may lie along
  double squared_before_ = 0;       // the sums of the squared lengths
  double squared_after_ = 0;
};

}  // namespace wordvec
