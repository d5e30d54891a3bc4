#include "wordvec/store/container.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/codes/verify.h"
#include "wordvec/store/container_format.h"

namespace wordvec {
namespace {

namespace format = container_format;

[[noreturn]] void fail(const std::string& path, const std::string& message) {
  throw Error(ErrorCode::malformed, message, path);
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (const std::uint64_t extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + "]";
}

const Tensor& require(const SafetensorsHeader& header, std::string_view name,
                      std::string_view dtype, std::size_t rank, const std::string& path) {
  const Tensor* tensor = header.find(name);
  if (tensor == nullptr) {
    fail(path, "damaged container: the tensor " + in_quotes(name) + " is missing");
  }
  if (tensor->dtype != dtype || tensor->shape.size() != rank) {
    fail(path, "damaged container: the tensor " + in_quotes(name) + " is " + tensor->dtype + " " +
                   shape_text(tensor->shape) + ", expected " + std::string(dtype) + " of rank " +
                   std::to_string(rank));
  }
  return *tensor;
}

void require_extent(const Tensor& tensor, std::uint64_t expected, const std::string& path) {
  if (tensor.shape[0] != expected) {
    fail(path, "damaged container: the tensor " + in_quotes(tensor.name) + " has " +
                   std::to_string(tensor.shape[0]) + " entries, expected " +
                   std::to_string(expected));
  }
}

template <class T>
std::span<const T> values(std::string_view file, const Tensor& tensor, const std::string& path) {
  const char* begin = file.data() + tensor.begin;
  if (reinterpret_cast<std::uintptr_t>(begin) % alignof(T) != 0) {
    fail(path, "damaged container: the tensor " + in_quotes(tensor.name) + " starts at byte " +
                   std::to_string(tensor.begin) + ", which is not a multiple of " +
                   std::to_string(alignof(T)));
  }
  return {reinterpret_cast<const T*>(begin),
          static_cast<std::size_t>((tensor.end - tensor.begin) / sizeof(T))};
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
  info.source_checksum = header.metadata_value(format::kSourceChecksumKey);
  const std::string_view size = header.metadata_value(format::kSourceSizeKey);
  std::from_chars(size.data(), size.data() + size.size(), info.source_size_bytes);
  info.creator = header.metadata_value(format::kCreatorKey);
  info.license = header.metadata_value(format::kLicenseKey);
  info.citation = header.metadata_value(format::kCitationKey);
  return info;
}

// The search codes; empty when the container has none.
ScanCodes read_codes(std::string_view file, const SafetensorsHeader& header, std::uint64_t rows,
                     std::uint64_t dim, const std::string& path) {
  constexpr std::array kNames = {format::kScanCentroids, format::kScanFirstBlocks,
                                 format::kScanCosines,   format::kScanRows,
                                 format::kScanCodes4,    format::kScanCodes8};
  const bool has_codes = std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
    return header.find(name) != nullptr;
  });
  if (!has_codes) return {};
  const Tensor& centroids = require(header, format::kScanCentroids, "F32", 2, path);
  const Tensor& first_blocks = require(header, format::kScanFirstBlocks, "U32", 1, path);
  const Tensor& cosines = require(header, format::kScanCosines, "F32", 2, path);
  const Tensor& positions = require(header, format::kScanRows, "U32", 2, path);
  const Tensor& codes4 = require(header, format::kScanCodes4, "U8", 2, path);
  const Tensor& codes8 = require(header, format::kScanCodes8, "U8", 3, path);
  const std::uint64_t clusters = centroids.shape[0];
  const std::uint64_t blocks = positions.shape[0];
  // Each cluster's last block may be a part of one.
  if (clusters == 0 || clusters > ScanCodes::kMaxClusters || blocks == 0 ||
      blocks > rows / ScanCodes::kBlockRows + clusters) {
    fail(path, "damaged container: its search codes have " + std::to_string(clusters) +
                   " clusters and " + std::to_string(blocks) + " blocks for " +
                   std::to_string(rows) + " rows");
  }
  const auto require_shape = [&](const Tensor& tensor, const std::vector<std::uint64_t>& expected) {
    if (tensor.shape == expected) return;
    fail(path, "damaged container: the tensor " + in_quotes(tensor.name) + " is " +
                   shape_text(tensor.shape) + ", expected " + shape_text(expected));
  };
  require_shape(centroids, {clusters, dim});
  require_shape(first_blocks, {clusters + 1});
  require_shape(cosines, {blocks, 2});
  require_shape(positions, {blocks, ScanCodes::kBlockRows});
  require_shape(codes4, {blocks, ScanCodes::block4_bytes(static_cast<std::size_t>(dim))});
  require_shape(codes8, {blocks, ScanCodes::kBlockRows,
                         ScanCodes::row8_bytes(static_cast<std::size_t>(dim))});
  return {static_cast<std::size_t>(dim),
          values<float>(file, centroids, path),
          values<std::uint32_t>(file, first_blocks, path),
          values<float>(file, cosines, path),
          values<std::uint32_t>(file, positions, path),
          values<std::uint8_t>(file, codes4, path),
          values<std::uint8_t>(file, codes8, path)};
}

Embeddings read_embeddings(std::string_view file, const SafetensorsHeader& header,
                           const std::string& path) {
  const Tensor& matrix = require(header, format::kEmbeddings, "F32", 2, path);
  const std::uint64_t rows = matrix.shape[0];
  const std::uint64_t dim = matrix.shape[1];
  if (rows == 0 || rows > kMaxRows || dim == 0 || dim > kMaxDim) {
    fail(path, "damaged container: the matrix is " + shape_text(matrix.shape) + ", expected 1 to " +
                   std::to_string(kMaxRows) + " rows of 1 to " + std::to_string(kMaxDim) +
                   " values");
  }
  const Tensor& norms = require(header, format::kNorms, "F32", 1, path);
  require_extent(norms, rows, path);
  const Tensor& text = require(header, format::kWordsText, "U8", 1, path);
  const Tensor& offsets = require(header, format::kWordsOffsets, "U64", 1, path);
  require_extent(offsets, rows + 1, path);
  const Tensor& slots = require(header, format::kWordsSlots, "U32", 1, path);
  if (!std::has_single_bit(slots.shape[0]) || slots.shape[0] <= rows) {
    fail(path, "damaged container: the hash table has " + std::to_string(slots.shape[0]) +
                   " slots, expected a power of two above the number of rows, " +
                   std::to_string(rows));
  }
  return {Vocabulary(file.substr(static_cast<std::size_t>(text.begin),
                                 static_cast<std::size_t>(text.end - text.begin)),
                     values<std::uint64_t>(file, offsets, path),
                     values<std::uint32_t>(file, slots, path), is_lower_casing(header)),
          MatrixView{values<float>(file, matrix, path).data(), static_cast<std::size_t>(rows),
                     static_cast<std::size_t>(dim)},
          values<float>(file, norms, path), read_codes(file, header, rows, dim, path)};
}

// The vocabulary's arrays must agree with each other for every row.
void verify_vocabulary(const Vocabulary& vocabulary, std::vector<std::string>& problems) {
  constexpr std::size_t kMostNamed = 5;
  std::size_t wrong = 0;
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    const Row row = static_cast<Row>(r);
    std::string problem;
    try {
      const std::string_view word = vocabulary.word(row);
      const auto found = vocabulary.find(word);
      if (found == row) continue;
      problem = "row " + std::to_string(r) + ": its word " + in_quotes(word) +
                (found ? " is found at row " + std::to_string(*found)
                       : std::string(" is not in the hash table"));
    } catch (const Error& error) {
      problem = error.message();
    }
    if (++wrong <= kMostNamed) problems.push_back(std::move(problem));
  }
  if (wrong > kMostNamed) {
    problems.push_back("and " + std::to_string(wrong - kMostNamed) + " more words like these");
  }
}

