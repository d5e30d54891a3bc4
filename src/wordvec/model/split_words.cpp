#include "wordvec/model/split_words.h"

#include <algorithm>

#include "wordvec/base/word_form.h"

namespace wordvec {
namespace {

constexpr std::size_t kMaxJoinedBytes = 256;
constexpr std::string_view kCurlyApostrophe = "\xE2\x80\x99";

// Of ASCII, so that most text needs no decoding.
constexpr std::array<CharKind, 128> kAsciiKinds = [] {
  std::array<CharKind, 128> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    kinds[c] = letter ? CharKind::letter : space ? CharKind::space : CharKind::symbol;
  }
  return kinds;
}();

struct Character {
  CharKind kind = CharKind::letter;
  std::size_t size_bytes = 1;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < kAsciiKinds.size()) return {kAsciiKinds[byte], 1};
  const Utf8Char c = decode_utf8(text.substr(at));
  return {c.valid ? char_kind(c.code_point) : CharKind::letter, c.size_bytes};
}

// The end of the piece that begins at `at`.
std::size_t piece_end(std::string_view chunk, std::size_t at, CharKind kind) {
  at += character_at(chunk, at).size_bytes;
  while (at < chunk.size()) {
    const Character next = character_at(chunk, at);
    const bool goes_on = next.kind == CharKind::extension ||
                         (kind == CharKind::letter && next.kind == CharKind::letter);
    if (!goes_on) break;
    at += next.size_bytes;
  }
  return at;
}

// With ' for each curly apostrophe; "": it has none.
std::string with_straight_apostrophes(std::string_view word) {
  std::size_t at = word.find(kCurlyApostrophe);
  if (at == std::string_view::npos) return {};
  std::string straight;
  straight.reserve(word.size());
  std::size_t begin = 0;
  for (; at != std::string_view::npos; at = word.find(kCurlyApostrophe, begin)) {
    straight.append(word.substr(begin, at - begin));
    straight += '\'';
    begin = at + kCurlyApostrophe.size();
  }
  straight.append(word.substr(begin));
  return straight;
}

bool is_t(char c) {
  return c == 't' || c == 'T';
}

}  // namespace

std::optional<Row> WordSplitter::find_folded(std::string_view word) {
  bool as_it_is = true;
  if (vocabulary_.is_lower_case() && options_.matching.kind() != WordMatching::exact) {
    bool ascii = true;
    bool upper = false;
    for (const char c : word) {
      ascii = ascii && static_cast<unsigned char>(c) < 0x80;
      upper = upper || (c >= 'A' && c <= 'Z');
    }
    if (!ascii) {
      folded_ = lower_case(word);
      as_it_is = false;
    } else if (upper) {
      folded_.assign(word);
      for (char& c : folded_) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      as_it_is = false;
    }
  }
  // A lower-case vocabulary holds no word that folding would change: one look-up does.
  return vocabulary_.find(as_it_is ? word : std::string_view(folded_));
}

std::optional<Row> WordSplitter::find_spelling(std::string_view word) {
  if (word.empty() || word.size() > kMaxWordBytes) return std::nullopt;
  if (const auto row = find_folded(word)) return row;
  const std::string straight = with_straight_apostrophes(word);
  return straight.empty() ? std::nullopt : find_folded(straight);
}

SplitWord WordSplitter::find_whole(std::string_view word) {
  const auto row = find_spelling(word);
  const WordMatching::Kind kind = options_.matching.kind();
  // Most pieces are no words: where it may make no difference, no form is asked for.
  const bool ends_here = row || kind == WordMatching::exact ||
                         (kind == WordMatching::usual && !may_have_other_form(word, false));
  return ends_here ? SplitWord{word, row, false} : find_last(word);
}

