// What the fuzz targets of the format readers share.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/row_filter.h"

namespace wordvec::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

// Checks what a reader promises of its rows.
class CheckingSink final : public RowSink {
 public:
  CheckingSink(RowSink& next, const ReadOptions& options) : next_(next), options_(options) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override {
    require(dim_ == 0 && dim > 0 && dim <= kMaxDim);
    dim_ = dim;
    next_.begin(dim, rows_hint);
  }
  bool append(const RowBatch& batch) override {
    require(batch.dim == dim_ && batch.vectors.size() == batch.size() * dim_);
    for (const std::string_view word : batch.words) {
      require(!word.empty() && word.size() <= kMaxWordBytes);
      require(!options_.strict_utf8 || is_valid_utf8(word));
    }
    for (const float x : batch.vectors) require(std::isfinite(x));
    rows_ += batch.size();
    return next_.append(batch);
  }
  void finish() override { next_.finish(); }
  std::uint64_t rows() const { return rows_; }

 private:
  RowSink& next_;
  const ReadOptions& options_;
  std::size_t dim_ = 0;
  std::uint64_t rows_ = 0;
};

// The first byte of the input chooses options, the rest is the file.
inline void read(const Format& format, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  const unsigned flags = data[0];
  ReadOptions options;
  options.skip_bad = (flags & 1) != 0;
  options.trust_rows = (flags & 2) != 0;
  options.strict_utf8 = (flags & 4) != 0;
  options.threads = (flags & 8) != 0 ? 2 : 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  MemoryRows memory;
  RowFilter filter(memory, (flags & 32) != 0 ? 2 : ~std::uint64_t{0});
  CheckingSink sink(filter, options);
  try {
    ByteSource source = ByteSource::from_memory("input", bytes);
    const Format* const chosen = (flags & 16) != 0 ? detect_format(source) : &format;
    if (chosen == nullptr) {
      require(!describe_unknown(source).empty());
      return;
    }
    const ReadReport report = chosen->read(source, options, sink);
    sink.finish();
    require(report.rows_read == sink.rows() || !report.read_to_end);
    require(report.bad_examples.size() <= ReadReport::kMostExamples);
    require(report.bad_examples.size() <= report.bad_rows);
    require(options.skip_bad || options.trust_rows || report.bad_rows == 0);
    require(!report.read_to_end || source.at_end());
    const Embeddings embeddings = memory.view();
    require(embeddings.rows() == filter.counts().rows);
    for (Row row = 0; row < embeddings.rows(); ++row) {
      require(embeddings.vocabulary.find(embeddings.vocabulary.word(row)) == row);
    }
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
  }
}

}  // namespace wordvec::fuzz
