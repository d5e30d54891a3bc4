#include "wordvec/formats/projector.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/projector_metadata.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/text_chunks.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/text_survey.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/formats/word_list_lines.h"
#include "wordvec/formats/words_beside.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::string_view kProjectorExtension = ".tsv";
constexpr std::string_view kVectors = "vectors";
constexpr std::string_view kMetadata = "metadata";
constexpr std::string_view kWordsOfVectors = "the words of the vectors";

struct StemParts {
  std::string folder;  // with its slash
  std::string name;    // without extension
};

StemParts parts_of(std::string_view path) {
  const std::string stem = without_extension(path, kProjectorExtension);
  const std::size_t name_at = stem.rfind('/') + 1;  // 0 where there is no slash
  return {stem.substr(0, name_at), stem.substr(name_at)};
}

// Where the words are written: metadata.tsv for vectors.tsv, X.metadata.tsv for X.tsv.
std::string metadata_path_of(std::string_view path) {
  const StemParts stem = parts_of(path);
  return stem.folder + (stem.name == kVectors ? "" : stem.name + '.') + std::string(kMetadata) +
         std::string(kProjectorExtension);
}

// Where the words may lie, the likeliest first.
std::vector<std::string> metadata_paths_of(const std::string& path) {
  constexpr std::string_view kTensor = "_tensor";  // gensim's: X_tensor.tsv and X_metadata.tsv
  std::vector<std::string> paths;
  const StemParts stem = parts_of(path);
  if (path.empty() || stem.name == kMetadata) return paths;
  paths.push_back(metadata_path_of(path));
  if (stem.name.ends_with(kTensor)) {
    paths.push_back(stem.folder + stem.name.substr(0, stem.name.size() - kTensor.size()) + '_' +
                    std::string(kMetadata) + std::string(kProjectorExtension));
  }
  if (stem.name != kVectors) {
    paths.push_back(stem.folder + std::string(kMetadata) + std::string(kProjectorExtension));
  }
  return paths;
}

// True for values with one tab between them.
bool is_row_of_values(std::string_view line) {
  while (true) {
    const std::size_t tab = line.find('\t');
    if (!is_number(line.substr(0, tab))) return false;
    if (tab == std::string_view::npos) return true;
    line.remove_prefix(tab + 1);
  }
}

// Whether the first line may be a fault in what is rows of values: the two behind it are.
bool is_fault_above_values(std::string_view text) {
  constexpr int kLookedAtLines = 2;
  for (int i = 0; i < kLookedAtLines; ++i) {
    text.remove_prefix(first_line(text).size_bytes);
    if (text.empty()) return false;
    const std::string_view line = first_line(text).text;
    if (line.find('\t') == std::string_view::npos || !is_row_of_values(line)) return false;
  }
  return true;
}

bool detect_projector(const Probe& probe) {
  if (probe.head.empty()) return false;
  const std::string_view line = first_line(probe.head).text;
  const bool is_row = is_row_of_values(line);
  if (!is_row && !is_fault_above_values(probe.head)) return false;
  const std::string path(probe.path);
  const bool has_its_name = has_extension(less_compression(path), kProjectorExtension) &&
                            !parts_of(path).name.ends_with(kMetadata);
  const bool has_labels = !first_file_of(metadata_paths_of(path)).empty();
  // A number in front of others may also be the word of GloVe text, or a label; and a single number
  // may begin many a file.
  const bool is_certain = is_row && line.find('\t') != std::string_view::npos;
  return is_certain ? has_its_name || has_labels : has_its_name && has_labels;
}

constexpr const char* kEmptyVectorLine = "the line is empty";

struct ParsedLines {
  std::unique_ptr<float[]> vectors;
  std::vector<std::uint64_t> rows;     // those of the vectors, counted from the chunk's first line
  std::uint64_t lines = 0;             // but for
  std::uint64_t last_blank_lines = 0;  // those behind all others
  std::vector<std::pair<std::uint64_t, std::string>> problems;  // by line of the chunk
  std::uint64_t file_position_bytes = 0;
  bool line_too_long = false;
};

