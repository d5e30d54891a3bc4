#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/eval/word_pairs.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

void parse(std::string_view text, const PairColumns& columns) {
  try {
    std::uint64_t line = 0;
    const WordPairs found = parse_word_pairs(text, columns, "pairs");
    require(!found.pairs.empty());
    require(is_valid_utf8(found.bad_lines.first_problem));
    for (const WordPair& pair : found.pairs) {
      require(pair.line > line);
      line = pair.line;
      require(!pair.first.empty() && !pair.second.empty() && std::isfinite(pair.rating));
    }
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
    require(is_valid_utf8(error.what()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse(text, kFirstColumns);
  // The first line as the columns, the rest as the file.
  const std::size_t end = std::min(text.find('\n'), size);
  try {
    parse(text.substr(std::min(end + 1, size)), parse_pair_columns(text.substr(0, end)));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage && is_valid_utf8(error.what()));
  }
  return 0;
}
