#include "wordvec/base/word_form.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

const utf8proc_property_t& property_of(std::uint32_t code_point) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point));
}

bool is_mark(const utf8proc_property_t& property) {
  return property.category == UTF8PROC_CATEGORY_MN || property.category == UTF8PROC_CATEGORY_MC ||
         property.category == UTF8PROC_CATEGORY_ME;
}

bool is_hangul(std::uint32_t c) {
  return c >= 0xAC00 && c <= 0xD7A3;
}

// Vowels and final consonants, which go into a syllable with what is before them.
bool is_later_jamo(std::uint32_t c) {
  return (c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF);
}

bool has_canonical_decomposition(const utf8proc_property_t& property) {
  return property.decomp_type == 0 && property.decomp_seqindex != UINT16_MAX;
}

// Of characters that have a canonical decomposition: whether composing gives another one. Says yes
// for some that it gives back.
bool may_be_composed_otherwise(std::uint32_t c, const utf8proc_property_t& property) {
  if (property.comp_exclusion != 0 || c == 0x0374 || c == 0x037E || c == 0x0387) return true;
  const bool is_kana = c >= 0x3041 && c <= 0x30FF;
  return c >= 0x1F00 && !is_kana;
}

// Marks that may be left out in writing: over and under Latin, Greek and Cyrillic letters, and the
// points of Hebrew and Arabic. Those of other scripts are letters.
bool is_optional_mark(std::uint32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05C7 && c != 0x05BE) ||
         (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) || c == 0x0670 ||
         (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F);
}

// What an ASCII character counts in a LooseHash: its lower case + 1; 0: nothing.
constexpr std::array<std::uint8_t, 128> kLooseAscii = [] {
  std::array<std::uint8_t, 128> values{};
  for (std::size_t c = 0; c < values.size(); ++c) {
    const std::size_t lower = c >= 'A' && c <= 'Z' ? c + 32 : c;
    values[c] = static_cast<std::uint8_t>(lower + 1);
  }
  for (const char separator : {' ', '_', '-'}) values[static_cast<std::size_t>(separator)] = 0;
  return values;
}();

bool is_separator(std::uint32_t c) {
  return c == ' ' || c == '_' || c == '-' || c == 0x2010 || c == 0x2011;
}

// What two canonically equivalent texts have in common: their characters, decomposed, where those
// with a combining class are in any order among themselves.
class FormHasher {
 public:
  void add(std::uint32_t code_point) {
    const std::uint64_t mixed = (code_point + std::uint64_t{1}) * 0x9E3779B97F4A7C15;
    const bool stays = code_point < 0x300 || property_of(code_point).combining_class == 0;
    if (stays) {
      value_ = value_ * 0xD6E8FEB86659FD93 + mixed;
    } else {
      value_ += mixed ^ (mixed >> 29);
    }
  }
  std::uint64_t value() const { return value_ ^ (value_ >> 32); }

 private:
  std::uint64_t value_ = 0;
};

// Calls `each` for the characters that `c` is made of.
template <class Each>
void decompose(std::uint32_t c, int options, Each&& each) {
  std::array<utf8proc_int32_t, 32> parts{};  // no character has more than 18
  int last_boundclass = 0;
  const auto count = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(c), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
      static_cast<utf8proc_option_t>(options), &last_boundclass);
  if (count < 0 || static_cast<std::size_t>(count) > parts.size()) {
    each(c);
    return;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    each(static_cast<std::uint32_t>(parts[i]));
  }
}

std::string without_unseen(std::string_view word) {
  std::string text;
  text.reserve(word.size());
  std::size_t end = 0;  // of what is not white space
  for (std::size_t i = 0; i < word.size();) {
    const Utf8Char c = decode_utf8(word.substr(i));
    const bool is_space = c.valid && is_wide_space(c.code_point);
    if (!(c.valid && is_unseen(c.code_point)) && !(is_space && text.empty())) {
      text += word.substr(i, c.size_bytes);
      if (!is_space) end = text.size();
    }
    i += c.size_bytes;
  }
  text.resize(end);
  return text;
}

bool is_tag(std::string_view text) {
  // The parts of speech of Universal Dependencies.
  static constexpr std::string_view kTags[] = {"NOUN", "VERB", "ADJ",   "ADV",  "PROPN", "PRON",
                                               "ADP",  "DET",  "NUM",   "CONJ", "CCONJ", "SCONJ",
                                               "PART", "INTJ", "PUNCT", "SYM",  "AUX",   "X"};
  return std::find(std::begin(kTags), std::end(kTags), text) != std::end(kTags);
}

// Where "/c/en/" or "en:" ends that `word` begins with; 0: it begins with neither.
std::size_t language_prefix(std::string_view word) {
  const bool is_concept = word.starts_with("/c/");
  const std::size_t begin = is_concept ? 3 : 0;
  std::size_t end = begin;
  while (end < word.size() && end - begin < 4 && word[end] >= 'a' && word[end] <= 'z') ++end;
  const bool is_code = end - begin == 2 || end - begin == 3;
  if (!is_code || end == word.size() || word[end] != (is_concept ? '/' : ':')) return 0;
  return end + 1;
}

std::string_view without_prefix(std::string_view word) {
  // Asked of each word of a vocabulary: most have none, which few bytes tell.
  switch (word.empty() ? '\0' : word[0]) {
    case '\xC4':
    case '\xE2':
    case '_':
    case ' ':
    case '#':
    case 'E':
      for (const std::string_view mark : {"\xC4\xA0", "\xE2\x96\x81", "_", " ", "##", "ENTITY/"}) {
        if (word.starts_with(mark)) return word.substr(mark.size());
      }
      return word;
    case '/':
      return word.substr(language_prefix(word));
    default:
      if (word.size() < 4 || (word[2] != ':' && word[3] != ':')) return word;
      return word.substr(language_prefix(word));
  }
}

