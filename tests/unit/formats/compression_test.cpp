// What bzip2, xz and zstd made, read as gzip files are (input_test.cpp has those).
#include "wordvec/formats/compression.h"

#include <bzlib.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "support/expect_error.h"
#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/input.h"

namespace wordvec::compression_test {
namespace {

using namespace std::string_literals;
using test::expect_error;

std::string bzip2(std::string content) {
  std::string out(content.size() * 2 + 1000, '\0');
  auto size = static_cast<unsigned>(out.size());
  EXPECT_EQ(::BZ2_bzBuffToBuffCompress(out.data(), &size, content.data(),
                                       static_cast<unsigned>(content.size()), 1, 0, 0),
            BZ_OK);
  return out.substr(0, size);
}

std::string xz(const std::string& content) {
  std::string out(::lzma_stream_buffer_bound(content.size()), '\0');
  std::size_t size = 0;
  EXPECT_EQ(::lzma_easy_buffer_encode(
                1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(content.data()),
                content.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
            LZMA_OK);
  return out.substr(0, size);
}

// `bytes`, as if they had been compressed with a dictionary of 2^bits bytes: section 3.1 of
// https://tukaani.org/xz/xz-file-format.txt has the header of a block, section 5.3.1 the size.
std::string with_dictionary_bits(std::string bytes, int bits) {
  constexpr std::size_t kStreamHeaderBytes = 12;
  const std::size_t size = (static_cast<unsigned char>(bytes.at(kStreamHeaderBytes)) + 1U) * 4;
  const std::size_t filter = bytes.find("\x21\x01", kStreamHeaderBytes);
  EXPECT_LT(filter, kStreamHeaderBytes + size - 6);
  bytes.at(filter + 2) = static_cast<char>(2 * (bits - 12));
  const std::uint32_t crc =
      ::lzma_crc32(reinterpret_cast<const std::uint8_t*>(&bytes[kStreamHeaderBytes]), size - 4, 0);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes.at(kStreamHeaderBytes + size - 4 + i) = static_cast<char>(crc >> 8 * i & 0xff);
  }
  return bytes;
}

std::string zstd(const std::string& content, int window_bits = 0) {
  ZSTD_CCtx* const context = ::ZSTD_createCCtx();
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_bits);
  if (window_bits != 0) ::ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  std::string out(::ZSTD_compressBound(content.size()), '\0');
  ZSTD_inBuffer in{content.data(), content.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  if (window_bits != 0) ::ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
  EXPECT_EQ(::ZSTD_compressStream2(context, &to, &in, ZSTD_e_end), 0U);
  ::ZSTD_freeCCtx(context);
  return out.substr(0, to.pos);
}

class Pipe final : public ByteStream {
 public:
  explicit Pipe(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), bytes_.size() - position_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), n, into.begin());
    position_ += n;
    return n;
  }
  std::uint64_t file_position_bytes() const noexcept override { return position_; }

 private:
  std::string bytes_;
  std::size_t position_ = 0;
};

std::string content_of(ByteSource source) {
  ByteSource content = decompressed(std::move(source), "");
  std::string all;
  while (!content.at_end()) {
    const std::string_view ahead = content.peek(1000);
    all += ahead;
    content.skip(ahead.size());
  }
  return all;
}

std::string content_of(const std::string& bytes) {
  return content_of(ByteSource::from_memory("file", bytes));
}

struct Kind {
  const char* name;
  std::string (*compress)(const std::string&);
};

class EachCompression : public testing::TestWithParam<Kind> {
 protected:
  std::string compress(const std::string& content) { return GetParam().compress(content); }
};

INSTANTIATE_TEST_SUITE_P(
    Compression, EachCompression,
    testing::Values(Kind{"bzip2", [](const std::string& content) { return bzip2(content); }},
                    Kind{"xz", [](const std::string& content) { return xz(content); }},
                    Kind{"zstd", [](const std::string& content) { return zstd(content); }}),
    [](const auto& kind) { return std::string(kind.param.name); });

std::string text_of(std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "word" + std::to_string(i * i) + " 0.5 1\n";
  return text;
}

