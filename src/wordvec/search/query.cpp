#include "wordvec/search/query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/base/word_form.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

// A sum of unit vectors below this share of their weights is what rounding left of zero.
constexpr double kZeroShare = 1e-12;
constexpr double kMinWeight = 1e-30;
constexpr double kMaxWeight = 1e30;

double vector_length(std::span<const float> vector) noexcept {
  return std::sqrt(simd::active().dot(vector.data(), vector.data(), vector.size()));
}

// Of a vector that has a direction.
bool is_length(double length) noexcept {
  return length > 0 && std::isfinite(length);
}

// 0: `text` is no operator.
double sign_of(std::string_view text) {
  static constexpr std::string_view kPlus[] = {"+", "\uFF0B", "\uFE62"};
  // Minus; hyphen, non-breaking hyphen, figure, en and em dash, bar; small and full-width.
  static constexpr std::string_view kMinus[] = {"-",      "\u2212", "\u2010", "\u2011", "\u2012",
                                                "\u2013", "\u2014", "\u2015", "\uFE63", "\uFF0D"};
  if (std::find(std::begin(kPlus), std::end(kPlus), text) != std::end(kPlus)) return 1;
  return std::find(std::begin(kMinus), std::end(kMinus), text) != std::end(kMinus) ? -1 : 0;
}

bool is_times(std::string_view text) {
  static constexpr std::string_view kTimes[] = {"*", "\u00D7", "\u00B7", "\u22C5", "\u2217"};
  return std::find(std::begin(kTimes), std::end(kTimes), text) != std::end(kTimes);
}

bool is_over(std::string_view text) {
  static constexpr std::string_view kOver[] = {"/", "\u00F7", "\u2044", "\u2215"};
  return std::find(std::begin(kOver), std::end(kOver), text) != std::end(kOver);
}

// Of an operator: it is no hyphen or dash, which a word may begin with.
bool is_minus_sign(std::string_view text) {
  return text == "\u2212" || text == "\uFE63" || text == "\uFF0D";
}

// The first character of `text`, which is not empty.
std::string_view first_character(std::string_view text) {
  return text.substr(0, decode_utf8(text).size_bytes);
}

bool is_space(std::string_view character) {
  if (character == " " || character == "\t") return true;
  if (character.size() == 1) return false;
  const Utf8Char c = decode_utf8(character);
  return c.valid && is_wide_space(c.code_point);
}

std::vector<std::string_view> split_at_spaces(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size();) {
    const std::string_view character =
        i < text.size() ? first_character(text.substr(i)) : std::string_view(" ");
    if (is_space(character)) {
      if (i > begin) parts.push_back(text.substr(begin, i - begin));
      begin = i + character.size();
    }
    i += character.size();
  }
  return parts;
}

// "0.5", also with a typographic minus; nullopt where the text is no finite number.
std::optional<double> weight_of(std::string_view text) {
  double sign = 1;
  if (!text.empty() && static_cast<unsigned char>(text[0]) >= 0x80) {
    const std::string_view first = first_character(text);
    if (sign_of(first) != -1) return std::nullopt;
    text.remove_prefix(first.size());
    if (text.starts_with('-')) return std::nullopt;
    sign = -1;
  }
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && std::isfinite(weight) ? std::optional(sign * weight) : std::nullopt;
}

// "0.5 paris" → 0.5, "paris"; nullopt when the text does not start with a number and a space.
std::optional<Term> split_weight(std::string_view text) {
  const std::vector<std::string_view> parts = split_at_spaces(text);
  if (parts.size() < 2) return std::nullopt;
  const auto weight = weight_of(parts[0]);
  if (!weight) return std::nullopt;
  const auto word_begin = static_cast<std::size_t>(parts[1].data() - text.data());
  return Term{*weight, std::string(text.substr(word_begin))};
}

Term parse_term(double sign, std::string_view text, const Vocabulary& vocabulary) {
  if (!vocabulary.find(text)) {
    if (auto term = split_weight(text)) {
      const double size = std::abs(term->weight);
      if (size != 0 && (size < kMinWeight || size > kMaxWeight)) {
        throw Error(ErrorCode::query, "a weight is out of range, expected 1e-30 to 1e30");
      }
      term->weight *= sign;
      return *std::move(term);
    }
  }
  return {sign, std::string(text)};
}