// The first word that has an upper-case letter; nullopt: none has.
std::optional<Row> first_with_upper_case(const Vocabulary& vocabulary) {
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    try {
      if (!is_lower_case(vocabulary.word(static_cast<Row>(r)))) return static_cast<Row>(r);
    } catch (const Error&) {
      continue;  // verify_vocabulary() tells
    }
  }
  return std::nullopt;
}

// A vocabulary that is called lower-case is searched by lower-case forms, another is not.
void verify_casing(const Vocabulary& vocabulary, std::vector<std::string>& problems) {
  const std::optional<Row> upper = first_with_upper_case(vocabulary);
  if (upper && vocabulary.is_lower_case()) {
    problems.push_back("the vocabulary is called lower-case, but row " + std::to_string(*upper) +
                       " is " + in_quotes(vocabulary.word(*upper)));
  } else if (!upper && !vocabulary.is_lower_case()) {
    problems.push_back("the vocabulary is called mixed, but no word has an upper-case letter");
  }
}

void verify_norms(const Embeddings& embeddings, std::vector<std::string>& problems) {
  std::size_t wrong = 0;
  std::size_t first_wrong = 0;
  for (std::size_t r = 0; r < embeddings.rows(); ++r) {
    const auto row = embeddings.matrix.row(r);
    float norm = 0;
    compute_norms(row, embeddings.dim(), {&norm, 1});
    const bool finite =
        std::all_of(row.begin(), row.end(), [](float x) { return std::isfinite(x); });
    if (finite && norm == embeddings.norms[r]) continue;
    if (wrong++ == 0) first_wrong = r;
  }
  if (wrong > 0) {
    problems.push_back(std::to_string(wrong) + " rows, the first of them row " +
                       std::to_string(first_wrong) +
                       ", have a stored length that is not theirs, or values that are not finite");
  }
}

}  // namespace

