#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "wordvec/fetch/fetch_model.h"

namespace wordvec::choose_published_test {
namespace {

using test::expect_error;

PublishedModel choose(const std::string& name, const std::string& url = {},
                      const std::string& member = {}) {
  return choose_published(published_models(), name, url, member);
}

TEST(ChoosePublished, TakesTheCataloguesAddressesOrAMirror) {
  EXPECT_EQ(choose("glove.6B.50d").urls.size(), 2U);
  const PublishedModel mirrored = choose("glove.6B.50d", "https://mirror/x/");
  EXPECT_EQ(mirrored.urls, std::vector<std::string>{"https://mirror/x/glove.6B.zip"});
  EXPECT_EQ(mirrored.member, "glove.6B.50d.txt");
  const PublishedModel full = choose("glove.6B.50d", "http://mirror/other.zip?x=1");
  EXPECT_EQ(full.urls, std::vector<std::string>{"http://mirror/other.zip?x=1"});
  EXPECT_EQ(full.archive_sha256.size(), 64U);
}

TEST(ChoosePublished, NamesAnyOtherAfterItsFileOrMember) {
  EXPECT_EQ(choose("", "https://x/y/vectors.txt.gz?token=1").name, "vectors");
  EXPECT_EQ(choose("", "https://x/wiki.simple.vec").name, "wiki.simple");
  EXPECT_EQ(choose("", "https://x/all.zip", "part.50d.txt").name, "part.50d");
  EXPECT_EQ(choose("", "https://x/all.zip", "folder/part.50d.txt").name, "part.50d");
  EXPECT_EQ(choose("mine", "https://x/all.zip", "a.txt").name, "mine");
  EXPECT_EQ(choose("mine", "https://x/all.zip", "a.txt").member, "a.txt");
}

TEST(ChoosePublished, RefusesWhatCannotBeFetchedOrNamed) {
  expect_error(ErrorCode::usage, "--list", [] { choose(""); });
  expect_error(ErrorCode::usage, "did you mean", [] { choose("glove.6b.50d"); });
  expect_error(ErrorCode::usage, "did you mean", [] { choose("glove.6b.50d", "https://x/"); });
  expect_error(ErrorCode::usage, "by hand", [] { choose("GoogleNews-vectors-negative300"); });
  EXPECT_EQ(choose("GoogleNews-vectors-negative300", "https://x/y.bin.gz").urls.size(), 1U);
  expect_error(ErrorCode::usage, "https://", [] { choose("", "file:///etc/passwd"); });
  expect_error(ErrorCode::usage, "names no file", [] { choose("", "https://x"); });
  for (const char* name : {"a/b", "..", ".hidden", "-q", "default", "a b", "a\nb"}) {
    expect_error(ErrorCode::usage, "cannot be a model's name",
                 [&] { choose(name, "https://x/y.txt"); });
  }
  expect_error(ErrorCode::usage, "--member", [] { choose("glove.6B.50d", "", "x"); });
}

TEST(ChoosePublished, LooksAtNoFile) {
  // A file of that name in the current folder is not asked about.
  EXPECT_EQ(choose("", "https://x/y/a.safetensors").name, "a");
  expect_error(ErrorCode::usage, "cannot be a model's name", [] { choose("", "https://x/-"); });
  EXPECT_EQ(choose("", "HTTPS://x/v.txt").name, "v");
}

TEST(ChoosePublished, KeepsOnlyTheBaseNameOfTheArchive) {
  PublishedModel model;
  model.name = "m";
  model.archive = "../../a/m.zip";
  const PublishedModel chosen = choose_published({model}, "m", "https://x/", "");
  EXPECT_EQ(chosen.archive, "m.zip");
  EXPECT_EQ(chosen.urls.front(), "https://x/../../a/m.zip");
  for (const char* archive : {"a/..", ".x", "a/", "a b", "-x", "a\\b"}) {
    model.archive = archive;
    expect_error(ErrorCode::usage, "cannot be a download's name",
                 [&] { choose_published({model}, "m", "https://x/", ""); });
  }
}

TEST(ChoosePublished, SaysWhatACatalogueSaysSoThatATerminalCanShowIt) {
  PublishedModel model;
  model.name = "m";
  model.archive = "a;b.zip";
  model.by_hand = "https://x/\x1b]0;owned\x07\xe2\x80\xae";
  expect_error(ErrorCode::usage,
               "from https://x/\\x1b]0;owned\\x07\\u202e, then `wordvec convert 'a;b.zip'`",
               [&] { choose_published({model}, "m", "", ""); });
  for (const char* archive : {"a\xe2\x80\xae.zip", "a\xc2\x9b.zip", "a\xff.zip"}) {
    model.archive = archive;
    expect_error(ErrorCode::usage, "cannot be a download's name",
                 [&] { choose_published({model}, "m", "https://x/", ""); });
  }
}

TEST(ChoosePublished, SaysNothingSecret) {
  const std::string what =
      expect_error(ErrorCode::usage, "is a folder", [] { choose("", "https://user:secret@x/"); });
  EXPECT_EQ(what.find("secret"), std::string::npos) << what;
}

}  // namespace
}  // namespace wordvec::choose_published_test
