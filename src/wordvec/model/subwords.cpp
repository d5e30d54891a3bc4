#include "wordvec/model/subwords.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "wordvec/base/murmur3.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/word_ngrams.h"

namespace wordvec {
namespace {

constexpr std::uint32_t kMaxNgramLength = 64;
constexpr std::size_t kMaxEdgeBytes = 64;
constexpr std::uint64_t kMaxBuckets = std::uint64_t{1} << 32;
constexpr std::uint32_t kMaxHashCount = 4;  // words of the 128 bits

// fastText's end of a line, which it cuts into no n-grams.
constexpr std::string_view kEndOfLine = "</s>";

// Bytes that are not UTF-8 too, as fastText counts characters: each ends before the next byte that
// does not continue one.
bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// fastText keeps the sign of a byte, which FNV-1a does not.
std::uint32_t fnv1a_32(std::uint32_t hash, char c) {
  return (hash ^ static_cast<std::uint32_t>(static_cast<std::int8_t>(c))) * 16777619U;
}

// FNV-1a of the eight bytes, or four, of a little-endian number.
template <class T>
std::uint64_t fnv1a_64(std::uint64_t hash, T number) {
  for (std::size_t i = 0; i < sizeof number; ++i) {
    hash = (hash ^ ((number >> (8 * i)) & 0xFFU)) * 0x100000001b3;
  }
  return hash;
}

// Calls visit(begin, end) of each n-gram, as positions in `text`, in fastText's order: by where
// they begin, then by length; without those of one character at either edge. advance(begin, end)
// is called for each character before, so that hashes can grow with it.
template <class Begin, class Advance, class Visit>
void fasttext_ngrams(std::string_view text, const SubwordRules& rules, Begin begin_at,
                     Advance advance, Visit visit) {
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    if (continues_character(text[begin])) continue;
    begin_at();
    std::size_t end = begin;
    for (std::uint32_t length = 1; end < text.size() && length <= rules.max_length; ++length) {
      const std::size_t character = end++;
      while (end < text.size() && continues_character(text[end])) ++end;
      advance(character, end);
      if (length < rules.min_length) continue;
      if (length == 1 && (begin == 0 || end == text.size())) continue;
      visit(begin, end);
    }
  }
}

bool is_finite(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float x) { return std::isfinite(x); });
}

struct Utf8Character {
  std::size_t begin = 0;
  std::uint32_t code_point = 0;
};

std::vector<Utf8Character> characters_of(std::string_view text) {
  std::vector<Utf8Character> characters;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(at));
    characters.push_back({at, c.code_point});
    at += c.size_bytes;
  }
  return characters;
}

// Calls visit(first, count) of each n-gram, as characters, in finalfusion's order: by where they
// begin, the longest first.
template <class Visit>
void finalfusion_ngrams(std::size_t characters, const SubwordRules& rules, Visit visit) {
  const std::size_t shortest = std::max<std::size_t>(rules.min_length, 1);
  for (std::size_t first = 0; first + shortest <= characters; ++first) {
    const std::size_t longest = std::min<std::size_t>(rules.max_length, characters - first);
    for (std::size_t count = longest; count >= shortest; --count) visit(first, count);
  }
}

// Calls visit(ngram, bucket, row) of each n-gram in the order in which the scheme makes them: as
// often as it has hashes, with the bucket of each, but for n-grams that are listed; the row is
// nullopt where there is none.
template <class Visit>
void visit_ngrams(const SubwordRules& rules, const SubwordIndex& index, std::size_t matrix_rows,
                  std::string_view word, Visit visit) {
  const bool is_hashed = rules.scheme != SubwordScheme::listed;
  if (matrix_rows == 0 || (is_hashed && rules.buckets == 0)) return;
  const std::uint64_t row_limit =
      std::min<std::uint64_t>(matrix_rows, std::numeric_limits<std::uint32_t>::max());
  const auto within = [&](std::uint64_t row) {
    return row < row_limit ? std::optional(static_cast<std::uint32_t>(row)) : std::nullopt;
  };
  const auto visit_hash = [&](std::string_view ngram, std::uint64_t hash) {
    const std::uint64_t bucket = hash % rules.buckets;
    if (index.buckets.empty()) return visit(ngram, std::optional(bucket), within(bucket));
    const auto found = std::lower_bound(index.buckets.begin(), index.buckets.end(), bucket);
    const bool has_row = found != index.buckets.end() && *found == bucket;
    visit(
        ngram, std::optional(bucket),
        has_row ? within(static_cast<std::uint64_t>(found - index.buckets.begin())) : std::nullopt);
  };

  std::string text;
  text.reserve(rules.begin.size() + word.size() + rules.end.size());
  text.append(rules.begin).append(word).append(rules.end);
  const std::string_view view = text;

  switch (rules.scheme) {
    case SubwordScheme::fasttext: {
      if (word == kEndOfLine) return;
      std::uint32_t hash = 0;
      fasttext_ngrams(
          view, rules, [&] { hash = 2166136261U; },
          [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) hash = fnv1a_32(hash, view[i]);
          },
          [&](std::size_t begin, std::size_t end) {
            visit_hash(view.substr(begin, end - begin), hash);
          });
      return;
    }
    case SubwordScheme::floret: {
      const auto visit_hashes = [&](std::string_view ngram) {
        const auto hashes = murmur3_x64_128(ngram, rules.seed);
        for (std::size_t i = 0; i < std::min<std::size_t>(rules.hash_count, hashes.size()); ++i) {
          visit_hash(ngram, hashes[i]);
        }
      };
      visit_hashes(view);
      if (word == kEndOfLine) return;
      fasttext_ngrams(
          view, rules, [] {}, [](std::size_t, std::size_t) {},
          [&](std::size_t begin, std::size_t end) {
            visit_hashes(view.substr(begin, end - begin));
          });
      return;
    }
    case SubwordScheme::finalfusion:
    case SubwordScheme::listed: {
      const std::vector<Utf8Character> characters = characters_of(view);
      finalfusion_ngrams(characters.size(), rules, [&](std::size_t first, std::size_t count) {
        const std::size_t begin = characters[first].begin;
        const std::size_t end =
            first + count < characters.size() ? characters[first + count].begin : view.size();
        const std::string_view ngram = view.substr(begin, end - begin);
        if (!is_hashed) {
          const auto row = index.ngrams.find(ngram);
          return visit(ngram, std::optional<std::uint64_t>(),
                       row ? within(*row) : std::optional<std::uint32_t>());
        }
        std::uint64_t hash = fnv1a_64(0xcbf29ce484222325, static_cast<std::uint64_t>(count));
        for (std::size_t i = first; i < first + count; ++i) {
          hash = fnv1a_64(hash, characters[i].code_point);
        }
        visit_hash(ngram, hash);
      });
      return;
    }
  }
}

}  // namespace

