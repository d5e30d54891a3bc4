#include "options/closer_options.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "options/numbers.h"
#include "options/query_reports.h"
#include "options/row_order_warning.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/search/query.h"
#include "wordvec/search/similarity.h"

namespace wordvec::cli {

void CloserOptions::define(OptionSet& options) {
  options.add_words("A B", words_, "Two words, or pairs of words, each as it is; - reads lines");
  options.add_number(
      "--top-rows N", top_rows_, whole_number(1),
      "Only words among the first N rows count (in most files: the most frequent words)");
  model_.define(options);
  model_.define_case(options);
  output_.define(options);
  run_.define(options);
}

int CloserOptions::answer(
    Context& context, const std::function<void(const CloserWords&, const Vocabulary&)>& each,
    const std::function<void(const ErrorRecord&, const WordLine&)>& unanswered,
    const std::function<void()>& flush) const {
  const Model model = model_.open(context, run_.threads());
  const Embeddings& embeddings = model.embeddings();
  warn_of_row_order(model, top_rows_, "--top-rows", context.messages);
  WordLines lines(words_, 2, "pairs: an even number", "", model);
  int status = kAllAnswered;
  while (const auto batch = lines.next_batch()) {
    struct Asked {
      const WordLine* pair = nullptr;
      std::vector<ResolvedTerm> terms;
      std::vector<Row> excluded;
      std::optional<ErrorRecord> error;
    };
    std::vector<Asked> asked;
    for (const WordLine& pair : *batch) {
      Asked& next = asked.emplace_back();
      next.pair = &pair;
      try {
        if (pair.words.size() != 2) {
          throw Error(ErrorCode::query, fmt::format("found {} {}, expected two", pair.words.size(),
                                                    pair.words.size() == 1 ? "word" : "words"));
        }
        ErrorRecord missing{pair.line.text};
        next.terms = resolve_words(pair.words, embeddings, model_.matching(), context.messages,
                                   status, missing);
        if (!missing.words.empty()) {
          next.error = std::move(missing);
          continue;
        }
        for (const ResolvedTerm& term : next.terms) length_of(embeddings, term);
        next.excluded = rows_of({next.terms.data(), 1});
      } catch (const Error& error) {
        next.error = lines.report_bad(error, pair, context.messages, status);
      }
    }
    NearestOptions options;
    options.k = k_;
    options.top_rows = top_rows_;
    options.threads = asked.size() > 1 ? 1 : run_.threads();
    // A hundred thousand closer words a pair are much, many times.
    constexpr std::size_t kAtOnce = 64;
    for (std::size_t first = 0; first < asked.size(); first += kAtOnce) {
      std::vector<CloserWords> answers(std::min(kAtOnce, asked.size() - first));
      parallel_for(threads_or_default(run_.threads()), answers.size(), [&](std::size_t i) {
        const Asked& pair = asked[first + i];
        if (pair.error) return;
        const auto to = vector_of(embeddings, pair.terms[0]);
        const auto than = vector_of(embeddings, pair.terms[1]);
        answers[i] = {pair.pair, similarity(Measure::cosine, to, than),
                      closer(embeddings, {{to, pair.excluded}, than}, options)};
      });
      for (std::size_t i = 0; i < answers.size(); ++i) {
        if (const Asked& pair = asked[first + i]; pair.error) {
          unanswered(*pair.error, *pair.pair);
        } else {
          each(answers[i], embeddings.vocabulary);
        }
      }
    }
    flush();
  }
  return status;
}

}  // namespace wordvec::cli
