#include "wordvec/eval/analogy_protocol.h"

#include <array>
#include <vector>

#include <fmt/ranges.h>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"

namespace wordvec {
namespace {

// Read from the programs' sources.
constexpr std::array<AnalogyProtocol, 4> kProtocols = {{
    // KeyedVectors.evaluate_word_analogies() with its defaults.
    {.name = "gensim",
     .summary = "words are the same in upper case, questions with unknown words are not counted, "
                "the answer is the first of five that is no input in any case",
     .folding = CaseFolding::upper,
     .top_rows = 300'000,
     .answers = 5},
    // compute-accuracy with the threshold that its demo gives it; by itself it has none.
    {.name = "word2vec",
     .summary = "words are the same in upper case (ASCII), questions with unknown words are not "
                "counted, an input in another case can be the answer, which is wrong",
     .folding = CaseFolding::ascii_upper,
     .top_rows = 30'000,
     .score_is_positive = true,
     .semantic = SemanticSections::first_five},
    // eval/python/evaluate.py.
    {.name = "glove",
     .summary = "words are as they stand, questions with unknown words are not counted",
     .file_is_section = true,
     .semantic = SemanticSections::first_five},
    {.name = "strict",
     .summary = "words are as they stand, questions with unknown words are wrong, and a line that "
                "is no question is an error",
     .unknown_is_wrong = true,
     .bad_line_is_error = true},
}};

}  // namespace

std::span<const AnalogyProtocol> analogy_protocols() {
  return kProtocols;
}

const AnalogyProtocol& find_analogy_protocol(const std::string& name) {
  std::vector<std::string> names;
  for (const AnalogyProtocol& protocol : kProtocols) {
    if (protocol.name == name) return protocol;
    names.emplace_back(protocol.name);
  }
  throw Error(ErrorCode::usage,
              fmt::format("unknown counting {}{}, expected one of {}", in_quotes(name),
                          did_you_mean(name, names), fmt::join(names, ", ")));
}

}  // namespace wordvec
