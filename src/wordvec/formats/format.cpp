#include "wordvec/formats/format.h"

#include <algorithm>
#include <array>

#include "wordvec/base/text_encoding.h"
#include "wordvec/formats/known_csv.h"
#include "wordvec/formats/known_kind.h"

namespace wordvec {
namespace {

constexpr auto kFormats = std::to_array<const Format*>(
    {&kFastTextModel, &kFinalfusion, &kNpy, &kSafetensorsTensor, &kProjector, &kValuesText,
     &kWord2vecBinary, &kFloretText, &kWord2vecText, &kGloveText});

// Two lines of the highest dimension at their longest are shorter than the second.
constexpr std::size_t kSmallProbeBytes = std::size_t{64} << 10;
constexpr std::size_t kLargeProbeBytes = std::size_t{8} << 20;

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
  // An archive of text looks like text behind its first header.
  constexpr std::size_t kTarMagicAt = 257;
  if (head.size() > kTarMagicAt && head.substr(kTarMagicAt).starts_with("ustar")) return nullptr;
  // So do lines with other separators, to readers that know blanks only, and several lines that are
  // one.
  if (known_csv(head) || has_mac_line_ends(head)) return nullptr;
  const Probe probe{head.substr(0, kLargeProbeBytes), source.path()};
  for (const Format* format : kFormats) {
    if (format->detect(probe)) return format;
  }
  return nullptr;
}

UnknownFile describe_unknown(ByteSource& source) {
  constexpr std::size_t kShownBytes = 8;
  const std::string_view head = source.peek(kKindBytes).substr(0, kKindBytes);
  if (head.empty()) return {"is empty", true};
  if (const auto kind = known_kind(head)) return {sentence_of(*kind, kExpectedVectors), true};
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
