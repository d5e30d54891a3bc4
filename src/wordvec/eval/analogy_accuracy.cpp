#include "wordvec/eval/analogy_accuracy.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "wordvec/eval/analogy_solver.h"
#include "wordvec/eval/word_finder.h"

namespace wordvec {
namespace {

constexpr std::size_t kFirstSections = 5;

void set_kinds(std::vector<SectionAccuracy>& sections, SemanticSections semantic) {
  if (semantic == SemanticSections::first_five) {
    for (std::size_t s = 0; s < sections.size(); ++s) {
      sections[s].kind = s < kFirstSections ? SectionKind::semantic : SectionKind::syntactic;
    }
    return;
  }
  const auto is_syntactic = [](const SectionAccuracy& section) {
    return section.name.starts_with("gram");
  };
  if (std::none_of(sections.begin(), sections.end(), is_syntactic)) return;
  for (SectionAccuracy& section : sections) {
    section.kind = is_syntactic(section) ? SectionKind::syntactic : SectionKind::semantic;
  }
}

// Counts all but the right answers, and gives the questions that can be asked; what is wrong
// without being asked goes to accuracy.wrong.
std::vector<AnsweredAnalogy> find_words(const Embeddings& embeddings,
                                        std::span<const AnalogySection> sections,
                                        const AnalogyProtocol& protocol, std::size_t top_rows,
                                        AnalogyAccuracy& accuracy) {
  WordFinder words(embeddings.vocabulary, protocol.folding, top_rows);
  for (const AnalogySection& section : sections) {
    for (const AnalogyQuestion& question : section.questions) {
      for (const std::string& word : question.words) words.want(word);
    }
  }
  words.search();

  std::vector<AnsweredAnalogy> asked;
  DistinctWords unknown;
  for (std::size_t s = 0; s < sections.size(); ++s) {
    accuracy.sections.push_back({sections[s].name, SectionKind::none, {}, {}});
    AnalogyCounts& counts = accuracy.sections.back().counts;
    std::vector<Outcome>& outcomes = accuracy.sections.back().outcomes;
    counts.bad = sections[s].bad_lines.count;
    for (std::size_t q = 0; q < sections[s].questions.size(); ++q) {
      std::array<std::optional<Row>, 4> rows;
      for (std::size_t w = 0; w < rows.size(); ++w) {
        const std::string& word = sections[s].questions[q].words[w];
        rows[w] = words.find(word);
        if (!rows[w]) unknown.add(word);
      }
      const bool is_known = rows[0] && rows[1] && rows[2] && rows[3];
      if (is_known) {
        const AnalogyRows found{*rows[0], *rows[1], *rows[2], *rows[3]};
        asked.push_back({s, q, found, std::nullopt});
      } else {
        ++counts.unknown;
        if (protocol.unknown_is_wrong) accuracy.wrong.push_back({s, q, std::nullopt, std::nullopt});
      }
      const bool is_counted = is_known || protocol.unknown_is_wrong;
      if (is_counted) ++counts.counted;
      outcomes.push_back(is_counted ? Outcome::wrong : Outcome::not_counted);
    }
  }
  accuracy.unknown_words = std::move(unknown).take();
  accuracy.other_spellings = words.other_spellings();
  return asked;
}

}  // namespace

std::optional<double> AnalogyCounts::accuracy() const noexcept {
  if (counted == 0) return std::nullopt;
  return static_cast<double>(correct) / static_cast<double>(counted);
}

AnalogyCounts& AnalogyCounts::operator+=(const AnalogyCounts& other) noexcept {
  correct += other.correct;
  counted += other.counted;
  unknown += other.unknown;
  bad += other.bad;
  return *this;
}

AnalogyCounts AnalogyAccuracy::total() const noexcept {
  AnalogyCounts counts;
  for (const SectionAccuracy& section : sections) counts += section.counts;
  return counts;
}

AnalogyCounts AnalogyAccuracy::of(SectionKind kind) const noexcept {
  AnalogyCounts counts;
  for (const SectionAccuracy& section : sections) {
    if (section.kind == kind) counts += section.counts;
  }
  return counts;
}

std::vector<PairedOutcomes> pair_sections(const AnalogyAccuracy& first,
                                          const AnalogyAccuracy& second) {
  std::vector<PairedOutcomes> paired;
  for (std::size_t s = 0; s < first.sections.size(); ++s) {
    paired.push_back(pair_outcomes(first.sections[s].outcomes, second.sections[s].outcomes));
  }
  return paired;
}

AnalogyAccuracy evaluate_analogies(const Embeddings& embeddings,
                                   std::span<const AnalogySection> sections,
                                   const AnalogyProtocol& protocol,
                                   const AnalogyEvaluation& evaluation) {
  AnalogyAccuracy accuracy;
  std::vector<AnsweredAnalogy> asked =
      find_words(embeddings, sections, protocol, evaluation.top_rows_of(protocol), accuracy);
  set_kinds(accuracy.sections, protocol.semantic);
  const AnalogySolver solver(embeddings, protocol, evaluation);
  solver.answer(asked);
  for (const AnsweredAnalogy& question : asked) {
    if (question.answer && solver.is_right(*question.answer, question)) {
      SectionAccuracy& section = accuracy.sections[question.section];
      ++section.counts.correct;
      section.outcomes[question.question] = Outcome::right;
    } else {
      accuracy.wrong.push_back(question);
    }
  }
  std::sort(accuracy.wrong.begin(), accuracy.wrong.end(),
            [](const AnsweredAnalogy& x, const AnsweredAnalogy& y) {
              return std::tie(x.section, x.question) < std::tie(y.section, y.question);
            });
  return accuracy;
}

std::vector<std::optional<AnalogyRank>> rank_right_words(const Embeddings& embeddings,
                                                         const AnalogyAccuracy& accuracy,
                                                         const AnalogyProtocol& protocol,
                                                         const AnalogyEvaluation& evaluation) {
  const std::size_t top_rows = evaluation.top_rows_of(protocol);
  const Vocabulary& vocabulary = embeddings.vocabulary;
  WordFinder words(vocabulary, protocol.folding, top_rows);
  for (const AnsweredAnalogy& question : accuracy.wrong) {
    if (!question.rows) continue;
    const auto& [a, b, c, right] = *question.rows;
    for (const Row row : {a, b, c, right}) words.want(vocabulary.word(row));
  }
  words.search();

  std::vector<RankedAnalogy> asked;
  for (const AnsweredAnalogy& question : accuracy.wrong) {
    if (!question.rows) continue;
    const auto& [a, b, c, right] = *question.rows;
    RankedAnalogy ranked{{b, a, c}, {}, {}};
    const std::span<const Row> wanted = words.find_all(vocabulary.word(right));
    ranked.wanted.assign(wanted.begin(), wanted.end());
    for (const Row input : {a, b, c}) {
      ranked.excluded.push_back(input);
      if (protocol.answers == 1) continue;
      const std::span<const Row> cases = words.find_all(vocabulary.word(input));
      ranked.excluded.insert(ranked.excluded.end(), cases.begin(), cases.end());
    }
    asked.push_back(std::move(ranked));
  }
  const auto ranks = analogy_ranks(
      embeddings, asked, {evaluation.method, top_rows, evaluation.threads, evaluation.progress});
  std::vector<std::optional<AnalogyRank>> of_all;
  auto next = ranks.begin();
  for (const AnsweredAnalogy& question : accuracy.wrong) {
    of_all.push_back(question.rows ? *next++ : std::nullopt);
  }
  return of_all;
}

}  // namespace wordvec
