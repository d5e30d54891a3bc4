// What the fuzz targets of the format readers share.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/reference_text.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/simd/dispatch.h"

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
      require(word.size() <= kMaxWordBytes);
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

// What came of a reading, to the last bit.
struct Outcome {
  std::string error;
  std::string words;
  std::vector<std::uint32_t> values;
  std::uint64_t bad_rows = 0;
  std::vector<std::string> bad_examples;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

inline Outcome read_once(const Format& format, unsigned flags, std::string_view bytes) {
  ReadOptions options;
  options.skip_bad = (flags & 1) != 0;
  options.trust_rows = (flags & 2) != 0;
  options.strict_utf8 = (flags & 4) != 0;
  options.threads = (flags & 8) != 0 ? 2 : 1;
  Outcome outcome;
  MemoryRows memory;
  RowFilter filter(memory, (flags & 32) != 0 ? 2 : ~std::uint64_t{0});
  CheckingSink sink(filter, options);
  try {
    ByteSource source = ByteSource::from_memory("input", bytes);
    const Format* const chosen = (flags & 16) != 0 ? detect_format(source) : &format;
    if (chosen == nullptr) {
      require(!describe_unknown(source).description.empty());
      return outcome;
    }
    const ReadReport report = chosen->read(source, options, sink);
    sink.finish();
    require(report.rows_read == sink.rows() || !report.read_to_end);
    require(report.bad_examples.size() <= ReadReport::kMaxExamples);
    require(report.bad_examples.size() <= report.bad_rows);
    require(options.skip_bad || options.trust_rows || report.bad_rows == 0);
    require(!report.read_to_end || source.at_end());
    outcome.bad_rows = report.bad_rows;
    outcome.bad_examples = report.bad_examples;
  } catch (const Error& error) {
    // Usage: words, a tensor or a member must be named, which an input cannot do.
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
    outcome.error = error.what();
  }
  // After an error too: the rows before it.
  const Embeddings embeddings = memory.view();
  require(embeddings.rows() == filter.counts().rows || !outcome.error.empty());
  for (Row row = 0; row < embeddings.rows(); ++row) {
    require(embeddings.vocabulary.find(embeddings.vocabulary.word(row)) == row);
  }
  outcome.words = embeddings.vocabulary.text();
  for (const float x : std::span(embeddings.matrix.data, embeddings.rows() * embeddings.dim())) {
    outcome.values.push_back(std::bit_cast<std::uint32_t>(x));
  }
  return outcome;
}

// The text kernels against their definition, for the rest of each line behind its first field.
inline void compare_text_kernels(const simd::TextKernels& kernels, std::string_view bytes) {
  // Memory that ends where the text ends.
  const std::vector<char> text(bytes.begin(), bytes.end());
  const char* const end = text.data() + text.size();
  std::vector<float> expected(bytes.size() + 1);
  std::vector<float> values(bytes.size() + 1);
  for (const char* line = text.data(); line != end;) {
    const char* const line_end = std::find(line, end, '\n');
    const char* const at = std::find(line, line_end, ' ');
    const auto separators = static_cast<std::size_t>(
        std::count_if(at, line_end, [](char c) { return c == ' ' || c == '\t'; }));
    for (const std::size_t count : {separators, separators / 2, separators + 1}) {
      const char* const expected_end = test::reference_values(at, end, count, expected.data());
      require(kernels.parse_values(at, end, count, values.data(), test::reference_field) ==
              expected_end);
      for (std::size_t i = 0; expected_end != nullptr && i < count; ++i) {
        require(std::bit_cast<std::uint32_t>(values[i]) ==
                std::bit_cast<std::uint32_t>(expected[i]));
      }
    }
    line = line_end == end ? end : line_end + 1;
  }
}

// The first byte of the input chooses options, the rest is the file. It is read with the kernels
// of each instruction set that this machine has, always with the same outcome.
inline void read(const Format& format, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::optional<Outcome> expected;
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (!simd::select(kernels->name)) continue;
    compare_text_kernels(*kernels->text, bytes);
    const Outcome outcome = read_once(format, data[0], bytes);
    if (!expected) expected = outcome;
    require(outcome == *expected);
  }
}

}  // namespace wordvec::fuzz
