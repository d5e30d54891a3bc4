// Which room of the house may include which, and what lies at the top level.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace wordvec::test {

using IncludePlan = std::map<std::string, std::set<std::string>>;
// The rooms of src/wordvec and those that each may include, besides itself.
const IncludePlan& include_plan();
// The same as the table of the map at `path` (src/README.md) has it: rows of a room and of others,
// each between backticks.
IncludePlan plan_of_map(const std::string& path);

// Reads every source under ROOT/src and ROOT/apps. Returns a sentence for each #include that breaks
// the rules, "src/wordvec/base/x.cpp:3: includes …"; empty: none does.
std::vector<std::string> include_problems(const std::string& root);

// Reads every header there. Returns a sentence for each header of the standard library whose names
// a header uses and that it does not include, "src/wordvec/base/x.h: uses std::span without
// <span>".
std::vector<std::string> missing_includes(const std::string& root);

// Reads every .cpp file there. Returns a sentence for each name in an unnamed namespace that
// another file of the folder has in one too, or that a header of the folder or of base declares:
// where files are compiled together (WORDVEC_UNITY), one would be taken for the other. Overloads
// are names, too.
std::vector<std::string> hidden_names(const std::string& root);

// A sentence for each of `paths` (as `git ls-files` prints them) that does not belong.
std::vector<std::string> top_level_problems(const std::vector<std::string>& paths);

}  // namespace wordvec::test