// What a text is made of where spaces and operators separate.
struct Piece {
  enum class Kind { word, plus, minus, times, over, open, close };

  Kind kind = Kind::word;
  std::string_view text;
  bool after_space = false;
  bool before_space = false;
};

constexpr std::size_t kMaxMeantBytes = 256;

Piece::Kind kind_of(std::string_view character) {
  using enum Piece::Kind;
  if (const double sign = sign_of(character); sign != 0) return sign > 0 ? plus : minus;
  if (is_times(character)) return times;
  if (is_over(character)) return over;
  if (character == "(" || character == "\uFF08") return open;
  if (character == ")" || character == "\uFF09") return close;
  return word;
}

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  bool after_space = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view character = first_character(text.substr(i));
    i += character.size();
    if (is_space(character)) {
      if (!pieces.empty()) pieces.back().before_space = true;
      after_space = true;
      continue;
    }
    const Piece::Kind kind = kind_of(character);
    const bool goes_on = kind == Piece::Kind::word && !pieces.empty() &&
                         pieces.back().kind == Piece::Kind::word && !pieces.back().before_space;
    if (goes_on) {
      std::string_view& word = pieces.back().text;
      word = {word.data(), word.size() + character.size()};
    } else {
      pieces.push_back({kind, character, after_space, false});
    }
    after_space = false;
  }
  if (!pieces.empty()) pieces.back().before_space = true;
  return pieces;
}

// Reads the pieces of a text from left to right.
class SumReader {
 public:
  SumReader(std::span<const Piece> pieces, const Vocabulary& vocabulary)
      : pieces_(pieces), vocabulary_(vocabulary) {}

  std::optional<MeantSum> read() {
    while (at_ < pieces_.size()) {
      if (!read_term()) return std::nullopt;
    }
    if (!groups_.empty()) return std::nullopt;
    if (sum_.has_parentheses && !sum_.has_operators) return std::nullopt;
    if (sum_.words.size() < 2 && !sum_.has_weights && !has_minus_sign_) return std::nullopt;
    return std::move(sum_);
  }

 private:
  using Kind = Piece::Kind;

  bool is(Kind kind) const { return at_ < pieces_.size() && pieces_[at_].kind == kind; }

  bool read_term() {
    bool minus = !groups_.empty() && groups_.back();
    minus = read_sign() != minus;
    while (is(Kind::open)) {
      ++at_;
      sum_.has_parentheses = true;
      groups_.push_back(minus);
      minus = read_sign() != minus;
    }
    std::string weight = read_number();
    if (!weight.empty() && is(Kind::times)) {
      ++at_;
      sum_.has_operators = sum_.has_signs = true;
    }
    const std::string word = read_word();
    if (word.empty()) return false;
    if (weight.empty() && is(Kind::times)) {
      ++at_;
      sum_.has_operators = sum_.has_signs = true;
      weight = read_number();
      if (weight.empty()) return false;
    }
    if (is(Kind::over)) {
      ++at_;
      weight = quotient(weight, read_number());
      // Of 9/11 the 9 is no word.
      if (weight.empty() || weight_of(word)) return false;
      sum_.has_operators = sum_.has_signs = true;
    }
    for (; is(Kind::close); ++at_) {
      if (groups_.empty()) return false;
      groups_.pop_back();
    }
    const bool is_first = sum_.words.empty();
    sum_.text += is_first ? (minus ? "- " : "") : (minus ? " - " : " + ");
    if (!weight.empty()) {
      sum_.text += weight + ' ';
      sum_.has_weights = true;
    }
    sum_.text += word;
    sum_.words.push_back(word);
    return true;
  }

  // Whether a sign stands here, and is a minus.
  bool read_sign() {
    if (!is(Kind::plus) && !is(Kind::minus)) return false;
    const Piece& sign = pieces_[at_++];
    const bool is_minus = sign.kind == Kind::minus;
    has_minus_sign_ = has_minus_sign_ || is_minus_sign(sign.text);
    sum_.has_operators = true;
    sum_.has_signs = sum_.has_signs || !is_minus || sign.after_space || sign.before_space;
    return is_minus;
  }

