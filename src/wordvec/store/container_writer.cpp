#include "wordvec/store/container_writer.h"

#include <utility>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_format.h"

namespace wordvec {
namespace {

namespace format = container_format;

// Space for the header, which is written last: what can be said of it now, at its longest in JSON,
// and a page for the tensors and their checksums.
std::uint64_t header_space(const ModelInfo& info) {
  constexpr std::uint64_t kMostJsonBytes = 6;  // "\u001f" for one byte
  const std::uint64_t texts = info.source.size() + info.source_format.size() + info.creator.size() +
                              info.license.size() + info.citation.size();
  return round_up(format::kPageBytes - 1024 + kMostJsonBytes * texts, format::kPageBytes);
}

}  // namespace

ContainerWriter::ContainerWriter(const std::string& path, ModelInfo info)
    : file_(OutputFile::create(path)), info_(std::move(info)), header_bytes_(header_space(info_)) {
  if (!file_.is_seekable()) {
    throw Error(ErrorCode::usage,
                "a container cannot be written to a pipe or a device: give the name of a file",
                file_.path());
  }
}

void ContainerWriter::begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) {
  dim_ = dim;
  file_.write(std::string(static_cast<std::size_t>(header_bytes_), '\0'));
}

bool ContainerWriter::append(const RowBatch& batch) {
  const bool words_are_there = vocabulary_.size() != norms_.size();
  if (!words_are_there) {
    for (const std::string_view word : batch.words) {
      if (!vocabulary_.add(word)) {
        throw Error(ErrorCode::malformed, "the word " + in_quotes(word) + " comes twice",
                    file_.path());
      }
    }
  }
  const std::size_t first = norms_.size();
  norms_.resize(first + batch.size());
  compute_norms(batch.vectors, dim_, std::span(norms_).subspan(first));
  const auto bytes = std::as_bytes(batch.vectors);
  embeddings_hash_.update(bytes);
  file_.write(bytes);
  return true;
}

void ContainerWriter::set_source(std::uint64_t size_bytes, std::string checksum) {
  info_.source_size_bytes = size_bytes;
  info_.source_checksum = std::move(checksum);
}

void ContainerWriter::add_tensor(std::string_view name, std::string_view dtype,
                                 std::vector<std::uint64_t> shape, std::uint64_t begin,
                                 const std::string& checksum) {
  header_.tensors.push_back(
      {std::string(name), std::string(dtype), std::move(shape), begin, file_.size_bytes()});
  if (!checksum.empty()) {
    checksums_.emplace_back(std::string(format::kChecksumPrefix) + std::string(name), checksum);
  }
}

void ContainerWriter::write_tensor(std::string_view name, std::string_view dtype,
                                   std::uint64_t extent, std::span<const std::byte> bytes) {
  const std::uint64_t at = file_.size_bytes();
  const std::uint64_t padding = round_up(at, format::kTensorAlignment) - at;
  if (padding != 0) {
    file_.write(std::string(static_cast<std::size_t>(padding), '\0'));
    add_tensor(std::string(format::kPaddingPrefix) + std::to_string(paddings_++), "U8", {padding},
               at, {});
  }
  const std::uint64_t begin = file_.size_bytes();
  Hash128 hash;
  hash.update(bytes);
  file_.write(bytes);
  add_tensor(name, dtype, {extent}, begin, hash.hex());
}

void ContainerWriter::fill_metadata() {
  auto& metadata = header_.metadata;
  const auto put = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) metadata.emplace_back(key, value);
  };
  put(format::kFormatKey, kContainerFormatName);
  put(format::kVersionKey, format::kVersion);
  put(format::kCreatorKey, info_.creator);
  put(format::kSourceKey, info_.source);
  put(format::kSourceFormatKey, info_.source_format);
  if (info_.source_size_bytes != 0) {
    put(format::kSourceSizeKey, std::to_string(info_.source_size_bytes));
  }
  put(format::kSourceChecksumKey, info_.source_checksum);
  put(format::kCasingKey,
      vocabulary_.view().is_lower_case() ? format::kLowerCasing : format::kMixedCasing);
  put(format::kLicenseKey, info_.license);
  put(format::kCitationKey, info_.citation);
  metadata.insert(metadata.end(), checksums_.begin(), checksums_.end());
}

void ContainerWriter::finish() {
  const std::uint64_t rows = norms_.size();
  if (rows == 0) {
    throw Error(ErrorCode::malformed, "there are no rows to write", file_.path());
  }
  add_tensor(format::kEmbeddings, "F32", {rows, dim_}, header_bytes_, embeddings_hash_.hex());
  const Vocabulary words = vocabulary_.view();
  write_tensor(format::kWordsSlots, "U32", words.slots().size(), std::as_bytes(words.slots()));
  write_tensor(format::kWordsOffsets, "U64", words.offsets().size(),
               std::as_bytes(words.offsets()));
  write_tensor(format::kWordsText, "U8", words.text().size(),
               std::as_bytes(std::span(words.text())));
  write_tensor(format::kNorms, "F32", rows, std::as_bytes(std::span(norms_)));
  fill_metadata();
  const std::string header = write_safetensors_header(header_, header_bytes_);
  file_.write_at(std::as_bytes(std::span(header)), 0);
  file_.publish();
}

}  // namespace wordvec
