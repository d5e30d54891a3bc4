// Files that say which group each word belongs to.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/plot/word_groups.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

// What was read, written as CSV, reads back the same.
void check(const WordGroups& groups) {
  std::string csv = "word,group\n";
  for (const auto& [word, group] : groups.group_of) {
    require(group < groups.names.size());
    require(!word.empty() && !groups.names[group].empty());
    csv += quoted(word) + ',' + quoted(groups.names[group]) + '\n';
  }
  const WordGroups again = parse_word_groups(csv, "again");
  require(again.group_of.size() == groups.group_of.size());
  for (const auto& [word, group] : groups.group_of) {
    const auto at = again.group_of.find(word);
    require(at != again.group_of.end() && again.names[at->second] == groups.names[group]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    check(parse_word_groups(text, "fuzz"));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed && error.line() > 0);
  }
  return 0;
}