Subwords::Subwords(SubwordRules rules, SubwordIndex index, MatrixView matrix)
    : rules_(std::move(rules)), index_(index), matrix_(matrix) {}

void Subwords::rows_of(std::string_view word, std::vector<std::uint32_t>& rows) const {
  visit_ngrams(
      rules_, index_, matrix_.rows, word,
      [&](std::string_view, std::optional<std::uint64_t>, std::optional<std::uint32_t> row) {
        if (row) rows.push_back(*row);
      });
}

std::vector<WordNgram> ngrams_of(const Subwords& subwords, std::string_view word) {
  std::vector<WordNgram> ngrams;
  visit_ngrams(subwords.rules(), subwords.index(), subwords.matrix().rows, word,
               [&](std::string_view ngram, std::optional<std::uint64_t> bucket,
                   std::optional<std::uint32_t> row) {
                 ngrams.push_back({std::string(ngram), bucket, row});
               });
  return ngrams;
}

bool Subwords::vector_of(std::string_view word, std::span<float> vector) const {
  std::fill(vector.begin(), vector.end(), 0.0F);
  std::vector<std::uint32_t> rows;
  rows_of(word, rows);
  if (rows.empty()) return false;
  for (const std::uint32_t row : rows) {
    const auto values = matrix_.row(row);
    for (std::size_t i = 0; i < vector.size(); ++i) vector[i] += values[i];
  }
  if (!rules_.unit_length) {
    const auto share = static_cast<float>(1.0 / static_cast<double>(rows.size()));
    for (float& x : vector) x *= share;
    return is_finite(vector);
  }
  double squares = 0;
  for (const float x : vector) squares += static_cast<double>(x) * static_cast<double>(x);
  if (squares == 0) return true;
  const double length = std::sqrt(squares);
  for (float& x : vector) x = static_cast<float>(static_cast<double>(x) / length);
  return is_finite(vector);
}

std::string problem_of(const SubwordRules& rules) {
  const bool is_listed = rules.scheme == SubwordScheme::listed;
  const bool is_floret = rules.scheme == SubwordScheme::floret;
  switch (rules.scheme) {
    case SubwordScheme::fasttext:
    case SubwordScheme::floret:
    case SubwordScheme::finalfusion:
    case SubwordScheme::listed:
      break;
    default:
      return fmt::format("the scheme of the n-grams is {}, expected 0 to 3",
                         static_cast<unsigned>(rules.scheme));
  }
  // floret hashes the word itself too, which may be all.
  if (rules.max_length > kMaxNgramLength || (rules.max_length == 0 && !is_floret)) {
    return fmt::format("the n-grams have up to {} characters, expected {} to {}", rules.max_length,
                       is_floret ? 0 : 1, kMaxNgramLength);
  }
  if (rules.min_length > rules.max_length) {
    return fmt::format("the n-grams have at least {} and at most {} characters", rules.min_length,
                       rules.max_length);
  }
  if (is_listed ? rules.buckets != 0 : rules.buckets == 0 || rules.buckets > kMaxBuckets) {
    return fmt::format("n-grams are hashed to {} buckets, expected {}", rules.buckets,
                       is_listed ? "none, as they are listed" : "1 to 4294967296");
  }
  if (rules.scheme == SubwordScheme::finalfusion && !std::has_single_bit(rules.buckets)) {
    return fmt::format("n-grams are hashed to {} buckets, expected a power of two", rules.buckets);
  }
  if (is_floret && (rules.hash_count == 0 || rules.hash_count > kMaxHashCount)) {
    return fmt::format("an n-gram has {} hashes, expected 1 to {}", rules.hash_count,
                       kMaxHashCount);
  }
  for (const std::string* edge : {&rules.begin, &rules.end}) {
    if (edge->size() > kMaxEdgeBytes) {
      return fmt::format("a mark at a word's edge has {} bytes, expected at most {}", edge->size(),
                         kMaxEdgeBytes);
    }
  }
  return {};
}

}  // namespace wordvec
