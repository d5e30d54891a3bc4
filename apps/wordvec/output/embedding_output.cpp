#include "output/embedding_output.h"

#include <fmt/compile.h>

#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/words_beside.h"

namespace wordvec::cli {
namespace {

std::unique_ptr<TextOutput> open_output(const std::string& path) {
  return path.empty() ? make_standard_output() : make_file_output(path);
}

class PlainOutput final : public EmbeddingOutput {
 public:
  PlainOutput(const std::string& path, bool rows_only)
      : out_(open_output(path)), rows_only_(rows_only) {}

  void word(std::uint64_t /*number*/, const TextWord& word,
            std::span<const float> vector) override {
    if (!rows_only_) {
      append_text_row(out_->buffer(), word.text, vector, "GloVe text");
      out_->flush_if_full();
      return;
    }
    std::string& buffer = out_->buffer();
    if (std::exchange(within_, true)) buffer += ' ';
    if (word.row) {
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{}"), *word.row);
    } else {
      buffer += "-1";
    }
    out_->flush_if_full();
  }

  void end_text() override {
    if (!rows_only_) return;
    out_->buffer() += '\n';
    within_ = false;
    out_->flush_if_full();
  }

  void text(std::uint64_t /*number*/, std::uint64_t /*words*/,
            std::span<const float> vector) override {
    std::string& buffer = out_->buffer();
    for (const float value : vector) {
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{} "), value);
    }
    buffer.back() = '\n';
    out_->flush_if_full();
  }

  void flush() override { out_->flush(); }
  void finish() override { out_->finish(); }

 private:
  std::unique_ptr<TextOutput> out_;
  bool rows_only_;
  bool within_ = false;  // a line that has a number
};

class TableOutput final : public EmbeddingOutput {
 public:
  TableOutput(const std::string& path, OutputFormat format, const RowStyle& style,
              const EmbeddingLayout& layout)
      : out_(open_output(path)),
        rows_only_(layout.rows_only),
        tells_from_(is_json(format) && !rows_only_ && !layout.pooled),
        unknown_(layout.unknown) {
    std::vector<Column> columns = {{"text"}};
    if (layout.pooled) {
      columns.push_back({"words"});
    } else {
      columns.push_back({"word"});
      columns.push_back({"row"});
    }
    if (tells_from_) columns.push_back({"vector_from"});
    if (!rows_only_) columns.push_back({"vector", layout.dim});
    writer_ = make_row_writer(format, std::move(columns), style, *out_);
  }

  void word(std::uint64_t number, const TextWord& word, std::span<const float> vector) override {
    write(number, word, from_of(word), vector);
  }

  void padding(std::uint64_t number, std::span<const float> vector) override {
    write(number, kPaddingWord, VectorFrom::padding, vector);
  }

  void text(std::uint64_t number, std::uint64_t words, std::span<const float> vector) override {
    writer_->row({number, words, vector});
  }

  void error(std::uint64_t number, const ErrorRecord& record) override {
    writer_->error(record, {number});
  }

  void flush() override {
    writer_->flush();
    out_->flush();
  }
  void finish() override {
    writer_->finish();
    out_->finish();
  }

 private:
  VectorFrom from_of(const TextWord& word) const {
    if (word.row) return VectorFrom::row;
    if (word.is_built) return VectorFrom::ngrams;
    return unknown_ == UnknownWords::mean ? VectorFrom::mean : VectorFrom::zero;
  }

  // Where row numbers are all there is, none is -1; beside a vector it is nothing.
  void write(std::uint64_t number, const TextWord& word, VectorFrom from,
             std::span<const float> vector) {
    const Cell none = rows_only_ ? Cell(std::int64_t{-1}) : Cell();
    const Cell row = word.row ? Cell(std::uint64_t{*word.row}) : none;
    if (rows_only_) {
      writer_->row({number, word.text, row});
    } else if (tells_from_) {
      writer_->row({number, word.text, row, name_of(from), vector});
    } else {
      writer_->row({number, word.text, row, vector});
    }
  }

