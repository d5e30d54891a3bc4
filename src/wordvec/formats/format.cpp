#include "wordvec/formats/format.h"

#include <algorithm>
#include <array>

#include "wordvec/formats/web_page.h"

namespace wordvec {
namespace {

constexpr auto kFormats = std::to_array<const Format*>(
    {&kFastTextModel, &kFinalfusion, &kNpy, &kSafetensorsTensor, &kProjector, &kValuesText,
     &kWord2vecBinary, &kFloretText, &kWord2vecText, &kGloveText});

// Two lines of the highest dimension at their longest are shorter than the second.
constexpr std::size_t kSmallProbeBytes = std::size_t{64} << 10;
constexpr std::size_t kLargeProbeBytes = std::size_t{8} << 20;

struct Magic {
  std::string_view bytes;
  std::string_view description;
};

using namespace std::string_view_literals;
constexpr std::string_view kPickle =
    "is a Python pickle, which can run programs and is not read: if gensim wrote it, load it there "
    "and use save_word2vec_format(FILE, binary=True)";
constexpr auto kKnownMagics = std::to_array<Magic>({
    {"BZh"sv, "is compressed with bzip2: use `bzip2 -dc FILE | wordvec convert - OUT`"},
    {"\xfd"
     "7zXZ"sv,
     "is compressed with xz: use `xz -dc FILE | wordvec convert - OUT`"},
    {"\x28\xb5\x2f\xfd"sv, "is compressed with zstd: use `zstd -dc FILE | wordvec convert - OUT`"},
    {"\x89PNG"sv, "is a PNG image"},
    {"\xff\xd8\xff"sv, "is a JPEG image"},
    {"GIF8"sv, "is a GIF image"},
    {"%PDF"sv, "is a PDF document"},
    {"\x80\x02"sv, kPickle},
    {"\x80\x03"sv, kPickle},
    {"\x80\x04"sv, kPickle},
    {"\x80\x05"sv, kPickle},
});

}  // namespace

std::span<const Format* const> formats() noexcept {
  return kFormats;
}

const Format* find_format(std::string_view name) noexcept {
  for (const Format* format : kFormats) {
    if (format->name == name) return format;
  }
  return nullptr;
}

const Format* detect_format(ByteSource& source) {
  std::string_view head = source.peek(kSmallProbeBytes);
  if (std::count(
          head.begin(),
          head.begin() + static_cast<std::ptrdiff_t>(std::min(head.size(), kSmallProbeBytes)),
          '\n') < 2) {
    head = source.peek(kLargeProbeBytes);
  }
  const Probe probe{head.substr(0, kLargeProbeBytes), source.path()};
  for (const Format* format : kFormats) {
    if (format->detect(probe)) return format;
  }
  return nullptr;
}

UnknownFile describe_unknown(ByteSource& source) {
  constexpr std::size_t kShownBytes = 8;
  constexpr std::size_t kTarMagicAt = 257;
  const std::string_view head = source.peek(512);
  if (head.empty()) return {"is empty", true};
  for (const Magic& magic : kKnownMagics) {
    if (head.starts_with(magic.bytes)) return {std::string(magic.description), true};
  }
  if (head.substr(std::min(head.size(), kTarMagicAt)).starts_with("ustar")) {
    return {"is a tar archive: use `tar -xOf FILE MEMBER | wordvec convert - OUT`", true};
  }
  if (begins_web_page(head))
    return {"is a web page, not a file of vectors: download it again", true};
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = "has no format that is known here; it starts with the bytes";
  for (const char c : head.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    text += ' ';
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return {text, false};
}

}  // namespace wordvec
