// Compressed streams, as readers see them.
#include "wordvec/formats/input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "support/archives.h"
#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"

namespace wordvec::input_test {
namespace {

using namespace std::string_literals;
using test::expect_error;
using test::kPlain;
using test::stored;
using test::TempFolder;
using test::with_number;
using test::zip_of;
using test::ZipEntry;

std::string all_of(ByteSource source, std::size_t step = 1000) {
  std::string all;
  while (!source.at_end()) {
    const std::string_view ahead = source.peek(step);
    const std::size_t take = std::min(step, ahead.size());
    all += ahead.substr(0, take);
    source.skip(take);
  }
  EXPECT_EQ(source.position_bytes(), all.size());
  return all;
}

std::string content(const std::string& bytes, const std::string& member = "") {
  return all_of(decompressed(ByteSource::from_memory("file", bytes), member));
}

// The content through a pipe.
std::string piped(const std::string& bytes) {
  std::signal(SIGPIPE, SIG_IGN);
  const TempFolder folder;
  ::mkfifo(folder.file("pipe").c_str(), 0600);
  const std::jthread writer([&] { std::ofstream(folder.file("pipe"), std::ios::binary) << bytes; });
  return all_of(open_input(folder.file("pipe"), ""));
}

void expect_malformed(const std::string& part, const std::string& bytes) {
  expect_error(ErrorCode::malformed, part, [&] { content(bytes); });
}

// What is left of the source.
std::string rest_of(ByteSource source) {
  return std::string(source.peek_all());
}

TEST(Input, BeginsBehindAByteOrderMark) {
  const std::string mark = "\xef\xbb\xbf";
  const auto rest = [&](const std::string& bytes) {
    return rest_of(decompressed(ByteSource::from_memory("file", bytes), ""));
  };
  EXPECT_EQ(rest(mark + "king 1"), "king 1");
  EXPECT_EQ(rest(mark + mark + "king 1"), "king 1");
  EXPECT_EQ(rest("king" + mark), "king" + mark);
  EXPECT_EQ(rest("\xef\xbb"), "\xef\xbb");
  EXPECT_EQ(rest(mark), "");
  EXPECT_EQ(rest(zip_of({stored("a.txt", mark + "king 1", 0xfa0d3c84)})), "king 1");
  // printf '\xef\xbb\xbfking 1' | gzip -n
  const std::string gzip =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x7b\xbf\x7b\x7f\x76\x66\x5e\xba\x82\x21"
      "\x00\x84\x3c\x0d\xfa\x09\x00\x00\x00"s;
  EXPECT_EQ(rest(gzip), "king 1");
  // The length of a safetensors header.
  const std::string header = mark + "\0\0\0\0\0{"s;
  EXPECT_EQ(rest(header), header);
}

TEST(Input, LeavesPlainFilesAsTheyAre) {
  const TempFolder folder;
  const ByteSource source = open_input(folder.write("a.txt", kPlain), "");
  EXPECT_TRUE(source.views_persist());
  EXPECT_EQ(source.name(), folder.file("a.txt"));
  EXPECT_EQ(content(""), "");
  EXPECT_EQ(content("PK"), "PK");
  EXPECT_EQ(content("\x1f"), "\x1f");
  expect_error(ErrorCode::usage, "no zip archive, so that it has no member 'x'",
               [] { content("a 1\n", "x"); });
  expect_error(ErrorCode::usage, "no zip archive", [] { content(test::plain_gzip(), "x"); });
}

TEST(Input, NamesWhatIsRead) {
  const TempFolder folder;
  const ByteSource gzip = open_input(folder.write("a.gz", test::plain_gzip()), "");
  EXPECT_EQ(gzip.name(), folder.file("a.gz"));
  EXPECT_EQ(gzip.path(), folder.file("a.gz"));
  EXPECT_EQ(gzip.size_bytes(), std::nullopt);
  const ByteSource zip = open_input(folder.write("a.zip", zip_of({ZipEntry{}})), "");
  EXPECT_EQ(zip.name(), folder.file("a.zip") + ":a.txt");
  EXPECT_EQ(zip.path(), folder.file("a.zip"));
}

TEST(Gzip, GivesTheContent) {
  EXPECT_EQ(content(test::plain_gzip()), kPlain);
  EXPECT_EQ(piped(test::plain_gzip()), kPlain);
}

TEST(Gzip, ChecksumAndPositionAreThoseOfTheContent) {
  const std::string bytes = test::plain_gzip();
  ByteSource source = decompressed(ByteSource::from_memory("file", bytes), "");
  source.skip(source.peek(kPlain.size()).size());
  EXPECT_TRUE(source.at_end());
  EXPECT_EQ(source.position_bytes(), kPlain.size());
  EXPECT_EQ(source.file_position_bytes(), bytes.size());
  Hash128 hash;
  hash.update(std::as_bytes(std::span(kPlain)));
  EXPECT_EQ(source.checksum(), hash.hex());
}

TEST(Gzip, GivesAllMembersOneAfterTheOther) {
  const std::string one = test::plain_gzip();
  const std::string empty("\x1f\x8b\x08\0\0\0\0\0\x02\x03\x03\0\0\0\0\0\0\0\0\0", 20);
  std::string bytes;
  std::string expected;
  for (int i = 0; i < 30'000; ++i) {
    bytes += i % 3 == 0 ? empty : one;
    if (i % 3 != 0) expected += kPlain;
  }
  EXPECT_TRUE(content(bytes) == expected);
  EXPECT_TRUE(piped(bytes) == expected);
  EXPECT_EQ(content(empty), "");
}

TEST(Gzip, ReadsHeadersWithEveryField) {
  // FEXTRA of 3 bytes, a name, a comment.
  const std::string deflated = test::plain_gzip().substr(10);
  EXPECT_EQ(content("\x1f\x8b\x08\x1c\0\0\0\0\0\x03\x03\0abcname\0comment\0"s + deflated), kPlain);
}

TEST(Gzip, AllowsZerosBehindIt) {
  EXPECT_EQ(content(test::plain_gzip() + std::string(1, '\0')), kPlain);
  EXPECT_EQ(content(test::plain_gzip() + std::string(1'000'000, '\0')), kPlain);
  EXPECT_EQ(piped(test::plain_gzip() + std::string(3'000'000, '\0')), kPlain);
}

TEST(Gzip, RefusesOtherBytesBehindIt) {
  for (const std::string& rest :
       {"x"s, "\x1f"s, "\0x"s, "the 1 2\n"s, std::string(1'000'000, '\0') + "\x1f\x8b"}) {
    expect_malformed("other bytes follow the gzip data", test::plain_gzip() + rest);
    expect_error(ErrorCode::malformed, "other bytes follow",
                 [&] { piped(test::plain_gzip() + rest); });
  }
}

TEST(Gzip, IsRefusedWhereverItIsTruncated) {
  const std::string whole = test::plain_gzip();
  for (std::size_t size = 2; size < whole.size(); ++size) {
    expect_malformed("file: at byte " + std::to_string(size) + ": the gzip data is cut off",
                     whole.substr(0, size));
    expect_malformed("cut off", whole + whole.substr(0, size));
  }
  expect_error(ErrorCode::malformed, "cut off", [&] { piped(whole.substr(0, whole.size() - 1)); });
}

TEST(Gzip, IsRefusedWhereverABitIsWrong) {
  const std::string whole = test::plain_gzip();
  for (std::size_t i = 0; i < whole.size() * 8; ++i) {
    const std::size_t at = i / 8;
    if (at < 2 || (at >= 4 && at < 10)) continue;  // the magic; time, flags, system: free
    if (at == whole.size() - 9) continue;          // bits after the end of the last block
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << i % 8);
    if (at == 3 && (i % 8 == 0 || i % 8 == 1)) continue;  // "text"; a header checksum, tested below
    expect_malformed("the gzip data is", bytes);
  }
  expect_malformed("incorrect data check", with_number(whole, whole.size() - 8, 4, 1));
  expect_malformed("incorrect length check", with_number(whole, whole.size() - 4, 4, 64));
  expect_malformed("header crc mismatch", with_number(whole, 3, 1, 2));
}

TEST(Zip, GivesTheContentOfItsMember) {
  ZipEntry in_64;
  in_64.zip64 = true;
  in_64.comment = "PK\x05\x06 PK\x01\x02";
  ZipEntry streamed;
  streamed.flags = 1 << 3;
  for (const std::string& bytes :
       {zip_of({ZipEntry{}}), zip_of({in_64}, {"comment", true}), zip_of({streamed}),
        zip_of({stored("a.txt", kPlain, test::kPlainCrc)}), test::python_zip64(),
        test::python_streamed_zip()}) {
    EXPECT_EQ(content(bytes), kPlain);
    EXPECT_EQ(content(bytes, "a.txt"), kPlain);
  }
  EXPECT_EQ(content(zip_of({stored("0", "0", 0xf4dbdf21), ZipEntry{}}), "0"), "0");
  EXPECT_EQ(content(zip_of({stored("0", "", 0)})), "");
  const std::string empty("\x03\0", 2);
  EXPECT_EQ(content(zip_of({{"0", empty, 8, 0, 0, 0, "", false, ""}})), "");
}

TEST(Zip, GivesWhatAGzipFileInItHolds) {
  // crc32 as Python's zlib has it.
  EXPECT_EQ(content(zip_of({stored("a.gz", test::plain_gzip(), 0xb0cff0f8)})), kPlain);
}

TEST(Zip, CannotComeThroughAPipe) {
  expect_error(ErrorCode::usage, "unzip -p FILE MEMBER", [] { piped(zip_of({ZipEntry{}})); });
}

TEST(Zip, IsRefusedWhereItsMemberIsDamaged) {
  for (ZipEntry entry : {ZipEntry{}, stored("a.txt", kPlain, test::kPlainCrc)}) {
    EXPECT_EQ(content(zip_of({entry})), kPlain);
    entry.crc ^= 1;
    expect_malformed("the CRC c9bc6585, the archive's directory says c9bc6584", zip_of({entry}));
    entry.crc ^= 1;
    --entry.size;
    expect_malformed(entry.method == 8 ? "more bytes than the 62" : "ends 1 bytes early",
                     zip_of({entry}));
    entry.size += 2;
    expect_malformed("fewer bytes than the 64", zip_of({entry}));
    --entry.size;
    for (std::size_t size = 0; size < entry.data.size(); ++size) {
      ZipEntry part = entry;
      part.data.resize(size);
      expect_malformed(entry.method == 8 ? "it has no end" : "fewer bytes", zip_of({part}));
    }
    for (std::size_t i = 0; i < entry.data.size() * 8; ++i) {
      ZipEntry wrong = entry;
      wrong.data[i / 8] = static_cast<char>(wrong.data[i / 8] ^ 1 << i % 8);
      // The bits after the end of the last block mean nothing.
      if (entry.method == 8 && i >= entry.data.size() * 8 - 8) continue;
      expect_malformed("the member", zip_of({wrong}));
    }
    entry.data += 'x';
    expect_malformed("the member", zip_of({entry}));
  }
}

// 65,536 zeros, as Python's zlib compresses them, of which the directory admits a hundred.
TEST(Zip, StopsABombAtItsDeclaredSize) {
  ZipEntry bomb;
  bomb.data = "\xed\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a"s + std::string(63, '\0') + 'j';
  bomb.size = 65'536;
  bomb.crc = 0xd7978eeb;
  EXPECT_EQ(content(zip_of({bomb})), std::string(65'536, '\0'));
  bomb.size = 100;
  expect_malformed("more bytes than the 100", zip_of({bomb}));
}

}  // namespace
}  // namespace wordvec::input_test
