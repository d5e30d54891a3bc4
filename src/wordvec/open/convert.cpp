#include "wordvec/open/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/half.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/same_file.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/input.h"
#include "wordvec/model/counted_rows.h"
#include "wordvec/model/edit_list.h"
#include "wordvec/open/model.h"
#include "wordvec/store/container_writer.h"

namespace wordvec {
namespace {

constexpr std::size_t kBatchRows = 4096;

std::string_view extension_of(std::string_view format_name) {
  const Format* format = find_format(format_name);
  return format == nullptr ? kContainerExtension : format->extension;
}

bool is_written(std::string_view format_name) {
  const Format* format = find_format(format_name);
  return format == nullptr || format->make_writer != nullptr;
}

// nullopt: no format writes files with that extension.
std::optional<std::string_view> format_of_extension(std::string_view path) {
  for (const std::string_view name : format_names()) {
    if (is_written(name) && has_extension(without_gzip_extension(path), extension_of(name)))
      return name;
  }
  return std::nullopt;
}

std::string known_extensions() {
  std::string text;
  for (const std::string_view name : format_names()) {
    // An extension that two formats have stands for the first of them.
    if (format_of_extension(std::string(extension_of(name))) != name) continue;
    if (!text.empty()) text += ", ";
    text += std::string(extension_of(name)) + " (" + std::string(name) + ")";
  }
  return text;
}

}  // namespace

std::string stem_of(const std::string& input) {
  std::string name = file_name_of(input);
  const auto drop = [&](std::string_view extension) {
    if (name.size() > extension.size() && has_extension(name, extension)) {
      name.resize(name.size() - extension.size());
      return true;
    }
    return false;
  };
  if (!drop(".zip")) {
    for (const Compression& compression : compressions()) {
      if (drop(compression.extension)) break;
    }
  }
  if (drop(".ftz")) return name;  // a fastText model too, quantised
  for (const std::string_view format : format_names()) {
    if (drop(extension_of(format))) break;
  }
  return name;
}

namespace {

// What is done to the rows, as FORMAT.md has it: added to what was done before.
std::string edits_of(const ConvertOptions& options, std::string edits) {
  std::vector<std::string> steps;
  if (options.words) steps.push_back("words " + std::to_string(options.words->size()));
  if (options.limit != ConvertOptions::kAllRows) {
    steps.push_back("limit " + std::to_string(options.limit));
  }
  if (options.merge) {
    steps.push_back("merge " + std::string(name_of(options.merge->by)) + " " +
                    file_name_of(options.merge->model.path()));
  }
  for (std::string& step : steps_of(options.edits)) steps.push_back(std::move(step));
  if (options.counts) steps.push_back("counts " + options.counts->name);
  for (const std::string& step : steps) append_edit(edits, step);
  return edits;
}

// Throws Error(usage).
void check_half(const ConvertPlan& plan) {
  const Format* const to = find_format(plan.to);
  if (to != nullptr && to->make_half_writer != nullptr) return;
  std::string names;
  for (const Format* format : formats()) {
    if (format->make_half_writer == nullptr) continue;
    names += (names.empty() ? "" : " or ") + std::string(format->name);
  }
  throw Error(ErrorCode::usage,
              std::string(to == nullptr ? "a container" : to->name) +
                  " has float32 only: write float16 with --to " + names,
              plan.output_path);
}

// What read_container() tells at most.
std::uint64_t bytes_of_rows(const Embeddings& embeddings) {
  return embeddings.matrix.values().size_bytes() +
         embeddings.subwords.matrix().values().size_bytes();
}

// Rows of a container, as if they came from a reader.
ReadReport read_container(const Embeddings& embeddings, const ReadOptions& options, RowSink& sink) {
  ReadReport report;
  const std::size_t dim = embeddings.dim();
  sink.begin(dim, embeddings.rows());
  std::vector<std::string_view> words;
  report.read_to_end = true;
  for (std::size_t first = 0; first < embeddings.rows() && report.read_to_end;
       first += kBatchRows) {
    const std::size_t count = std::min(kBatchRows, embeddings.rows() - first);
    words.clear();
    for (std::size_t i = 0; i < count; ++i) {
      words.push_back(embeddings.vocabulary.word(static_cast<Row>(first + i)));
    }
    const std::span<const std::uint64_t> counts = embeddings.counts;
    report.read_to_end = sink.append({dim,
                                      words,
                                      {embeddings.matrix.data + first * dim, count * dim},
                                      counts.empty() ? counts : counts.subspan(first, count)});
    report.rows_read += count;
    if (options.progress) options.progress((first + count) * dim * sizeof(float));
  }
  const Subwords& subwords = embeddings.subwords;
  report.has_subwords = !subwords.empty();
  if (!report.has_subwords || !sink.wants_subwords()) return report;
  const MatrixView& matrix = subwords.matrix();
  sink.begin_subwords(subwords.rules(), subwords.index(), matrix.rows);
  for (std::size_t first = 0; first < matrix.rows; first += kBatchRows) {
    const std::size_t count = std::min(kBatchRows, matrix.rows - first);
    sink.append_subwords(matrix.values().subspan(first * dim, count * dim));
    if (options.progress) {
      options.progress((embeddings.rows() + first + count) * dim * sizeof(float));
    }
  }
  return report;
}

// Where the words go, of a format that keeps them apart; empty: it does not. Throws Error(usage)
// when the input needs what is there.
std::string check_words_path(const ConvertPlan& plan, const Format* from, const ByteSource& source,
                             const ReadOptions& options) {
  const Format* const to = find_format(plan.to);
  if (to == nullptr || to->word_files == nullptr || plan.output_path == "-") return {};
  std::string words_path = to->word_files(plan.output_path).front();
  std::vector<std::string> needed = {source.path(), options.vocab};
  if (from != nullptr && from->word_files != nullptr && !source.path().empty()) {
    const std::vector<std::string> beside = from->word_files(source.path());
    needed.insert(needed.end(), beside.begin(), beside.end());
  }
  for (const std::string& path : needed) {
    if (path.empty() || !is_same_file(path, words_path)) continue;
    throw Error(ErrorCode::usage,
                "its words would go to " + printable(words_path) +
                    ", which is a file of the input: give another name to write",
                plan.output_path);
  }
  return words_path;
}

// Passes rows on to a writer of float16, and counts those that it makes zero.
class RowsOfHalves final : public RowSink {
 public:
  explicit RowsOfHalves(RowSink& writer) : writer_(writer) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override {
    writer_.begin(dim, rows_hint);
  }
  bool append(const RowBatch& batch) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto row = batch.vectors.subspan(i * batch.dim, batch.dim);
      const bool is_zero = std::all_of(row.begin(), row.end(), [](float x) { return x == 0; });
      if (!is_zero && std::all_of(row.begin(), row.end(), rounds_to_zero)) ++zeroed_;
    }
    return writer_.append(batch);
  }
  void finish() override { writer_.finish(); }
  VocabularyBuilder* vocabulary() noexcept override { return writer_.vocabulary(); }
  bool wants_subwords() const noexcept override { return writer_.wants_subwords(); }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override {
    writer_.begin_subwords(rules, index, rows);
  }
  void append_subwords(std::span<const float> vectors) override {
    writer_.append_subwords(vectors);
  }

