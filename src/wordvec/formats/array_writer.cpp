#include "wordvec/formats/array_writer.h"

#include <span>

#include "wordvec/formats/words_beside.h"

namespace wordvec {
namespace {

class ArrayWriter final : public RowSink {
 public:
  ArrayWriter(const std::string& path, std::string_view extension, ArrayHeader header,
              unsigned threads)
      : files_(path, vocabulary_path_of(path, extension), threads),
        extension_(extension),
        header_(header) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) override {
    dim_ = dim;
    files_.rows().write_head(header_(0, dim));
  }

  bool append(const RowBatch& batch) override {
    lines_.clear();
    for (const std::string_view word : batch.words) append_word_line(lines_, word, extension_);
    files_.words().write(lines_);
    files_.rows().write(std::as_bytes(batch.vectors));
    rows_ += batch.size();
    return true;
  }

  void finish() override {
    files_.rows().replace_head(header_(rows_, dim_));
    files_.publish();
  }

 private:
  PairedOutput files_;
  std::string_view extension_;
  ArrayHeader header_;
  std::string lines_;
  std::size_t dim_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowSink> make_array_writer(const std::string& path, std::string_view extension,
                                           ArrayHeader header, unsigned threads) {
  return std::make_unique<ArrayWriter>(path, extension, header, threads);
}

}  // namespace wordvec
