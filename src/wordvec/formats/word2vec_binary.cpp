// word2vec binary: "rows dim\n", then for each row the word, a space, dim little-endian float32
// and, as word2vec.c writes it, a line end, which gensim leaves out.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word2vec_header.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::string_view kName = "word2vec-bin";
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

bool has_control_bytes(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

bool detect(const Probe& probe) {
  constexpr std::size_t kLookedAtBytes = 4096;
  if (probe.head.empty()) return false;
  const TextLine header_line = first_line(probe.head);
  const auto header = parse_word2vec_header(header_line.text);
  if (!header) return false;
  const std::string_view rest = probe.head.substr(header_line.size_bytes);
  if (rest.empty()) return false;
  if (has_control_bytes(rest.substr(0, kLookedAtBytes))) return true;
  // A line of text with a bad value is still UTF-8, with a field for each value.
  const std::string_view line = first_line(rest).text;
  return !line.empty() && !is_number(last_field(line)) &&
         (count_fields(line) < header->dim + 1 || !is_valid_utf8(line));
}

// The next row's word, with what precedes and follows it taken from the source; nullopt when the
// file ends in it.
std::optional<std::string> take_word(ByteSource& source, std::uint64_t row) {
  std::string_view ahead = source.peek(1);
  while (!ahead.empty() && ahead.front() == '\n') {
    source.skip(1);
    ahead = source.peek(1);
  }
  std::size_t space = ahead.substr(0, kMaxWordBytes + 1).find(' ');
  if (space == std::string_view::npos) {
    ahead = source.peek(kMaxWordBytes + 1).substr(0, kMaxWordBytes + 1);
    space = ahead.find(' ');
  }
  if (space == std::string_view::npos && ahead.size() > kMaxWordBytes) {
    throw Error::at_offset(
        source.name(), source.position_bytes(),
        fmt::format("row {}: no space after the word within {} bytes", row, kMaxWordBytes));
  }
  if (space == std::string_view::npos) return std::nullopt;
  std::string word(ahead.substr(0, space));
  source.skip(space + 1);
  return word;
}

// Collects rows until they are worth passing on.
class Batch {
 public:
  explicit Batch(std::size_t dim) : dim_(dim) {}

  std::span<float> next_vector() {
    vectors_.resize((words_.size() + 1) * dim_);
    return std::span(vectors_).subspan(words_.size() * dim_);
  }
  void accept(std::string word) { words_.push_back(std::move(word)); }
  bool is_full() const { return words_.size() * dim_ * sizeof(float) >= kBatchBytes; }

  bool pass_on(RowSink& sink) {
    if (words_.empty()) return true;
    const std::vector<std::string_view> words(words_.begin(), words_.end());
    const bool more =
        sink.append({dim_, words, std::span<const float>(vectors_).first(words.size() * dim_)});
    words_.clear();
    return more;
  }

 private:
  std::size_t dim_;
  std::vector<std::string> words_;
  std::vector<float> vectors_;
};

std::string row_problem(const std::string& word, std::span<const float> vector, bool strict_utf8) {
  std::string problem = problem_of_word(word, strict_utf8);
  if (!problem.empty() || !first_not_finite(vector)) return problem;
  return problem_of_values(vector, in_quotes(word));
}

bool only_line_ends_left(ByteSource& source) {
  while (!source.at_end() && source.peek(1).front() == '\n') source.skip(1);
  return source.at_end();
}

void read_rows(ByteSource& source, const Word2vecHeader& header, const ReadOptions& options,
               RowSink& sink, ReadReport& report) {
  const std::size_t vector_bytes = header.dim * sizeof(float);
  Batch batch(header.dim);
  std::uint64_t row = 0;
  report.read_to_end = true;
  // The rows before a bad one may be all that the sink wants: then there is no error.
  const auto fail = [&](std::uint64_t offset_bytes, const std::string& problem) {
    report.read_to_end = batch.pass_on(sink);
    if (report.read_to_end) throw Error::at_offset(source.name(), offset_bytes, problem);
  };
  while (report.read_to_end && !only_line_ends_left(source)) {
    if (row == header.rows && !options.trust_rows) {
      fail(source.position_bytes(), fmt::format("there are bytes after the {} rows that the header "
                                                "promises (--trust-rows takes what is there)",
                                                header.rows));
      return;
    }
    const std::uint64_t row_offset = source.position_bytes();
    std::optional<std::string> word = take_word(source, row);
    const std::string_view values = source.peek(word ? vector_bytes : 0);
    if (!word || values.size() < vector_bytes) {
      const std::string problem =
          !word ? fmt::format("row {}: the file ends in the middle of the word", row)
                : fmt::format(
                      "row {}: the vector of {} has {} bytes, expected {}: the file is truncated",
                      row, in_quotes(*word), values.size(), vector_bytes);
      if (!options.trust_rows) return fail(row_offset, problem);
      ++report.bad_rows;
      report.keep_example(problem);
      source.skip(values.size());
      break;
    }
    const std::span<float> vector = batch.next_vector();
    std::memcpy(vector.data(), values.data(), vector_bytes);
    source.skip(vector_bytes);

    const std::string problem = row_problem(*word, vector, options.strict_utf8);
    if (!problem.empty()) {
      if (!options.skip_bad) {
        return fail(row_offset, fmt::format("row {}: {}", row, problem));
      }
      ++report.bad_rows;
      report.keep_example(fmt::format("row {}: {}", row, problem));
    } else {
      if (!is_valid_utf8(*word) && report.invalid_utf8_words++ == 0) {
        report.first_invalid_utf8 = fmt::format("row {}", row);
      }
      note_blank_word(*word, report, [&] { return fmt::format("row {}", row); });
      batch.accept(*std::move(word));
      ++report.rows_read;
    }
    ++row;
    if (batch.is_full()) {
      report.read_to_end = batch.pass_on(sink);
      if (options.progress) options.progress(source.file_position_bytes());
    }
  }
  if (report.read_to_end) report.read_to_end = batch.pass_on(sink);
}

ReadReport read(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  const Word2vecHeader header = take_word2vec_header(source);
  ReadReport report;
  sink.begin(header.dim, header.rows);
  read_rows(source, header, options, sink, report);
  check_row_count(header, options, source.name(), report);
  return report;
}

class BinaryWriter final : public RowSink {
 public:
  BinaryWriter(const std::string& path, unsigned threads)
      : file_(FormatOutput::create(path, threads)) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override {
    header_line_.begin(file_, dim, rows_hint);
  }

  bool append(const RowBatch& batch) override {
    buffer_.clear();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::string_view word = batch.words[i];
      if (word.empty() || word.front() == '\n' || word.find(' ') != std::string_view::npos) {
        throw Error(ErrorCode::usage,
                    fmt::format("the word {} {}, which {} files cannot hold: write a container "
                                "(.safetensors) or text",
                                in_quotes(word),
                                word.empty()           ? "is empty"
                                : word.front() == '\n' ? "begins with a line end"
                                                       : "contains a space",
                                kName),
                    file_.path());
      }
      buffer_ += word;
      buffer_ += ' ';
      const auto vector = batch.vectors.subspan(i * batch.dim, batch.dim);
      buffer_.append(reinterpret_cast<const char*>(vector.data()), vector.size_bytes());
      buffer_ += '\n';
    }
    file_.write(buffer_);
    rows_ += batch.size();
    return true;
  }

  void finish() override {
    header_line_.finish(file_, rows_);
    file_.publish();
  }

 private:
  FormatOutput file_;
  Word2vecHeaderWriter header_line_;
  std::string buffer_;
  std::uint64_t rows_ = 0;
};

std::unique_ptr<RowSink> make_writer(const std::string& path, unsigned threads) {
  return std::make_unique<BinaryWriter>(path, threads);
}

}  // namespace

const Format kWord2vecBinary = {kName,  "word2vec binary: a header line, then words and float32",
                                ".bin", detect,
                                read,   make_writer};

}  // namespace wordvec
