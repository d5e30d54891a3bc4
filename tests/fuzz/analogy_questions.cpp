#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/eval/analogy_questions.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

void parse(std::string_view text, const std::optional<std::string>& unnamed) {
  try {
    std::uint64_t line = 0;
    std::size_t questions = 0;
    for (const AnalogySection& section : parse_analogy_questions(text, "set", unnamed)) {
      require(!section.name.empty());
      require((section.bad_lines.count == 0) == section.bad_lines.first_problem.empty());
      questions += section.questions.size();
      for (const AnalogyQuestion& question : section.questions) {
        require(question.line > line);
        line = question.line;
        for (const std::string& word : question.words) {
          require(!word.empty() && word.find_first_of(" \t\n\r") == std::string::npos);
          require(text.find(word) != std::string_view::npos);
        }
      }
    }
    require(questions > 0);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
    require(is_valid_utf8(error.what()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse(text, std::nullopt);
  parse(text, "file");
  return 0;
}
