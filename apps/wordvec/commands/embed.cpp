#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "commands/commands.h"
#include "options/choices.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "output/embedding_notes.h"
#include "output/embedding_output.h"
#include "output/progress_bar.h"
#include "output/terminal.h"
#include "wordvec/analysis/sif_texts.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/line_reader.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/frequency_file.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/model/row_order.h"
#include "wordvec/model/word_frequencies.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kEmbedExamples =
    "  wordvec embed \"Are you OK ?\"           each word, its row and its vector\n"
    "  wordvec embed --rows \"Are you OK ?\"    the row numbers: 46 14 10000 34\n"
    "  wordvec embed --pool mean -f json \"good morning\"\n"
    "  wordvec embed --pool mean --normalize words,texts --in reviews.txt --out reviews.npy\n"
    "  wordvec embed --in reviews.txt --pool sif --out reviews.npy\n"
    "  wordvec embed --in reviews.txt --pad 128 --out batch.npy\n"
    "  wordvec embed --positions sinusoidal --scale sqrt-dim \"to be or not to be\"\n";

constexpr std::string_view kEmbedDetails =
    R"(Each argument is a text; without any (or with -) each line of standard input or of --in is one.

Words: white space separates. What stands between is taken whole where the vocabulary has it
(u.s., 3.14). Else it is cut into runs of letters and digits, single punctuation characters and
single ideographs, of which the most, up to eight, that make a word of the vocabulary are one ('s).
Where n't is a word, don't is do n't. A lower-case vocabulary is asked in lower case, and ' stands
for the curly one. --pretokenized splits at spaces only.

A vector of each word goes to a table on a terminal, else to GloVe text. The extension of --out
names the format: .npy and .npy.gz [words, dim] with the words in NAME.vocab.txt, with --pad
[texts, N, dim], with --pool [texts, dim]; .txt, .csv, .tsv, .json, .ndjson. In --rows, -1 is a word
or padding without a row, in every format. In json and ndjson vector_from tells of each vector what
it is: row, n-grams, or of an unknown word zero or mean, or padding. --unknown error stops before
the first text with an unknown word: those before it are on standard output (none with --pool sif),
in json and ndjson with a record of that text behind them, and no file is written.

--pool sif (Arora, Liang, Ma 2017, A Simple but Tough-to-Beat Baseline for Sentence Embeddings): the
mean of a/(a + p(w)) v(w), less the first singular vector of all texts; of a single text nothing is
taken away. Of two, what is left lies on one line, so that their cosine is -1 or 1: a warning tells
of it. p is the word's share of all occurrences: by --frequencies FILE (a word and its count or
frequency a line, `uniq -c` or JSON), else by the counts of the model (info), else 1/((row + 1) H),
H = 1 + 1/2 + ... + 1/rows, as if rows were in order of frequency (Zipf's law). What FILE or the
counts lack has p = 0.
--normalize words scales each word's vector to unit length, before it is pooled; one of zeros counts
for nothing then. With --pool mean that is fastText's vector of a sentence (print-sentence-vectors).
--normalize texts scales each text's vector at the end; words,texts does both. Zeros stay zeros.
A result beyond the largest float32 is an error.
--positions sinusoidal (Vaswani et al. 2017, Attention Is All You Need, 3.5) adds, at position p
from 0, sin(p / 10000^(2i/dim)) to dim 2i and cos(p / 10000^(2i/dim)) to dim 2i + 1.
)";

// Whether what is left of a vector without a component may be beyond float32: each value, and so
// its part along the component, is at most the vector's length.
bool may_overflow(std::span<const float> vector) {
  double squared = 0;
  for (const float x : vector) squared += double{x} * double{x};
  return 2 * std::sqrt(squared) > double{std::numeric_limits<float>::max()};
}

// One of zeros stays as it is.
void scale_to_unit_length(std::span<float> vector) {
  double squared = 0;
  for (const float x : vector) squared += double{x} * double{x};
  if (squared == 0) return;
  const double length = std::sqrt(squared);
  for (float& x : vector) x = static_cast<float>(double{x} / length);
}

