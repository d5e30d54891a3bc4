#include "wordvec/model/vocabulary_builder.h"

#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

std::string_view word_at(std::string_view text, const std::vector<std::uint64_t>& offsets,
                         std::size_t row) {
  return text.substr(offsets[row], offsets[row + 1] - offsets[row]);
}

}  // namespace

std::uint64_t VocabularyBuilder::hash(std::string_view word) const noexcept {
  const std::uint64_t word_hash = hash64(word);
  __builtin_prefetch(slots_.data() + (word_hash & (slots_.size() - 1)), 1);
  return word_hash;
}

bool VocabularyBuilder::add(std::string_view word, std::uint64_t word_hash) {
  if (size() >= kMaxRows) {
    throw Error(ErrorCode::malformed,
                "more than " + std::to_string(kMaxRows) + " words, the most that a model can have");
  }
  std::size_t mask = slots_.size() - 1;
  std::size_t slot = word_hash & mask;
  while (slots_[slot] != 0) {
    if (word_at(text_, offsets_, slots_[slot] - 1) == word) return false;
    slot = (slot + 1) & mask;
  }
  if (2 * (size() + 1) > slots_.size()) {
    grow();
    mask = slots_.size() - 1;
    slot = word_hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
  }
  slots_[slot] = static_cast<std::uint32_t>(size() + 1);
  text_ += word;
  offsets_.push_back(text_.size());
  lower_case_ = lower_case_ && wordvec::is_lower_case(word);
  return true;
}

void VocabularyBuilder::grow() {
  std::vector<std::uint32_t> slots(slots_.size() * 2);
  const std::size_t mask = slots.size() - 1;
  for (std::size_t row = 0; row < size(); ++row) {
    std::size_t slot = hash64(word_at(text_, offsets_, row)) & mask;
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = static_cast<std::uint32_t>(row + 1);
  }
  slots_ = std::move(slots);
}

}  // namespace wordvec