  std::uint64_t zeroed() const noexcept { return zeroed_; }

 private:
  static bool rounds_to_zero(float x) { return half_to_float(float_to_half(x)) == 0; }

  RowSink& writer_;
  std::uint64_t zeroed_ = 0;
};

// What rows go through between the reader and the writer. `writer` and `options` must outlive it.
class RowStages {
 public:
  RowStages(RowSink& writer, const ConvertOptions& options) {
    head_ = &writer;
    if (options.counts) {
      head_ = &counted_.emplace(*head_, options.counts->words, options.counts->counts);
    }
    if (options.half) head_ = &halves_.emplace(*head_);
    if (options.edits.any() || options.merge) {
      head_ = &editor_.emplace(*head_, options.edits, options.read.threads);
    }
    if (options.merge) {
      head_ = &merge_.emplace(*head_, options.merge->model.embeddings(), options.merge->by);
    }
    head_ = &filter_.emplace(*head_, options.limit);
    if (options.words) head_ = &selection_.emplace(*head_, *options.words);
  }

  RowSink& head() { return *head_; }
  // Whether any was chosen; a selection hands its rows on only in finish().
  bool has_rows() { return selection_ ? selection_->has_rows() : filter_->counts().rows > 0; }
  // Once all rows have come.
  void describe(ConvertReport& report) const {
    report.counts = filter_->counts();
    report.rows = editor_ ? editor_->rows() : report.counts.rows;
    report.dim = editor_ ? editor_->dim() : filter_->dim();
    report.zero_rows = editor_ ? editor_->zero_rows() : report.counts.zero_rows;
    report.centred_zero_rows = editor_ ? editor_->centred_zero_rows() : 0;
    if (editor_) report.poor_steps = editor_->poor_steps();
    report.half_zero_rows = halves_ ? halves_->zeroed() : 0;
    if (merge_) {
      report.merge_dropped = merge_->dropped();
      report.merged_spelt_otherwise = merge_->other_spellings();
    }
    if (selection_) {
      report.missing_words = selection_->missing();
      report.words_spelt_otherwise = selection_->other_spellings();
    }
    if (counted_) {
      report.counts_spelt_otherwise = counted_->other_spellings();
      report.missing_counts = counted_->missing();
      report.first_missing_count = counted_->first_missing();
      if (counted_->found_none()) report.rows = 0;
    }
  }

