#include "wordvec/fetch/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"

namespace wordvec::catalogue_test {
namespace {

using test::expect_error;
using test::TempFolder;

bool is_hex(const std::string& text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

TEST(Catalogue, HasWellFormedEntries) {
  std::set<std::string> names;
  for (const PublishedModel& model : published_models()) {
    SCOPED_TRACE(model.name);
    EXPECT_TRUE(names.insert(model.name).second);
    EXPECT_EQ(model.name.find_first_of("/ "), std::string::npos);
    EXPECT_FALSE(model.archive.empty());
    EXPECT_GT(model.dim, 0U);
    EXPECT_GT(model.words, 0U);
    EXPECT_FALSE(model.license.empty());
    EXPECT_FALSE(model.citation.empty());
    EXPECT_TRUE(model.archive_sha256.empty() || is_hex(model.archive_sha256, 64));
    EXPECT_TRUE(model.member_sha1.empty() || is_hex(model.member_sha1, 40));
    EXPECT_EQ(model.archive_sha256.empty(), model.archive_bytes == 0);
    EXPECT_NE(model.urls.empty(), model.by_hand.empty());
    EXPECT_EQ(std::set<std::string>(model.urls.begin(), model.urls.end()).size(),
              model.urls.size());
    for (const std::string& url : model.urls) {
      EXPECT_TRUE(url.starts_with("https://")) << url;
      EXPECT_TRUE(url.ends_with('/' + model.archive)) << url;
    }
    EXPECT_LE(model.download_bytes, model.archive_bytes);
    // The dimension is in most names: "300d", "50d".
    if (model.name.ends_with('d')) {
      EXPECT_TRUE(model.name.ends_with('.' + std::to_string(model.dim) + 'd'));
    }
  }
  EXPECT_EQ(names.size(), 18U);
}

TEST(Catalogue, GivesEachMemberAboutItsShareOfTheArchive) {
  std::map<std::string, std::uint64_t> sums;
  std::map<std::string, std::uint64_t> archives;
  for (const PublishedModel& model : published_models()) {
    sums[model.archive] += model.download_bytes;
    archives[model.archive] = model.archive_bytes;
  }
  for (const auto& [archive, sum] : sums) {
    EXPECT_NEAR(static_cast<double>(sum), static_cast<double>(archives[archive]), 2e5) << archive;
  }
}

TEST(Catalogue, FindsByNameAndSuggests) {
  const auto models = published_models();
  EXPECT_EQ(find_published(models, "glove.6B.300d").member_bytes, 1'037'962'819U);
  EXPECT_EQ(find_published(models, "glove.6B.50d").archive, "glove.6B.zip");
  expect_error(ErrorCode::usage, "did you mean 'crawl-300d-2M'?",
               [&] { find_published(models, "crawl-300d-2m"); });
  expect_error(ErrorCode::usage, "fetch --list", [&] { find_published(models, "numberbatch"); });
}

TEST(PlainName, IsWhatAFolderAndATerminalTake) {
  const std::vector<std::string> good = {"glove.6B.300d", "könig", "国王", "a'b",
                                         std::string(200, 'a')};
  for (const std::string& name : good) EXPECT_TRUE(is_plain_name(name)) << name;
  const std::vector<std::string> bad = {
      "",        ".a",    "-a",        "a b",     "a/b",     "a\\b",  "a\nb",
      "a\x1b[m", "a\x7f", "a\xc2\x9b", "a\u202e", "a\u200b", "a\xff", std::string(201, 'a')};
  for (const std::string& name : bad) EXPECT_FALSE(is_plain_name(name)) << name;
}

TEST(Catalogue, IsReadFromAFile) {
  const TempFolder folder;
  const std::string path = folder.write(
      "c.json",
      R"([{"name": "a", "urls": ["https://x/y.zip", "https://z/y.zip"], "member": "a.txt",
           "archive_bytes": 12, "words": 7, "dim": 3}])");
  const auto models = read_catalogue(path);
  ASSERT_EQ(models.size(), 1U);
  EXPECT_EQ(models[0].archive, "y.zip");
  EXPECT_EQ(models[0].urls.size(), 2U);
  EXPECT_EQ(models[0].download_bytes, 12U);
  EXPECT_EQ(models[0].words, 7U);
  expect_error(ErrorCode::io, "none.json", [&] { read_catalogue(folder.file("none.json")); });
  // As PowerShell's > writes it.
  expect_error(
      ErrorCode::malformed, "wide.json: is UTF-16 text, expected UTF-8: `iconv -f UTF-16 ",
      [&] { read_catalogue(folder.write("wide.json", std::string("\xff\xfe[\0]\0", 6))); });
}

}  // namespace
}  // namespace wordvec::catalogue_test
