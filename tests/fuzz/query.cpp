#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/search/query.h"
#include "wordvec/search/spelling.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

const Embeddings& model() {
  static const Embeddings embeddings = [] {
    static MemoryRows memory;
    const std::vector<std::string_view> words = {"king",    "man",   "-",    "+",    "new york",
                                                 "5 stars", ". . .", "zero", "könig"};
    const std::vector<float> vectors = {1,   2,  3,  4,  5,  -6, 7, 8, 9,
                                        -10, 11, 12, 13, 14, 0,  0, 1, 1};
    memory.begin(2, std::nullopt);
    memory.append({2, words, vectors});
    return memory.view();
  }();
  return embeddings;
}

void ask(std::string_view text) {
  const Embeddings& embeddings = model();
  try {
    const Query query = parse_query(text, embeddings.vocabulary);
    require(!query.terms.empty());
    for (const Term& term : query.terms) {
      require(!term.word.empty() && std::isfinite(term.weight));
    }
    const ResolvedQuery resolved = resolve(query, embeddings, false);
    require(resolved.terms.size() + resolved.unknown.size() == query.terms.size());
    for (const std::string& word : resolved.unknown) {
      require(closest_spellings(embeddings.vocabulary, word, 3).size() <= 3);
    }
    if (!resolved.unknown.empty()) return;
    for (const float x : query_vector(embeddings, resolved.terms)) require(std::isfinite(x));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::query);
    require(is_valid_utf8(error.what()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ask(text);
  // The same as arguments of a command line, one a line.
  std::vector<std::string> arguments;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    arguments.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const auto queries = join_query_arguments(arguments);
  require(queries.size() <= arguments.size());
  for (const std::string& query : queries) ask(query);
  require(is_valid_utf8(printable(text)));
  require(in_quotes(text, 10).size() < 100);
  return 0;
}
