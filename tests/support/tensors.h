// The tensors of a container as a list that can be changed and written again.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/store/container.h"

namespace wordvec::test {

struct Tensors {
  struct Entry {
    std::string name;
    std::string dtype;
    std::vector<std::uint64_t> shape;
    std::string bytes;
  };

  // All but padding.
  explicit Tensors(const Container& container);

  Entry& at(const std::string& name);  // throws when there is none
  void remove(const std::string& name);

  // A container with these, with right checksums, whatever they say.
  void write(const std::string& path) const;

  std::vector<Entry> entries;
  ModelInfo info;
  bool lower_case = false;
  std::vector<std::pair<std::string, std::string>> more_metadata;
};

}  // namespace wordvec::test
