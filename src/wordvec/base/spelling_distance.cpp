#include "wordvec/base/spelling_distance.h"

#include <algorithm>

#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/base/word_form.h"

namespace wordvec {
namespace {

constexpr std::size_t kMinBegunBytes = 3;

// By enough of a name to be told; an option's dashes tell nothing.
bool is_begun_by(std::string_view asked, std::string_view name) {
  const std::size_t dashes = std::min(name.find_first_not_of('-'), name.size());
  return name.size() - dashes >= kMinBegunBytes && asked.starts_with(name);
}

// The number of the character at `i`, which is moved behind it.
std::uint32_t next_character(std::string_view text, std::size_t& i, bool fold_case) {
  const Utf8Char c = decode_utf8(text.substr(i));
  const auto byte = static_cast<unsigned char>(text[i]);
  i += c.size_bytes;
  if (!c.valid) return 0x110000U + byte;
  return fold_case ? lower_case_of(c.code_point) : c.code_point;
}

std::size_t first_slot(std::uint32_t character) {
  return (character * 0x9E3779B1U) >> 16;
}

}  // namespace

std::optional<SpellingPattern> SpellingPattern::of(std::string_view text, bool fold_case) {
  SpellingPattern pattern;
  pattern.fold_case_ = fold_case;
  for (std::size_t i = 0; i < text.size();) {
    if (pattern.size_ == kMaxCharacters) return std::nullopt;
    const std::uint64_t position = std::uint64_t{1} << pattern.size_++;
    const std::uint32_t character = next_character(text, i, fold_case);
    if (character < pattern.ascii_.size()) {
      pattern.ascii_[character] |= position;
      continue;
    }
    std::size_t slot = first_slot(character) % pattern.others_.size();
    while (pattern.others_[slot].positions != 0 && pattern.others_[slot].character != character) {
      slot = (slot + 1) % pattern.others_.size();
    }
    pattern.others_[slot].character = character;
    pattern.others_[slot].positions |= position;
  }
  if (fold_case) {
    for (std::size_t c = 'A'; c <= 'Z'; ++c) pattern.ascii_[c] = pattern.ascii_[c - 'A' + 'a'];
  }
  return pattern;
}

std::uint64_t SpellingPattern::matches_beyond_ascii(std::string_view text,
                                                    std::size_t& i) const noexcept {
  const std::uint32_t character = next_character(text, i, fold_case_);
  if (character < ascii_.size()) return ascii_[character];
  std::size_t slot = first_slot(character) % others_.size();
  while (others_[slot].positions != 0) {
    if (others_[slot].character == character) return others_[slot].positions;
    slot = (slot + 1) % others_.size();
  }
  return 0;
}

std::size_t spelling_distance(std::string_view pattern, std::string_view text) {
  return SpellingPattern::of(pattern).value().distance_to(text);
}

std::optional<std::string> closest_name(std::string_view asked,
                                        std::span<const std::string> names) {
  const auto pattern = SpellingPattern::of(asked);
  if (asked.empty() || !pattern) return std::nullopt;
  const std::string* best = nullptr;
  const std::size_t too_far = pattern->size() / 3 + 2;
  std::size_t best_distance = too_far;
  for (const std::string& name : names) {
    std::size_t distance = name.starts_with(asked) ? 1 : pattern->distance_to(name);
    // "evaluate" for "eval"; but what is spelt more alike is nearer.
    if (is_begun_by(asked, name)) distance = std::min(distance, too_far - 1);
    if (distance < best_distance) {
      best = &name;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string did_you_mean(std::string_view asked, std::span<const std::string> names) {
  const auto name = closest_name(asked, names);
  return name ? "; did you mean " + in_quotes(*name) + "?" : std::string();
}

}  // namespace wordvec
