#include "wordvec/base/safetensors.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference reader
constexpr std::size_t kMaxExtents = 64;                 // NumPy's

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

// Where `tensor` lies, when its header is whole: checked against its type and shape, and the file.
void check_extent(const Tensor& tensor, std::uint64_t begin, std::uint64_t end,
                  std::uint64_t available, UnknownTypes unknown_types, const std::string& path) {
  const auto who = [&] { return "tensor " + in_quotes(tensor.name); };
  const auto element_bytes = dtype_size(tensor.dtype);
  if (!element_bytes && unknown_types == UnknownTypes::refused) {
    fail(path, who() + " has the unknown dtype " + in_quotes(tensor.dtype));
  }
  if (begin > end) {
    fail(path, who() + " ends at " + std::to_string(end) + ", before it begins at " +
                   std::to_string(begin));
  }
  if (end > available) {
    fail(path, who() + " ends " + std::to_string(end) +
                   " bytes after the header, but the file has only " + std::to_string(available) +
                   " there: it is truncated or damaged");
  }
  std::optional<std::uint64_t> expected_bytes = element_bytes;
  for (const std::uint64_t extent : tensor.shape) {
    if (expected_bytes) expected_bytes = checked_multiply(*expected_bytes, extent);
  }
  if (element_bytes && expected_bytes != end - begin) {
    fail(path,
         who() + " has " + std::to_string(end - begin) + " bytes, expected " +
             (expected_bytes ? std::to_string(*expected_bytes) : std::string("2^64 or more")) +
             " for its type and shape");
  }
}

// Collects tensors and metadata while the text is parsed, in one pass without a tree: the general
// parser's tree takes ten times the text's memory, and its filter quadratic time.
class HeaderCollector final : public nlohmann::json_sax<json> {
 public:
  HeaderCollector(std::uint64_t data_begin, std::uint64_t file_size, const std::string& path,
                  UnknownTypes unknown_types)
      : data_begin_(data_begin),
        available_(file_size - data_begin),
        path_(path),
        unknown_types_(unknown_types) {}

  SafetensorsHeader header;

  bool null() override { return other("null"); }
  bool boolean(bool value) override { return other(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return other(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (place() == Place::shape) {
      if (tensor_.shape.size() == kMaxExtents) {
        fail(path_,
             who() + " has a shape of more than " + std::to_string(kMaxExtents) + " extents");
      }
      tensor_.shape.push_back(value);
    } else if (place() == Place::offsets) {
      if (offset_count_ == offsets_.size()) fail_offsets();
      offsets_[offset_count_++] = value;
    } else {
      return other(std::to_string(value));
    }
    return true;
  }
  bool number_float(number_float_t /*value*/, const string_t& text) override { return other(text); }
  bool string(string_t& value) override {
    if (place() == Place::metadata) {
      header.metadata.emplace_back(std::move(key_), std::move(value));
    } else if (place() == Place::tensor && key_ == "dtype") {
      tensor_.dtype = std::move(value);
      take_once(has_dtype_);
    } else {
      return other('"' + value + '"');
    }
    return true;
  }
  bool binary(binary_t& /*value*/) override { return other("bytes"); }

  bool start_object(std::size_t /*elements*/) override {
    switch (place()) {
      case Place::nowhere:
        return enter(Place::root);
      case Place::root:
        if (key_ == kMetadata) return enter(Place::metadata);
        begin_tensor();
        return enter(Place::tensor);
      default:
        return enter_other("an object");
    }
  }
  bool end_object() override {
    if (place() == Place::tensor) end_tensor();
    places_.pop_back();
    return true;
  }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }

  bool start_array(std::size_t /*elements*/) override {
    if (place() == Place::tensor && key_ == "shape") {
      take_once(has_shape_);
      return enter(Place::shape);
    }
    if (place() == Place::tensor && key_ == "data_offsets") {
      offset_count_ = 0;
      take_once(has_offsets_);
      return enter(Place::offsets);
    }
    return enter_other("a list");
  }
  bool end_array() override {
    if (place() == Place::offsets && offset_count_ != offsets_.size()) fail_offsets();
    places_.pop_back();
    return true;
  }

  bool parse_error(std::size_t offset_bytes, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    constexpr int kNumberIsTooLarge = 406;
    if (error.id == kNumberIsTooLarge) fail(path_, "it holds a number that is too large");
    throw Error::at_offset(path_, kLengthBytes + offset_bytes,
                           "damaged safetensors header: it is not valid JSON");
  }

 private:
  enum class Place : std::uint8_t { nowhere, root, metadata, tensor, shape, offsets, elsewhere };
  static constexpr std::string_view kMetadata = "__metadata__";

  Place place() const { return places_.empty() ? Place::nowhere : places_.back(); }
  std::string who() const { return "tensor " + in_quotes(tensor_.name); }

  bool enter(Place place) {
    constexpr std::size_t kMaxDepth = 8;
    if (places_.size() == kMaxDepth) fail(path_, "it is nested too deeply");
    places_.push_back(place);
    return true;
  }
  // A list or an object where none of its kind is looked for; a tensor may have further members.
  bool enter_other(const std::string& what) {
    if (place() != Place::elsewhere) other(what);
    return enter(Place::elsewhere);
  }

  // A value that is none of those that are looked for.
  bool other(const std::string& value) {
    switch (place()) {
      case Place::root:
        if (key_ == kMetadata) fail(path_, "__metadata__ is not an object");
        tensor_.name = key_;
        fail_incomplete();
      case Place::metadata:
        fail(path_, "__metadata__ entry " + in_quotes(key_) + " is not a text");
      case Place::tensor:
        if (key_ == "dtype") fail(path_, who() + " has a dtype that is not a text");
        if (key_ == "shape") fail(path_, who() + " has a shape that is not an array");
        if (key_ == "data_offsets") fail_offsets();
        return true;
      case Place::shape:
        fail_number("an extent of the shape", value);
      case Place::offsets:
        fail_number("an offset", value);
      default:
        return true;
    }
  }

  [[noreturn]] void fail_incomplete() const {
    fail(path_, who() + " lacks one of dtype, shape, data_offsets");
  }
  [[noreturn]] void fail_offsets() const {
    fail(path_, who() + " has data_offsets that are not two numbers");
  }
  [[noreturn]] void fail_number(const std::string& what, const std::string& value) const {
    fail(path_, who() + ": " + what + " is " + in_quotes(value) + ", expected a whole number");
  }

  void take_once(bool& has_it) {
    if (has_it) fail(path_, who() + " has " + key_ + " twice");
    has_it = true;
  }
  void begin_tensor() {
    if (header.tensors.size() == kMaxTensors) {
      fail(path_, "it has more than " + std::to_string(kMaxTensors) + " tensors");
    }
    tensor_ = Tensor();
    tensor_.name = std::move(key_);
    has_dtype_ = has_shape_ = has_offsets_ = false;
  }
  void end_tensor() {
    if (!has_dtype_ || !has_shape_ || !has_offsets_) fail_incomplete();
    check_extent(tensor_, offsets_[0], offsets_[1], available_, unknown_types_, path_);
    tensor_.begin = data_begin_ + offsets_[0];
    tensor_.end = data_begin_ + offsets_[1];
    header.tensors.push_back(std::move(tensor_));
  }

  std::uint64_t data_begin_;
  std::uint64_t available_;  // bytes after the header
  const std::string& path_;
  UnknownTypes unknown_types_;
  std::vector<Place> places_;
  std::string key_;  // the last one, until its value was taken
  Tensor tensor_;    // the one that is being read
  std::array<std::uint64_t, 2> offsets_{};
  std::size_t offset_count_ = 0;
  bool has_dtype_ = false;
  bool has_shape_ = false;
  bool has_offsets_ = false;
};

// Of two values of the same name a reader would take one in silence.
void check_names(const SafetensorsHeader& header, const std::string& path) {
  std::vector<std::string_view> names;
  const auto check = [&](const char* what) {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) fail(path, what + (" " + in_quotes(*twice)) + " stands there twice");
    names.clear();
  };
  for (const Tensor& tensor : header.tensors) names.push_back(tensor.name);
  check("tensor");
  for (const auto& entry : header.metadata) names.push_back(entry.first);
  check("__metadata__ entry");
}

