#include "wordvec/search/similarity.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "commands/commands.h"
#include "options/choices.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_lines.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/words_beside.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kSimilarityExamples =
    "  wordvec similarity king queen          the cosine of two words\n"
    "  wordvec similarity king queen man woman   of two pairs\n"
    "  wordvec similarity --measure euclidean < pairs.tsv\n"
    "  wordvec similarity --all-pairs cat dog king queen   a matrix\n"
    "  wordvec similarity --all-pairs --out matrix.npy < words.txt\n";

constexpr std::string_view kSimilarityDetails =
    "Words are taken in pairs, so their number is even. Without words (or with -) pairs come from\n"
    "standard input or --pairs, two words a line, between spaces, or between tabs where a line "
    "has\n"
    "one. Measures: cosine, the score of nearest; dot, the sum of the products of the values; and\n"
    "euclidean, the distance, which is 0 for equal vectors. --all-pairs compares all words with\n"
    "each other, each once; they come from standard input one a line. --out writes what its\n"
    "extension names: .csv, .tsv, .json, .ndjson, or, of a matrix, .npy with the words in\n"
    "NAME.vocab.txt. Where the model has n-grams, a word that is not in the vocabulary has the\n"
    "vector built from its own.\n";

std::vector<std::pair<std::string, Measure>> measures() {
  return {{"cosine", Measure::cosine}, {"dot", Measure::dot}, {"euclidean", Measure::euclidean}};
}

std::string measure_name(Measure measure) {
  for (const auto& [name, value] : measures()) {
    if (value == measure) return name;
  }
  return {};
}

