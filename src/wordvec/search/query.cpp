#include "wordvec/search/query.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

// A sum of unit vectors below this share of their weights is what rounding left of zero.
constexpr double kZeroShare = 1e-12;
constexpr double kLeastWeight = 1e-30;
constexpr double kMostWeight = 1e30;

double length_of(std::span<const float> vector) noexcept {
  return std::sqrt(simd::active().dot(vector.data(), vector.data(), vector.size()));
}

// Of a vector that has a direction.
bool is_length(double length) noexcept {
  return length > 0 && std::isfinite(length);
}

bool is_operator(std::string_view text) {
  return text == "+" || text == "-";
}

std::vector<std::string_view> split_at_spaces(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \t", i), text.size());
    parts.push_back(text.substr(i, end - i));
    i = end;
  }
  return parts;
}

// "0.5 paris" → 0.5, "paris"; nullopt when the text does not start with a number and a space.
std::optional<Term> split_weight(std::string_view text) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const auto used = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || !std::isfinite(weight) || used >= text.size()) return std::nullopt;
  const std::size_t word_begin = text.find_first_not_of(" \t", used);
  if (word_begin == used || word_begin == std::string_view::npos) return std::nullopt;
  return Term{weight, std::string(text.substr(word_begin))};
}

Term parse_term(double sign, std::string_view text, const Vocabulary& vocabulary) {
  if (!vocabulary.find(text)) {
    if (auto term = split_weight(text)) {
      const double size = std::abs(term->weight);
      if (size != 0 && (size < kLeastWeight || size > kMostWeight)) {
        throw Error(ErrorCode::query, "a weight is out of range, expected 1e-30 to 1e30");
      }
      term->weight *= sign;
      return *std::move(term);
    }
  }
  return {sign, std::string(text)};
}

}  // namespace

Query parse_query(std::string_view text, const Vocabulary& vocabulary) {
  if (vocabulary.find(text)) return {{{1, std::string(text)}}};
  const std::vector<std::string_view> parts = split_at_spaces(text);
  if (parts.empty()) throw Error(ErrorCode::query, "the query is empty");

  Query query;
  double sign = 1;
  std::size_t next = 0;
  if (is_operator(parts[0]) && parts.size() > 1) {
    sign = parts[0] == "-" ? -1 : 1;
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
    sign = parts[end] == "-" ? -1 : 1;
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
    join_next = joins || (has_operator && parse_number<double>(argument));
  }
  return queries;
}

ResolvedQuery resolve(const Query& query, const Embeddings& embeddings, bool exact_case) {
  ResolvedQuery resolved;
  for (const Term& term : query.terms) {
    if (const auto match = find_word(embeddings.vocabulary, term.word, exact_case)) {
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

std::string_view word_of(const Embeddings& embeddings, const ResolvedTerm& term) noexcept {
  return term.row ? embeddings.vocabulary.word(*term.row) : std::string_view(term.word);
}

std::string_view asked_word_of(const Embeddings& embeddings, const ResolvedTerm& term) noexcept {
  return term.word.empty() ? word_of(embeddings, term) : std::string_view(term.word);
}

std::span<const float> vector_of(const Embeddings& embeddings, const ResolvedTerm& term) noexcept {
  return term.row ? embeddings.matrix.row(*term.row) : std::span<const float>(term.vector);
}

double length_of(const Embeddings& embeddings, const ResolvedTerm& term) {
  const double length = length_of(vector_of(embeddings, term));
  if (is_length(length)) return length;
  throw NoDirectionError(why_no_direction(embeddings, term));
}

bool has_direction(const Embeddings& embeddings, const ResolvedTerm& term) noexcept {
  return is_length(length_of(vector_of(embeddings, term)));
}

std::string why_no_direction(const Embeddings& embeddings, const ResolvedTerm& term) {
  const double length = length_of(vector_of(embeddings, term));
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
