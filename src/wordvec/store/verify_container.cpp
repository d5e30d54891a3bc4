#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/index/verify.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_format.h"

namespace wordvec {
namespace {

namespace format = container_format;

// The vocabulary's arrays must agree with each other for every row. `what` one of its words is.
void verify_vocabulary(const Vocabulary& vocabulary, const std::string& what,
                       std::vector<std::string>& problems) {
  constexpr std::size_t kMaxNamed = 5;
  std::size_t wrong = 0;
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    const Row row = static_cast<Row>(r);
    std::string problem;
    try {
      const std::string_view word = vocabulary.word(row);
      const auto found = vocabulary.find(word);
      if (found == row) continue;
      problem = "row " + std::to_string(r) + ": its " + what + " " + in_quotes(word) +
                (found ? " is found at row " + std::to_string(*found)
                       : std::string(" is not in the hash table"));
    } catch (const Error& error) {
      problem = error.message();
    }
    if (++wrong <= kMaxNamed) problems.push_back(std::move(problem));
  }
  if (wrong > kMaxNamed) {
    problems.push_back("and " + std::to_string(wrong - kMaxNamed) + " more " + what +
                       "s like these");
  }
}

// The first word that has an upper-case letter; nullopt: none has.
std::optional<Row> first_with_upper_case(const Vocabulary& vocabulary) {
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    try {
      if (!is_lower_case(vocabulary.word(static_cast<Row>(r)))) return static_cast<Row>(r);
    } catch (const Error&) {
      continue;  // verify_vocabulary() tells
    }
  }
  return std::nullopt;
}

// A vocabulary that is called lower-case is searched by lower-case forms, another is not.
void verify_casing(const Vocabulary& vocabulary, std::vector<std::string>& problems) {
  const std::optional<Row> upper = first_with_upper_case(vocabulary);
  if (upper && vocabulary.is_lower_case()) {
    problems.push_back("the vocabulary is called lower-case, but row " + std::to_string(*upper) +
                       " is " + in_quotes(vocabulary.word(*upper)));
  } else if (!upper && !vocabulary.is_lower_case()) {
    problems.push_back("the vocabulary is called mixed, but no word has an upper-case letter");
  }
}

void verify_norms(const Embeddings& embeddings, std::vector<std::string>& problems) {
  std::size_t wrong = 0;
  std::size_t first_wrong = 0;
  for (std::size_t r = 0; r < embeddings.rows(); ++r) {
    const auto row = embeddings.matrix.row(r);
    float norm = 0;
    compute_norms(row, embeddings.dim(), {&norm, 1});
    const bool finite =
        std::all_of(row.begin(), row.end(), [](float x) { return std::isfinite(x); });
    if (finite && norm == embeddings.norms[r]) continue;
    if (wrong++ == 0) first_wrong = r;
  }
  if (wrong > 0) {
    problems.push_back(std::to_string(wrong) + " rows, the first of them row " +
                       std::to_string(first_wrong) +
                       ", have a stored length that is not theirs, or values that are not finite");
  }
}

// Buckets are found by halving; a vector that is not finite has no direction.
void verify_subwords(const Subwords& subwords, std::vector<std::string>& problems) {
  verify_vocabulary(subwords.index().ngrams, "n-gram", problems);
  const auto buckets = subwords.index().buckets;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const bool falls = i > 0 && buckets[i] <= buckets[i - 1];
    if (!falls && buckets[i] < subwords.rules().buckets) continue;
    problems.push_back("the bucket of n-gram row " + std::to_string(i) + ", " +
                       std::to_string(buckets[i]) +
                       (falls ? ", is not above the one before it"
                              : ", is not below the number of buckets, " +
                                    std::to_string(subwords.rules().buckets)));
    break;
  }
  const auto values = subwords.matrix().values();
  const auto wrong =
      std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (wrong == values.end()) return;
  problems.push_back(
      "the vector of n-gram row " +
      std::to_string(static_cast<std::size_t>(wrong - values.begin()) / subwords.matrix().dim) +
      " has values that are not finite");
}

}  // namespace

std::vector<std::string> Container::verify() const {
  std::vector<std::string> problems;
  for (const Tensor& tensor : header_.tensors) {
    const std::string_view expected =
        header_.metadata_value(std::string(format::kChecksumPrefix) + tensor.name);
    if (tensor.name.starts_with(format::kPaddingPrefix) && expected.empty()) {
      const std::string_view padding = bytes_of(tensor);
      if (std::any_of(padding.begin(), padding.end(), [](char c) { return c != '\0'; })) {
        problems.push_back("tensor " + in_quotes(tensor.name) + " is not all zeros");
      }
      continue;
    }
    if (expected.empty()) {
      problems.push_back("tensor " + in_quotes(tensor.name) + " has no checksum");
      continue;
    }
    Hash128 hash;
    hash.update(std::as_bytes(std::span(bytes_of(tensor))));
    if (const std::string found = hash.hex(); found != expected) {
      problems.push_back("tensor " + in_quotes(tensor.name) + " has the checksum " + found +
                         ", expected " + printable(expected));
    }
  }
  verify_vocabulary(embeddings_.vocabulary, "word", problems);
  verify_casing(embeddings_.vocabulary, problems);
  verify_norms(embeddings_, problems);
  verify_subwords(embeddings_.subwords, problems);
  if (!embeddings_.codes.empty()) {
    for (std::string& problem : verify_codes(embeddings_.codes, embeddings_.matrix.values(), 0)) {
      problems.push_back(std::move(problem));
    }
  }
  const bool in_codes = std::any_of(problems.begin(), problems.end(), [](const std::string& text) {
    return text.find("'scan.") != std::string::npos || text.starts_with("the search codes");
  });
  if (in_codes) problems.emplace_back("`wordvec index --again` makes search codes anew");
  return problems;
}

}  // namespace wordvec