std::string_view without_suffix(std::string_view word) {
  const char last = word.empty() ? '\0' : word.back();
  if (last == '>' || last == '@') {
    for (const std::string_view mark : {"</w>", "@@"}) {
      if (word.ends_with(mark)) return word.substr(0, word.size() - mark.size());
    }
  }
  if (last < 'A' || last > 'Z') return word;
  const std::size_t at = word.find_last_of("_|/");
  return at != std::string_view::npos && is_tag(word.substr(at + 1)) ? word.substr(0, at) : word;
}

}  // namespace

std::uint32_t lower_case_of(std::uint32_t code_point) {
  return static_cast<std::uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}

bool is_unseen(std::uint32_t code_point) {
  if (code_point < 0xAD || (code_point >= 0xE0020 && code_point <= 0xE007F)) return false;
  return property_of(code_point).ignorable != 0;
}

bool is_wide_space(std::uint32_t code_point) {
  if (code_point < 0xA0) return code_point == 0x85;
  const auto category = property_of(code_point).category;
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

std::string word_form(std::string_view word, WordForm form) {
  if (word.size() > kMaxFormBytes) return {};
  std::string seen;
  if (form != WordForm::composed && form != WordForm::folded) {
    // Else what is left could be: the halves of a character, with something unseen between them.
    if (!is_valid_utf8(word)) return {};
    seen = without_unseen(word);
    word = seen;
  }
  int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  if (form != WordForm::composed && form != WordForm::seen) options |= UTF8PROC_CASEFOLD;
  if (form == WordForm::compatible_folded) options |= UTF8PROC_COMPAT;
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(word.data()),
                                 static_cast<utf8proc_ssize_t>(word.size()), &mapped,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(mapped);
  if (size <= 0) return {};
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

bool may_have_other_form(std::string_view word, bool fold_case) {
  for (std::size_t i = 0; i < word.size();) {
    const auto byte = static_cast<unsigned char>(word[i]);
    if (byte < 0x80) {
      if (fold_case && byte >= 'A' && byte <= 'Z') return true;
      ++i;
      continue;
    }
    const Utf8Char c = decode_utf8(word.substr(i));
    i += c.size_bytes;
    if (!c.valid) continue;
    const utf8proc_property_t& property = property_of(c.code_point);
    if (property.ignorable != 0 || is_mark(property) || is_later_jamo(c.code_point)) return true;
    if (is_wide_space(c.code_point)) return true;
    if (fold_case && property.casefold_seqindex != UINT16_MAX) return true;
    if (has_canonical_decomposition(property) && !is_hangul(c.code_point) &&
        may_be_composed_otherwise(c.code_point, property)) {
      return true;
    }
  }
  return false;
}

std::uint64_t form_hash(std::string_view word, bool fold_case) {
  const int options = UTF8PROC_DECOMPOSE | (fold_case ? UTF8PROC_CASEFOLD : 0);
  FormHasher hasher;
  for (std::size_t i = 0; i < word.size();) {
    const auto byte = static_cast<unsigned char>(word[i]);
    if (byte < 0x80) {
      hasher.add(fold_case && byte >= 'A' && byte <= 'Z' ? byte + 32U : byte);
      ++i;
      continue;
    }
    const Utf8Char c = decode_utf8(word.substr(i));
    i += c.size_bytes;
    if (!c.valid) {
      hasher.add(0x110000U + byte);
      continue;
    }
    // White space counts only inside a word, where two that hash the same are told apart later.
    if (is_unseen(c.code_point) || is_wide_space(c.code_point)) continue;
    const utf8proc_property_t& property = property_of(c.code_point);
    const bool is_changed = has_canonical_decomposition(property) || is_hangul(c.code_point) ||
                            (fold_case && property.casefold_seqindex != UINT16_MAX);
    if (is_changed) {
      decompose(c.code_point, options, [&](std::uint32_t part) { hasher.add(part); });
    } else {
      hasher.add(c.code_point);
    }
  }
  return hasher.value();
}

std::string_view without_marks(std::string_view word) {
  const std::string_view inner = without_suffix(without_prefix(word));
  return inner.empty() ? word : inner;
}

LooseHash loose_hash(std::string_view word) {
  constexpr std::uint64_t kFactor = 0xD6E8FEB86659FD93;
  constexpr int kOptions =
      UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  LooseHash hash;
  const auto add = [&](std::uint32_t c) {
    if (is_separator(c) || is_optional_mark(c)) return;
    hash.value = hash.value * kFactor + c + 1;
    ++hash.letters;
  };
  for (std::size_t i = 0; i < word.size();) {
    ++hash.characters;
    const auto byte = static_cast<unsigned char>(word[i]);
    if (byte < 0x80) {
      const std::uint8_t value = kLooseAscii[byte];
      if (value != 0) {
        hash.value = hash.value * kFactor + value;
        ++hash.letters;
      }
      ++i;
      continue;
    }
    const Utf8Char c = decode_utf8(word.substr(i));
    i += c.size_bytes;
    if (!c.valid) {
      add(0x110000U + byte);
      continue;
    }
    const utf8proc_property_t& property = property_of(c.code_point);
    const bool is_changed = property.decomp_seqindex != UINT16_MAX || property.ignorable != 0 ||
                            property.casefold_seqindex != UINT16_MAX || is_hangul(c.code_point);
    if (is_changed) {
      decompose(c.code_point, kOptions, add);
    } else {
      add(c.code_point);
    }
  }
  return hash;
}

}  // namespace wordvec
