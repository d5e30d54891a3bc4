// zlib's decompressor, a step at a time.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "wordvec/formats/decompressor.h"

namespace wordvec {

class Inflater final : public Decompressor {
 public:
  // What stands around the compressed bytes: nothing (as in zip archives), or a header in front and
  // the checksum and size of the content behind, which are checked.
  enum class Wrapping { none, gzip };

  explicit Inflater(Wrapping wrapping);
  ~Inflater() override;

  Step step(std::string_view in, std::span<char> out) override;
  void reset() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wordvec
