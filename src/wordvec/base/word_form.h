// Spellings that are the same word. Unicode's tables come from utf8proc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordvec {

// What makes two spellings one word.
enum class WordForm : std::uint8_t {
  composed,           // they are canonically equivalent: Normalization Form C
  seen,               // and what nobody sees makes no difference: is_unseen(), and white space that
                      // is not ASCII's at the ends
  folded,             // `composed`, and case makes none: Unicode's full case folding, ß is ss
  seen_folded,        // `seen`, and case makes none
  compatible_folded,  // and characters stand for those they are compatible with, ｋｉｎｇ for king
};

// Longer texts have no form, since to order the marks of a character takes the square of their
// number.
inline constexpr std::size_t kMaxFormBytes = 256;

// The text that all spellings of a word have in common; "" where there is none: of bytes that are
// not UTF-8, of more than kMaxFormBytes, and where nothing is left. For `composed` and `folded`
// as Python's unicodedata.normalize("NFC", …), of the text or of its casefold().
std::string word_form(std::string_view word, WordForm form);

// False only where the `seen` form of `word` (`seen_folded` with `fold_case`) is `word` itself, or
// empty. Linear, without making the form.
bool may_have_other_form(std::string_view word, bool fold_case);

// Equal for words whose `seen` forms (`seen_folded` with `fold_case`) are equal. Linear, without
// making the form.
std::uint64_t form_hash(std::string_view word, bool fold_case);

// The simple lower case of a character.
std::uint32_t lower_case_of(std::uint32_t code_point);

// Unicode's Default_Ignorable_Code_Point: variation selectors, joiners and spaces of no width, soft
// hyphens, marks of direction; but not the tags that make a flag another one.
bool is_unseen(std::uint32_t code_point);

// White space that is not ASCII's: U+00A0, U+3000, U+2028.
bool is_wide_space(std::uint32_t code_point);

// `word` less the marks that vocabularies put on words: a space's `Ġ`, `▁` or `_` before it, `##`,
// `</w>` and `@@` of pieces of words, `ENTITY/`, `/c/en/` or `en:` before it, and `_NOUN` after it.
// `word` itself where nothing would be left.
std::string_view without_marks(std::string_view word);

struct LooseHash {
  std::uint64_t value = 0;
  std::size_t letters = 0;     // that count; 0: words like these have nothing to be compared by
  std::size_t characters = 0;  // all, one for each byte that is not UTF-8
};

// Equal for words that differ in no more than case, compatible characters, what is unseen, marks
// over and under letters (é and e, and the points of Hebrew and Arabic), and spaces, hyphens and
// underscores: "New_York" and "newyork". Linear.
LooseHash loose_hash(std::string_view word);

}  // namespace wordvec
