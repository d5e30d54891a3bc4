#include "wordvec/model/word_forms.h"

#include <algorithm>
#include <string>

#include "wordvec/base/word_form.h"

namespace wordvec {
namespace {

// Of rows with one hash. They are spellings of one word, so that more say nothing new.
constexpr std::size_t kMaxCandidates = 64;

std::uint64_t entry_hash(std::string_view word, bool fold_case) {
  const std::uint64_t hash = form_hash(word, fold_case);
  return (hash * 0x9E3779B97F4A7C15) >> 32;
}

}  // namespace

void WordForms::Index::build(const Vocabulary& vocabulary, bool fold_case) {
  fold_case_ = fold_case;
  std::vector<std::uint64_t> entries;
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    const std::string_view word = vocabulary.word(static_cast<Row>(r));
    if (word.size() > kMaxFormBytes || !may_have_other_form(word, fold_case)) continue;
    entries.push_back(entry_hash(word, fold_case) << 32 | r);
  }
  std::sort(entries.begin(), entries.end());
  entries_ = std::move(entries);
}

std::vector<Row> WordForms::Index::find(const Vocabulary& vocabulary, std::string_view word,
                                        std::string_view form, std::string_view seen_form) const {
  std::vector<Row> rows;
  // Words that are spelt in their form are not among the entries.
  for (const std::string_view spelling : {form, seen_form}) {
    if (const auto row = vocabulary.find(spelling)) rows.push_back(*row);
  }
  const std::uint64_t hash = entry_hash(word, fold_case_) << 32;
  auto entry = std::lower_bound(entries_.begin(), entries_.end(), hash);
  for (; entry != entries_.end() && (*entry ^ hash) >> 32 == 0; ++entry) {
    if (rows.size() == kMaxCandidates) break;
    rows.push_back(static_cast<Row>(*entry));
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

const WordForms::Index& WordForms::index(const Vocabulary& vocabulary, bool fold_case) const {
  Index& index = indexes_[fold_case ? 1 : 0];
  std::call_once(built_[fold_case ? 1 : 0], [&] { index.build(vocabulary, fold_case); });
  return index;
}

bool WordForms::Index::may_have(std::string_view word) const {
  if (may_have_other_form(word, fold_case_)) return true;
  const std::uint64_t hash = entry_hash(word, fold_case_) << 32;
  const auto entry = std::lower_bound(entries_.begin(), entries_.end(), hash);
  return entry != entries_.end() && (*entry ^ hash) >> 32 == 0;
}

std::optional<Row> WordForms::find_equivalent(const Vocabulary& vocabulary,
                                              std::string_view word) const {
  // Most words are spelt in one way.
  if (!index(vocabulary, false).may_have(word) && !vocabulary.find(word)) return std::nullopt;
  const std::string composed = word_form(word, WordForm::composed);
  const std::string seen = word_form(word, WordForm::seen);
  if (seen.empty()) return std::nullopt;
  std::optional<Row> equivalent;
  std::optional<Row> alike;
  std::size_t equivalents = 0;
  std::size_t alikes = 0;
  for (const Row row : index(vocabulary, false).find(vocabulary, word, composed, seen)) {
    const std::string_view candidate = vocabulary.word(row);
    if (word_form(candidate, WordForm::seen) != seen) continue;
    alike = row;
    ++alikes;
    if (word_form(candidate, WordForm::composed) != composed) continue;
    equivalent = row;
    ++equivalents;
  }
  if (equivalents > 0) return equivalents == 1 ? equivalent : std::nullopt;
  return alikes == 1 ? alike : std::nullopt;
}

std::optional<Row> WordForms::find_any_case(const Vocabulary& vocabulary,
                                            std::string_view word) const {
  const std::string folded = word_form(word, WordForm::folded);
  const std::string seen = word_form(word, WordForm::seen_folded);
  if (seen.empty()) return std::nullopt;
  std::optional<Row> alike;
  for (const Row row : index(vocabulary, true).find(vocabulary, word, folded, seen)) {
    const std::string_view candidate = vocabulary.word(row);
    if (word_form(candidate, WordForm::folded) == folded) return row;
    if (!alike && word_form(candidate, WordForm::seen_folded) == seen) alike = row;
  }
  return alike;
}

}  // namespace wordvec