Container::Container(MappedFile file, std::string_view bytes, const std::string& path)
    : file_(std::move(file)), bytes_(bytes), header_(parse_safetensors(bytes_, path)) {
  check_version(header_, path);
  embeddings_ = read_embeddings(bytes_, header_, path);
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

std::vector<std::string> Container::verify() const {
  std::vector<std::string> problems;
  for (const Tensor& tensor : header_.tensors) {
    const std::string_view expected =
        header_.metadata_value(std::string(format::kChecksumPrefix) + tensor.name);
    if (tensor.name.starts_with(format::kPaddingPrefix) && expected.empty()) {
      const std::string_view padding = bytes_of(tensor);
      if (std::any_of(padding.begin(), padding.end(), [](char c) { return c != '\0'; })) {
        problems.push_back("tensor " + in_quotes(tensor.name) + " is not all zeros");
      }
      continue;
    }
    if (expected.empty()) {
      problems.push_back("tensor " + in_quotes(tensor.name) + " has no checksum");
      continue;
    }
    Hash128 hash;
    hash.update(std::as_bytes(std::span(bytes_of(tensor))));
    if (const std::string found = hash.hex(); found != expected) {
      problems.push_back("tensor " + in_quotes(tensor.name) + " has the checksum " + found +
                         ", expected " + printable(expected));
    }
  }
  verify_vocabulary(embeddings_.vocabulary, problems);
  verify_casing(embeddings_.vocabulary, problems);
  verify_norms(embeddings_, problems);
  if (!embeddings_.codes.empty()) {
    for (std::string& problem : verify_codes(embeddings_.codes, embeddings_.matrix.values(), 0)) {
      problems.push_back(std::move(problem));
    }
  }
  const bool in_codes = std::any_of(problems.begin(), problems.end(), [](const std::string& text) {
    return text.find("'scan.") != std::string::npos || text.starts_with("the search codes");
  });
  if (in_codes) problems.emplace_back("`wordvec index --again` makes search codes anew");
  return problems;
}

}  // namespace wordvec
