// zlib's decompressor, a step at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

// Not for use by several threads at once.
class Inflater {
 public:
  // What stands around the compressed bytes: nothing (as in zip archives), or a header in front and
  // the checksum and size of the content behind, which are checked.
  enum class Wrapping { none, gzip };

  struct Step {
    std::size_t taken = 0;  // bytes of the input
    std::size_t given = 0;  // bytes of the output
    bool ended = false;     // the compressed data says so
    std::string problem;    // empty: there is none. Otherwise what is wrong with the input
  };

  explicit Inflater(Wrapping wrapping);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Takes and gives as much as it can; nothing at all only where one of the two is empty. Not to be
  // called after the end, or after a problem.
  Step step(std::string_view in, std::span<char> out);
  // Begins anew.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wordvec
