#include "wordvec/model/word_matching.h"

#include <deque>
#include <mutex>
#include <string>

#include "wordvec/base/utf8.h"
#include "wordvec/model/word_forms.h"

namespace wordvec {

struct WordMatching::Shared {
  struct Of {
    // Where the vocabulary's words lie.
    const char* text = nullptr;
    const std::uint64_t* offsets = nullptr;
    std::size_t rows = 0;
    WordForms forms{};
  };

  std::mutex mutex;
  std::deque<Of> vocabularies;  // one, or the two that are compared
};

WordMatching::WordMatching(Kind kind)
    : kind_(kind), shared_(kind == exact ? nullptr : std::make_shared<Shared>()) {}

const WordForms& WordMatching::forms(const Vocabulary& vocabulary) const {
  const char* const text = vocabulary.text().data();
  const std::uint64_t* const offsets = vocabulary.offsets().data();
  const std::lock_guard lock(shared_->mutex);
  for (const Shared::Of& of : shared_->vocabularies) {
    if (of.text == text && of.offsets == offsets && of.rows == vocabulary.size()) return of.forms;
  }
  Shared::Of& of = shared_->vocabularies.emplace_back();
  of.text = text;
  of.offsets = offsets;
  of.rows = vocabulary.size();
  return of.forms;
}

std::optional<WordMatch> find_word(const Vocabulary& vocabulary, std::string_view word,
                                   const WordMatching& matching) {
  const bool exact = matching.kind() == WordMatching::exact;
  if (auto match = find_word(vocabulary, word, exact)) return match;
  if (exact) return std::nullopt;
  const WordForms& forms = matching.forms(vocabulary);
  std::optional<Row> row = forms.find_equivalent(vocabulary, word);
  if (!row && vocabulary.is_lower_case()) {
    const std::string lower = lower_case(word);
    if (lower != word) row = forms.find_equivalent(vocabulary, lower);
  }
  if (!row && matching.kind() == WordMatching::ignore_case) {
    row = forms.find_any_case(vocabulary, word);
  }
  return row ? std::optional(WordMatch{*row, true}) : std::nullopt;
}

}  // namespace wordvec
