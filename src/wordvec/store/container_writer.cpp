#include "wordvec/store/container_writer.h"

#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/container_format.h"

namespace wordvec {
namespace format = container_format;

ContainerWriter::ContainerWriter(const std::string& path, ModelInfo info, ContainerOptions options)
    : tensors_(path),
      info_(std::move(info)),
      options_(std::move(options)),
      header_bytes_(TensorWriter::header_space(info_, options_.codes)) {}

void ContainerWriter::begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) {
  dim_ = dim;
  tensors_.begin(header_bytes_);
}

bool ContainerWriter::append(const RowBatch& batch) {
  const bool words_are_there = vocabulary_.size() != norms_.size();
  if (!words_are_there) {
    for (const std::string_view word : batch.words) {
      if (!vocabulary_.add(word)) {
        throw Error(ErrorCode::malformed, "the word " + in_quotes(word) + " comes twice",
                    tensors_.path());
      }
    }
  }
  const std::size_t first = norms_.size();
  norms_.resize(first + batch.size());
  compute_norms(batch.vectors, dim_, std::span(norms_).subspan(first));
  const auto bytes = std::as_bytes(batch.vectors);
  embeddings_hash_.update(bytes);
  tensors_.append(bytes);
  return true;
}

void ContainerWriter::set_source(std::uint64_t size_bytes, std::string checksum) {
  info_.source_size_bytes = size_bytes;
  info_.source_checksum = std::move(checksum);
}

void ContainerWriter::finish() {
  const std::uint64_t rows = norms_.size();
  if (rows == 0) {
    throw Error(ErrorCode::malformed, "there are no rows to write", tensors_.path());
  }
  tensors_.end_appended(format::kEmbeddings, "F32", {rows, dim_}, header_bytes_,
                        embeddings_hash_.hex());
  const Vocabulary words = vocabulary_.view();
  const auto write = [&](std::string_view name, std::string_view dtype, std::uint64_t extent,
                         std::span<const std::byte> bytes) {
    tensors_.write(name, dtype, {extent}, bytes, format::kTensorAlignment);
  };
  write(format::kWordsSlots, "U32", words.slots().size(), std::as_bytes(words.slots()));
  write(format::kWordsOffsets, "U64", words.offsets().size(), std::as_bytes(words.offsets()));
  write(format::kWordsText, "U8", words.text().size(), std::as_bytes(std::span(words.text())));
  write(format::kNorms, "F32", rows, std::as_bytes(std::span(norms_)));
  if (options_.codes) {
    const MappedFile written = tensors_.map();
    const std::string_view matrix =
        written.bytes().substr(static_cast<std::size_t>(header_bytes_),
                               static_cast<std::size_t>(rows) * dim_ * sizeof(float));
    write_codes(tensors_,
                {reinterpret_cast<const float*>(matrix.data()), matrix.size() / sizeof(float)},
                dim_, options_.threads, options_.progress);
  }
  tensors_.finish(info_, words.is_lower_case());
}

}  // namespace wordvec
