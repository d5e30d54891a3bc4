// The header of a safetensors file (https://github.com/huggingface/safetensors): which tensors it
// has, of which type and shape, and where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wordvec {

struct Tensor {
  std::string name;
  std::string dtype;  // "F32", "U8", …
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  // bytes from the start of the file
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<Tensor> tensors;  // in the order of their bytes
  std::vector<std::pair<std::string, std::string>> metadata;

  const Tensor* find(std::string_view name) const noexcept;              // nullptr: there is none
  std::string_view metadata_value(std::string_view key) const noexcept;  // empty: there is none
};

// True when `file` starts as a safetensors file does.
bool looks_like_safetensors(std::string_view file) noexcept;

enum class UnknownTypes : std::uint8_t { refused, kept };

// Parses the header at the start of `file`, which is the whole file. On return every tensor lies
// inside the file, has exactly the bytes that its type and shape ask for, and the tensors cover the
// file without holes or overlap. A type that is not known here is an
// error, or with UnknownTypes::kept asks for any number of bytes. Throws Error(malformed) naming
// `path`.
SafetensorsHeader parse_safetensors(std::string_view file, const std::string& path,
                                    UnknownTypes unknown_types = UnknownTypes::refused);

// The length field and the JSON text, padded with spaces to `total_bytes`, which must be enough.
// Tensor offsets are bytes from the start of the file; the first tensor starts at `total_bytes`.
std::string write_safetensors_header(const SafetensorsHeader& header, std::uint64_t total_bytes);

}  // namespace wordvec
