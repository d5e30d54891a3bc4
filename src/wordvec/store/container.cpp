#include "wordvec/store/container.h"

#include <charconv>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/container_format.h"
#include "wordvec/store/subword_tensors.h"
#include "wordvec/store/tensor_reader.h"

namespace wordvec {
namespace {

namespace format = container_format;

[[noreturn]] void fail(const std::string& path, const std::string& message) {
  throw Error(ErrorCode::malformed, message, path);
}

void check_version(const SafetensorsHeader& header, const std::string& path) {
  if (header.metadata_value(format::kFormatKey) != kContainerFormatName) {
    fail(path, "is a safetensors file, but not one that wordvec wrote: it has no vocabulary");
  }
  const std::string version(header.metadata_value(format::kVersionKey));
  std::uint64_t major = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), major);
  if (error != std::errc() || end == version.data() + version.size() || *end != '.') {
    fail(path, "damaged container: the format version is " + in_quotes(version) +
                   ", expected MAJOR.MINOR");
  }
  if (major > format::kMajorVersion) {
    fail(path, "is a container of version " + version + "; this program reads up to version " +
                   std::to_string(format::kMajorVersion) + ".x: update wordvec");
  }
}

bool is_lower_casing(const SafetensorsHeader& header) {
  return header.metadata_value(format::kCasingKey) == format::kLowerCasing;
}

ModelInfo read_info(const SafetensorsHeader& header) {
  ModelInfo info;
  info.source = header.metadata_value(format::kSourceKey);
  info.source_format = header.metadata_value(format::kSourceFormatKey);
  info.source_tensor = header.metadata_value(format::kSourceTensorKey);
  info.source_checksum = header.metadata_value(format::kSourceChecksumKey);
  const std::string_view size = header.metadata_value(format::kSourceSizeKey);
  std::from_chars(size.data(), size.data() + size.size(), info.source_size_bytes);
  info.creator = header.metadata_value(format::kCreatorKey);
  info.edits = header.metadata_value(format::kEditsKey);
  info.license = header.metadata_value(format::kLicenseKey);
  info.citation = header.metadata_value(format::kCitationKey);
  return info;
}

// The search codes; empty when the container has none.
SearchIndex read_codes(const TensorReader& reader, std::uint64_t rows, std::uint64_t dim) {
  if (!reader.has_any({format::kScanCentroids, format::kScanFirstBlocks, format::kScanCosines,
                       format::kScanRows, format::kScanCodes4, format::kScanCodes8})) {
    return {};
  }
  const Tensor& centroids = reader.require(format::kScanCentroids, "F32", 2);
  const Tensor& first_blocks = reader.require(format::kScanFirstBlocks, "U32", 1);
  const Tensor& cosines = reader.require(format::kScanCosines, "F32", 2);
  const Tensor& positions = reader.require(format::kScanRows, "U32", 2);
  const Tensor& codes4 = reader.require(format::kScanCodes4, "U8", 2);
  const Tensor& codes8 = reader.require(format::kScanCodes8, "U8", 3);
  const std::uint64_t clusters = centroids.shape[0];
  const std::uint64_t blocks = positions.shape[0];
  // Each cluster's last block may be a part of one.
  if (clusters == 0 || clusters > SearchIndex::kMaxClusters || blocks == 0 ||
      blocks > rows / SearchIndex::kBlockRows + clusters) {
    reader.fail("its search codes have " + std::to_string(clusters) + " clusters and " +
                std::to_string(blocks) + " blocks for " + std::to_string(rows) + " rows");
  }
  reader.require_shape(centroids, {clusters, dim});
  reader.require_shape(first_blocks, {clusters + 1});
  reader.require_shape(cosines, {blocks, 2});
  reader.require_shape(positions, {blocks, SearchIndex::kBlockRows});
  reader.require_shape(codes4, {blocks, SearchIndex::block4_bytes(static_cast<std::size_t>(dim))});
  reader.require_shape(codes8, {blocks, SearchIndex::kBlockRows,
                                SearchIndex::row8_bytes(static_cast<std::size_t>(dim))});
  return {static_cast<std::size_t>(dim),
          reader.values<float>(centroids),
          reader.values<std::uint32_t>(first_blocks),
          reader.values<float>(cosines),
          reader.values<std::uint32_t>(positions),
          reader.values<std::uint8_t>(codes4),
          reader.values<std::uint8_t>(codes8)};
}

// How often each word occurred; empty when the container does not say.
std::span<const std::uint64_t> read_counts(const TensorReader& reader, std::uint64_t rows) {
  if (!reader.has_any({format::kWordsCounts})) return {};
  const Tensor& counts = reader.require(format::kWordsCounts, "U64", 1);
  reader.require_extent(counts, rows);
  return reader.values<std::uint64_t>(counts);
}

Embeddings read_embeddings(const TensorReader& reader) {
  const Tensor& matrix = reader.require(format::kEmbeddings, "F32", 2);
  const std::uint64_t rows = matrix.shape[0];
  const std::uint64_t dim = matrix.shape[1];
  if (rows == 0 || rows > kMaxRows || dim == 0 || dim > kMaxDim) {
    reader.fail("the matrix is " + shape_text(matrix.shape) + ", expected 1 to " +
                std::to_string(kMaxRows) + " rows of 1 to " + std::to_string(kMaxDim) + " values");
  }
  const Tensor& norms = reader.require(format::kNorms, "F32", 1);
  reader.require_extent(norms, rows);
  const Tensor& text = reader.require(format::kWordsText, "U8", 1);
  const Tensor& offsets = reader.require(format::kWordsOffsets, "U64", 1);
  reader.require_extent(offsets, rows + 1);
  const Tensor& slots = reader.require(format::kWordsSlots, "U32", 1);
  reader.require_slots(slots, rows);
  return {Vocabulary(reader.text(text), reader.values<std::uint64_t>(offsets),
                     reader.values<std::uint32_t>(slots), is_lower_casing(reader.header())),
          MatrixView{reader.values<float>(matrix).data(), static_cast<std::size_t>(rows),
                     static_cast<std::size_t>(dim)},
          reader.values<float>(norms),
          read_codes(reader, rows, dim),
          read_subwords(reader, static_cast<std::size_t>(dim)),
          read_counts(reader, rows)};
}

}  // namespace

Container::Container(MappedFile file, std::string_view bytes, const std::string& path)
    : file_(std::move(file)), bytes_(bytes), header_(parse_safetensors(bytes_, path)) {
  check_version(header_, path);
  embeddings_ = read_embeddings(TensorReader(bytes_, header_, path));
  info_ = read_info(header_);
  for (const std::string_view name : {format::kScanCodes4, format::kScanCodes8}) {
    const Tensor* codes = header_.find(name);
    const bool is_large =
        codes != nullptr && codes->end - codes->begin >= format::kLargeTensorBytes;
    if (is_large) file_.prefer_large_pages(bytes_of(*codes));
  }
}

Container Container::open(const std::string& path) {
  return open(MappedFile::open(path), path);
}

Container Container::open(MappedFile file, const std::string& path) {
  const std::string_view bytes = file.bytes();  // moving the owner does not move the mapping
  return {std::move(file), bytes, path};
}

Container Container::from_memory(std::string_view bytes, const std::string& path) {
  return {MappedFile(), bytes, path};
}

}  // namespace wordvec