  std::unique_ptr<TextOutput> out_;
  bool rows_only_;
  bool tells_from_;  // where each vector comes from
  UnknownWords unknown_;
  std::unique_ptr<RowWriter> writer_;
};

class NpyOutput final : public EmbeddingOutput {
 public:
  NpyOutput(const std::string& path, unsigned threads, const EmbeddingLayout& layout)
      : layout_(layout) {
    if (has_words()) {
      files_.emplace<PairedOutput>(path, vocabulary_path_of(path, kNpyExtension), threads);
    } else {
      files_.emplace<FormatOutput>(FormatOutput::create(path, threads));
    }
    if (!rows().is_seekable()) {
      throw Error(ErrorCode::usage,
                  "cannot take an array whose size is known at its end: name a regular file", path);
    }
    rows().write_head(header());
  }

  void word(std::uint64_t /*number*/, const TextWord& word,
            std::span<const float> vector) override {
    if (has_words()) {
      append_word_line(words_, word.text, words_.empty(), kNpyExtension, "write .json");
    }
    append(vector);
  }
  void end_text() override { ++texts_; }
  void text(std::uint64_t /*number*/, std::uint64_t /*words*/,
            std::span<const float> vector) override {
    append(vector);
    ++texts_;
  }

  void finish() override {
    write_pending();
    rows().replace_head(header());
    if (auto* pair = std::get_if<PairedOutput>(&files_)) {
      pair->publish();
    } else {
      rows().publish();
    }
  }

 private:
  bool has_words() const { return !layout_.pooled && !layout_.pad; }

  FormatOutput& rows() {
    auto* const pair = std::get_if<PairedOutput>(&files_);
    return pair != nullptr ? pair->rows() : std::get<FormatOutput>(files_);
  }

  std::string header() const {
    std::vector<std::uint64_t> shape = {vectors_, layout_.dim};
    if (layout_.pad) shape = {texts_, *layout_.pad, layout_.dim};
    return npy_header(shape);
  }

  void append(std::span<const float> vector) {
    constexpr std::size_t kPendingValues = std::size_t{64} << 10;
    pending_.insert(pending_.end(), vector.begin(), vector.end());
    ++vectors_;
    if (pending_.size() >= kPendingValues) write_pending();
  }

  void write_pending() {
    rows().write(std::as_bytes(std::span(pending_)));
    pending_.clear();
    if (auto* pair = std::get_if<PairedOutput>(&files_)) pair->words().write(words_);
    words_.clear();
  }

  EmbeddingLayout layout_;
  std::variant<std::monostate, FormatOutput, PairedOutput> files_;
  std::vector<float> pending_;
  std::string words_;
  std::uint64_t vectors_ = 0;
  std::uint64_t texts_ = 0;
};

}  // namespace

std::string_view name_of(VectorFrom from) noexcept {
  switch (from) {
    case VectorFrom::row:
      return "row";
    case VectorFrom::ngrams:
      return "n-grams";
    case VectorFrom::zero:
      return "zero";
    case VectorFrom::mean:
      return "mean";
    case VectorFrom::padding:
      return "padding";
  }
  return {};
}

std::unique_ptr<EmbeddingOutput> make_text_embedding_output(const std::string& path,
                                                            std::optional<OutputFormat> format,
                                                            const RowStyle& style,
                                                            const EmbeddingLayout& layout) {
  if (format) return std::make_unique<TableOutput>(path, *format, style, layout);
  return std::make_unique<PlainOutput>(path, layout.rows_only);
}

std::unique_ptr<EmbeddingOutput> make_npy_embedding_output(const std::string& path,
                                                           unsigned threads,
                                                           const EmbeddingLayout& layout) {
  return std::make_unique<NpyOutput>(path, threads, layout);
}

}  // namespace wordvec::cli
