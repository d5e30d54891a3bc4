#include "options/model_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "options/input_checks.h"
#include "output/conversion_warnings.h"
#include "wordvec/base/exact_word.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/word_form.h"
#include "wordvec/search/query.h"
#include "wordvec/search/spelling.h"

namespace wordvec::cli {

void ModelOptions::define(OptionSet& options) {
  options.add_option("-m,--model PATH|NAME", model_,
                     "A file, or a model's name (default: $WORDVEC_MODEL, the installed default, "
                     "the bundled sample)");
  file_.define(options, "the model");
}

void CaseOptions::define(OptionSet& options) {
  const Option exact = options.add_flag(
      "--exact-case", [this] { matching_ = WordMatching::exact; },
      "Words are the same only as they are spelt: neither another case nor "
      "an equivalent of Unicode is tried");
  options
      .add_flag(
          "--ignore-case", [this] { matching_ = WordMatching::ignore_case; },
          "An unknown word is the first one of the model that differs in case only")
      .excludes(exact);
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

namespace {

bool are_alike(std::string_view a, std::string_view b) {
  const LooseHash of_a = loose_hash(without_marks(a));
  const LooseHash of_b = loose_hash(without_marks(b));
  return of_a.letters > 0 && of_a.letters == of_b.letters && of_a.value == of_b.value;
}

// "'king' and 'queen'"
std::string names_of(const std::vector<std::string>& words) {
  constexpr std::size_t kMaxNamed = 5;
  std::string names;
  const std::size_t named = std::min(words.size(), kMaxNamed);
  for (std::size_t i = 0; i < named; ++i) {
    const bool is_last = i + 1 == words.size();
    names += (i == 0 ? "" : is_last ? " and " : ", ") + exact_word_in_quotes(words[i]);
  }
  return words.size() > named ? names + fmt::format(" and {} more", words.size() - named) : names;
}

// How what was meant is asked.
std::string hint_of_sum(const MeantSum& sum, bool takes_sums) {
  const std::string text = in_quotes(sum.text);
  if (!sum.has_operators && !sum.has_weights) {
    return fmt::format("; {} are: give each by itself{}", names_of(sum.words),
                       takes_sums ? ", or a sum: " + text : std::string());
  }
  if (!takes_sums) return "; sums of words are for `wordvec nearest`: " + text;
  return fmt::format("; operators are + and - between spaces{}{}: {}",
                     sum.has_weights ? ", and weights are numbers before words" : "",
                     sum.has_parentheses ? ", and there are no parentheses" : "", text);
}

// "; closest: queen, been"; the first ones that nobody can tell from `word` by sight, by
// themselves.
std::string suggestions(const Vocabulary& vocabulary, std::string_view word,
                        std::span<const Row> closest) {
  const std::string seen = word_form(word, WordForm::seen);
  std::string same;
  std::string others;
  for (const Row row : closest) {
    const std::string_view suggested = vocabulary.word(row);
    const bool is_same = !seen.empty() && word_form(suggested, WordForm::seen) == seen;
    std::string& list = is_same ? same : others;
    list += (list.empty() ? "" : ", ") + exact_word(suggested);
  }
  std::string text;
  if (!same.empty()) text += "; the vocabulary has it as " + same;
  if (!others.empty()) text += "; closest: " + others;
  return text;
}

// Also puts the closest spellings into `closest_words`, where they are looked for.
std::string help_with(const Vocabulary& vocabulary, std::string_view word, std::string_view query,
                      std::vector<std::string>& closest_words) {
  constexpr std::size_t kMaxSuggestions = 5;
  const bool takes_sums = !query.empty();
  const auto sum = meant_sum(takes_sums ? query : word, vocabulary);
  if (sum && (sum->has_signs || sum->has_weights)) return hint_of_sum(*sum, takes_sums);
  const auto closest = closest_spellings(vocabulary, word, kMaxSuggestions);
  for (const Row row : closest) closest_words.emplace_back(vocabulary.word(row));
  if (!closest.empty() && are_alike(word, vocabulary.word(closest[0]))) {
    return suggestions(vocabulary, word, closest);
  }
  if (sum && !sum->has_operators) return hint_of_sum(*sum, takes_sums);
  if (!closest.empty()) return suggestions(vocabulary, word, closest);
  // A hyphen may have been part of the word.
  return sum && takes_sums ? hint_of_sum(*sum, takes_sums) : std::string();
}

// The two options exclude each other.
std::string_view what_turns_off(const WordMatching& matching) {
  return matching.kind() == WordMatching::ignore_case ? "--exact-case in place of --ignore-case"
                                                      : "--exact-case";
}

}  // namespace

UnknownWord report_unknown(const Vocabulary& vocabulary, std::string_view word, Messages& messages,
                           std::string_view name, std::string_view query) {
  constexpr std::size_t kMaxHelped = 20;  // errors; each search reads the whole vocabulary
  UnknownWord unknown;
  std::string help;
  if (messages.error_count() < kMaxHelped) {
    help = help_with(vocabulary, word, query, unknown.closest);
  }
  unknown.message = fmt::format("{} is not in {}{}", exact_word_in_quotes(word), name, help);
  messages.error("{}", unknown.message);
  return unknown;
}

void report_folded(const Vocabulary& vocabulary, std::string_view word, Row row,
                   const WordMatching& matching, Messages& messages, std::string_view name) {
  messages.note("{} is not in {}, {} is used ({} turns this off)", exact_word_in_quotes(word), name,
                exact_word_in_quotes(vocabulary.word(row)), what_turns_off(matching));
}

void report_other_forms(std::uint64_t count, std::uint64_t words, std::string_view first, Row row,
                        const Vocabulary& vocabulary, const WordMatching& matching,
                        Messages& messages) {
  if (count == 0) return;
  messages.note(
      "{} of {} words {} in the vocabulary by another spelling: {} is {} ({} turns this off)",
      count, words, count == 1 ? "is" : "are", exact_word_in_quotes(first),
      exact_word_in_quotes(vocabulary.word(row)), what_turns_off(matching));
}

void report_other_spellings(const OtherSpellings& spellings, std::string_view what,
                            std::string_view where, std::string_view to_turn_off,
                            Messages& messages, std::string_view prefix) {
  if (spellings.count == 0) return;
  messages.note("{}{} of {} {} in {} by an equivalent spelling only, the first is {}, there {}{}",
                prefix, spellings.count, what, spellings.count == 1 ? "is" : "are", where,
                exact_word_in_quotes(spellings.first), exact_word_in_quotes(spellings.first_found),
                to_turn_off.empty() ? "" : fmt::format(" ({} turns this off)", to_turn_off));
}

void report_built(std::string_view word, Messages& messages) {
  messages.note_once("{} is not in the vocabulary: its vector is built from its n-grams",
                     exact_word_in_quotes(word));
}

}  // namespace wordvec::cli
