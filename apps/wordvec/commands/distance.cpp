#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "commands/commands.h"
#include "options/choices.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/embedding_notes.h"
#include "output/row_writer.h"
#include "wordvec/analysis/text_distance.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/query_error.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kDistanceExamples =
    "  wordvec distance 'the queen sat down' 'a king stood up'\n"
    "  wordvec distance --method wmd 'the queen sat down' 'a king stood up'\n"
    "  wordvec distance -f json < pairs.tsv   two texts a line, between them a tab\n";

constexpr std::string_view kDistanceDetails =
    "How far apart two texts are. Methods: mean, the cosine of the means of the words' vectors\n"
    "(gensim's n_similarity) as the similarity, and 1 less that as the distance; wmd, the word\n"
    "mover's distance (Kusner, Sun, Kolkin and Weinberger 2015): how far the words of one text,\n"
    "scaled to unit length, have to move at least to become those of the other, on average; "
    "exact,\n"
    "and symmetric (gensim's wmdistance). Texts are split into words as `wordvec embed` does it.\n"
    "Words that have no vector are named and left out. Without texts (or with -) pairs come from\n"
    "standard input, one a line, with a tab between the texts.\n";

enum class Method { mean, wmd };

class Distance final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("TEXT TEXT", texts_, "Two texts; - reads lines");
    add_choice<Method>(options, "--method", method_, {{"mean", Method::mean}, {"wmd", Method::wmd}},
                       "How texts are compared (default: mean)");
    options.add_flag("--pretokenized", split_.pretokenized, "Split texts at spaces only");
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const bool from_stdin = texts_.empty() || (texts_.size() == 1 && texts_[0] == "-");
    if (!from_stdin && texts_.size() != 2) {
      throw Error(ErrorCode::usage,
                  fmt::format("found {} {}, expected two (a text of several words is one argument, "
                              "in quotes)",
                              texts_.size(), texts_.size() == 1 ? "text" : "texts"));
    }
    const OutputFormat format = output_.format_or_auto();
    const Model model = model_.open(context, run_.threads());
    const Embeddings& embeddings = model.embeddings();
    split_.matching = model_.matching();
    TextOptions options;
    options.split = split_;
    notes_.emplace(embeddings.vocabulary, context.messages);
    TextEmbedder embedder(embeddings, options,
                          [&](std::string_view word) { notes_->unknown_word(word); });

    const auto out = make_standard_output();
    std::vector<Column> columns = {{"text1"}, {"text2"}, {"distance"}};
    if (method_ == Method::mean) columns.push_back({"similarity"});
    const auto writer =
        make_row_writer(format, std::move(columns), output_.style(context.messages), *out);
    if (!from_stdin) {
      write(texts_[0], texts_[1], {texts_[0] + ' ' + texts_[1], 0}, embedder, *writer,
            context.messages);
    } else {
      QueryInput input({}, model);
      while (const auto batch = input.next_batch()) {
        for (const InputLine& line : *batch) read(line, embedder, *writer, context.messages);
        writer->flush();
      }
    }
    writer->finish();
    out->finish();
    const TextCounts& counts = embedder.counts();
    report_other_forms(counts.other_forms, counts.words, counts.first_other_form,
                       counts.first_other_row, embeddings.vocabulary, model_.matching(),
                       context.messages);
    if (counts.built > 0) {
      context.messages.note("the vectors of {} of {} words are built from n-grams", counts.built,
                            counts.words);
    }
    if (left_out_ > 0) {
      context.messages.warning("{} of {} words {} a vector of zeros, without a direction: left out",
                               left_out_, counts.words, left_out_ == 1 ? "has" : "have");
      status_ = std::max<int>(status_, kNotFound);
    }
    if (counts.unknown == 0) return status_;
    context.messages.warning("{} of {} words {} not in the vocabulary: left out", counts.unknown,
                             counts.words, counts.unknown == 1 ? "is" : "are");
    return std::max<int>(status_, kNotFound);
  }

 private:
  void read(const InputLine& line, TextEmbedder& embedder, RowWriter& writer, Messages& messages) {
    const std::string_view text = line.text;
    const auto texts = std::count(text.begin(), text.end(), '\t') + 1;
    if (texts != 2) {
      writer.error(report_bad_query(
          Error(ErrorCode::query, fmt::format("found {} {}, expected two with a tab between them",
                                              texts, texts == 1 ? "text" : "texts")),
          line, messages, status_));
      return;
    }
    const std::size_t tab = text.find('\t');
    write(text.substr(0, tab), text.substr(tab + 1), line, embedder, writer, messages);
  }

  void write(std::string_view first, std::string_view second, const InputLine& line,
             TextEmbedder& embedder, RowWriter& writer, Messages& messages) {
    notes_->begin_query();
    if (method_ == Method::wmd) {
      const BagOfWords a = bag_of_words(embedder, first);
      const BagOfWords b = bag_of_words(embedder, second);
      left_out_ += a.left_out + b.left_out;
      if (a.total == 0 || b.total == 0) {
        const std::uint64_t zeros = a.total == 0 ? a.left_out : b.left_out;
        writer.error(report_empty(a.total == 0 ? first : second, zeros > 0, line, messages),
                     {first, second});
        return;
      }
      writer.row({first, second, word_movers_distance(a, b, run_.threads())});
      return;
    }
    std::vector<float> a(embedder.dim());
    std::vector<float> b(embedder.dim());
    const bool has_first = embedder.pool(first, Pooling::mean, a) > 0;
    const bool has_second = embedder.pool(second, Pooling::mean, b) > 0;
    if (!has_first || !has_second) {
      writer.error(report_empty(has_first ? second : first, false, line, messages),
                   {first, second});
      return;
    }
    const double similarity = mean_similarity(a, b);
    if (!std::isfinite(similarity)) {
      writer.error(report_bad_query(NoDirectionError("the mean of a text's vectors has no "
                                                     "direction: it is all zeros, or not finite"),
                                    line, messages, status_),
                   {first, second});
      return;
    }
    writer.row({first, second, 1 - similarity, similarity});
  }

  // Tells of a text without a word that has a vector; `has_zeros`: with one that has no direction.
  ErrorRecord report_empty(std::string_view text, bool has_zeros, const InputLine& line,
                           Messages& messages) {
    const std::string place =
        line.number == 0 ? std::string() : fmt::format("standard input:{}: ", line.number);
    const std::string problem =
        "the text " + in_quotes(text) + " has no word with a vector, so no distance";
    messages.error("{}{}", place, problem);
    status_ = std::max<int>(status_, kNotFound);
    ErrorRecord record = notes_->record_of_unknown(line.text);
    record.message += (record.message.empty() ? "" : "; ") + problem;
    if (record.words.empty()) {
      record.error = has_zeros ? QueryError::no_direction : QueryError::too_few_words;
    }
    return record;
  }

  std::vector<std::string> texts_;
  Method method_ = Method::mean;
  SplitOptions split_;
  int status_ = kAllAnswered;
  std::uint64_t left_out_ = 0;
  std::optional<EmbeddingNotes> notes_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kDistanceCommand = {
    "distance", "Tell how far apart two texts are", kDistanceExamples, kDistanceDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Distance>(); }};

}  // namespace wordvec::cli
