#include "wordvec/store/container_writer.h"

#include <algorithm>
#include <utility>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/container_format.h"
#include "wordvec/store/subword_tensors.h"

namespace wordvec {
namespace format = container_format;

ContainerWriter::ContainerWriter(const std::string& path, ModelInfo info, ContainerOptions options)
    : tensors_(path), info_(std::move(info)), options_(std::move(options)) {}

void ContainerWriter::begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) {
  dim_ = dim;
  header_bytes_ = TensorWriter::header_space(info_, options_.codes);
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
  counts_.insert(counts_.end(), batch.counts.begin(), batch.counts.end());
  const auto bytes = std::as_bytes(batch.vectors);
  embeddings_hash_.update(bytes);
  tensors_.append(bytes);
  return true;
}

void ContainerWriter::set_source_tensor(std::string source_tensor) {
  info_.source_tensor = std::move(source_tensor);
}

void ContainerWriter::set_source(std::uint64_t size_bytes, std::string checksum) {
  info_.source_size_bytes = size_bytes;
  info_.source_checksum = std::move(checksum);
}

void ContainerWriter::end_rows() {
  if (std::exchange(rows_ended_, true)) return;
  const std::uint64_t rows = norms_.size();
  if (rows == 0) {
    throw Error(ErrorCode::malformed, "there are no rows to write", tensors_.path());
  }
  tensors_.end_appended(format::kEmbeddings, "F32", {rows, dim_}, header_bytes_,
                        embeddings_hash_.hex());
  write_vocabulary(vocabulary_.view(), format::kWordsSlots, format::kWordsOffsets,
                   format::kWordsText);
  tensors_.write(format::kNorms, "F32", {rows}, std::as_bytes(std::span(norms_)),
                 format::kTensorAlignment);
  if (!counts_.empty() && counts_.size() != rows) {
    throw Error(ErrorCode::malformed,
                "there are counts for " + std::to_string(counts_.size()) + " of " +
                    std::to_string(rows) + " rows, expected one for each",
                tensors_.path());
  }
  if (std::any_of(counts_.begin(), counts_.end(), [](std::uint64_t count) { return count > 0; })) {
    tensors_.write(format::kWordsCounts, "U64", {rows}, std::as_bytes(std::span(counts_)),
                   format::kTensorAlignment);
  }
}

void ContainerWriter::write_vocabulary(const Vocabulary& words, std::string_view slots,
                                       std::string_view offsets, std::string_view text) {
  const auto write = [&](std::string_view name, std::string_view dtype, std::uint64_t extent,
                         std::span<const std::byte> bytes) {
    tensors_.write(name, dtype, {extent}, bytes, format::kTensorAlignment);
  };
  write(slots, "U32", words.slots().size(), std::as_bytes(words.slots()));
  write(offsets, "U64", words.offsets().size(), std::as_bytes(words.offsets()));
  write(text, "U8", words.text().size(), std::as_bytes(std::span(words.text())));
}

void ContainerWriter::begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                                     std::uint64_t rows) {
  if (!options_.subwords) return;
  const auto size = checked_multiply(rows, dim_ * sizeof(float));
  std::string problem = problem_of(rules, index, rows);
  if (problem.empty() && !size) problem = "the vectors of n-grams have 2^64 bytes or more";
  if (!problem.empty()) throw Error(ErrorCode::malformed, problem, tensors_.path());
  end_rows();
  subword_metadata_ = subword_metadata(rules);
  if (rules.scheme == SubwordScheme::listed) {
    write_vocabulary(index.ngrams, format::kSubwordsSlots, format::kSubwordsOffsets,
                     format::kSubwordsText);
  } else if (!index.buckets.empty()) {
    tensors_.write(format::kSubwordsBuckets, "U32", {rows}, std::as_bytes(index.buckets),
                   format::kTensorAlignment);
  }
  subwords_ = tensors_.begin_part(format::kSubwordsEmbeddings, "F32", {rows, dim_}, *size,
                                  format::kTensorAlignment);
}

void ContainerWriter::append_subwords(std::span<const float> vectors) {
  if (!subwords_) return;
  const std::uint64_t room =
      subwords_->tensor.end - subwords_->position - subwords_->gathered.size();
  if (vectors.size_bytes() > room) fail_subword_count("more");
  tensors_.write_part(*subwords_, std::as_bytes(vectors));
}

void ContainerWriter::end_subwords() {
  if (!subwords_) return;
  if (subwords_->position + subwords_->gathered.size() != subwords_->tensor.end) {
    fail_subword_count("fewer");
  }
  tensors_.end_part(*std::exchange(subwords_, std::nullopt));
}

void ContainerWriter::fail_subword_count(const char* found) const {
  throw Error(ErrorCode::malformed,
              std::string("found ") + found + " vectors of n-grams than expected, " +
                  std::to_string(subwords_->tensor.shape[0]),
              tensors_.path());
}

void ContainerWriter::finish() {
  end_rows();
  end_subwords();
  if (options_.codes) {
    const MappedFile written = tensors_.map();
    const std::string_view matrix = written.bytes().substr(static_cast<std::size_t>(header_bytes_),
                                                           norms_.size() * dim_ * sizeof(float));
    write_codes(tensors_,
                {reinterpret_cast<const float*>(matrix.data()), matrix.size() / sizeof(float)},
                dim_, options_.threads, options_.progress);
  }
  tensors_.finish(info_, vocabulary_.view().is_lower_case(), subword_metadata_);
}

}  // namespace wordvec