SplitWord WordSplitter::find_last(std::string_view word) {
  if (const auto row = find_spelling(word)) return {word, row, false};
  if (options_.matching.kind() == WordMatching::exact || word.empty())
    return {word, std::nullopt, false};
  auto match = find_word(vocabulary_, word, options_.matching);
  if (!match) {
    const std::string straight = with_straight_apostrophes(word);
    if (!straight.empty()) match = find_word(vocabulary_, straight, options_.matching);
  }
  return {word, match ? std::optional(match->row) : std::nullopt, match.has_value()};
}

std::size_t WordSplitter::before_clitic(std::string_view rest, std::size_t letters) {
  if (letters < 2 || (rest[letters - 1] != 'n' && rest[letters - 1] != 'N')) return 0;
  std::string_view after = rest.substr(letters);
  const std::size_t apostrophe = after.starts_with('\'')               ? 1
                                 : after.starts_with(kCurlyApostrophe) ? kCurlyApostrophe.size()
                                                                       : 0;
  if (apostrophe == 0 || apostrophe == after.size() || !is_t(after[apostrophe])) return 0;
  const std::size_t end = apostrophe + 1;
  if (end < after.size()) {
    const CharKind next = character_at(after, end).kind;
    if (next == CharKind::letter || next == CharKind::extension) return 0;
  }
  return find_spelling(rest.substr(letters - 1, end + 1)) ? letters - 1 : 0;
}

void WordSplitter::split_chunk(std::string_view chunk, const Each& each) {
  if (const SplitWord whole = find_whole(chunk); whole.row) {
    each(whole);
    return;
  }
  std::array<Piece, kMaxPieces> pieces;  // those from `at` on, as far as they are known
  std::size_t known = 0;
  for (std::size_t at = 0; at < chunk.size();) {
    while (known < kMaxPieces) {
      const std::size_t begin = known == 0 ? at : pieces[known - 1].end;
      if (begin == chunk.size()) break;
      const CharKind kind = character_at(chunk, begin).kind;
      pieces[known++] = {piece_end(chunk, begin, kind), kind == CharKind::letter};
    }
    std::size_t taken = 1;
    std::size_t end = pieces[0].end;
    SplitWord word;
    for (std::size_t n = known; n > 1 && !word.row; --n) {
      const bool is_chunk = at == 0 && pieces[n - 1].end == chunk.size();
      if (is_chunk || pieces[n - 1].end - at > kMaxJoinedBytes) continue;
      word = find_whole(chunk.substr(at, pieces[n - 1].end - at));
      if (word.row) {
        taken = n;
        end = pieces[n - 1].end;
      }
    }
    if (!word.row && pieces[0].is_letters) {
      if (const std::size_t before = before_clitic(chunk.substr(at), end - at)) {
        each(find_last(chunk.substr(at, before)));
        at += before;
        known = 0;  // "n't" begins within what was one piece
        continue;
      }
    }
    each(word.row ? word : find_last(chunk.substr(at, end - at)));
    std::move(pieces.begin() + static_cast<std::ptrdiff_t>(taken),
              pieces.begin() + static_cast<std::ptrdiff_t>(known), pieces.begin());
    known -= taken;
    at = end;
  }
}

void WordSplitter::split(std::string_view text, const Each& each) {
  if (options_.pretokenized) {
    for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string_view::npos;) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      each(find_last(text.substr(at, end - at)));
      at = end;
    }
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const Character first = character_at(text, at);
    if (first.kind == CharKind::space) {
      at += first.size_bytes;
      continue;
    }
    std::size_t end = at + first.size_bytes;
    bool one_piece = first.kind == CharKind::letter;
    while (end < text.size()) {
      const Character next = character_at(text, end);
      if (next.kind == CharKind::space) break;
      one_piece = one_piece && (next.kind == CharKind::letter || next.kind == CharKind::extension);
      end += next.size_bytes;
    }
    const std::string_view chunk = text.substr(at, end - at);
    if (one_piece) {
      each(find_last(chunk));
    } else {
      split_chunk(chunk, each);
    }
    at = end;
  }
}

}  // namespace wordvec
