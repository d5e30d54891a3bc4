// A download that an earlier run has left, whatever stands in its state, and what this one does
// with it: the file always holds what was written, and the next run finds the same.
// Hundreds of inputs a second: an input is up to thirty steps of several system calls each.
#include "wordvec/fetch/part_file.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/input.h"
#include "fuzz/memory_folder.h"
#include "fuzz/shown_text.h"
#include "wordvec/base/error.h"
#include "wordvec/fetch/download.h"

namespace wordvec::fuzz {
namespace {

PartFile lock(const std::string& path) {
  return PartFile::lock(path, [] { require(false); });
}

std::string received(const PartFile& part) {
  std::string bytes;
  part.read([&](std::string_view piece) { bytes += piece; });
  require(bytes.size() == part.received_bytes());
  return bytes;
}

// The state as it comes back: JSON holds UTF-8 only.
bool is_kept(const PartState& state) {
  return is_utf8(state.url) && is_utf8(state.validator) && is_utf8(state.member);
}

PartState state_from(Input& input) {
  PartState state;
  state.url = input.text(input.byte() % 32);
  state.validator = input.text(input.byte() % 32);
  state.member = input.text(input.byte() % 32);
  state.total_bytes = input.number(8);
  state.first = input.number(4);
  state.wanted_bytes = input.byte();
  return state;
}

// Each step is a byte that says what, and its arguments. Without a state there is nothing to go on
// with.
void act(PartFile& part, Input& input, std::string& expected) {
  const unsigned what = input.byte() % 4;
  if (!part.state() && (what == 1 || what == 2)) return;
  switch (what) {
    case 0: {
      PartState state = state_from(input);
      const std::string prefix = input.text(input.byte() % 16);
      state.prefix_bytes = prefix.size();
      part.restart(state, prefix);
      require(part.state() == state);
      expected.clear();
      break;
    }
    case 1: {
      const std::string bytes = input.text(input.byte());
      part.append(bytes);
      expected += bytes;
      break;
    }
    case 2: {
      const std::size_t size = input.byte();
      part.cut(size);
      expected.resize(std::min(expected.size(), size));
      break;
    }
    default: {
      // Another run.
      const std::optional<PartState> before = part.state();
      const std::string path = part.path();
      { const PartFile closed = std::move(part); }
      part = lock(path);
      if (before && !is_kept(*before)) return;
      require(part.state() == before);
      break;
    }
  }
  require(received(part) == expected);
  (void)can_go_on(part, false);
  require(!part.state() || part.received_bytes() == 0 || can_go_on(part, true));
}

// The input: how many bytes the file has, these, how many the state has, these, and steps.
void run(Input input) {
  static const MemoryFolder folder;
  const std::string path = folder.file("m.part");
  write_file(path, input.text(input.byte()));
  const std::size_t state_bytes = input.number(2);
  ::unlink((path + ".json").c_str());
  if (state_bytes > 0) write_file(path + ".json", input.text(state_bytes));
  PartFile part = lock(path);
  const std::string file = read_file(path);
  const std::uint64_t prefix = part.state() ? part.state()->prefix_bytes : 0;
  require(prefix <= file.size() && part.received_bytes() == file.size() - prefix);
  std::string expected = received(part);
  require(expected == file.substr(static_cast<std::size_t>(prefix)));
  for (int steps = 0; steps < 30 && !input.at_end(); ++steps) act(part, input, expected);
  part.discard();
  require(part.is_gone() && !part.state());
  require(::access(path.c_str(), F_OK) != 0 && ::access((path + ".json").c_str(), F_OK) != 0);
}

}  // namespace
}  // namespace wordvec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::run({data, size});
  return 0;
}
