#include "wordvec/base/safetensors.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec {
namespace {

using nlohmann::ordered_json;  // keeps the order of keys, by searching them one after the other
using json_value = nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference reader

struct DType {
  std::string_view name;
  std::uint64_t size_bytes;
};
constexpr std::array<DType, 15> kDTypes = {{{"BOOL", 1},
                                            {"U8", 1},
                                            {"I8", 1},
                                            {"F8_E5M2", 1},
                                            {"F8_E4M3", 1},
                                            {"I16", 2},
                                            {"U16", 2},
                                            {"F16", 2},
                                            {"BF16", 2},
                                            {"I32", 4},
                                            {"U32", 4},
                                            {"F32", 4},
                                            {"F64", 8},
                                            {"I64", 8},
                                            {"U64", 8}}};

std::optional<std::uint64_t> dtype_size(std::string_view name) {
  const auto* found =
      std::find_if(kDTypes.begin(), kDTypes.end(), [&](const DType& d) { return d.name == name; });
  if (found == kDTypes.end()) return std::nullopt;
  return found->size_bytes;
}

[[noreturn]] void fail(const std::string& path, const std::string& message) {
  throw Error(ErrorCode::malformed, "damaged safetensors header: " + message, path);
}

std::uint64_t unsigned_value(const json_value& value, const std::string& what,
                             const std::string& path) {
  if (!value.is_number_unsigned()) {
    fail(path, what + " is " + in_quotes(value.dump()) + ", expected a whole number");
  }
  return value.get<std::uint64_t>();
}

Tensor parse_tensor(const std::string& name, const json_value& value, std::uint64_t data_begin,
                    std::uint64_t file_size, const std::string& path, UnknownTypes unknown_types) {
  const std::string who = "tensor " + in_quotes(name);
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets")) {
    fail(path, who + " lacks one of dtype, shape, data_offsets");
  }
  Tensor tensor;
  tensor.name = name;
  const json_value& dtype = value["dtype"];
  if (!dtype.is_string()) fail(path, who + " has a dtype that is not a text");
  tensor.dtype = dtype.get<std::string>();
  const auto element_bytes = dtype_size(tensor.dtype);
  if (!element_bytes && unknown_types == UnknownTypes::refused) {
    fail(path, who + " has the unknown dtype " + in_quotes(tensor.dtype));
  }

  const json_value& shape = value["shape"];
  if (!shape.is_array()) fail(path, who + " has a shape that is not an array");
  std::optional<std::uint64_t> expected_bytes = element_bytes;
  for (const json_value& extent : shape) {
    tensor.shape.push_back(unsigned_value(extent, who + ": an extent of the shape", path));
    if (expected_bytes) expected_bytes = checked_multiply(*expected_bytes, tensor.shape.back());
  }

  const json_value& offsets = value["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2) {
    fail(path, who + " has data_offsets that are not two numbers");
  }
  const std::uint64_t begin = unsigned_value(offsets[0], who + ": an offset", path);
  const std::uint64_t end = unsigned_value(offsets[1], who + ": an offset", path);
  const std::uint64_t available = file_size - data_begin;
  if (begin > end) {
    fail(path, who + " ends at " + std::to_string(end) + ", before it begins at " +
                   std::to_string(begin));
  }
  if (end > available) {
    fail(path, who + " ends " + std::to_string(end) +
                   " bytes after the header, but the file has only " + std::to_string(available) +
                   " there: it is truncated or damaged");
  }
  if (element_bytes && expected_bytes != end - begin) {
    fail(path,
         who + " has " + std::to_string(end - begin) + " bytes, expected " +
             (expected_bytes ? std::to_string(*expected_bytes) : std::string("2^64 or more")) +
             " for its type and shape");
  }
  tensor.begin = data_begin + begin;
  tensor.end = data_begin + end;
  return tensor;
}