TEST_P(EachCompression, IsReadFromMemoryAndFromAPipe) {
  for (const std::size_t lines : {0U, 1U, 3U, 200'000U}) {
    const std::string text = text_of(lines);
    const std::string bytes = compress(text);
    EXPECT_EQ(content_of(bytes), text);
    EXPECT_EQ(content_of(ByteSource::from_stream("pipe", "", std::make_unique<Pipe>(bytes))), text);
  }
}

TEST_P(EachCompression, MayHaveManyPartsAndZerosBehind) {
  const std::string parts = compress("a 1\n") + compress("") + compress("b 2\n");
  EXPECT_EQ(content_of(parts), "a 1\nb 2\n");
  EXPECT_EQ(content_of(parts + std::string(512, '\0')), "a 1\nb 2\n");
  expect_error(ErrorCode::malformed,
               "other bytes follow the "s + GetParam().name + " data: the file is damaged",
               [&] { content_of(parts + "rubbish"); });
}

TEST_P(EachCompression, IsNoneWhereItIsCutOff) {
  const std::string bytes = compress(text_of(20));
  for (std::size_t size = kCompressionMagicBytes; size < bytes.size(); ++size) {
    expect_error(ErrorCode::malformed, "the "s + GetParam().name + " data is cut off",
                 [&] { content_of(bytes.substr(0, size)); });
  }
}

TEST_P(EachCompression, IsCheckedAgainstItsSums) {
  const std::string text = text_of(20);
  const std::string bytes = compress(text);
  std::size_t refused = 0;
  for (std::size_t at = kCompressionMagicBytes; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    try {
      EXPECT_EQ(content_of(damaged), text) << at;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::malformed);
      ++refused;
    }
  }
  EXPECT_GE(refused + 4, bytes.size() - kCompressionMagicBytes);
}

TEST(Compression, ZerosMayStandBetweenStreamsOfXz) {
  EXPECT_EQ(content_of(xz("a 1\n") + std::string(8, '\0') + xz("b 2\n")), "a 1\nb 2\n");
}

TEST(Compression, SkippableFramesOfZstdHoldNothing) {
  // As pzstd writes one in front of each frame.
  const std::string skippable = "\x50\x2a\x4d\x18\x04\0\0\0abcd"s;
  EXPECT_EQ(content_of(skippable + zstd("a 1\n") + skippable), "a 1\n");
}

TEST(Compression, BoundsTheMemoryItTakes) {
  EXPECT_EQ(content_of(zstd(text_of(3), 29)), text_of(3));
  expect_error(ErrorCode::malformed,
               "the zstd data needs more memory to be read than the 512 MiB that are allowed: "
               "unpack it first, with `zstd --long=31 -dc FILE > OUT`",
               [] { content_of(zstd(text_of(3), 30)); });
  EXPECT_EQ(content_of(with_dictionary_bits(xz(text_of(3)), 28)), text_of(3));
  expect_error(ErrorCode::malformed,
               "the xz data needs 1024 MiB of memory to be read, more than "
               "the 512 that are allowed: unpack it first, with `xz -dc FILE > OUT`",
               [] { content_of(with_dictionary_bits(xz(text_of(3)), 30)); });
}

TEST(Compression, NamesWhatWasCompressedWithADictionary) {
  // A frame without content whose dictionary has the number 1 (RFC 8878, section 3.1.1.1).
  const std::string frame = "\x28\xb5\x2f\xfd\x21\x01\0\x01\0\0"s;
  expect_error(ErrorCode::malformed,
               "the zstd data needs the dictionary that it was compressed with: unpack it first, "
               "with `zstd -D DICTIONARY -dc FILE > OUT`",
               [&] { content_of(frame); });
}

TEST(Compression, IsToldByMoreThanAWord) {
  for (const std::string& text : {"BZh 1 2\n"s, "BZh9 1 2 3 4 5\n"s, "P*M 1 2\n"s, "\xfd 1\n"s}) {
    EXPECT_EQ(compression_of(text), nullptr) << text;
  }
  EXPECT_EQ(less_compression("a.txt.XZ"), "a.txt");
  EXPECT_EQ(less_compression("a.bz2"), "a");
  EXPECT_EQ(less_compression("a.txt"), "a.txt");
}

}  // namespace
}  // namespace wordvec::compression_test