class Similarity final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("WORD", words_, "Words, in pairs, each as it is; - reads lines");
    options.add_option("--pairs FILE", pairs_file_, "The pairs in FILE, two words a line");
    options.add_flag("--all-pairs", all_pairs_, "All words with each other, as a matrix");
    add_choice<Measure>(options, "--measure", measure_, measures(),
                        "How words are compared (default: cosine)");
    options.add_option("-o,--out FILE", out_, "The file to write; - for standard output");
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const bool to_npy = has_extension(out_, kNpyExtension);
    if (all_pairs_ && !pairs_file_.empty()) {
      throw Error(ErrorCode::usage, "--pairs and --all-pairs exclude each other");
    }
    if (to_npy && !all_pairs_) {
      throw Error(ErrorCode::usage, "a .npy file holds a matrix: it goes with --all-pairs only");
    }
    if (to_npy && output_.format()) {
      throw Error(ErrorCode::usage, "--format has no meaning for " + in_quotes(out_) +
                                        ": a .npy file has a format of its own");
    }
    const OutputFormat format =
        to_npy ? OutputFormat::csv : output_.format_for(out_, kNpyExtension);
    const Model model = model_.open(context, run_.threads());
    std::vector<std::string> files_read = model_.files(model);
    files_read.push_back(pairs_file_);
    refuse_to_replace(out_, files_read);
    int status = kAllAnswered;
    if (all_pairs_) {
      const Matrix matrix = gather(model, context.messages, status);
      if (matrix.words.empty()) {
        write_none(matrix, format, context.messages);
        return status;
      }
      if (to_npy) {
        write_npy(matrix);
      } else {
        write_matrix(matrix, format, context.messages, status);
      }
      return status;
    }
    write_pairs(model, format, context.messages, status);
    return status;
  }

 private:
  void write_pairs(const Model& model, OutputFormat format, Messages& messages, int& status) const {
    const Embeddings& embeddings = model.embeddings();
    WordLines lines(words_, 2, "pairs: an even number", pairs_file_, model);
    const auto out = out_.empty() ? make_standard_output() : make_file_output(out_);
    const auto writer = make_row_writer(format, {{"word1"}, {"word2"}, {measure_name(measure_)}},
                                        output_.style(messages), *out);
    bool has_lines = false;
    bool has_rows = false;
    bool has_pairs = false;
    while (const auto batch = lines.next_batch()) {
      has_lines = true;
      for (const WordLine& pair : *batch) {
        try {
          if (pair.words.size() != 2) {
            if (!has_pairs) refuse_judgements(pair.words, lines, pair.line);
            throw Error(ErrorCode::query,
                        fmt::format("found {} {}, expected two", pair.words.size(),
                                    pair.words.size() == 1 ? "word" : "words"));
          }
          has_pairs = true;
          ErrorRecord missing{pair.line.text};
          const auto terms =
              resolve_words(pair.words, embeddings, model_.matching(), messages, status, missing);
          if (!missing.words.empty()) {
            write_pair_error(*writer, missing, pair.words);
            continue;
          }
          check(embeddings, terms[0]);
          check(embeddings, terms[1]);
          const float value = similarity(measure_, vector_of(embeddings, terms[0]),
                                         vector_of(embeddings, terms[1]));
          check_finite({&value, 1});
          writer->row({pair.words[0], pair.words[1], value});
          has_rows = true;
        } catch (const Error& error) {
          write_pair_error(*writer, lines.report_bad(error, pair, messages, status), pair.words);
        }
      }
      writer->flush();
    }
    if (!has_lines && !pairs_file_.empty()) messages.note("{}: found no pairs", lines.source());
    if (!has_rows && !out_.empty() && out_ != "-") {
      messages.error("no pair has an answer: {} is not written", printable(out_));
      status = std::max<int>(status, kNotFound);
      return;
    }
    writer->finish();
    out->finish();
  }

  // Of a file of people's judgements every line would be an error. Throws Error(usage) for one.
  static void refuse_judgements(std::span<const std::string> words, const WordLines& lines,
                                const InputLine& line) {
    if (words.size() != 3 || !parse_number<double>(words[2])) return;
    const bool has_tab = line.text.find('\t') != std::string::npos;
    throw Error(
        ErrorCode::usage,
        fmt::format("{}:{}: found two words and a number, expected two words: `wordvec eval "
                    "similarity FILE` compares with people's judgements, and `cut{} -f 1,2 "
                    "FILE` leaves the words",
                    lines.source(), line.number, has_tab ? "" : " -d ' '"));
  }

  // Throws Error(query) for a vector that the measure has no number for.
  void check(const Embeddings& embeddings, const ResolvedTerm& term) const {
    if (measure_ == Measure::cosine) length_of(embeddings, term);
  }

  OverflowError overflow() const {
    return OverflowError(
        beyond_float32(fmt::format("the {} of two vectors", measure_name(measure_))));
  }

  void check_finite(std::span<const float> values) const {
    if (!all_finite(values)) throw overflow();
  }

  struct Matrix {
    std::vector<std::string> words;
    std::vector<float> vectors;
    std::size_t dim = 0;
    std::vector<ErrorRecord> missing;

    MatrixView view() const { return {vectors.data(), words.size(), dim}; }
  };

  // The words that are compared with each other: those that have a vector for it.
  Matrix gather(const Model& model, Messages& messages, int& status) const {
    const Embeddings& embeddings = model.embeddings();
    Matrix matrix;
    matrix.dim = embeddings.dim();
    const auto find = measure_ == Measure::cosine ? resolve_directions : resolve_words;
    QueryInput input(words_, model);
    std::unordered_map<std::string, int> counts;
    std::vector<std::string> repeated;
    while (const auto batch = input.next_batch()) {
      for (const InputLine& line : *batch) {
        ErrorRecord missing{line.text};
        const auto terms =
            find({&line.text, 1}, embeddings, model_.matching(), messages, status, missing);
        if (terms.empty()) {
          matrix.missing.push_back(std::move(missing));
          continue;
        }
        const std::string word(word_of(embeddings, terms[0]));
        const int count = ++counts[word];
        if (count == 2) repeated.push_back(word);
        if (count > 1) continue;
        const auto vector = vector_of(embeddings, terms[0]);
        matrix.words.push_back(line.text);
        matrix.vectors.insert(matrix.vectors.end(), vector.begin(), vector.end());
      }
    }
    report_repeated(repeated, "the words", messages);
    if (matrix.words.empty() && status == kAllAnswered) {
      throw Error(ErrorCode::usage, "found no words, expected at least one");
    }
    return matrix;
  }

  // No file appears without a matrix.
  void write_none(const Matrix& matrix, OutputFormat format, Messages& messages) const {
    messages.error("no word is left to compare: no answer");
    if (!out_.empty() && out_ != "-") return;
    const auto out = make_standard_output();
    const auto writer = make_row_writer(format, {{"word"}}, output_.style(messages), *out);
    for (const ErrorRecord& missing : matrix.missing) writer->error(missing);
    writer->finish();
    out->finish();
  }

  // A word has no row where a number of it is beyond float32, and the others have theirs.
  void write_matrix(const Matrix& matrix, OutputFormat format, Messages& messages,
                    int& status) const {
    const auto out = out_.empty() ? make_standard_output() : make_file_output(out_);
    // A column for each word; in JSON, where words could be the names of other keys, a list.
    const bool json = is_json(format);
    std::vector<Column> columns = {{"word"}};
    if (json) {
      columns.push_back({measure_name(measure_), matrix.words.size()});
    } else {
      for (const std::string& word : matrix.words) columns.push_back({word});
    }
    const auto writer = make_row_writer(format, std::move(columns), output_.style(messages), *out);
    std::vector<Cell> cells;
    all_similarities(
        measure_, matrix.view(), run_.threads(),
        [&](std::size_t row, std::span<const float> values) {
          if (!all_finite(values)) {
            writer->error(report_bad_query(overflow(), {matrix.words[row], 0}, messages, status));
            return;
          }
          cells.assign(1, std::string_view(matrix.words[row]));
          if (json) {
            cells.emplace_back(values);
          } else {
            cells.insert(cells.end(), values.begin(), values.end());
          }
          writer->row(cells);
        });
    for (const ErrorRecord& missing : matrix.missing) writer->error(missing);
    writer->finish();
    out->finish();
  }

  void write_npy(const Matrix& matrix) const {
    std::string words;
    for (const std::string& word : matrix.words) {
      append_word_line(words, word, words.empty(), kNpyExtension, "write .json");
    }
    if (matrix.words.size() > kMaxDim) {
      throw Error(ErrorCode::usage,
                  fmt::format("found {} words, expected at most {} for a .npy file",
                              matrix.words.size(), kMaxDim));
    }
    PairedOutput files(out_, vocabulary_path_of(out_, kNpyExtension), run_.threads());
    files.words().write(words);
    files.rows().write(npy_header(matrix.words.size(), matrix.words.size()));
    all_similarities(measure_, matrix.view(), run_.threads(),
                     [&](std::size_t, std::span<const float> values) {
                       check_finite(values);
                       files.rows().write(std::as_bytes(values));
                     });
    files.publish();
  }

  std::vector<std::string> words_;
  std::string pairs_file_;
  bool all_pairs_ = false;
  Measure measure_ = Measure::cosine;
  std::string out_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kSimilarityCommand = {
    "similarity", "Compare words in pairs, or all with each other", kSimilarityExamples,
    kSimilarityDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Similarity>(); }};

}  // namespace wordvec::cli