  // `weight`, or 1 where that is "", divided by a number, to four digits; "": that is no weight.
  static std::string quotient(const std::string& weight, const std::string& divisor) {
    const auto by = weight_of(divisor);
    if (!by) return {};
    const double value = (weight.empty() ? 1 : *weight_of(weight)) / *by;
    if (!(std::abs(value) >= kMinWeight && std::abs(value) <= kMaxWeight)) return {};
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4);
    return {text.data(), end.ptr};
  }

  // A number that has a word after it, or stands after "times" or "over"; "": there is none.
  std::string read_number() {
    if (!is(Kind::word)) return {};
    std::string number(pieces_[at_].text);
    // "0,5", but "50,000" is none.
    const std::size_t comma = number.find(',');
    if (comma != std::string::npos && number.size() - comma != 4) number[comma] = '.';
    const bool is_before = at_ + 1 < pieces_.size() && (pieces_[at_ + 1].kind == Kind::word ||
                                                        pieces_[at_ + 1].kind == Kind::times);
    const bool is_after =
        at_ > 0 && (pieces_[at_ - 1].kind == Kind::times || pieces_[at_ - 1].kind == Kind::over);
    if (!(is_before || is_after) || !weight_of(number)) return {};
    ++at_;
    return number;
  }

  // The longest word that begins here; "": none does.
  std::string read_word() {
    constexpr std::size_t kMaxJoined = 8;
    for (std::size_t n = std::min(kMaxJoined, pieces_.size() - at_); n > 0; --n) {
      const char* const begin = pieces_[at_].text.data();
      const std::string_view last = pieces_[at_ + n - 1].text;
      const std::string_view word(begin,
                                  static_cast<std::size_t>(last.data() + last.size() - begin));
      if (!may_end_word(pieces_[at_].kind, n) || !may_end_word(pieces_[at_ + n - 1].kind, n)) {
        continue;
      }
      if (!find_word(vocabulary_, word, false)) continue;
      at_ += n;
      return std::string(word);
    }
    return {};
  }

  // What a word of `n` pieces may begin and end with: "(", but not by itself, and no operator.
  static bool may_end_word(Kind kind, std::size_t n) {
    return kind == Kind::word ||
           (n > 1 && (kind == Kind::over || kind == Kind::open || kind == Kind::close));
  }

  std::span<const Piece> pieces_;
  const Vocabulary& vocabulary_;
  std::size_t at_ = 0;
  std::vector<bool> groups_;  // parentheses that are open: whether what they hold is subtracted
  bool has_minus_sign_ = false;
  MeantSum sum_;
};

}  // namespace

std::optional<MeantSum> meant_sum(std::string_view text, const Vocabulary& vocabulary) {
  if (text.size() > kMaxMeantBytes) return std::nullopt;
  const std::vector<Piece> pieces = pieces_of(text);
  return SumReader(pieces, vocabulary).read();
}

bool is_operator(std::string_view text) {
  return sign_of(text) != 0;
}

Query parse_query(std::string_view text, const Vocabulary& vocabulary) {
  if (vocabulary.find(text)) return {{{1, std::string(text)}}, std::string(text)};
  const std::vector<std::string_view> parts = split_at_spaces(text);
  if (parts.empty()) throw Error(ErrorCode::query, "the query is empty");

  Query query;
  query.text = text;
  double sign = 1;
  std::size_t next = 0;
  if (is_operator(parts[0]) && parts.size() > 1) {
    sign = sign_of(parts[0]);
    next = 1;
  }
  for (;;) {
    if (next == parts.size()) {
      throw Error(ErrorCode::query,
                  "query " + in_quotes(text) + ": there is no word after the last '+' or '-'");
    }
    // An operator in a word's place is a word: "king + -" adds the word "-".
    std::size_t end = next + 1;
    while (end < parts.size() && !is_operator(parts[end])) ++end;
    const char* const term_begin = parts[next].data();
    const char* const term_end = parts[end - 1].data() + parts[end - 1].size();
    query.terms.push_back(parse_term(
        sign, {term_begin, static_cast<std::size_t>(term_end - term_begin)}, vocabulary));
    if (end == parts.size()) return query;
    sign = sign_of(parts[end]);
    next = end + 1;
  }
}

