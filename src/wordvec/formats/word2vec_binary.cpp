// word2vec binary: "rows dim\n", then for each row the word, a space, dim little-endian float32
// and, as word2vec.c writes it, a line end, which gensim leaves out.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word2vec_header.h"
#include "wordvec/formats/word2vec_rows.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::string_view kWord2vecBinaryName = "word2vec-bin";
constexpr std::size_t kShownWordBytes = 40;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

bool has_control_bytes(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

// True for a line that ends in `dim` numbers; of many, the last ones stand for all.
bool is_row_of_text(std::string_view line, std::size_t dim) {
  constexpr std::size_t kLookedAtValues = 8;
  if (dim == 0 || count_fields(line) < dim) return false;
  for (std::size_t i = 0; i < std::min(dim, kLookedAtValues); ++i) {
    const std::string_view field = last_field(line);
    if (!is_number(field)) return false;
    line = line.substr(0, static_cast<std::size_t>(field.data() - line.data()));
  }
  return true;
}

// Bytes that end in the middle of a character are text too.
bool begins_as_text(std::string_view bytes) {
  constexpr std::size_t kMaxCharBytes = 4;
  std::size_t end = bytes.size();
  while (end > 0 && bytes.size() - end < kMaxCharBytes && (bytes[end - 1] & 0xc0) == 0x80) --end;
  if (end > 0 && (bytes[end - 1] & 0xc0) == 0xc0) --end;
  return !has_control_bytes(bytes) && (is_valid_utf8(bytes) || is_valid_utf8(bytes.substr(0, end)));
}

bool detect_word2vec_binary(const Probe& probe) {
  constexpr std::size_t kLookedAtBytes = 4096;
  constexpr int kLookedAtLines = 3;
  if (probe.head.empty()) return false;
  const TextLine header_line = first_line(probe.head);
  const auto header = parse_word2vec_header(header_line.text);
  if (!header) return false;
  std::string_view rest = probe.head.substr(header_line.size_bytes);
  // What is text with a mistake is for the readers of text to refuse.
  if (rest.empty()) return false;
  const std::string_view looked_at = rest.substr(0, kLookedAtBytes);
  // A line of few fields that does not end are values that happen to be text.
  const bool has_lines =
      looked_at.find('\n') != std::string_view::npos || 2 * count_fields(looked_at) > header->dim;
  if (has_lines && begins_as_text(looked_at)) return false;
  // A word of text may hold any bytes.
  for (int i = 0; i < kLookedAtLines && !rest.empty(); ++i) {
    const TextLine line = first_line(rest);
    if (is_row_of_text(line.text, header->dim)) return false;
    rest.remove_prefix(line.size_bytes);
  }
  return true;
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

std::string row_problem(std::string_view word, std::span<const float> vector, bool strict_utf8) {
  std::string problem = problem_of_word(word, strict_utf8);
  if (!problem.empty() || !first_not_finite(vector)) return problem;
  return problem_of_values(vector, in_quotes(word));
}

class Word2vecBinaryReader {
 public:
  Word2vecBinaryReader(ByteSource& source, const Word2vecHeader& header, const ReadOptions& options,
                       RowSink& sink)
      : source_(source),
        header_(header),
        options_(options),
        sink_(sink),
        begin_(source.position_bytes()),
        rows_(source, header.dim),
        batch_(header.dim) {}

  ReadReport read() {
    report_.read_to_end = true;
    sink_.begin(header_.dim, header_.rows);
    while (report_.read_to_end && !rows_.at_end() && read_row()) continue;
    if (refusal_) {
      refuse_other_dim();
      const bool is_all = rows_.at_end();
      if (is_bad_row_ && is_all && count_ != header_.rows) is_other_count_ = true;
      if (is_bad_row_ && is_all && !has_good_rows_) {
        throw Error::at_offset(source_.name(), refusal_->offset_bytes,
                               refusal_->problem + std::string(kNoGoodRow));
      }
      throw Error::at_offset(
          source_.name(), refusal_->offset_bytes,
          refusal_->problem +
              std::string(remedy_of_rows(is_bad_row_, is_other_count_ && !options_.trust_rows)));
    }
    if (report_.read_to_end && count_ != header_.rows) refuse_other_dim();
    if (report_.read_to_end) report_.read_to_end = batch_.pass_on(sink_);
    if (phrases_ > 0 && !rows_.has_row_ends()) {
      report_.note = fmt::format(
          "{} {} a space, {}{}: where {} was told by what the rest of the file can be", phrases_,
          phrases_ == 1 ? "word has" : "words have", phrases_ == 1 ? "" : "the first of them ",
          first_phrase_, phrases_ == 1 ? "it ends" : "they end");
    }
    return std::move(report_);
  }

 private:
  struct Refusal {
    std::uint64_t offset_bytes = 0;
    std::string problem;
  };

  // False: there is no row, or none that is wanted.
  bool read_row() {
    if (count_ == header_.rows && !options_.trust_rows) {
      is_other_count_ = true;
      refuse(
          fmt::format("there are bytes after the {} rows that the header promises", header_.rows));
      return false;
    }
    const std::uint64_t rows_left =
        options_.trust_rows ? std::numeric_limits<std::uint64_t>::max() : header_.rows - count_;
    const std::span<float> vector = batch_.next_vector();
    Word2vecRow row;
    const Word2vecRows::Found found = rows_.next(rows_left, row, vector);
    switch (found) {
      case Word2vecRows::Found::cut:
        return refuse_cut_row();
      case Word2vecRows::Found::unclear:
        refuse_unclear_row();
        return false;
      case Word2vecRows::Found::other_length:
        refuse_other_length();
        return false;
      case Word2vecRows::Found::plain_row:
      case Word2vecRows::Found::row:
        break;
    }
    const std::string_view word = source_.peek(row.word_bytes).substr(0, row.word_bytes);
    const bool is_plain = found == Word2vecRows::Found::plain_row;
    if (!is_plain && !rows_.has_row_ends() && has_control_bytes(word) && !is_valid_utf8(word)) {
      // Text of another encoding has no control bytes: these are values.
      refuse(fmt::format(
          "row {}: the word is {}, which is no text: this row, or the one before it, has another "
          "length than the {} values of the header{}",
          count_, in_quotes(word.substr(0, kShownWordBytes)), header_.dim,
          rows_before(count_ - std::min<std::uint64_t>(count_, 1))));
      return false;
    }
    const std::string problem =
        is_plain ? std::string() : row_problem(word, vector, options_.strict_utf8);
    if (problem.empty()) {
      accept(word, is_plain);
    } else {
      const std::string text = fmt::format("row {}: {}", count_, problem);
      if (!options_.skip_bad) {
        is_bad_row_ = true;
        if (!refuse(text)) return false;
      } else {
        ++report_.bad_rows;
        report_.keep_example(text);
      }
    }
    rows_.take(row, vector);
    ++count_;
    if (batch_.is_full()) {
      report_.read_to_end = batch_.pass_on(sink_);
      if (options_.progress) options_.progress(source_.file_position_bytes());
    }
    return true;
  }

  void accept(std::string_view word, bool is_plain) {
    has_good_rows_ = true;
    if (refusal_) return;  // what follows is only read to tell what would lift it
    if (!is_plain) look_at(word);
    batch_.accept(std::string(word));
    ++report_.rows_read;
  }

  void look_at(std::string_view word) {
    if (!is_valid_utf8(word) && report_.invalid_utf8_words++ == 0) {
      report_.first_invalid_utf8 = fmt::format("row {}", count_);
    }
    note_blank_word(word, report_, [&] { return fmt::format("row {}", count_); });
    if (word.find(' ') != std::string_view::npos && phrases_++ == 0) {
      first_phrase_ = fmt::format("{} at row {}", in_quotes(word), count_);
    }
  }

  // The rows before a bad one may be all that the sink wants: then there is no error, and the
  // answer is false.
  bool refuse(std::string problem) {
    if (refusal_) return true;
    report_.read_to_end = batch_.pass_on(sink_);
    if (report_.read_to_end) refusal_ = {source_.position_bytes(), std::move(problem)};
    return report_.read_to_end;
  }

  // Answers whether to go on.
  bool refuse_cut_row() {
    const std::string_view bytes = source_.peek(kMaxWordBytes + 1 + header_.dim * sizeof(float));
    const std::size_t space = bytes.substr(0, kMaxWordBytes + 1).find(' ');
    if (space == std::string_view::npos && bytes.size() > kMaxWordBytes) {
      is_other_count_ = false;
      refuse(fmt::format("row {}: no space after the word within {} bytes", count_, kMaxWordBytes));
      return false;
    }
    const std::string problem =
        space == std::string_view::npos
            ? fmt::format("row {}: the file ends in the middle of the word", count_)
            : fmt::format(
                  "row {}: the vector of {} has {} bytes, expected {}: the file is "
                  "truncated",
                  count_, in_quotes(bytes.substr(0, space)), bytes.size() - space - 1,
                  header_.dim * sizeof(float));
    if (options_.trust_rows) {
      ++report_.bad_rows;
      report_.keep_example(problem);
      source_.skip(bytes.size());
    } else {
      is_other_count_ = true;
      refuse(problem);
    }
    return false;
  }

  // What goes wrong in a row may be the fault of the header.
  void refuse_other_dim() const {
    const auto dim = rows_.other_dim(header_.rows);
    if (!dim) return;
    throw Error(
        ErrorCode::malformed,
        fmt::format("the header gives the dimension {}, and all {} rows have {} {}: use `{{ "
                    "printf '{} {}\\n'; tail -c +{} FILE; }} | wordvec convert - OUT`",
                    header_.dim, header_.rows, *dim, *dim == 1 ? "value" : "values", header_.rows,
                    *dim, begin_ + 1),
        source_.name());
  }

  // Of what bad rows can be skipped, this is none: the one before may be passed on already.
  void refuse_other_length() {
    const Word2vecRows::OtherLength other = rows_.other_length();
    const std::uint64_t row = count_ - (other.is_of_row_before ? 1 : 0);
    refuse(
        fmt::format("row {}: found {} values, expected {} as the header says: the rows behind it "
                    "have these, so that the file is damaged here{}",
                    row, other.values, header_.dim, rows_before(row)));
  }

  // What to do with a file that is damaged at a row.
  static std::string rows_before(std::uint64_t row) {
    if (row == 0) return {};
    return fmt::format(" (`convert` with --limit {} takes the rows before it)", row);
  }

  void refuse_unclear_row() {
    const std::string_view bytes = source_.peek(kMaxWordBytes).substr(0, kMaxWordBytes);
    refuse(fmt::format(
        "row {}: cannot tell where the word that begins with {} ends: words with spaces, or "
        "damage, let the rest of the file be read in several ways; write the vectors anew as text, "
        "where each row is a line (gensim: save_word2vec_format(OUT, binary=False)){}",
        count_, in_quotes(bytes.substr(0, bytes.find(' '))), rows_before(count_)));
  }

  ByteSource& source_;
  const Word2vecHeader& header_;
  const ReadOptions& options_;
  RowSink& sink_;
  std::uint64_t begin_;  // of the first row in the file
  Word2vecRows rows_;
  Batch batch_;
  ReadReport report_;
  std::uint64_t count_ = 0;  // rows, bad ones too
  std::uint64_t phrases_ = 0;
  std::string first_phrase_;
  std::optional<Refusal> refusal_;
  bool is_bad_row_ = false;
  bool has_good_rows_ = false;
  bool is_other_count_ = false;
};

ReadReport read_word2vec_binary(ByteSource& source, const ReadOptions& options, RowSink& sink) {
  const Word2vecHeader header = take_word2vec_header(source);
  ReadReport report = Word2vecBinaryReader(source, header, options, sink).read();
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
      if (word.starts_with('\n') || word.find(' ') != std::string_view::npos) {
        throw Error(
            ErrorCode::usage,
            fmt::format("the word {} {}, which {} files cannot hold: write a container "
                        "(.safetensors) or text",
                        in_quotes(word),
                        word.front() == '\n' ? "begins with a line end" : "contains a space",
                        kWord2vecBinaryName),
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

std::unique_ptr<RowSink> make_word2vec_binary_writer(const std::string& path, unsigned threads) {
  return std::make_unique<BinaryWriter>(path, threads);
}

}  // namespace

const Format kWord2vecBinary = {kWord2vecBinaryName,
                                "word2vec binary: a header line, then words and float32",
                                ".bin",
                                detect_word2vec_binary,
                                read_word2vec_binary,
                                make_word2vec_binary_writer};

}  // namespace wordvec
