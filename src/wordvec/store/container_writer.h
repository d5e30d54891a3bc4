// Writes a container from rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wordvec/base/hash.h"
#include "wordvec/base/output_file.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/vocabulary_builder.h"
#include "wordvec/store/safetensors.h"

namespace wordvec {

// The vectors go to the file as they come; words and lengths are kept until finish(), which
// publishes the file. Equal rows, words and info give equal bytes. Throws Error(io) when the file
// cannot be written, Error(usage) when `path` is a pipe, Error(malformed) when a word comes twice
// or there are no rows.
class ContainerWriter final : public RowSink {
 public:
  // `info.source_size_bytes` and `info.source_checksum` may still be unknown: see set_source().
  ContainerWriter(const std::string& path, ModelInfo info);

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  // What was read, where that is known only after the last row. To be called before finish().
  void set_source(std::uint64_t size_bytes, std::string checksum);
  void finish() override;
  VocabularyBuilder* vocabulary() noexcept override { return &vocabulary_; }

 private:
  // Writes the next tensor behind the last, with padding before it, and notes it in the header.
  void write_tensor(std::string_view name, std::string_view dtype, std::uint64_t extent,
                    std::span<const std::byte> bytes);
  void add_tensor(std::string_view name, std::string_view dtype, std::vector<std::uint64_t> shape,
                  std::uint64_t begin, const std::string& checksum);
  void fill_metadata();

  OutputFile file_;
  ModelInfo info_;
  std::uint64_t header_bytes_;
  std::size_t dim_ = 0;
  VocabularyBuilder vocabulary_;
  std::vector<float> norms_;
  Hash128 embeddings_hash_;
  SafetensorsHeader header_;
  std::vector<std::pair<std::string, std::string>> checksums_;
  std::size_t paddings_ = 0;
};

}  // namespace wordvec
