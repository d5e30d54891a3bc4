#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/eval/outliers.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const OutlierTopic topic = parse_outlier_topic(text, "topic", "set");
    require(topic.words.size() >= 2 && !topic.outliers.empty());
    for (const auto* part : {&topic.words, &topic.outliers}) {
      require(std::set<std::string>(part->begin(), part->end()).size() == part->size());
      for (const std::string& word : *part) {
        require(!word.empty() && text.find(word) != std::string_view::npos);
      }
    }
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed && is_valid_utf8(error.what()));
  }
  return 0;
}
