#include "wordvec/store/tensor_writer.h"

#include <algorithm>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_format.h"

namespace wordvec {

namespace format = container_format;

TensorWriter::TensorWriter(const std::string& path) : file_(OutputFile::create(path)) {
  if (!file_.is_seekable()) {
    throw Error(ErrorCode::usage,
                "a container cannot be written to a pipe or a device: give the name of a file",
                file_.path());
  }
}

std::uint64_t TensorWriter::header_space(const ModelInfo& info, bool codes, std::uint64_t more) {
  constexpr std::uint64_t kMaxJsonBytes = 6;  // "\u001f" for one byte
  const std::uint64_t texts = info.source.size() + info.source_format.size() + info.creator.size() +
                              info.source_tensor.size() + info.edits.size() + info.license.size() +
                              info.citation.size();
  const std::uint64_t tensors = (codes ? 2 : 1) * format::kPageBytes - 512;
  return round_up(tensors + more + kMaxJsonBytes * texts, format::kPageBytes);
}

void TensorWriter::begin(std::uint64_t header_bytes) {
  header_bytes_ = header_bytes;
  file_.write(std::string(static_cast<std::size_t>(header_bytes), '\0'));
}

void TensorWriter::add(Tensor tensor, const std::string& checksum) {
  if (!checksum.empty()) {
    checksums_.emplace_back(std::string(format::kChecksumPrefix) + tensor.name, checksum);
  }
  header_.tensors.push_back(std::move(tensor));
}

void TensorWriter::pad_to(std::uint64_t alignment) {
  const std::uint64_t at = file_.size_bytes();
  const std::uint64_t padding = round_up(at, alignment) - at;
  if (padding == 0) return;
  file_.write(std::string(static_cast<std::size_t>(padding), '\0'));
  add({std::string(format::kPaddingPrefix) + std::to_string(paddings_++),
       "U8",
       {padding},
       at,
       at + padding},
      {});
}

TensorWriter::Part TensorWriter::begin_part(std::string_view name, std::string_view dtype,
                                            std::vector<std::uint64_t> shape,
                                            std::uint64_t size_bytes, std::uint64_t alignment) {
  pad_to(alignment);
  const std::uint64_t begin = file_.size_bytes();
  file_.reserve(size_bytes);
  Part part;
  part.tensor = {std::string(name), std::string(dtype), std::move(shape), begin,
                 begin + size_bytes};
  part.position = begin;
  return part;
}

void TensorWriter::write_part(Part& part, std::span<const std::byte> bytes) {
  part.hash.update(bytes);
  while (!bytes.empty()) {
    const std::uint64_t filled = part.position + part.gathered.size();
    const std::uint64_t room = round_up(filled + 1, format::kLargePageBytes) - filled;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
    part.gathered.insert(part.gathered.end(), bytes.begin(),
                         bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (count == room) flush(part);
  }
}

void TensorWriter::flush(Part& part) {
  file_.write_at(part.gathered, part.position);
  part.position += part.gathered.size();
  part.gathered.clear();
}

void TensorWriter::end_part(Part part) {
  flush(part);
  add(std::move(part.tensor), part.hash.hex());
}

void TensorWriter::write(std::string_view name, std::string_view dtype,
                         std::vector<std::uint64_t> shape, std::span<const std::byte> bytes,
                         std::uint64_t alignment) {
  Part part = begin_part(name, dtype, std::move(shape), bytes.size(), alignment);
  write_part(part, bytes);
  end_part(std::move(part));
}

void TensorWriter::end_appended(std::string_view name, std::string_view dtype,
                                std::vector<std::uint64_t> shape, std::uint64_t begin,
                                const std::string& checksum) {
  add({std::string(name), std::string(dtype), std::move(shape), begin, file_.size_bytes()},
      checksum);
}

void TensorWriter::finish(const ModelInfo& info, bool lower_case,
                          const std::vector<std::pair<std::string, std::string>>& more_metadata) {
  auto& metadata = header_.metadata;
  const auto put = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) metadata.emplace_back(key, value);
  };
  put(format::kFormatKey, kContainerFormatName);
  put(format::kVersionKey, format::kVersion);
  put(format::kCreatorKey, info.creator);
  put(format::kSourceKey, info.source);
  put(format::kSourceFormatKey, info.source_format);
  put(format::kSourceTensorKey, info.source_tensor);
  if (info.source_size_bytes != 0) {
    put(format::kSourceSizeKey, std::to_string(info.source_size_bytes));
  }
  put(format::kSourceChecksumKey, info.source_checksum);
  put(format::kEditsKey, info.edits);
  put(format::kCasingKey, lower_case ? format::kLowerCasing : format::kMixedCasing);
  put(format::kLicenseKey, info.license);
  put(format::kCitationKey, info.citation);
  metadata.insert(metadata.end(), more_metadata.begin(), more_metadata.end());
  metadata.insert(metadata.end(), checksums_.begin(), checksums_.end());
  const std::string header = write_safetensors_header(header_, header_bytes_);
  file_.write_at(std::as_bytes(std::span(header)), 0);
  file_.publish();
}

}  // namespace wordvec
