#include "wordvec/store/index_container.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_format.h"
#include "wordvec/store/subword_tensors.h"

namespace wordvec {
namespace {

namespace format = container_format;

constexpr std::array kOurTensors = {format::kEmbeddings, format::kWordsSlots, format::kWordsOffsets,
                                    format::kWordsText,  format::kNorms,      format::kWordsCounts};
// What TensorWriter::finish() writes from the ModelInfo.
constexpr std::array kOurKeys = {
    format::kFormatKey,       format::kVersionKey,        format::kCreatorKey,
    format::kSourceKey,       format::kSourceFormatKey,   format::kSourceSizeKey,
    format::kSourceTensorKey, format::kSourceChecksumKey, format::kEditsKey,
    format::kCasingKey,       format::kLicenseKey,        format::kCitationKey};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_replaced(const Tensor& tensor) {
  return tensor.name.starts_with(format::kScanPrefix) ||
         tensor.name.starts_with(format::kPaddingPrefix);
}

// What other tools have added to the metadata.
std::vector<std::pair<std::string, std::string>> other_metadata(const SafetensorsHeader& header) {
  std::vector<std::pair<std::string, std::string>> others;
  for (const auto& entry : header.metadata) {
    if (!contains(kOurKeys, entry.first) && !is_subword_key(entry.first) &&
        !entry.first.starts_with(format::kChecksumPrefix)) {
      others.push_back(entry);
    }
  }
  return others;
}

// Another program's newer minor version must not be written again as ours.
void check_index_version(const SafetensorsHeader& header, const std::string& path) {
  const std::string_view version = header.metadata_value(format::kVersionKey);
  const auto minor = parse_number<std::uint64_t>(version.substr(version.find('.') + 1));
  if (minor && *minor <= format::kMinorVersion) return;
  throw Error(ErrorCode::usage,
              "is a container of version " + printable(version) +
                  ", which this program reads but " + "does not write (it writes " +
                  std::string(format::kVersion) + "): update wordvec",
              path);
}

// Room in the header for what ContainerWriter does not know of.
std::uint64_t space_for_others(const SafetensorsHeader& header) {
  constexpr std::uint64_t kMaxJsonBytes = 6;
  constexpr std::uint64_t kTensorEntryBytes = 512;
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : other_metadata(header)) {
    bytes += kMaxJsonBytes * (key.size() + value.size() + 2);
  }
  for (const Tensor& tensor : header.tensors) {
    if (is_replaced(tensor) || contains(kOurTensors, tensor.name) ||
        is_subword_tensor(tensor.name)) {
      continue;
    }
    bytes += kTensorEntryBytes + 2 * kMaxJsonBytes * tensor.name.size() + 24 * tensor.shape.size();
  }
  return bytes;
}

void copy(const Container& container, const Tensor& tensor, TensorWriter& tensors) {
  constexpr std::size_t kPieceBytes = std::size_t{4} << 20;
  const std::string_view bytes = container.bytes_of(tensor);
  TensorWriter::Part part = tensors.begin_part(
      tensor.name, tensor.dtype, tensor.shape, bytes.size(),
      tensor.name == format::kEmbeddings ? format::kPageBytes : format::kTensorAlignment);
  for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    tensors.write_part(part, std::as_bytes(std::span(bytes.substr(at, kPieceBytes))));
  }
  const std::string_view expected =
      container.header().metadata_value(std::string(format::kChecksumPrefix) + tensor.name);
  // A new checksum must not make damage look right.
  if (const std::string found = part.hash.hex(); !expected.empty() && found != expected) {
    throw Error(ErrorCode::malformed,
                "damaged container: tensor " + in_quotes(tensor.name) + " has the checksum " +
                    found + ", expected " + printable(expected),
                tensors.path());
  }
  tensors.end_part(std::move(part));
}

}  // namespace

IndexOutcome index_container(const std::string& path, const IndexOptions& options) {
  const Container container = Container::open(path);
  const Embeddings& embeddings = container.embeddings();
  if (!embeddings.codes.empty() && !options.again) return IndexOutcome::had_codes;
  const bool has_directions = std::any_of(embeddings.norms.begin(), embeddings.norms.end(),
                                          [](float norm) { return norm > 0; });
  if (!has_directions) return IndexOutcome::nothing_to_code;
  const SafetensorsHeader& header = container.header();
  check_index_version(header, path);
  TensorWriter tensors(path);
  tensors.begin(TensorWriter::header_space(container.info(), true, space_for_others(header)));
  for (const Tensor& tensor : header.tensors) {
    if (!is_replaced(tensor)) copy(container, tensor, tensors);
  }
  write_codes(tensors, embeddings.matrix.values(), embeddings.dim(), options.threads,
              options.progress);
  auto metadata = other_metadata(header);
  if (!embeddings.subwords.empty()) {
    const auto rules = subword_metadata(embeddings.subwords.rules());
    metadata.insert(metadata.begin(), rules.begin(), rules.end());
  }
  tensors.finish(container.info(), embeddings.vocabulary.is_lower_case(), metadata);
  return IndexOutcome::added;
}

}  // namespace wordvec
