// Files that say which group each word belongs to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wordvec {

struct WordGroups {
  std::vector<std::string> names;  // in the order in which the file has them first
  std::unordered_map<std::string, std::uint32_t> group_of;  // an index of `names` for each word
};

// Parses lines "word<TAB>group", or CSV (RFC 4180) where more lines have a comma and no tab than
// have a tab. A first line "word<TAB>group" or "word,group" is a header. Lines end in "\n" or
// "\r\n"; blank ones are passed over. A word whose group is empty has none. Throws
// Error(malformed), with `path` and the line, when a line has not two fields, a tab stands outside
// the quotes of CSV, a word is empty or has two groups, or a quote is not closed.
WordGroups parse_word_groups(std::string_view text, const std::string& path);

}  // namespace wordvec
