// A decompressor, a step at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

// Not for use by several threads at once.
class Decompressor {
 public:
  struct Step {
    std::size_t taken = 0;  // bytes of the input
    std::size_t given = 0;  // bytes of the output
    bool ended = false;     // the compressed data says so
    std::string problem;    // what is wrong with the input; empty: nothing
    // Why the input is not read, which may be whole: "needs more than …". Empty: it is.
    std::string refusal;
    std::string command;  // where that unpacks what is refused: "xz -dc FILE"; perhaps empty

    // What to say of the data, "is damaged: …" or the refusal; empty: nothing.
    std::string trouble() const { return problem.empty() ? refusal : "is damaged: " + problem; }
  };

  Decompressor() = default;
  virtual ~Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  // Takes and gives as much as it can; nothing at all only where one of the two is empty. Not to be
  // called after the end, or after trouble.
  virtual Step step(std::string_view in, std::span<char> out) = 0;
  // Begins anew.
  virtual void reset() = 0;
};

}  // namespace wordvec