 private:
  RowSink* head_ = nullptr;
  std::optional<CountedRows> counted_;
  std::optional<RowsOfHalves> halves_;
  std::optional<RowEditor> editor_;
  std::optional<RowMerge> merge_;
  std::optional<RowFilter> filter_;
  std::optional<WordSelection> selection_;
};

std::string why_no_rows(const ReadReport& report) {
  if (report.bad_rows == 0) return "has no rows";
  return fmt::format("has no good rows: {} {}",
                     report.bad_rows == 1
                         ? "one is bad,"
                         : fmt::format("all {} are bad, the first on", report.bad_rows),
                     report.bad_examples.empty() ? "" : report.bad_examples.front());
}

}  // namespace

std::vector<std::string_view> written_format_names() {
  std::vector<std::string_view> names = format_names();
  std::erase_if(names, [](std::string_view name) { return !is_written(name); });
  return names;
}

ConvertPlan plan_conversion(const std::string& input, const std::string& output,
                            const ConvertOptions& options) {
  ConvertPlan plan{output, options.to};
  const auto names = format_names();
  if (!plan.to.empty() && std::find(names.begin(), names.end(), plan.to) == names.end()) {
    fail_unknown_format(plan.to);
  }
  if (!plan.to.empty() && !is_written(plan.to)) {
    throw Error(ErrorCode::usage, "files of the format " + plan.to +
                                      " are only read: write one of " + known_extensions());
  }
  if (plan.to.empty() && output.empty()) plan.to = kContainerFormatName;
  if (plan.to.empty()) {
    const auto format = format_of_extension(output);
    if (!format) {
      throw Error(ErrorCode::usage, "cannot tell the format to write from the name " +
                                        in_quotes(output) + ": expected an extension among " +
                                        known_extensions() +
                                        ", with or without .gz, or --to FORMAT");
    }
    plan.to = *format;
  }
  if (plan.output_path.empty()) {
    if (input == "-") {
      throw Error(ErrorCode::usage, "input from a pipe needs the name of an output file");
    }
    const std::string& member = options.read.member;
    plan.output_path =
        stem_of(member.empty() ? input : member) + std::string(extension_of(plan.to));
  }
  if (plan.to == kContainerFormatName && has_extension(plan.output_path, ".gz")) {
    throw Error(ErrorCode::usage,
                "a container is mapped, and so cannot be compressed: leave .gz out of its name",
                plan.output_path);
  }
  refuse_compressed_name(plan.output_path);
  if (is_same_file(input, plan.output_path) ||
      (options.merge && is_same_file(options.merge->model.path(), plan.output_path))) {
    throw Error(ErrorCode::usage, "is both input and output: give another name to write",
                plan.output_path);
  }
  if (options.half) check_half(plan);
  if (options.counts && find_format(plan.to) != nullptr) {
    throw Error(ErrorCode::usage,
                plan.to + " has no place for counts: write a container (.safetensors)",
                plan.output_path);
  }
  return plan;
}

