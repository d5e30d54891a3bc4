// Our container: a model on disk that is used in place. FORMAT.md specifies it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/mapped_file.h"
#include "wordvec/base/safetensors.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

inline constexpr std::string_view kContainerExtension = ".safetensors";
inline constexpr std::string_view kContainerFormatName = "wordvec";

// An open container. Opening reads the header only: it costs the same for a thousand words and
// for ten million. Owns the mapping that embeddings() points into; immutable, so safe to use from
// many threads.
class Container {
 public:
  // Throws Error(io) when the file cannot be read, Error(malformed) when it is no container, is
  // damaged where the header can tell, or is of a newer major version.
  static Container open(const std::string& path);
  static Container open(MappedFile file, const std::string& path);
  // The same over bytes in memory, 64-byte aligned, which must outlive the container.
  static Container from_memory(std::string_view bytes, const std::string& path);

  const Embeddings& embeddings() const noexcept { return embeddings_; }
  const ModelInfo& info() const noexcept { return info_; }
  std::uint64_t size_bytes() const noexcept { return bytes_.size(); }
  std::uint64_t resident_bytes() const { return file_.resident_bytes(); }
  const SafetensorsHeader& header() const noexcept { return header_; }
  // The bytes of one of the header's tensors.
  std::string_view bytes_of(const Tensor& tensor) const noexcept {
    return bytes_.substr(static_cast<std::size_t>(tensor.begin),
                         static_cast<std::size_t>(tensor.end - tensor.begin));
  }

  // Reads everything: the checksum of each tensor, and whether offsets, hash table, norms, casing
  // and search codes agree with words and vectors. Returns what is wrong, a sentence each; empty:
  // nothing.
  std::vector<std::string> verify() const;

 private:
  Container(MappedFile file, std::string_view bytes, const std::string& path);

  MappedFile file_;
  std::string_view bytes_;
  SafetensorsHeader header_;
  Embeddings embeddings_;
  ModelInfo info_;
};

}  // namespace wordvec
