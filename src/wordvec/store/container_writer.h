// Writes a container from rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/hash.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/vocabulary_builder.h"
#include "wordvec/store/codes_writer.h"
#include "wordvec/store/tensor_writer.h"

namespace wordvec {

struct ContainerOptions {
  bool codes = true;     // write the search codes too
  unsigned threads = 0;  // for these; 0: all there are
  CodesProgress progress;
  bool subwords = true;  // keep n-grams
};

// The vectors go to the file as they come, those of n-grams too; words and lengths are kept until
// all rows are there; finish() adds the search codes and publishes the file. Equal rows, words,
// n-grams, counts and info give equal bytes. Throws Error(io) when the file cannot be written,
// Error(usage) when `path` is a pipe, Error(malformed) when a word comes twice, there are no rows,
// some of them have counts and others none, or n-grams and their rules do not fit each other.
// Counts that are all 0 tell nothing and are left out.
class ContainerWriter final : public RowSink {
 public:
  // `info.source_size_bytes` and `info.source_checksum` may still be unknown: see set_source(); so
  // may `info.source_tensor`.
  ContainerWriter(const std::string& path, ModelInfo info, ContainerOptions options = {});

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  // Which tensor is read. To be called before begin().
  void set_source_tensor(std::string source_tensor);
  // What was read, where that is known only after the last row. To be called before finish().
  void set_source(std::uint64_t size_bytes, std::string checksum);
  void finish() override;
  bool wants_subwords() const noexcept override { return options_.subwords; }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;
  void append_subwords(std::span<const float> vectors) override;
  VocabularyBuilder* vocabulary() noexcept override { return &vocabulary_; }

 private:
  // Writes what is known once all rows are there.
  void end_rows();
  void end_subwords();
  void write_vocabulary(const Vocabulary& words, std::string_view slots, std::string_view offsets,
                        std::string_view text);
  [[noreturn]] void fail_subword_count(const char* found) const;

  TensorWriter tensors_;
  ModelInfo info_;
  ContainerOptions options_;
  std::uint64_t header_bytes_ = 0;
  std::size_t dim_ = 0;
  VocabularyBuilder vocabulary_;
  std::vector<float> norms_;
  std::vector<std::uint64_t> counts_;
  Hash128 embeddings_hash_;
  bool rows_ended_ = false;
  std::optional<TensorWriter::Part> subwords_;
  std::vector<std::pair<std::string, std::string>> subword_metadata_;
};

}  // namespace wordvec
