#include "wordvec/base/exact_word.h"

#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/base/word_form.h"

namespace wordvec {
namespace {

bool is_escaped(std::string_view bytes, std::uint32_t c, bool is_first, bool is_composed) {
  if (is_unseen(c) || is_wide_space(c)) return true;
  const bool is_mark = char_kind(c) == CharKind::extension;
  if (is_first && is_mark) return true;
  if (is_composed) return false;
  const bool is_later_jamo = c >= 0x1160 && c <= 0x11FF;
  return is_mark || is_later_jamo || word_form(bytes, WordForm::composed) != bytes;
}

}  // namespace

std::string exact_word(std::string_view word) {
  const std::string composed = word_form(word, WordForm::composed);
  const bool is_composed = composed.empty() || composed == word;
  std::string out;
  out.reserve(word.size());
  for (std::size_t i = 0; i < word.size();) {
    const Utf8Char c = decode_utf8(word.substr(i));
    const std::string_view bytes = word.substr(i, c.size_bytes);
    const bool escapes =
        c.valid && c.code_point >= 0xA0 && is_escaped(bytes, c.code_point, i == 0, is_composed);
    out += escapes ? escaped_code_point(c.code_point) : printable(bytes);
    i += c.size_bytes;
  }
  return out;
}

std::string exact_word_in_quotes(std::string_view word, std::size_t most_bytes) {
  if (word.size() <= most_bytes) return '\'' + exact_word(word) + '\'';
  std::size_t end = 0;
  while (end < word.size()) {
    const std::size_t size = decode_utf8(word.substr(end)).size_bytes;
    if (end + size > most_bytes) break;
    end += size;
  }
  return '\'' + exact_word(word.substr(0, end)) + "…' (" + std::to_string(word.size()) + " bytes)";
}

std::string escaped_code_point(std::uint32_t code_point) {
  static constexpr char kHex[] = "0123456789abcdef";
  const bool is_long = code_point > 0xFFFF;
  std::string text = is_long ? "\\U" : "\\u";
  for (int shift = is_long ? 28 : 12; shift >= 0; shift -= 4) {
    text += kHex[(code_point >> static_cast<unsigned>(shift)) & 15];
  }
  return text;
}

}  // namespace wordvec
