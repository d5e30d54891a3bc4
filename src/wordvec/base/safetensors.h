// The header of a safetensors file (https://github.com/huggingface/safetensors): which tensors it
// has, of which type and shape, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wordvec {

// Those of a file. What a model of a language has is some hundreds.
inline constexpr std::size_t kMaxTensors = 1'000'000;

struct Tensor {
  std::string name;
  std::string dtype;  // "F32", "U8", …
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  // bytes from the start of the file
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<Tensor> tensors;                                // in the order of their bytes
  std::vector<std::pair<std::string, std::string>> metadata;  // parsed: by key, ascending

  const Tensor* find(std::string_view name) const noexcept;  // nullptr: there is none
  // Of a header that was parsed; empty: there is none.
  std::string_view metadata_value(std::string_view key) const noexcept;
  // Where the last tensor ends, of a header that ends at `data_begin`.
  std::uint64_t end_bytes(std::uint64_t data_begin) const noexcept {
    return tensors.empty() ? data_begin : tensors.back().end;
  }
};

// True when `file` starts as a safetensors file does.
bool looks_like_safetensors(std::string_view file) noexcept;

enum class UnknownTypes : std::uint8_t { refused, kept };
enum class Extent : std::uint8_t { whole_file, begin_of_file };

// How many bytes the length field and the header have together, by the first eight bytes of `file`,
// which must be there; more than a header may have are an error of parse_safetensors().
std::uint64_t safetensors_header_bytes(std::string_view file) noexcept;

// Parses the header at the start of `file`, which is the whole file, or its header and any bytes
// more of a file of unknown length, which is then as long as the header says. On return every
// tensor lies inside the file, has exactly the bytes that its type and shape ask for, and the
// tensors cover the file without holes or overlap; no name stands there twice. A type that is not
// known here is an error, or with UnknownTypes::kept asks for any number of bytes. Takes n log n
// time of the header's bytes, and memory of some times these. Throws Error(malformed) naming
// `path`, also where there are more than kMaxTensors.
SafetensorsHeader parse_safetensors(std::string_view file, const std::string& path,
                                    UnknownTypes unknown_types = UnknownTypes::refused,
                                    Extent extent = Extent::whole_file);

// The length field and the JSON text, padded with spaces to `total_bytes`, which must be enough.
// Tensor offsets are bytes from the start of the file; the first tensor starts at `total_bytes`.
std::string write_safetensors_header(const SafetensorsHeader& header, std::uint64_t total_bytes);

}  // namespace wordvec
