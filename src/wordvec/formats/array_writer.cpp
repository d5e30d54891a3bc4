#include "wordvec/formats/array_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <span>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/half.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/words_beside.h"

namespace wordvec {
namespace {

class ArrayWriter final : public RowSink {
 public:
  ArrayWriter(const std::string& path, std::string_view extension, ArrayHeader header,
              unsigned threads, bool half)
      : files_(path, vocabulary_path_of(path, extension), threads),
        extension_(extension),
        header_(header),
        half_(half) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) override {
    dim_ = dim;
    files_.rows().write_head(header_(0, dim));
  }

  bool append(const RowBatch& batch) override {
    lines_.clear();
    for (const std::string_view word : batch.words) {
      append_word_line(lines_, word, rows_ == 0 && lines_.empty(), extension_);
    }
    files_.words().write(lines_);
    files_.rows().write(half_ ? std::as_bytes(std::span(rounded(batch)))
                              : std::as_bytes(batch.vectors));
    rows_ += batch.size();
    return true;
  }

  void finish() override {
    files_.rows().replace_head(header_(rows_, dim_));
    files_.publish();
  }

 private:
  const std::vector<std::uint16_t>& rounded(const RowBatch& batch) {
    halves_.clear();
    for (std::size_t i = 0; i < batch.vectors.size(); ++i) {
      const float x = batch.vectors[i];
      halves_.push_back(float_to_half(x));
      if (std::isfinite(half_to_float(halves_.back()))) continue;
      throw Error(ErrorCode::usage,
                  fmt::format("the vector of {} has the value {}, and float16 holds at most {}: "
                              "leave --dtype f16 out, or --normalize first",
                              in_quotes(batch.words[i / batch.dim]), x, kMaxHalf),
                  files_.rows().path());
    }
    return halves_;
  }

  PairedOutput files_;
  std::string_view extension_;
  ArrayHeader header_;
  bool half_;
  std::vector<std::uint16_t> halves_;  // of a batch
  std::string lines_;
  std::size_t dim_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowSink> make_array_writer(const std::string& path, std::string_view extension,
                                           ArrayHeader header, unsigned threads) {
  return std::make_unique<ArrayWriter>(path, extension, header, threads, false);
}

std::unique_ptr<RowSink> make_half_array_writer(const std::string& path, std::string_view extension,
                                                ArrayHeader header, unsigned threads) {
  return std::make_unique<ArrayWriter>(path, extension, header, threads, true);
}

}  // namespace wordvec
