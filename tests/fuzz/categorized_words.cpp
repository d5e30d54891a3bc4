#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/eval/categories.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const CategoryColumns& columns : {kFirstCategoryColumns, CategoryColumns{"2", "word"}}) {
    try {
      const CategorizedWords found = parse_categorized_words(text, columns, "set");
      require(!found.words.empty());
      require(is_valid_utf8(found.bad_lines.first_problem));
      std::vector<bool> used(found.categories.size());
      for (const CategorizedWord& word : found.words) {
        require(!word.word.empty() && word.line > 0);
        used.at(word.category) = true;
      }
      for (std::size_t c = 0; c < used.size(); ++c) {
        require(used[c] && !found.categories[c].empty());
      }
      const CategoryDoubts doubts = doubts_about(found);
      require(!(doubts.header_is_counted && found.has_header));
    } catch (const Error& error) {
      require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
      require(is_valid_utf8(error.what()));
    }
  }
  return 0;
}