ConvertReport convert(const std::string& input, const std::string& output,
                      const ConvertOptions& options) {
  const ConvertPlan plan = plan_conversion(input, output, options);
  ByteSource source = open_input(input, options.read.member, options.read.member_option);
  const Format* const from = choose_format(source, options.from);
  check_options(from, options.read, source);
  ConvertReport report;
  report.words_path = check_words_path(plan, from, source, options.read);

  std::optional<Container> container;
  ModelInfo info;
  if (from == nullptr) {
    container.emplace(open_container(source, input));
    info = container->info();
    if (options.words || options.limit < container->embeddings().rows()) {
      info.source_size_bytes = 0;  // they are those of all rows
      info.source_checksum.clear();
    }
  } else {
    info.source = options.source.empty() ? source_name_of(source) : options.source;
    info.source_format = from->name;
  }
  info.creator = "wordvec " WORDVEC_VERSION;
  info.edits = edits_of(options, std::move(info.edits));
  if (!options.license.empty()) info.license = options.license;
  if (!options.citation.empty()) info.citation = options.citation;

  std::unique_ptr<RowSink> writer;
  ContainerWriter* container_writer = nullptr;
  if (const Format* to = find_format(plan.to)) {
    writer = (options.half ? to->make_half_writer : to->make_writer)(plan.output_path,
                                                                     options.read.threads);
  } else {
    auto to_container = std::make_unique<ContainerWriter>(
        plan.output_path, info,
        ContainerOptions{options.codes, options.read.threads, options.codes_progress,
                         options.subwords});
    container_writer = to_container.get();
    writer = std::move(to_container);
  }
  RowStages stages(*writer, options);

  ReadOptions read_options = options.read;
  if (container_writer != nullptr) {
    read_options.tensor_chosen = [container_writer](const std::string& tensor) {
      container_writer->set_source_tensor(tensor);
    };
  }
  if (options.progress) {
    const auto all = container ? std::optional(bytes_of_rows(container->embeddings()))
                               : source.file_size_bytes();
    read_options.progress = [&options, all](std::uint64_t done) { options.progress(done, all); };
  }
  report.output_path = plan.output_path;
  report.to = plan.to;
  report.edits = edits_of(options, {});
  report.from = from == nullptr ? kContainerFormatName : from->name;
  report.read = from == nullptr
                    ? read_container(container->embeddings(), read_options, stages.head())
                    : from->read(source, read_options, stages.head());
  if (container_writer != nullptr && from != nullptr && report.read.read_to_end) {
    container_writer->set_source(source.position_bytes(), source.checksum());
  }
  if (!stages.has_rows()) {
    if (!options.words) throw Error(ErrorCode::malformed, why_no_rows(report.read), source.name());
    stages.describe(report);
    return report;  // nothing is written
  }
  stages.head().finish();
  stages.describe(report);
  report.kept_subwords = report.read.has_subwords && writer->wants_subwords();
  return report;
}

}  // namespace wordvec
