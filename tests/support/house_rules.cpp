#include "support/house_rules.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string_view>

namespace wordvec::test {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string name;
  bool angled = false;
};

std::optional<Include> parse_include(const std::string& line) {
  std::size_t at = line.find_first_not_of(" \t");
  if (at == std::string::npos || line[at] != '#') return std::nullopt;
  at = line.find_first_not_of(" \t", at + 1);
  if (at == std::string::npos || line.compare(at, 7, "include") != 0) return std::nullopt;
  at = line.find_first_of("<\"", at);
  if (at == std::string::npos) return std::nullopt;
  const bool angled = line[at] == '<';
  const std::size_t end = line.find(angled ? '>' : '"', at + 1);
  if (end == std::string::npos) return std::nullopt;
  return Include{line.substr(at + 1, end - at - 1), angled};
}

bool is_c_header(const std::string& name) {
  return name.ends_with(".h");
}

// <vector>, <stddef.h> and the compilers' headers for instruction sets.
bool is_standard(const Include& include) {
  static const std::set<std::string> kCHeaders = {
      "stddef.h", "stdint.h", "string.h", "math.h", "float.h", "immintrin.h", "sys/platform/x86.h"};
  return include.angled && (kCHeaders.contains(include.name) ||
                            include.name.find_first_of("./") == std::string::npos);
}

bool is_cli11(const std::string& name) {
  return name.starts_with("CLI/");
}
bool is_spdlog(const std::string& name) {
  return name.starts_with("spdlog/");
}
bool is_eigen(const std::string& name) {
  return name.starts_with("Eigen/") || name.starts_with("unsupported/Eigen/");
}

// What is wrong with `include` in `path`, relative to the root; empty: nothing.
std::string problem_with(const fs::path& path, const Include& include) {
  const std::vector<std::string> parts(path.begin(), path.end());
  const bool in_apps = parts[0] == "apps";
  const std::string file = parts.back();
  const std::string room = !in_apps && parts.size() > 3 ? parts[2] : "";
  const std::string& name = include.name;

  if (is_cli11(name) && path != "apps/wordvec/options/option_set.cpp") {
    return "CLI11 is for option_set.cpp only";
  }
  if (is_spdlog(name) && !in_apps) return "spdlog is for apps only";
  const bool may_use_eigen = (room == "analysis" || room == "search") && file.ends_with(".cpp");
  if (is_eigen(name) && !may_use_eigen) {
    return "Eigen is for analysis/*.cpp and search/*.cpp only";
  }
  if (in_apps) return {};
  if (!include_plan().contains(room)) return "the file lies in no room that is known";

  if (name.starts_with("wordvec/")) {
    const std::string other = name.substr(8, name.find('/', 8) - 8);
    if (!include_plan().contains(other)) return "there is no such room";
    if (other != room && !include_plan().at(room).contains(other))
      return room + " may not see " + other;
  } else if (room == "simd" && !is_standard(include)) {
    return "simd may include standard headers only";
  }
  // All of simd but the dispatch is compiled for newer processors, or included by what is.
  const bool for_newer_processors = room == "simd" && !file.starts_with("dispatch.");
  if (for_newer_processors && !is_c_header(name)) {
    return "inline functions of the C++ library must not be compiled for newer processors";
  }
  return {};
}

std::vector<fs::path> sources_of(const std::string& root) {
  std::vector<fs::path> sources;
  for (const char* top : {"src", "apps"}) {
    if (!fs::exists(fs::path(root) / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".h" || extension == ".cpp") sources.push_back(entry.path());
    }
  }
  std::sort(sources.begin(), sources.end());
  return sources;
}

// The header that declares a name of std; empty: not looked at, or of several headers.
std::string header_of(const std::string& name) {
  static const std::map<std::string, std::set<std::string>> kNames = {
      {"array", {"array", "to_array"}},
      {"atomic", {"atomic"}},
      {"chrono", {"chrono"}},
      {"cstddef", {"byte", "ptrdiff_t", "size_t"}},
      {"cstdint",
       {"int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
        "uintptr_t"}},
      {"deque", {"deque"}},
      {"exception", {"exception", "exception_ptr"}},
      {"filesystem", {"filesystem"}},
      {"functional", {"function"}},
      {"initializer_list", {"initializer_list"}},
      {"limits", {"numeric_limits"}},
      {"map", {"map"}},
      {"memory", {"make_unique", "shared_ptr", "unique_ptr", "weak_ptr"}},
      {"mutex", {"lock_guard", "mutex", "unique_lock"}},
      {"optional", {"nullopt", "optional"}},
      {"set", {"set"}},
      {"span", {"span"}},
      {"string", {"string", "to_string"}},
      {"string_view", {"string_view"}},
      {"thread", {"jthread", "thread"}},
      {"tuple", {"tuple"}},
      {"unordered_map", {"unordered_map"}},
      {"unordered_set", {"unordered_set"}},
      {"utility", {"exchange", "forward", "move", "pair", "swap"}},
      {"variant", {"variant"}},
      {"vector", {"vector"}},
  };
  for (const auto& [header, names] : kNames) {
    if (names.contains(name)) return header;
  }
  return {};
}

// What a line at the left margin declares: a function, a type or a constant. Empty: nothing. That
// is as much of C++ as the format of this project needs.
std::string declared_name(const std::string& line) {
  static const std::regex kType(R"(^(?:struct|class|enum class|enum) (\w+))");
  static const std::regex kConstant(R"(\b(k[A-Z]\w*)\b(?:\[\w*\])? ?(?:=|\{))");
  static const std::regex kFunction(R"(^[A-Za-z][^()=]*[ *&](\w+)\()");
  if (line.empty() || line.find_first_of(" }/#") == 0) return {};
  std::smatch match;
  for (const std::regex* pattern : {&kType, &kConstant, &kFunction}) {
    if (std::regex_search(line, match, *pattern)) return match[1];
  }
  return {};
}

