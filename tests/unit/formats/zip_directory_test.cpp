#include "wordvec/formats/zip_directory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/archives.h"
#include "support/expect_error.h"
#include "wordvec/base/error.h"

namespace wordvec::zip_directory_test {
namespace {

using test::expect_error;
using test::kPlain;
using test::kPlainCrc;
using test::stored;
using test::with_number;
using test::zip_of;
using test::ZipEntry;
using test::ZipShape;

// An archive of which pieces are asked for.
struct Pieces {
  std::string bytes;
  int asked = 0;
  std::uint64_t largest = 0;

  ZipPieces give() {
    return [this](std::uint64_t offset, std::uint64_t size) {
      EXPECT_LE(offset, bytes.size());
      EXPECT_LE(size, bytes.size() - offset);
      ++asked;
      largest = std::max(largest, size);
      return bytes.substr(offset, size);
    };
  }
};

std::vector<ZipMember> directory(const std::string& bytes) {
  Pieces pieces{bytes};
  return read_zip_directory(bytes.size(), pieces.give(), "a.zip");
}

std::uint64_t data_offset(const std::string& bytes, std::size_t index = 0) {
  Pieces pieces{bytes};
  const std::vector<ZipMember> members = read_zip_directory(bytes.size(), pieces.give(), "a.zip");
  return zip_data_offset(members.at(index), bytes.size(), pieces.give(), "a.zip");
}

std::vector<std::string> names(const std::vector<ZipMember>& members) {
  std::vector<std::string> names;
  for (const ZipMember& member : members) names.push_back(member.name);
  return names;
}

std::string chosen(const std::vector<std::string>& names, const std::string& asked,
                   const std::string& archive) {
  std::vector<ZipMember> members;
  for (const std::string& name : names) members.emplace_back().name = name;
  return choose_zip_member(members, asked, archive).name;
}

TEST(ZipDirectory, ReadsWhatPythonWrites) {
  for (const std::string& bytes : {test::python_zip64(), test::python_streamed_zip()}) {
    const std::vector<ZipMember> members = directory(bytes);
    ASSERT_EQ(members.size(), 1U);
    EXPECT_EQ(members[0].name, "a.txt");
    EXPECT_EQ(members[0].size_bytes, kPlain.size());
    EXPECT_EQ(members[0].compressed_bytes, test::plain_deflated().size());
    EXPECT_EQ(members[0].crc32, kPlainCrc);
    EXPECT_EQ(members[0].method, 8);
    EXPECT_FALSE(members[0].encrypted);
    EXPECT_EQ(data_offset(bytes), bytes.find(test::plain_deflated()));
  }
}

TEST(ZipDirectory, ReadsZip64InEveryPlaceThatMayHaveIt) {
  for (const bool entry_64 : {false, true}) {
    for (const bool end_64 : {false, true}) {
      ZipEntry second;
      second.name = "b.txt";
      second.zip64 = entry_64;
      second.local_extra = "\1\2\3";
      const std::string bytes =
          zip_of({stored("a", "0", 0xf4dbdf21), second}, ZipShape{"comment", end_64});
      const std::vector<ZipMember> members = directory(bytes);
      ASSERT_EQ(names(members), (std::vector<std::string>{"a", "b.txt"}));
      EXPECT_EQ(members[1].size_bytes, kPlain.size());
      EXPECT_EQ(members[1].compressed_bytes, second.data.size());
      EXPECT_EQ(members[1].header_offset_bytes, 32U);
      EXPECT_EQ(data_offset(bytes, 1), 32U + 30 + 5 + 3);
    }
  }
}

TEST(ZipDirectory, AsksForFewPieces) {
  const std::string large(1'000'000, 'x');
  Pieces pieces{zip_of({stored("a", large, 0), stored("b", large, 0)})};
  const auto members = read_zip_directory(pieces.bytes.size(), pieces.give(), "a.zip");
  EXPECT_EQ(pieces.asked, 1);
  EXPECT_EQ(zip_data_offset(members[1], pieces.bytes.size(), pieces.give(), "a.zip"), 1'000'062U);
  EXPECT_EQ(pieces.asked, 2);
  EXPECT_LE(pieces.largest, 66U << 10);

  // A directory that is longer than the tail, behind the longest comment.
  std::vector<ZipEntry> many;
  for (int i = 0; i < 2000; ++i) many.push_back(stored("member " + std::to_string(i), "", 0));
  Pieces long_pieces{zip_of(many, ZipShape{std::string(65'535, 'c'), true})};
  EXPECT_EQ(read_zip_directory(long_pieces.bytes.size(), long_pieces.give(), "a.zip").size(),
            2000U);
  EXPECT_EQ(long_pieces.asked, 2);
}

TEST(ZipDirectory, LeavesFoldersOut) {
  EXPECT_EQ(names(directory(zip_of(
                {stored("f/", "", 0), stored("f/a.txt", "", 0), stored("__MACOSX/", "", 0)}))),
            std::vector<std::string>{"f/a.txt"});
  EXPECT_TRUE(directory(zip_of({})).empty());
}

// Whatever the end: an error, and no piece beyond the archive is asked for.
TEST(ZipDirectory, IsRefusedWhereverItIsTruncated) {
  ZipEntry second;
  second.name = "b";
  second.zip64 = true;
  for (const std::string& whole :
       {zip_of({ZipEntry{}, second}), zip_of({ZipEntry{}, second}, ZipShape{"comment", true}),
        test::python_zip64()}) {
    ASSERT_FALSE(directory(whole).empty());
    for (std::size_t size = 0; size < whole.size(); ++size) {
      expect_error(ErrorCode::malformed, "cut off", [&] { directory(whole.substr(0, size)); });
    }
    for (std::size_t begin = 1; begin < whole.size(); ++begin) {
      expect_error(ErrorCode::malformed, "a.zip", [&] { directory(whole.substr(begin)); });
    }
  }
}

TEST(ZipDirectory, RefusesNumbersThatCannotBe) {
  const std::string plain = zip_of({ZipEntry{}, stored("b", "0", 0xf4dbdf21)});
  const std::size_t end = plain.size() - 22;
  const std::size_t entry = plain.find("PK\x01\x02");
  const std::string in_64 = zip_of({ZipEntry{}}, ZipShape{"", true});
  const std::size_t end_64 = in_64.size() - 22 - 20 - 56;
  for (const std::uint64_t number :
       {std::uint64_t{3}, std::uint64_t{0x7fff}, std::uint64_t{0x7fffffff},
        std::uint64_t{0xfffffffe}, ~std::uint64_t{0} >> 1, ~std::uint64_t{0}}) {
    for (const std::size_t field : std::vector<std::size_t>{8, 10}) {  // entries
      expect_error(ErrorCode::malformed, "a.zip",
                   [&] { directory(with_number(plain, end + field, 2, number)); });
    }
    for (const std::size_t field : std::vector<std::size_t>{12, 16}) {  // size and offset
      expect_error(ErrorCode::malformed, "a.zip",
                   [&] { directory(with_number(plain, end + field, 4, number)); });
    }
    for (const std::size_t field :
         std::vector<std::size_t>{20, 42}) {  // compressed size and offset of a member
      expect_error(ErrorCode::malformed, "a.zip",
                   [&] { directory(with_number(plain, entry + field, 4, number + 60)); });
    }
    for (const std::size_t field :
         std::vector<std::size_t>{28, 30, 32}) {  // lengths of name, extra field and comment
      expect_error(ErrorCode::malformed, "a.zip",
                   [&] { directory(with_number(plain, entry + field, 2, number + 60)); });
    }
    for (const std::size_t field : std::vector<std::size_t>{24, 32, 40, 48, 56 + 8}) {
      expect_error(ErrorCode::malformed, "a.zip",
                   [&] { directory(with_number(in_64, end_64 + field, 8, number)); });
    }
  }
  for (const std::size_t field : std::vector<std::size_t>{4, 6}) {
    expect_error(ErrorCode::malformed, "several parts",
                 [&] { directory(with_number(plain, end + field, 2, 1)); });
  }
  for (const std::size_t field : std::vector<std::size_t>{16, 20}) {
    expect_error(ErrorCode::malformed, "several parts",
                 [&] { directory(with_number(in_64, end_64 + field, 4, 1)); });
  }
  expect_error(ErrorCode::malformed, "the zip64 sizes of 'a.txt' are missing",
               [&] { directory(with_number(plain, entry + 24, 4, 0xffffffff)); });
  expect_error(ErrorCode::malformed, "bytes follow the 1 entries",
               [&] { directory(with_number(with_number(plain, end + 8, 2, 1), end + 10, 2, 1)); });
}

// A few kilobytes whose members share their bytes would come to terabytes.
TEST(ZipDirectory, RefusesMembersThatOverlap) {
  const std::string bytes = zip_of({ZipEntry{}, ZipEntry{}});
  const std::size_t entry = bytes.find("PK\x01\x02", bytes.find("PK\x01\x02") + 1);
  expect_error(ErrorCode::malformed, "begins at byte 0",
               [&] { directory(with_number(bytes, entry + 42, 4, 0)); });
  expect_error(ErrorCode::malformed, "begins at byte 60",
               [&] { directory(with_number(bytes, entry + 42, 4, 60)); });
  EXPECT_EQ(directory(with_number(bytes, entry + 42, 4, 61)).size(), 2U);
}

TEST(ZipDirectory, HoldsTheLocalHeaderAgainstTheDirectory) {
  const std::string bytes = zip_of({ZipEntry{}});
  EXPECT_EQ(data_offset(bytes), 35U);
  expect_error(ErrorCode::malformed, "no header of a member",
               [&] { data_offset(with_number(bytes, 0, 1, 0)); });
  expect_error(ErrorCode::malformed, "the header of another, 'b.txt'",
               [&] { data_offset(with_number(bytes, 30, 1, 'b')); });
  expect_error(ErrorCode::malformed, "another",
               [&] { data_offset(with_number(bytes, 26, 2, 0xffff)); });
  expect_error(ErrorCode::malformed, "it is cut off",
               [&] { data_offset(with_number(bytes, 28, 2, 0xffff)); });
  for (const std::size_t field : std::vector<std::size_t>{6, 8, 14, 18, 22}) {
    expect_error(ErrorCode::malformed, "not what the directory says",
                 [&] { data_offset(with_number(bytes, field, 2, 1)); });
  }
}

TEST(ZipDirectory, NamesWhatItDoesNotRead) {
  ZipEntry entry;
  entry.flags = 1;
  expect_error(ErrorCode::usage, "'a.txt' is encrypted", [&] { data_offset(zip_of({entry})); });
  entry.flags = 0;
  for (const auto& [method, name] : {std::pair(9, "Deflate64"), std::pair(14, "LZMA"),
                                     std::pair(98, "PPMd"), std::pair(4711, "method 4711")}) {
    entry.method = static_cast<std::uint16_t>(method);
    expect_error(ErrorCode::usage, name, [&] { data_offset(zip_of({entry})); });
  }
}

TEST(ZipMember, IsTheOnlyOneOrThatOfTheArchivesName) {
  EXPECT_EQ(chosen({"x"}, "", "a.zip"), "x");
  EXPECT_EQ(chosen({"a.txt", "b.txt"}, "", "a.zip"), "a.txt");
  EXPECT_EQ(chosen({"README", "f/a.vec"}, "", "/some/folder/a.vec.zip"), "f/a.vec");
  EXPECT_EQ(chosen({"a", "a.txt"}, "", "a.zip"), "a");
  EXPECT_EQ(chosen({"a.txt", "__MACOSX/._a.txt"}, "", "b.zip"), "a.txt");
  const std::string what =
      expect_error(ErrorCode::usage, "--member NAME chooses one of 'glove.6B.50d.txt', ", [] {
        chosen({"glove.6B.50d.txt", "glove.6B.100d.txt"}, "", "glove.6B.zip");
      });
  EXPECT_EQ(what.find("glove.6B.zip: "), 0U) << what;
  expect_error(ErrorCode::usage, "one of 'a.bin', 'a.txt'", [] {
    chosen({"a.bin", "a.txt", "b"}, "", "a.zip");
  });
  expect_error(ErrorCode::malformed, "holds no files", [] { chosen({}, "", "a.zip"); });
}

TEST(ZipMember, IsNoneThatSystemsPutBesideFiles) {
  for (const char* other : {"v/.DS_Store", ".DS_Store", "__MACOSX/v/._a.txt", "v/Thumbs.db",
                            "desktop.ini", "v/.git/config", ".a.txt.swp", "v/__MACOSX/._a.txt"}) {
    EXPECT_EQ(chosen({other, "v/a.txt"}, "", "b.zip"), "v/a.txt") << other;
    EXPECT_EQ(chosen({other, "v/a.txt"}, other, "b.zip"), other);
  }
  for (const char* other : {"README", "readme.txt", "LICENSE", "v/Licence.TXT", "a.md", "p.pdf"}) {
    EXPECT_EQ(chosen({other, "v/a.txt"}, "", "b.zip"), "v/a.txt") << other;
    EXPECT_EQ(chosen({other}, "", "b.zip"), other);
  }
  expect_error(ErrorCode::usage, "one of 'a.txt', 'c.txt', 'README'", [] {
    chosen({"a.txt", ".DS_Store", "c.txt", "README"}, "", "b.zip");
  });
  expect_error(ErrorCode::usage,
               "holds only files that are hidden, or of the system: --member NAME chooses one of "
               "'.v.txt', '.h/v.txt'",
               [] {
                 chosen({".v.txt", ".h/v.txt"}, "", "a.zip");
               });
}

// A file of words, of which no option names the member.
TEST(ZipMember, IsToBeUnpackedWhereNoOptionChoosesOne) {
  const auto expect = [](const std::vector<std::string>& names, const std::string& archive,
                         const std::string& message) {
    std::vector<ZipMember> members;
    for (const std::string& name : names) members.emplace_back().name = name;
    expect_error(ErrorCode::usage, message, [&] { choose_zip_member(members, "", archive, ""); });
  };
  expect({"a.txt", "b.txt"}, "w.zip",
         "w.zip: the zip archive holds several files: `unzip -p w.zip b.txt > FILE` takes one out "
         "of 'a.txt', 'b.txt'");
  expect({"a", "it's [1].txt"}, "my w.zip", R"(`unzip -p 'my w.zip' 'it'\''s \[1].txt' > FILE`)");
  expect({".v.txt"}, "w.zip", "`unzip -p w.zip .v.txt > FILE` takes out '.v.txt'");
  expect({"a", "b"}, "standard input", "`unzip -p ARCHIVE b > FILE`");
}

TEST(ZipMember, IsTheOneThatIsAskedFor) {
  EXPECT_EQ(chosen({"a", "b"}, "b", "a.zip"), "b");
  EXPECT_EQ(chosen({"f/a", "a"}, "a", "x.zip"), "a");
  EXPECT_EQ(chosen({"f/a", "b"}, "a", "x.zip"), "f/a");
  expect_error(ErrorCode::usage, "holds no file called 'c'; it holds 'a', 'b'", [] {
    chosen({"a", "b"}, "c", "a.zip");
  });
  expect_error(ErrorCode::usage, "several files called 'a'; it holds 'f/a', 'g/a'", [] {
    chosen({"f/a", "g/a", "b"}, "a", "x.zip");
  });
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) many.push_back(std::to_string(i));
  expect_error(ErrorCode::usage, "'19', … (1000 in all)", [&] { chosen(many, "c", "a.zip"); });
}

}  // namespace
}  // namespace wordvec::zip_directory_test
