#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/explain.h"
#include "options/explain_options.h"
#include "options/query_reports.h"
#include "output/explanation.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/cosine.h"
#include "wordvec/model/edit_list.h"
#include "wordvec/model/word_ngrams.h"
#include "wordvec/search/query_error.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExplainSubwordsExamples =
    "  wordvec explain subwords -m model.bin hypotenuse      its n-grams, and what they make\n"
    "  wordvec explain subwords -m model.bin king -f tsv     the n-grams with their vectors\n"
    "  wordvec explain subwords -m model.bin king -f json | jq '.[].ngram'\n";

constexpr std::string_view kExplainSubwordsDetails =
    "The n-grams of a word's characters, with the marks at its edges (< and >), in the order of "
    "the\n"
    "model's own program, and their vectors: what `fasttext print-ngrams MODEL WORD` prints. A\n"
    "word that is not in the vocabulary has their mean as its vector, or, as finalfusion does it,\n"
    "their sum at unit length. bucket is what an n-gram's hash is mapped to; row, where its "
    "vector\n"
    "is among those of the n-grams. N-grams without a vector are counted in a note. A fastText\n"
    "model has a vector of its own for each word of the vocabulary too, and the word's vector is\n"
    "the mean of that and its n-grams'. Here the first row, without a bucket, is that vector: it "
    "is\n"
    "computed from the two, and so rounded.\n";

struct ShownNgram {
  std::string text;
  std::optional<std::uint64_t> bucket;
  std::optional<std::uint64_t> row;
  std::vector<float> vector;
  float norm = 0;
};

struct WordParts {
  std::string word;
  std::optional<Row> row;           // of the vocabulary
  std::vector<float> vector;        // of the word
  std::vector<ShownNgram> ngrams;   // that have a vector
  std::size_t without_vector = 0;   // n-grams
  bool has_own_vector = false;      // which is the first of `ngrams`
  std::optional<double> agreement;  // the cosine of the vector with what the n-grams make
};

class ExplainSubwords final : public Command {
 public:
  void define(OptionSet& options) override {
    options_.define_words(options, "WORD", "Words, each as it is");
    options_.define_rest(options);
  }

  int run(Context& context) override {
    options_.apply(context.messages);
    options_.check_words("found no word, expected one or more");
    const Model model = options_.open(context);
    const Embeddings& embeddings = model.embeddings();
    if (embeddings.subwords.empty()) {
      throw Error(ErrorCode::usage, printable(model.name()) +
                                        " has no n-grams: its words have vectors as a whole, and "
                                        "no others have any; fastText, floret and finalfusion "
                                        "models can have n-grams, and a container made of one "
                                        "unless --no-subwords left them out");
    }
    ExplanationOutput output = options_.output({{"query"},
                                                {"word"},
                                                {"ngram"},
                                                {"bucket"},
                                                {"row"},
                                                {"norm"},
                                                {"vector", embeddings.dim()}});
    int status = kAllAnswered;
    explain_each(options_.words(), output, context.messages, status, [&](const std::string& word) {
      ErrorRecord missing{word};
      const auto parts = find_parts(word, model, context.messages, missing);
      if (!parts) {
        output.error(missing);
        status = std::max<int>(status, kNotFound);
      } else if (output.rows() != nullptr) {
        write_rows(word, *parts, *output.rows());
      } else {
        output.text(explanation(*parts, embeddings.subwords.rules()));
      }
    });
    output.finish();
    return status;
  }

 private:
  // nullopt, once it is told, also in `missing`: the word has no vector.
  std::optional<WordParts> find_parts(const std::string& word, const Model& model,
                                      Messages& messages, ErrorRecord& missing) const {
    const Embeddings& embeddings = model.embeddings();
    const Subwords& subwords = embeddings.subwords;
    WordParts parts;
    parts.word = word;
    parts.vector.resize(embeddings.dim());
    if (const auto match = find_word(embeddings.vocabulary, word, options_.matching())) {
      if (match->case_folded) {
        report_folded(embeddings.vocabulary, word, match->row, options_.matching(), messages);
      }
      parts.word = embeddings.vocabulary.word(match->row);
      parts.row = match->row;
    }
    std::vector<float> built(embeddings.dim());
    const bool is_built = subwords.vector_of(parts.word, built);
    for (WordNgram& ngram : ngrams_of(subwords, parts.word)) {
      if (!ngram.row) {
        ++parts.without_vector;
        continue;
      }
      const auto vector = subwords.matrix().row(*ngram.row);
      ShownNgram shown{
          std::move(ngram.text), ngram.bucket, *ngram.row, {vector.begin(), vector.end()}, 0};
      set_norm(shown);
      parts.ngrams.push_back(std::move(shown));
    }
    if (parts.without_vector > 0) {
      messages.note("{} of the {} n-grams of {} {} no vector in this model", parts.without_vector,
                    parts.without_vector + parts.ngrams.size(), in_quotes(parts.word),
                    parts.without_vector == 1 ? "has" : "have");
    }
    if (!parts.row) {
      if (!is_built) {
        add_missing(missing, word, report_unknown(embeddings.vocabulary, word, messages));
        return std::nullopt;
      }
      parts.vector = std::move(built);
      return parts;
    }
    const auto stored = embeddings.matrix.row(*parts.row);
    std::copy(stored.begin(), stored.end(), parts.vector.begin());
    if (has_own_vectors(model)) {
      add_own_vector(parts);
    } else if (is_built) {
      parts.agreement = cosine_of(stored, built);
    }
    return parts;
  }

