// The plan of the house: who includes whom, and what lies at the top level.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/house_rules.h"
#include "support/temp_folder.h"

namespace wordvec::house_test {
namespace {

using test::hidden_names;
using test::include_plan;
using test::include_problems;
using test::missing_includes;
using test::TempFolder;
using test::top_level_problems;

constexpr char kRoot[] = WORDVEC_TEST_SOURCE_DIR "/..";

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

TEST(House, IncludesOnlyWhatEachRoomMaySee) {
  EXPECT_EQ(joined(include_problems(kRoot)), "");
}

TEST(House, HasThePlanOfItsMap) {
  EXPECT_TRUE(test::plan_of_map(std::string(kRoot) + "/src/README.md") == include_plan());
}

TEST(House, HasHeadersThatIncludeWhatTheyUse) {
  EXPECT_EQ(joined(missing_includes(kRoot)), "");
}

TEST(House, HasUnnamedNamespacesThatCanBeCompiledTogether) {
  EXPECT_EQ(joined(hidden_names(kRoot)), "");
}

// Empty when this is no checkout.
std::vector<std::string> tracked_files() {
  const std::string command = std::string("git -C '") + kRoot + "' ls-files 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             &::pclose);
  std::vector<std::string> files;
  std::string line;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
    } else {
      files.push_back(std::exchange(line, {}));
    }
  }
  return files;
}

TEST(House, HasNothingElseAtTheTopLevel) {
  const auto files = tracked_files();
  if (files.empty()) GTEST_SKIP() << "not in a checkout";
  EXPECT_EQ(joined(top_level_problems(files)), "");
}

// What the checker says of one file.
std::string problems_of(const std::string& path, const std::string& text) {
  const TempFolder folder;
  folder.write(path, text);
  return joined(include_problems(folder.path()));
}

TEST(HouseRules, LetGoodFilesPass) {
  EXPECT_EQ(problems_of("src/wordvec/base/a.h", "#include <vector>\n#include <xxhash.h>\n"), "");
  EXPECT_EQ(problems_of("src/wordvec/base/a.cpp", "#include \"wordvec/base/a.h\"\n"), "");
  EXPECT_EQ(problems_of("src/wordvec/simd/dispatch.cpp",
                        "#include <string_view>\n#include \"wordvec/simd/kernels.h\"\n"),
            "");
  EXPECT_EQ(problems_of("src/wordvec/simd/kernels_avx2.cpp", "#include <immintrin.h>\n"), "");
  EXPECT_EQ(problems_of("src/wordvec/open/a.cpp",
                        "#include \"wordvec/store/x.h\"\n#include \"wordvec/formats/x.h\"\n"),
            "");
  EXPECT_EQ(problems_of("src/wordvec/search/a.cpp", "#include <Eigen/Core>\n"), "");
  EXPECT_EQ(problems_of("apps/wordvec/main.cpp",
                        "#include \"spdlog/spdlog.h\"\n#include \"wordvec/search/query.h\"\n"),
            "");
  EXPECT_EQ(problems_of("apps/wordvec/options/option_set.cpp", "#include <CLI/App.hpp>\n"), "");
  EXPECT_EQ(problems_of("src/wordvec/base/a.cpp", "// #include \"wordvec/open/model.h\"\n"), "");
}

TEST(HouseRules, NoticeEachKindOfWrongInclude) {
  struct Bad {
    const char* path;
    const char* include;
    const char* why;
  };
  const std::array kBad = {
      Bad{"src/wordvec/base/a.cpp", "\"wordvec/model/x.h\"", "base may not see model"},
      Bad{"src/wordvec/base/a.cpp", "\"wordvec/simd/x.h\"", "base may not see simd"},
      Bad{"src/wordvec/simd/a.cpp", "\"wordvec/base/x.h\"", "simd may not see base"},
      Bad{"src/wordvec/simd/dispatch.cpp", "<xxhash.h>", "standard headers only"},
      Bad{"src/wordvec/simd/dispatch.cpp", "<fmt/format.h>", "standard headers only"},
      Bad{"src/wordvec/simd/kernels_avx2.cpp", "<algorithm>", "newer processors"},
      Bad{"src/wordvec/simd/kernels.h", "<cstddef>", "newer processors"},
      Bad{"src/wordvec/simd/text_avx512.cpp", "<vector>", "newer processors"},
      Bad{"src/wordvec/model/a.h", "\"wordvec/store/x.h\"", "model may not see store"},
      Bad{"src/wordvec/formats/a.cpp", "\"wordvec/store/x.h\"", "formats may not see store"},
      Bad{"src/wordvec/store/a.cpp", "\"wordvec/formats/x.h\"", "store may not see formats"},
      Bad{"src/wordvec/open/a.cpp", "\"wordvec/search/x.h\"", "open may not see search"},
      Bad{"src/wordvec/search/a.cpp", "\"wordvec/open/x.h\"", "search may not see open"},
      Bad{"src/wordvec/search/a.cpp", "\"wordvec/analysis/x.h\"", "search may not see analysis"},
      Bad{"src/wordvec/search/a.h", "<Eigen/Core>", "Eigen is for"},
      Bad{"src/wordvec/store/a.cpp", "<Eigen/Core>", "Eigen is for"},
      Bad{"apps/wordvec/a.cpp", "<Eigen/Core>", "Eigen is for"},
      Bad{"src/wordvec/open/a.cpp", "<CLI/CLI.hpp>", "option_set.cpp only"},
      Bad{"apps/wordvec/options/option_set.h", "<CLI/App.hpp>", "option_set.cpp only"},
      Bad{"apps/wordvec/program.cpp", "<CLI/Error.hpp>", "option_set.cpp only"},
      Bad{"src/wordvec/base/a.h", "\"spdlog/spdlog.h\"", "apps only"},
      Bad{"src/wordvec/base/a.h", "\"wordvec/utils/x.h\"", "no such room"},
      Bad{"src/wordvec/utils/a.h", "<vector>", "no room that is known"},
  };
  for (const Bad& bad : kBad) {
    const std::string problems =
        problems_of(bad.path, std::string("#pragma once\n  # include ") + bad.include + " // x\n");
    EXPECT_EQ(problems.find(std::string(bad.path) + ":2: includes "), 0U) << bad.path << problems;
    EXPECT_NE(problems.find(bad.why), std::string::npos) << bad.path << ": " << problems;
  }
}

