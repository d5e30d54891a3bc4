#include "output/embedding_notes.h"

#include <algorithm>

#include "options/query_reports.h"
#include "wordvec/base/exact_word.h"

namespace wordvec::cli {

void EmbeddingNotes::unknown_word(std::string_view word) {
  constexpr std::size_t kMaxNamed = 10;
  // No word of a vocabulary is longer: what two such words begin with tells them apart well enough.
  const std::string_view known_by = word.substr(0, kMaxWordBytes);
  if (of_query_.size() < kMaxNamed &&
      std::find(of_query_.begin(), of_query_.end(), known_by) == of_query_.end()) {
    of_query_.emplace_back(known_by);
  }
  if (named_.size() >= kMaxNamed) return;
  const auto [named, is_new] = named_.try_emplace(std::string(known_by));
  if (is_new) named->second = report_unknown(vocabulary_, word, messages_);
}

void EmbeddingNotes::begin_query() {
  of_query_.clear();
}

ErrorRecord EmbeddingNotes::record_of_unknown(std::string_view query) const {
  ErrorRecord record{std::string(query), QueryError::unknown_word};
  for (const std::string& word : of_query_) {
    const auto named = named_.find(word);
    add_missing(record, word,
                named != named_.end()
                    ? named->second
                    : UnknownWord{exact_word_in_quotes(word) + " is not in the vocabulary", {}});
  }
  return record;
}

void EmbeddingNotes::text(std::uint64_t words, std::uint64_t pad) {
  ++texts_;
  if (words < pad) ++filled_;
  if (words == 0 && empty_++ == 0) first_empty_ = texts_;
}

void EmbeddingNotes::summarize(const TextCounts& counts, const Layout& layout) const {
  if (counts.unknown > 0) {
    messages_.warning("{} of {} words {} not in the vocabulary: {}", counts.unknown, counts.words,
                      counts.unknown == 1 ? "is" : "are",
                      layout.unknown == UnknownWords::skip ? "left out (see --unknown)"
                      : layout.rows_only                   ? "-1 stands for it"
                      : layout.unknown == UnknownWords::zero
                          ? "zeros stand for it"
                          : "the mean of all rows stands for it");
  }
  report_other_forms(counts.other_forms, counts.words, counts.first_other_form,
                     counts.first_other_row, vocabulary_, layout.matching, messages_);
  if (counts.built > 0) {
    messages_.note("the vectors of {} of {} words are built from n-grams", counts.built,
                   counts.words);
  }
  if (counts.cut_texts > 0) {
    messages_.warning("{} of {} texts {} more than {} words, and {} cut (--pad)", counts.cut_texts,
                      texts_, counts.cut_texts == 1 ? "has" : "have", layout.pad,
                      counts.cut_texts == 1 ? "is" : "are");
  }
  if (filled_ > 0) {
    messages_.note("{} of {} texts {} filled up with zeros to {} words (--pad)", filled_, texts_,
                   filled_ == 1 ? "is" : "are", layout.pad);
  }
  if (empty_ > 0) {
    messages_.note("{} of {} texts {} no words{}; the first is text {}", empty_, texts_,
                   empty_ == 1 ? "has" : "have", layout.pooled ? " with a vector: zeros" : "",
                   first_empty_);
  }
}

}  // namespace wordvec::cli