class Embed final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("TEXT", texts_, "Texts, each an argument; - reads lines");
    options.add_option("--in FILE", in_, "The texts in FILE, one a line");
    options.add_flag("--pretokenized", options_.split.pretokenized, "Split at spaces only");
    options.add_flag("--rows", rows_only_, "Row numbers only, a line for each text");
    add_choice<Pooling>(options, "--pool", pooling_,
                        {{"none", Pooling::none},
                         {"mean", Pooling::mean},
                         {"sum", Pooling::sum},
                         {"max", Pooling::max},
                         {"sif", Pooling::sif}},
                        "One vector for each text (default: none)");
    sif_a_ = options.add_number("--sif-a A", options_.sif_a, number_above_zero(),
                                "The a of --pool sif (default: 0.001)");
    options.add_option("--frequencies FILE", frequencies_file_,
                       "How often words occur, for --pool sif: a word and its number a line");
    options.add_number("--pad N", pad_, whole_number(1, std::uint64_t{1} << 32),
                       "Cut each text to N words, or fill it up with rows of zeros");
    add_choice<Unknown>(options, "--unknown", unknown_,
                        {{"skip", Unknown::skip},
                         {"zero", Unknown::zero},
                         {"mean", Unknown::mean},
                         {"error", Unknown::error}},
                        "What stands for a word without a vector (default: skip)");
    options.add_number("--max-norm LENGTH", options_.max_norm, number_above_zero(),
                       "Scale longer vectors down to this length");
    add_choice<Normalize>(options, "--normalize", normalize_,
                          {{"none", Normalize{}},
                           {"words", {true, false}},
                           {"texts", {false, true}},
                           {"words,texts", {true, true}}},
                          "Scale vectors to unit length (default: none)");
    add_choice<bool>(options, "--scale", options_.scale_sqrt_dim, {{"sqrt-dim", true}},
                     "Multiply by the square root of dim");
    add_choice<bool>(options, "--positions", options_.positions, {{"sinusoidal", true}},
                     "Add the encoding of each position");
    options.add_option("-o,--out FILE", out_, "The file to write; - for standard output");
    model_.define(options);
    model_.define_case(options);
    output_.define(options, "a table on a terminal, else GloVe text or row numbers");
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    check_usage();
    const bool to_npy = is_npy();
    const std::optional<OutputFormat> format = to_npy ? std::nullopt : text_format();
    const Model model = model_.open(context, run_.threads());
    refuse_second_reader({{model.took_standard_input(), "the model"},
                          {frequencies_file_ == "-", "--frequencies"},
                          {from_standard_input(), "texts", true}});
    std::vector<std::string> files_read = model_.files(model);
    files_read.insert(files_read.end(), {in_, frequencies_file_});
    refuse_to_replace(out_, files_read);
    const Embeddings& embeddings = model.embeddings();
    options_.split.matching = model_.matching();
    options_.unknown = unknown_ == Unknown::zero   ? UnknownWords::zero
                       : unknown_ == Unknown::mean ? UnknownWords::mean
                                                   : UnknownWords::skip;
    options_.unit_words = normalize_.words;
    if (pad_ != 0) options_.most_words = pad_;
    if (!frequencies_file_.empty()) {
      ListedFrequencies listed = read_word_frequencies(frequencies_file_);
      if (!listed.note.empty()) context.messages.note("{}", listed.note);
      if (!listed.warning.empty()) context.messages.warning("{}", listed.warning);
      options_.frequencies = &frequencies_.emplace(std::move(listed.frequencies));
      // Words that are built from n-grams are not in the vocabulary.
      if (embeddings.subwords.empty() &&
          !frequencies_->has_word_of(embeddings.vocabulary,
                                     model_.matching().kind() == WordMatching::exact)) {
        context.messages.error(
            "{}: none of its {} words is in the vocabulary: expected how often the words of the "
            "model occur (--frequencies)",
            printable(input_name(frequencies_file_)), frequencies_->size());
        return kNotFound;
      }
    }
    if (pooling_ == Pooling::sif) tell_frequencies(model, context.messages);
    notes_.emplace(embeddings.vocabulary, context.messages);
    TextEmbedder embedder(embeddings, options_,
                          [&](std::string_view word) { notes_->unknown_word(word); });
    const EmbeddingLayout layout{embeddings.dim(), rows_only_, pooling_ != Pooling::none,
                                 pad_ == 0 ? std::nullopt : std::optional(pad_), options_.unknown};
    const auto output =
        to_npy ? make_npy_embedding_output(out_, run_.threads(), layout)
               : make_text_embedding_output(out_, format, output_.style(context.messages), layout);
    vocabulary_ = embeddings.vocabulary;
    zeros_.resize(embeddings.dim());
    vector_.resize(embeddings.dim());
    if (pooling_ == Pooling::sif) sif_.emplace(embeddings.dim());
    if (!embed_all(embedder, *output, context.messages)) return stop(*output, context.messages);
    if (sif_) write_sif(*output, context.messages);
    output->finish();
    if (!in_.empty() && notes_->texts() == 0) {
      context.messages.note("{}: found no texts", printable(input_name(in_)));
    }
    notes_->summarize(embedder.counts(), {options_.unknown, rows_only_, pooling_ != Pooling::none,
                                          pad_, model_.matching()});
    tell_missing_frequencies(embedder.counts(), context.messages);
    if (status_ != kAllAnswered) return status_;
    return embedder.counts().unknown > 0 ? kNotFound : kAllAnswered;
  }

 private:
  enum class Unknown { skip, zero, mean, error };
  struct Normalize {
    bool words = false;
    bool texts = false;
  };

  bool is_npy() const { return has_extension(without_gzip_extension(out_), kNpyExtension); }
  bool from_lines() const { return texts_.empty() || (texts_.size() == 1 && texts_[0] == "-"); }
  bool from_standard_input() const { return from_lines() && (in_.empty() || in_ == "-"); }
  bool to_standard_output() const { return out_.empty() || out_ == "-"; }

  void check_usage() const {
    const auto refuse_if = [](bool refused, std::string_view why) {
      if (refused) throw Error(ErrorCode::usage, std::string(why));
    };
    refuse_if(!texts_.empty() && !in_.empty(), "texts and --in exclude each other");
    refuse_if(rows_only_ && (pooling_ != Pooling::none || options_.scale_sqrt_dim ||
                             options_.positions || options_.max_norm || normalize_.words),
              "--rows prints no vectors: it does not go with --pool, --scale, --positions, "
              "--max-norm or --normalize");
    refuse_if(normalize_.texts && pooling_ == Pooling::none,
              "--normalize texts scales one vector for each text: it goes with --pool");
    refuse_if(rows_only_ && is_npy(), "--rows prints text: it does not go with a .npy file");
    refuse_if(rows_only_ && unknown_ == Unknown::mean,
              "--rows prints no vectors: expected --unknown skip, zero (prints -1) or error");
    refuse_if(pooling_ != Pooling::none && pad_ != 0,
              "--pool makes one vector of a text of any length: it does not go with --pad");
    refuse_if(sif_a_.is_given() && pooling_ != Pooling::sif, "--sif-a goes with --pool sif only");
    refuse_if(!frequencies_file_.empty() && pooling_ != Pooling::sif,
              "--frequencies goes with --pool sif only");
    refuse_if(is_npy() && output_.format().has_value(),
              "--format has no meaning for a .npy file, which has a format of its own");
  }

  // nullopt: plain text.
  std::optional<OutputFormat> text_format() const {
    if (const auto format = output_.format()) return format;
    if (to_standard_output()) {
      const bool table = !rows_only_ && is_terminal(kStandardOutput);
      return table ? std::optional(OutputFormat::table) : std::nullopt;
    }
    if (const auto format = output_format_of_extension(out_)) return format;
    if (has_extension(out_, ".txt")) return std::nullopt;
    throw Error(
        ErrorCode::usage,
        "cannot tell the format to write from the name " + in_quotes(out_) +
            ": expected an extension among .npy, .npy.gz, .txt, .csv, .tsv, .json, .ndjson, or "
            "--format");
  }

  // Where the frequencies of SIF's weights come from, unless they are known.
  void tell_frequencies(const Model& model, Messages& messages) const {
    const Embeddings& embeddings = model.embeddings();
    const auto is_above_zero = [](std::uint64_t count) { return count > 0; };
    if (options_.frequencies != nullptr) {
      messages.info("the frequencies of {} words are those of {}", options_.frequencies->size(),
                    printable(input_name(frequencies_file_)));
    } else if (std::any_of(embeddings.counts.begin(), embeddings.counts.end(), is_above_zero)) {
      messages.info("the frequencies of words are by the counts of {}", printable(model.name()));
    } else if (const auto found = find_row_order(embeddings, model.info());
               found.order == RowOrder::other) {
      messages.warning(
          "{} has no counts of its words, so a word's frequency is guessed from its row, as if "
          "rows were in order of frequency; they are not: {} (--frequencies FILE names the "
          "frequencies)",
          printable(model.name()), found.reason);
    } else {
      messages.note(
          "{} has no counts of its words: a word's frequency is guessed from its row, as rows are "
          "in order of frequency in most files (--frequencies FILE names the frequencies)",
          printable(model.name()));
    }
  }

  void tell_missing_frequencies(const TextCounts& counts, Messages& messages) const {
    report_other_spellings(counts.frequencies_spelt_otherwise,
                           fmt::format("{} words", counts.words),
                           printable(input_name(frequencies_file_)), "--exact-case", messages);
    if (counts.without_frequency == 0) return;
    const bool is_one = counts.without_frequency == 1;
    messages.note("{} of {} words {}, the first is {}: {} weight is 1", counts.without_frequency,
                  counts.words,
                  options_.frequencies != nullptr
                      ? fmt::format("{} in {}", is_one ? "does not occur" : "do not occur",
                                    printable(input_name(frequencies_file_)))
                      : std::string(is_one ? "has no count" : "have no count"),
                  in_quotes(counts.first_without_frequency), is_one ? "its" : "their");
  }

  // False: --unknown error has met an unknown word.
  bool embed_all(TextEmbedder& embedder, EmbeddingOutput& output, Messages& messages) {
    if (!from_lines()) {
      return std::all_of(texts_.begin(), texts_.end(), [&](const std::string& text) {
        return embed(text, embedder, output, messages);
      });
    }
    constexpr std::uint64_t kProgressTexts = 1024;
    const bool from_terminal = from_standard_input() && is_terminal(kStandardInput);
    const bool to_terminal = to_standard_output() && is_terminal(kStandardOutput);
    ProgressBar progress(
        "embedding", messages.verbosity() != Verbosity::quiet && !from_terminal && !to_terminal);
    LineReader lines = open_lines(from_standard_input() ? "-" : in_, "lines of text");
    for (;;) {
      if (!lines.has_line()) output.flush();  // nobody waits for an answer to a line sent alone
      const auto line = lines.next();
      if (!line) return true;
      if (!embed(*line, embedder, output, messages)) return false;
      if (notes_->texts() % kProgressTexts == 0) {
        progress.update(lines.bytes_read(), lines.size_bytes());
      }
    }
  }

  // False: --unknown error has met an unknown word, and nothing of the text is written.
  bool embed(std::string_view text, TextEmbedder& embedder, EmbeddingOutput& output,
             Messages& messages) {
    if (unknown_ == Unknown::error) {
      const auto unknown = embedder.unknown_words(text, rows_only_);
      if (!unknown.empty()) {
        notes_->begin_query();
        for (const std::string_view word : unknown) notes_->unknown_word(word);
        output.error(notes_->texts() + 1, notes_->record_of_unknown(text));
        return false;
      }
    }
    try {
      if (pooling_ != Pooling::none) {
        pool(text, embedder, output);
      } else {
        write_words(text, embedder, output, messages);
      }
    } catch (const VectorOverflowError& error) {
      fail_overflow(notes_->texts() + 1, std::string(text), error.message(), output);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::malformed || !error.path().empty()) throw;
      fail_text(notes_->texts() + 1, error.message());
    }
    return true;
  }

  // The text's record ends what is on standard output.
  [[noreturn]] void fail_overflow(std::uint64_t number, const std::string& text,
                                  const std::string& why, EmbeddingOutput& output) const {
    output.error(number, {text, QueryError::overflow, why});
    if (to_standard_output()) output.finish();
    fail_text(number, why);
  }

  [[noreturn]] static void fail_text(std::uint64_t number, std::string_view why) {
    throw Error(ErrorCode::malformed, fmt::format("text {}: {}", number, why));
  }

  void pool(std::string_view text, TextEmbedder& embedder, EmbeddingOutput& output) {
    const std::uint64_t words = embedder.pool(text, pooling_, vector_);
    notes_->text(words, pad_);
    if (sif_) {
      sif_->add(words, vector_);
      if (may_overflow(vector_)) large_.emplace(notes_->texts(), text);
    } else {
      if (normalize_.texts) scale_to_unit_length(vector_);
      output.text(notes_->texts(), words, vector_);
    }
  }

  void write_words(std::string_view text, TextEmbedder& embedder, EmbeddingOutput& output,
                   Messages& messages) {
    const std::uint64_t number = notes_->texts() + 1;
    notes_->begin_query();
    std::uint64_t words = 0;
    const auto write = [&](const TextWord& word, std::span<const float> vector) {
      ++words;
      TextWord shown = word;
      if (word.row) shown.text = vocabulary_.word(*word.row);
      try {
        output.word(number, shown, vector);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::usage) throw;  // else: a word that the format cannot hold
        messages.error("{}", error.what());
        status_ = kWrongUsage;
      }
    };
    if (rows_only_) {
      embedder.rows(text, [&](const TextWord& word) { write(word, {}); });
    } else {
      embedder.vectors(text, write);
    }
    notes_->text(words, pad_);
    if (words == 0 && pad_ == 0) output.error(number, record_of_empty(text));
    for (; words < pad_; ++words) {
      output.padding(number, rows_only_ ? std::span<float>() : zeros_);
    }
    output.end_text();
  }

  // Of a text that has no word, or none that is known: so much has been told.
  ErrorRecord record_of_empty(std::string_view text) const {
    ErrorRecord record = notes_->record_of_unknown(text);
    if (record.words.empty()) {
      record.error = QueryError::too_few_words;
      record.message = "the text has no words";
    }
    return record;
  }

  // After an unknown word that is an error: what is before it stays, whole, on standard output, and
  // then the record of its text; no file appears.
  int stop(EmbeddingOutput& output, Messages& messages) const {
    const std::uint64_t number = notes_->texts() + 1;
    if (!to_standard_output()) {
      messages.error("text {}: {} is not written (--unknown error)", number, printable(out_));
      return kNotFound;
    }
    output.finish();
    if (sif_) {
      messages.error("text {}: no text is written, since --pool sif needs all (--unknown error)",
                     number);
      return kNotFound;
    }
    messages.error("text {} and those after it are left out (--unknown error)", number);
    return kNotFound;
  }

  void write_sif(EmbeddingOutput& output, Messages& messages) {
    std::uint64_t number = 0;
    const auto removal = sif_->for_each([&](std::uint64_t words, std::span<const float> vector) {
      std::copy(vector.begin(), vector.end(), vector_.begin());
      if (!all_finite(vector_)) {
        fail_overflow(number + 1, large_[number + 1],
                      beyond_float32("its vector, less the common component,"), output);
      }
      if (normalize_.texts) scale_to_unit_length(vector_);
      output.text(++number, words, vector_);
    });
    report_removal(removal, messages);
  }

  static void report_removal(const SifTexts::Removal& removal, Messages& messages) {
    constexpr double kNearlyAll = 0.99;
    if (removal.texts < 2) {
      messages.note(
          "fewer than two texts have a vector: nothing is common to them, so no component is "
          "taken away");
    } else if (removal.zeroed == removal.texts) {
      messages.warning(
          "the {} texts with a vector differ in its length only: the common component is all of "
          "them, and zeros are left",
          removal.texts);
    } else if (removal.on_a_line) {
      messages.warning(
          "the common component is {:.1f} % of the {} texts with a vector, and what is left of "
          "them lies on one line: cosines are exactly -1 or 1 whatever the texts say{}",
          100 * removal.share, removal.texts,
          removal.texts == 2 ? ", as of two texts always (embed more texts in one run, or use "
                               "--pool mean)"
                             : "");
    } else if (removal.share >= kNearlyAll) {
      messages.warning(
          "the common component is {:.1f} % of the {} texts with a vector: little is left of them",
          100 * removal.share, removal.texts);
    } else if (removal.zeroed > 0) {
      messages.warning("{} of {} texts {} the common component alone: zeros are left",
                       removal.zeroed, removal.texts, removal.zeroed == 1 ? "is" : "are");
    }
  }

  std::vector<std::string> texts_;
  std::string in_;
  bool rows_only_ = false;
  Pooling pooling_ = Pooling::none;
  Option sif_a_;
  std::string frequencies_file_;
  std::optional<WordFrequencies> frequencies_;
  std::uint64_t pad_ = 0;  // 0: as long as they are
  Unknown unknown_ = Unknown::skip;
  Normalize normalize_;
  std::string out_;
  TextOptions options_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;

  Vocabulary vocabulary_;
  std::vector<float> zeros_;
  std::vector<float> vector_;
  std::optional<SifTexts> sif_;
  std::map<std::uint64_t, std::string> large_;  // texts of SIF whose vectors may overflow yet
  std::optional<EmbeddingNotes> notes_;
  int status_ = kAllAnswered;
};

}  // namespace

const CommandEntry kEmbedCommand = {
    "embed", "Split text into words, and give their vectors", kEmbedExamples, kEmbedDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Embed>(); }};

}  // namespace wordvec::cli