std::vector<std::string> join_query_arguments(std::span<const std::string> arguments) {
  std::vector<std::string> queries;
  const bool has_operator = std::any_of(arguments.begin(), arguments.end(), is_operator);
  bool join_next = false;
  for (const std::string& argument : arguments) {
    const bool joins = is_operator(argument);
    if (queries.empty() || (!joins && !join_next)) {
      queries.push_back(argument);
    } else {
      queries.back() += ' ' + argument;
    }
    join_next = joins || (has_operator && weight_of(argument));
  }
  return queries;
}

ResolvedQuery resolve(const Query& query, const Embeddings& embeddings, bool exact_case) {
  return resolve(query, embeddings,
                 WordMatching(exact_case ? WordMatching::exact : WordMatching::usual));
}

ResolvedQuery resolve(const Query& query, const Embeddings& embeddings,
                      const WordMatching& matching) {
  ResolvedQuery resolved;
  resolved.text = query.text;
  for (const Term& term : query.terms) {
    if (const auto match = find_word(embeddings.vocabulary, term.word, matching)) {
      if (match->case_folded) resolved.folded.push_back({term.word, match->row});
      resolved.terms.push_back({term.weight, match->row, term.word});
      continue;
    }
    if (!embeddings.subwords.empty()) {
      std::vector<float> vector(embeddings.dim());
      if (embeddings.subwords.vector_of(term.word, vector)) {
        resolved.terms.push_back({term.weight, std::nullopt, term.word, std::move(vector)});
        continue;
      }
    }
    resolved.unknown.push_back(term.word);
  }
  return resolved;
}

std::vector<Row> rows_of(std::span<const ResolvedTerm> terms) {
  std::vector<Row> rows;
  for (const ResolvedTerm& term : terms) {
    if (term.row) rows.push_back(*term.row);
  }
  return rows;
}

std::string_view word_of(const Embeddings& embeddings, const ResolvedTerm& term) {
  return term.row ? embeddings.vocabulary.word(*term.row) : std::string_view(term.word);
}

std::string_view asked_word_of(const Embeddings& embeddings, const ResolvedTerm& term) {
  return term.word.empty() ? word_of(embeddings, term) : std::string_view(term.word);
}

std::span<const float> vector_of(const Embeddings& embeddings, const ResolvedTerm& term) noexcept {
  return term.row ? embeddings.matrix.row(*term.row) : std::span<const float>(term.vector);
}

double length_of(const Embeddings& embeddings, const ResolvedTerm& term) {
  const double length = vector_length(vector_of(embeddings, term));
  if (is_length(length)) return length;
  throw NoDirectionError(why_no_direction(embeddings, term));
}

bool has_direction(const Embeddings& embeddings, const ResolvedTerm& term) noexcept {
  return is_length(vector_length(vector_of(embeddings, term)));
}

std::string why_no_direction(const Embeddings& embeddings, const ResolvedTerm& term) {
  const double length = vector_length(vector_of(embeddings, term));
  if (is_length(length)) return {};
  return "the vector of " + in_quotes(word_of(embeddings, term)) +
         (length == 0 ? " is all zeros" : " is not finite") + ": it has no direction";
}

std::vector<float> query_vector(const Embeddings& embeddings, std::span<const ResolvedTerm> terms) {
  const simd::Kernels& kernels = simd::active();
  const std::size_t dim = embeddings.dim();
  std::vector<double> sum(dim);
  double total_weight = 0;
  for (const ResolvedTerm& term : terms) {
    const auto vector = vector_of(embeddings, term);
    const double length = length_of(embeddings, term);
    if (terms.size() == 1 && term.weight == 1) return {vector.begin(), vector.end()};
    kernels.axpy(term.weight / length, vector.data(), sum.data(), dim);
    total_weight += std::abs(term.weight);
  }
  double squared_length = 0;
  for (const double x : sum) squared_length += x * x;
  const double length = std::sqrt(squared_length);
  if (!(length > kZeroShare * total_weight) || !std::isfinite(length)) {
    throw NoDirectionError("the terms add up to zero, which has no direction");
  }
  std::vector<float> vector(dim);
  for (std::size_t i = 0; i < dim; ++i) vector[i] = static_cast<float>(sum[i] / length);
  return vector;
}

}  // namespace wordvec