TEST(HouseRules, NoticeWhatAHeaderUsesAndDoesNotInclude) {
  const TempFolder folder;
  const std::string good = "#include <span>\n#include <vector>\n";
  folder.write("src/wordvec/base/a.h",
               good + "std::span<const std::vector<int>> x;  // std::map\n");
  folder.write("src/wordvec/base/a.cpp", "std::map<int, int> x;\n");
  folder.write("apps/wordvec/b.h", good + "std::optional<std::span<std::size_t>> x;\n");
  EXPECT_EQ(joined(missing_includes(folder.path())),
            "apps/wordvec/b.h: uses std::size_t without <cstddef>\n"
            "apps/wordvec/b.h: uses std::optional without <optional>\n");
}

TEST(HouseRules, ReadThePlanOfAMap) {
  TempFolder folder;
  const std::string path =
      folder.write("map.md",
                   "# `title`\n| room | may |\n| --- | --- |\n| `a` | |\n| `b` | `a` |\n"
                   "| `c` | `a` `b` |\n| word | `is` |\n- `d`\n");
  EXPECT_TRUE(test::plan_of_map(path) ==
              (test::IncludePlan{{"a", {}}, {"b", {"a"}}, {"c", {"a", "b"}}}));
}

TEST(HouseRules, NoticeNamesThatHideEachOther) {
  const auto unnamed = [](const std::string& lines) {
    return "namespace wordvec {\nnamespace {\n" + lines + "}  // namespace\n}\n";
  };
  TempFolder folder;
  folder.write("src/wordvec/base/blank.h", "bool is_blank(std::string_view text);\n");
  folder.write("src/wordvec/eval/lines.h", "constexpr int kMax = 1;\nstruct Lines;\n");
  folder.write("src/wordvec/eval/a.cpp",
               unnamed("struct Lines {\n  int own(int x);\n};\nint once(int x) {\n  twice(x);\n}\n"
                       "std::vector<int> twice(\n    int x) {\n"));
  folder.write(
      "src/wordvec/eval/b.cpp",
      unnamed("int twice(int x, int y) {\nconstexpr int kMax = 2;\nconstexpr int kMin = 2;\n"
              "bool is_blank(char c) {\n// int once(int x) {\n  once(x);\n") +
          "int once(int x) {\n");
  folder.write("src/wordvec/plot/c.cpp", unnamed("int twice(int x) {\nstruct Lines {\n"));
  EXPECT_EQ(joined(hidden_names(folder.path())),
            "src/wordvec/eval/a.cpp: Lines is also in src/wordvec/eval/lines.h\n"
            "src/wordvec/eval/b.cpp: is_blank is also in src/wordvec/base/blank.h\n"
            "src/wordvec/eval/b.cpp: kMax is also in src/wordvec/eval/lines.h\n"
            "src/wordvec/eval/b.cpp: twice is also in src/wordvec/eval/a.cpp\n");
}

TEST(HouseRules, NoticeWhatDoesNotBelongAtTheTopLevel) {
  EXPECT_EQ(joined(top_level_problems({"src/a.cpp", "apps/x", "tests/y", "data/z", "README.md",
                                       "LICENSE", "CMakeLists.txt", ".gitignore", ".ci/run"})),
            "");
  EXPECT_EQ(
      joined(top_level_problems({"scripts/a.py", "scripts/b.py", "notes.md"})),
      "notes.md does not belong at the top level\nscripts does not belong at the top level\n");
}

}  // namespace
}  // namespace wordvec::house_test