ParsedLines parse_lines(const TextChunk& chunk, std::size_t dim, std::uint64_t dim_line,
                        const simd::TextKernels& kernels) {
  ParsedLines parsed;
  parsed.file_position_bytes = chunk.file_position_bytes;
  parsed.line_too_long = chunk.line_too_long;
  if (chunk.line_too_long) return parsed;
  // Two bytes a value at least; and one row more, which may turn out to be bad.
  parsed.vectors = std::make_unique_for_overwrite<float[]>(chunk.bytes.size() / 2 + 1 + dim);
  const auto end_blank_lines = [&] {
    for (; parsed.last_blank_lines > 0; --parsed.last_blank_lines, ++parsed.lines) {
      parsed.problems.emplace_back(parsed.lines, kEmptyVectorLine);
    }
  };
  for (std::string_view rest = chunk.bytes; !rest.empty();) {
    float* const vector = parsed.vectors.get() + parsed.rows.size() * dim;
    if (const auto size = parse_plain_values(rest, dim, vector, kernels)) {
      rest.remove_prefix(*size);
      end_blank_lines();
      parsed.rows.push_back(parsed.lines++);
      continue;
    }
    const TextLine line = first_line(rest);
    rest.remove_prefix(line.size_bytes);
    if (is_blank_line(line.text)) {
      ++parsed.last_blank_lines;
      continue;
    }
    end_blank_lines();
    std::string problem;
    if (parse_text_values(line.text, dim, vector, problem, dim_line)) {
      parsed.rows.push_back(parsed.lines);
    } else {
      parsed.problems.emplace_back(parsed.lines, std::move(problem));
    }
    ++parsed.lines;
  }
  return parsed;
}

// Gives the rows their words and passes them on, chunk by chunk.
class LineConsumer {
 public:
  LineConsumer(const std::string& name, std::size_t dim, std::span<const std::string> words,
               const std::string& words_name, const ReadOptions& options, RowSink& sink,
               std::span<const std::uint64_t> counts, std::uint64_t lines_before,
               const WordlessRows& wordless)
      : name_(name),
        dim_(dim),
        words_(words),
        words_name_(words_name),
        options_(options),
        sink_(sink),
        counts_(counts),
        lines_before_(lines_before),
        wordless_(wordless) {
    report_.read_to_end = true;
  }

  bool consume(const ParsedLines& lines) {
    if (lines.line_too_long) {
      throw Error::at_line(name_, number_of(0),
                           fmt::format("no line end within {} bytes", kMaxTextLineBytes));
    }
    for (; blank_lines_ > 0 && lines.lines > 0; --blank_lines_, ++next_line_) {
      if (is_left_out(0)) continue;
      check_has_word(0);
      note_problem(0, kEmptyVectorLine);
    }
    blank_lines_ += lines.last_blank_lines;
    auto problem = lines.problems.begin();
    std::size_t begin = 0;  // of the rows that are not passed on yet
    for (std::size_t r = 0; r <= lines.rows.size(); ++r) {
      const std::uint64_t line = r < lines.rows.size() ? lines.rows[r] : lines.lines;
      for (; problem != lines.problems.end() && problem->first < line; ++problem) {
        if (is_left_out(problem->first)) continue;
        if (!pass_on(lines, begin, r)) return false;
        begin = r;
        check_has_word(problem->first);
        note_problem(problem->first, problem->second);
      }
      if (r == lines.rows.size()) break;
      if (is_left_out(line) || wordless_.is_missing(next_line_ + line)) {
        if (!pass_on(lines, begin, r)) return false;
        begin = r + 1;
        if (!is_left_out(line)) note_problem(line, wordless_.problem(next_line_ + line));
        continue;
      }
      if (next_line_ + line >= words_.size()) {
        if (!pass_on(lines, begin, r)) return false;
        check_has_word(line);
      }
      const std::string& word = words_[static_cast<std::size_t>(next_line_ + line)];
      const bool is_utf8 = is_valid_utf8(word);
      if (!is_utf8 && options_.strict_utf8) {
        if (!pass_on(lines, begin, r)) return false;
        begin = r + 1;
        note_problem(line, problem_of_word(word, true));
        continue;
      }
      note_blank_word(word, report_, [&] { return fmt::format("line {}", number_of(line)); });
      if (!is_utf8 && report_.invalid_utf8_words++ == 0) {
        report_.first_invalid_utf8 = fmt::format("line {}", number_of(line));
      }
    }
    if (!pass_on(lines, begin, lines.rows.size())) return false;
    next_line_ += lines.lines;
    if (options_.progress) options_.progress(lines.file_position_bytes);
    return true;
  }

