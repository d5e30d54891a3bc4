#include <algorithm>
#include <memory>
#include <optional>

#include "commands/eval.h"
#include "options/choices.h"
#include "options/eval_options.h"
#include "options/eval_topic.h"
#include "options/model_options.h"
#include "options/query_reports.h"
#include "output/row_writer.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/quote.h"
#include "wordvec/eval/categories.h"
#include "wordvec/eval/dataset_fields.h"
#include "wordvec/formats/known_kind.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kEvalCategoriesExamples =
    "  wordvec eval categories battig.tsv\n"
    "  wordvec eval categories bless.csv --columns concept,class --unknown mean\n"
    "  wordvec eval categories battig.tsv --out words.csv           each word, with its cluster\n";

constexpr std::string_view kEvalCategoriesDetails =
    R"(A FILE has a word and its category a line, between tabs, commas or semicolons: whichever
gives most lines these, and the first of them where several do; or between blanks, where these do
so for more than twice as many lines (words may have blanks). Lines that begin with # and a blank
are passed over, and others that begin with # unless they look like the rest; so is a first line of
the names `word` and `category`, or of those that --columns gives.
The words' vectors are divided into as many clusters as there are categories, by k-means of unit
vectors: the best of 8 (large sets) to 200 starts, which the order of the lines does not change.
Every line counts, also of a word that is there more than once or of several categories, which a
note names. Purity is the share of the words that are of the most frequent category of their cluster. An
unknown word: skip leaves it out, mean puts the mean of the first --top-rows vectors in its place.
(The word embedding benchmarks of Jastrzebski et al. 2017 take the best of k-means and
agglomerative clusterings of the vectors as they are, and the mean of all vectors for an unknown
word.)
--out has a row a line of FILE: the word, its category, the number of its cluster (1 is the
largest; empty where the word is left out), and its status: counted, unknown, or no-direction (its
vector is all zeros). Several -m have rows of their own, and no test of their difference: purity is
of clusters, not of words that each model gets right or wrong.
)";

class EvalCategories final : public EvalTopic {
 public:
  void define(OptionSet& options) override {
    sets_.define(options, "all");
    options.add_option(
        "--columns W,C", columns_,
        "The columns of the word and the category, by number, from 1, or name (default: "
        "1,2)");
    add_choice<bool>(options, "--unknown", mean_for_unknown_, {{"skip", false}, {"mean", true}},
                     "What becomes of an unknown word (default: skip)");
    sets_.define_case(options);
    define_rest(options, "-o,--out", "Write each word to FILE, with its category and cluster");
  }

  int run(Context& context) override {
    begin(context);
    const CategoryColumns category_columns = parse_category_columns();
    CategoryEvaluation evaluation;
    evaluation.mean_for_unknown = mean_for_unknown_;
    evaluation.folding = sets_.folding();
    evaluation.top_rows = sets_.top_rows().value_or(evaluation.top_rows);
    evaluation.threads = run_.threads();
    std::vector<CategorizedWords> sets;
    const Columns columns = {
        {{"file"}, {"purity"}, {"categories"}, {"counted"}, {"unknown"}, {"bad"}},
        1,
        {},
        {{"file"}, {"line"}, {"word"}, {"category"}, {"cluster"}, {"status"}}};
    return judge_each(
        context, columns, "words",
        [&](int& status) { sets = read_sets(category_columns, context.messages, status); },
        [&](const Judged& judged, int& status) {
          for (std::size_t i = 0; i < sets.size(); ++i) {
            judge(sets_.files()[i], sets[i], evaluation, judged, context.messages, status);
          }
          report_rows_of_words(judged.model, evaluation.folding, evaluation.top_rows, judged.where,
                               context.messages);
        });
  }

 private:
  void judge(const std::string& file, const CategorizedWords& words,
             const CategoryEvaluation& evaluation, const Judged& judged, Messages& messages,
             int& status) const {
    const CategoryResult result = evaluate_categories(judged.model.embeddings(), words, evaluation);
    judged.rows.row({std::string_view(file), result.purity ? Cell(*result.purity) : Cell(),
                     result.categories, result.counted, result.unknown, words.bad_lines.count});
    if (judged.items != nullptr) write_items(file, words, result, judged);
    report(file, judged.where, judged.model.embeddings().vocabulary, words, result, messages);
    if (result.unknown < words.words.size()) return;
    messages.error("{}{}: no word is in the vocabulary", judged.where, printable(input_name(file)));
    status = kNotFound;
  }