  // A fastText model's word vectors are means of a vector of the word's own and the n-grams', as
  // long as no edit has changed one without the other.
  static bool has_own_vectors(const Model& model) {
    const std::string& edits = model.info().edits;
    return model.info().source_format == "fasttext" && find_edit(edits, "merge").empty() &&
           find_edit(edits, "normalize").empty();
  }

  static void add_own_vector(WordParts& parts) {
    const auto count = static_cast<double>(parts.ngrams.size() + 1);
    ShownNgram own{parts.word, std::nullopt, std::nullopt, {}, 0};
    for (std::size_t d = 0; d < parts.vector.size(); ++d) {
      double value = double{parts.vector[d]} * count;
      for (const ShownNgram& ngram : parts.ngrams) value -= double{ngram.vector[d]};
      own.vector.push_back(static_cast<float>(value));
    }
    set_norm(own);
    parts.ngrams.insert(parts.ngrams.begin(), std::move(own));
    parts.has_own_vector = true;
  }

  static void set_norm(ShownNgram& ngram) {
    compute_norms(ngram.vector, ngram.vector.size(), {&ngram.norm, 1});
    if (!all_finite({&ngram.norm, 1}) || !all_finite(ngram.vector)) {
      throw OverflowError(
          beyond_float32("the vector of the n-gram " + in_quotes(ngram.text) + ", or its length,"));
    }
  }

  static void write_rows(std::string_view asked, const WordParts& parts, RowWriter& writer) {
    const auto cell = [](const std::optional<std::uint64_t>& number) {
      return number ? Cell(*number) : Cell();
    };
    for (const ShownNgram& ngram : parts.ngrams) {
      writer.row({asked, std::string_view(parts.word), std::string_view(ngram.text),
                  cell(ngram.bucket), cell(ngram.row), ngram.norm,
                  std::span<const float>(ngram.vector)});
    }
  }

  static std::string explanation(const WordParts& parts, const SubwordRules& rules) {
    const std::string word = in_quotes(parts.word);
    const std::size_t count = parts.ngrams.size();
    const std::string made = rules.unit_length
                                 ? fmt::format("the sum of these {} vectors, at unit length", count)
                                 : fmt::format("the mean of these {} vectors", count);
    std::string text;
    if (!parts.row) {
      text =
          fmt::format("{} is not in the vocabulary. Its vector is {}, of the n-grams of {}:", word,
                      made, in_quotes(rules.begin + parts.word + rules.end));
    } else if (parts.has_own_vector) {
      text = fmt::format(
          "{} is row {} of the vocabulary. Its vector is {}: one of the word's own, and those of "
          "the n-grams of {}:",
          word, *parts.row, made, in_quotes(rules.begin + parts.word + rules.end));
    } else {
      text = fmt::format(
          "{} is row {} of the vocabulary, where its vector stands. {}", word, *parts.row,
          parts.agreement
              ? fmt::format("The n-grams of {} make one whose cosine with it is "
                            "{:.4f}: {}.",
                            in_quotes(rules.begin + parts.word + rules.end), *parts.agreement, made)
              : "None of its n-grams has a vector.");
    }
    text = wrapped(text, text_columns()) + "\n\n";
    std::vector<std::vector<std::string>> lines = {{"n-gram", "bucket", "row", "norm", "vector"}};
    for (const ShownNgram& ngram : parts.ngrams) lines.push_back(line_of(ngram));
    float norm = 0;
    compute_norms(parts.vector, parts.vector.size(), {&norm, 1});
    lines.push_back({parts.has_own_vector || !parts.row ? "= vector" : "vector", "", "",
                     fmt::format("{:.4f}", norm), first_values(parts.vector)});
    return text + aligned(lines);
  }

  static std::vector<std::string> line_of(const ShownNgram& ngram) {
    return {printable(ngram.text), ngram.bucket ? std::to_string(*ngram.bucket) : "",
            ngram.row ? std::to_string(*ngram.row) : "own", fmt::format("{:.4f}", ngram.norm),
            first_values(ngram.vector)};
  }

  ExplainOptions options_;
};

}  // namespace

const CommandEntry kExplainSubwords = {
    "explain subwords", "Show the n-grams that a word's vector is built from",
    kExplainSubwordsExamples, kExplainSubwordsDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<ExplainSubwords>(); }};

}  // namespace wordvec::cli