  ReadReport finish() {
    refusal_.finish();
    if (!report_.read_to_end) return std::move(report_);
    // Blank words behind the others are the blank lines at the end of their file.
    const auto count = std::min(words_.size(), static_cast<std::size_t>(next_line_));
    const auto more = words_.subspan(count);
    const bool are_blank = std::all_of(more.begin(), more.end(), is_blank_line);
    if ((next_line_ > words_.size() && !wordless_.are_numbered()) || !are_blank) {
      throw Error(ErrorCode::malformed, describe_other_count(next_line_, words_, words_name_),
                  name_);
    }
    report_.note = wordless_.note(next_line_, printable(name_));
    return std::move(report_);
  }

 private:
  bool is_left_out(std::uint64_t line) const { return wordless_.is_left_out(next_line_ + line); }

  void check_has_word(std::uint64_t line) const {
    if (next_line_ + line < words_.size()) return;
    throw Error::at_line(name_, number_of(line),
                         fmt::format("there are more rows than words: {} has {}",
                                     printable(words_name_), words_.size()));
  }

  void note_problem(std::uint64_t line, const std::string& problem) {
    const std::uint64_t number = number_of(line);
    if (!options_.skip_bad) {
      const auto error_of = [this, number](const std::string& text) {
        return Error::at_line(name_, number, text);
      };
      return refusal_.refuse(problem, error_of, report_.rows_read > 0);
    }
    ++report_.bad_rows;
    report_.keep_example(fmt::format("line {}: {}", number, problem));
  }

  // Of a line of the chunk at hand, in the file.
  std::uint64_t number_of(std::uint64_t line) const {
    return lines_before_ + next_line_ + line + 1;
  }

  bool pass_on(const ParsedLines& lines, std::size_t begin, std::size_t end) {
    if (begin >= end) return true;
    refusal_.check();
    views_.clear();
    counts_of_views_.clear();
    for (std::size_t r = begin; r < end; ++r) {
      const auto index = static_cast<std::size_t>(next_line_ + lines.rows[r]);
      views_.push_back(words_[index]);
      if (!counts_.empty()) counts_of_views_.push_back(counts_[index]);
    }
    report_.rows_read += views_.size();
    report_.read_to_end = sink_.append({dim_,
                                        views_,
                                        {lines.vectors.get() + begin * dim_, (end - begin) * dim_},
                                        counts_of_views_});
    return report_.read_to_end;
  }

  const std::string& name_;
  std::size_t dim_;
  std::span<const std::string> words_;
  const std::string& words_name_;
  const ReadOptions& options_;
  RowSink& sink_;
  ReadReport report_;
  std::span<const std::uint64_t> counts_;  // of words_; empty: not known
  std::uint64_t lines_before_;
  const WordlessRows& wordless_;
  std::uint64_t next_line_ = 0;    // of those behind them
  std::uint64_t blank_lines_ = 0;  // just before it
  std::vector<std::string_view> views_;
  std::vector<std::uint64_t> counts_of_views_;
  BadRowRefusal refusal_;
};

// What comes out of a compressed file may be far more than there are rows for.
std::uint64_t most_metadata_bytes(const ByteSource& vectors) {
  constexpr std::uint64_t kMax = std::uint64_t{1} << 30;
  constexpr std::uint64_t kFixed = std::uint64_t{16} << 20;
  constexpr std::uint64_t kTimes = 64;
  const auto size = vectors.size_bytes();
  return size ? std::min(kMax, kFixed + kTimes * *size) : kMax;
}

// The words of a file that --vocab names: labels as the projector has them, or any list of words
// with something beside them, such as GloVe's vocabulary.
WordList read_named_words(const std::string& path, std::uint64_t most_bytes) {
  ByteSource source = open_input(path, kExpectedWords);
  const std::string_view bytes = source.peek_all(most_bytes, kWordsOfVectors);
  ByteSource list_source = ByteSource::from_memory(source.name(), bytes);
  WordListOptions of_rows;
  of_rows.are_of_rows = true;
  const std::string_view first = first_line(bytes).text;
  if (bytes.empty() || names_rows_beside_words(first) || !names_projector_columns(first)) {
    WordList list = take_word_list(list_source, of_rows);
    if (!list.are_lines) return list;
    if (const auto kind = known_kind(bytes.substr(0, kKindBytes))) {
      throw Error(ErrorCode::malformed, sentence_of(*kind, kExpectedWords), source.name());
    }
  }
  return parse_projector_metadata(bytes, source.name(), LabelOrder::named_rows);
}

