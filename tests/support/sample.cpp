#include "support/sample.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

namespace wordvec::test {
namespace {

constexpr char kPath[] = WORDVEC_SOURCE_DIR "/data/sample.10k.300d.txt.gz";

std::string unzipped() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
      ::popen(("gzip -dc '" + std::string(kPath) + "'").c_str(), "r"), &::pclose);
  std::string text;
  if (!pipe) return text;
  std::string block(std::size_t{1} << 20, '\0');
  while (const std::size_t n = std::fread(block.data(), 1, block.size(), pipe.get())) {
    text.append(block, 0, n);
  }
  return text;
}

std::optional<Rows> load() {
  if (::access(kPath, R_OK) != 0) return std::nullopt;
  const std::string text = unzipped();
  Rows rows;
  rows.dim = 300;
  for (const char* at = text.c_str(); *at != '\0';) {
    const char* space = at;
    while (*space != ' ') ++space;
    rows.words.emplace_back(at, space);
    char* end = nullptr;
    at = space;
    for (std::size_t i = 0; i < rows.dim; ++i) {
      rows.vectors.push_back(std::strtof(at, &end));
      at = end;
    }
    EXPECT_EQ(*at, '\n') << "row " << rows.size();
    if (*at != '\n') break;
    ++at;
  }
  EXPECT_EQ(rows.size(), 10001U);
  return rows;
}

}  // namespace

const Rows* sample() {
  static const std::optional<Rows> rows = load();
  return rows ? &*rows : nullptr;
}

Row sample_row(std::string_view word) {
  const auto& words = sample()->words;
  const auto found = std::find(words.begin(), words.end(), word);
  EXPECT_NE(found, words.end()) << word;
  return found == words.end() ? 0 : static_cast<Row>(found - words.begin());
}

}  // namespace wordvec::test
