#include "wordvec/model/equivalent_words.h"

#include <algorithm>
#include <utility>

#include "wordvec/base/word_form.h"

namespace wordvec {
namespace {

// Of words with one hash. They are spellings of one word, so that more say nothing new.
constexpr std::size_t kMaxEquivalents = 64;

}  // namespace

void OtherSpellings::add(std::string_view word, std::string_view found) {
  if (count++ > 0) return;
  first = word;
  first_found = found;
}

std::string EquivalentWords::folded(std::string_view word) const {
  return fold_ ? fold_(word) : std::string(word);
}

EquivalentWords::Forms EquivalentWords::forms_of(std::string_view word) const {
  return {folded(word_form(word, WordForm::composed)), folded(word_form(word, WordForm::seen))};
}

std::uint64_t EquivalentWords::hash_of(std::string_view word) const {
  return form_hash(word, fold_ != nullptr);
}

void EquivalentWords::want(std::string_view word) {
  if (word.size() <= kMaxFormBytes) candidates_.try_emplace(hash_of(word));
}

bool EquivalentWords::offer(std::string_view word, std::uint64_t id) {
  if (candidates_.empty() || word.size() > kMaxFormBytes) return false;
  const auto found = candidates_.find(hash_of(word));
  if (found == candidates_.end() || found->second.size() == kMaxEquivalents) return false;
  std::vector<Candidate>& candidates = found->second;
  if (std::any_of(candidates.begin(), candidates.end(),
                  [&](const Candidate& other) { return other.word == word; })) {
    return false;
  }
  candidates.push_back({std::string(word), id});
  return true;
}

std::vector<std::uint64_t> EquivalentWords::find(std::string_view word) const {
  if (word.size() > kMaxFormBytes) return {};
  const auto found = candidates_.find(hash_of(word));
  if (found == candidates_.end() || found->second.empty()) return {};
  const Forms wanted = forms_of(word);
  std::vector<Forms> forms;
  for (const Candidate& candidate : found->second) forms.push_back(forms_of(candidate.word));
  for (std::string Forms::*const form : {&Forms::composed, &Forms::seen}) {
    if ((wanted.*form).empty()) continue;
    std::vector<std::uint64_t> ids;
    std::string spelling;  // of the first, folded
    for (std::size_t i = 0; i < forms.size(); ++i) {
      if (forms[i].*form != wanted.*form) continue;
      const Candidate& candidate = found->second[i];
      std::string other = folded(candidate.word);
      if (ids.empty()) {
        spelling = std::move(other);
      } else if (other != spelling) {
        return {};
      }
      ids.push_back(candidate.id);
    }
    if (!ids.empty()) return ids;
  }
  return {};
}

}  // namespace wordvec