ReadReport read_projector_source(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  const std::string path =
      find_words(options.vocab, metadata_paths_of(source.path()), source.name());
  WordList list;
  if (options.vocab.empty()) {
    ByteSource metadata = open_text(path, kWordsOfVectors);
    list = parse_projector_metadata(metadata.peek_all(most_metadata_bytes(source), kWordsOfVectors),
                                    metadata.name());
  } else {
    list = read_named_words(path, most_metadata_bytes(source));
  }
  settle_first_row(source, list);
  ReadReport report =
      read_projector(source, list.words, path, options, sink, list.counts, 0, WordlessRows(list));
  report.words_note = std::move(list.note);
  report.words_warning = std::move(list.warning);
  return report;
}

class ProjectorWriter final : public RowSink {
 public:
  ProjectorWriter(const std::string& path, unsigned threads)
      : files_(path, metadata_path_of(path), threads), threads_(threads_or_default(threads)) {}

  void begin(std::size_t /*dim*/, std::optional<std::uint64_t> /*rows_hint*/) override {}

  bool append(const RowBatch& batch) override {
    constexpr std::size_t kRowsPerPiece = 256;
    std::vector<std::string> pieces((batch.size() + kRowsPerPiece - 1) / kRowsPerPiece);
    parallel_for(threads_, pieces.size(), [&](std::size_t p) {
      const std::size_t end = std::min(batch.size(), (p + 1) * kRowsPerPiece);
      for (std::size_t i = p * kRowsPerPiece; i < end; ++i) {
        append_values(pieces[p], batch.vectors.subspan(i * batch.dim, batch.dim));
      }
    });
    labels_.clear();
    for (const std::string_view word : batch.words) {
      append_projector_label(labels_, word, is_first_);
      is_first_ = false;
    }
    files_.words().write(labels_);
    for (const std::string& piece : pieces) files_.rows().write(piece);
    return true;
  }

  void finish() override { files_.publish(); }

 private:
  // In the shortest form that reads back to the same bits.
  static void append_values(std::string& out, std::span<const float> vector) {
    for (const float value : vector) {
      fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}\t"), value);
    }
    out.back() = '\n';
  }

  PairedOutput files_;
  unsigned threads_;
  std::string labels_;
  bool is_first_ = true;
};

std::unique_ptr<RowSink> make_projector_writer(const std::string& path, unsigned threads) {
  return std::make_unique<ProjectorWriter>(path, threads);
}

}  // namespace

ReadReport read_projector(ByteSource& source, std::span<const std::string> words,
                          const std::string& words_name, const ReadOptions& options, RowSink& sink,
                          std::span<const std::uint64_t> counts, std::uint64_t lines_before,
                          const WordlessRows& wordless) {
  const std::string_view text = peek_for_survey(source);
  if (text.empty()) throw Error(ErrorCode::malformed, "is empty", source.name());
  const RowSurvey survey = survey_values(text, is_whole_survey(text));
  const std::size_t dim = survey.dim > 0 ? survey.dim : count_fields(first_line(text).text);
  const std::uint64_t dim_line = lines_before + std::max<std::uint64_t>(survey.dim_line, 1);
  if (dim == 0 || dim > kMaxDim) {
    throw Error::at_line(source.name(), dim_line,
                         fmt::format("found {} values, expected 1 to {}", dim, kMaxDim));
  }
  sink.begin(dim, words.size());
  LineConsumer consumer(source.name(), dim, words, words_name, options, sink, counts, lines_before,
                        wordless);
  const simd::TextKernels& kernels = *simd::active().text;
  ordered_pipeline<TextChunk, ParsedLines>(
      threads_or_default(options.threads), [&] { return next_text_chunk(source); },
      [&](const TextChunk& chunk) { return parse_lines(chunk, dim, dim_line, kernels); },
      [&](const ParsedLines& lines) { return consumer.consume(lines); });
  return consumer.finish();
}

void settle_first_row(ByteSource& source, WordList& list) {
  const auto without = std::count(list.without_word.begin(), list.without_word.end(), true);
  if (without != 1 || !list.without_word.front()) return;
  std::string_view text = source.peek_all();
  std::uint64_t lines = 0;
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const TextLine line = first_line(text);
    text.remove_prefix(line.size_bytes);
    if (!is_blank_line(line.text)) lines = number;
  }
  if (lines + 1 != list.words.size()) return;
  list.words.erase(list.words.begin());
  list.without_word.erase(list.without_word.begin());
  if (!list.counts.empty()) list.counts.erase(list.counts.begin());
}

const Format kProjector = {
    "projector",
    "Embedding Projector: values by tabs (.tsv), with the words in metadata.tsv",
    kProjectorExtension,
    detect_projector,
    read_projector_source,
    make_projector_writer,
    true,
    false,
    metadata_paths_of};

}  // namespace wordvec
