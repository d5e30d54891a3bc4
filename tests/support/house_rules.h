// Which room of the house may include which, and what lies at the top level.
#pragma once

#include <string>
#include <vector>

namespace wordvec::test {

// Reads every source under ROOT/src and ROOT/apps. Returns a sentence for each #include that breaks
// the rules, "src/wordvec/base/x.cpp:3: includes …"; empty: none does.
std::vector<std::string> include_problems(const std::string& root);

// A sentence for each of `paths` (as `git ls-files` prints them) that does not belong.
std::vector<std::string> top_level_problems(const std::vector<std::string>& paths);

}  // namespace wordvec::test