  std::vector<CategorizedWords> read_sets(const CategoryColumns& columns, Messages& messages,
                                          int& status) const {
    std::vector<CategorizedWords> sets;
    for (const std::string& file : sets_.files()) {
      sets.push_back(parse_categorized_words(read_dataset(open_text(file, "a test set")), columns,
                                             input_name(file)));
    }
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const std::string& file = sets_.files()[i];
      report_hash_lines(file, sets[i].hash_lines, messages);
      if (report_bad_lines(file, sets[i].bad_lines, messages)) status = kNotFound;
      report_doubts(file, columns, sets[i], messages);
    }
    return sets;
  }

  void write_items(std::string_view file, const CategorizedWords& words,
                   const CategoryResult& result, const Judged& judged) const {
    for (std::size_t i = 0; i < words.words.size(); ++i) {
      const CategorizedWord& word = words.words[i];
      const ClusteredWord& found = result.words[i];
      write_item(judged, {file, word.line, std::string_view(word.word),
                          std::string_view(words.categories[word.category]),
                          found.cluster ? Cell(std::uint64_t{*found.cluster} + 1) : Cell(),
                          name_of(found.status)});
    }
  }

  static void report(const std::string& file, const std::string& of_model,
                     const Vocabulary& vocabulary, const CategorizedWords& words,
                     const CategoryResult& result, Messages& messages) {
    const std::string where = of_model + printable(input_name(file)) + ": ";
    report_unknown_words(result.unknown_words, vocabulary, result.unknown, words.words.size(),
                         "lines", of_model, messages);
    report_other_spellings(result.other_spellings, "the words", "the vocabulary", "--exact-case",
                           messages, where);
    report_directionless_words(result.directionless, where, "its cluster says nothing",
                               "their cluster says nothing", messages);
    const auto report_each_time = [&](const std::vector<std::string>& repeated,
                                      std::string_view what) {
      if (repeated.empty()) return;
      const bool is_one = repeated.size() == 1;
      messages.note("{}{} {} {}, and {} each time", where, some_of(repeated), is_one ? "is" : "are",
                    what, is_one ? "counts" : "count");
    };
    report_each_time(result.of_several_categories, "of more than one category");
    report_each_time(result.repeated, "there more than once");
    if (result.categories == 1) {
      messages.warning("{}all counted words are of one category: any vectors have the purity 1",
                       where);
    }
  }

  static void report_doubts(const std::string& file, const CategoryColumns& columns,
                            const CategorizedWords& words, Messages& messages) {
    const std::string name = printable(input_name(file));
    const CategoryDoubts doubts = doubts_about(words);
    if (doubts.header_is_counted) {
      const CategorizedWord& first = words.words.front();
      messages.warning("{}:{}: {} of the category {} is counted, but looks like a header: {}", name,
                       first.line, in_quotes(first.word), in_quotes(words.categories.front()),
                       how_to_pass_over({first.word, words.categories.front()}));
    }
    if (doubts.categories_are_many) {
      messages.warning(
          "{}: {} categories of {} words: such small ones say little; if the columns are "
          "swapped, give --columns {}",
          name, words.categories.size(), words.words.size(),
          shell_word(printable(columns[1] + ',' + columns[0])));
    }
  }

  // The names of a header's fields can be such that --columns cannot give them.
  static std::string how_to_pass_over(const CategoryColumns& header) {
    const bool can_be_named = std::all_of(header.begin(), header.end(), [](const auto& name) {
      return have_names({&name, 1}) && name.find_first_of(",\"") == std::string::npos &&
             printable(name) == name;
    });
    return can_be_named ? fmt::format("if it is one, --columns {} passes over it",
                                      shell_word(header[0] + ',' + header[1]))
                        : "if it is one, put a # and a blank before it";
  }

  CategoryColumns parse_category_columns() const {
    if (columns_.empty()) return kFirstCategoryColumns;
    const std::vector<std::string> columns = parse_columns(columns_, 2);
    return {columns[0], columns[1]};
  }

  std::string columns_;
  bool mean_for_unknown_ = false;
};

}  // namespace

const CommandEntry kEvalCategories = {
    "eval categories", "Measure how pure clusters of words are", kEvalCategoriesExamples,
    kEvalCategoriesDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<EvalCategories>(); }};

}  // namespace wordvec::cli
