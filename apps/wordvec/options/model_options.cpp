#include "options/model_options.h"

#include <chrono>

#include "options/refusals.h"
#include "output/conversion_warnings.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/spelling.h"

namespace wordvec::cli {

void ModelOptions::define(CLI::App& app) {
  app.add_option("-m,--model", model_,
                 "A file, or a model's name (default: $WORDVEC_MODEL, the installed default, "
                 "the bundled sample)")
      ->type_name("PATH|NAME");
  file_.define(app, "the model");
}

void ModelOptions::define_case(CLI::App& app) {
  define_exact_case(app, exact_case_);
}

void define_exact_case(CLI::App& app, bool& exact_case) {
  app.add_flag("--exact-case", exact_case, "Do not try the lower-case form of unknown words");
}

Model ModelOptions::open(Context& context, unsigned threads) const {
  if (context.open_model != nullptr) {
    context.model_path = context.open_model->path();
    return *context.open_model;
  }
  return open_model(model_, file_, context, threads);
}

Model open_model(const std::string& name, const FileOptions& file, Context& context,
                 unsigned threads) {
  refuse_second_reader({{name == "-", "the model"}, {file.vocab() == "-", "--vocab"}});
  const auto start = std::chrono::steady_clock::now();
  const FoundModel found = find_model(name, context.model_search);
  ReadOptions options;
  options.threads = threads;
  file.apply(options);
  const Model model = Model::open(found.path, file.format(), options);
  context.model_path = found.path;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  Messages& messages = context.messages;
  if (found.is_sample) {
    messages.note(
        "this is the bundled sample of {} words; `wordvec fetch glove.6B.300d` downloads a real "
        "model, `wordvec convert` takes a file of your own, and --model names it",
        model.embeddings().rows());
  }
  if (model.container() == nullptr) {
    warn_about_rows(model.report(), model.duplicates(), model.first_duplicate(), messages);
    messages.note("reading {} took {:.1f} s; `wordvec convert` makes a file that opens at once",
                  printable(model.name()), seconds.count());
  } else {
    messages.info("{}: {} rows of {} values, {} search codes, opened in {:.3f} ms",
                  printable(found.path), model.embeddings().rows(), model.embeddings().dim(),
                  model.embeddings().codes.empty() ? "without" : "with", seconds.count() * 1000);
  }
  return model;
}

UnknownWord report_unknown(const Vocabulary& vocabulary, std::string_view word, Messages& messages,
                           std::string_view name) {
  constexpr std::size_t kMostSuggestions = 5;
  constexpr std::size_t kMostHelped = 20;  // errors; each search reads the whole vocabulary
  UnknownWord unknown;
  std::string suggestions;
  const std::size_t most = messages.error_count() < kMostHelped ? kMostSuggestions : 0;
  for (const Row row : closest_spellings(vocabulary, word, most)) {
    suggestions += (suggestions.empty() ? "; closest: " : ", ") + printable(vocabulary.word(row));
    unknown.closest.emplace_back(vocabulary.word(row));
  }
  unknown.message = fmt::format("{} is not in {}{}", in_quotes(word), name, suggestions);
  messages.error("{}", unknown.message);
  return unknown;
}

void report_folded(const Vocabulary& vocabulary, std::string_view word, Row row, Messages& messages,
                   std::string_view name) {
  messages.note("{} is not in {}, {} is used (--exact-case turns this off)", in_quotes(word), name,
                in_quotes(vocabulary.word(row)));
}

void report_built(std::string_view word, Messages& messages) {
  messages.note_once("{} is not in the vocabulary: its vector is built from its n-grams",
                     in_quotes(word));
}

}  // namespace wordvec::cli
