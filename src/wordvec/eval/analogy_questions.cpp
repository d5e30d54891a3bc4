#include "wordvec/eval/analogy_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "wordvec/base/error.h"

namespace wordvec {
namespace {

// Of a line that begins a section. A question may begin with a word like ":)".
bool is_section(std::span<const std::string_view> words) {
  return words.front() == ":" || (words.size() == 1 && words.front().front() == ':');
}

}  // namespace

std::vector<AnalogySection> parse_analogy_questions(std::string_view text, const std::string& path,
                                                    const std::optional<std::string>& unnamed) {
  std::vector<AnalogySection> sections;
  DatasetLines lines(text);
  while (const auto next = lines.next()) {
    const std::string_view line = trimmed(*next);
    if (line.empty()) continue;
    const std::vector<std::string_view> words = split_at_blanks(line);
    if (is_section(words)) {
      const std::string_view name = trimmed(line.substr(1));
      if (name.empty()) {
        throw Error::at_line(path, lines.number(),
                             "found a section without a name, expected `: NAME`");
      }
      sections.push_back({std::string(name), {}, {}});
      continue;
    }
    if (sections.empty()) {
      if (!unnamed) {
        throw Error::at_line(path, lines.number(),
                             "found a question before the first section, expected a line "
                             "`: NAME` above it");
      }
      sections.push_back({*unnamed, {}, {}});
    }
    AnalogyQuestion question;
    if (words.size() != question.words.size()) {
      sections.back().bad_lines.add(
          lines.number(), fmt::format("found {} {}, expected {}", words.size(),
                                      words.size() == 1 ? "word" : "words", question.words.size()));
      continue;
    }
    std::copy(words.begin(), words.end(), question.words.begin());
    question.line = lines.number();
    sections.back().questions.push_back(std::move(question));
  }
  const bool is_empty =
      std::all_of(sections.begin(), sections.end(),
                  [](const AnalogySection& section) { return section.questions.empty(); });
  const auto bad =
      std::find_if(sections.begin(), sections.end(),
                   [](const AnalogySection& section) { return section.bad_lines.count > 0; });
  if (is_empty && bad != sections.end()) {
    throw Error::at_line(path, bad->bad_lines.first_line,
                         bad->bad_lines.first_problem + ", and no other line is a question");
  }
  if (is_empty) {
    throw Error(ErrorCode::malformed,
                "found no question, expected lines of four words under lines `: NAME`", path);
  }
  return sections;
}

}  // namespace wordvec
