#include "wordvec/formats/npy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec {
namespace {

constexpr std::string_view kNpyMagic = "\x93NUMPY";
constexpr std::size_t kVersionBytes = 2;
// NumPy itself reads no more than 10,000 of a file that it does not trust.
constexpr std::size_t kMaxTextBytes = 65'535;

// Parses the dictionary, which is a literal of Python: as much of that language as NumPy writes.
class DictionaryParser {
 public:
  // `offset_bytes` is where `text` begins in the file.
  DictionaryParser(std::string_view text, std::uint64_t offset_bytes, const std::string& path)
      : text_(text), offset_(offset_bytes), path_(path) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_descr = false;
    bool has_order = false;
    bool has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted("a key in quotes");
      expect(':');
      bool* seen = key == "descr"           ? &has_descr
                   : key == "fortran_order" ? &has_order
                   : key == "shape"         ? &has_shape
                                            : nullptr;
      if (seen == nullptr || *seen) {
        fail(fmt::format("the key {}, expected 'descr', 'fortran_order' and 'shape', each once",
                         in_quotes(key)));
      }
      *seen = true;
      if (key == "descr") {
        header.descr = type();
      } else if (key == "fortran_order") {
        header.fortran_order = boolean();
      } else {
        header.shape = shape();
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!has_descr || !has_order || !has_shape) {
      fail("no more, expected the keys 'descr', 'fortran_order' and 'shape'");
    }
    skip_space();
    if (at_ != text_.size()) fail(found() + ", expected nothing after the dictionary");
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error::at_offset(path_, offset_ + at_, "the header of the array has " + what);
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n\f", at_), text_.size()); }

  std::string found() const {
    return at_ == text_.size() ? "its end" : in_quotes(text_.substr(at_, 20));
  }

  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(fmt::format("{}, expected '{}'", found(), c));
  }

  // A string without escapes.
  std::string quoted(std::string_view what) {
    skip_space();
    if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) {
      fail(fmt::format("{}, expected {}", found(), what));
    }
    const std::size_t end = text_.find(text_[at_], at_ + 1);
    const std::string_view inside = text_.substr(
        at_ + 1, end == std::string_view::npos ? std::string_view::npos : end - at_ - 1);
    if (end == std::string_view::npos || inside.find('\\') != std::string_view::npos) {
      fail(fmt::format("{}, expected {}", found(), what));
    }
    at_ = end + 1;
    return std::string(inside);
  }

  // In quotes, or a list of fields as it stands there.
  std::string type() {
    skip_space();
    if (at_ == text_.size() || text_[at_] != '[') return quoted("the type of the elements");
    const std::size_t begin = at_;
    std::size_t depth = 0;
    do {
      if (at_ == text_.size()) fail("its end, expected ']' after the fields of a type");
      const char c = text_[at_++];
      if (c == '[') ++depth;
      if (c == ']') --depth;
      if (c != '\'' && c != '"') continue;
      at_ = std::min(text_.find(c, at_), text_.size() - 1) + 1;
    } while (depth > 0);
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool boolean() {
    skip_space();
    for (const auto& [word, value] : {std::pair{"True", true}, std::pair{"False", false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += std::string_view(word).size();
        return value;
      }
    }
    fail(found() + ", expected True or False");
  }

  std::uint64_t extent() {
    skip_space();
    const std::size_t begin = at_;
    std::optional<std::uint64_t> value = 0;
    while (at_ != text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      value = checked_multiply(*value, 10);
      if (value) value = checked_add(*value, static_cast<std::uint64_t>(text_[at_] - '0'));
      if (!value) {
        at_ = begin;
        fail(found() + ", expected an extent below 2^64");
      }
      ++at_;
    }
    if (at_ == begin) fail(found() + ", expected an extent of the shape");
    if (at_ != text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return *value;
  }

  std::vector<std::uint64_t> shape() {
    constexpr std::size_t kMaxExtents = 32;  // NumPy's own limit
    std::vector<std::uint64_t> extents;
    expect('(');
    while (!accept(')')) {
      if (extents.size() == kMaxExtents) fail(found() + ", expected at most 32 extents");
      extents.push_back(extent());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return extents;
  }

  std::string_view text_;
  std::uint64_t offset_;
  const std::string& path_;
  std::size_t at_ = 0;
};

}  // namespace

std::string npy_header(std::uint64_t rows, std::size_t columns, std::string_view descr) {
  return npy_header(std::array<std::uint64_t, 2>{rows, columns}, descr);
}

std::string npy_header(std::span<const std::uint64_t> shape, std::string_view descr) {
  constexpr std::size_t kLengthBytes = 2;
  constexpr std::size_t kAlignment = 64;
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 descr, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const std::size_t before = kNpyMagic.size() + kVersionBytes + kLengthBytes;
  const std::size_t total = round_up(before + text.size() + 1, kAlignment);
  text.resize(total - before - 1, ' ');
  text += '\n';
  std::string length(kLengthBytes, '\0');
  store_le(length.data(), static_cast<std::uint16_t>(text.size()));
  return std::string(kNpyMagic) + std::string("\x01\x00", kVersionBytes) + length + text;
}

bool is_structured(std::string_view descr) noexcept {
  return descr.starts_with('[');
}

std::string shape_text(std::span<const std::uint64_t> shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

bool looks_like_npy(std::string_view head) noexcept {
  return head.starts_with(kNpyMagic);
}

NpyHeader take_npy_header(ByteSource& source) {
  constexpr std::size_t kMaxBefore = kNpyMagic.size() + kVersionBytes + sizeof(std::uint32_t);
  std::string_view head = source.peek(kMaxBefore);
  if (!looks_like_npy(head)) {
    throw Error(ErrorCode::malformed,
                head.empty() ? "is empty" : "is no NumPy array: it does not start with \\x93NUMPY",
                source.name());
  }
  const auto major =
      head.size() > kNpyMagic.size() ? load_le<std::uint8_t>(&head[kNpyMagic.size()]) : 0;
  if (head.size() > kNpyMagic.size() && (major < 1 || major > 3)) {
    throw Error::at_offset(source.name(), kNpyMagic.size(),
                           fmt::format("the array has the version {}, expected 1, 2 or 3", major));
  }
  const std::size_t length_bytes = major == 1 ? sizeof(std::uint16_t) : sizeof(std::uint32_t);
  const std::size_t before = kNpyMagic.size() + kVersionBytes + length_bytes;
  const auto fail_truncated = [&] {
    throw Error::at_offset(source.name(), head.size(), "the file ends in the header of the array");
  };
  if (head.size() < before) fail_truncated();
  const char* const length_at = &head[kNpyMagic.size() + kVersionBytes];
  const std::size_t text_bytes =
      major == 1 ? load_le<std::uint16_t>(length_at) : load_le<std::uint32_t>(length_at);
  if (text_bytes > kMaxTextBytes) {
    throw Error::at_offset(source.name(), kNpyMagic.size() + kVersionBytes,
                           fmt::format("the header of the array has {} bytes, expected at most {}",
                                       text_bytes, kMaxTextBytes));
  }
  head = source.peek(before + text_bytes);
  if (head.size() < before + text_bytes) fail_truncated();
  NpyHeader header =
      DictionaryParser(head.substr(before, text_bytes), before, source.name()).parse();
  source.skip(before + text_bytes);
  return header;
}

}  // namespace wordvec