// Tensors must follow each other, from the header's end on.
void check_cover(std::vector<Tensor>& tensors, std::uint64_t data_begin, const std::string& path) {
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
}

}  // namespace

const Tensor* SafetensorsHeader::find(std::string_view name) const noexcept {
  for (const Tensor& tensor : tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

std::string_view SafetensorsHeader::metadata_value(std::string_view key) const noexcept {
  const auto found = std::lower_bound(metadata.begin(), metadata.end(), key,
                                      [](const auto& entry, std::string_view wanted) {
                                        return std::string_view(entry.first) < wanted;
                                      });
  return found != metadata.end() && found->first == key ? std::string_view(found->second)
                                                        : std::string_view();
}

bool looks_like_safetensors(std::string_view file) noexcept {
  if (file.size() <= kLengthBytes || file[kLengthBytes] != '{') return false;
  // A text file can have '{' there; its first eight bytes are then a number beyond any header.
  return load_le<std::uint64_t>(file.data()) <= kMaxHeaderBytes;
}

std::uint64_t safetensors_header_bytes(std::string_view file) noexcept {
  const auto json_bytes = load_le<std::uint64_t>(file.data());
  return kLengthBytes + std::min(json_bytes, kMaxHeaderBytes + 1);
}

SafetensorsHeader parse_safetensors(std::string_view file, const std::string& path,
                                    UnknownTypes unknown_types, Extent extent) {
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

  const std::uint64_t data_begin = kLengthBytes + json_bytes;
  const bool is_whole = extent == Extent::whole_file;
  HeaderCollector collector(data_begin, is_whole ? file.size() : kMaxFileBytes, path,
                            unknown_types);
  json::sax_parse(text.begin(), text.end(), &collector);
  SafetensorsHeader header = std::move(collector.header);
  check_names(header, path);
  std::sort(header.metadata.begin(), header.metadata.end());
  check_cover(header.tensors, data_begin, path);
  const std::uint64_t end = header.end_bytes(data_begin);
  if (is_whole && end != file.size()) {
    fail(path, "the tensors end at byte " + std::to_string(end) + ", the file at " +
                   std::to_string(file.size()));
  }
  return header;
}

std::string write_safetensors_header(const SafetensorsHeader& header, std::uint64_t total_bytes) {
  // Metadata may come from a file's name, whose bytes need not be UTF-8.
  const auto quoted = [](const std::string& text) {
    return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  };
  std::string text = R"({"__metadata__":{)";
  for (const auto& [key, value] : header.metadata) {
    if (text.back() != '{') text += ',';
    text += quoted(key) + ':' + quoted(value);
  }
  text += '}';
  for (const Tensor& tensor : header.tensors) {
    text += ',' + quoted(tensor.name) + R"(:{"dtype":)" + quoted(tensor.dtype) + R"(,"shape":[)";
    for (const std::uint64_t extent : tensor.shape) {
      if (text.back() != '[') text += ',';
      text += std::to_string(extent);
    }
    text += R"(],"data_offsets":[)" + std::to_string(tensor.begin - total_bytes) + ',' +
            std::to_string(tensor.end - total_bytes) + "]}";
  }
  text += '}';
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
