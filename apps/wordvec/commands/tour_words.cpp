#include "commands/tour_words.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "wordvec/base/utf8.h"

namespace wordvec::cli {
namespace {

constexpr std::size_t kSentenceWords = 4;
constexpr std::size_t kPoints = 8;
constexpr std::size_t kMinPoints = 3;
constexpr std::size_t kSearchedRows = 10'000;  // for words that stand in

class Chooser {
 public:
  explicit Chooser(const Embeddings& embeddings) : embeddings_(embeddings) {}

  bool has(std::string_view word) const {
    const auto match = find_word(embeddings_.vocabulary, word, false);
    return match && has_direction(match->row);
  }

  bool has_all(const auto& words) const {
    return std::all_of(words.begin(), words.end(), [&](const auto& word) { return has(word); });
  }

  // The first words that any command takes as they are, without quotes.
  std::vector<std::string> plain_words(std::size_t count) const {
    std::vector<std::string> words;
    const std::size_t end = std::min(embeddings_.rows(), kSearchedRows);
    for (std::size_t r = 0; r < end && words.size() < count; ++r) {
      const Row row = static_cast<Row>(r);
      const std::string_view word = embeddings_.vocabulary.word(row);
      if (is_plain(word) && has_direction(row)) words.emplace_back(word);
    }
    return words;
  }

 private:
  bool has_direction(Row row) const {
    const float norm = embeddings_.norms[row];
    return norm > 0 && std::isfinite(norm);
  }

  // Letters and no others: of ASCII at least two, of other scripts any that take a place.
  static bool is_plain(std::string_view word) {
    constexpr std::size_t kMaxBytes = 30;
    if (word.size() < 2 || word.size() > kMaxBytes || !is_valid_utf8(word)) return false;
    for (std::size_t i = 0; i < word.size();) {
      const Utf8Char c = decode_utf8(word.substr(i));
      const bool is_letter = c.size_bytes == 1
                                 ? std::isalpha(static_cast<unsigned char>(word[i])) != 0
                                 : c.code_point >= 0xc0 &&
                                       display_width(word.substr(i, c.size_bytes)) > 0 &&
                                       !is_punctuation(c.code_point);
      if (!is_letter) return false;
      i += c.size_bytes;
    }
    return true;
  }

  // General punctuation, CJK symbols, and the full-width forms of ASCII's.
  static bool is_punctuation(std::uint32_t c) {
    return (c >= 0x2000 && c < 0x2c00) || (c >= 0x3000 && c < 0x3005) ||
           (c >= 0x3008 && c < 0x3040) || c >= 0xff00;
  }

  const Embeddings& embeddings_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void choose_sentence(const Chooser& chooser, TourWords& words) {
  using Sentence = std::vector<std::string>;
  for (const Sentence& sentence :
       {Sentence{"Are", "you", "OK", "?"}, Sentence{"Are", "you", "OK"}}) {
    if (!chooser.has_all(sentence)) continue;
    words.sentence = joined(sentence);
    // Without the space that stands before the mark.
    words.joined = sentence.size() == 4 ? "ARE YOU OK?" : "ARE YOU OK";
    if (!chooser.has_all(std::vector<std::string>{"ARE", "YOU"})) {
      words.joined = sentence.size() == 4 ? "Are you OK?" : words.sentence;
    }
    for (const std::string& word : sentence) {
      const std::string lower = lower_case(word);
      words.of_sentence.push_back(chooser.has(lower) ? lower : word);
    }
    return;
  }
  words.of_sentence = chooser.plain_words(kSentenceWords);
  words.sentence = words.joined = joined(words.of_sentence);
}

}  // namespace

TourWords choose_tour_words(const Embeddings& embeddings) {
  const Chooser chooser(embeddings);
  TourWords words;
  choose_sentence(chooser, words);
  for (const char* word : {"man", "woman", "king", "queen", "cat", "dog", "father", "mother"}) {
    if (chooser.has(word)) words.vectors.emplace_back(word);
  }
  if (words.vectors.size() < kPoints / 2) words.vectors = chooser.plain_words(kPoints);
  if (words.vectors.size() >= kMinPoints && embeddings.dim() > 1) words.points = words.vectors;
  if (chooser.has("cat")) {
    words.like = "cat";
  } else if (!words.vectors.empty()) {
    words.like = words.vectors.back();
  }
  using Triple = std::array<std::string, 3>;
  for (const Triple& triple :
       {Triple{"king", "man", "woman"}, Triple{"paris", "france", "england"},
        Triple{"Paris", "France", "England"}, Triple{"better", "good", "bad"},
        Triple{"国王", "男人", "女人"}, Triple{"roi", "homme", "femme"},
        Triple{"König", "Mann", "Frau"}, Triple{"rey", "hombre", "mujer"}}) {
    if (!chooser.has_all(triple)) continue;
    words.analogy = triple;
    break;
  }
  return words;
}

}  // namespace wordvec::cli