// With `unnamed`, those in unnamed namespaces, else the others.
std::set<std::string> declared_names(const fs::path& source, bool unnamed) {
  std::set<std::string> names;
  bool is_unnamed = false;
  std::ifstream in(source);
  for (std::string line; std::getline(in, line);) {
    if (line == "namespace {") is_unnamed = true;
    if (line == "}  // namespace") is_unnamed = false;
    const std::string name = is_unnamed == unnamed ? declared_name(line) : std::string();
    if (!name.empty() && name != "static_assert") names.insert(name);
  }
  return names;
}

}  // namespace

const IncludePlan& include_plan() {
  static const IncludePlan kPlan = {
      {"base", {}},
      {"simd", {}},
      {"index", {"base", "simd"}},
      {"model", {"base", "simd", "index"}},
      {"store", {"base", "simd", "index", "model"}},
      {"formats", {"base", "simd", "model"}},
      {"open", {"base", "simd", "index", "model", "store", "formats", "analysis"}},
      {"fetch", {"base", "simd", "index", "model", "store", "formats", "open"}},
      {"search", {"base", "simd", "index", "model"}},
      {"analysis", {"base", "simd", "model"}},
      {"eval", {"base", "simd", "index", "model", "search", "analysis"}},
      {"plot", {"base"}},
  };
  return kPlan;
}

IncludePlan plan_of_map(const std::string& path) {
  IncludePlan plan;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t second = line.find('|', 1);
    std::set<std::string>* others = nullptr;
    for (std::size_t at = line.find('`'); at != std::string::npos; at = line.find('`', at + 1)) {
      const std::size_t end = std::min(line.find('`', at + 1), line.size());
      const std::string name = line.substr(at + 1, end - at - 1);
      if (at < second) {
        others = &plan[name];
      } else if (others != nullptr) {
        others->insert(name);
      }
      at = end;
    }
  }
  return plan;
}

std::vector<std::string> hidden_names(const std::string& root) {
  std::vector<std::string> problems;
  std::map<fs::path, std::map<std::string, fs::path>> seen;  // by folder and name
  std::map<fs::path, std::map<std::string, fs::path>> of_headers;
  const std::vector<fs::path> sources = sources_of(root);
  for (const fs::path& source : sources) {
    if (source.extension() != ".h") continue;
    for (const std::string& name : declared_names(source, false)) {
      of_headers[source.parent_path()].emplace(name, source);
    }
  }
  const fs::path base = fs::path(root) / "src/wordvec/base";
  for (const fs::path& source : sources) {
    const fs::path folder = source.parent_path();
    // One instruction set a file: these are compiled alone.
    if (source.extension() != ".cpp" || folder.filename() == "simd") continue;
    for (const std::string& name : declared_names(source, true)) {
      const fs::path* other = nullptr;
      const auto [at, is_new] = seen[folder].emplace(name, source);
      if (!is_new) other = &at->second;
      for (const fs::path& place : {folder, base}) {
        const auto found = of_headers[place].find(name);
        if (found != of_headers[place].end()) other = &found->second;
      }
      if (other == nullptr) continue;
      problems.push_back(source.lexically_relative(root).string() + ": " + name + " is also in " +
                         other->lexically_relative(root).string());
    }
  }
  return problems;
}

std::vector<std::string> missing_includes(const std::string& root) {
  std::vector<std::string> problems;
  for (const fs::path& source : sources_of(root)) {
    if (source.extension() != ".h") continue;
    std::set<std::string> included;
    std::map<std::string, std::string> needed;  // a header, and a name of it
    std::ifstream in(source);
    for (std::string line; std::getline(in, line);) {
      if (const auto include = parse_include(line)) included.insert(include->name);
      line.resize(std::min(line.find("//"), line.size()));
      constexpr std::string_view kStd = "std::";
      for (std::size_t at = line.find(kStd); at != std::string::npos; at = line.find(kStd, at)) {
        at += kStd.size();
        const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", at);
        const std::string name = line.substr(at, end - at);
        needed.emplace(header_of(name), name);
      }
    }
    for (const auto& [header, name] : needed) {
      if (header.empty() || included.contains(header)) continue;
      problems.push_back(source.lexically_relative(root).string() + ": uses std::" + name +
                         " without <" + header + '>');
    }
  }
  return problems;
}

std::vector<std::string> include_problems(const std::string& root) {
  std::vector<std::string> problems;
  for (const fs::path& source : sources_of(root)) {
    const fs::path path = source.lexically_relative(root);
    std::ifstream in(source);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      const auto include = parse_include(line);
      if (!include) continue;
      if (const std::string problem = problem_with(path, *include); !problem.empty()) {
        problems.push_back(path.string() + ':' + std::to_string(number) + ": includes " +
                           include->name + ": " + problem);
      }
    }
  }
  return problems;
}

std::vector<std::string> top_level_problems(const std::vector<std::string>& paths) {
  static const std::set<std::string> kAllowed = {"src",     "apps",           "tests",    "data",
                                                 "LICENSE", "CMakeLists.txt", "README.md"};
  std::set<std::string> found;
  for (const std::string& path : paths) found.insert(path.substr(0, path.find('/')));
  std::vector<std::string> problems;
  for (const std::string& name : found) {
    if (!name.starts_with('.') && !kAllowed.contains(name)) {
      problems.push_back(name + " does not belong at the top level");
    }
  }
  return problems;
}

}  // namespace wordvec::test
