#include "wordvec/fetch/content_check.h"

#include <gtest/gtest.h>

#include <string>

namespace wordvec::content_check_test {
namespace {

// python3 -c 'import zlib; c = zlib.compressobj(9, 8, -15); print((c.compress(b"king 1 2\nqueen 3
// 4\n") + c.flush()).hex())'
const std::string kDeflated = [] {
  constexpr unsigned char kBytes[] = {0xcb, 0xce, 0xcc, 0x4b, 0x57, 0x30, 0x54,
                                      0x30, 0xe2, 0x2a, 0x2c, 0x4d, 0x4d, 0xcd,
                                      0x53, 0x30, 0x56, 0x30, 0xe1, 0x02, 0x00};
  return std::string(reinterpret_cast<const char*>(kBytes), sizeof kBytes);
}();
const std::string kText = "king 1 2\nqueen 3 4\n";
constexpr std::uint32_t kCrc = 0x75340dd7;                            // zlib.crc32
constexpr char kSha1[] = "9b70adfbbdeeb17de188b5f6d3b8f89f30b9af1e";  // hashlib.sha1
constexpr char kSha256[] =
    "db6e84000270029a776c436f3c5268021b9a76750ed4d1bfa515e076879039c5";  // hashlib.sha256

ZipMember member(ZipMethod method = ZipMethod::deflated) {
  ZipMember member;
  member.name = "m.txt";
  member.method = static_cast<std::uint16_t>(method);
  member.size_bytes = kText.size();
  member.crc32 = kCrc;
  return member;
}

// What is wrong with `bytes`, given in pieces of `step`.
std::string problem_of(ContentCheck& check, std::string_view bytes, std::size_t step) {
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string problem = check.feed(bytes.substr(at, step));
    if (!problem.empty()) return problem;
  }
  return check.finish();
}

TEST(MemberCheck, PassesWhatIsWholeInPiecesOfAnySize) {
  for (std::size_t step = 1; step <= kDeflated.size(); ++step) {
    const auto check = make_member_check(member(), kSha1);
    EXPECT_EQ(problem_of(*check, kDeflated, step), "");
    EXPECT_EQ(check->mismatch(), "");
  }
  const auto check = make_member_check(member(ZipMethod::stored), kSha1);
  EXPECT_EQ(problem_of(*check, kText, 3), "");
  EXPECT_EQ(check->mismatch(), "");
}

TEST(MemberCheck, NoticesEveryChangedBitAndEveryCut) {
  for (std::size_t at = 0; at < kDeflated.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = kDeflated;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const auto check = make_member_check(member(), kSha1);
      const std::string problem = problem_of(*check, damaged, 7);
      // The last bits of the last byte are of no use.
      if (at + 1 < kDeflated.size()) {
        EXPECT_NE(problem, "") << at << ' ' << bit;
      }
    }
    const auto check = make_member_check(member(), "");
    EXPECT_NE(problem_of(*check, kDeflated.substr(0, at), 7), "") << at;
  }
  const auto longer = make_member_check(member(), "");
  EXPECT_EQ(problem_of(*longer, kDeflated + "x", 7), "the member's data ends early");
}

TEST(MemberCheck, StopsABombAtTheDeclaredSize) {
  ZipMember small = member();
  small.size_bytes = 5;
  const auto check = make_member_check(small, "");
  EXPECT_NE(check->feed(kDeflated).find("more bytes than the 5"), std::string::npos);
}

TEST(MemberCheck, NamesBothSums) {
  ZipMember other = member();
  other.crc32 = 7;
  EXPECT_NE(problem_of(*make_member_check(other, ""), kDeflated, 100).find("expected 00000007"),
            std::string::npos);
  const auto check = make_member_check(member(), std::string(40, '0'));
  EXPECT_EQ(problem_of(*check, kDeflated, 100), "");
  EXPECT_EQ(check->mismatch(),
            std::string("found SHA-1 ") + kSha1 + ", expected " + std::string(40, '0'));
}

TEST(MemberCheck, BeginsAnewAfterReset) {
  const auto check = make_member_check(member(), kSha1);
  EXPECT_EQ(check->feed(kDeflated.substr(0, 5)), "");
  check->reset();
  EXPECT_EQ(problem_of(*check, kDeflated, 4), "");
  EXPECT_EQ(check->mismatch(), "");
}

TEST(FileCheck, ComparesTheSum) {
  const auto right = make_file_check(kSha256);
  EXPECT_EQ(problem_of(*right, kText, 5), "");
  EXPECT_EQ(right->mismatch(), "");
  const auto wrong = make_file_check(std::string(64, 'a'));
  EXPECT_EQ(problem_of(*wrong, kText, 5), "");
  EXPECT_NE(wrong->mismatch().find(kSha256), std::string::npos);
  const auto any = make_file_check("");
  EXPECT_EQ(problem_of(*any, kText, 5), "");
  EXPECT_EQ(any->mismatch(), "");
}

TEST(Gzip, WrapsDeflateAsRfc1952HasIt) {
  EXPECT_EQ(gzip_header(), std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10));
  EXPECT_EQ(gzip_trailer(0x04030201, 0x100000005),
            std::string("\x01\x02\x03\x04\x05\x00\x00\x00", 8));
}

}  // namespace
}  // namespace wordvec::content_check_test