// Tensors must follow each other, from the header's end to the file's.
void check_cover(std::vector<Tensor>& tensors, std::uint64_t data_begin, std::uint64_t file_size,
                 const std::string& path) {
  std::stable_sort(tensors.begin(), tensors.end(), [](const Tensor& a, const Tensor& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::uint64_t at = data_begin;
  for (const Tensor& tensor : tensors) {
    if (tensor.begin != at) {
      fail(path, "tensor " + in_quotes(tensor.name) + " begins at byte " +
                     std::to_string(tensor.begin) + ", expected " + std::to_string(at) +
                     ", where the one before it ends");
    }
    at = tensor.end;
  }
  if (at != file_size) {
    fail(path, "the tensors end at byte " + std::to_string(at) + ", the file at " +
                   std::to_string(file_size));
  }
}

}  // namespace

const Tensor* SafetensorsHeader::find(std::string_view name) const noexcept {
  for (const Tensor& tensor : tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

std::string_view SafetensorsHeader::metadata_value(std::string_view key) const noexcept {
  for (const auto& [name, value] : metadata) {
    if (name == key) return value;
  }
  return {};
}

bool looks_like_safetensors(std::string_view file) noexcept {
  if (file.size() <= kLengthBytes || file[kLengthBytes] != '{') return false;
  // A text file can have '{' there; its first eight bytes are then a number beyond any header.
  return load_le<std::uint64_t>(file.data()) <= kMaxHeaderBytes;
}

SafetensorsHeader parse_safetensors(std::string_view file, const std::string& path,
                                    UnknownTypes unknown_types) {
  if (file.size() < kLengthBytes) {
    throw Error(ErrorCode::malformed,
                "has " + std::to_string(file.size()) + " bytes, too few for a safetensors file",
                path);
  }
  const auto json_bytes = load_le<std::uint64_t>(file.data());
  if (json_bytes > kMaxHeaderBytes || json_bytes > file.size() - kLengthBytes) {
    fail(path, "it claims " + std::to_string(json_bytes) + " bytes, the file has " +
                   std::to_string(file.size() - kLengthBytes) + " after the length field");
  }
  const std::string_view text = file.substr(kLengthBytes, static_cast<std::size_t>(json_bytes));
  if (text.empty() || text.front() != '{') fail(path, "it does not start with '{'");

  // The library copies values by recursion, so that deep nesting would overflow the stack.
  constexpr int kMaxDepth = 8;
  const auto limit_depth = [&](int depth, json_value::parse_event_t, const json_value&) {
    if (depth > kMaxDepth) fail(path, "it is nested too deeply");
    return true;
  };
  json_value json;
  try {
    json = json_value::parse(text.begin(), text.end(), limit_depth);
  } catch (const json_value::parse_error& error) {
    throw Error::at_offset(path, kLengthBytes + error.byte,
                           "damaged safetensors header: it is not valid JSON");
  } catch (const json_value::out_of_range&) {
    fail(path, "it holds a number that is too large");
  }

  SafetensorsHeader header;
  const std::uint64_t data_begin = kLengthBytes + json_bytes;
  for (const auto& [name, value] : json.items()) {
    if (name != "__metadata__") {
      header.tensors.push_back(
          parse_tensor(name, value, data_begin, file.size(), path, unknown_types));
      continue;
    }
    if (!value.is_object()) fail(path, "__metadata__ is not an object");
    for (const auto& [key, entry] : value.items()) {
      if (!entry.is_string()) fail(path, "__metadata__ entry " + in_quotes(key) + " is not a text");
      header.metadata.emplace_back(key, entry.get<std::string>());
    }
  }
  check_cover(header.tensors, data_begin, file.size(), path);
  return header;
}

std::string write_safetensors_header(const SafetensorsHeader& header, std::uint64_t total_bytes) {
  ordered_json json;
  ordered_json& metadata = json["__metadata__"] = ordered_json::object();
  for (const auto& [key, value] : header.metadata) metadata[key] = value;
  for (const Tensor& tensor : header.tensors) {
    json[tensor.name] = {{"dtype", tensor.dtype},
                         {"shape", tensor.shape},
                         {"data_offsets", {tensor.begin - total_bytes, tensor.end - total_bytes}}};
  }
  // Metadata may come from a file's name, whose bytes need not be UTF-8.
  std::string text = json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  const std::uint64_t json_bytes = total_bytes - kLengthBytes;
  if (text.size() > json_bytes) {
    throw Error(ErrorCode::usage, "the model's metadata do not fit the container's header");
  }
  text.resize(static_cast<std::size_t>(json_bytes), ' ');
  std::string out(kLengthBytes, '\0');
  store_le(out.data(), json_bytes);
  return out + text;
}

}  // namespace wordvec
